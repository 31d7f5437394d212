"""Odoo 19 from Debian's package `odoo-19`, unpacked into the cache without installing it."""
import hashlib
import os
import re
import shutil
from pathlib import Path

from .common import Failure, building, cache, lock, run, say

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# The package's JavaScript and fonts are links into these other packages.
PACKAGES = (
    "odoo-19", "libjs-jquery", "libjs-jquery-form", "libjs-underscore",
    "fonts-roboto-unhinted", "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Newer suites no longer ship the font files that Odoo links to.
STABLE_PACKAGES = ("fonts-font-awesome",)
PYTHON_FOLDER = Path("usr/lib/python3/dist-packages")
# Removed by Debian as non-free; its absence is logged as an error, which fails browser tests.
EMPTY_FILES = ("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
RECIPE = hashlib.sha256(repr((PACKAGES, STABLE_PACKAGES, EMPTY_FILES)).encode()).hexdigest()[:8]


def odoo_home():
    """The folder that holds the `odoo` package: ODOO_HOME, or the unpacked one."""
    named = os.environ.get("ODOO_HOME")
    return Path(named).expanduser().resolve() if named else unpacked() / PYTHON_FOLDER


def unpacked():
    return cache() / f"odoo-19.0-{RECIPE}"


def odoo_version(home):
    """What tells one Odoo from another: the release, and Debian's version where it is Debian's."""
    release = (home / "odoo/release.py").read_text(encoding="utf-8")
    found = re.search(r"^version_info = \((\d+), (\d+)", release, re.MULTILINE)
    debian = home.parents[3] / "VERSION" if len(home.parents) > 3 else Path("-")
    told = debian.read_text(encoding="utf-8").strip() if debian.is_file() else str(home)
    return (f"{found[1]}.{found[2]}" if found else "?"), told


def ensure_odoo():
    """Return the folder to put in PYTHONPATH, fetching Odoo when it is not there yet."""
    home = odoo_home()
    if os.environ.get("ODOO_HOME"):
        if not (home / "odoo/release.py").is_file():
            raise Failure(f"ODOO_HOME={home} holds no Odoo (odoo/release.py is missing).")
        if odoo_version(home)[0] != "19.0":
            raise Failure(f"ODOO_HOME={home} is Odoo {odoo_version(home)[0]}, 19.0 is needed.")
    elif not unpacked().is_dir():
        with lock("odoo-source"):
            if not unpacked().is_dir():  # another run may have fetched it meanwhile
                fetch()
    return home


def fetch():
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Failure(f"{tool} is missing: on a system that is not Debian set ODOO_HOME to an Odoo 19.")
    if not KEYRING.exists():
        raise Failure("The Debian archive keyring is missing: apt-get install debian-archive-keyring "
                      "(or set ODOO_HOME to an Odoo 19).")
    with building(unpacked()) as work:
        debs = download(cache() / "apt")
        for deb in debs:
            say(f"unpacking {deb.name} …")
            run(["dpkg-deb", "-x", deb, work], f"{deb.name} could not be unpacked.")
        home = work / PYTHON_FOLDER
        shutil.rmtree(home / "addons")  # a duplicate of some of odoo/addons
        for name in EMPTY_FILES:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).touch()
        version = next(deb.name.split("_")[1] for deb in debs if deb.name.startswith("odoo-19_"))
        (work / "VERSION").write_text(version + "\n", encoding="utf-8")
    shutil.rmtree(cache() / "apt", ignore_errors=True)


def download(folder):
    """Download all packages; returns their files. apt resumes what an interruption left."""
    options = apt_options(folder)
    say("reading Debian's package lists …")
    update(options)
    say("downloading Odoo 19 and the fonts it uses (about 130 MB) …")
    wanted = [*PACKAGES, *(f"{name}/{stable_suite()}" for name in STABLE_PACKAGES)]
    run(["apt-get", *options, "download", *wanted],
        "Odoo could not be downloaded: is there a network? Run the same command again.",
        cwd=folder)
    debs = sorted(folder.glob("*.deb"))
    names = {deb.name.split("_")[0] for deb in debs}
    if missing := {*PACKAGES, *STABLE_PACKAGES} - names:
        raise Failure(f"Not downloaded: {', '.join(sorted(missing))}. Run the same command again.")
    return debs


def update(options):
    error = "Debian's package lists could not be read: is there a network?"
    try:
        run(["apt-get", *options, "-o", "APT::Update::Error-Mode=any", "update"], error)
    except Failure as failure:
        if "expired" not in str(failure):
            raise
        # A frozen mirror of the archive: signed by Debian as ever, only older than its stated life.
        say("this archive is a frozen copy, its date is not checked")
        run(["apt-get", *options, "-o", "Acquire::Check-Valid-Until=false",
             "-o", "APT::Update::Error-Mode=any", "update"], error)


def apt_options(folder):
    """apt with lists, cache and sources of its own: nothing of the system changes, root is not needed."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "sources.list"
    archive = archive_address()
    sources.write_text("".join(
        f"deb [signed-by={KEYRING}] {archive} {suite} main\n" for suite in ("sid", stable_suite())
    ), encoding="utf-8")
    settings = {
        "Dir::Etc::sourcelist": sources, "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::lists": folder / "lists", "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none", "Acquire::Retries": "3", "APT::Sandbox::User": "root",
        # The system's hooks after an update are about the system's own lists.
        "APT::Update::Post-Invoke": "", "APT::Update::Post-Invoke-Success": "",
    }
    return ["-q", *(part for key, value in settings.items() for part in ("-o", f"{key}={value}"))]


def archive_address():
    """The Debian archive this machine already uses."""
    told = run(["apt-get", "indextargets", "--format", "$(REPO_URI)|$(RELEASE)", "Created-By: Packages"],
               "apt-get tells no archive address.")
    for line in told.splitlines():
        address, _, release = line.partition("|")
        if release == stable_suite():
            return address
    raise Failure("apt knows no Debian archive on this machine: set ODOO_HOME to an Odoo 19.")


def stable_suite():
    text = Path("/etc/os-release").read_text(encoding="utf-8")
    found = re.search(r"^VERSION_CODENAME=(\S+)", text, re.MULTILINE)
    return found[1].strip('"') if found else "stable"
