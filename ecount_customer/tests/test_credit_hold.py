"""Orders that the customer has signed or paid: held, released by the approver, never lost and never refused."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tests.common import new_test_user

from .credit_common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditHold(CreditCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_terms(credit_policy='block', credit_limit=1000.0)
        cls.approver = new_test_user(
            cls.env, 'credit_boss', groups='ecount_customer.group_credit_approver', company_id=cls.company.id)
        cls.provider = cls.env['payment.provider'].create({'name': "Online", 'code': 'none', 'state': 'test'})
        cls.method = cls.env['payment.method'].create({'name': "Card", 'code': 'credit_card_test'})

    def _pay_online(self, order, amount, state='done'):
        transaction = self.env['payment.transaction'].sudo().create({
            'provider_id': self.provider.id, 'payment_method_id': self.method.id, 'amount': amount,
            'reference': f"{order.name}-{amount}", 'currency_id': order.currency_id.id,
            'partner_id': order.partner_id.id, 'operation': 'online_direct', 'state': state,
            'sale_order_ids': [(6, 0, order.ids)]})
        with patch.object(self.registry['payment.transaction'], '_create_payment', lambda transaction: None):
            transaction._post_process()
        return transaction

    def test_a_signed_order_is_held_with_a_neutral_text_and_released_by_the_approver(self):
        order = self._make_order(1500.0, require_signature=True, require_payment=False)
        order.sudo()._validate_order()
        self.assertRecordValues(order, [{'state': 'sent', 'credit_hold': True}])
        told = order.message_ids.filtered(lambda message: message.message_type == 'comment')
        self.assertIn("checking", told.body)
        self.assertNotIn("redit", told.body)
        self.assertNotIn("1,0", told.body)
        self.assertTrue(order.activity_ids.filtered(lambda activity: activity.user_id == self.approver))
        with self.assertRaises(UserError):
            order.action_confirm()
        order.with_user(self.approver).action_approve_credit("Old customer")
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])

    def test_an_order_is_not_taken_off_hold_by_hand(self):
        order = self._make_order(1500.0)
        order.sudo()._validate_order()
        clerk = new_test_user(self.env, 'credit_clerk', groups='sales_team.group_sale_salesman_all_leads')
        with self.assertRaises(AccessError):
            order.with_user(clerk).write({'credit_hold': False})
        self.assertTrue(order.credit_hold)
        order.with_user(clerk).action_cancel()
        self.assertRecordValues(order, [{'state': 'cancel', 'credit_hold': False}])

    def test_the_customer_reads_no_credit_on_the_order(self):
        order = self._make_order(1500.0)
        order.message_subscribe(self.customer.ids)
        order.sudo()._validate_order()
        order.with_user(self.approver).action_approve_credit("Pays late, but pays")
        portal = new_test_user(self.env, 'credit_portal', groups='base.group_portal', partner_id=self.customer.id)
        order.invalidate_recordset()
        self.assertEqual(order.with_user(portal).read(['credit_hold'])[0]['credit_hold'], False)
        for name in ('credit_warning', 'credit_figures', 'credit_reaction', 'partner_credit_warning',
                     'credit_approval_reason', 'credit_approved_amount', 'credit_approved_days'):
            with self.subTest(field=name), self.assertRaises(AccessError):
                order.with_user(portal).read([name])

    def test_a_signed_order_within_the_limit_is_confirmed(self):
        order = self._make_order(900.0)
        order.sudo()._validate_order()
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])

    def test_an_order_paid_in_full_online_is_never_held(self):
        self._set_terms(credit_policy='stop')
        order = self._make_order(1500.0, require_payment=True, prepayment_percent=1.0)
        self._pay_online(order, 1500.0)
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])

    def test_an_order_paid_in_part_is_held_and_invoiced_once_when_released(self):
        self.env['ir.config_parameter'].sudo().set_param('sale.automatic_invoice', 'True')
        order = self._make_order(1500.0, require_payment=True, prepayment_percent=0.2)
        sent = []
        with patch.object(self.registry['payment.transaction'], '_send_invoice',
                          lambda transactions: sent.append(transactions)):  # noqa: PLW0108  # a function binds
            transaction = self._pay_online(order, 300.0)
            self.assertRecordValues(order, [{'state': 'sent', 'credit_hold': True}])
            self.assertFalse(order.invoice_ids)
            sent.clear()
            order.with_user(self.approver).action_approve_credit("Has paid a part")
        self.assertEqual(order.state, 'sale')
        self.assertEqual(order.invoice_ids.mapped('amount_total'), [300.0])
        self.assertEqual(order.invoice_ids.state, 'posted')
        self.assertEqual(len(sent), 1)
        self.assertEqual(transaction.invoice_ids, order.invoice_ids)

    def test_an_invoice_paid_online_is_posted_whatever_the_limit(self):
        self._make_invoice(900.0)
        invoice = self._make_invoice(500.0, post=False)
        transaction = self._pay_online(self._make_order(0.0), 500.0, state='draft')
        transaction.invoice_ids = invoice
        transaction.state = 'done'
        with patch.object(self.registry['payment.transaction'], '_create_payment', lambda transaction: None):
            transaction._post_process()
        self.assertEqual(invoice.state, 'posted')

    # === BANNER === #

    def test_the_banner_says_what_the_test_will_say(self):
        self._make_invoice(400.0, days=12)
        order = self._make_order(601.0)
        self.assertEqual(order.credit_reaction, 'block')
        self.assertIn("over by", order.partner_credit_warning)
        self.assertIn("1.00", order.partner_credit_warning)
        self.assertEqual(self._make_order(600.0).partner_credit_warning, '')
        self._set_terms(credit_policy='warn')
        invoice = self._make_invoice(601.0, post=False)
        self.assertEqual(invoice.credit_reaction, 'warn')
        self.assertIn("over by", invoice.partner_credit_warning)

    def test_typing_lines_does_not_compute_the_exposure_again(self):
        computed = []
        original = self.registry['res.partner']._get_credit_figures

        def count(partners, company):
            computed.append(partners)
            return original(partners, company)

        with patch.object(self.registry['res.partner'], '_get_credit_figures', count), \
                Form(self.env['sale.order']) as form:
            form.partner_id = self.customer
            self.assertTrue(computed)
            computed.clear()
            for _number in range(3):
                with form.order_line.new() as line:
                    line.product_id = self.product
                    line.product_uom_qty = 5
            self.assertFalse(computed)
            self.assertEqual(form.credit_reaction, 'block')


@tagged('post_install', '-at_install')
class TestCreditTour(HttpCase):

    def setUp(self):
        super().setUp()
        product = self.env['product.product'].create({'name': "Tour rice", 'type': 'service', 'list_price': 100.0})
        customer = self.env['res.partner'].create({
            'name': "Tour Mart", 'is_company': True, 'credit_policy': 'block', 'credit_limit': 1000.0})
        self.order = self.env['sale.order'].create({
            'partner_id': customer.id, 'order_line': [(0, 0, {
                'product_id': product.id, 'product_uom_qty': 15, 'price_unit': 100.0, 'tax_ids': False})]})
        self.url = f"/odoo/action-sale.action_orders/{self.order.id}"

    def test_a_blocked_order_is_approved_and_confirmed(self):
        self.start_tour(self.url, 'ecount_credit_block', login='admin')
        self.assertEqual(self.order.state, 'sale')
        self.assertEqual(self.order.credit_approval_reason, "Pays tomorrow")

    def test_a_warning_is_read_and_the_order_confirmed_anyway(self):
        self.order.partner_id.credit_policy = 'warn'
        self.start_tour(self.url, 'ecount_credit_warn', login='admin')
        self.assertEqual(self.order.state, 'sale')
        self.assertIn("over by", "".join(self.order.message_ids.mapped('body')))
