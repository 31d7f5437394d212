"""Receivables and payables: a book computed by hand."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .credit_common import CreditCommon

TODAY = '2026-06-30'


class ReceivableCommon(CreditCommon):
    """Documents with dates of their own; today is 30 June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        frozen = freeze_time(TODAY)
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        cls.today = fields.Date.today()
        cls.Report = cls.env['ecount.receivable.report']

    @classmethod
    def _make_move(cls, amount, day, due=None, partner=None, move_type='out_invoice', post=True, **values):
        move = cls.env['account.move'].create({
            'move_type': move_type, 'partner_id': (partner or cls.customer).id, 'invoice_date': day, 'date': day,
            'invoice_date_due': due or day, 'invoice_payment_term_id': False, 'invoice_line_ids': [Command.create({
                'product_id': cls.product.id, 'quantity': 1, 'price_unit': amount, 'tax_ids': [Command.clear()]})],
            **values})
        if post:
            move.action_post()
        return move

    @classmethod
    def _pay(cls, move, day, amount=None, **values):
        return cls.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=move.ids,
        ).create({'payment_date': day, **({'amount': amount} if amount else {}), **values})._create_payments()

    def _read(self, *groupby, as_of=None, partner=None, amounts=('amount_residual:sum',), **context):
        """Return the report as a dict of the grouping values and amounts."""
        report = self.Report.with_context(ecount_as_of=as_of, **context)
        rows = report._read_group([('partner_id', 'in', (partner or self.customer).ids)], groupby, amounts)
        return {tuple(row[:len(groupby)]): tuple(row[len(groupby):]) for row in rows}

    def _total(self, as_of=None, **context):
        return self._read(as_of=as_of, **context)[()][0] or 0.0

    def _trial_balance(self, as_of=None):
        domain = [
            ('parent_state', '=', 'posted'), ('company_id', 'in', self.env.companies.ids),
            ('account_id.account_type', 'in', ('asset_receivable', 'liability_payable'))]
        if as_of:
            domain.append(('date', '<=', as_of))
        return dict(self.env['account.move.line']._read_group(domain, ['account_id'], ['balance:sum']))

    def assertTrialBalance(self, as_of=None):
        self.env.flush_all()
        report = self.Report.with_context(ecount_as_of=as_of)
        rows = dict(report._read_group([], ['account_id'], ['amount_residual:sum']))
        expected = {account: round(balance, 2) for account, balance in self._trial_balance(as_of).items()}
        shown = {account: round(amount, 2) for account, amount in rows.items()}
        self.assertEqual(
            {account: amount for account, amount in shown.items() if amount},
            {account: amount for account, amount in expected.items() if amount})


