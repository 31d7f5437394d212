"""Idle customers: preview of all against bare SQL, putting many away against native archiving.

PARTNERS, DOCUMENTS and ARCHIVED may be given for a quicker run; filling the full size takes some minutes.
"""
import os
from datetime import date, timedelta

PARTNERS = int(os.environ.get("PARTNERS") or 1_000_000)
DOCUMENTS = int(os.environ.get("DOCUMENTS") or 5_000_000)
ARCHIVED = int(os.environ.get("ARCHIVED") or 10_000)
ONE_BY_ONE = 50

# What anybody would write by hand: who traded last before the cutoff and owes nothing.
BARE = """
    WITH last AS (
        SELECT partner.commercial_partner_id AS id, MAX(date) AS date FROM (
            SELECT partner_id, MAX(date_order)::date AS date FROM sale_order WHERE state = 'sale' GROUP BY 1
            UNION ALL SELECT partner_id, MAX(date_approve)::date FROM purchase_order WHERE state = 'purchase' GROUP BY 1
            UNION ALL SELECT partner_id, MAX(invoice_date) FROM account_move
                       WHERE state = 'posted' AND move_type <> 'entry' GROUP BY 1
            UNION ALL SELECT partner_id, MAX(date) FROM account_payment WHERE state IN ('in_process', 'paid') GROUP BY 1
        ) part JOIN res_partner partner ON partner.id = part.partner_id GROUP BY 1
    ), balance AS (
        SELECT line.partner_id AS id, SUM(amount_residual) AS amount FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
         WHERE account_type IN ('asset_receivable', 'liability_payable') AND parent_state = 'posted'
           AND reconciled IS NOT TRUE GROUP BY 1
    ), draft AS (
        SELECT partner_id AS id FROM sale_order WHERE state IN ('draft', 'sent')
        UNION SELECT partner_id FROM purchase_order WHERE state IN ('draft', 'sent', 'to approve')
        UNION SELECT partner_id FROM account_move WHERE state = 'draft'
        UNION SELECT partner_id FROM account_payment WHERE state = 'draft'
    )
    SELECT partner.id, last.date, balance.amount, draft.id
      FROM res_partner partner
      LEFT JOIN last USING (id) LEFT JOIN balance USING (id) LEFT JOIN draft USING (id)
     WHERE active AND commercial_partner_id = partner.id AND (last.date IS NULL OR last.date < %s)
"""


def run(bench):
    with bench.database(build) as env:
        cutoff = env["res.partner"]._get_idle_cutoff(12)
        found = []

        def bare(env):
            env.cr.execute(BARE, [cutoff])
            found.append(len(env.cr.fetchall()))

        def preview(env):
            wizard = env["ecount.dormant.wizard"].create({"months": 12})
            found.append(sum(wizard[f"{kind}_count"] for kind in ("idle", "never", "skipped")))
        bench.compare(env, {"bare SQL": bare, "preview": preview},
                      f"preview, {PARTNERS:,} partners, {DOCUMENTS:,} documents", repeat=3, limit=2)
        print(f"  customers listed: {found[-1]:,}")

        customers = env["res.partner"].search(
            [("name", "like", "Idle %"), ("parent_id", "=", False)], limit=ARCHIVED, order="id")
        some = customers[:ONE_BY_ONE]
        bench.compare(env, {
            "native batch": lambda env: customers.with_env(env).action_archive(),
            "put away": lambda env: customers.with_env(env)._put_away(cutoff),
        }, f"archiving {ARCHIVED:,} customers (native: without their contacts)", repeat=1, warm_up=0, limit=1)
        results = bench.compare(env, {
            "native one by one": lambda env: [customer.action_archive() for customer in some.with_env(env)],
            "put away": lambda env: some.with_env(env)._put_away(cutoff),
        }, f"archiving {ONE_BY_ONE:,} customers", repeat=1, warm_up=0)
        print(f"  one by one, {ARCHIVED:,} would take "
              f"{results['native one by one'][0] * ARCHIVED / ONE_BY_ONE:.0f} s")

        Partner = env["res.partner"]
        bench.compare(env, {
            "by name": lambda env: Partner.with_env(env).search_fetch([("parent_id", "=", False)], ["name"], limit=80),
            "by last activity": lambda env: Partner.with_env(env).search_fetch(
                [("parent_id", "=", False)], ["name", "last_transaction_date"], limit=80,
                order="last_transaction_date"),
            "idle for 12 months": lambda env: Partner.with_env(env).search_count(
                [("last_transaction_date", "<", cutoff)]),
        }, "list of customers", repeat=3)


