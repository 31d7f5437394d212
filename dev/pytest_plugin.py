"""What pytest and pytest-odoo need beyond their own here."""
import signal

import pytest


def pytest_configure():
    # A kill ends the run as Ctrl-C does: browser and HTTP server are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Odoo skips a browser test where the browser does not start. Here that is a failure."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].lower()
        if "chrome" in reason or "websocket" in reason:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid}: the browser did not run: {report.longrepr[2]}"
