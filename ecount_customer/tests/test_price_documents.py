"""What could go wrong with a price on its way through units, currencies, taxes, days and kinds of lines."""

from datetime import date, datetime

from odoo.fields import Command
from odoo.tests import tagged

from .test_discount_rate import DiscountRateCommon


@tagged('post_install', '-at_install')
class TestPriceDocuments(DiscountRateCommon):

    # === UNITS, CURRENCIES, TAXES === #

    def test_a_price_for_one_is_converted_to_dozens(self):
        self._create_special_price(self.customer, 8, self.product)
        self.gold.discount_rate = 5
        dozen = self.env.ref('uom.product_uom_dozen')
        line = self._create_order(
            self.customer, {'product_id': self.product.id, 'product_uom_id': dozen.id, 'product_uom_qty': 2}).order_line
        self.assertLine(line, 96, 0, 192)
        line.product_uom_id = self.product.uom_id
        self.assertLine(line, 8, 0, 16)

    def test_special_prices_of_each_kind_on_an_order_in_another_currency(self):
        self._enable_feature('product.group_product_pricelist')
        foreign = self.env['res.currency'].create({
            'name': 'FGN', 'symbol': 'f', 'rate_ids': [Command.create({'rate': 2, 'name': '2020-01-01'})]})
        pricelist = self._create_pricelist(compute_price='percentage', percent_price=50)
        pricelist.currency_id = foreign
        fixed, percent, formula = (self._create_product(name) for name in ("Fixed", "Percent", "Formula"))
        self._create_special_price(self.customer, 80, fixed)
        self._create_special_price(self.customer, 0, percent, compute_price='percentage', percent_price=10)
        self._create_special_price(
            self.customer, 0, formula, compute_price='formula', price_discount=20, price_surcharge=3)
        order = self._create_order(self.customer, fixed, percent, formula, self.product, pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, foreign)
        self.assertEqual(order.order_line.mapped('price_subtotal'), [160, 180, 166, 100])

    def test_a_special_price_with_tax_included_follows_the_fiscal_position(self):
        included = self.env['account.tax'].create({
            'name': "7 % included", 'amount': 7, 'price_include_override': 'tax_included'})
        export = self.env['account.fiscal.position'].create({'name': "Export"})
        self.env['account.tax'].create({
            'name': "0 %", 'amount': 0, 'fiscal_position_ids': [Command.set(export.ids)],
            'original_tax_ids': [Command.set(included.ids)]})
        self.product.taxes_id = included
        self._create_special_price(self.customer, 107, self.product)
        home = self._create_order(self.customer, self.product)
        self.assertEqual((home.order_line.price_unit, home.amount_untaxed, home.amount_total), (107, 100, 107))
        abroad = self._create_order(self.customer, self.product, fiscal_position_id=export.id)
        self.assertEqual((abroad.order_line.price_unit, abroad.amount_total), (100, 100))

    # === DAYS === #

    def test_a_price_ends_at_midnight_of_the_user(self):
        self.env.user.tz = 'Asia/Bangkok'
        rule = self._create_special_price(self.customer, 80, self.product)
        self.env['ecount.price.end'].create({'item_ids': [Command.set(rule.ids)], 'date': date(2025, 12, 31)}
                                            ).action_apply()
        for moment, price in ((datetime(2025, 12, 31, 16, 59), 80), (datetime(2025, 12, 31, 17, 1), 100)):
            order = self._create_order(self.customer, self.product, date_order=moment)
            self.assertEqual(order.order_line.price_unit, price, f"{moment} UTC")

    # === KINDS OF LINES === #

    def test_costs_that_are_re_invoiced_and_typed_zeros_keep_their_price(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(
            self._create_customer("Sea Food"), {'product_id': self.product.id, 'price_unit': 55, 'is_expense': True},
            self.product)
        order.order_line[1].price_unit = 0
        order.partner_id = self.customer
        self.assertEqual(order.order_line.mapped('price_unit'), [55, 0])
        order.order_line[1].product_uom_qty = 7
        self.assertEqual(order.order_line[1].price_unit, 0)

    def test_a_down_payment_and_its_final_invoice_add_up_to_the_order(self):
        self._create_special_price(self.customer, 80, self.product)
        self.customer.discount_rate = 10
        rice = self._create_product("Rice", 50, invoice_policy='order')
        self.product.invoice_policy = 'order'
        order = self._create_order(self.customer, (self.product, 10), (rice, 10))
        order.action_confirm()
        self.assertEqual(order.amount_untaxed, 1250)  # 10 × 80 and 10 × 50 less 10 %
        for method in ('percentage', 'delivered'):
            self.env['sale.advance.payment.inv'].with_context(active_ids=order.ids, active_model='sale.order').create({
                'advance_payment_method': method, 'amount': 40}).create_invoices()
            order.invoice_ids.filtered(lambda move: move.state == 'draft').action_post()
        self.assertEqual(sorted(order.invoice_ids.mapped('amount_untaxed')), [500, 750])
        self.assertFalse(order.order_line.filtered('is_downpayment').filtered('discount'))

    def test_a_special_price_of_a_combo_is_shared_by_its_items(self):
        items = [self._create_product(name, price) for name, price in (("Rice", 30), ("Soup", 20))]
        combo = self._create_product("Lunch", 45, type='combo', combo_ids=[Command.set([
            self.env['product.combo'].create({
                'name': item.name, 'combo_item_ids': [Command.create({'product_id': item.id})]}).id
            for item in items])])
        self._create_special_price(self.customer, 40, combo)
        self._create_special_price(self.customer, 1, items[0])
        order = self._create_order(self.customer, combo)
        head = order.order_line
        order.order_line = [Command.create({
            'product_id': item.id, 'linked_line_id': head.id,
            'combo_item_id': combo.combo_ids.combo_item_ids.filtered(lambda choice: choice.product_id == item).id,
        }) for item in items]
        parts = order.order_line - head
        self.assertEqual(parts.mapped('price_unit'), [24, 16])
        self.assertEqual(order.amount_untaxed, 40)
        # They say whose price they share, and do not compare it with what they cost alone.
        self.assertEqual(parts.mapped('price_source'), ['customer', 'customer'])
        self.assertEqual(parts.price_rule_id, head.price_rule_id)
        for part in parts:
            self.assertIn("special price of Fresh Mart", part.price_explanation)
            self.assertNotIn("Beats", part.price_explanation)

    def test_items_of_a_combo_do_not_take_their_last_price_and_are_none(self):
        self.env.company.ecount_use_last_price = True
        rice = self._create_product("Rice", 30)
        combo = self._create_product("Lunch", 45, type='combo', combo_ids=[Command.create({
            'name': "Rice", 'combo_item_ids': [Command.create({'product_id': rice.id})]})])
        alone = self._create_order(self.customer, {'product_id': rice.id, 'price_unit': 28})
        alone.action_confirm()
        order = self._create_order(self.customer, combo)
        order.order_line = [Command.create({
            'product_id': rice.id, 'linked_line_id': order.order_line.id,
            'combo_item_id': combo.combo_ids.combo_item_ids.id})]
        self.assertEqual(order.order_line.mapped('price_unit'), [0, 45])
        order.action_confirm()
        self.assertEqual(self._create_order(self.customer, rice).order_line.price_unit, 28)

    # === WHOSE PRICE === #

    def test_an_archived_group_gives_no_price(self):
        self._create_special_price(self.gold, 85, self.product)
        self._create_special_price(self.tier, 90, self.product)
        self.gold.active = False
        # Nor do the groups above it: the customer is in no group of that tree any more.
        for context in ({}, {'active_test': False}):
            self.assertFalse(self.customer.with_context(**context)._get_group_sources() & (self.gold | self.tier))
        self.assertEqual(self._create_order(self.customer, self.product).order_line.price_unit, 100)

    def test_the_price_of_an_address_in_another_company_does_not_count_here(self):
        dock = self.Partner.create({'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self._create_special_price(dock, 70, self.product, company_id=other.id)
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(self.customer, self.product, partner_shipping_id=dock.id)
        self.assertEqual(order.order_line.price_unit, 80)

    def test_a_subsidiary_has_no_prices_of_its_parent(self):
        subsidiary = self._create_customer("Fresh Mart North", parent_id=self.customer.id)
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._create_order(subsidiary, self.product).order_line.price_unit, 100)

    def test_another_address_does_not_price_a_confirmed_order_again(self):
        dock = self.Partner.create({'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        self._create_special_price(dock, 70, self.product)
        order = self._create_order(self.customer, self.product, partner_shipping_id=self.customer.id)
        order.action_confirm()
        order.partner_shipping_id = dock
        self.assertEqual(order.order_line.price_unit, 100)

    def test_a_quantity_changed_in_the_portal_finds_the_rule_of_the_customer(self):
        self._create_special_price(self.customer, 70, self.product, min_quantity=10)
        order = self._create_order(self.customer, self.product)
        # As the controller of the portal does it: public user, elevated.
        order.order_line.with_user(self.env.ref('base.public_user')).sudo().product_uom_qty = 10
        self.assertEqual(order.order_line.price_unit, 70)

    def test_a_refund_of_a_direct_invoice_has_its_prices_also_after_the_price_changed(self):
        rule = self._create_special_price(self.customer, 80, self.product)
        invoice = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.customer.id, 'invoice_date': '2025-01-15',
            'invoice_line_ids': [Command.create({'product_id': self.product.id, 'quantity': 3})]})
        invoice.action_post()
        rule.fixed_price = 60
        refund = invoice._reverse_moves()
        self.assertEqual(refund.amount_untaxed, 240)
        refund.invoice_line_ids.quantity = 1
        self.assertEqual(refund.amount_untaxed, 80, "what was paid is given back")

    # === WHAT A RULE SAYS === #

    def test_a_rule_is_described_in_words_of_our_own(self):
        # The native ones are not translated into Thai.
        pricelist = self.env['product.pricelist'].create({'name': "Wholesale"})
        for values, text in (
            ({'compute_price': 'percentage', 'percent_price': 12.5}, "the standard price less 12.50 %"),
            ({'compute_price': 'percentage', 'percent_price': -5, 'base': 'pricelist',
              'base_pricelist_id': pricelist.id}, "Wholesale.* plus 5.00 %"),
            ({'compute_price': 'formula', 'base': 'standard_price', 'price_discount': -25, 'price_round': 5,
              'price_surcharge': -0.01}, "the cost plus 25.00 %, rounded to 5.00 − .*0.01"),
            ({'compute_price': 'formula', 'price_surcharge': 3}, "^the standard price \\+ .*3.00"),
        ):
            rule = self._create_special_price(self.customer, 0, self.product, **values)
            self.assertRegex(rule._describe_special_price(), text)

    # === WHAT A LINE ASKS === #

    def test_distributions_are_found_as_soon_as_there_is_one(self):
        # An order does not ask for them while there are none.
        plan = self.env['account.analytic.plan'].create({'name': "Plan"})
        account = self.env['account.analytic.account'].create({'name': "North", 'plan_id': plan.id})
        self.env['account.analytic.distribution.model'].search([]).unlink()
        self.env.registry.clear_cache()
        self.assertFalse(self._create_order(self.customer, self.product).order_line.analytic_distribution)
        self.env['account.analytic.distribution.model'].create({
            'partner_id': self.customer.id, 'analytic_distribution': {account.id: 100}})
        self.assertEqual(
            self._create_order(self.customer, self.product).order_line.analytic_distribution, {str(account.id): 100})
