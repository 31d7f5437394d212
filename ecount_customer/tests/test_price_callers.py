"""Every native caller of the pricing methods names the customer, or is listed here with the reason why not."""

import ast
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

import odoo.addons

from .common import EcountCommon

METHODS = {
    '_get_product_price', '_get_products_price', '_get_product_price_rule', '_get_product_rule',
    '_compute_price_rule', '_get_contextual_price', '_price_get', '_compute_price_rule_multi',
}
NAMED = "names the customer"
CHAIN = "hands its keywords on to the pricing methods: the customer with them"
BASE = "the base pricelist of a rule: special prices were looked up by the outermost call"
SHOP = "web shop: the glue addon puts the customer into the context of the request's pricelist"
CARRIER = "a shipping charge is the carrier's, not a product that the customer has a price for"
NO_CUSTOMER = "shows the prices of a pricelist, of no customer"
POS = "point of sale: the glue addon names the customer of the order"
GUEST = "self-ordering: guests have no login, so no customer whose prices could be theirs"

CALLERS = {
    'product/models/product_pricelist.py': {
        '_get_products_price': CHAIN, '_get_product_price': CHAIN, '_get_product_price_rule': CHAIN,
        '_get_product_rule': CHAIN, '_compute_price_rule_multi': CHAIN, '_price_get': CHAIN,
    },
    'product/models/product_pricelist_item.py': {
        '_compute_base_price': BASE, '_compute_price_before_discount': BASE,
    },
    'product/models/product_template.py': {'_get_contextual_price': SHOP, 'get_contextual_price': SHOP},
    'product/models/product_product.py': {
        '_get_contextual_price': SHOP, 'get_contextual_price': SHOP, '_get_contextual_discount': SHOP,
    },
    'product/report/product_pricelist_report.py': {'_get_product_data': NO_CUSTOMER},
    'sale/models/sale_order_line.py': {
        '_compute_pricelist_item_id': NAMED, '_get_product_catalog_lines_data': NAMED,
    },
    'sale/models/sale_order.py': {'_get_product_catalog_order_data': NAMED, '_update_order_line_info': NAMED},
    'sale/models/product_template.py': {'_get_configurator_price': NAMED},
    'sale/models/account_move_line.py': {'_sale_get_invoice_price': NAMED},
    'sale_project_stock/models/stock_move.py': {
        '_sale_get_invoice_price': "material of a project, re-invoiced from a picking: priced by the pricelist",
    },
    'delivery/models/delivery_carrier.py': {'fixed_rate_shipment': CARRIER},
    'website_sale/models/product_template.py': {
        '_get_sales_prices': SHOP, '_get_additionnal_combination_info': SHOP, '_website_show_quick_add': SHOP,
    },
    'website_sale/models/product_product.py': {
        '_website_show_quick_add': SHOP, '_is_add_to_cart_allowed': SHOP, '_to_markup_data': SHOP,
    },
    'website_sale/models/sale_order.py': {'_cart_accessories': SHOP},
    'l10n_ar_website_sale/models/product_template.py': {
        '_get_sales_prices': SHOP, '_get_additionnal_combination_info': SHOP,
    },
    'point_of_sale/models/product_template.py': {'get_product_info_pos': NO_CUSTOMER},
    'point_of_sale/models/pos_order.py': {'_onchange_product_id': POS},
    'pos_self_order/controllers/orders.py': {'_verify_line_price': GUEST, '_compute_combo_price': GUEST},
}


def find_callers():
    """Read the source of all available addons: `{file: {function that calls a pricing method}}`."""
    callers = {}
    for folder in odoo.addons.__path__:
        for path in Path(folder).glob('*/*/**/*.py'):
            module = path.relative_to(folder).parts[0]
            if 'tests' in path.parts or module.startswith('ecount_customer'):
                continue
            source = path.read_text(encoding='utf-8')
            if any(f'.{method}(' in source for method in METHODS):
                found = {
                    function.name
                    for function in ast.walk(ast.parse(source)) if isinstance(function, ast.FunctionDef)
                    for call in ast.walk(function)
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in METHODS
                }
                if found:
                    callers[path.relative_to(folder).as_posix()] = found
    return callers


