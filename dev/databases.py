"""Databases: a template with the dependencies installed, and quick copies of it."""
import ast
import contextlib
import hashlib
import os
import re
import shutil
import socket

from . import odoo_source
from .common import ADDON, CHECKOUT, Failure, cache, last_line, lock, say
from .odoo import data_folder, odoo

RECIPE = "1"  # raise it when the way a template is made changes
HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:4]
STAMP = f"{ADDON}.dev_fingerprint"
# Installed beside an addon for its tests, though it does not depend on them: apps with ways of their own to price.
BESIDE = {
    f"{ADDON}_hr": ["sale_expense"],
    f"{ADDON}_website_sale": ["sale_management", "sale_product_matrix"],
}
TEST_PREFIX = f"ecount_test_{HOST}_"


# --- addons of this checkout ---

def own_addons():
    """The addon first, then the glue addons beside it."""
    found = sorted(path.parent.name for path in CHECKOUT.glob(f"{ADDON}*/__manifest__.py"))
    if ADDON not in found:
        raise Failure(f"No addon found: {ADDON}/__manifest__.py is missing.")
    return found


def manifest(addon):
    return ast.literal_eval((CHECKOUT / addon / "__manifest__.py").read_text(encoding="utf-8"))


def foreign_dependencies(addon):
    """What has to be installed, beside our own addons, before `addon` can be installed and tested."""
    wanted, seen, todo = set(BESIDE.get(addon, [])), set(), [addon]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if (CHECKOUT / name / "__manifest__.py").exists():
            todo += manifest(name).get("depends", ["base"])
        else:
            wanted.add(name)
    return sorted(wanted)


def fingerprint():
    """What an installation of our addons depends on: their files, without the tests."""
    digest = hashlib.sha256()
    for addon in own_addons():
        for path in sorted((CHECKOUT / addon).rglob("*")):
            if path.is_file() and not {"tests", "__pycache__"} & set(path.parts):
                digest.update(f"{path.relative_to(CHECKOUT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()


# --- databases on the server ---

def query(server, statement, *values, database="postgres"):
    import psycopg2
    try:
        with contextlib.closing(server.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else None
    except psycopg2.Error as error:
        raise Failure(f"PostgreSQL: {str(error).strip().splitlines()[0]}") from error


def exists(server, name):
    return bool(query(server, "SELECT 1 FROM pg_database WHERE datname = %s", name))


def drop(server, name):
    query(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(server, name), ignore_errors=True)


def drop_unused(server, prefix):
    """Drop the databases of that prefix to which nobody is connected."""
    for (name,) in query(server, "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND NOT EXISTS "
                         "(SELECT 1 FROM pg_stat_activity a WHERE a.datname = pg_database.datname)", prefix):
        drop(server, name)


def rename(server, old, new):
    """The filestore goes first: where a database is, its files are."""
    shutil.rmtree(filestore(server, new), ignore_errors=True)
    if filestore(server, old).exists():
        filestore(server, old).rename(filestore(server, new))
    query(server, f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def copy(server, source, name):
    """Copy a database. Files are linked, not copied: Odoo never changes one, it only adds and removes."""
    shutil.rmtree(filestore(server, name), ignore_errors=True)
    if filestore(server, source).exists():
        shutil.copytree(filestore(server, source), filestore(server, name), copy_function=os.link)
    query(server, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def filestore(server, name):
    return data_folder(server) / "filestore" / name


# --- the template ---

def ensure_template(server, addon=ADDON):
    """Return the name of a database that has all that `addon` depends on, and not the addon."""
    home = odoo_source.odoo_home()
    depends = foreign_dependencies(addon)
    key = repr((RECIPE, odoo_source.odoo_version(home), depends))
    name = f"ecount_template_{hashlib.sha256(key.encode()).hexdigest()[:10]}"
    if not exists(server, name):
        with lock("template"):
            if not exists(server, name):  # another run may have made it meanwhile
                make_template(server, name, depends)
    return name


def make_template(server, name, depends):
    say(f"making a template database with {', '.join(depends)} (a minute or two, once) …")
    work = f"{name}_building"
    drop(server, work)
    create_empty(server, work)
    log = cache() / "template.log"
    if odoo(server, "-d", work, "-i", ",".join(depends), "--stop-after-init", "--no-http", log=log):
        raise Failure(f"The template database could not be made: {last_line(log)} (log: {log})")
    rename(server, work, name)


def create_empty(server, name):
    """As Odoo creates a database, but without an error where the server lacks an extension."""
    query(server, f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'")
    rows = query(server, "SELECT name FROM pg_available_extensions WHERE name IN ('pg_trgm', 'unaccent')")
    for (extension,) in rows:
        query(server, f"CREATE EXTENSION {extension}", database=name)
        if extension == "unaccent":  # Odoo uses it in indexes
            query(server, "ALTER FUNCTION unaccent(text) IMMUTABLE", database=name)


# --- databases with our addons ---

def install(server, name, addon, *options, how="-i"):
    """Install the addon, or update it (-u), with Odoo's `options`; the database notes which state of it that is."""
    say(f"{'installing' if how == '-i' else 'updating'} {addon} in database {name} …")
    state = fingerprint()  # as it is now: who edits a file meanwhile gets an update the next time
    if odoo(server, "-d", name, how, addon, *options, "--stop-after-init", "--no-http"):
        raise Failure(f"{addon} could not be {'installed' if how == '-i' else 'updated'}; "
                      "Odoo's messages above say why.")
    query(server, "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s) "
          "ON CONFLICT (key) DO UPDATE SET value = excluded.value", STAMP, state, database=name)


def update(server, name, addon):
    """Update the addon where its files changed since it was installed or updated there."""
    rows = query(server, "SELECT value FROM ir_config_parameter WHERE key = %s", STAMP, database=name)
    if [(fingerprint(),)] != rows:
        install(server, name, addon, how="-u")


def copy_installed(server, addon, name):
    """Make a database with the addon as this checkout has it. The one it is copied from is kept, one
    for each checkout and addon, so that a change of tests alone needs no installation."""
    template = ensure_template(server, addon)
    place = hashlib.sha256(f"{CHECKOUT}:{addon}".encode()).hexdigest()[:6]
    state = hashlib.sha256(f"{template}:{fingerprint()}".encode()).hexdigest()[:10]
    ready = f"ecount_ready_{place}_{state}"
    with lock(f"ready-{place}"):
        if not exists(server, ready):
            drop_unused(server, f"ecount_ready_{place}_")
            work = f"{ready}_building"
            copy(server, template, work)
            install(server, work, addon)
            rename(server, work, ready)
        copy(server, ready, name)


# --- databases of test runs ---

def test_name():
    return f"{TEST_PREFIX}{os.getpid()}"


def drop_leftovers(server):
    """Drop the test databases whose run was killed: those named after a process that is no more."""
    names = query(server, "SELECT datname FROM pg_database WHERE datname LIKE %s", f"{TEST_PREFIX}%")
    for (name,) in names:
        pid = re.fullmatch(re.escape(TEST_PREFIX) + r"(\d+)(_.*)?", name)
        if pid and not os.path.exists(f"/proc/{pid[1]}"):
            drop(server, name)
