"""Run Odoo with the environment's settings: `python -m dev.odoo <what odoo-bin takes>`."""
import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import odoo_source, postgres, python_env
from .common import CHECKOUT, cache, main, oca_addons

SETTINGS = {
    "http_interface": "127.0.0.1", "list_db": "False", "log_level": "warn", "max_cron_threads": "0",
    "limit_time_cpu": "0", "limit_time_real": "0",
}


def data_folder(server):
    """Filestores and sessions, kept apart for each server: two servers may use one database name."""
    name = "embedded"
    if not server.embedded:
        name = hashlib.sha256(f"{server.host}:{server.port}".encode()).hexdigest()[:8]
    return cache() / "data" / name


@contextlib.contextmanager
def odoo_environment(server, **settings):
    """Yield environment variables under which any command of Odoo finds all it needs."""
    home = odoo_source.odoo_home()
    addons = [CHECKOUT, *filter(None, [oca_addons()])]
    if (home / "addons").is_dir():
        addons.append(home / "addons")
    data_folder(server).mkdir(parents=True, exist_ok=True)
    options = {
        "addons_path": ",".join(map(str, addons)), "data_dir": data_folder(server),
        "db_host": server.host or "False", "db_port": server.port or "False",
        "db_user": server.user, **SETTINGS, **settings,
    }
    with tempfile.TemporaryDirectory(prefix="ecount-odoo-") as folder:
        config = Path(folder) / "odoo.conf"
        lines = [f"{name} = {value}\n" for name, value in options.items()]
        config.write_text("[options]\n" + "".join(lines), encoding="utf-8")
        paths = [str(home), str(CHECKOUT)]
        yield {**os.environ, **server.environment(), "ODOO_RC": str(config),
               "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"}


def call(command, environment, patience=30, log=None):
    """Run a command in a session of its own until it ends; returns its exit code.

    Ctrl-C and kill reach the command once, as SIGINT; it then has `patience` seconds to end itself,
    and nothing that it started outlives it. Should this very process be killed outright, the kernel
    ends the command too (--pdeathsig). What it says goes to the file `log` where one is given."""
    with open(log, "w", encoding="utf-8") if log else contextlib.nullcontext() as output:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "INT", *map(str, command)], cwd=CHECKOUT,
                                   env=environment, start_new_session=True, stdout=output, stderr=output)
    try:
        return process.wait()
    except KeyboardInterrupt:
        if patience:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=patience)
        raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its session: what it started and left behind
        process.wait()


def odoo(server, *arguments, log=None, **settings):
    """Run one command of Odoo, such as an installation; returns its exit code. Interrupted, it is
    ended at once: the database then takes back what was not finished."""
    with odoo_environment(server, **settings) as environment:
        return call([sys.executable, "-m", "odoo", *arguments], environment, patience=0, log=log)


def entry(arguments):
    python_env.enter("dev.odoo", arguments)
    odoo_source.ensure_odoo()
    with postgres.server() as server, odoo_environment(server, log_level="info") as environment:
        # In the terminal's own session, for `shell` and debuggers; Ctrl-C reaches it by itself.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        command = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "odoo", *arguments]
        restore = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
        with subprocess.Popen(command, env=environment, **restore) as process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                process.terminate()
                return process.wait()


if __name__ == "__main__":
    main(entry)
