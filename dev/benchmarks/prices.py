"""A quotation of 100 lines and a page of the product catalogue among 1,000,000 price rules of 10,000 customers.

Native Odoo runs in a database of its own, without the addon: the addon changes how any order is priced.
"""
from lxml import etree

from ..measure import Bench

CUSTOMERS, PRODUCTS, PAGE = 10_000, 100, 40


def build_native(env):
    """Each customer with a pricelist of its own: how native Odoo keeps prices for a customer."""
    partner_ids, product_ids = build_records(env)
    currency_id, company_id = env.company.currency_id.id, env.company.id
    env.cr.execute("""
        INSERT INTO product_pricelist (name, active, currency_id, company_id, sequence)
        SELECT jsonb_build_object('en_US', 'Of ' || number), true, %s, %s, 16 FROM unnest(%s) number
        RETURNING id""", [currency_id, company_id, partner_ids])
    pricelist_ids = [row[0] for row in env.cr.fetchall()]
    env.cr.execute("""
        UPDATE res_partner SET specific_property_product_pricelist = jsonb_build_object(%s, own.pricelist_id)
          FROM unnest(%s, %s) own (partner_id, pricelist_id) WHERE id = own.partner_id""",
        [str(company_id), partner_ids, pricelist_ids])
    insert_rules(env, 'pricelist_id', pricelist_ids, product_ids)


def build_special(env):
    """Each customer with special prices, a hundred of them with a pricelist too."""
    partner_ids, product_ids = build_records(env)
    insert_rules(env, 'partner_id', partner_ids[:-PRODUCTS], product_ids)
    for partner in env['res.partner'].browse(partner_ids[-PRODUCTS:]):
        partner.specific_property_product_pricelist = env['product.pricelist'].create({'name': partner.name})
    env.flush_all()
    insert_rules(env, 'pricelist_id', env['res.partner'].browse(
        partner_ids[-PRODUCTS:]).specific_property_product_pricelist.ids, product_ids)


def build_records(env):
    env.ref('base.group_user').write({'implied_ids': [(4, env.ref('product.group_product_pricelist').id)]})
    products = env['product.product'].create([
        {'name': f"Product {number}", 'list_price': 100, 'type': 'consu'} for number in range(PRODUCTS)])
    partners = env['res.partner'].create([
        {'name': f"Customer {number}", 'is_company': True} for number in range(CUSTOMERS)])
    env['res.partner'].create({'name': "Customer without prices", 'is_company': True})
    env.flush_all()
    return partners.ids, products.ids


def insert_rules(env, owner, owner_ids, product_ids):
    """One fixed price for each owner and product, in SQL: a million through the ORM would take hours."""
    env.cr.execute(f"""
        INSERT INTO product_pricelist_item (
            {owner}, product_id, product_tmpl_id, applied_on, display_applied_on, base, compute_price, fixed_price,
            min_quantity, currency_id, company_id)
        SELECT owner_id, product.id, product.product_tmpl_id, '0_product_variant', '1_product', 'list_price', 'fixed',
               80 + owner_id %% 10, 0, %s, %s
          FROM unnest(%s) owner_id, product_product product WHERE product.id = ANY(%s)""",
        [env.company.currency_id.id, env.company.id, owner_ids, product_ids])


def order(position, lines=PRODUCTS, **values):
    """Return a function that enters a quotation for the customer at a position."""
    def enter(env):
        partner = env['res.partner'].search([('name', '=', f"Customer {position}")])
        products = env['product.product'].search([('name', '=like', "Product %")], limit=lines)
        env['sale.order'].create({
            'partner_id': partner.id, **values,
            'order_line': [(0, 0, {'product_id': product.id, 'product_uom_qty': 1}) for product in products]})
    return enter


def catalogue(env, position, **values):
    """Return a function that opens a page of the product catalogue, for a quotation to a customer.

    As the web client does: it reads the products for the cards, then asks for their prices.
    """
    partner = env['res.partner'].search([('name', '=', f"Customer {position}")])
    sale = env['sale.order'].create({'partner_id': partner.id, **values})
    env.flush_all()
    view = env['product.product'].get_view(env.ref('product.product_view_kanban_catalog').id, 'kanban')
    names = {node.get('name') for node in etree.fromstring(view['arch']).xpath('//field[not(ancestor::field)]')}
    specification = {
        name: {'fields': {'display_name': {}}} if env['product.product']._fields[name].relational else {}
        for name in names}

    def read(env):
        page = env['product.product'].with_context(bin_size=True).web_search_read(
            sale._get_product_catalog_domain(), specification, limit=PAGE, count_limit=10_001)
        sale._get_product_catalog_order_line_info([row['id'] for row in page['records']])
    return read


def run(bench):
    native_bench = Bench(bench.server, 'prices_native')
    with native_bench.database(build_native, addon=None) as native, bench.database(build_special) as env:
        results = bench.compare(env, {
            "native, pricelist of the customer": (native, order(5000)),
            "native, no pricelist": (native, order(5000, pricelist_id=False)),
            "special prices of the customer": order(5000),
            "pricelist of the customer": order(CUSTOMERS - 50),
            "no price at all": order('without prices', pricelist_id=False),
            "special prices, one line": order(5000, lines=1),
        }, f"order of {PRODUCTS} lines, {CUSTOMERS * PRODUCTS:,} rules",
            limit={"special prices of the customer": 0.85, "pricelist of the customer": 0.75})
        bench.compare(env, {
            "native, pricelist of the customer": (native, catalogue(native, 5000)),
            "native, no pricelist": (native, catalogue(native, 5000, pricelist_id=False)),
            "special prices of the customer": catalogue(env, 5000),
            "pricelist of the customer": catalogue(env, CUSTOMERS - 50),
        }, f"catalogue page of {PAGE} products", repeat=41, warm_up=3,
            limit={"special prices of the customer": 1.1, "pricelist of the customer": 1.1})
    plain = results["native, no pricelist"]
    for label in ("pricelist of the customer", "special prices of the customer"):
        priced = results[label]
        ratio = priced[0] / plain[0]
        print(f"  {label}, measured against native without any: {ratio:.2f} × the time, "
              f"{priced[1]:.0f} queries against {plain[1]:.0f}")
        if ratio > 1.05 or priced[1] > plain[1]:
            bench.too_slow.append(f"{label}: over 1.05 × native without pricelist, or more queries")
