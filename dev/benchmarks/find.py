"""Finding among many customers, beside Odoo's own search.

CUSTOMERS=1000000 fills as many customers; where the server has pg_trgm and unaccent the database may use them.
"""
import os

from .desk import aliased, columns

CUSTOMERS = int(os.environ.get("CUSTOMERS") or 200_000)
TERMS = {
    "exact code": "0100000", "code prefix": "01000", "phone": "081-555 0123", "tax id": "TH0100791900000",
    "name prefix": "siam tr", "Thai prefix": "เจริญ", "frequent part": "trad", "Thai part": "การค้า",
    "rare part": "7f3a1", "one digit": "7", "one letter": "s", "one Thai letter": "ก", "two letters": "qx",
    "miss": "zzqxj",
}


def run(bench):
    with bench.database(customers) as env:
        trigrams = "with" if env.registry.has_trigram else "without"
        for label, term in TERMS.items():
            bench.compare(env, {
                "find_customers": lambda env, term=term: env["res.partner"].find_customers(term),
                "name_search": lambda env, term=term: env["res.partner"].name_search(term, limit=8),
                "native": lambda env, term=term: native_search(env, term),
            }, title=f"find, {label}, {CUSTOMERS:,} customers, {trigrams} trigrams", repeat=3)


def native_search(env, term):
    fields = ["complete_name", "email", "ref", "vat", "company_registry"]
    domain = ["|"] * (len(fields) - 1) + [(field, "ilike", term) for field in fields]
    return env["res.partner"].search(domain, limit=8).mapped("display_name")


def customers(env):
    """Customers, a contact of every tenth, and posted invoices of a third of them."""
    env.company.country_id = env.ref("base.th")
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
    env.cr.execute(
        """
        INSERT INTO res_partner (parent_id, commercial_partner_id, name, complete_name, phone, active, is_company,
                                 type, partner_share, autopost_bills)
        SELECT company.id, company.id, 'Nok ' || company.ref, company.name || ', Nok ' || company.ref,
               '+66 9' || right(company.ref, 1) || ' 777 ' || right(company.ref, 4), TRUE, FALSE, 'contact', TRUE, 'ask'
          FROM res_partner company WHERE company.id > %s AND company.id %% 10 = 0
        """, (first,))
    invoice(env, first)


def invoice(env, first):
    """One invoice made by Odoo, its head copied for a third of the customers: what ranks those found alike."""
    move = env["account.move"].create({
        "move_type": "out_invoice", "partner_id": first + 1, "invoice_date": "2024-01-01",
        "invoice_line_ids": [(0, 0, {"name": "Sauce", "price_unit": 100, "tax_ids": []})]})
    move.action_post()
    env.flush_all()
    head = columns(env, "account_move", "id", "name", "date", "sequence_number", "partner_id", "commercial_partner_id")
    env.cr.execute(
        f"INSERT INTO account_move (name, date, sequence_number, partner_id, commercial_partner_id, {head})"
        f" SELECT move.name || '-' || number, move.date + number %% 900, move.sequence_number + number,"
        f"        %s + number * 3, %s + number * 3, {aliased('move', head)}"
        "  FROM generate_series(1, %s) number, account_move move WHERE move.id = %s",
        (first, first, CUSTOMERS // 3, move.id))
