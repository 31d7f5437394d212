"""What every part of the environment needs: places, locks, messages, one-line failures."""
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ADDON = "ecount_customer"


class Failure(Exception):
    """Something the user can act on; printed as one line, without a traceback."""


def say(text):
    print(f"[dev] {text}", flush=True)


def cache():
    """The folder, outside git, of all that is downloaded or built; shared by every checkout."""
    named = os.environ.get("ECOUNT_DEV_DIR")
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(named).expanduser().resolve() if named else Path(base) / ADDON
    path.mkdir(parents=True, exist_ok=True)
    return path


def oca_addons():
    """The folder of OCA's addons beside which benchmarks measure ours, or None."""
    named = os.environ.get("OCA_ADDONS")
    if not named:
        return None
    path = Path(named).expanduser().resolve()
    if not path.is_dir():
        raise Failure(f"OCA_ADDONS={named}: no such folder")
    return path


@contextlib.contextmanager
def lock(name, shared=False):
    """Hold a lock of the cache. The kernel frees it with the process, however that ends."""
    folder = cache() / "locks"
    folder.mkdir(exist_ok=True)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(folder / name, "w", encoding="utf-8") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run ({name}) …")
            fcntl.flock(handle, kind)
        yield handle


@contextlib.contextmanager
def building(target):
    """A new folder that becomes `target` only when all went well, so that an interruption
    leaves either the whole or nothing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f".{target.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield work
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run(command, error, **options):
    """Run a command quietly; when it fails, show the end of what it said and raise `error`."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **options)
    if done.returncode:
        told = [line for line in done.stdout.splitlines() if line.strip()]
        reason = next((line for line in told if line.startswith(("E:", "ERROR"))), told[-1] if told else "")
        raise Failure(f"{error} ({reason.strip()})" if reason else error)
    return done.stdout


def last_line(log):
    told = [line for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
    return told[-1].strip() if told else "it says nothing"


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def main(entry):
    """Call `entry(arguments)` as a program: a Failure is one line, Ctrl-C and kill end quietly."""
    for number in (signal.SIGINT, signal.SIGTERM):  # also where SIGINT came ignored, in a background job
        signal.signal(number, signal.default_int_handler)
    try:
        sys.exit(entry(sys.argv[1:]))
    except Failure as failure:
        sys.exit(f"[dev] {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
