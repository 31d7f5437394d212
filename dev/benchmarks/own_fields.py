"""Own fields: making nine on a million partners, and lists and forms with them."""
import os
import time

PARTNERS = int(os.environ.get("PARTNERS") or 1_000_000)
OPENED = PARTNERS // 10  # customers in the databases whose lists and forms are opened
LIST = "ecount_customer.res_partner_view_list_customer"
FORM = "base.view_partner_form"


def build(env, count=PARTNERS):
    env["res.partner"].create({"name": "Model", "is_company": True, "phone": "+66 2 123 4567"})
    env.flush_all()
    columns = [name for name, field in env["res.partner"]._fields.items()
               if field.store and field.column_type and name not in ("id", "name", "complete_name", "ref",
                                                                     "commercial_partner_id")]
    names = ", ".join(f'"{name}"' for name in columns)
    env.cr.execute(f"""
        INSERT INTO res_partner (id, name, complete_name, ref, commercial_partner_id, {names})
        SELECT id, 'Customer ' || id, 'Customer ' || id, 'C' || id, id, {names}
          FROM (SELECT nextval('res_partner_id_seq') AS id, model.* FROM (
                    SELECT {names} FROM res_partner WHERE name = 'Model') model, generate_series(1, %s)) numbered
    """, [count])


def build_without_fields(env):
    build(env, OPENED)
    without_gaps(env)


def build_with_fields(env):
    build(env, OPENED)
    slots = env["ecount.custom.field"].with_context(active_test=False).search([], order="number")
    types = ["char", "text", "integer", "float", "date", "boolean", "selection", "char", "char"]
    for slot, field_type in zip(slots, types):
        slot.write({"name": f"Item {slot.number}", "field_type": field_type, "show_in_list": True,
                    "searchable": True, "selection_values": "A\nB"})
    slots.active = True
    env.cr.execute("""
        UPDATE res_partner SET x_custom_1 = 'LINE ' || id, x_custom_2 = 'Behind the market', x_custom_3 = id % 50,
               x_custom_4 = id / 3.0, x_custom_5 = '2026-01-01', x_custom_6 = id % 2 = 0, x_custom_7 = 'A',
               x_custom_8 = 'eight', x_custom_9 = 'nine'
    """)
    without_gaps(env)


def without_gaps(env):
    """Filling the fields of all rows leaves their first versions in the table: the fields are compared, not those."""
    env.cr.execute("CLUSTER res_partner USING res_partner_pkey")


def specification(env, view_id, view_type):
    """What the web client asks for on that view."""
    from lxml import etree
    view = env["res.partner"].get_view(view_id, view_type)
    nodes = etree.fromstring(view["arch"]).xpath("//field[not(ancestor::field)]")
    result = {}
    for node in nodes:
        field = env["res.partner"]._fields[node.get("name")]
        relational = field.type in ("many2one", "many2many", "one2many")
        result[field.name] = {"fields": {"display_name": {}}, **({"limit": 40} if "2many" in field.type else {})} \
            if relational else {}
    return result


def open_list(env):
    partners = env["res.partner"].with_context(bin_size=True)
    partners.web_search_read([("parent_id", "=", False), ("partner_share", "=", True)],
                             SPECIFICATIONS[env.cr.dbname, "list"], limit=80, count_limit=10001)


def open_form(env):
    partner = env["res.partner"].with_context(bin_size=True).search([("name", "=like", "Customer %")], limit=1)
    partner.web_read(SPECIFICATIONS[env.cr.dbname, "form"])


SPECIFICATIONS = {}


def run(bench):
    with bench.database(build) as env:
        for number in (1, 9):
            slots = env["ecount.custom.field"].with_context(active_test=False).search([], order="number", limit=number)
            slots.searchable = True
            env.flush_all()
            began = time.perf_counter()
            slots.active = True
            seconds = time.perf_counter() - began
            print(f"\nmaking {number} own field(s) with index on {PARTNERS:,} partners: {seconds:.2f} s (at most 5)")
            if seconds > 5:
                bench.too_slow.append(f"making {number} own fields")
            env.cr.rollback()
            env.transaction.reset()
            env.registry.reset_changes()
    with bench.database(build_without_fields) as env, bench.database(build_with_fields) as other_env:
        for view_type, view, function in (("list", LIST, open_list), ("form", FORM, open_form)):
            for each in (env, other_env):
                SPECIFICATIONS[each.cr.dbname, view_type] = specification(each, each.ref(view).id, view_type)
            bench.compare(env, {
                "without own fields": function,
                "with nine": (other_env, function),
            }, title=f"opening the {view_type} of {OPENED:,} customers", repeat=60, warm_up=5, limit=1.05)
