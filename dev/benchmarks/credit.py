"""Credit used by a customer, and confirming an order, with 100 to 10,000 open orders."""
SIZES = (100, 1_000, 10_000)
PAGE = 80


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
    native, ours = {}, {}
    with bench.database(build, addon=None) as env:
        env.company.account_use_credit_limit = True
        for size in SIZES:
            native[size] = measure_size(bench, env, size, "native", read_native)
    with bench.database(build) as env:
        env.company.ecount_credit_policy = "block"
        env.company.ecount_credit_limit = 1e12
        for size in SIZES:
            ours[size] = measure_size(bench, env, size, "with the addon", read_ours)
        page = env["res.partner"].search([("name", "like", "Bench page %")])
        bench.compare(env, {"80 customers": lambda env: page.with_env(env).mapped("credit_exposure")},
                      f"exposure of {PAGE} customers of a page")
    print("\n  open orders   read: native ms   ours ms    confirm: native ms   ours ms   ratio   write a line: ratio")
    for size in SIZES:
        print(f"  {size:11,}   {native[size]['read']:15.1f}   {ours[size]['read']:7.1f}"
              f"    {native[size]['confirm']:18.1f}   {ours[size]['confirm']:7.1f}"
              f"   {ours[size]['confirm'] / native[size]['confirm']:5.2f}"
              f"   {ours[size]['write'] / native[size]['write']:18.2f}")


def measure_size(bench, env, size, label, read):
    """Return the medians in milliseconds of reading, confirming and writing a line."""
    customer = env["res.partner"].search([("name", "=", f"Bench {size}")])
    product = env["product.product"].search([("name", "=", "Rice")], limit=1)
    order = create_order(env, customer, product)
    confirmed = env["sale.order"].search([("partner_id", "=", customer.id), ("state", "=", "sale")], limit=1)

    def write(env):
        line = confirmed.with_env(env).order_line
        line.write({"price_unit": 99.0})

    results = bench.compare(env, {
        f"read, {label}": lambda env: read(customer.with_env(env)),
        f"confirm, {label}": lambda env: order.with_env(env).action_confirm(),
        f"write a line, {label}": write,
    }, f"{size:,} open orders, {label}")
    return dict(zip(("read", "confirm", "write"), (seconds * 1000 for seconds, _queries in results.values())))


def read_native(customer):
    return customer.credit + customer.credit_to_invoice


def read_ours(customer):
    return customer.credit_exposure
