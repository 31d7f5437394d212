from datetime import datetime

from odoo.fields import Command
from odoo.tests import tagged

from .price_common import SpecialPriceCommon


@tagged('post_install', '-at_install')
class TestSpecialPrice(SpecialPriceCommon):

    # === MANY PRODUCTS === #

    def test_prices_of_a_page_of_products_are_those_of_each_alone(self):
        soy, rice = self._create_product("Soy sauce", 50.0), self._create_product("Rice", 20.0)
        base, pricelist = self.env['product.pricelist'].create([{'name': "Base"}, {'name': "Less ten"}])
        self.env['product.pricelist.item'].create([
            {'pricelist_id': base.id, 'applied_on': '1_product', 'product_tmpl_id': soy.product_tmpl_id.id,
             'compute_price': 'fixed', 'fixed_price': 40.0},
            {'pricelist_id': pricelist.id, 'compute_price': 'formula', 'base': 'pricelist',
             'base_pricelist_id': base.id, 'price_discount': 10},
        ])
        self._create_special_price(self.customer, 80, self.product)
        products = self.product + soy + rice
        prices = pricelist._get_products_price(products, 1, partner=self.customer)
        # special 80; 40 of the base pricelist less 10 %; list price 20 less 10 %
        self.assertEqual([prices[product.id] for product in products], [80.0, 36.0, 18.0])
        self.assertEqual(prices, {
            product.id: pricelist._get_product_price(product, 1, partner=self.customer) for product in products})
        self.assertEqual(pricelist._get_products_price(self.env['product.product'], 1), {})

    # === WHO === #

    def test_the_customer_comes_before_its_groups_and_deeper_groups_before_higher_ones(self):
        self._create_special_price(self.region, 95, self.product)
        self.assertEqual(self._price(), 95)
        self._create_special_price(self.gold, 90, self.product)
        self.assertEqual(self._price(), 90)
        self._create_special_price(self.chiang_mai, 85, self.product)
        self.assertEqual(self._price(), 85)
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._price(), 80)
        self._create_special_price(self.address, 75, self.product)
        self.assertEqual(self._price(partner_shipping_id=self.address.id), 75)
        self.assertEqual(self._price(partner_shipping_id=self.customer.id), 80)

    def test_groups_of_one_level_are_ranked_by_the_sequence_of_their_roots(self):
        self._create_special_price(self.north, 95, self.product)
        self._create_special_price(self.gold, 90, self.product)
        self.assertEqual(self._price(), 95)  # Region has sequence 10, Tier 20
        self.tier.sequence = 1
        self.assertEqual(self._price(), 90)

    def test_a_contact_is_priced_as_its_company(self):
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._price(self.contact), 80)

    def test_others_do_not_get_the_price(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.gold, 90, self.product)
        self.assertEqual(self._price(self._create_customer("Sea Food", self.south)), 100)
        self.assertEqual(self._price(self._create_customer("No group")), 100)

    def test_an_address_of_another_customer_brings_no_price(self):
        other = self._create_customer("Sea Food")
        self._create_special_price(other, 50, self.product)
        self.assertEqual(self._price(partner_shipping_id=other.id), 100)

    def test_a_customer_moved_to_another_group_has_the_other_price(self):
        self._create_special_price(self.north, 90, self.product)
        self._create_special_price(self.south, 70, self.product)
        self.assertEqual(self._price(), 90)
        self.customer.customer_group_ids = [Command.set(self.south.ids)]
        self.assertEqual(self._price(), 70)

    # === WHAT === #

    def test_variant_before_product_before_category_before_all(self):
        category = self.env['product.category'].create({'name': "Sauces"})
        below = self.env['product.category'].create({'name': "Fish", 'parent_id': category.id})
        self.product.categ_id = below
        self._create_special_price(self.customer, 94)
        self.assertEqual(self._price(), 94)
        self._create_special_price(self.customer, 93, categ_id=category.id)
        self.assertEqual(self._price(), 93)
        self._create_special_price(self.customer, 92, product_tmpl_id=self.product.product_tmpl_id.id)
        self.assertEqual(self._price(), 92)
        self._create_special_price(self.customer, 91, self.product)
        self.assertEqual(self._price(), 91)

    def test_a_customer_price_for_all_comes_before_a_group_price_for_the_product(self):
        self._create_special_price(self.gold, 60, self.product)
        self._create_special_price(self.customer, 94)
        self.assertEqual(self._price(), 94)

    def test_the_larger_minimum_quantity_reached_wins(self):
        self._create_special_price(self.customer, 90, self.product)
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        self._create_special_price(self.customer, 70, self.product, min_quantity=100)
        self.assertEqual([self._price(quantity=quantity) for quantity in (1, 9, 10, 99, 100)], [90, 90, 80, 80, 70])

    def test_minimum_quantities_are_in_the_unit_of_the_product(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        self._create_special_price(self.customer, 80, self.product, min_quantity=12)
        order = self._create_order(self.customer, {
            'product_id': self.product.id, 'product_uom_qty': 1, 'product_uom_id': dozen.id})
        self.assertAlmostEqual(order.order_line.price_unit, 960)  # 12 × 80.00
        self.assertEqual(self._price(quantity=1), 100)

    def test_validity(self):
        self._create_special_price(
            self.customer, 80, self.product, date_start='2026-03-01 00:00:00', date_end='2026-03-31 23:59:59')
        prices = [self._price(date_order=day) for day in (
            datetime(2026, 2, 28, 12), datetime(2026, 3, 1, 12), datetime(2026, 3, 31, 12), datetime(2026, 4, 1, 12))]
        self.assertEqual(prices, [100, 80, 80, 100])

    def test_percentage_and_formula_give_the_same_subtotal_whatever_is_switched_on(self):
        rules = {
            88.0: {'compute_price': 'percentage', 'percent_price': 12},
            85.0: {'compute_price': 'formula', 'price_discount': 10, 'price_surcharge': -5},  # 90 − 5
        }
        for subtotal, values in rules.items():
            rule = self.Rule.create({'partner_id': self.customer.id, 'product_id': self.product.id, **values})
            for pricelists in (True, False):
                for discounts in (True, False):
                    self._set_feature('product.group_product_pricelist', pricelists)
                    self._set_feature('sale.group_discount_per_so_line', discounts)
                    order = self._create_order(self.customer, (self.product, 2))
                    self.assertEqual(
                        order.order_line.price_subtotal, 2 * subtotal, (values, pricelists, discounts))
            rule.unlink()

    def test_a_price_based_on_a_pricelist_does_not_find_itself(self):
        base = self.env['product.pricelist'].create({'name': "Base", 'item_ids': [Command.create({
            'compute_price': 'fixed', 'fixed_price': 60})]})
        self.Rule.create({
            'partner_id': self.customer.id, 'compute_price': 'formula', 'base': 'pricelist',
            'base_pricelist_id': base.id, 'price_discount': 10})
        self.assertEqual(self._price(), 54)  # 60 less 10 %

    def test_a_price_on_cost(self):
        self.product.standard_price = 40
        self.Rule.create({
            'customer_group_id': self.gold.id, 'compute_price': 'formula', 'base': 'standard_price',
            'price_markup': 50})
        self.assertEqual(self._price(), 60)

    # === PRICELISTS, CURRENCIES, COMPANIES === #

    def test_special_prices_come_before_the_pricelist_and_with_pricelists_off(self):
        self._set_feature('product.group_product_pricelist', True)
        pricelist = self.env['product.pricelist'].create({'name': "Retail", 'item_ids': [Command.create({
            'compute_price': 'fixed', 'fixed_price': 97})]})
        self.customer.property_product_pricelist = pricelist
        order = self._create_order(self.customer, self.product)
        self.assertEqual((order.order_line.price_unit, order.order_line.price_source), (97, 'pricelist'))
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._price(), 80)
        self._set_feature('product.group_product_pricelist', False)
        self.assertEqual(self._price(), 80)

    def test_amounts_are_converted_from_the_currency_of_the_special_price(self):
        foreign = self.env['res.currency'].create({'name': 'XQX', 'symbol': 'X', 'rounding': 0.01, 'rate_ids': [
            Command.create({'name': '2020-01-01', 'rate': 4.0, 'company_id': self.env.company.id})]})
        self._create_special_price(self.customer, 200, self.product, currency_id=foreign.id)
        self.assertAlmostEqual(self._price(), 50)  # 200 at 4 for 1
        pricelist = self.env['product.pricelist'].create({'name': "Foreign", 'currency_id': foreign.id})
        order = self._create_order(self.customer, self.product, pricelist_id=pricelist.id)
        self.assertAlmostEqual(order.order_line.price_unit, 200)

    def test_a_surcharge_in_another_currency_is_converted_too(self):
        foreign = self.env['res.currency'].create({'name': 'XQX', 'symbol': 'X', 'rounding': 0.01, 'rate_ids': [
            Command.create({'name': '2020-01-01', 'rate': 4.0, 'company_id': self.env.company.id})]})
        self.Rule.create({
            'partner_id': self.customer.id, 'product_id': self.product.id, 'currency_id': foreign.id,
            'compute_price': 'formula', 'price_discount': 10, 'price_surcharge': 20})
        self.assertAlmostEqual(self._price(), 95)  # 100 − 10 % + 20 / 4

    def test_each_company_has_its_own_special_prices(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        rule = self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(rule.company_id, self.env.company)
        order = self.env['sale.order'].with_company(company_b).create({
            'partner_id': self.customer.id, 'company_id': company_b.id,
            'order_line': [Command.create({'product_id': self.product.id})]})
        self.assertEqual(order.order_line.price_unit, 100)
        rule.company_id = False
        self.assertFalse(rule.company_id)
        order = order.copy()
        order._recompute_prices()
        self.assertEqual(order.order_line.price_unit, 80)

    def test_an_empty_company_means_all_and_stays_empty(self):
        rule = self._create_special_price(self.customer, 80, self.product, company_id=False)
        other = self._create_product("Soy sauce")
        rule.product_id = other
        rule.product_tmpl_id = other.product_tmpl_id
        self.env.flush_all()
        self.assertFalse(rule.company_id)
        self.assertEqual(rule.currency_id, self.env.company.currency_id)

    # === THE LINE === #

    def test_the_line_says_where_its_price_comes_from(self):
        rule = self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        self._create_special_price(self.gold, 90, self.product)
        order = self._create_order(
            self.customer, (self.product, 10), (self.product, 1), self._create_product("Salt", 5))
        special, group, standard = order.order_line
        self.assertEqual(order.order_line.mapped('price_source'), ['customer', 'group', 'list'])
        self.assertRegex(special.price_explanation, "80.00.*special price of Fresh Mart.*from 10")
        self.assertRegex(group.price_explanation, "90.00.*Tier / Gold.*level 2")
        self.assertRegex(standard.price_explanation, "5.00.*standard price")
        special.price_unit = 79
        self.assertEqual(special.price_source, 'manual')
        self.assertRegex(special.price_explanation, "79.00.*typed by hand")
        rule.unlink()
        self.assertEqual(special.price_unit, 79)

    def test_the_line_says_which_discount_rate_is_in_its_price(self):
        self.customer.discount_rate = 5
        discounts = self.env.ref('sale.group_discount_per_so_line')
        for feature, price, discount in ((Command.unlink, 95, 0), (Command.link, 100, 5)):
            self.env.ref('base.group_user').implied_ids = [feature(discounts.id)]
            line = self._create_order(self.customer, self.product).order_line
            self.assertEqual((line.price_unit, line.discount), (price, discount))
            self.assertRegex(
                line.price_explanation, f"{price}.00.*standard price, less the customer's discount rate of 5.00 %")
            self.customer.discount_rate = 7  # another one than made this price
            line.invalidate_recordset(['price_explanation'])
            self.assertNotIn("rate", line.price_explanation)
            self.customer.discount_rate = 5
            line.write({'price_unit': 90, 'discount': 0})
            self.assertNotIn("rate", line.price_explanation)
        self.customer.discount_rate = -10
        self.env.ref('base.group_user').implied_ids = [Command.unlink(discounts.id)]
        line = self._create_order(self.customer, self.product).order_line
        self.assertRegex(line.price_explanation, "110.00.*standard price, plus the customer's surcharge of 10.00 %")
        self._create_special_price(self.customer, 80, self.product)
        line = self._create_order(self.customer, self.product).order_line
        self.assertNotIn("surcharge", line.price_explanation)

    def test_a_typed_price_stays(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(
            self.customer, self.product, {'product_id': self.product.id, 'price_unit': 55})
        order.order_line[0].price_unit = 66  # later; the other at once
        order.order_line.product_uom_qty = 7
        self.assertEqual(order.order_line.mapped('price_unit'), [66, 55])
        self.assertEqual(order.order_line.mapped('price_source'), ['manual', 'manual'])
        order.partner_id = self._create_customer("Sea Food")
        self.assertEqual(order.order_line.mapped('price_unit'), [66, 55])

    def test_a_price_of_0_that_comes_with_the_values_is_free_and_an_empty_one_is_the_customers(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(
            self.customer, {'product_id': self.product.id, 'price_unit': 0},
            {'product_id': self.product.id, 'price_unit': False})
        order.order_line.product_uom_qty = 2
        self.assertRecordValues(order.order_line, [
            {'price_unit': 0, 'price_subtotal': 0, 'price_source': 'manual'},
            {'price_unit': 80, 'price_subtotal': 160, 'price_source': 'customer'},
        ])

    def test_another_customer_re_prices_the_other_lines_and_says_so(self):
        self._create_special_price(self.customer, 80, self.product)
        other = self._create_customer("Sea Food")
        self._create_special_price(other, 70, self.product)
        order = self._create_order(self.customer, self.product)
        order.partner_id = other
        self.assertEqual(order.order_line.price_unit, 70)
        self.assertRegex(str(order.message_ids[0].body), "80.00.*70.00")

    def test_a_confirmed_order_is_not_re_priced(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(self.customer, self.product)
        order.action_confirm()
        order.partner_id = self._create_customer("Sea Food")
        self.assertEqual(order.order_line.price_unit, 80)

    def test_a_later_rule_does_not_change_what_was_agreed(self):
        order = self._create_order(self.customer, self.product)
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual((order.order_line.price_unit, order.order_line.price_source), (100, 'list'))

    def test_rules_of_all_lines_are_found_in_one_query(self):
        products = self.env['product.product'].union(*(
            self._create_product(f"Product {number}", 100 + number) for number in range(20)))
        for product in products[:10]:
            self._create_special_price(self.customer, 50, product)
        self.env.flush_all()
        statements = []
        execute = type(self.cr).execute

        def spy(cursor, query, *args, **kwargs):
            text = getattr(query, 'code', query)
            if 'FROM "product_pricelist_item"' in str(text) and 'WHERE' in str(text) and 'ORDER BY' in str(text):
                statements.append(str(text))
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.cr), 'execute', spy)
        for count in (5, 20):
            statements.clear()
            self._create_order(self.customer, *products[:count])
            self.assertLessEqual(len(statements), 2, "one look-up for the special prices, one for the pricelist")

    def test_the_popover_lists_what_the_price_beat(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.gold, 90, self.product)
        info = self.env['sale.order.line'].get_price_info({
            'partner_id': self.contact.id, 'product_id': self.product.id, 'quantity': 1,
            'currency_id': self.env.company.currency_id.id})
        self.assertEqual([(step['source'], step['price']) for step in info['ladder']],
                         [('customer', 80), ('group', 90), ('list', 100)])
