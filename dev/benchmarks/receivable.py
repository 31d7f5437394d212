"""Ageing of 1,000,000 open items of 200,000 customers by group, and filtering 1,000,000 orders by group

Beside the SQL that nobody can do without, the native pivot by partner and month, and the native filter by tag.
"""
import os

ITEMS = int(os.environ.get("ITEMS", "1000000"))
ORDERS = int(os.environ.get("ORDERS", "1000000"))
CUSTOMERS = int(os.environ.get("CUSTOMERS", "200000"))
LINES_PER_MOVE = 1000
AGEING_LIMIT, FASTER, FILTER_LIMIT = 1.5, 20, 1.2


def build(env):
    if not env.company.chart_template:
        env["account.chart.template"].try_loading("generic_coa", env.company, install_demo=False)
    build_customers(env)
    build_items(env)
    build_orders(env)


def build_customers(env):
    """Regions of three levels, tiers, tags; every customer has one of each."""
    Group, Tag = env["ecount.customer.group"], env["res.partner.category"]
    region = Group.create({"name": "Region", "sequence": 1})
    areas = Group.create([{"name": f"Area {n}", "parent_id": region.id} for n in range(10)])
    towns = Group.create([{"name": f"Town {n}", "parent_id": areas[n % 10].id} for n in range(77)])
    tier = Group.create({"name": "Tier", "sequence": 2})
    tiers = Group.create([{"name": f"Tier {n}", "parent_id": tier.id} for n in range(4)])
    tag = Tag.create({"name": "Area"})
    parents = Tag.create([{"name": f"Area {n}", "parent_id": tag.id} for n in range(10)])
    tags = Tag.create([{"name": f"Town {n}", "parent_id": parents[n % 10].id} for n in range(77)])
    env.flush_all()
    execute = env.cr.execute
    execute("""
        INSERT INTO res_partner (id, commercial_partner_id, name, complete_name, ref, is_company, active, partner_share,
                                 type, autopost_bills, customer_rank, user_id, create_date, write_date)
        SELECT id, id, 'Bench ' || number, 'Bench ' || number, 'B' || number, TRUE, TRUE, TRUE, 'contact', 'ask', 1, %s,
               now(), now()
          FROM (SELECT number, nextval('res_partner_id_seq') AS id FROM generate_series(1, %s) number) made
    """, [env.ref("base.user_admin").id, CUSTOMERS])
    for groups in (towns, tiers):
        execute("""
            INSERT INTO ecount_customer_group_partner_rel (partner_id, group_id)
            SELECT id, (%s::int[])[1 + id %% %s] FROM res_partner WHERE ref LIKE 'B%%'""", [groups.ids, len(groups)])
    execute("""
        INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
        SELECT id, (%s::int[])[1 + id %% %s] FROM res_partner WHERE ref LIKE 'B%%'""", [tags.ids, len(tags)])


