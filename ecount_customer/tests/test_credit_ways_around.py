"""Ways around the credit test that somebody may try, or find by accident; each with amounts computed by hand."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from .credit_common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditWaysAround(CreditCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_terms(credit_policy='block', credit_limit=1000.0)
        cls.rep = new_test_user(
            cls.env, 'credit_rep', groups='sales_team.group_sale_salesman_all_leads', company_id=cls.company.id)
        cls.approver = new_test_user(
            cls.env, 'credit_boss', groups='ecount_customer.group_credit_approver', company_id=cls.company.id)

    def _messages(self, document):
        return "\n".join(document.message_ids.mapped('body'))

    def _reports(self, order):
        return order.activity_ids.filtered(lambda activity: activity.user_id == self.approver)

    def _euro(self, rates=(('2016-01-01', 2.0),)):
        """Return a pricelist in a currency of which so many make one of the company's."""
        currency = self.setup_other_currency('EUR', rates=list(rates))
        return self.env['product.pricelist'].create({'name': "Euro", 'currency_id': currency.id})

    # === APPROVALS === #

    def test_an_approval_is_void_for_another_customer_or_currency(self):
        payer = self._make_customer("Payer", credit_policy='block', credit_limit=100.0)
        for change in ({'partner_invoice_id': payer.id}, {'pricelist_id': self._euro([('2016-01-01', 0.5)]).id}):
            order = self._make_order(1500.0)
            order.with_user(self.approver).action_approve_credit("Good friend")
            order.write(change)
            self.assertFalse(order.credit_approval_user_id, change)
            self.assertIn("void", self._messages(order))
            with self.assertRaises(UserError):
                order.action_confirm()

    def test_an_approval_needs_a_reason_by_rpc_too(self):
        order = self._make_order(1500.0).with_user(self.approver)
        for reason in (None, False, "", " \n"):
            with self.assertRaises(UserError):
                order.action_approve_credit(reason)
        with self.assertRaises(UserError):
            order.action_approve_credit()

    def test_an_approver_of_another_company_approves_nothing_here(self):
        other = self.setup_other_company()['company']
        stranger = new_test_user(
            self.env, 'credit_stranger', groups='ecount_customer.group_credit_approver', company_id=other.id,
            company_ids=[Command.set(other.ids)])
        order = self._make_order(1500.0)
        with self.assertRaises(AccessError):
            order.with_user(stranger).with_company(other).action_approve_credit("Mine")
        order.with_user(self.rep).action_request_credit_approval()
        self.assertNotIn(stranger, order.activity_ids.user_id)

    def test_approving_twice_and_a_copy_changes_nothing(self):
        order = self._make_order(1500.0)
        for reason in ("First", "Second"):
            order.with_user(self.approver).action_approve_credit(reason)
        self.assertEqual(order.credit_approval_reason, "Second")
        with self.assertRaises(UserError):
            order.copy().action_confirm()
        order.action_confirm()
        with self.assertRaises(UserError):
            order.order_line.price_unit = 100.01

    # === CLOSED REMAINDERS === #

    def test_a_closed_order_is_tested_before_it_is_closed(self):
        with self.assertRaises(UserError):
            self._make_order(1500.0, state='sale', credit_closed=True)
        order = self._make_order(900.0, state='sale', credit_closed=True)
        self.assertTrue(order.credit_closed)
        self.assertExposure(0.0, 0.0)

    def test_a_closed_order_that_is_reopened_counts_again(self):
        order = self._make_order(900.0, confirm=True)
        order.credit_closed = True
        order.action_cancel()
        order.write({'state': 'sale'})
        self.assertFalse(order.credit_closed)
        self.assertExposure(0.0, 900.0)
        order.credit_closed = True
        order.action_cancel()
        order.action_draft()
        order.order_line.product_uom_qty = 11
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_what_is_delivered_of_a_closed_order_counts(self):
        order = self._make_order(900.0, confirm=True)
        order.credit_closed = True
        order.order_line.qty_delivered = 4
        self.assertExposure(0.0, 400.0)

    # === CURRENCIES === #

    def test_a_confirmed_order_moved_to_a_dearer_currency_is_tested(self):
        order = self._make_order(900.0, confirm=True)
        with self.assertRaises(UserError):
            order.write({'pricelist_id': self._euro([('2016-01-01', 0.5)]).id})

    def test_orders_are_counted_at_the_rate_of_today_and_invoices_at_their_own(self):
        pricelist = self._euro([('2016-01-01', 4.0), (self.today - timedelta(days=2), 2.0)])
        order = self._make_order(1000.0, pricelist_id=pricelist.id, date_order=self.today - timedelta(days=10))
        self.assertExposure(0.0, 0.0)
        order.action_confirm()
        self.assertExposure(0.0, 500.0)
        invoice = order._create_invoices()
        invoice.invoice_date = self.today - timedelta(days=5)
        invoice.action_post()
        self.assertExposure(250.0, 0.0)

    # === INVOICES === #

    def test_an_invoice_whose_state_is_written_is_tested(self):
        invoice = self._make_invoice(1001.0, post=False)
        with self.assertRaises(UserError):
            invoice.write({'state': 'posted'})
        with self.assertRaises(UserError):
            invoice.with_context(ecount_credit_post=True).write({'state': 'posted'})

    def test_an_invoice_is_asked_about_once_and_posted_anyway(self):
        self._set_terms(credit_policy='warn')
        invoice = self._make_invoice(1001.0, post=False)
        with self.assertRaises(RedirectWarning) as question:
            invoice.with_context(ecount_credit_ask=True).action_post()
        self.assertEqual(invoice.state, 'draft')
        text, action_id, button, context = question.exception.args
        self.assertIn("over by", text)
        self.assertEqual(button, "Confirm anyway")
        self.env['ir.actions.server'].browse(action_id).with_context(**context, ecount_credit_ask=True).run()
        self.assertEqual(invoice.state, 'posted')
        self.assertEqual(self._messages(invoice).count("over by"), 1)

    def test_an_invoice_posted_by_code_is_never_asked_about(self):
        self._set_terms(credit_policy='warn')
        invoice = self._make_invoice(1001.0)
        self.assertEqual(invoice.state, 'posted')
        self.assertEqual(self._messages(invoice).count("over by"), 1)

    # === BATCHES === #

    def test_what_is_exempt_uses_the_limit_for_the_rest_of_its_batch(self):
        term = self.env['account.payment.term'].create({'name': "Cash", 'ecount_prepaid': True})
        self.company.ecount_exempt_prepaid = True
        orders = self._make_order(1200.0, payment_term_id=term.id) + self._make_order(100.0)
        with self.assertRaises(UserError) as error:
            orders.action_confirm()
        self.assertIn(orders[1].name, str(error.exception))
        self.assertNotIn(orders[0].name, str(error.exception))

    # === AGE === #

    def test_the_day_is_that_of_who_looks_and_for_programs_that_of_the_company(self):
        self._set_terms(credit_limit=0.0, credit_days=30)
        self.company.partner_id.tz = 'Asia/Bangkok'
        self.env.user.tz = 'UTC'
        self._make_invoice(10.0, invoice_date='2026-03-01', invoice_date_due='2026-03-01')
        with freeze_time('2026-03-31 20:00:00'):  # the first of April in Bangkok
            def days(partner):
                partner.invalidate_recordset()
                return partner.credit_overdue_days

            self.assertEqual(days(self.customer), 30)
            self.assertEqual(days(self.customer.with_context(tz='Asia/Bangkok')), 31)
            self.env.user.tz = False
            self.assertEqual(days(self.customer), 31)
            with self.assertRaises(UserError):
                self._make_order(10.0, confirm=True)

    def test_each_overdue_policy_with_each_policy(self):
        expected = {  # policy, overdue policy: what becomes of an order within the limit, 31 days after an invoice
            ('block', 'same'): 'block', ('warn', 'same'): 'warn', ('none', 'same'): False, ('stop', 'same'): 'block',
            ('block', 'none'): False, ('warn', 'none'): False, ('none', 'none'): False, ('stop', 'none'): 'block',
            ('block', 'warn'): 'warn', ('warn', 'warn'): 'warn', ('none', 'warn'): 'warn', ('stop', 'warn'): 'block',
            ('block', 'block'): 'block', ('warn', 'block'): 'block', ('none', 'block'): 'block',
            ('block', False): 'warn', ('none', False): 'warn',  # empty: the company's
            ('inherit', 'same'): False, (False, 'block'): 'block',
        }
        self.company.ecount_overdue_policy = 'warn'
        self._make_invoice(10.0, days=31)
        order = self._make_order(10.0)
        self._set_terms(credit_days=30)
        for (policy, overdue_policy), reaction in expected.items():
            self._set_terms(credit_policy=policy, overdue_policy=overdue_policy)
            verdict = order._get_credit_verdicts().get(order)
            self.assertEqual(verdict.reaction if verdict else False, reaction, (policy, overdue_policy))

    def test_an_own_zero_is_no_limit_and_an_empty_field_follows_the_company(self):
        self.company.write({'ecount_credit_limit': 500.0, 'ecount_credit_days': 30})
        for limit, effective in ((0.0, 0.0), (False, 500.0), (800.0, 800.0)):
            self._set_terms(credit_limit=limit)
            self.assertEqual(self.customer.credit_limit_effective, effective)
        for days, effective in ((0, 0), (False, 30), (45, 45)):
            self._set_terms(credit_days=days)
            self.assertEqual(self.customer._get_credit_terms().days, effective)

    def test_the_native_box_off_means_no_own_limit(self):
        self.company.ecount_credit_limit = 500.0
        self.assertEqual(self.customer.credit_limit_effective, 1000.0)
        self.customer.use_partner_credit_limit = False
        self.assertEqual(self.customer.credit_limit_effective, 500.0)
        self.customer.write({'use_partner_credit_limit': True, 'credit_limit': 300.0})
        self.assertEqual(self.customer.credit_limit_effective, 300.0)

    # === COMPANIES AND SHARED LIMITS === #

    def test_the_terms_are_those_of_the_document_s_company_whichever_is_active(self):
        other = self.setup_other_company()['company']
        both = {'allowed_company_ids': [other.id, self.company.id]}
        self.customer.with_company(other).write({'credit_policy': 'block', 'credit_limit': 50.0})
        order = self._make_order(900.0)
        order.with_context(**both).action_confirm()
        self.assertEqual(order.state, 'sale')
        self.assertExposure(0.0, 900.0)
        self.assertExposure(0.0, 0.0, company=other)
        with self.assertRaises(UserError):
            self._make_order(101.0).with_context(**both).action_confirm()

    def test_a_shared_limit_is_each_company_s_own(self):
        other = self.setup_other_company()['company']
        both = {'allowed_company_ids': [other.id, self.company.id]}
        root = self.env['ecount.customer.group'].create({'name': "Chains"})
        chain = self.env['ecount.customer.group'].create({
            'name': "Rim Ping", 'parent_id': root.id, 'credit_pool': True, 'credit_limit': 700.0})
        chain.with_company(other).credit_limit = 1.0
        self.customer.customer_group_ids = chain
        self._make_order(700.0).with_context(**both).action_confirm()
        with self.assertRaises(UserError) as error:
            self._make_order(1.0).with_context(**both).action_confirm()
        self.assertIn("700.00", str(error.exception))

    # === WHAT SOMEBODY MAY SEE === #

    def test_figures_follow_what_is_changed_in_the_same_transaction(self):
        self._make_invoice(600.0, days=40, invoice_date_due=self.today - timedelta(days=5))
        read = self.customer.read
        names = ['credit_available', 'credit_state', 'credit_overdue_days']
        self.assertEqual([read(names)[0][name] for name in names], [400.0, 'ok', 40])
        self._set_terms(credit_limit=700.0, credit_days=39)
        self.assertEqual([read(names)[0][name] for name in names], [100.0, 'overdue', 40])
        self.company.ecount_age_basis = 'due_date'
        self.assertEqual([read(names)[0][name] for name in names], [100.0, 'near', 5])

    def test_nobody_searches_by_what_only_accountants_read(self):
        self._make_invoice(600.0)
        for domain in ([('credit', '>', 0)], [('debit', '>', 0)], [('credit_limit', '>', 0)]):
            with self.assertRaises(AccessError):
                self.env['res.partner'].with_user(self.rep).search(domain)

    def test_a_rep_is_told_nothing_of_the_customer_of_another_who_is_billed(self):
        nok = new_test_user(
            self.env, 'credit_nok', company_id=self.company.id,
            groups='ecount_customer.group_own_customers,sales_team.group_sale_salesman')
        mine = self._make_customer("Mine Mart", user_id=nok.id)
        order = self._make_order(1500.0, partner=mine, partner_invoice_id=self.customer.id, user_id=nok.id)
        with self.assertRaises(UserError) as error:
            order.with_user(nok).action_confirm()
        self.assertNotIn("Fresh Mart", str(error.exception))
        self.assertNotIn("1,000.00", str(error.exception))
        self.assertIn(order.name, str(error.exception))

    # === GROWTH THAT NOBODY TYPED === #

    def test_delivered_quantities_are_counted_at_once_and_reported(self):
        product = self._make_product("Noodles", invoice_policy='delivery')
        order = self._make_order(1000.0, confirm=True, product=product)
        order.order_line.qty_delivered = 10
        self.assertFalse(self._reports(order))
        order.write({'order_line': [Command.update(order.order_line.id, {'qty_delivered': 12})]})
        self.assertExposure(0.0, 1200.0)
        self.assertIn("1,000.00", self._reports(order).note)

    def test_expenses_and_timesheets_are_reported_when_they_are_saved(self):
        service = self._make_product("Hours", invoice_policy='delivery', expense_policy='sales_price')
        order = self._make_order(1000.0, confirm=True, product=service)
        order.order_line.qty_delivered_method = 'analytic'
        plan = self.env['account.analytic.plan'].create({'name': "Projects"})
        account = self.env['account.analytic.account'].create({'name': "Kitchen", 'plan_id': plan.id})
        self.env.cr.flush()
        self.env['account.analytic.line'].create({
            'name': "Work", 'account_id': account.id, 'unit_amount': 15, 'amount': -15.0,
            'so_line': order.order_line.id, 'product_id': service.id, 'product_uom_id': service.uom_id.id})
        self.env.cr.flush()
        self.assertExposure(0.0, 1500.0)
        self.assertEqual(len(self._reports(order)), 1)
        self.env.cr.flush()
        self.assertEqual(len(self._reports(order)), 1)

    def test_a_confirmation_is_no_growth_to_report(self):
        self._set_terms(credit_policy='warn')
        order = self._make_order(1500.0, confirm=True)
        order.order_line.product_uom_qty = 16
        self.env.cr.flush()
        self.assertFalse(self._reports(order))
