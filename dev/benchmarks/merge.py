"""Merging a customer with 10,000 orders and invoices, and finding duplicates among 1,000,000 customers."""
import os

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", "1000000"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "10000"))
TWINS = 100  # one customer in so many has the tax id of another


def build(env):
    from odoo.fields import Command
    Partner = env["res.partner"]
    kept, merged = (Partner.create({"name": name, "is_company": True}) for name in ("Bench kept", "Bench merged"))
    product = env["product.product"].create({"name": "Bench", "list_price": 100})
    order = env["sale.order"].create({
        "partner_id": merged.id, "order_line": [Command.create({"product_id": product.id})]})
    invoice = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": merged.id, "invoice_date": "2025-01-31",
        "invoice_line_ids": [Command.create({"name": "Bench", "price_unit": 100, "tax_ids": []})]})
    invoice.action_post()
    env.flush_all()
    copy_documents(env, "sale_order", order, "sale_order_line", "order_id")
    copy_documents(env, "account_move", invoice, "account_move_line", "move_id")
    add_customers(env)
    env["ir.config_parameter"].set_param("bench.merge", f"{merged.id},{kept.id}")


def copy_documents(env, table, document, line_table, line_column):
    """Copy one document with its lines DOCUMENTS − 1 times, in SQL."""
    cr = env.cr
    first = max_id(cr, table) + 1
    copy_rows(cr, table, f"id = {document.id}", {
        "id": f"{first} + n", "name": "'BENCH/' || n", **unset(cr, table, "access_token", "sequence_prefix"),
    })
    cr.execute(f"SELECT id FROM {line_table} WHERE {line_column} = %s", [document.id])
    for line_id, in cr.fetchall():
        start = max_id(cr, line_table) + 1
        copy_rows(cr, line_table, f"id = {line_id}", {"id": f"{start} + n", line_column: f"{first} + n"})


def unset(cr, table, *columns):
    return {column: "NULL" for column in columns if column in columns_of(cr, table)}


def max_id(cr, table):
    cr.execute(f"SELECT max(id) FROM {table}")
    return cr.fetchone()[0]


def columns_of(cr, table):
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    return [name for name, in cr.fetchall()]


def copy_rows(cr, table, condition, values):
    columns = columns_of(cr, table)
    selected = ", ".join(values.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(f"INSERT INTO {table} ({names}) SELECT {selected} FROM {table} t, "
               f"generate_series(1, {DOCUMENTS - 1}) n WHERE {condition}")
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")


def add_customers(env):
    """Add CUSTOMERS companies; without the indexes meanwhile, which are then built at once."""
    cr = env.cr
    cr.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'res_partner'"
               " AND indexname NOT IN (SELECT conname FROM pg_constraint)")
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f'DROP INDEX "{name}"')
    cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
    cr.execute(
        """
        INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, active, is_company, partner_share,
                                 type, autopost_bills, lang, ref, vat, email, email_normalized, phone,
                                 phone_sanitized, duplicate_name_key, duplicate_tax_key, customer_rank, supplier_rank)
        SELECT id, name, name, id, TRUE, TRUE, TRUE, 'contact', 'ask', 'en_US', 'B' || n, vat, email, email, phone,
               phone, 'benchcustomer' || n, vat, 1, 0
          FROM (SELECT nextval('res_partner_id_seq') AS id, n, 'Bench customer ' || n AS name,
                       (1000000000 + n - CASE WHEN n %% %(twins)s = 0 THEN 1 ELSE 0 END)::text AS vat,
                       'customer' || n || '@example.com' AS email, '+668' || (10000000 + n) AS phone
                  FROM generate_series(1, %(customers)s) n) AS made
        """, {"twins": TWINS, "customers": CUSTOMERS})
    for _name, definition in indexes:
        cr.execute(definition)


def native_merge(env, merged, kept):
    env["base.partner.merge.automatic.wizard"]._merge((merged | kept).ids, kept)


def native_find(env):
    env["base.partner.merge.automatic.wizard"].create({"group_by_vat": True}).action_start_manual_process()


def bare_find(env):
    env.cr.execute("SELECT min(id), array_agg(id) FROM res_partner WHERE vat IS NOT NULL "
                   "GROUP BY replace(vat, ' ', '') HAVING COUNT(*) >= 2 ORDER BY min(id)")
    env.cr.fetchall()


def run(bench):
    with bench.database(build) as env:
        ids = env["ir.config_parameter"].get_param("bench.merge").split(",")
        merged, kept = (env["res.partner"].browse(int(partner_id)) for partner_id in ids)
        bench.compare(env, {
            "native": lambda env: native_merge(env, merged, kept),
            "with the addon, log included": lambda env: env["res.partner"]._merge_customers(merged, kept),
        }, f"merge a customer with {DOCUMENTS:,} orders and {DOCUMENTS:,} invoices", repeat=3, limit=0.8)
        bench.compare(env, {
            "native, same tax id": native_find,
            "with the addon, same tax id": lambda env: env["ecount.duplicate"]._find(["tax_id"]),
        }, f"find duplicates among {CUSTOMERS:,} customers", repeat=1, limit=0.125)
        bench.compare(env, {
            "bare grouping in SQL": bare_find,
            "with the addon, same tax id": lambda env: env["ecount.duplicate"]._find(["tax_id"]),
        }, "the same beside the bare grouping", repeat=3, limit=2)
        bench.compare(env, {
            "all six reasons": lambda env: env["ecount.duplicate"]._find(),
        }, "all reasons at once", repeat=1)