def build_items(env):
    """Open receivables of the last 400 days, in entries of a thousand lines."""
    account = env["account.account"].search([("account_type", "=", "asset_receivable")], limit=1)
    journal = env["account.journal"].search([("type", "=", "general")], limit=1)
    company, currency = env.company, env.company.currency_id
    execute = env.cr.execute
    execute("""
        INSERT INTO account_move (name, state, date, journal_id, company_id, currency_id, move_type, auto_post,
                                  create_date, write_date)
        SELECT 'BENCH/' || number, 'posted', current_date, %s, %s, %s, 'entry', 'no', now(), now()
          FROM generate_series(1, %s) number
        RETURNING id""", [journal.id, company.id, currency.id, ITEMS // LINES_PER_MOVE])
    moves = [row[0] for row in env.cr.fetchall()]
    execute("""
        INSERT INTO account_move_line (
            move_id, move_name, parent_state, journal_id, company_id, company_currency_id, currency_id, account_id,
            partner_id, date, invoice_date, date_maturity, name, sequence, display_type, debit, credit, balance,
            amount_currency, amount_residual, amount_residual_currency, reconciled, quantity, create_date, write_date)
        SELECT (%(moves)s::int[])[1 + number / %(lines)s], 'BENCH/' || number / %(lines)s, 'posted', %(journal)s,
               %(company)s, %(currency)s, %(currency)s, %(account)s, customer.ids[1 + number %% %(customers)s],
               day, day, day + 30, 'Item', 10, 'payment_term', amount, 0, amount, amount, amount, amount, FALSE, 1,
               now(), now()
          FROM (SELECT number, current_date - number / 50 %% 400 AS day, (100 + number %% 9900)::numeric AS amount
                  FROM generate_series(0, %(items)s - 1) number) item,
               (SELECT array_agg(id ORDER BY md5(id::text)) AS ids FROM res_partner WHERE ref LIKE 'B%%') customer
    """, {"moves": moves, "lines": LINES_PER_MOVE, "journal": journal.id, "company": company.id,
          "currency": currency.id, "account": account.id, "customers": CUSTOMERS, "items": ITEMS})


def build_orders(env):
    env.cr.execute("""
        INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, state,
                                date_order, currency_id, currency_rate, amount_total, amount_untaxed, invoice_status,
                                create_date, write_date)
        SELECT 'B' || number, %s, partner, partner, partner, 'sale', now() - number * interval '1 minute', %s, 1, 100,
               100, 'no', now(), now()
          FROM (SELECT number, customer.ids[1 + number %% %s] AS partner
                  FROM generate_series(1, %s) number,
                       (SELECT array_agg(id ORDER BY md5(id::text)) AS ids
                          FROM res_partner WHERE ref LIKE 'B%%') customer) made
    """, [env.company.id, env.company.currency_id.id, CUSTOMERS, ORDERS])


# === AGEING === #

def bare_sql(env):
    """The sums of six columns by area, and nothing else."""
    env.cr.execute("""
        SELECT split_part(grp.parent_path, '/', 2), COUNT(*), SUM(amount_residual),
               SUM(amount_residual) FILTER (WHERE line.invoice_date >= current_date),
               SUM(amount_residual) FILTER (WHERE line.invoice_date < current_date
                                              AND line.invoice_date >= current_date - 30),
               SUM(amount_residual) FILTER (WHERE line.invoice_date < current_date - 30
                                              AND line.invoice_date >= current_date - 60),
               SUM(amount_residual) FILTER (WHERE line.invoice_date < current_date - 60
                                              AND line.invoice_date >= current_date - 90),
               SUM(amount_residual) FILTER (WHERE line.invoice_date < current_date - 90)
          FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id AND account.account_type = 'asset_receivable'
     LEFT JOIN (SELECT * FROM ecount_customer_group_partner_rel rel
                  JOIN ecount_customer_group grp ON grp.id = rel.group_id AND grp.root_id = %s) grp
            ON grp.partner_id = line.partner_id
         WHERE line.parent_state = 'posted' AND line.reconciled IS NOT TRUE AND line.company_id = %s
         GROUP BY 1""", [env["ecount.customer.group"]._get_dimensions()[0][0], env.company.id])
    return env.cr.fetchall()


def report_list(env):
    """What the list grouped by area asks for: each sum with its currencies."""
    names = ["amount_residual", *(f"amount_bucket_{number}" for number in range(5))]
    return env["ecount.receivable.report"].formatted_read_group(
        [("account_type", "=", "asset_receivable")], ["customer_group_1_level_2"],
        ["__count", "company_currency_id:array_agg_distinct", *(f"{name}:sum" for name in names),
         *(f"{name}:sum_currency" for name in names)])


def report_pivot(env):
    """What the pivot of area by age asks for."""
    level, bucket = "customer_group_1_level_2", "bucket"
    return env["ecount.receivable.report"].formatted_read_grouping_sets(
        [("account_type", "=", "asset_receivable")], [[], [level], [bucket], [level, bucket]],
        ["__count", "amount_residual:sum", "company_currency_id:array_agg_distinct", "amount_residual:sum_currency"])


def report_as_of(env):
    """The list as of a date after which nothing was matched."""
    return report_list(env(context={**env.context, "ecount_as_of": "2099-12-31"}))


def dashboard(env):
    return env["ecount.receivable.report"].get_dashboard()


def native_pivot(env):
    """What people use for ageing: journal items by partner and month."""
    partner, month = "partner_id", "date_maturity:month"
    return env["account.move.line"].formatted_read_grouping_sets(
        [("account_id.account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"),
         ("reconciled", "=", False)],
        [[], [partner], [month], [partner, month]], ["__count", "amount_residual:sum"])


# === ORDERS === #

def filter_by(env, domain):
    return env["sale.order"].web_search_read(domain, {"name": {}, "amount_total": {}}, limit=80, count_limit=10001)


def count_by(env, domain):
    return env["sale.order"].search_count(domain)


def area(env, model):
    return env[model].search([("name", "=", "Area 3")], limit=1)


def run(bench):
    with bench.database(build) as env:
        env = env(su=False, user=env.ref("base.user_admin"))
        bench.compare(env, {"bare SQL": bare_sql, "list by area and age": report_list},
                      title=f"ageing of {ITEMS:,} open items by group", limit=AGEING_LIMIT, repeat=5)
        bench.compare(env, {"bare SQL": bare_sql, "pivot by area and age": report_pivot,
                            "list as of a date": report_as_of, "dashboard": dashboard},
                      title="the other ways of looking at them", repeat=3)
        results = bench.compare(env, {"list by area and age": report_list, "native by partner and month": native_pivot},
                                title="beside the native pivot", repeat=1, warm_up=0)
        ours, native = (seconds for seconds, _queries in results.values())
        print(f"  {native / ours:.0f} times as fast as the native pivot; at least {FASTER}")
        if native / ours < FASTER:
            bench.too_slow.append("not faster than the native pivot")
        tag, group = area(env, "res.partner.category"), area(env, "ecount.customer.group")
        for title, method in (("a page", filter_by), ("the number", count_by)):
            bench.compare(env, {
                "by tag": lambda env, method=method: method(env, [("partner_id.category_id", "child_of", tag.id)]),
                "by group": lambda env, method=method: method(env, [("customer_group_ids", "child_of", group.id)]),
                "by the tree": lambda env, method=method: method(env, [("customer_group_id", "child_of", group.id)]),
            }, title=f"filter {ORDERS:,} orders: {title}", limit=FILTER_LIMIT, repeat=5)
