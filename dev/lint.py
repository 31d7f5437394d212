"""`make lint`: ruff on everything, pylint-odoo on the addons."""
import subprocess
import sys

from . import python_env
from .common import ADDON, CHECKOUT, Failure, main, say

PYLINT = (
    "--rcfile=dev/pylintrc", "--disable=all", "--enable=odoolint,unreachable,unused-variable,duplicate-key",
    # A compute returns nothing; a model is extended in a file per concept; the readme is README.md.
    "--disable=missing-return,consider-merging-classes-inherited,missing-readme",
)


def entry(arguments):
    python_env.enter("dev.lint", arguments)
    addons = sorted(path.parent.name for path in CHECKOUT.glob(f"{ADDON}*/__manifest__.py"))
    checks = {"ruff": ["ruff", "check", "."]}
    if addons:
        checks["pylint-odoo"] = ["pylint", *PYLINT, *addons]
    failed = []
    for name, command in checks.items():
        say(f"{name} …")
        if subprocess.run([sys.executable, "-m", *command], cwd=CHECKOUT, check=False).returncode:
            failed.append(name)
    if failed:
        raise Failure(f"{' and '.join(failed)} found something, see above")
    say("nothing found")
    return 0


if __name__ == "__main__":
    main(entry)
