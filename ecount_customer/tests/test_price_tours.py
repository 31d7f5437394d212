"""The screens on which prices are typed and shown, in the browser."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestPriceTours(EcountCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.unlink(cls.env.ref('product.group_product_pricelist').id)]})
        cls.customer = cls._create_customer("Tour Fresh Mart")
        cls.product = cls._create_product("Tour fish", default_code='TOUR-FISH', type='consu')
        cls._create_product("Tour rice")

    def _create_paid_order(self, price):
        """Create a confirmed order of the past at a price."""
        order = self._create_order(self.customer, {'product_id': self.product.id, 'price_unit': price})
        order.action_confirm()
        order.date_order = '2025-01-15 10:00:00'
        return order

    def _start_order_tour(self, order, tour):
        self.start_tour(f'/odoo/action-sale.action_orders/{order.id}', tour, login='admin', timeout=180)

    def test_a_price_is_typed_on_the_maintenance_screen(self):
        self.start_tour('/odoo/ecount-prices', 'ecount_price_sheet', login='admin', timeout=180)
        rule = self.Rule.search([('partner_id', '=', self.customer.id)])
        self.assertEqual((rule.product_tmpl_id, rule.fixed_price), (self.product.product_tmpl_id, 80))

    def test_a_direct_invoice_has_the_special_price(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_paid_order(75)
        self.start_tour(
            '/odoo/action-account.action_move_out_invoice_type/new', 'ecount_direct_invoice', login='admin',
            timeout=180)
        move = self.env['account.move'].search([('partner_id', '=', self.customer.id)])
        line = move.invoice_line_ids
        self.assertEqual((line.price_unit, line.quantity, move.amount_untaxed), (75, 3, 225))
        self.assertTrue(line.is_price_computed, "the form sent the first price as computed, not as typed")
        self.assertEqual(line.price_source, 'manual')

    def test_the_catalogue_shows_the_special_price(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(self.customer)
        self._start_order_tour(order, 'ecount_price_catalogue')
        self.assertEqual(order.order_line.price_unit, 80)

    def test_the_last_price_is_taken_with_a_click(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_paid_order(75)
        order = self._create_order(self.customer, self.product)
        self._start_order_tour(order, 'ecount_use_last_price')
        self.assertRecordValues(order.order_line, [{'price_unit': 75, 'price_source': 'manual'}])
        order.order_line.product_uom_qty = 5
        self.assertEqual(order.order_line.price_unit, 75, "a price that was taken stays")

    def test_no_price_is_taken_on_a_locked_order(self):
        self._create_paid_order(75)
        order = self._create_order(self.customer, self.product)
        order.action_confirm()
        order.action_lock()
        self._start_order_tour(order, 'ecount_no_use_on_locked_order')
        self.assertEqual(order.order_line.price_unit, 100)
