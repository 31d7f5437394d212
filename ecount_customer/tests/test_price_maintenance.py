"""Maintenance of special prices: raise, copy, end, ask, type."""

from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .price_common import PriceListingCommon


@tagged('post_install', '-at_install')
class TestPriceMaintenance(PriceListingCommon):

    def _get_rules(self, owner=None):
        owner = owner or self.customer
        field = 'partner_id' if owner._name == 'res.partner' else 'customer_group_id'
        return self.Rule.search([(field, '=', owner.id)], order='id')

    # --- raise or lower ---

    def test_prices_are_raised_by_percent_and_rounded_to_a_step(self):
        rules = self.Rule.concat(*(self._create_special_price(self.customer, price, self.product, min_quantity=quantity)
                                   for quantity, price in ((0, 80), (10, 77.77), (20, 3))))
        for step, expected in (('0', [84, 81.6585, 3.15]), ('0.05', [84, 81.65, 3.15]), ('1', [84, 82, 3]),
                               ('10', [80, 80, 0])):
            with self.subTest(step=step):
                prices = rules.get_changed_prices('percent', 5, float(step))
                for rule, price in zip(rules, expected):
                    self.assertAlmostEqual(prices[rule], price)
        wizard = Form(self.env['ecount.price.change'].with_context(default_item_ids=rules.ids))
        wizard.value = 5
        wizard.step = '1'
        wizard = wizard.save()
        self.assertEqual(sorted(wizard.line_ids.mapped('new_price')), [3, 82, 84])
        self.assertEqual(rules.mapped('fixed_price'), [80, 77.77, 3], "the preview writes nothing")
        wizard.action_apply()
        self.assertEqual(rules.mapped('fixed_price'), [84, 82, 3])

    def test_percentages_are_left_out_of_a_raise(self):
        rules = self._create_special_price(self.customer, 80, self.product) + self._create_special_price(
            self.customer, 0, self.rice, compute_price='percentage', percent_price=10)
        wizard = self.env['ecount.price.change'].create({'item_ids': rules.ids, 'method': 'amount', 'value': -5})
        self.assertEqual((wizard.line_ids.mapped('new_price'), wizard.left_out_count), ([75], 1))
        wizard.action_apply()
        self.assertEqual((rules[0].fixed_price, rules[1].percent_price), (75, 10))

    def test_a_price_does_not_become_negative(self):
        rules = self._create_special_price(self.customer, 80, self.product) + self._create_special_price(
            self.customer, 4, self.rice)
        with self.assertRaisesRegex(UserError, "Rice"):
            rules.set_prices(rules.get_changed_prices('amount', -5))
        self.assertEqual(rules.mapped('fixed_price'), [80, 4])

    # --- end ---

    def test_prices_end_with_the_last_day(self):
        price = self._create_special_price(self.customer, 80, self.product)
        soon = self._create_special_price(self.customer, 9, self.rice, date_end='2025-01-31 00:00:00')
        self.env.user.tz = 'Asia/Bangkok'
        self.env['ecount.price.end'].create({
            'item_ids': (price + soon).ids, 'date': '2025-06-30'}).action_apply()
        self.assertEqual(price.date_end, datetime(2025, 6, 30, 16, 59, 59))
        self.assertEqual(soon.date_end, datetime(2025, 1, 31), "ends earlier already")

    def test_a_price_that_begins_later_cannot_end_before(self):
        price = self._create_special_price(self.customer, 80, self.product, date_start='2025-07-01 00:00:00')
        with self.assertRaisesRegex(UserError, "Fresh Mart: .*Fish sauce"):
            price.end_prices(datetime(2025, 6, 30))

    # --- copy ---

    def test_prices_are_copied_and_conflicts_kept_or_replaced(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.customer, 70, self.product, min_quantity=10)
        self._create_special_price(self.customer, 5, self.rice, date_end='2020-01-01 00:00:00')  # expired
        self._create_special_price(self.other, 88, self.product)
        copy = self.env['ecount.price.copy']
        values = {'source_partner_id': self.customer.id, 'partner_ids': self.other.ids, 'group_ids': self.south.ids}
        copy.create(values).action_apply()
        self.assertEqual(sorted(self._get_rules(self.other).mapped('fixed_price')), [70, 88])
        self.assertEqual(sorted(self._get_rules(self.south).mapped('fixed_price')), [70, 80])
        copy.create({**values, 'conflict': 'replace'}).action_apply()
        self.assertEqual(sorted(self._get_rules(self.other).mapped('fixed_price')), [70, 80])
        self.assertEqual(len(self._get_rules(self.customer)), 3, "the source stays")

    def test_a_price_that_is_replaced_holds_before_and_after_the_copied_one(self):
        self._create_special_price(
            self.customer, 80, self.product, date_start='2099-07-01 00:00:00', date_end='2099-07-31 23:59:59')
        self._create_special_price(self.customer, 75, self.product, date_start='2099-09-01 00:00:00')
        self._create_special_price(self.other, 88, self.product)
        self.env['ecount.price.copy'].create({
            'source_partner_id': self.customer.id, 'partner_ids': self.other.ids, 'conflict': 'replace'}).action_apply()
        prices = [
            self.env['sale.order.line'].new({
                'order_id': self.env['sale.order'].new({'partner_id': self.other.id, 'date_order': f'{day} 12:00:00'}),
                'product_id': self.product.id}).price_unit
            for day in ('2099-06-30', '2099-07-01', '2099-07-31', '2099-08-01', '2099-08-31', '2099-09-01')]
        self.assertEqual(prices, [88, 80, 80, 88, 88, 75])

    def test_copying_needs_one_source_and_another_target(self):
        for values in ({}, {'source_partner_id': self.customer.id},
                       {'source_partner_id': self.customer.id, 'partner_ids': self.customer.ids},
                       {'source_partner_id': self.customer.id, 'source_group_id': self.gold.id,
                        'partner_ids': self.other.ids}):
            with self.assertRaises(UserError):
                self.env['ecount.price.copy'].create(values).action_apply()

    # --- which price would they get ---

    def test_the_price_is_answered_without_an_order(self):
        self._create_special_price(self.gold, 85, self.product)
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        orders = self.env['sale.order'].search_count([])
        wizard = self.env['ecount.price.check'].create({
            'partner_id': self.customer.id, 'product_id': self.product.id, 'quantity': 10})
        self.assertEqual(wizard.price, 80)
        self.assertIn("Fresh Mart", wizard.explanation)
        self.assertIn("85.00", wizard.ladder)
        wizard.quantity = 9
        self.assertEqual(wizard.price, 85)
        self.assertEqual(self.env['sale.order'].search_count([]), orders)

    # --- the screen of customers × products ---

    def test_a_price_typed_on_the_screen_is_the_price(self):
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            self.assertEqual((line.native_price, line.special_price), (100, 0))
            line.special_price = 80
        sheet.save().action_save()
        self.assertEqual(self._get_rules().mapped('fixed_price'), [80])
        self.assertEqual(self._create_order(self.customer, self.product).order_line.price_unit, 80)
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.only_special = True
        with sheet.line_ids.edit(0) as line:
            self.assertEqual(line.special_price, 80)
            line.special_price = 78
        sheet.save().action_save()
        self.assertEqual(self._get_rules().mapped('fixed_price'), [78], "changed, not added")
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            line.special_price = 0
        sheet.save().action_save()
        self.assertFalse(self._get_rules())

    def test_the_screen_serves_groups(self):
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.customer_group_id = self.gold
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            line.special_price = 85
        sheet.save().action_save()
        self.assertEqual(self._get_rules(self.gold).mapped('fixed_price'), [85])

    def _type_price(self, product, **values):
        """Type values into the screen's line of a product, and save."""
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = product.name
        index = next(number for number, line in enumerate(sheet.line_ids._records) if line['product_id'] == product.id)
        with sheet.line_ids.edit(index) as line:
            for name, value in values.items():
                setattr(line, name, value)
        sheet.save().action_save()

    def _get_price_on(self, product, day):
        return self._create_order(self.customer, product, date_order=f'{day} 12:00:00').order_line.price_unit

    @freeze_time('2025-06-15 10:00:00')
    def test_a_price_that_begins_later_leaves_the_present_one_until_then(self):
        self._type_price(self.product, special_price=80)
        self._type_price(self.product, special_price=70, date_start=datetime(2025, 7, 1))
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-01')], [80, 70])
        # Another present price lasts until the next one begins.
        self._type_price(self.product, special_price=77, date_end=False)
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-01')], [77, 70])

    def test_a_price_says_whether_vat_is_in_it(self):
        taxes = self.env['account.tax'].create([
            {'name': f"7 % {kind}", 'amount': 7, 'price_include_override': f'tax_{kind}'}
            for kind in ('included', 'excluded')])
        rule = self._create_special_price(self.customer, 80, self.product)
        for tax, text in ((taxes[0], "VAT included"), (taxes[1], "VAT excluded"), (taxes[:0], '')):
            self.product.taxes_id = tax
            rule.invalidate_recordset(['vat'])
            self.assertEqual(rule.vat or '', text)

    @freeze_time('2025-06-15 10:00:00')
    def test_a_price_typed_before_a_future_one_ends_with_its_beginning(self):
        self._create_special_price(self.customer, 70, product_tmpl_id=self.product.product_tmpl_id.id,
                                   date_start='2025-07-01 00:00:00')
        self._type_price(self.product, special_price=80)
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-02')], [80, 70])

    def test_the_price_of_one_variant_leaves_that_of_the_others(self):
        attribute = self.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': "Small"}), Command.create({'name': "Large"})]})
        tea = self.env['product.template'].create({'name': "Tea", 'list_price': 100, 'attribute_line_ids': [
            Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})]})
        small, large = tea.product_variant_ids
        self._create_special_price(self.customer, 77, product_tmpl_id=tea.id)
        self._type_price(large, special_price=88)
        self.assertEqual([self._get_price_on(product, '2025-06-20') for product in (small, large)], [77, 88])
        self._type_price(large, special_price=0)
        self.assertEqual(self._get_price_on(large, '2025-06-20'), 77)
        with self.assertRaisesRegex(UserError, "all variants"):
            self._type_price(large, special_price=0)
