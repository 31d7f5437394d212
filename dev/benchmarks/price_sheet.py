"""10,000 price rows from Excel, against the native import of price rules."""
import io
import statistics

import openpyxl

from ..measure import Bench, measure

ROWS, NATIVE_ROWS, REPEAT, FACTOR = 10_000, 1_000, 3, 5
CUSTOMERS, PRODUCTS = 100, 100


def build(env):
    build_native(env)


def build_native(env):
    """Customers and pricelists of one name each, and products."""
    env.ref('base.group_user').write({'implied_ids': [(4, env.ref('product.group_product_pricelist').id)]})
    env['product.product'].create([
        {'name': f"Product {number}", 'default_code': f"P{number}", 'list_price': 100} for number in range(PRODUCTS)])
    env['res.partner'].create([
        {'name': f"Customer {number}", 'ref': f"C{number}", 'is_company': True} for number in range(CUSTOMERS)])
    env['product.pricelist'].create([{'name': f"Of {number}"} for number in range(CUSTOMERS)])


def make_rows(count):
    return [(row // PRODUCTS, row % PRODUCTS, 80 + row % 17) for row in range(count)]


def import_natively(env):
    result = env['product.pricelist.item'].load(
        ['pricelist_id', 'applied_on', 'product_tmpl_id', 'compute_price', 'fixed_price'],
        [[f"Of {owner}", "Product", f"Product {product}", "Fixed Price", str(price)]
         for owner, product, price in make_rows(NATIVE_ROWS)])
    assert result['ids'] and len(result['ids']) == NATIVE_ROWS, result['messages'][:3]


def make_sheet(change=0):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Customer code", "Product code", "Price"])
    for owner, product, price in make_rows(ROWS):
        sheet.append([f"C{owner}", f"P{product}", price + change])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def run(bench):
    native_bench = Bench(bench.server, 'price_sheet_native')
    new, other = make_sheet(), make_sheet(change=1)

    def import_sheet(*contents):
        def import_all(env):
            for content in contents:
                assert not env['product.pricelist.item'].import_price_sheet(content)['errors']
        return import_all

    with native_bench.database(build_native, addon=None) as native, bench.database(build) as env:
        variants = {
            f"native import of {NATIVE_ROWS:,} new rules": (native, import_natively, NATIVE_ROWS),
            f"sheet of {ROWS:,} new prices": (env, import_sheet(new), ROWS),
            f"{ROWS:,} new prices, then changed": (env, import_sheet(new, other), 2 * ROWS),
            f"{ROWS:,} new prices, then the same again": (env, import_sheet(new, new), 2 * ROWS),
        }
        samples = {label: [] for label in variants}
        for _turn in range(REPEAT):
            for label, (variant_env, function, _rows) in variants.items():
                samples[label].append(measure(variant_env, function))
    results = {label: tuple(map(statistics.median, zip(*rows))) for label, rows in samples.items()}
    bench._print("price rows from Excel", samples, results, None)
    speeds = {label: variants[label][2] / seconds for label, (seconds, _queries) in results.items()}
    base = next(iter(speeds.values()))
    for label, speed in speeds.items():
        print(f"  {label}: {speed:,.0f} rows a second, {speed / base:.1f} ×")
        if label != next(iter(speeds)) and speed < FACTOR * base:
            bench.too_slow.append(f"{label}: less than {FACTOR} × the rows a second of the native import")
