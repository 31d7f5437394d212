"""The figures of the credit controller's page, computed by hand; what a rep sees of them; the tours."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_receivable import ReceivableCommon


@tagged('post_install', '-at_install')
class TestReceivableDashboard(ReceivableCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_customer("Sea Food", ref="00077")
        cls._make_move(1000, '2026-02-10', '2026-03-10')  # 140 days old, 112 overdue
        paid = cls._make_move(600, '2026-05-05', '2026-06-05', partner=cls.other)
        cls._pay(paid, '2026-06-20', 200)  # 400 left, 56 days old, 25 overdue
        cls._make_move(300, '2026-06-25', '2026-07-25', partner=cls.other)
        cls.env.flush_all()

    def _read_dashboard(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.Report.with_user(user or self.env.user).get_dashboard()

    def test_the_figures(self):
        data = self._read_dashboard()
        self.assertEqual(
            (data['has_accounts'], data['receivable'], data['overdue'], data['overdue_customers']),
            (True, 1700, 1400, 2))
        self.assertEqual([(bucket['label'], bucket['amount']) for bucket in data['buckets']], [
            ("Current", 0), ("1–30", 300), ("31–60", 400), ("61–90", 0), ("Over 90", 1000)])
        # 900 of sales since 2 April: 1700 are 170 days of them.
        self.assertEqual(data['dso'], 170)
        self.assertEqual(data['top'], [
            {'id': self.customer.id, 'name': "Fresh Mart", 'ref': self.customer.ref or '', 'amount': 1000,
             'overdue': 1000, 'days': 112},
            {'id': self.other.id, 'name': "Sea Food", 'ref': "00077", 'amount': 700, 'overdue': 400, 'days': 25},
        ])

    def test_the_trend_ends_at_the_total_and_matches_the_report_as_of_each_month(self):
        data = self._read_dashboard()
        trend = {row['month'][:7]: row for row in data['trend']}
        self.assertEqual(len(trend), 12)
        self.assertEqual([trend[month]['receivable'] for month in (
            '2025-07', '2026-01', '2026-02', '2026-04', '2026-05', '2026-06')], [0, 0, 1000, 1000, 1600, 1700])
        self.assertEqual((trend['2026-06']['sales'], trend['2026-06']['collected']), (300, 200))
        for row in data['trend']:
            report = self.Report.with_context(ecount_as_of=row['date'])
            total = report._read_group([('account_type', '=', 'asset_receivable')], [], ['amount_residual:sum'])
            self.assertEqual(total[0][0] or 0, row['receivable'], row['date'])

    def test_who_is_over_the_limit_and_by_how_much(self):
        self._set_terms(credit_policy='warn', credit_limit=800)
        self._set_terms(self.other, credit_policy='warn', credit_limit=5000)
        self.assertEqual(self._read_dashboard()['over_limit'], {'customers': 1, 'amount': 200})
        self._set_terms(credit_policy='warn', credit_limit=800, credit_days=1)
        self.assertEqual(self.customer.credit_state, 'overdue')
        self.assertEqual(self._read_dashboard()['over_limit'], {'customers': 1, 'amount': 200}, "overdue besides")
        self.env.company.write({'ecount_credit_policy': 'warn', 'ecount_credit_limit': 100})
        self.assertEqual(self._read_dashboard()['over_limit'], {'customers': 1, 'amount': 200})

    def test_cheques_that_are_not_cleared_stand_apart(self):
        cheques = self.bank.copy({'ecount_uncleared_receipts': True})
        self._receive(50, self.other, journal=cheques)
        data = self._read_dashboard()
        self.assertEqual((data['uncleared'], data['receivable']), (50, 1650))

    def test_a_rep_gets_the_figures_of_own_customers(self):
        rep = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Nok", 'login': 'nok_dashboard', 'group_ids': [Command.set([
                self.env.ref('ecount_customer.group_own_customers').id])]})
        self.other.user_id = rep
        self._set_terms(credit_policy='warn', credit_limit=1)
        data = self._read_dashboard(rep)
        self.assertEqual((data['receivable'], data['overdue'], data['overdue_customers']), (700, 400, 1))
        self.assertEqual([row['id'] for row in data['top']], self.other.ids)
        self.assertEqual(data['over_limit']['customers'], 0)
        self.assertEqual([row['receivable'] for row in data['trend']][-5:], [0, 0, 0, 600, 700])
        self.assertEqual(data['dso'], 70)

    def test_no_books_no_sales_no_rights(self):
        company = self.env['res.company'].create({'name': "New Ltd"})
        self.env.user.company_ids |= company
        report = self.Report.with_company(company).with_context(allowed_company_ids=company.ids)
        self.assertEqual(report.get_dashboard(), {'has_accounts': False, 'company': "New Ltd"})
        self.assertFalse(report.search([]))
        clerk = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Clerk", 'login': 'clerk_dashboard', 'group_ids': [Command.set([
                self.env.ref('base.group_user').id])]})
        with self.assertRaises(AccessError):
            self._read_dashboard(clerk)

    def test_opening_costs_few_queries(self):
        self._read_dashboard()
        before = self.env.cr.sql_log_count
        self._read_dashboard()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 26)


@tagged('post_install', '-at_install')
class TestReceivableTours(ReceivableCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('account.group_account_invoice')
        group = cls.env['ecount.customer.group'].create({'name': "Tour Region", 'sequence': -1})
        north = cls.env['ecount.customer.group'].create({'name': "Tour North", 'parent_id': group.id})
        cls.customer.write({'name': "Tour Market", 'ref': "TOUR-9", 'customer_group_ids': [Command.set(north.ids)]})
        cls._make_move(1000, '2026-02-10', '2026-03-10')
        cls._make_move(1, '2026-06-20', '2026-07-10', partner=cls._make_customer("Other"))
        cls.env.flush_all()

    def test_report_tour(self):
        self.start_tour('/odoo/receivables', 'ecount_customer.receivables', login=self.env.user.login)

    def test_dashboard_tour(self):
        self.start_tour(
            '/odoo/receivables-dashboard', 'ecount_customer.receivable_dashboard', login=self.env.user.login)
