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


def pytest_collection_finish(session):
    """Build the web client's bundles once, before the first browser test.

    A test holds the only cursor while its browser waits; on a busy machine building them took longer
    than Odoo lets a request wait for that cursor, and each test class would have built them anew."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tests import HttpCase
    from odoo.tests.common import get_db_name
    if any(issubclass(item.cls, HttpCase) for item in session.items if getattr(item, "cls", None)):
        with Registry(get_db_name()).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["ir.qweb"]._pregenerate_assets_bundles()
