"""Orders and invoices that meet the limit and period of their customer, whatever the way."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .credit_common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditGuard(CreditCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_terms(credit_policy='block', credit_limit=1000.0)
        cls.rep = new_test_user(
            cls.env, 'credit_rep', groups='sales_team.group_sale_salesman_all_leads,base.group_partner_manager',
            company_id=cls.company.id)
        cls.approver = new_test_user(
            cls.env, 'credit_boss', groups='ecount_customer.group_credit_approver', company_id=cls.company.id)

    def _messages(self, document):
        return "\n".join(document.message_ids.mapped('body'))

    # === NOTHING SET === #

    def test_nothing_happens_and_nothing_is_locked_without_a_policy(self):
        customer = self._make_customer("Old friend")
        self.env['ecount.credit.lock'].search([]).unlink()
        self._make_invoice(100000.0, partner=customer, days=900)
        self._make_order(100000.0, partner=customer, confirm=True)
        self.assertFalse(self.env['ecount.credit.lock'].search([]))

    # === ORDERS, EVERY WAY === #

    def test_exactly_the_limit_passes_and_one_more_is_refused_with_the_figures(self):
        self._make_invoice(400.0, days=12)
        passing, refused = self._make_order(600.0), self._make_order(601.0)
        with self.assertRaises(UserError) as error:
            refused.action_confirm()
        self.assertEqual(refused.state, 'draft')
        for figure in ("1,000.00", "400.00", "601.00", "1.00", "Fresh Mart", "12 days", refused.name):
            self.assertIn(figure, str(error.exception))
        passing.action_confirm()
        self.assertEqual(passing.state, 'sale')

    def test_sent_quotations_copies_and_orders_created_confirmed_meet_the_guard(self):
        order = self._make_order(1001.0)
        order.action_quotation_sent()
        with self.assertRaises(UserError):
            order.action_confirm()
        with self.assertRaises(UserError):
            order.copy().action_confirm()
        with self.assertRaises(UserError):
            self._make_order(1001.0, state='sale')
        with self.assertRaises(UserError):
            order.write({'state': 'sale'})
        with self.assertRaises(UserError):
            order.write({'state': 'sale', 'partner_invoice_id': self.customer.id})

    def test_a_reopened_order_meets_the_guard(self):
        first = self._make_order(800.0, confirm=True)
        first.action_cancel()
        self._make_order(700.0, confirm=True)
        first.action_draft()
        with self.assertRaises(UserError):
            first.action_confirm()

    def test_a_confirmed_order_cannot_grow_over_the_limit(self):
        order = self._make_order(100.0, confirm=True)
        line = order.order_line
        for change in ({'product_uom_qty': 1000}, {'price_unit': 1000.01}):
            with self.assertRaises(UserError):
                line.write(change)
            with self.assertRaises(UserError):
                order.write({'order_line': [Command.update(line.id, change)]})
        with self.assertRaises(UserError):
            order.order_line = [Command.create({'product_id': self.product.id, 'product_uom_qty': 10})]
        with self.assertRaises(UserError):
            self.env['sale.order.line'].create({
                'order_id': order.id, 'product_id': self.product.id, 'product_uom_qty': 10})
        line.product_uom_qty = 10
        self.assertExposure(0.0, 1000.0)

    def test_a_line_set_to_zero_cannot_come_back_larger(self):
        order = self._make_order(100.0, confirm=True)
        order.order_line.product_uom_qty = 0
        with self.assertRaises(UserError):
            order.order_line.product_uom_qty = 1000

    def test_what_lowers_the_exposure_always_passes(self):
        order = self._make_order(1000.0, confirm=True)
        self._set_terms(credit_limit=100.0)
        order.order_line.product_uom_qty = 9
        self._make_order(0.0, confirm=True)
        self._make_invoice(50.0, move_type='out_refund')
        order.credit_closed = True
        with self.assertRaises(UserError):
            order.credit_closed = False

    def test_an_order_moved_to_another_payer_is_tested_there(self):
        payer = self._make_customer("Payer", credit_policy='block', credit_limit=100.0)
        order = self._make_order(500.0, confirm=True)
        with self.assertRaises(UserError):
            order.partner_invoice_id = payer
        with self.assertRaises(UserError):
            self._make_order(500.0, partner=self._make_customer("Free"), partner_invoice_id=payer.id, confirm=True)

    def test_a_batch_with_two_failing_confirms_nothing_and_names_both(self):
        orders = self.env['sale.order']
        for number in range(10):
            customer = self._make_customer(f"Batch {number}", credit_policy='block', credit_limit=500.0)
            orders += self._make_order(501.0 if number in (3, 7) else 500.0, partner=customer)
        with self.assertRaises(UserError) as error:
            orders.action_confirm()
        self.assertEqual(set(orders.mapped('state')), {'draft'})
        for order in orders[3] + orders[7]:
            self.assertIn(order.name, str(error.exception))
        self.assertNotIn(orders[4].name, str(error.exception))

    def test_two_orders_of_one_batch_add_up(self):
        orders = self._make_order(600.0) + self._make_order(600.0)
        with self.assertRaises(UserError) as error:
            orders.action_confirm()
        self.assertIn(orders[1].name, str(error.exception))
        self.assertNotIn(orders[0].name, str(error.exception))

    def test_orders_of_contacts_use_the_limit_of_their_company(self):
        contact = self.env['res.partner'].create({'name': "Somsri", 'parent_id': self.customer.id})
        with self.assertRaises(UserError):
            self._make_order(1001.0, partner=contact, confirm=True)

    def test_a_foreign_order_is_tested_in_the_currency_of_the_company(self):
        currency = self.setup_other_currency('EUR', rates=[('2016-01-01', 2.0)])
        pricelist = self.env['product.pricelist'].create({'name': "Euro", 'currency_id': currency.id})
        self._make_order(2000.0, confirm=True, pricelist_id=pricelist.id)
        with self.assertRaises(UserError):
            self._make_order(1.0, confirm=True)

    def test_rights_and_context_do_not_open_the_guard(self):
        order = self._make_order(1001.0)
        for environment in (order.sudo(), order.with_user(self.rep), order.with_context(
                ecount_credit_ask=False, ecount_credit_growth='tested', skip_procurement=True)):
            with self.assertRaises(UserError):
                environment.action_confirm()
        confirmed = self._make_order(100.0, confirm=True)
        with self.assertRaises(UserError):
            confirmed.order_line.with_user(self.rep).with_context(
                ecount_credit_growth='reported', skip_procurement=True).product_uom_qty = 1000

    def test_stopped_credit_refuses_every_order_on_account(self):
        self._set_terms(credit_policy='stop', credit_limit=False)
        with self.assertRaises(UserError) as error:
            self._make_order(1.0, confirm=True)
        self.assertIn("stopped", str(error.exception))

    def test_the_company_says_whether_orders_are_tested(self):
        self.company.ecount_check_orders = 'warn'
        order = self._make_order(1001.0, confirm=True)
        self.assertIn("over by", self._messages(order))
        self.company.ecount_check_orders = 'no'
        order = self._make_order(1001.0, confirm=True)
        self.assertNotIn("over by", self._messages(order))

    def test_prepaid_orders_can_be_exempt(self):
        term = self.env['account.payment.term'].create({'name': "Cash", 'ecount_prepaid': True})
        order = self._make_order(1001.0, payment_term_id=term.id)
        with self.assertRaises(UserError):
            order.action_confirm()
        self.company.ecount_exempt_prepaid = True
        order.action_confirm()
        self.assertEqual(order.state, 'sale')

    # === AGE === #

    def test_exactly_the_period_passes_and_one_day_more_fails(self):
        self._set_terms(credit_limit=0.0, credit_days=30, overdue_policy='block', credit_policy='none')
        old = self._make_invoice(10.0, days=30)
        self._make_order(10.0, confirm=True)
        old.button_draft()
        old.invoice_date = self.today - timedelta(days=31)
        old.action_post()
        with self.assertRaises(UserError) as error:
            self._make_order(10.0, confirm=True)
        self.assertIn(old.name, str(error.exception))
        self.assertIn("31 days", str(error.exception))
        self._receive(10.0)
        self._make_order(10.0, confirm=True)

    def test_the_overdue_policy_follows_the_policy_of_the_amount(self):
        self._set_terms(credit_policy='warn', credit_limit=False, credit_days=30, overdue_policy='same')
        self._make_invoice(10.0, days=31)
        order = self._make_order(10.0, confirm=True)
        self.assertIn("31 days", self._messages(order))

    # === WARN === #

    def test_code_is_never_asked_and_leaves_the_warning_in_the_chatter(self):
        self._set_terms(credit_policy='warn')
        order = self._make_order(1001.0)
        self.assertIs(order.action_confirm(), True)
        self.assertIn("over by", self._messages(order))

    def test_the_button_asks_and_confirm_anyway_confirms(self):
        self._set_terms(credit_policy='warn')
        order = self._make_order(1001.0)
        with self.assertRaises(RedirectWarning) as question:
            order.with_context(ecount_credit_ask=True).action_confirm()
        self.assertEqual(order.state, 'draft')
        _text, action_id, _button, context = question.exception.args
        self.env['ir.actions.server'].browse(action_id).with_context(**context, ecount_credit_ask=True).run()
        self.assertEqual(order.state, 'sale')
        self.assertIn("over by", self._messages(order))

    # === INVOICES === #

    def test_invoices_are_refused_by_any_way(self):
        invoice = self._make_invoice(1001.0, post=False)
        with self.assertRaises(UserError):
            invoice.action_post()
        with self.assertRaises(UserError):
            invoice._post()
        self.assertEqual(invoice.state, 'draft')
        self._make_invoice(1000.0)

    def test_an_invoice_of_an_order_replaces_its_share(self):
        order = self._make_order(1000.0, confirm=True)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertExposure(1000.0, 0.0)

    def test_an_invoice_above_its_order_is_refused(self):
        order = self._make_order(1000.0, confirm=True)
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 11
        with self.assertRaises(UserError):
            invoice.action_post()

    def test_a_batch_of_invoices_posts_nothing_and_names_those_that_fail(self):
        invoices = self.env['account.move']
        for number in range(10):
            customer = self._make_customer(f"Batch {number}", credit_policy='block', credit_limit=500.0)
            invoices += self._make_invoice(501.0 if number in (3, 7) else 500.0, partner=customer, post=False)
        with self.assertRaises(UserError) as error:
            invoices.action_post()
        self.assertEqual(set(invoices.mapped('state')), {'draft'})
        self.assertIn("Batch 3", str(error.exception))
        self.assertIn("Batch 7", str(error.exception))
        self.assertNotIn("Batch 4", str(error.exception))

    def test_delivered_goods_are_invoiced_with_a_warning(self):
        order = self._make_order(1000.0, confirm=True)
        order.order_line.qty_delivered = 10
        self._set_terms(credit_limit=500.0)
        invoice = order._create_invoices()
        self.company.ecount_warn_delivered = False
        with self.assertRaises(UserError):
            invoice.action_post()
        self.company.ecount_warn_delivered = True
        invoice.action_post()
        self.assertIn("over by", self._messages(invoice))

    def test_the_company_says_whether_invoices_are_tested(self):
        self.company.ecount_check_invoices = 'no'
        self._make_invoice(5000.0)
        self.company.ecount_check_invoices = 'warn'
        invoice = self._make_invoice(5000.0)
        self.assertIn("over by", self._messages(invoice))

    # === APPROVAL === #

    def test_an_approver_approves_with_a_reason_that_is_kept(self):
        order = self._make_order(1500.0)
        with self.assertRaises(AccessError):
            order.with_user(self.rep).action_approve_credit("I want it")
        with self.assertRaises(UserError):
            order.with_user(self.approver).action_approve_credit("  ")
        order.with_user(self.approver).action_approve_credit("Good friend")
        self.assertRecordValues(order, [{
            'credit_approval_user_id': self.approver.id, 'credit_approval_reason': "Good friend",
            'credit_approved_amount': 1500.0}])
        self.assertTrue(order.credit_approval_date)
        self.assertIn("Good friend", self._messages(order))
        order.with_user(self.rep).action_confirm()
        self.assertEqual(order.state, 'sale')
        invoice = order._create_invoices()
        invoice.action_post()  # approved as an order
        self.assertFalse(order.copy().credit_approval_user_id)

    def test_an_approval_is_void_when_the_amount_grows(self):
        order = self._make_order(1500.0)
        order.with_user(self.approver).action_approve_credit("Good friend")
        order.order_line.product_uom_qty = 16
        self.assertFalse(order.credit_approval_user_id)
        order.order_line.product_uom_qty = 15
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertIn("void", self._messages(order))

    def test_an_approval_can_lapse_with_the_age(self):
        self._set_terms(credit_days=30)
        self._make_invoice(10.0, days=40)
        self.company.ecount_approval_until = 'age'
        order = self._make_order(10.0)
        order.with_user(self.approver).action_approve_credit("Pays tomorrow")
        order.sudo().credit_approved_days = 39  # as if approved yesterday
        with self.assertRaises(UserError):
            order.action_confirm()
        self.company.ecount_approval_until = 'amount'
        order.action_confirm()

    def test_an_approval_cannot_be_written(self):
        order = self._make_order(1500.0)
        with self.assertRaises(AccessError):
            order.with_user(self.rep).write({'credit_approval_user_id': self.rep.id, 'credit_approved_amount': 9999})
        with self.assertRaises(AccessError):
            self.env['sale.order'].with_user(self.rep).create({
                'partner_id': self.customer.id, 'credit_approval_user_id': self.rep.id})

    def test_a_rep_asks_and_the_approvers_have_an_activity(self):
        order = self._make_order(1500.0)
        order.with_user(self.rep).action_request_credit_approval()
        activities = order.activity_ids.filtered(lambda activity: activity.user_id == self.approver)
        self.assertEqual(len(activities), 1)
        self.assertIn("1,500.00", activities.note)
        waiting = self.env['sale.order'].with_user(self.approver).search(
            [('credit_request_date', '!=', False), ('id', '=', order.id)])
        self.assertEqual(waiting, order)
        order.with_user(self.approver).action_approve_credit("Fine")
        self.assertFalse(order.credit_request_date)
        self.assertFalse(order.activity_ids.filtered(lambda activity: activity.user_id == self.approver))
        with self.assertRaises(UserError):
            self._make_order(10.0).action_request_credit_approval()

    def test_an_invoice_is_approved_too(self):
        invoice = self._make_invoice(1500.0, post=False)
        invoice.action_request_credit_approval()
        invoice.with_user(self.approver).action_approve_credit("Fine")
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_what_was_confirmed_or_cancelled_meanwhile_waits_for_no_approver(self):
        orders = [self._make_order(1500.0) for _n in range(2)]
        invoice = self._make_invoice(1500.0, post=False)
        for document in (*orders, invoice):
            document.action_request_credit_approval()
            self.assertTrue(document.activity_ids)
        orders[0]._action_cancel()
        self._set_terms(credit_limit=5000.0)
        orders[1].with_user(self.rep).action_confirm()
        invoice.action_post()
        for document in (*orders, invoice):
            self.assertFalse(document.activity_ids)
            self.assertFalse(document.credit_request_date or document.credit_request_user_id)

    # === SHARED LIMIT === #

    def test_a_shared_limit_holds_for_all_customers_of_the_group_together(self):
        root = self.env['ecount.customer.group'].create({'name': "Chains"})
        chain = self.env['ecount.customer.group'].create({
            'name': "Rim Ping", 'parent_id': root.id, 'credit_pool': True, 'credit_limit': 1500.0,
            'credit_policy': 'block'})
        shops = [self._make_customer(f"Shop {n}", customer_group_ids=[Command.set(chain.ids)]) for n in range(2)]
        self._make_order(900.0, partner=shops[0], confirm=True)
        with self.assertRaises(UserError) as error:
            self._make_order(601.0, partner=shops[1], confirm=True)
        self.assertIn("Rim Ping", str(error.exception))
        self._make_order(600.0, partner=shops[1], confirm=True)

    # === GROWTH BY BILLS === #

    def test_growth_by_a_bill_is_allowed_and_reported(self):
        order = self._make_order(1000.0, confirm=True)
        cost = self._make_product("Freight", expense_policy='cost', invoice_policy='delivery', standard_price=50.0)
        with self.assertRaises(UserError):
            self.env['sale.order.line'].create({
                'order_id': order.id, 'product_id': cost.id, 'product_uom_qty': 1, 'price_unit': 50.0,
                'is_expense': True})
        bill = self._make_invoice(50.0, move_type='in_invoice', partner=self._make_customer("Carrier"), post=False)
        bill.invoice_line_ids.write({'product_id': cost.id, 'price_unit': 50.0})
        bill.action_post()
        line = bill.invoice_line_ids
        with patch.object(type(line), '_sale_determine_order', lambda lines: {line.id: order}):
            line._sale_create_reinvoice_sale_line()
        self.assertEqual(order.credit_open_amount, 1050.0)
        self.assertTrue(order.activity_ids.filtered(lambda activity: activity.user_id == self.approver))
