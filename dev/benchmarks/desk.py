"""The customer desk: the ledger of 100,000 entries beside its bare SQL, finding among many customers beside Odoo's own.

CUSTOMERS=1000000 fills as many customers; where the server has pg_trgm and unaccent the database may use them.
"""
import os

ENTRIES = 100_000
CUSTOMERS = int(os.environ.get("CUSTOMERS") or 200_000)
TERMS = {
    "exact code": "0100000", "code prefix": "01000", "name prefix": "siam tr", "frequent part": "trad",
    "Thai part": "การค้า", "phone": "081-555 0123", "miss": "zzqxj", "two letters": "qx",
}

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
    with bench.database(customers) as env:
        trigrams = "with" if env.registry.has_trigram else "without"
        for label, term in TERMS.items():
            bench.compare(env, {
                "find_customers": lambda env, term=term: env["res.partner"].find_customers(term),
                "name_search": lambda env, term=term: env["res.partner"].name_search(term, limit=8),
                "native": lambda env, term=term: native_search(env, term),
            }, title=f"find, {label}, {CUSTOMERS:,} customers, {trigrams} trigrams", repeat=3)


def bare(env, customer, offset):
    env.cr.execute(BARE_LEDGER, (customer.id, offset))
    return env.cr.fetchall()


def native_search(env, term):
    fields = ["complete_name", "email", "ref", "vat", "company_registry"]
    domain = ["|"] * (len(fields) - 1) + [(field, "ilike", term) for field in fields]
    return env["res.partner"].search(domain, limit=8).mapped("display_name")


def ledger(env):
    """One invoice and one receipt, made by Odoo, then copied in the database."""
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
    def columns(table, left_out):
        env.cr.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)", (table, left_out))
        return ", ".join(f'"{name}"' for name, in env.cr.fetchall())

    head = columns("account_move", ["id", "name", "date", "sequence_number"])
    env.cr.execute(
        f"INSERT INTO account_move (name, date, sequence_number, {head})"
        f" SELECT name || '-' || number, date + number %% 2000, sequence_number + number, {head}"
        " FROM account_move, generate_series(1, %s) number WHERE id = %s", (count, move_id))
    body = columns("account_move_line", ["id", "move_id", "move_name", "date"])
    env.cr.execute(
        f"INSERT INTO account_move_line (move_id, move_name, date, {body})"
        f" SELECT copy.id, copy.name, copy.date, {', '.join('line.' + name for name in body.split(', '))}"
        "  FROM account_move_line line"
        "  JOIN account_move original ON original.id = line.move_id"
        "  JOIN account_move copy ON copy.name LIKE original.name || '-%%' AND copy.journal_id = original.journal_id"
        " WHERE line.move_id = %s", (move_id,))


def customers(env):
    env.cr.execute("SELECT nextval('res_partner_id_seq')")
    first, = env.cr.fetchone()
    env.cr.execute(
        """
        INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, ref, vat, phone, email, active,
                                 is_company, type, partner_share, autopost_bills)
        SELECT %(first)s + i, %(first)s + i, n, n, lpad(i::text, 7, '0'), 
               'TH01' || lpad((i::bigint * 7919)::text, 11, '0'),
               '+66 8' || (i %% 10) || ' 555 ' || lpad((i %% 10000)::text, 4, '0'), 'c' || i || '@example.com', TRUE,
               TRUE, 'contact', TRUE, 'ask'
          FROM (SELECT i, CASE i %% 3 WHEN 0 THEN 'บริษัท ' ELSE '' END
                    || (ARRAY['Siam', 'Golden', 'Fresh', 'Lanna', 'Orchid', 'สมชาย', 'เจริญ', 'ทองดี'])[1 + i %% 8] || ' '
                    || (ARRAY['Trading', 'Mart', 'Foods', 'การค้า', 'พาณิชย์', 'Hotel', 'Farm'])[1 + (i / 8) %% 7] || ' '
                    || substr(md5(i::text), 1, 6) AS n
                  FROM generate_series(1, %(count)s) i) made
        """, {"first": first, "count": CUSTOMERS})
    env.cr.execute("SELECT setval('res_partner_id_seq', (SELECT MAX(id) FROM res_partner))")
