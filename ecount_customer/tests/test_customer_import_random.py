"""Download, edit some cells, upload: exactly these change, whatever stands in them."""

import base64
import io

import hypothesis
import openpyxl
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from .import_common import ImportCommon

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=['Cs', 'Cc', 'Cn', 'Co', 'Z']), min_size=1, max_size=12).filter(
        lambda text: text != '-'),
    st.sampled_from([
        "=1+1", "@you", "+66", "0042", "1e5", "TRUE", "2026-01-01", "ร้านค้า", "מכולת", "🐟🐟", "'x", "<b>"]))
CUSTOMER = st.fixed_dictionaries({
    'name': TEXT, 'street': st.none() | TEXT, 'search_words': st.none() | TEXT, 'city': st.none() | TEXT,
    'credit_limit': st.none() | st.integers(0, 10**9) | st.floats(0, 10**6).map(lambda value: round(value, 2)),
    'credit_days': st.none() | st.integers(0, 400), 'is_company': st.booleans(),
    'phone': st.none() | st.sampled_from(["+66 2 123 4567", "call me", "081-234-5678 ต่อ 3"]),
    'group': st.integers(0, 3),
})
EDITED = ('name', 'street', 'search_words', 'city')


@tagged('post_install', '-at_install')
class TestCustomerImportRandom(ImportCommon):

    def _create_some(self, drawn):
        groups = [[], [self.chiang_mai.id], [self.gold.id, self.north.id], [self.south.id]]
        customers = self.Partner.create([{
            **{name: value for name, value in values.items() if value is not None and name != 'group'},
            'ref': f"H{number:03d}", 'customer_group_ids': [Command.set(groups[values['group']])],
        } for number, values in enumerate(drawn)])
        self.Partner.create([
            {'name': "Same", 'parent_id': customers[0].id, 'type': 'delivery'},
            {'name': "Same", 'parent_id': customers[0].id}])
        return customers

    def _download(self, customers):
        content = io.BytesIO()
        self.env['ecount.customer.sheet']._write_customers(content, customers.ids)
        return content

    def _check(self, content):
        upload = self.Import.create({'file': base64.b64encode(content.getvalue()), 'filename': "all.xlsx"})
        upload.action_validate()
        return upload

    def _run(self, check, **given):
        @hypothesis.settings(
            max_examples=12, deadline=None, database=None, derandomize=True, phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck))
        @hypothesis.given(**given)
        def run(**drawn):
            savepoint = self.env.cr.savepoint()
            try:
                check(**drawn)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

        run()

    def test_nothing_edited_changes_nothing(self):
        def check(drawn):
            customers = self._create_some(drawn)
            self.assertCounts(self._check(self._download(customers)), unchanged=len(customers) + 2)

        self._run(check, drawn=st.lists(CUSTOMER, min_size=1, max_size=6))

    def test_edited_cells_and_nothing_else_change(self):
        def check(drawn, edits):
            customers = self._create_some(drawn)
            content = self._download(customers)
            book = openpyxl.load_workbook(content)
            page = book.active
            names, _unknown = self.env['ecount.customer.sheet']._match_headers([cell.value for cell in page[1]])
            columns = {name: position for position, name in enumerate(names, start=1)}
            code_at = columns['ref']
            rows = {page.cell(row, code_at).value: row for row in range(2, page.max_row + 1)}
            changed = {}
            for (number, name), text in edits.items():
                customer = customers[number % len(customers)]
                page.cell(rows[customer.ref], columns[name]).value = text
                page.cell(rows[customer.ref], columns[name]).data_type = 's'  # as typed with ' in front
                changed[customer, name] = text
            content = io.BytesIO()
            book.save(content)
            expected = customers._read_format([*EDITED, 'phone', 'credit_limit', 'customer_group_ids'])
            really = {customer for (customer, name), text in changed.items() if (customer[name] or '') != text}
            upload = self._check(content)
            self.assertCounts(upload, changed=len(really), unchanged=len(customers) + 2 - len(really))
            if really:
                upload.action_import()
            for (customer, name), text in changed.items():
                expected[customers.ids.index(customer.id)][name] = text
            self.assertEqual(
                customers._read_format([*EDITED, 'phone', 'credit_limit', 'customer_group_ids']), expected)

        self._run(
            check, drawn=st.lists(CUSTOMER, min_size=1, max_size=5),
            edits=st.dictionaries(st.tuples(st.integers(0, 4), st.sampled_from(EDITED)), TEXT, min_size=1, max_size=4))
