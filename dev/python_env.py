"""The virtual environment with Odoo's Python packages and the test tools."""
import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

from . import browser
from .common import CHECKOUT, Failure, building, cache, lock, say

REQUIREMENTS = CHECKOUT / "dev/requirements.txt"


def env_folder():
    """One folder per Python and per content of the requirements file: a stamp that cannot lie."""
    content = REQUIREMENTS.read_bytes() + sys.version.encode() + sys.base_prefix.encode()
    return cache() / f"python-{hashlib.sha256(content).hexdigest()[:8]}"


def env_python():
    return env_folder() / "bin/python"


def ensure_python():
    """Return the environment's Python, making the environment when it is not there yet."""
    if not env_folder().is_dir():
        with lock("python"):
            if not env_folder().is_dir():  # another run may have made it meanwhile
                create()
    return env_python()


def create():
    ensure_venv_module()
    with building(env_folder()) as work:
        say("making the Python environment …")
        subprocess.run([sys.executable, "-m", "venv", str(work)], check=True)
        say("installing Odoo's Python packages (about 100 MB, a minute or two) …")
        install(work / "bin/python")
        # Scripts name the Python they belong to by its full path: that of the final place.
        for script in (work / "bin").iterdir():
            if script.is_file() and not script.is_symlink():
                relocate(script, str(work), str(env_folder()))


def relocate(script, old, new):
    content = script.read_bytes()
    if old.encode() in content:
        script.write_bytes(content.replace(old.encode(), new.encode()))


def install(python):
    """pip, quiet but for one line per package, so that a slow network is seen to move."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--prefer-binary",
               "--progress-bar", "off", "-r", str(REQUIREMENTS)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as pip:
        try:
            reason = follow(pip.stdout)
        except BaseException:
            pip.kill()
            raise
    if pip.returncode:
        raise Failure("The Python packages could not be installed: is there a network? "
                      f"Run the same command again. ({reason})")


def follow(lines):
    """Say how far pip is; returns the last error it named."""
    reason, count = "", 0
    for line in lines:
        if line.startswith("Collecting"):
            count += 1
            if count % 20 == 0:
                say(f"  {count} packages looked up, now {line.split()[1]} …")
        elif line.startswith("Installing collected"):
            say(f"  unpacking {line.count(',') + 1} packages …")
        elif line.startswith("ERROR"):
            reason = line[6:].strip()
    return reason


def ensure_venv_module():
    """Debian's python3 comes without ensurepip: its package python3-venv brings it."""
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python3.{sys.version_info[1]}-venv"
    if not browser.apt_install([package]):
        raise Failure(f"Python's venv module is missing: sudo apt-get install {package}")


def in_env():
    return Path(sys.prefix).resolve() == env_folder().resolve()


def enter(module, arguments):
    """Go on in the environment's Python, as the same process. Does nothing when already there."""
    if in_env():
        return
    python = ensure_python()
    os.chdir(CHECKOUT)
    sys.stdout.flush()
    os.execv(python, [str(python), "-m", module, *arguments])

