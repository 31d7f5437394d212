"""Alerts over a million customers: finding, sheet, message and queueing beside the bare SQL of the condition.

CUSTOMERS=100000 fills fewer customers, each with an invoice, every fourth with a receipt.
"""
import os
from datetime import date, datetime, timedelta

CUSTOMERS = int(os.environ.get("CUSTOMERS") or 1_000_000)
INVOICES, RECEIPTS = CUSTOMERS, CUSTOMERS // 4
REPS = 20

# What anybody would write by hand for the same customers and the figure that is compared.
BARE = {
    "sales": """
        SELECT line.partner_id, SUM(line.balance)
          FROM account_move_line line JOIN account_move move ON move.id = line.move_id
          JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
           AND line.date BETWEEN %(first)s AND %(today)s
         GROUP BY 1 HAVING SUM(line.balance) > %(amount)s ORDER BY 2 DESC""",
    "receipts": """
        SELECT line.partner_id, SUM(line.credit)
          FROM account_move_line line JOIN account_move move ON move.id = line.move_id
          JOIN account_account account ON account.id = line.account_id
          JOIN account_journal journal ON journal.id = line.journal_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND move.move_type = 'entry' AND journal.type = 'bank' AND line.date BETWEEN %(first)s AND %(today)s
         GROUP BY 1 HAVING SUM(line.credit) > %(amount)s ORDER BY 2 DESC""",
    "balance": """
        SELECT line.partner_id, SUM(line.amount_residual)
          FROM account_move_line line JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE
         GROUP BY 1 HAVING SUM(line.amount_residual) > %(amount)s ORDER BY 2 DESC""",
    "overdue_amount": """
        SELECT * FROM (
            SELECT line.partner_id,
                   SUM(line.amount_residual) FILTER (WHERE line.amount_residual > 0 AND line.date_maturity < %(today)s)
                   + COALESCE(SUM(line.amount_residual) FILTER (WHERE line.amount_residual < 0), 0) AS overdue
              FROM account_move_line line JOIN account_account account ON account.id = line.account_id
             WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE
             GROUP BY 1) due WHERE overdue > %(amount)s ORDER BY 2 DESC""",
    # Late for longer: what was due until then is more than the credits, which settle the oldest first.
    "overdue_days": """
        SELECT line.partner_id, MIN(line.date_maturity)
          FROM account_move_line line JOIN account_account account ON account.id = line.account_id
         WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE
         GROUP BY 1
        HAVING SUM(line.amount_residual) FILTER (
                   WHERE line.amount_residual < 0 OR line.date_maturity < %(today)s - %(amount)s) > 0""",
    "over_limit": """
        SELECT used.*, used.exposure - %(limit)s FROM (
            SELECT partner_id, SUM(amount) AS exposure FROM (
                SELECT line.partner_id, line.amount_residual AS amount
                  FROM account_move_line line JOIN account_account account ON account.id = line.account_id
                 WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE
                 UNION ALL
                SELECT partner_invoice_id, credit_open_amount FROM sale_order
                 WHERE state = 'sale' AND credit_open_amount > 0) part
             GROUP BY 1) used
          JOIN res_partner customer ON customer.id = used.partner_id
         WHERE (customer.credit_limit ? %(company)s) IS NOT TRUE AND used.exposure - %(limit)s > %(amount)s
         ORDER BY 3 DESC""",
}
# As an alert that somebody reads: some tens or hundreds of customers.
AMOUNTS = {"sales": 2680, "receipts": 1850, "balance": 2750, "overdue_amount": 2700, "overdue_days": 45,
           "over_limit": 1750}
MANY = 2650  # a balance that thousands have


def run(bench):
    with bench.database(build) as env:
        today = date.today()
        env.company.ecount_credit_limit = 1000
        boss = env["res.users"].search([("login", "=", "bench_boss")])
        for measure, statement in BARE.items():
            values = {
                "first": today - timedelta(days=29), "today": today, "amount": AMOUNTS[measure], "limit": 1000,
                "company": str(env.company.id)}
            alert = create_alert(env, measure, AMOUNTS[measure], boss)
            found = []

            def bare(env, statement=statement, values=values, found=found):
                env.cr.execute(statement, values)
                found.append(len(env.cr.fetchall()))

            def send(env, alert=alert, found=found):
                alert = alert.with_env(env)
                alert.next_run = datetime.now()
                found.append(sum(alert._send().mapped("customer_count")))
            bench.compare(env, {"bare SQL": bare, "alert, sent": send},
                          f"{measure}, {CUSTOMERS:,} customers", repeat=3, limit=2)
            print(f"  customers found: {found[-2]:,} and {found[-1]:,}")
        alert = create_alert(env, "balance", MANY, boss)
        print(f"  found of the next: {len(alert._get_rows(datetime.now())):,} customers")
        whole, own = alert, alert.copy({"to_salespeople": True, "user_ids": [(5,)]})
        bench.compare(env, {
            "found": lambda env: alert.with_env(env)._get_rows(datetime.now()),
            "found and sent, one sheet": lambda env: whole.with_env(env)._send(),
            f"each of {REPS} salespeople their own": lambda env: own.with_env(env)._send(),
        }, "letters about thousands", repeat=3)


