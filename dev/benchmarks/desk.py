"""The customer desk: the ledger of 100,000 entries beside its bare SQL; what the desk asks when it opens."""

ENTRIES = 100_000

BARE_LEDGER = """
    SELECT * FROM (
        SELECT aml.move_id, aml.date, SUM(aml.debit) AS debit, SUM(aml.credit) AS credit,
               SUM(SUM(aml.balance)) OVER (ORDER BY aml.date, aml.move_id ROWS UNBOUNDED PRECEDING) AS balance
          FROM account_move_line aml JOIN account_account account ON account.id = aml.account_id
         WHERE aml.partner_id = %s AND aml.parent_state = 'posted'
           AND account.account_type IN ('asset_receivable', 'liability_payable')
         GROUP BY aml.move_id, aml.date) entry
     ORDER BY date, move_id LIMIT 80 OFFSET %s
"""


def run(bench):
    with bench.database(ledger) as env:
        env["account.move.line"].check_access("read")
        customer = env["res.partner"].search([("ref", "=", "BENCH")])
        for label, offset in (("first page", 0), ("last page", ENTRIES - 80)):
            bench.compare(env, {
                "bare SQL": lambda env, offset=offset: bare(env, customer, offset),
                "get_ledger": lambda env, offset=offset: customer.get_ledger(offset=offset),
            }, title=f"{label} of a ledger of {ENTRIES:,} entries", limit=3)
        bench.compare(env, {
            "get_ledger, all kinds": lambda env: customer.get_ledger(),
            "get_ledger, sales": lambda env: customer.get_ledger(kinds=["sale"]),
            "desk_open": lambda env: env["res.partner"].desk_open(customer.id),
        }, title="the desk", repeat=3)


def bare(env, customer, offset):
    env.cr.execute(BARE_LEDGER, (customer.id, offset))
    return env.cr.fetchall()


def ledger(env):
    """One invoice and one receipt, made by Odoo, then copied by statements."""
    customer = env["res.partner"].create({"name": "Benchmark", "ref": "BENCH", "is_company": True})
    invoice = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": customer.id, "invoice_date": "2020-01-01",
        "invoice_line_ids": [(0, 0, {"name": "Sauce", "price_unit": 100, "tax_ids": []})]})
    invoice.action_post()
    payment = env["account.payment"].create({
        "amount": 90, "date": "2020-01-02", "payment_type": "inbound", "partner_type": "customer",
        "partner_id": customer.id})
    payment.action_post()
    env.flush_all()
    for move in (invoice, payment.move_id):
        copy_entry(env, move.id, ENTRIES // 2 - 1)


def copy_entry(env, move_id, count):
    """Copy a posted entry `count` times, a day later each, with statements: ids are drawn first, so nothing is joined
    by a text."""
    env.cr.execute(
        """CREATE TEMPORARY TABLE bench_copy ON COMMIT DROP AS
           SELECT nextval('account_move_id_seq')::int AS id, number FROM generate_series(1, %s) number""", (count,))
    head = columns(env, "account_move", "id", "name", "date", "sequence_number")
    env.cr.execute(
        f"INSERT INTO account_move (id, name, date, sequence_number, {head})"
        f" SELECT copy.id, move.name || '-' || copy.number, move.date + copy.number %% 2000,"
        f"        move.sequence_number + copy.number, {aliased('move', head)}"
        "  FROM bench_copy copy, account_move move WHERE move.id = %s", (move_id,))
    body = columns(env, "account_move_line", "id", "move_id", "move_name", "date")
    env.cr.execute(
        f"INSERT INTO account_move_line (move_id, move_name, date, {body})"
        f" SELECT copy.id, line.move_name || '-' || copy.number, line.date + copy.number %% 2000, {aliased('line', body)}"
        "  FROM bench_copy copy, account_move_line line WHERE line.move_id = %s", (move_id,))
    env.cr.execute("DROP TABLE bench_copy")


def columns(env, table, *left_out):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)", (table, list(left_out)))
    return ", ".join(f'"{name}"' for name, in env.cr.fetchall())


def aliased(alias, names):
    return ", ".join(f"{alias}.{name}" for name in names.split(", "))
