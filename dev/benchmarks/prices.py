"""A quotation of 100 lines and a page of the product catalogue among 1,000,000 price rules of 10,000 customers.

Native Odoo runs in a database of its own, without the addon: the addon changes how any order is priced.
"""
import statistics

from ..measure import Bench, measure

CUSTOMERS, PRODUCTS, PAGE, REPEAT = 10_000, 100, 40, 7


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


def catalogue(position, **values):
    """Return a function that reads the prices of a page of the catalogue for the customer at a position."""
    def read(env):
        partner = env['res.partner'].search([('name', '=', f"Customer {position}")])
        sale = env['sale.order'].create({'partner_id': partner.id, **values})
        env.flush_all()
        products = env['product.product'].search_fetch([('name', '=like', "Product %")], ['display_name'], limit=PAGE)
        sale._get_product_catalog_order_line_info(products.ids)
    return read


def run(bench):
    native_bench = Bench(bench.server, 'prices_native')
    native_bench.too_slow = bench.too_slow
    with native_bench.database(build_native, addon=None) as native, bench.database(build_special) as env:
        orders = {
            "native, pricelist of the customer": (native, order(5000), None),
            "native, no pricelist": (native, order(5000, pricelist_id=False), None),
            "special prices of the customer": (env, order(5000), 0.85),
            "pricelist of the customer": (env, order(CUSTOMERS - 50), 0.75),
            "no price at all": (env, order('without prices', pricelist_id=False), None),
            "special prices, one line": (env, order(5000, lines=1), None),
        }
        pages = {
            "native, pricelist of the customer": (native, catalogue(5000), None),
            "native, no pricelist": (native, catalogue(5000, pricelist_id=False), None),
            "special prices of the customer": (env, catalogue(5000), 1.1),
            "pricelist of the customer": (env, catalogue(CUSTOMERS - 50), 1.1),
        }
        results = compare(bench, f"order of {PRODUCTS} lines, {CUSTOMERS * PRODUCTS:,} rules", orders)
        compare(bench, f"new quotation and catalogue page of {PAGE} products", pages)
    plain = results["native, no pricelist"]
    for label in ("pricelist of the customer", "special prices of the customer"):
        priced = results[label]
        ratio = priced[0] / plain[0]
        print(f"  {label}, measured against native without any: {ratio:.2f} × the time, "
              f"{priced[1]:.0f} queries against {plain[1]:.0f}")
        if ratio > 1.05 or priced[1] > plain[1]:
            bench.too_slow.append(f"{label}: over 1.05 × native without pricelist, or more queries")


def compare(bench, title, variants):
    """Time variants of several databases in turn; the first is the measure of the others."""
    samples = {label: [] for label in variants}
    for turn in range(REPEAT + 1):
        for label, (variant_env, function, _limit) in variants.items():
            sample = measure(variant_env, function)
            if turn:
                samples[label].append(sample)
    results = {label: tuple(map(statistics.median, zip(*rows))) for label, rows in samples.items()}
    bench._print(title, samples, results, None)
    base = next(iter(results.values()))[0]
    for label, (_env, _function, limit) in variants.items():
        if limit and results[label][0] > limit * base:
            bench.too_slow.append(f"{title}: {label}: over {limit} × native")
    return results
