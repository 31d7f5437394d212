"""The customer desk: the ledger of 100,000 entries beside its bare SQL; what the desk asks when it opens

Where OCA_ADDONS has OCA's partner_statement: the pages beside what it computes for a statement.
"""

ENTRIES = 100_000
SMALLER = 20_000
FASTER = 20

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
    oca = bench.find_oca("partner_statement")
    with bench.database(ledger, beside=oca) as env:
        env["account.move.line"].check_access("read")
        customer = env["res.partner"].search([("ref", "=", "BENCH")])
        for label, offset in (("first page", 0), ("last page", ENTRIES - 80)):
            bench.compare(env, {
                "bare SQL": lambda env, offset=offset: bare(env, customer, offset),
                "get_ledger": lambda env, offset=offset: customer.get_ledger(offset=offset),
            }, title=f"{label} of a ledger of {ENTRIES:,} entries", limit=1)
        bench.compare(env, {
            "get_ledger, all kinds": lambda env: customer.get_ledger(),
            "get_ledger, sales": lambda env: customer.get_ledger(kinds=["sale"]),
            "desk_open": lambda env: env["res.partner"].desk_open(customer.id),
        }, title="the desk", repeat=3)
        for entries in (SMALLER, ENTRIES) if oca else ():
            compare_statements(bench, env, entries)


def compare_statements(bench, env, entries):
    """The first and last page of a ledger, and the whole of it, beside the values of OCA's statements."""
    customer = env["res.partner"].search([("ref", "=", "BENCH" if entries == ENTRIES else "BENCH SMALLER")])
    pages = {
        "get_ledger, first page": lambda env: customer.get_ledger(side="receivable"),
        "get_ledger, last page": lambda env: customer.get_ledger(side="receivable", offset=entries - 80),
    }
    total = customer.get_ledger(side="receivable", limit=1)["total"]
    assert total == entries, total
    for kind, values in (("activity", {"date_start": "2000-01-01"}), ("outstanding", {})):
        statement = statement_of(env, customer, kind, values)
        bench.compare(env, {f"values of OCA's {kind} statement": statement, **pages},
                      title=f"pages and a statement of {entries:,} entries", limit=1 / FASTER)
        bench.compare(env, {
            f"values of OCA's {kind} statement": statement,
            "get_ledger, all entries": lambda env: customer.get_ledger(side="receivable", limit=None),
        }, title=f"all of {entries:,} entries")


def statement_of(env, customer, kind, values):
    """What OCA's wizard hands its report, with all of the customer's entries."""
    wizard = env[f"{kind}.statement.wizard"].with_context(active_ids=customer.ids).create(values)
    data = wizard._prepare_statement()
    report = env[f"report.partner_statement.{kind}_statement"]

    def compute(env):
        lines = report.with_env(env)._get_report_values(customer.ids, dict(data))["data"][customer.id]
        assert sum(len(currency["lines"]) for currency in lines["currencies"].values())
    return compute


def bare(env, customer, offset):
    env.cr.execute(BARE_LEDGER, (customer.id, offset))
    return env.cr.fetchall()


def ledger(env):
    """One invoice and one receipt of each customer, made by Odoo, then copied by statements."""
    moves = {
        entries: create_entries(env, env["res.partner"].create({"name": ref.title(), "ref": ref, "is_company": True}))
        for ref, entries in (("BENCH", ENTRIES), ("BENCH SMALLER", SMALLER))}
    env.flush_all()
    for entries, (invoice, receipt) in moves.items():
        copy_entry(env, invoice.id, entries // 2 - 1)
        copy_entry(env, receipt.id, entries // 2 - 1)


def create_entries(env, customer):
    invoice = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": customer.id, "invoice_date": "2020-01-01",
        "invoice_line_ids": [(0, 0, {"name": "Sauce", "price_unit": 100, "tax_ids": []})]})
    invoice.action_post()
    payment = env["account.payment"].create({
        "amount": 90, "date": "2020-01-02", "payment_type": "inbound", "partner_type": "customer",
        "partner_id": customer.id})
    payment.action_post()
    return invoice, payment.move_id


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
        f" SELECT copy.id, line.move_name || '-' || copy.number, line.date + copy.number %% 2000,"
        f" {aliased('line', body)}"
        "  FROM bench_copy copy, account_move_line line WHERE line.move_id = %s", (move_id,))
    env.cr.execute("DROP TABLE bench_copy")


def columns(env, table, *left_out):
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)", (table, list(left_out)))
    return ", ".join(f'"{name}"' for name, in env.cr.fetchall())


def aliased(alias, names):
    return ", ".join(f"{alias}.{name}" for name in names.split(", "))
