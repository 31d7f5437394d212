"""Opening balances from Excel: one balanced entry, a line a document, all rows or none."""

import base64
import io
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.ecount_customer.sheets.reader import read_sheet
from odoo.addons.ecount_customer.sheets.writer import SheetWriter, WriterColumn

from .credit_common import CreditCommon

HEADER = ["Customer code", "Document number", "Date", "Due date", "Amount", "Currency"]


@tagged('post_install', '-at_install')
class TestOpeningBalance(CreditCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.ref = '00042'
        cls.other = cls._make_customer("Sea Foods", ref='00051')
        cls.opening_day = cls.today - timedelta(days=5)

    def _make_file(self, *rows, header=HEADER, title="Opening balances"):
        content = io.BytesIO()
        kinds = ['code', 'code', 'date', 'date', 'number', 'text']
        with SheetWriter(content, title, [WriterColumn(label, kind) for label, kind in zip(header, kinds)]) as writer:
            writer.write_rows(rows)
        return base64.b64encode(content.getvalue())

    def _upload(self, *rows, env=None, date=None, **options):
        wizard = (env or self.env)['ecount.opening.balance'].create({
            'file': self._make_file(*rows, **options), 'filename': "opening.xlsx", 'date': date or self.opening_day})
        wizard.action_import()
        return wizard

    def _assert_wrong(self, row, column, reason, **options):
        before = self.env['account.move'].search_count([])
        good = ['00051', 'GOOD', self.opening_day, None, 1]
        wizard = self._upload(good, row, **options)
        self.assertEqual(wizard.state, 'wrong')
        self.assertRecordValues(wizard.line_ids, [{'row': 3, 'column': column}])
        self.assertIn(reason, wizard.line_ids.reason)
        self.assertIn("1 of 2 rows", wizard.message)
        self.assertEqual(self.env['account.move'].search_count([]), before, "all rows or none")

    def test_each_document_is_a_line_of_one_balanced_entry(self):
        day = self.opening_day
        wizard = self._upload(
            ['00042', 'IV-1', day - timedelta(days=40), day - timedelta(days=10), 1000.5],
            ['00042', 'IV-2', day, None, 200],
            [' 00051 ', 'IV-1', day - timedelta(days=3), day + timedelta(days=27), -50.25])
        move = wizard.move_id
        self.assertEqual((wizard.state, move.state, move.date, move.move_type), ('done', 'posted', day, 'entry'))
        receivable = self.customer.property_account_receivable_id
        self.assertRecordValues(move.line_ids.sorted('id'), [
            {'name': 'IV-1', 'partner_id': self.customer.id, 'account_id': receivable.id, 'balance': 1000.5,
             'date_maturity': day - timedelta(days=10), 'ecount_document_date': day - timedelta(days=40)},
            {'name': 'IV-2', 'partner_id': self.customer.id, 'account_id': receivable.id, 'balance': 200.0,
             'date_maturity': day, 'ecount_document_date': day},
            {'name': 'IV-1', 'partner_id': self.other.id, 'account_id': receivable.id, 'balance': -50.25,
             'date_maturity': day + timedelta(days=27), 'ecount_document_date': day - timedelta(days=3)},
            {'name': "Opening balances", 'partner_id': False, 'account_id': wizard.account_id.id, 'balance': -1150.25,
             'date_maturity': False, 'ecount_document_date': False},
        ])
        self.assertEqual(wizard.account_id.account_type, 'equity_unaffected')

    def test_age_counts_from_the_document_or_its_due_date(self):
        day = self.opening_day
        self._upload(['00042', 'IV-1', day - timedelta(days=40), day + timedelta(days=20), 1000])
        self.assertEqual(self.customer.credit_overdue_days, 45)
        self.company.ecount_age_basis = 'due_date'
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.credit_overdue_days, 0)

    def test_what_is_wrong_is_named_with_row_column_and_reason(self):
        day = self.opening_day
        self._assert_wrong(['99999', 'A', day, None, 1], "Customer code", "No customer has this code")
        self._assert_wrong([None, 'A', day, None, 1], "Customer code", "missing")
        self._assert_wrong(['00042', None, day, None, 1], "Document number", "missing")
        self._assert_wrong(['00042', 'A', None, None, 1], "Date", "missing")
        self._assert_wrong(['00042', 'A', 'tomorrow', None, 1], "Date", "no date")
        self._assert_wrong(['00042', 'A', day + timedelta(days=1), None, 1], "Date", "after the day")
        self._assert_wrong(['00042', 'A', day, day - timedelta(days=1), 1], "Due date", "before its date")
        self._assert_wrong(['00042', 'A', day, None, None], "Amount", "missing or 0")
        self._assert_wrong(['00042', 'A', day, None, 0], "Amount", "missing or 0")
        self._assert_wrong(['00042', 'A', day, None, 'much'], "Amount", "no number")
        self._assert_wrong(['00042', 'A', day, None, 1.234], "Amount", "more decimals")
        self._assert_wrong(['00042', 'A', day, None, 1, 'XXX'], "Currency", "No active currency")
        self._assert_wrong(['00051', 'good ', day, None, 1], "Document number", "in row 2")

    def test_all_reasons_are_shown_at_once(self):
        wizard = self._upload(['99999', None, 'never', None, 'much'])
        self.assertEqual(sorted(wizard.line_ids.mapped('column')), [
            "Amount", "Customer code", "Date", "Document number"])

    def test_a_document_is_brought_forward_once(self):
        self._upload(['00042', 'IV-1', self.opening_day, None, 100])
        self._assert_wrong(['00042', 'iv-1', self.opening_day, None, 100], "Document number", "brought forward before")
        # The same number of another customer is another document; so is one whose entry was taken back.
        move = self._upload(['00051', 'IV-1', self.opening_day, None, 100]).move_id
        move.button_draft()
        move.button_cancel()
        self.assertEqual(self._upload(['00051', 'IV-1', self.opening_day, None, 100]).state, 'done')

    def test_a_locked_period_is_named(self):
        self.company.fiscalyear_lock_date = self.opening_day
        with self.assertRaisesRegex(UserError, "period is locked"):
            self._upload(['00042', 'IV-1', self.opening_day, None, 100])

    def test_without_accounting_it_says_what_to_do(self):
        company = self.env['res.company'].create({'name': "Empty Co."})
        self.env.user.company_ids |= company
        env = self.env(context={'allowed_company_ids': company.ids})
        with self.assertRaisesRegex(UserError, "Empty Co. has no accounting yet"):
            self._upload(['00042', 'IV-1', self.opening_day, None, 100], env=env)

    def test_an_amount_in_another_currency_is_converted_at_the_day_of_the_entry(self):
        currency = self.setup_other_currency('EUR', rates=[(str(self.opening_day), 2.0)])
        move = self._upload(['00042', 'IV-1', self.opening_day, None, 100, 'eur']).move_id
        self.assertRecordValues(move.line_ids.filtered('partner_id'), [
            {'currency_id': currency.id, 'amount_currency': 100.0, 'balance': 50.0}])
        self.customer.property_account_receivable_id.copy({'code': '199999', 'currency_id': currency.id})
        account = self.env['account.account'].search([('code', '=', '199999')])
        self.customer.property_account_receivable_id = account
        self._assert_wrong(['00042', 'IV-2', self.opening_day, None, 100], "Customer code", "takes EUR only")

    def test_customers_of_other_companies_have_no_code_here(self):
        self.customer.company_id = self.env['res.company'].create({'name': "Branch"})
        self._assert_wrong(['00042', 'A', self.opening_day, None, 1], "Customer code", "No customer has this code")

    def test_former_codes_and_put_away_customers_are_found(self):
        self.customer.ref = '00043'
        self.customer.action_archive()
        move = self._upload(['00042', 'IV-1', self.opening_day, None, 100]).move_id
        self.assertEqual(move.line_ids.partner_id, self.customer)

    def test_entries_that_sum_up_to_nothing_need_no_balancing_line(self):
        move = self._upload(
            ['00042', 'IV-1', self.opening_day, None, 100], ['00051', 'CN-1', self.opening_day, None, -100]).move_id
        self.assertEqual((len(move.line_ids), move.state), (2, 'posted'))

    def test_buddhist_years_and_texts_in_the_format_of_the_user_are_read(self):
        day = date(self.opening_day.year - 1, 2, 28)
        wizard = self._upload(
            ['00042', 'IV-1', f'28/02/{day.year + 543}', None, '1,250.50'],
            header=["รหัสลูกค้า", "เลขที่เอกสาร", "วันที่", "วันครบกำหนด", "ยอดยกมา"], title="ยอดยกมา")
        self.env.ref('base.lang_en').date_format = '%d/%m/%Y'
        wizard.action_import()
        self.assertRecordValues(wizard.move_id.line_ids.filtered('partner_id'), [
            {'ecount_document_date': day, 'date_maturity': day, 'balance': 1250.5}])

    def test_files_without_the_columns_are_refused(self):
        with self.assertRaisesRegex(UserError, "must name the columns Customer code, Document number, Date, Amount"):
            self._upload(['a', 'b'], header=["Name", "Phone"])
        with self.assertRaisesRegex(UserError, "no row below"):
            self._upload()
        wizard = self.env['ecount.opening.balance'].create({'filename': "x.xlsx"})
        with self.assertRaisesRegex(UserError, "Choose a file"):
            wizard.action_import()
        wizard.file = base64.b64encode(b'PK nothing')
        with self.assertRaisesRegex(UserError, "damaged"):
            wizard.action_import()

    def test_the_form_is_read_by_the_upload(self):
        content = io.BytesIO()
        self.env['ecount.opening.balance']._write_form(content)
        self.assertEqual(list(read_sheet(content.getvalue())), [(1, [
            "Customer code *", "Document number *", "Date *", "Due date", "Amount *", "Currency"])])
        wizard = self.env['ecount.opening.balance'].create({'file': base64.b64encode(content.getvalue())})
        with self.assertRaisesRegex(UserError, "no row below"):
            wizard.action_import()

    def test_the_dialog_opens_with_account_journal_and_day(self):
        form = Form(self.env['ecount.opening.balance'])
        self.assertEqual((form.journal_id.type, form.account_id.account_type), ('general', 'equity_unaffected'))
        self.assertEqual((form.date + timedelta(days=1)).day, 1)

    def test_only_who_manages_accounting_brings_balances_forward(self):
        user = self.env['res.users'].create({
            'name': "Clerk", 'login': 'clerk', 'group_ids': [
                (6, 0, self.env.ref('ecount_customer.group_customer_manager').ids)]})
        with self.assertRaises(AccessError):
            self.env['ecount.opening.balance'].with_user(user).create({})