@tagged('post_install', '-at_install')
class TestReceivable(ReceivableCommon):

    def test_partial_payments_and_refunds_leave_what_is_open(self):
        invoice = self._make_move(1000, '2026-05-01')
        self._pay(invoice, '2026-05-20', 300)
        refund = self._make_move(200, '2026-06-01', move_type='out_refund')
        self._make_move(5000, '2026-06-10', post=False)  # a draft is no receivable
        self.env.flush_all()
        # 1000 - 300 paid = 700 open, and a credit note of 200 that is not matched.
        self.assertEqual(self._read('move_id'), {(invoice,): (700,), (refund,): (-200,)})
        self.assertEqual(self._total(), 500)
        self.assertTrialBalance()

    def test_as_of_a_date_matches_made_later_do_not_count(self):
        invoice = self._make_move(1000, '2026-03-10')
        self._pay(invoice, '2026-04-15', 400)
        self._pay(invoice, '2026-05-20', 600)
        later = self._make_move(50, '2026-06-15')
        self.env.flush_all()
        self.assertEqual(
            [self._total(as_of=day) for day in (
                '2026-03-09', '2026-03-10', '2026-04-14', '2026-04-15', '2026-05-19', '2026-05-20', '2026-06-15',
                None)],
            [0, 1000, 1000, 600, 600, 0, 50, 50])
        self.assertEqual(self._read('move_id', as_of='2026-04-30'), {(invoice,): (600,)})
        self.assertEqual(self._read('move_id'), {(later,): (50,)})
        for day in ('2026-03-31', '2026-04-30', '2026-05-31', TODAY, None):
            self.assertTrialBalance(day)

    def test_an_unmatched_receipt_is_open_until_its_match(self):
        invoice = self._make_move(1000, '2026-04-01')
        receipt = self._receive(1000, date='2026-03-20')
        (invoice.line_ids + receipt.move_id.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable').reconcile()
        self.env.flush_all()
        # Matched as of the later of both dates.
        self.assertEqual([self._total(as_of=day) for day in ('2026-03-20', '2026-03-31', '2026-04-01')],
                         [-1000, -1000, 0])
        self.assertTrialBalance('2026-03-25')

    def test_buckets_by_invoice_date_and_by_due_date(self):
        for amount, day, due in (
            (1, '2026-06-30', '2026-07-30'), (2, '2026-06-29', '2026-06-30'), (4, '2026-05-31', '2026-06-29'),
            (8, '2026-05-30', '2026-05-31'), (16, '2026-05-01', '2026-05-30'), (32, '2026-04-01', '2026-05-01'),
            (64, '2026-01-01', '2026-03-31'),
        ):
            self._make_move(amount, day, due)
        self.env.flush_all()
        by_invoice = {bucket: amount for (bucket,), (amount,) in self._read('bucket').items()}
        # Ages 0 | 1 and 30 | 31 and 60 | 90 | 180 days.
        self.assertEqual(by_invoice, {'0': 1, '1': 2 + 4, '2': 8 + 16, '3': 32, '4': 64})
        by_due = {
            bucket: amount for (bucket,), (amount,) in self._read('bucket', ecount_age_basis='due_date').items()}
        # Overdue -30 and 0 | 1 and 30 | 31 and 60 | none in 61-90 | 91 days.
        self.assertEqual(by_due, {'0': 1 + 2, '1': 4 + 8, '2': 16 + 32, '4': 64})
        columns = [f'amount_bucket_{number}:sum' for number in range(6)]
        self.assertEqual(self._read(amounts=columns)[()], (1, 6, 24, 32, 64, 0))
        self.assertEqual(self._read(amounts=['amount_overdue:sum'])[()], (4 + 8 + 16 + 32 + 64,))
        self.env.company.ecount_age_basis = 'due_date'
        self.assertEqual(self._read(amounts=columns)[()], (3, 12, 48, 0, 64, 0))

    def test_an_opening_balance_keeps_the_age_of_its_lines(self):
        account = self.company_data['default_account_receivable']
        self.env['account.move'].create({'date': '2026-06-01', 'line_ids': [
            Command.create({'account_id': account.id, 'partner_id': self.customer.id, 'debit': 10,
                            'date_maturity': '2026-01-31'}),
            Command.create({'account_id': account.id, 'partner_id': self.customer.id, 'debit': 20,
                            'date_maturity': '2026-05-15'}),
            Command.create({'account_id': self.company_data['default_account_revenue'].id, 'credit': 30}),
        ]}).action_post()
        self.env.flush_all()
        for basis in ('invoice_date', 'due_date'):
            self.assertEqual(self._read('bucket', 'days', ecount_age_basis=basis), {
                ('4', 150): (10,), ('2', 46): (20,)}, basis)

    def test_several_currencies_and_exchange_differences(self):
        currency = self.setup_other_currency('EUR', rates=[('2026-01-01', 2.0), ('2026-05-01', 4.0)])
        invoice = self._make_move(100, '2026-04-01', currency_id=currency.id)  # 50 of the company's
        self._pay(invoice, '2026-05-10', currency_id=currency.id)  # 25: a loss of 25
        half = self._make_move(80, '2026-04-02', currency_id=currency.id)  # 40
        self._pay(half, '2026-04-20', 40, currency_id=currency.id)
        self.env.flush_all()
        amounts = ('amount_residual:sum', 'amount_residual_currency:sum')
        self.assertEqual(self._read('currency_id', amounts=amounts), {(currency,): (20, 40)})
        self.assertEqual(self._read('move_id', as_of='2026-04-30', amounts=amounts),
                         {(invoice,): (50, 100), (half,): (20, 40)})
        for day in ('2026-04-30', '2026-05-09', '2026-05-10', '2026-05-31', None):
            self.assertTrialBalance(day)

    def test_payables_are_negative_in_the_balance_and_positive_in_their_own_column(self):
        bill = self._make_move(70, '2026-06-01', move_type='in_invoice')
        self._pay(bill, '2026-06-02', 20)
        self._make_move(100, '2026-06-03')
        self.env.flush_all()
        self.assertEqual(
            self._read('account_type', amounts=['amount_residual:sum', 'amount_receivable:sum', 'amount_payable:sum']),
            {('asset_receivable',): (100, 100, 0), ('liability_payable',): (-50, 0, 50)})
        self.assertTrialBalance()

    def test_cheques_that_are_not_cleared_count_as_received(self):
        self.bank.ecount_uncleared_receipts = True
        invoice = self._make_move(100, '2026-06-03')
        payment = self._pay(invoice, '2026-06-05')
        self.assertEqual(self._total(), 0)
        payment.action_mark_bounced()
        self.env.flush_all()
        self.assertEqual(self._total(), 100)
        self.assertTrialBalance()

    def test_what_is_matched_with_a_draft_is_open(self):
        invoice = self._make_move(100, '2026-06-03')
        payment = self._pay(invoice, '2026-06-05')
        self.assertEqual(self._total(), 0)
        invoice.button_draft()
        self.env.flush_all()
        # The receipt is in the books, the invoice is not.
        self.assertEqual(self._read('move_id'), {(payment.move_id,): (-100,)})
        self.assertTrialBalance()
        self.assertTrialBalance('2026-06-10')

    def test_contacts_and_archived_customers_are_shown_under_their_company(self):
        contact = self.env['res.partner'].create({'name': "Branch", 'parent_id': self.customer.id})
        self._make_move(30, '2026-06-03', partner=contact)
        self.customer.customer_group_ids = self.env['ecount.customer.group'].create({'name': "Archived ones"})
        self.customer.active = False
        self.env.flush_all()
        self.assertEqual(self._read('partner_id', 'is_put_away'), {(self.customer, True): (30,)})
        self.assertEqual(self.Report.search_count(
            [('customer_group_ids', 'child_of', self.customer.customer_group_ids.ids)]), 1)

    def test_items_without_customer_are_part_of_the_total(self):
        self.env['account.move'].create({'date': '2026-06-01', 'line_ids': [
            Command.create({'account_id': self.company_data['default_account_receivable'].id, 'debit': 10}),
            Command.create({'account_id': self.company_data['default_account_revenue'].id, 'credit': 10}),
        ]}).action_post()
        self.env.flush_all()
        self.assertEqual(self.Report.search([('partner_id', '=', False)]).mapped('amount_residual'), [10])
        self.assertTrialBalance()

    def test_no_other_company(self):
        other = self.setup_other_company()['company']
        customer = self._make_customer("Other")
        self._make_move(90, '2026-06-01', partner=customer)
        self.env.flush_all()
        report = self.Report.with_company(other).with_context(allowed_company_ids=other.ids)
        self.assertFalse(report.search([('partner_id', '=', customer.id)]))
        self.assertTrue(self.Report.search([('partner_id', '=', customer.id)]))

    def test_a_date_before_the_first_entry_shows_nothing_and_nonsense_is_refused(self):
        self._make_move(90, '2026-06-01')
        self.env.flush_all()
        self.assertEqual(self.Report.with_context(ecount_as_of='1990-01-01').search_count([]), 0)
        for value in ('yesterday', '2026-02-31', 5, {'a': 1}):
            with self.assertRaises(UserError):
                self.Report.with_context(ecount_as_of=value).search_count([])
        wizard = self.env['ecount.receivable.as.of'].create({'date': '1990-01-01', 'side': 'payable'})
        action = wizard.action_open()
        self.assertEqual(action['context']['ecount_as_of'], '1990-01-01')
        self.assertIn('search_default_payable', action['context'])

    def test_overlapping_and_empty_buckets_are_refused(self):
        company = self.env.company
        for text in ('', ' ', '30,30', '60,30', '0,30', 'a', '30,,60,x', '-5', '1,2,3,4,5,6,7', '30;20', '99999'):
            with self.assertRaises(ValidationError, msg=text):
                company.ecount_ageing_days = text
        company.ecount_ageing_days = '7, 14'
        self.assertEqual([label for _key, label in self.Report._get_bucket_selection()],
                         ["Current", "1–7", "8–14", "Over 14"])
        self.assertEqual(self.Report.fields_get(['amount_bucket_3'])['amount_bucket_3']['string'], "Over 14")
        self.assertNotIn('amount_bucket_4', self.Report.fields_get())
        self._make_move(5, '2026-06-15')  # 15 days
        self._make_move(6, '2026-06-16')
        self.env.flush_all()
        self.assertEqual(self._read('bucket'), {('3',): (5,), ('2',): (6,)})
        arch = self.Report.get_view(view_type='list')['arch']
        self.assertIn('amount_bucket_3', arch)
        self.assertNotIn('amount_bucket_4', arch)

    def test_as_of_reading_records_and_export_follow_the_context(self):
        invoice = self._make_move(1000, '2026-03-10')
        self._pay(invoice, '2026-04-15', 400)
        self.env.flush_all()
        records = self.Report.with_context(ecount_as_of='2026-03-31').search([('partner_id', '=', self.customer.id)])
        self.assertEqual(records.mapped('amount_residual'), [1000])
        self.assertEqual(records.mapped('days'), [21])
        self.assertEqual(records.export_data(['document', 'amount_residual', 'bucket'])['datas'],
                         [[invoice.name, 1000, "1–30"]])
        today = records.with_context(ecount_as_of=None)
        self.assertEqual(today.mapped('amount_residual'), [600], "not what was read as of the other date")
        self.assertEqual(records.mapped('amount_residual'), [1000])
        by_due_date = records.with_context(ecount_age_basis='due_date')
        self.assertEqual(by_due_date.mapped('age_date'), [invoice.invoice_date_due])