def build(env):
    """Customers with a contact each; one in ten idle; documents over six years, most of them finished and paid."""
    half, share = PARTNERS // 2, DOCUMENTS // 4
    values = {
        "customers": half, "share": share, "today": date.today(), "old": date.today() - timedelta(days=2000),
        "company": env.company.id, "currency": env.company.currency_id.id, "uid": env.uid,
        "sale_journal": env["account.journal"].search([("type", "=", "sale")], limit=1).id,
        "bank_journal": env["account.journal"].search([("type", "=", "bank")], limit=1).id,
        "receivable": env["account.account"].search([("account_type", "=", "asset_receivable")], limit=1).id,
    }
    env.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if env.cr.fetchone()[0]:  # what is entered refers to what is there: half of the time would go into asking that
        env.cr.execute("SET LOCAL session_replication_role = replica")
    for statement in STATEMENTS:
        env.cr.execute(statement, values)
    env.cr.execute("ANALYZE")


STATEMENTS = [
    # One customer in ten is idle: its documents end two years ago.
    """INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, active, is_company, type,
                                autopost_bills, create_date, create_uid, write_uid)
       SELECT x.id, x.id, x.name, x.name, TRUE, TRUE, 'contact', 'ask', %(old)s, %(uid)s, %(uid)s
         FROM (SELECT CASE WHEN n %% 10 = 0 THEN 'Idle ' ELSE 'Busy ' END || n AS name,
                      nextval('res_partner_id_seq') AS id
                 FROM generate_series(1, %(customers)s) n) x""",
    """INSERT INTO res_partner (name, complete_name, active, is_company, type, parent_id, commercial_partner_id,
                                autopost_bills, create_date, create_uid, write_uid)
       SELECT 'Contact', name || ', Contact', TRUE, FALSE, 'contact', id, id, 'ask',
              %(old)s, %(uid)s, %(uid)s
         FROM res_partner WHERE name LIKE 'Idle %%' OR name LIKE 'Busy %%'""",
    """CREATE TEMP TABLE doc AS
       SELECT n, partner.id AS partner_id,
              CASE WHEN partner.name LIKE 'Idle %%' THEN %(today)s - 730 - (n * 7 %% 1200)
                   ELSE %(today)s - (n * 7 %% 340) END AS date
         FROM generate_series(1, %(share)s) n
         JOIN (SELECT id, name, row_number() OVER (ORDER BY id) AS number FROM res_partner
                WHERE parent_id IS NULL AND (name LIKE 'Idle %%' OR name LIKE 'Busy %%')) partner
           ON partner.number = 1 + n %% %(customers)s""",
    """INSERT INTO sale_order (name, partner_id, partner_invoice_id, partner_shipping_id, company_id, currency_id,
                               date_order, state, invoice_status)
       SELECT 'S' || n, partner_id, partner_id, partner_id, %(company)s, %(currency)s, date,
              CASE WHEN n %% 500 = 0 THEN 'draft' ELSE 'sale' END, 'invoiced' FROM doc""",
    """INSERT INTO purchase_order (name, partner_id, company_id, currency_id, date_order, date_approve, state,
                                   invoice_status)
       SELECT 'P' || n, partner_id, %(company)s, %(currency)s, date, date, 'purchase', 'invoiced' FROM doc""",
    """INSERT INTO account_move (name, partner_id, commercial_partner_id, company_id, currency_id, journal_id, date,
                                 invoice_date, state, move_type, auto_post)
       SELECT 'INV' || n, partner_id, partner_id, %(company)s, %(currency)s, %(sale_journal)s, date, date, 'posted',
              'out_invoice', 'no' FROM doc""",
    """INSERT INTO account_move_line (move_id, partner_id, account_id, company_id, currency_id, journal_id, date,
                                      parent_state, display_type, reconciled, debit, credit, balance, amount_residual)
       SELECT id, partner_id, %(receivable)s, company_id, currency_id, journal_id, date, 'posted', 'payment_term',
              id %% 20 <> 0, 100, 0, 100, CASE WHEN id %% 20 = 0 THEN 100 ELSE 0 END
         FROM account_move WHERE name LIKE 'INV%%'""",
    """INSERT INTO account_payment (name, partner_id, company_id, currency_id, journal_id, date, state, payment_type,
                                    partner_type, amount, amount_company_currency_signed)
       SELECT 'PAY' || n, partner_id, %(company)s, %(currency)s, %(bank_journal)s, date, 'paid', 'inbound',
              'customer', 100, 100 FROM doc""",
]
