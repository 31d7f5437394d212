"""Credit used by goods: what was delivered, is still to come, came back, or will never be delivered."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.ecount_customer.tests.credit_common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditStock(CreditCommon):
    """Ten bags of rice for 100 each, invoiced when they are delivered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls._make_product("Rice, 25 kg", type='consu', is_storable=True, invoice_policy='delivery')
        warehouse = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.env['stock.quant']._update_available_quantity(cls.goods, warehouse.lot_stock_id, 1000)
        cls.order = cls._make_order(1000, product=cls.goods, confirm=True)

    def _deliver(self, quantity, backorder=None, picking=None):
        """Deliver so many; `backorder` answers what happens to the rest."""
        picking = picking or self.order.picking_ids.filtered(lambda picking: picking.state == 'assigned')[:1]
        picking.move_ids.write({'quantity': quantity, 'picked': True})
        action = picking.button_validate()
        if backorder is not None:
            wizard = Form.from_action(self.env, action).save()
            wizard.process() if backorder else wizard.process_cancel_backorder()
        self.assertEqual(picking.state, 'done')
        return picking

    def _return(self, picking, quantity, to_refund=True):
        wizard = Form(self.env['stock.return.picking'].with_context(
            active_ids=picking.ids, active_id=picking.id, active_model='stock.picking')).save()
        wizard.product_return_moves.write({'quantity': quantity, 'to_refund': to_refund})
        self._deliver(quantity, picking=self.env['stock.picking'].browse(wizard.action_create_returns()['res_id']))

    def _assert_ordered(self, amount):
        self.env.flush_all()
        self.assertEqual(self.customer._get_credit_exposure(self.company)[self.customer.id]['to_invoice'], amount)

    def test_goods_count_from_confirmation_whatever_is_delivered(self):
        self._assert_ordered(1000)
        self._deliver(6, backorder=True)
        self._assert_ordered(1000)
        self._deliver(4)
        self._assert_ordered(1000)

    def test_what_will_not_be_delivered_stops_counting(self):
        self._deliver(6, backorder=False)
        self._assert_ordered(600)

    def test_a_cancelled_delivery_stops_counting(self):
        self.order.picking_ids.action_cancel()
        self._assert_ordered(0)

    def test_returned_goods_stop_counting_unless_they_are_replaced(self):
        picking = self._deliver(10)
        self._return(picking, 3)
        self._assert_ordered(700)
        self._return(picking, 2, to_refund=False)  # to be replaced
        self._assert_ordered(700)

    def test_an_invoice_takes_over_what_was_delivered(self):
        self._deliver(6, backorder=True)
        invoice = self.order._create_invoices()
        self._assert_ordered(1000)  # a draft counts for nothing
        invoice.action_post()
        self._assert_ordered(400)
        self.assertEqual(self.customer._get_credit_exposure(self.company)[self.customer.id]['total'], 1000)

    def test_goods_that_came_back_and_were_refunded_free_the_limit(self):
        picking = self._deliver(10)
        self.order._create_invoices().action_post()
        self._return(picking, 10)
        self.order._create_invoices(final=True).action_post()
        self.assertEqual(self.customer._get_credit_exposure(self.company)[self.customer.id]['total'], 0)

    def test_more_delivered_than_ordered_passes_counts_and_is_reported(self):
        approver = new_test_user(
            self.env, 'stock_approver',
            groups='base.group_user,sales_team.group_sale_salesman,ecount_customer.group_credit_approver',
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)])
        self.customer.write({'credit_policy': 'block', 'credit_limit': 1200})
        picking = self.order.picking_ids
        picking.move_ids.write({'quantity': 15, 'picked': True})
        worker = new_test_user(
            self.env, 'worker', groups='base.group_user,stock.group_stock_user', company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)])
        picking.with_user(worker).button_validate()
        self.assertEqual(picking.state, 'done')
        self._assert_ordered(1500)
        activity = self.order.activity_ids.filtered(lambda activity: activity.user_id == approver)
        self.assertEqual(len(activity), 1, "the approver learns of it, once")
        self.assertIn("300.00", activity.note, "over by 300: used 0, this order 1,500, limit 1,200")

    def test_no_more_than_the_limit_delivered_is_reported_to_nobody(self):
        self.customer.write({'credit_policy': 'block', 'credit_limit': 1500})
        picking = self.order.picking_ids
        picking.move_ids.write({'quantity': 15, 'picked': True})
        picking.button_validate()
        self._assert_ordered(1500)
        self.assertFalse(self.order.activity_ids)

    def test_an_invoice_of_delivered_goods_warns_where_another_is_refused(self):
        self._deliver(10)
        self.customer.write({'credit_policy': 'block', 'credit_limit': 500})
        with self.assertRaises(UserError):
            self._make_invoice(600)
        invoice = self.order._create_invoices()
        self.company.ecount_warn_delivered = False
        with self.assertRaises(UserError):
            invoice.action_post()
        self.company.ecount_warn_delivered = True
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')
        self.assertIn("Confirmed despite a credit warning", invoice.message_ids[0].body)
