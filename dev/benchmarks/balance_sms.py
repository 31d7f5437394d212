"""Preparing and queueing balance SMS for 10,000 customers: queries counted, beside the bare SQL of what is owed."""
from datetime import date

CUSTOMERS = 10_000
MOST_QUERIES = 30
MOST_SENDING_QUERIES = 500  # Odoo inserts 100 rows at a time: message, log, tracker and note of 10,000 customers

BARE = """
    SELECT partner.id, partner.mobile, SUM(line.amount_residual), MIN(line.date_maturity)
      FROM account_move_line line JOIN account_account account ON account.id = line.account_id
      JOIN res_partner partner ON partner.id = line.partner_id
     WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
       AND line.reconciled IS NOT TRUE
     GROUP BY 1"""


def run(bench):
    with bench.database(build) as env:
        customers = env["res.partner"].search([("name", "like", "Bench %")])
        assert len(customers) == CUSTOMERS

        def bare(env):
            env.cr.execute(BARE)
            env.cr.fetchall()

        def prepare(env):
            wizard = env["ecount.balance.sms"].create({"partner_ids": [(6, 0, customers.ids)]})
            assert wizard.send_count == CUSTOMERS
        results = bench.compare(env, {
            "bare SQL": bare,
            "a selection of all": prepare,
            "all overdue": lambda env: env["ecount.balance.sms"].create({}).send_count,
        }, f"preparing {CUSTOMERS:,} balance SMS", repeat=3)
        for label in ("a selection of all", "all overdue"):
            count_queries(bench, results, label, MOST_QUERIES)
        wizard = env["ecount.balance.sms"].create({})
        results = bench.compare(env, {"action_send": lambda env: wizard.with_env(env).action_send()},
                                f"queueing and logging {CUSTOMERS:,} messages", repeat=1, warm_up=0)
        count_queries(bench, results, "action_send", MOST_SENDING_QUERIES)


def count_queries(bench, results, label, most):
    queries = results[label][1]
    print(f"  {label}: {queries:.0f} queries, at most {most}: {'ok' if queries <= most else 'TOO MANY'}")
    if queries > most:
        bench.too_slow.append(f"queries of {label}")


def build(env):
    values = {
        "count": CUSTOMERS, "today": date.today(), "company": env.company.id, "uid": env.uid,
        "currency": env.company.currency_id.id, "country": env.ref("base.th").id,
        "journal": env["account.journal"].search([("type", "=", "sale")], limit=1).id,
        "receivable": env["account.account"].search([("account_type", "=", "asset_receivable")], limit=1).id,
    }
    env["res.lang"]._activate_lang("th_TH")
    env.flush_all()
    for statement in STATEMENTS:
        env.cr.execute(statement, values)


STATEMENTS = [
    """INSERT INTO res_partner (name, complete_name, ref, active, is_company, type, mobile, country_id, lang,
                                partner_share, autopost_bills, create_uid, write_uid)
       SELECT 'Bench ' || n, 'Bench ' || n, 'B' || n, TRUE, TRUE, 'contact', '081 ' || lpad(n::text, 7, '0'),
              %(country)s, CASE n %% 2 WHEN 0 THEN 'th_TH' ELSE 'en_US' END, TRUE, 'ask', %(uid)s, %(uid)s
         FROM generate_series(1, %(count)s) n""",
    "UPDATE res_partner SET commercial_partner_id = id WHERE name LIKE 'Bench %%'",
    """INSERT INTO account_move (name, partner_id, commercial_partner_id, company_id, currency_id, journal_id, date,
                                 invoice_date, state, move_type, auto_post)
       SELECT 'INV' || n || '/' || ref, partner.id, partner.id, %(company)s, %(currency)s, %(journal)s, %(today)s - 90,
              %(today)s - 90, 'posted', 'out_invoice', 'no'
         FROM res_partner partner, generate_series(1, 3) n WHERE name LIKE 'Bench %%'""",
    """INSERT INTO account_move_line (move_id, partner_id, account_id, company_id, currency_id, journal_id, date,
                                      invoice_date, date_maturity, parent_state, display_type, reconciled, debit,
                                      credit, balance, amount_residual)
       SELECT id, partner_id, %(receivable)s, company_id, currency_id, journal_id, date, invoice_date, date + 30,
              'posted', 'payment_term', FALSE, 100, 0, 100, 100
         FROM account_move WHERE name LIKE 'INV%%'""",
]
