"""Opening the customer list with the panel of groups, beside the native contacts list, on 200,000 customers."""
from unittest.mock import patch

from lxml import etree

GROUPS = "odoo.addons.ecount_customer.models.ecount_customer_group"
SIZE = 200_000
LIMIT = 1.2


def fill(env):
    """Three roots, 121 groups, and SIZE customers with a group under each root."""
    Group = env["ecount.customer.group"]
    leaves = []
    for root_name, width in (("Role", 2), ("Region", 77), ("Tier", 4)):
        root = Group.create({"name": root_name})
        branches = Group.create([{"name": f"{root_name} {n}", "parent_id": root.id} for n in range(max(1, width // 8))])
        leaves.append(Group.create([
            {"name": f"{root_name} leaf {n}", "parent_id": branches[n % len(branches)].id} for n in range(width)]))
    env.flush_all()
    env.cr.execute("""
        INSERT INTO res_partner (name, complete_name, ref, is_company, active, partner_share, type, color,
                                 autopost_bills, phone, email, country_id, create_uid, write_uid, create_date,
                                 write_date)
        SELECT 'Customer ' || md5(n::text), 'Customer ' || md5(n::text), 'C' || n, true, true, true, 'contact', 0,
               'ask', '+66 81 ' || n, n || '@example.com', 217, 1, 1, now(), now()
          FROM generate_series(1, %s) n""", [SIZE])
    env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE commercial_partner_id IS NULL")
    for groups in leaves:
        env.cr.execute("""
            INSERT INTO ecount_customer_group_partner_rel (partner_id, group_id)
            SELECT id, (%s::int[])[1 + id %% %s] FROM res_partner WHERE ref LIKE 'C%%'""", [groups.ids, len(groups)])


def read_page(env, view, domain):
    """What the web client asks for the first page of a list."""
    Partner = env["res.partner"]
    arch = etree.fromstring(Partner.get_views([(env.ref(view).id, "list")])["views"]["list"]["arch"])
    specification = {}
    for node in arch.iterfind("field"):
        field = Partner._fields[node.get("name")]
        specification[field.name] = {"fields": {"display_name": {}}} if field.relational else {}
    return Partner.web_search_read(domain, specification, limit=80, count_limit=10001)


def native(env):
    return read_page(env, "base.view_partner_tree", [])


def ours(env):
    """Every opening is a first one: counts that a worker keeps are too old at once."""
    domain = [("parent_id", "=", False), ("partner_share", "=", True), ("ref_company_ids", "=", False)]
    with patch(f"{GROUPS}.KEEP_COUNTS_SECONDS", 0):
        env["res.partner"].search_panel_select_range("customer_group_id", search_domain=domain, enable_counters=True)
    return read_page(env, "ecount_customer.res_partner_view_list_customer", domain)


def run(bench):
    with bench.database(fill) as env:
        native(env), ours(env)  # views are compiled once for all users
        bench.compare(env, {"native contacts list": native, "customer list with groups": ours},
                      title=f"first page of {SIZE:,} customers", limit=LIMIT)
        clerk = env["res.users"].create({
            "name": "Clerk", "login": "bench_clerk", "group_ids": [(4, env.ref(name).id) for name in (
                "ecount_customer.group_all_customers", "sales_team.group_sale_salesman_all_leads")]})
        theirs = env(user=clerk)
        native(theirs), ours(theirs)
        bench.compare(env, {"native contacts list": lambda env: native(env(user=clerk)),
                            "customer list with groups": lambda env: ours(env(user=clerk))},
                      title=f"first page of {SIZE:,} customers, as a clerk", limit=LIMIT)