def create_alert(env, measure, amount, boss):
    return env["ecount.ledger.alert"].create({
        "name": measure, "measure": measure, "period": "last_days", "period_days": 30, "amount": amount,
        "days": amount, "user_ids": [(6, 0, boss.ids)]})


def build(env):
    """Customers of twenty reps; invoices of the last sixty days, receipts that are not matched yet."""
    reps = env["res.users"].with_context(no_reset_password=True).create([
        {"name": f"Rep {number}", "login": f"bench_rep_{number}", "email": f"rep{number}@example.com"}
        for number in range(REPS)])
    env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Boss", "login": "bench_boss", "email": "boss@example.com"})
    values = {
        "customers": CUSTOMERS, "invoices": INVOICES, "receipts": RECEIPTS, "reps": reps.ids, "count": REPS,
        "today": date.today(), "company": env.company.id, "currency": env.company.currency_id.id, "uid": env.uid,
        "sale_journal": env["account.journal"].search([("type", "=", "sale")], limit=1).id,
        "bank_journal": env["account.journal"].search([("type", "=", "bank")], limit=1).id,
        "receivable": env["account.account"].search([("account_type", "=", "asset_receivable")], limit=1).id,
    }
    env.flush_all()
    # Making the users has planned the checks of foreign keys for a table of ten rows, which is slow for a million.
    env.cr.execute("DISCARD PLANS")
    for statement in STATEMENTS:
        env.cr.execute(statement, values)
    env["res.partner"]._refresh_portfolios(SQL_TRUE())


def SQL_TRUE():
    from odoo.tools import SQL
    return SQL("TRUE")


STATEMENTS = [
    """INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, ref, active, is_company, type, user_id,
                                partner_share, autopost_bills, create_uid, write_uid)
       SELECT id, id, 'Bench ' || n, 'Bench ' || n, 'B' || n, TRUE, TRUE, 'contact',
              (%(reps)s)[1 + n %% %(count)s], TRUE, 'ask', %(uid)s, %(uid)s
         FROM (SELECT n, nextval('res_partner_id_seq') AS id FROM generate_series(1, %(customers)s) n) made""",
    """CREATE TEMP TABLE customer AS
       SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM res_partner WHERE name LIKE 'Bench %%'""",
    "CREATE UNIQUE INDEX ON customer (number)",
    """INSERT INTO account_move (name, partner_id, commercial_partner_id, company_id, currency_id, journal_id, date,
                                 invoice_date, state, move_type, auto_post)
       SELECT 'INV' || n, id, id, %(company)s, %(currency)s, %(sale_journal)s, %(today)s - n %% 60,
              %(today)s - n %% 60, 'posted', 'out_invoice', 'no'
         FROM generate_series(1, %(invoices)s) n JOIN customer ON number = n * 7919::bigint %% %(customers)s / 2""",
    """INSERT INTO account_move (name, partner_id, commercial_partner_id, company_id, currency_id, journal_id, date,
                                 state, move_type, auto_post)
       SELECT 'PAY' || n, id, id, %(company)s, %(currency)s, %(bank_journal)s, %(today)s - n %% 60, 'posted', 'entry',
              'no'
         FROM generate_series(1, %(receipts)s) n JOIN customer ON number = n * 7919::bigint %% %(customers)s / 2""",
    # One in 5,000 is older than the rest.
    """UPDATE account_move SET date = date - 40, invoice_date = date - 40
        WHERE name LIKE 'INV%%' AND substr(name, 4)::int %% 5000 = 0""",
    """INSERT INTO account_move_line (move_id, partner_id, account_id, company_id, currency_id, journal_id, date,
                                      invoice_date, date_maturity, parent_state, display_type, reconciled, debit,
                                      credit, balance, amount_residual)
       SELECT id, partner_id, %(receivable)s, company_id, currency_id, journal_id, date, invoice_date, date + 15,
              'posted', 'payment_term', FALSE, amount, 0, amount, amount
         FROM (SELECT *, 100 + (id * 31) %% 1300 AS amount FROM account_move WHERE name LIKE 'INV%%') move""",
    """INSERT INTO account_move_line (move_id, partner_id, account_id, company_id, currency_id, journal_id, date,
                                      parent_state, display_type, reconciled, debit, credit, balance, amount_residual)
       SELECT id, partner_id, %(receivable)s, company_id, currency_id, journal_id, date, 'posted', 'product', FALSE, 0,
              amount, -amount, -amount
         FROM (SELECT *, 50 + (id * 31) %% 950 AS amount FROM account_move WHERE name LIKE 'PAY%%') move""",
]
