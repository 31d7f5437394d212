"""`make bench`: run the benchmarks of dev/benchmarks, all or those named: ARGS="prices desk"."""
import importlib
import os
import sys

from . import odoo_source, postgres, python_env
from .common import CHECKOUT, Failure, main, say
from .measure import Bench
from .odoo import odoo_environment


def entry(arguments):
    python_env.enter("dev.bench", arguments)
    names = chosen(arguments + os.environ.get("ARGS", "").split())
    odoo_source.ensure_odoo()
    slow = []
    with postgres.server() as server, odoo_environment(server) as environment:
        set_up_odoo(environment)
        for name in names:
            module = importlib.import_module(f"dev.benchmarks.{name}")
            say(f"{name}: {(module.__doc__ or '').strip().partition(chr(10))[0]}")
            bench = Bench(server, name)
            module.run(bench)
            slow += bench.too_slow
    if slow:
        raise Failure(f"too slow: {'; '.join(slow)}")
    return 0


def chosen(arguments):
    known = sorted(path.stem for path in (CHECKOUT / "dev/benchmarks").glob("[a-z]*.py"))
    if unknown := set(arguments) - set(known):
        raise Failure(f"no such benchmark: {', '.join(sorted(unknown))} (there are: {', '.join(known) or 'none yet'})")
    if not known:
        raise Failure("there is no benchmark yet in dev/benchmarks")
    return arguments or known


def set_up_odoo(environment):
    """Odoo in this very process, with the environment's settings."""
    os.environ.update(environment)
    sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
    import odoo.tools
    odoo.tools.config.parse_config(["--no-http"], setup_logging=True)
    import odoo.modules.registry
    odoo.modules.module.initialize_sys_path()


if __name__ == "__main__":
    main(entry)
