"""Download of customers as Excel beside the native export: the same 15 columns, rows a second, queries and memory.

Each runs in a process of its own, so that the memory of one is not that of the other.
"""
import json
import subprocess
import sys

from dev.common import CHECKOUT

SIZE = 100_000
MIN_RATIO = 3
MAX_MEMORY = 300  # MiB on top of an Odoo that does nothing

SCRIPT = """
import json, resource, tempfile, time
from types import SimpleNamespace
from odoo.addons.web.controllers import export

NATIVE = ["ref", "name", "phone", "email", "vat", "street", "city", "state_id/name", "zip", "country_id/name",
          "user_id/login", "website", "customer_group_ids", "is_company", "comment"]
OURS = ["ref", "name", "phone", "email", "vat", "street", "city", "state_id", "zip", "country_id",
        "user_id", "website", "customer_group_ids", "row_type", "comment"]

def native(env, ids):
    # What /web/export/xlsx does.
    Partner = env["res.partner"]
    export.request = SimpleNamespace(env=env)
    rows = Partner.with_context(import_compat=False).browse(ids).export_data(NATIVE)["datas"]
    fields = [{"name": name, "label": name, "type": Partner._fields[name.partition("/")[0]].type} for name in NATIVE]
    with export.ExportXlsxWriter(fields, NATIVE, len(rows)) as writer:
        for row_index, row in enumerate(rows):
            for cell_index, value in enumerate(row):
                writer.write_cell(row_index + 1, cell_index, value)
    return len(rows)

def ours(env, ids):
    Sheet = env["ecount.customer.sheet"]
    with tempfile.TemporaryFile() as target:
        return Sheet._write_customers(target, ids, Sheet._get_columns(OURS), with_contacts=%(contacts)s)

def get_peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

ids = env["res.partner"].search([("ref", "like", "C%%")], order="complete_name, id").ids
%(function)s(env, ids[:100])  # caches that live as long as the server
env.invalidate_all()
idle, queries = get_peak(), env.cr.sql_log_count
began = time.process_time(), time.perf_counter()
rows = %(function)s(env, ids)
print(json.dumps({
    "rows": rows, "cpu": time.process_time() - began[0], "seconds": time.perf_counter() - began[1],
    "queries": env.cr.sql_log_count - queries, "memory": get_peak() - idle, "peak": get_peak()}))
"""


def fill(env):
    """SIZE customers that have a value in each of the columns."""
    root = env["ecount.customer.group"].create({"name": "Region"})
    groups = env["ecount.customer.group"].create([{"name": f"Branch {n}", "parent_id": root.id} for n in range(77)])
    states = env.ref("base.th").state_ids
    env.flush_all()
    env.cr.execute("""
        INSERT INTO res_partner (name, complete_name, ref, is_company, active, partner_share, type, color,
                                 autopost_bills, phone, email, vat, street, city, zip, website, state_id,
                                 country_id, user_id, comment,
                                 create_uid, write_uid, create_date, write_date)
        SELECT 'Customer ' || md5(n::text), 'Customer ' || md5(n::text), 'C' || lpad(n::text, 6, '0'), true, true, true,
               'contact', 0, 'ask', '+66 2 ' || n, n || '@example.com', lpad(n::text, 13, '0'), n || ' Charoen Road',
               'Chiang Mai', '50200', 'http://www.' || n || '.example.com', (%s::int[])[1 + n %% %s], 217, 2,
               '<p>Opens at nine</p>', 1, 1, now(), now()
          FROM generate_series(1, %s) n""", [states.ids, len(states), SIZE])
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
    env.cr.execute("""
        INSERT INTO ecount_customer_group_partner_rel (partner_id, group_id)
        SELECT id, (%s::int[])[1 + id %% %s] FROM res_partner WHERE ref LIKE 'C%%'""", [groups.ids, len(groups)])


def measure(database, function, contacts=False):
    script = SCRIPT % {"function": function, "contacts": contacts}
    done = subprocess.run(
        [sys.executable, "-m", "dev.odoo", "shell", "-d", database, "--log-level=error", "--no-http"],
        input=script, capture_output=True, text=True, cwd=CHECKOUT, check=False)
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    raise RuntimeError(done.stdout + done.stderr)


def run(bench):
    with bench.database(fill) as env:
        database = env.cr.dbname
    results = {
        "native export": measure(database, "native"),
        "download": measure(database, "ours"),
        "download with contacts": measure(database, "ours", contacts=True),
    }
    native = results["native export"]
    print(f"\ndownload of {SIZE:,} customers, 15 columns")
    print(f"  {'':24}  {'rows/s':>8} {'rows/s of CPU':>13} {'queries':>8} {'MiB more':>9} {'MiB peak':>9} {'ratio':>6}")
    for label, found in results.items():
        ratio = native["cpu"] / found["cpu"]
        too_slow = found is not native and (ratio < MIN_RATIO or found["memory"] > MAX_MEMORY)
        print(f"  {label:24}  {found['rows'] / found['seconds']:8,.0f} {found['rows'] / found['cpu']:13,.0f} "
              f"{found['queries']:8} {found['memory']:9.0f} {found['peak']:9.0f} {ratio:6.1f}"
              + ("  TOO SLOW" if too_slow else ""))
        if too_slow:
            bench.too_slow.append(f"excel_download: {label}")
