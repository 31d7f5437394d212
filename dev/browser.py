"""Chromium for the browser tests, fonts for Thai and Korean, and wkhtmltopdf for PDF."""
import os
import shutil
import subprocess

from .common import Failure, lock, say

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-thai-tlwg", "fonts-noto-cjk")
# Without these the tests still pass, but some pages show boxes, or PDF reports are left out.
WELCOME = {"wkhtmltopdf": lambda: shutil.which("wkhtmltopdf"),
           "fonts-thai-tlwg": lambda: has_font("th"), "fonts-noto-cjk": lambda: has_font("ko")}


def ensure_browser():
    """Chromium, installed as Debian's package when it is missing and we may; fails otherwise."""
    with lock("apt"):
        missing = [package for package, present in WELCOME.items() if not present()]
        if not find_chromium():
            if not apt_install(["chromium", *missing]) and not apt_install(["chromium"]):
                raise Failure("Chromium is missing: sudo apt-get install chromium " + " ".join(FONTS))
        elif missing and not apt_install(missing):
            say("recommended: sudo apt-get install " + " ".join(missing))
    if not find_chromium():
        raise Failure("Chromium was installed, yet no program of that name is found.")


def find_chromium():
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def has_font(language):
    try:
        told = subprocess.run(["fc-list", f":lang={language}", "family"], text=True,
                              capture_output=True, check=False)
    except OSError:
        return False
    return bool(told.stdout.strip())


def apt_install(packages):
    """Install Debian packages where we may do so without asking for a password."""
    may = may_install()
    if may is None:
        return False
    install = [*may, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    say(f"installing {', '.join(packages)} with apt-get …")
    if succeeds(install):
        return True
    # The machine's lists may be missing (a container image) or name files that are gone.
    return succeeds([*may, "apt-get", "update"]) and succeeds(install)


def succeeds(command):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def may_install():
    """The words to put before apt-get, or None where packages cannot be installed."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and succeeds(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None