@tagged('post_install', '-at_install')
class TestPriceCallers(EcountCommon):

    def test_every_native_caller_is_known(self):
        callers = find_callers()
        self.assertIn('sale/models/sale_order.py', callers, "the sources are found")
        unknown = [
            f"{file}: {function}"
            for file, functions in callers.items()
            for function in functions if function not in CALLERS.get(file, {})
        ]
        self.assertFalse(unknown, "These price a sale without our knowing whether they name the customer.")

    def test_callers_that_are_said_to_name_the_customer_do(self):
        # By the result: each of them returns the customer's price.
        product = self._create_product(expense_policy='sales_price')
        customer = self._create_customer()
        self._create_special_price(customer, 80, product)
        order = self._create_order(customer)
        self.assertEqual(order._get_product_catalog_order_data(product)[product.id]['price'], 80)
        lines = self._create_order(customer, product, product).order_line
        self.assertEqual(lines.mapped('price_unit'), [80, 80])
        self.assertEqual(lines._get_product_catalog_lines_data()['price'], 80)
        self.assertEqual(self.env['product.template']._get_configurator_price(
            product, 1, order.date_order, order.currency_id, order.pricelist_id, partner_id=customer.id)[0], 80)
        cost = self.env['account.move.line'].new({'product_id': product.id, 'product_uom_id': product.uom_id.id})
        self.assertEqual(cost._sale_get_invoice_price(order), 80)

    def test_the_catalogue_shows_the_discount_rate_of_the_customer(self):
        product, rice = self._create_product(), self._create_product("Rice")
        customer = self._create_customer(discount_rate=10)
        self._create_special_price(customer, 80, product)
        order = self._create_order(customer)
        data = order._get_product_catalog_order_data(product + rice)
        self.assertEqual((data[product.id]['price'], data[rice.id]['price']), (80, 90))

    def test_visitors_cannot_ask_for_the_price_of_a_customer(self):
        product, customer = self._create_product(), self._create_customer()
        self._create_special_price(customer, 80, product)
        public = self.env.ref('base.public_user')
        price, _rule = self.env['product.template'].with_user(public).sudo()._get_configurator_price(
            product, 1, '2025-01-01', self.env.company.currency_id, self.env['product.pricelist'],
            partner_id=customer.id)
        self.assertEqual(price, 100)

    def test_the_address_of_the_order_decides_in_the_configurator(self):
        product, customer = self._create_product(), self._create_customer()
        dock, other = self.Partner.create([
            {'name': "Dock", 'parent_id': customer.id, 'type': 'delivery'}, {'name': "Other"}])
        self._create_special_price(customer, 80, product)
        self._create_special_price(dock, 70, product)
        for address, price in ((dock, 70), (customer, 80), (other, 80)):
            self.assertEqual(self.env['product.template']._get_configurator_price(
                product, 1, '2025-01-01', self.env.company.currency_id, self.env['product.pricelist'],
                partner_id=customer.id, partner_shipping_id=address.id)[0], price)

    def test_a_rule_based_on_a_pricelist_does_not_find_the_special_price_again(self):
        product, customer = self._create_product(), self._create_customer(discount_rate=10)
        base = self.env['product.pricelist'].create({
            'name': "Base", 'item_ids': [Command.create({'compute_price': 'fixed', 'fixed_price': 90})]})
        self._create_special_price(
            customer, 0, product, compute_price='formula', base='pricelist', base_pricelist_id=base.id,
            price_discount=10)
        self.assertEqual(self.env['product.pricelist']._get_product_price(
            product, 1, partner=customer, with_discount_rate=True), 81)
        self.assertEqual(self.env['product.pricelist'].with_context(
            ecount_price_partner_id=customer.id)._get_product_price(product, 1), 81)
