"""`make test`: every addon's suite through pytest-odoo, each on a fresh copy of a template database.

ARGS   what pytest takes, e.g. ARGS="ecount_customer/tests/test_group.py -x" or ARGS="-k price"
KEEP   KEEP=1 keeps the database of the run and says its name
DB     use (and keep) the database of that name; made when missing, else the addon is updated in it
"""
import os
import shlex
import sys
import time

from . import browser, databases, odoo_source, postgres, python_env
from .common import CHECKOUT, Failure, main, say
from .odoo import call, odoo_environment

NO_TESTS = 5  # pytest's exit code: a suite that tests nothing has failed


def entry(arguments):
    began = time.monotonic()
    python_env.enter("dev.test", arguments)
    odoo_source.ensure_odoo()
    browser.ensure_browser()
    arguments = arguments + shlex.split(os.environ.get("ARGS", ""))
    results = {}
    with postgres.server() as server:
        databases.drop_leftovers(server)
        for addon, rest in runs(arguments):
            with RunDatabase(server, addon) as name:
                say(f"testing {addon} in database {name} ({time.monotonic() - began:.0f} s after the start)")
                results[addon] = pytest(server, name, addon, rest)
    failed = [addon for addon, code in results.items() if code]
    if len(results) > 1 and not failed:
        say(f"all suites passed: {', '.join(results)}")
    if failed:
        raise Failure(f"failed: {', '.join(failed)}")
    return 0


def runs(arguments):
    """Which addons to test, each with its arguments: those whose paths are named, else all."""
    named = {}
    for argument in arguments:
        addon = os.path.relpath(argument.split("::")[0], CHECKOUT).split(os.sep)[0]
        if (CHECKOUT / addon / "__manifest__.py").exists() and not argument.startswith("-"):
            named.setdefault(addon, []).append(argument)
    options = [argument for argument in arguments if not any(argument in paths for paths in named.values())]
    if named:
        return [(addon, [*options, *paths]) for addon, paths in named.items()]
    return [(addon, [*options, f"{addon}/tests"]) for addon in databases.own_addons()
            if (CHECKOUT / addon / "tests").is_dir()]


class RunDatabase:
    """A database with the addon installed, for one run; dropped afterwards unless it is to be kept."""

    def __init__(self, server, addon):
        named = os.environ.get("DB")
        self.server, self.addon = server, addon
        self.keep = bool(named or os.environ.get("KEEP"))
        self.name = named or f"ecount_kept_{os.getpid()}" if self.keep else databases.test_name()

    def __enter__(self):
        if databases.exists(self.server, self.name):
            databases.update(self.server, self.name, self.addon)
        else:
            databases.copy_installed(self.server, self.addon, self.name)
        return self.name

    def __exit__(self, *_error):
        if self.keep:
            say(f"the database {self.name} was kept")
        else:
            databases.drop(self.server, self.name)


def pytest(server, name, addon, arguments):
    with odoo_environment(server, db_name=name, dbfilter=f"^{name}$") as environment:
        # for tests that need a database of their own: the dependencies are installed in it
        environment["ECOUNT_TEMPLATE"] = databases.ensure_template(server, addon)
        code = call([sys.executable, "-m", "pytest", "-c", "dev/pytest.ini", "--rootdir", ".",
                     "-p", "dev.pytest_plugin", "--odoo-http", "--odoo-log-level=warn", *arguments],
                    environment)
    if code == NO_TESTS:
        say(f"no test was found for {addon}")
    return code


if __name__ == "__main__":
    main(entry)
