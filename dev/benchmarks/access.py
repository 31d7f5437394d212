"""Own customers only: a rep's pages beside the administrator's, among 1,000,000 customers

The customers list, the search by name and the orders list, for reps whose 5,000 customers come early, late or
everywhere in the alphabet, for one who is second salesperson of 5,000, and for the head of an area of 50,000.
"""
import os

CUSTOMERS = int(os.environ.get("CUSTOMERS", "1000000"))
PER_REP = CUSTOMERS // 200
ORDERS = CUSTOMERS // 2
LIMIT = 1.5


def build(env):
    groups = env.ref("base.group_user") + env.ref("ecount_customer.group_own_customers") \
        + env.ref("sales_team.group_sale_salesman_all_leads")
    users = env["res.users"].with_context(no_reset_password=True).create([
        {"name": login, "login": login, "group_ids": [(6, 0, groups.ids)]}
        for login in [*(f"rep{number}" for number in range(200)), "spread", "second", "head"]])
    reps, (spread, second, head) = users[:200], users[200:]
    area = env["ecount.customer.group"].create({"name": "Area", "user_ids": [(6, 0, head.ids)]})
    env.flush_all()
    execute = env.cr.execute
    # Reps have one stretch of the alphabet each; "spread" has customers everywhere, "second" the last ones.
    # The portfolios are written at once: an UPDATE of a million rows and all their indexes would take minutes.
    keys = {rep: [rep.id] for rep in users}
    keys[reps[-2]].append(second.id)
    for rep in reps[150:160]:
        keys[rep].append(head.id)
    keys = {rep: ",".join(map(str, sorted(ids))) for rep, ids in keys.items()}
    portfolio_ids = env["ecount.customer.portfolio"]._get_ids_by_key(keys.values())
    execute("""
        INSERT INTO res_partner (id, commercial_partner_id, portfolio_id,
                                 name, complete_name, ref, email, phone, active, is_company, type, lang, partner_share,
                                 customer_rank, autopost_bills, user_id, create_date, write_date)
        SELECT id, id,
               CASE WHEN number %% 200 = 7 THEN %s ELSE (%s::int[])[1 + (number - 1) / %s] END,
               name, name, 'C' || number, 'c' || number || '@example.com', '+66 2 ' || number, TRUE, TRUE, 'contact',
               'en_US', TRUE, 1, 'ask',
               CASE WHEN number %% 200 = 7 THEN %s ELSE (%s::int[])[1 + (number - 1) / %s] END, now(), now()
          FROM generate_series(1, %s) number,
               LATERAL (SELECT chr((65 + (number - 1) * 26::bigint / %s)::int) || ' Mart ' || number AS name,
                               nextval('res_partner_id_seq') AS id) named
    """, (portfolio_ids[keys[spread]], [portfolio_ids[keys[rep]] for rep in reps], PER_REP,
          spread.id, reps.ids, PER_REP, CUSTOMERS, CUSTOMERS))
    execute("""
        INSERT INTO ecount_customer_salesperson_rel (partner_id, user_id)
        SELECT id, %s FROM res_partner WHERE user_id = %s AND customer_rank = 1
    """, (second.id, reps[-2].id))
    execute("""
        INSERT INTO ecount_customer_group_partner_rel (partner_id, group_id)
        SELECT id, %s FROM res_partner WHERE user_id = ANY(%s) AND customer_rank = 1
    """, (area.id, reps[150:160].ids))
    # The orders of the last in the alphabet are the oldest.
    execute("""
        INSERT INTO sale_order (name, company_id, partner_id, partner_invoice_id, partner_shipping_id, user_id, state,
                                date_order, currency_id, currency_rate, amount_total, amount_untaxed, invoice_status,
                                create_date, write_date)
        SELECT 'B' || id, %s, id, id, id, user_id, 'sale', now() - id * interval '1 minute', %s, 1, 100, 100, 'no',
               now(), now()
          FROM res_partner WHERE customer_rank = 1 AND id / 200 %% 2 = 0 LIMIT %s
    """, (env.company.id, env.company.currency_id.id, ORDERS))
    env.invalidate_all()


def customers_page(env):
    specification = dict.fromkeys(("ref", "complete_name", "phone", "customer_balance"), {})
    specification["user_id"] = specification["customer_group_ids"] = {"fields": {"display_name": {}}}
    return env["res.partner"].web_search_read(
        [("is_company", "=", True)], specification, limit=80, count_limit=10001)


def orders_page(env):
    specification = dict.fromkeys(("name", "date_order", "amount_total", "state"), {})
    specification["partner_id"] = specification["user_id"] = {"fields": {"display_name": {}}}
    return env["sale.order"].web_search_read([], specification, limit=80, count_limit=10001)


PAGES = {
    "customers list": customers_page,
    "orders list": orders_page,
    "name_search, frequent": lambda env: env["res.partner"].name_search("mart", limit=8),
    "name_search, one": lambda env: env["res.partner"].name_search(f"Mart {CUSTOMERS - 1}", limit=8),
    "name_search, none": lambda env: env["res.partner"].name_search("no such name", limit=8),
}


def run(bench):
    with bench.database(build) as env:
        users = {"administrator": env.ref("base.user_admin")}
        for label, login in {
            "rep, first in the alphabet": "rep0", "rep, last in the alphabet": "rep199", "rep, everywhere": "spread",
            "second salesperson": "second", f"head of {PER_REP * 10:,}": "head",
        }.items():
            users[label] = env["res.users"].search([("login", "=", login)])
        for title, page in PAGES.items():
            bench.compare(env, {
                label: lambda env, page=page, user=user: page(env(user=user.id)) for label, user in users.items()
            }, title=f"{title}, {CUSTOMERS:,} customers", limit=LIMIT)
        late = env(user=users["rep, last in the alphabet"].id)["res.partner"]
        query = late._search([("is_company", "=", True)], limit=80, order=late._order)
        env.cr.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + query.select().code, query.select().params)
        print("\nplan of the customers list, rep last in the alphabet")
        for (line,) in env.cr.fetchall():
            print(f"  {line[:110]}")
