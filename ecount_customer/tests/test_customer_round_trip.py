"""Download, edit, upload: what was edited is changed, and nothing else."""

import base64
import io

import hypothesis
import openpyxl
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.ecount_customer.models.ecount_customer_sheet_cell import SIMPLE_HTML

from .test_customer_download import DownloadCommon

NAME = st.text(st.characters(exclude_categories=['Cs', 'Cc', 'Cn']), min_size=1, max_size=25).map(
    lambda text: ' '.join(text.split())).filter(lambda text: text and text != '-' and not text.startswith('✎'))


@tagged('post_install', '-at_install')
class TestCustomerRoundTrip(DownloadCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._create_user('rep', 'ecount_customer.group_own_customers')
        cls.customer.write({
            'user_id': cls.rep.id, 'credit_limit': 50000.0, 'credit_days': 30, 'credit_policy': 'block',
            'discount_rate': 5.0, 'street': "=1+1", 'city': "@home", 'website': "https://example.com",
            'email': "+a@example.com", 'comment': "<p>Opens at nine</p><p>Second line</p>",
            'category_id': [Command.create({'name': "Hotel"}), Command.create({'name': "Export"})]})
        cls.plain = cls._create_customer("ร้านสมชาย 🥭", ref='007')
        cls.arabic = cls._create_customer("شركة المثال", cls.south, ref='-1', phone='+66 81 999 8888')
        cls.person = cls.Partner.create({'name': "Khun Somsri", 'ref': '0099', 'country_id': cls.env.ref('base.th').id})
        cls.everyone = cls.customer | cls.plain | cls.arabic | cls.person

    def _download(self, ids=None, names=None):
        content = io.BytesIO()
        self.Sheet._write_customers(content, ids or self.everyone.ids, self.Sheet._get_columns(names))
        return content.getvalue()

    def _check(self, content, **values):
        upload = self.env['ecount.customer.import'].create({
            'file': base64.b64encode(content), 'filename': "customers.xlsx", **values})
        upload.action_validate()
        return upload

    def _assert_counts(self, upload, new=0, changed=0, unchanged=0, wrong=0):
        if not wrong:
            self.assertEqual([(error.row, error.column, error.value, error.reason) for error in upload.error_ids], [])
        if not changed:
            self.assertEqual(upload.change_ids.mapped(
                lambda change: (change.row, change.field_label, change.old_value, change.new_value)), [])
        self.assertRecordValues(upload, [{
            'new_count': new, 'changed_count': changed, 'unchanged_count': unchanged, 'wrong_count': wrong}])

    def test_what_was_not_edited_is_unchanged(self):
        before = self.everyone.mapped('write_date')
        upload = self._check(self._download())
        self._assert_counts(upload, unchanged=6)  # with a contact and an address
        self.assertEqual(self.everyone.mapped('write_date'), before)

    def test_three_edited_cells_are_three_changed_customers(self):
        book = openpyxl.load_workbook(io.BytesIO(self._download()))
        sheet = book.worksheets[0]
        names = [column.name for column in self.Sheet._get_columns()]
        rows = {sheet.cell(row, names.index('id') + 1).value: row for row in range(2, sheet.max_row + 1)}
        sheet.cell(rows[self.customer.id], names.index('city') + 1).value = "Lamphun"
        sheet.cell(rows[self.plain.id], names.index(f'group_{self.tier.id}') + 1).value = "Gold"
        sheet.cell(rows[self.arabic.id], names.index('credit_limit') + 1).value = 1000
        content = io.BytesIO()
        book.save(content)
        upload = self._check(content.getvalue())
        self._assert_counts(upload, changed=3, unchanged=3)
        upload.action_import()
        self.assertEqual((self.customer.city, self.plain.customer_group_ids, self.arabic.credit_limit), (
            "Lamphun", self.gold, 1000.0))
        self.assertEqual((self.customer.street, self.customer.ref), ("=1+1", '00042'))

    def test_the_backup_is_unchanged_where_nothing_was_edited(self):
        self.plain.action_archive()
        merged = self._create_customer("Twice", ref='00043')
        self.Partner._merge_customers(merged, self.customer)
        ids = [id_ for id_ in self.Download.create({'scope': 'all'})._get_customers()
               if id_ in (self.everyone | merged).ids]
        self.assertEqual(len(ids), 5)
        upload = self._check(self._download(ids))
        self._assert_counts(upload, unchanged=7)


    @hypothesis.settings(max_examples=100, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.text(st.characters(exclude_categories=['Cs']), max_size=30))
    def test_notes_of_one_paragraph_are_read_like_all_others(self, text):
        simple = SIMPLE_HTML.fullmatch(f"<p>{text}</p>")
        if simple:
            self.assertEqual(simple[1], html2plaintext(f"<p>{text}</p>"))

    @hypothesis.settings(max_examples=12, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.lists(st.tuples(NAME, NAME, NAME), min_size=1, max_size=6))
    def test_whatever_stands_in_texts_comes_back(self, texts):
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            customers = self.Partner.create([
                {'name': name, 'street': street, 'city': city, 'is_company': True, 'ref': f'H{number:03}'}
                for number, (name, street, city) in enumerate(texts)])
            upload = self._check(self._download(customers.ids, ['ref', 'name', 'street', 'city', 'id']))
            self._assert_counts(upload, unchanged=len(texts))
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)
