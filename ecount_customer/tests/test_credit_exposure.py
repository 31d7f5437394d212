"""What a customer has used of its credit, case by case, with amounts computed by hand."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ecount_customer import uninstall_hook

from .credit_common import CreditCommon


@tagged('post_install', '-at_install')
class TestCreditExposure(CreditCommon):

    def _invoice_order(self, order, quantity=None, post=True):
        """Invoice an order, or so many units of it."""
        invoice = order._create_invoices(final=True)
        if quantity is not None:
            invoice.invoice_line_ids.quantity = quantity
        if post:
            invoice.action_post()
        return invoice

    # === ORDERS === #

    def test_quotations_and_drafts_are_not_counted_but_shown(self):
        self._make_order(300.0)
        self._make_invoice(200.0, post=False)
        self.assertExposure(0.0, 0.0)
        self.assertEqual(self.customer.credit_draft_amount, 500.0)

    def test_a_confirmed_order_counts_until_it_is_invoiced(self):
        order = self._make_order(1000.0, confirm=True)
        self.assertExposure(0.0, 1000.0)
        invoice = self._invoice_order(order, post=False)
        self.assertExposure(0.0, 1000.0)  # the draft replaces nothing
        invoice.action_post()
        self.assertExposure(1000.0, 0.0)

    def test_the_function_of_the_database_and_the_statement_for_very_many_say_the_same(self):
        self._make_order(1000.0, confirm=True)
        invoice = self._make_invoice(200.0)
        for basis in ('invoice_date', 'due_date'):
            self.env.company.ecount_age_basis = basis
            few = self.customer._get_credit_exposure(self.env.company)
            with patch('odoo.addons.ecount_customer.models.res_partner_credit_sql.FEW', 0):
                self.assertEqual(self.customer._get_credit_exposure(self.env.company), few)
            self.assertEqual(few[self.customer.id]['total'], 1200.0)
            self.assertEqual(few[self.customer.id]['oldest'], invoice.name)

    def test_a_page_of_customers_takes_three_statements(self):
        page = self.env['res.partner'].create([{'name': f"Page {number}"} for number in range(80)])
        self.customer.mapped('credit_exposure')  # rights are read
        for read in (
            lambda: page.mapped('credit_exposure'), lambda: page._get_credit_exposure(self.env.company),
            lambda: (page + self.customer).mapped('credit_available'),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(3):
                read()

    def test_uninstalling_leaves_no_function_in_the_database(self):
        def count():
            self.env.cr.execute("SELECT COUNT(*) FROM pg_proc WHERE proname LIKE 'ecount%'")
            return self.env.cr.fetchone()[0]

        self.assertGreater(count(), 3)
        uninstall_hook(self.env)
        self.assertEqual(count(), 0)

    def test_an_order_invoiced_in_part_counts_once(self):
        order = self._make_order(1000.0, confirm=True)
        self._invoice_order(order, quantity=4)
        self.assertExposure(400.0, 600.0)

    def test_an_order_invoiced_above_its_quantity_leaves_nothing_open(self):
        order = self._make_order(1000.0, confirm=True)
        self._invoice_order(order, quantity=12)
        self.assertExposure(1200.0, 0.0)

    def test_an_order_invoiced_below_its_price_leaves_nothing_open(self):
        order = self._make_order(1000.0, confirm=True)
        invoice = self._invoice_order(order, post=False)
        invoice.invoice_line_ids.price_unit = 90.0
        invoice.action_post()
        self.assertExposure(900.0, 0.0)

    def test_a_cancelled_order_and_a_closed_remainder_stop_counting(self):
        cancelled, closed = (self._make_order(1000.0, confirm=True) for _i in range(2))
        self._invoice_order(closed, quantity=3)
        self.assertExposure(300.0, 1700.0)
        cancelled.action_cancel()
        self.assertExposure(300.0, 700.0)
        closed.credit_closed = True
        self.assertExposure(300.0, 0.0)

    def test_goods_invoiced_on_delivery_count_from_confirmation(self):
        product = self._make_product("Noodles", invoice_policy='delivery')
        order = self._make_order(1000.0, confirm=True, product=product)
        self.assertExposure(0.0, 1000.0)
        order.order_line.qty_delivered = 12  # more than ordered will be invoiced
        self.assertExposure(0.0, 1200.0)

    def test_taxes_are_included(self):
        tax = self.env['account.tax'].create({
            'name': "VAT 7 %", 'amount': 7.0, 'price_include_override': 'tax_excluded'})
        order = self._make_order(1000.0)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertExposure(0.0, 1070.0)
        self._invoice_order(order, quantity=5)
        self.assertExposure(535.0, 535.0)

    def test_a_posted_down_payment_is_taken_from_its_order(self):
        order = self._make_order(1000.0, confirm=True)
        wizard = self.env['sale.advance.payment.inv'].with_context(
            active_model='sale.order', active_ids=order.ids).create({
                'advance_payment_method': 'fixed', 'fixed_amount': 300.0, 'sale_order_ids': order.ids})
        invoice = wizard._create_invoices(order)
        self.assertExposure(0.0, 1000.0)
        invoice.action_post()
        self.assertExposure(300.0, 700.0)
        final = self._invoice_order(order)
        self.assertEqual(final.amount_total, 700.0)
        self.assertExposure(1000.0, 0.0)

    def test_a_refunded_order_does_not_use_the_limit_for_ever(self):
        order = self._make_order(1000.0, confirm=True)
        invoice = self._invoice_order(order)
        self._refund(invoice)
        self.assertExposure(0.0, 0.0)

    def test_a_wrong_invoice_of_delivered_goods_leaves_the_order_open_when_refunded(self):
        order = self._make_order(1000.0, confirm=True)
        order.order_line.qty_delivered = 10
        invoice = self._invoice_order(order)
        self._refund(invoice)
        self.assertExposure(0.0, 1000.0)
        self._invoice_order(order)
        self.assertExposure(1000.0, 0.0)

    def _refund(self, invoice):
        wizard = self.env['account.move.reversal'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({'journal_id': invoice.journal_id.id})
        refund = self.env['account.move'].browse(wizard.refund_moves()['res_id'])
        refund.action_post()
        return refund

    def test_a_line_in_another_unit_is_invoiced_in_its_own(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        order = self._make_order(1200.0, confirm=True)
        invoice = self._invoice_order(order, post=False)
        invoice.invoice_line_ids.write({'product_uom_id': dozen.id, 'quantity': 0.5, 'price_unit': 1200.0})
        invoice.action_post()
        self.assertExposure(600.0, 600.0)

    # === WHO OWES === #

    def test_contacts_and_addresses_count_for_their_company(self):
        contact, address = self.env['res.partner'].create([
            {'name': "Somsri", 'parent_id': self.customer.id},
            {'name': "Warehouse", 'parent_id': self.customer.id, 'type': 'invoice'}])
        self._make_order(100.0, partner=contact, confirm=True)
        self._make_order(200.0, partner_invoice_id=address.id, confirm=True)
        self._make_invoice(400.0, partner=contact)
        self.assertExposure(400.0, 300.0)
        self.assertExposure(400.0, 300.0, partner=contact)

    def test_an_order_counts_for_who_is_billed(self):
        payer = self._make_customer("Head office")
        self._make_order(500.0, partner_invoice_id=payer.id, confirm=True)
        self.assertExposure(0.0, 0.0)
        self.assertExposure(0.0, 500.0, partner=payer)

    def test_each_company_counts_its_own(self):
        other = self.setup_other_company()['company']
        order = self._make_order(500.0, confirm=True)
        self.assertEqual(order.company_id, self.company)
        self.assertExposure(0.0, 500.0)
        self.assertExposure(0.0, 0.0, company=other)
        self.assertEqual(self.customer.with_company(other).credit_exposure, 0.0)

    # === RECEIPTS === #

    def test_receipts_that_match_nothing_and_refunds_lower_the_exposure(self):
        self._make_invoice(1000.0)
        self._receive(400.0)
        self.assertExposure(600.0, 0.0)
        self._make_invoice(100.0, move_type='out_refund')
        self.assertExposure(500.0, 0.0)

    def test_deposits_increase_what_is_available(self):
        self._set_terms(credit_limit=1000.0)
        self._receive(300.0)
        self.assertExposure(-300.0, 0.0)
        self.assertEqual(self.customer.credit_available, 1300.0)

    def test_a_payment_in_process_without_entry_counts_as_received(self):
        self._make_invoice(1000.0)
        self.bank.inbound_payment_method_line_ids.payment_account_id = False
        # As with full accounting: the entry comes with the bank statement.
        with patch.object(self.registry['account.move'], '_get_invoice_in_payment_state', lambda move: 'in_payment'):
            payment = self._receive(400.0)
            self.assertFalse(payment.move_id)
            self.assertExposure(600.0, 0.0)

    def test_online_payments_count_until_they_are_payments(self):
        provider = self.env['payment.provider'].create({'name': "Bank", 'code': 'none'})
        self.patch(
            self.registry['payment.provider'], '_compute_feature_support_fields',
            lambda providers: providers.update({'support_manual_capture': 'full_only'}))
        method = self.env['payment.method'].create({'name': "Transfer", 'code': 'credit_test'})
        self._make_invoice(1000.0)
        transaction = self.env['payment.transaction'].create({
            'provider_id': provider.id, 'payment_method_id': method.id, 'amount': 400.0, 'reference': "T1",
            'currency_id': self.company.currency_id.id, 'partner_id': self.customer.id, 'operation': 'online_direct',
            'state': 'draft'})
        self.assertExposure(1000.0, 0.0)
        transaction.state = 'authorized'
        self.assertExposure(600.0, 0.0)
        transaction.state = 'done'
        self.assertExposure(600.0, 0.0)
        transaction.payment_id = self._receive(400.0)
        self.assertExposure(600.0, 0.0)

    def test_foreign_currency_is_converted(self):
        currency = self.setup_other_currency('EUR', rates=[('2016-01-01', 2.0)])  # 1 company = 2 foreign
        pricelist = self.env['product.pricelist'].create({'name': "Euro", 'currency_id': currency.id})
        self._make_order(1000.0, confirm=True, pricelist_id=pricelist.id)
        self._make_invoice(500.0, currency_id=currency.id)
        self.assertExposure(250.0, 500.0)

    # === CHEQUES === #

    def _cheque_journal(self):
        return self.env['account.journal'].create({
            'name': "Cheques", 'type': 'bank', 'code': 'CHQ', 'ecount_uncleared_receipts': True})

    def _pay_by_cheque(self, invoice):
        action = self.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({'journal_id': self._cheque_journal().id})
        return action._create_payments()

    def test_a_cheque_keeps_counting_until_it_is_cleared_and_is_never_overdue(self):
        self._set_terms(credit_policy='block', credit_days=30)
        invoice = self._make_invoice(1000.0, days=60)
        self.assertEqual(self.customer.credit_overdue_days, 60)
        cheque = self._pay_by_cheque(invoice)
        self.assertExposure(0.0, 0.0, uncleared=1000.0)
        self.assertRecordValues(self.customer, [{
            'credit_overdue_days': 0, 'credit_uncleared': 1000.0, 'credit_exposure': 1000.0, 'credit_state': 'ok'}])
        cheque.action_mark_cleared()
        self.assertExposure(0.0, 0.0)

    def test_a_bounced_cheque_brings_the_receivable_back_with_its_own_date(self):
        invoice = self._make_invoice(1000.0, days=60)
        cheque = self._pay_by_cheque(invoice)
        cheque.action_mark_bounced()
        self.assertExposure(1000.0, 0.0)
        self.assertEqual(self.customer.credit_overdue_days, 60)
        self.assertEqual(invoice.amount_residual, 1000.0)

    def test_a_cheque_in_advance_is_no_credit_yet(self):
        self._receive(500.0, journal=self._cheque_journal())
        self.assertExposure(-500.0, 0.0, uncleared=500.0)

    # === AGE === #

    def test_unmatched_receipts_cover_the_oldest_first(self):
        self._make_invoice(300.0, days=50)
        second = self._make_invoice(300.0, days=20)
        self.assertEqual(self.customer.credit_overdue_days, 50)
        self._receive(299.0)
        self.assertEqual(self.customer.credit_overdue_days, 50)
        self._receive(1.0)
        self.assertRecordValues(self.customer, [{'credit_overdue_days': 20, 'credit_oldest_document': second.name}])
        self._receive(300.0)
        self.assertRecordValues(self.customer, [{'credit_overdue_days': 0, 'credit_oldest_document': False}])

    def test_age_counts_from_the_invoice_or_the_due_date(self):
        self._make_invoice(300.0, days=50, invoice_date_due=self.today - timedelta(days=20))
        self.assertEqual(self.customer.credit_overdue_days, 50)
        self.company.ecount_age_basis = 'due_date'
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.credit_overdue_days, 20)

    def test_an_opening_balance_is_aged_by_the_dates_of_its_line(self):
        receivable = self.company_data['default_account_receivable']
        entry = self.env['account.move'].create({
            'move_type': 'entry', 'date': self.today - timedelta(days=10), 'line_ids': [
                Command.create({'account_id': receivable.id, 'partner_id': self.customer.id, 'debit': 500.0,
                                'date_maturity': self.today - timedelta(days=40)}),
                Command.create({'account_id': self.company_data['default_account_revenue'].id, 'credit': 500.0})]})
        entry.action_post()
        self.assertExposure(500.0, 0.0)
        self.assertEqual(self.customer.credit_overdue_days, 40)

    # === READING AND SEARCHING === #

    def test_eighty_customers_cost_three_queries(self):
        customers = self.env['res.partner'].create([{'name': f"Customer {i}"} for i in range(80)])
        for customer in customers[:3]:
            self._make_order(100.0, partner=customer, confirm=True)
        self._make_invoice(50.0, partner=customers[1])
        group = self.env['ecount.customer.group'].create({'name': "Region", 'credit_limit': 500.0})
        customers.customer_group_ids = group
        columns = {'name': {}, 'customer_group_ids': {'fields': {'display_name': {}}}, 'currency_id': {},
                   'customer_balance': {}}
        credit = {'credit_exposure': {}, 'credit_state': {}, 'credit_limit_effective': {}, 'credit_overdue_days': {}}

        def count(specification):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            customers.web_read(specification)
            return self.env.cr.sql_log_count - before

        count(columns | credit)  # caches of the registry
        self.assertLessEqual(count(columns | credit) - count(columns), 3)
        self.assertEqual(customers[:4].mapped('credit_exposure'), [100.0, 150.0, 100.0, 0.0])

    def test_a_rep_reads_the_figures_without_accounting_rights(self):
        self._make_invoice(300.0, days=50)
        rep = self.env['res.users'].create({
            'name': "Rep", 'login': 'credit_rep', 'group_ids': [Command.set([
                self.env.ref('sales_team.group_sale_salesman_all_leads').id])]})
        self.assertEqual(self.customer.with_user(rep).credit_exposure, 300.0)

    def test_customers_are_found_by_their_credit(self):
        self._set_terms(credit_limit=1000.0, credit_days=30)
        near, over, other = (self._make_customer(name, credit_limit=1000.0) for name in ("Near", "Over", "None"))
        self._make_invoice(100.0, days=31)
        self._make_invoice(800.0, partner=near)
        self._make_invoice(1001.0, partner=over)
        all_ = self.customer | near | over | other

        def found(*domain):
            return self.env['res.partner'].search([('id', 'in', all_.ids), *domain])

        self.assertEqual(found(('credit_state', '=', 'overdue')), self.customer)
        self.assertEqual(found(('credit_state', '=', 'near')), near)
        self.assertEqual(found(('credit_state', 'in', ['over', 'near'])), near | over)
        self.assertEqual(found(('credit_state', '=', 'ok')), other)
        self.assertEqual(found(('credit_exposure', '>', 500)), near | over)
        self.assertEqual(found(('credit_exposure', '<', 500)), self.customer | other)
        self.assertEqual(found(('credit_available', '<=', 0)), over)
        self.assertEqual(found(('credit_overdue_days', '>', 30)), self.customer)

    def test_nobody_outside_searches_by_credit(self):
        portal = self.env['res.users'].create({
            'name': "Portal", 'login': 'credit_portal', 'group_ids': [Command.set([
                self.env.ref('base.group_portal').id])]})
        for field in ('credit_exposure', 'credit_state', 'credit_available', 'credit_overdue_days', 'credit_uncleared'):
            with self.assertRaises(AccessError):
                self.env['res.partner'].with_user(portal).search([(field, '=', 1)])
