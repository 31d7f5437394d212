"""A rep with own customers only who works in the shop."""

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PointOfSaleCommon


@tagged('post_install', '-at_install')
class TestAccessPointOfSale(PointOfSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._create_shop_user(
            "posrep", 'ecount_customer.group_own_customers', 'point_of_sale.group_pos_user')
        cls.customer.user_id = cls.rep
        cls.session = cls.env['pos.session'].create({'user_id': cls.rep.id, 'config_id': cls.main_pos_config.id})
        cls.session.set_opening_control(0, None)
        cls.mine, cls.hidden, cls.walk_in = cls.orders = (
            cls._create_paid_order(cls.customer) + cls._create_paid_order(cls.stranger)
            + cls._create_paid_order(cls.env['res.partner']))

    @classmethod
    def _create_paid_order(cls, partner):
        order = cls.env['pos.order'].create({
            'session_id': cls.session.id, 'partner_id': partner.id, 'company_id': cls.env.company.id,
            'lines': [Command.create({
                'product_id': cls.tea.id, 'qty': 1, 'price_unit': 10, 'price_subtotal': 10,
                'price_subtotal_incl': 10})],
            'amount_tax': 0, 'amount_total': 10, 'amount_paid': 0, 'amount_return': 0})
        order.add_payment({
            'pos_order_id': order.id, 'amount': 10, 'payment_date': fields.Datetime.now(),
            'payment_method_id': cls.main_pos_config.payment_method_ids.filtered('is_cash_count')[:1].id})
        order.action_pos_order_paid()
        return order

    def _seen(self, records, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return records.browse(records.with_user(user or self.rep).search([('id', 'in', records.ids)]).ids)

    def test_after_the_session_orders_of_hidden_customers_are_hidden(self):
        self.session.with_user(self.rep).action_pos_session_closing_control()
        self.assertEqual(self.session.state, 'closed')
        visible = self.mine + self.walk_in
        self.assertEqual(self._seen(self.orders), visible)
        self.assertEqual(self._seen(self.orders.lines), visible.lines)
        self.assertEqual(self._seen(self.orders.payment_ids), visible.payment_ids)
        with self.assertRaises(AccessError):
            self.hidden.with_user(self.rep).read(['email'])
        self.assertEqual(self._seen(self.orders, self.pos_user), self.orders)

    def test_the_till_adds_up_all_orders_of_an_open_session(self):
        self.assertEqual(self._seen(self.orders), self.orders)
        self.session.with_user(self.rep).action_pos_session_closing_control()
        self.assertEqual(self.session.state, 'closed')
        sales = self.session.move_id.line_ids.filtered(lambda line: line.account_id.account_type == 'income')
        self.assertEqual(sum(sales.mapped('balance')), -30)

    def test_a_warehouse_worker_sees_no_orders_of_hidden_customers_at_all(self):
        worker = self._create_shop_user('posworker', 'ecount_customer.group_own_customers', 'stock.group_stock_user')
        self.assertEqual(self._seen(self.orders, worker), self.walk_in)

    def test_the_analysis_has_own_customers_only(self):
        Report = self.env['report.pos.order']
        self.assertEqual(
            Report.with_user(self.rep).search([('order_id', 'in', self.orders.ids)]).order_id,
            self.mine + self.walk_in)
