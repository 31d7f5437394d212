"""`make run`: Odoo on this machine with the addon and its demo data.

PORT   another port than 8069
DB     another database than ecount_demo; made when missing, reused and updated otherwise
"""
import os
import sys
import threading
import time
import urllib.error
import urllib.request

from . import databases, odoo_source, postgres, python_env
from .common import ADDON, Failure, main, port_is_free, say
from .odoo import call, odoo_environment

LOGINS = {  # login, which is the password too, of the addon's demo users
    "admin": "administrator", "manager": "sales manager", "nok": "sales rep", "somsak": "sales rep",
    "credit": "credit controller",
}

LANGUAGES = "th_TH,ko_KR"  # beside English: each user chooses in the preferences


def entry(arguments):
    port, name = chosen_port(), os.environ.get("DB") or "ecount_demo"
    python_env.enter("dev.run", arguments)
    odoo_source.ensure_odoo()
    with postgres.server() as server:
        if databases.exists(server, name):
            databases.update(server, name, ADDON)
        else:
            make_database(server, name)
        settings = {"db_name": name, "dbfilter": f"^{name}$", "http_port": port, "max_cron_threads": 1}
        with odoo_environment(server, **settings) as environment:
            threading.Thread(target=announce, args=(server, name, port), daemon=True).start()
            return call([sys.executable, "-m", "odoo"], environment)


def chosen_port():
    """The port, checked before anything long begins."""
    told = os.environ.get("PORT") or "8069"
    if not told.isdigit() or not 0 < int(told) < 65536:
        raise Failure(f"PORT={told} is no port number.")
    port = int(told)
    if not port_is_free(port):
        raise Failure(f"Port {port} is in use. Take another one: make run PORT={port + 1}")
    return port


def make_database(server, name):
    template = databases.ensure_template(server)
    say("the demo data takes a minute, once")
    work = f"{name}_building"
    databases.drop(server, work)
    databases.copy(server, template, work)
    # Odoo loads demo data only where the dependencies have theirs. We want our distributor alone,
    # without the companies and products of Odoo's own demo.
    databases.query(server, "UPDATE ir_module_module SET demo = true WHERE state = 'installed'", database=work)
    databases.install(server, work, ADDON, f"--load-language={LANGUAGES}")
    # An app installed later would miss the demo products it builds on.
    databases.query(server, f"UPDATE ir_module_module SET demo = false WHERE name <> '{ADDON}'", database=work)
    databases.rename(server, work, name)


def announce(server, name, port):
    """Say where Odoo is once it answers."""
    address = f"http://localhost:{port}"
    while True:
        try:
            urllib.request.urlopen(f"{address}/web/health", timeout=5).close()
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    rows = databases.query(server, "SELECT login FROM res_users WHERE active", database=name)
    known = {login for (login,) in rows}
    say(f"Odoo with {ADDON} is on {address} (Ctrl-C stops it). Log in with:")
    for login, role in LOGINS.items():
        if login in known:
            say(f"  {login} / {login}   {role}")


if __name__ == "__main__":
    main(entry)
