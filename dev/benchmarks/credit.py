"""Credit used by a customer, and confirming an order, with 100 to 10,000 open orders

Beside Odoo without the addon and, where OCA_ADDONS has it, OCA's sale_financial_risk.
"""
import contextlib

SIZES = (100, 1_000, 10_000)
PAGE, REPEAT = 80, 41
CONFIRM_LIMITS, WRITE_LIMIT = {1_000: 1.2, 10_000: 1.5}, 1.05


def build(env):
    product = env["product.product"].create({
        "name": "Rice", "type": "service", "list_price": 100.0, "invoice_policy": "order", "taxes_id": False})
    for size in SIZES:
        customer = env["res.partner"].create({"name": f"Bench {size}", "is_company": True})
        template = create_order(env, customer, product)
        template.action_confirm()
        env.flush_all()
        copy_rows(env, template, size - 1)
    env["res.partner"].create([{"name": f"Bench page {number}"} for number in range(PAGE)])


def create_order(env, customer, product):
    return env["sale.order"].create({
        "partner_id": customer.id, "order_line": [(0, 0, {
            "product_id": product.id, "product_uom_qty": 1, "price_unit": 100.0, "tax_ids": False})]})


def copy_rows(env, order, count):
    """Copy a confirmed order and its line so many times, by SQL: through the ORM it would take hours."""
    cr = env.cr
    orders = copy(cr, "sale_order", order.id, count, {"name": "'B' || n"})
    copy(cr, "sale_order_line", order.order_line.id, count, {"order_id": f"{orders} + n"})


def copy(cr, table, id_, count, changes):
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
               [table])
    columns = [row[0] for row in cr.fetchall()]
    cr.execute(f"SELECT MAX(id) FROM {table}")
    first = cr.fetchone()[0]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    cr.execute(f"INSERT INTO {table} (id, {names}) SELECT {first} + n, {values}"
               f"  FROM {table}, generate_series(1, %s) n WHERE id = %s", [count, id_])
    cr.execute(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))")
    return first


def run(bench):
    oca = bench.find_oca("sale_financial_risk")
    with contextlib.ExitStack() as stack:
        native = stack.enter_context(bench.database(build, addon=None))
        native.company.account_use_credit_limit = True
        ours = stack.enter_context(bench.database(build))
        ours.company.write({"ecount_credit_policy": "block", "ecount_credit_limit": 1e12})
        sides = {"native": (native, read_native), "with the addon": (ours, read_ours)}
        if oca:
            sides["with OCA's"] = stack.enter_context(bench.database(build, addon=None, beside=oca)), read_oca
            limit_oca(sides["with OCA's"][0])
        for size in SIZES:
            compare(bench, sides, size)
        bench.compare(None, {
            label: (env, reader(read, env["res.partner"].search([("name", "like", "Bench page %")])))
            for label, (env, read) in sides.items()
        }, f"reading {PAGE} customers of a page")


def limit_oca(env):
    """The same as ours: a limit nobody reaches, of what is ordered and what is owed."""
    env["res.partner"].search([("name", "like", "Bench %")]).write({
        "credit_limit": 1e12, "risk_sale_order_include": True, "risk_invoice_open_include": True,
        "risk_invoice_unpaid_include": True})


def compare(bench, sides, size):
    reads, confirms, writes = {}, {}, {}
    for label, (env, read) in sides.items():
        customer = env["res.partner"].search([("name", "=", f"Bench {size}")])
        product = env["product.product"].search([("name", "=", "Rice")], limit=1)
        order = create_order(env, customer, product)
        confirmed = env["sale.order"].search([("partner_id", "=", customer.id), ("state", "=", "sale")], limit=1)
        reads[label] = env, reader(read, customer)
        confirms[label] = env, confirmer(order)
        writes[label] = env, writer(confirmed.order_line)
    bench.compare(None, reads, f"reading the credit used, {size:,} open orders")
    bench.compare(None, confirms, f"confirming an order, {size:,} open orders", repeat=REPEAT, warm_up=2,
                  limit={"with the addon": CONFIRM_LIMITS.get(size)})
    bench.compare(None, writes, f"writing an order line, {size:,} open orders", repeat=REPEAT, warm_up=2,
                  limit={"with the addon": WRITE_LIMIT})


def reader(read, customers):
    return lambda env: read(customers.with_env(env))


def confirmer(order):
    def confirm(env):
        order.with_env(env).action_confirm()
        assert order.state == "sale"
    return confirm


def writer(line):
    return lambda env: line.with_env(env).write({"price_unit": 99.0})


def read_native(customers):
    return [customer.credit + customer.credit_to_invoice for customer in customers]


def read_ours(customers):
    return customers.mapped("credit_exposure")


def read_oca(customers):
    return customers.mapped("risk_total")
