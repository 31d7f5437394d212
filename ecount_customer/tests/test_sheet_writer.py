"""A sheet is read back as it was written, and no spreadsheet executes it."""

import io
import zipfile
from datetime import date, datetime

import hypothesis
import openpyxl
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.ecount_customer.sheets.reader import read_sheet
from odoo.addons.ecount_customer.sheets.writer import SheetWriter, WriterColumn, get_excel_format

RISKY = ["=1+1", "+66 81 999 8888", "-", "@you", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "|x", "%x"]
TEXT = st.text(st.characters(exclude_categories=['Cs']), min_size=1, max_size=20)
VALUE = st.one_of(
    st.none(), TEXT, st.sampled_from(RISKY), st.integers(-10**15, 10**15), st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False), st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1900, 3, 1), datetime(2999, 12, 31)).map(lambda moment: moment.replace(microsecond=0)),
)


def write(rows, columns=None):
    """Return the content of a sheet with these rows."""
    content = io.BytesIO()
    columns = columns or [WriterColumn(f"Column {number}") for number in range(max(map(len, rows), default=1))]
    with SheetWriter(content, "Customers", columns) as writer:
        writer.write_rows(rows)
    return content.getvalue()


def read(content, **options):
    return [values for _number, values in read_sheet(content, **options)][1:]


@tagged('post_install', '-at_install')
class TestSheetWriter(BaseCase):

    @hypothesis.settings(max_examples=60, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.lists(VALUE, max_size=12))
    def test_what_is_written_is_read_back(self, row):
        row = ["first", *row]
        # Dates are told from numbers by the column's format.
        looks = {date: 'date', datetime: 'datetime', int: 'number', float: 'number', bool: 'boolean'}
        content = write([row], [WriterColumn("Column", looks.get(type(value), 'text')) for value in row])
        expected = [
            value.date() if type(value) is datetime and value.time() == datetime.min.time()
            else int(value) if type(value) is float and value.is_integer() else value for value in row]
        while expected[-1] is None:
            expected.pop()
        for fast in (True, False):
            found = read(content, fast=fast)
            self.assertEqual(found, [expected])
            self.assertEqual([type(value) for value in found[0]], [type(value) for value in expected])

    def test_texts_like_formulas_are_texts_and_marked(self):
        content = write([[text] for text in RISKY])
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        for number, text in enumerate(RISKY, start=2):
            cell = sheet.cell(number, 1)
            self.assertNotEqual(cell.data_type, 'f')
            self.assertTrue(cell.quotePrefix, text)
        self.assertEqual([row[0] for row in read(content)], [*RISKY])
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertNotIn(b'<f>', archive.read('xl/worksheets/sheet1.xml'))

    def test_codes_are_texts_also_after_editing(self):
        content = write([["00042"]], [WriterColumn("Code", 'code')])
        self.assertEqual(read(content), [["00042"]])
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        self.assertEqual((sheet['A2'].number_format, sheet.column_dimensions['A'].width > 10), ('@', True))

    def test_headers_have_comments_and_drop_downs(self):
        long_list = tuple(f"Group number {number}" for number in range(100))
        columns = [
            WriterColumn("Code", 'code', comment="Leading zeros count.", required=True),
            WriterColumn("Kind", choices=("Customer", "Contact"), strict=True),
            WriterColumn("Group", choices=long_list),
            WriterColumn("Terms", choices=('30 days, end of month', '=1')),
            WriterColumn("Exempt", 'boolean'),
        ]
        content = write([["1", "Customer", long_list[99], None, True]], columns)
        book = openpyxl.load_workbook(io.BytesIO(content))
        sheet, lists = book.worksheets
        self.assertEqual([cell.value for cell in sheet[1]], ["Code *", "Kind", "Group", "Terms", "Exempt"])
        self.assertIn("Leading zeros count.", sheet['A1'].comment.text)
        rules = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
        self.assertEqual(rules['B'].formula1, '"Customer,Contact"')
        self.assertEqual(rules['C'].formula1, 'Lists!$A$1:$A$100')
        self.assertEqual(rules['D'].formula1, 'Lists!$B$1:$B$2')
        self.assertEqual(rules['E'].formula1, '"TRUE,FALSE"')
        self.assertEqual((rules['B'].errorStyle, rules['C'].errorStyle), (None, 'warning'))
        self.assertEqual((lists.sheet_state, lists['A100'].value, lists['B2'].value), ('hidden', long_list[99], '=1'))
        self.assertEqual(lists['B2'].data_type, 's')
        # The lists are no data.
        self.assertEqual(read_sheet(content).names, ["Customers"])

    def test_a_text_too_long_for_a_cell_is_left_empty(self):
        self.assertEqual(read(write([["a", "x" * 32_768, "b"], ["a", "x" * 32_767, "b"]])), [
            ["a", None, "b"], ["a", "x" * 32_767, "b"]])

    def test_days_that_excel_cannot_keep_are_texts(self):
        self.assertEqual(read(write([[date(1899, 1, 31)]], [WriterColumn("Day", 'date')])), [["1899-01-31"]])

    def test_an_example_row_is_passed_over(self):
        self.assertEqual(read(write([["✎ Example", "Fresh Mart"], ["1", "✎"]])), [["1", "✎"]])

    def test_an_empty_sheet_has_its_header(self):
        content = write([], [WriterColumn("Code")])
        self.assertEqual(list(read_sheet(content)), [(1, ["Code"])])

    def test_rows_in_batches_follow_each_other(self):
        content = io.BytesIO()
        with SheetWriter(content, "[Odd]/title: which is much too long for Excel", [WriterColumn("Code")]) as writer:
            for batch in range(3):
                writer.write_rows([[f"{batch}-{number}"] for number in range(4)])
                writer.write_rows([])
        self.assertEqual(writer.row_count, 12)
        self.assertEqual(read(content.getvalue()), [[f"{batch}-{number}"] for batch in range(3) for number in range(4)])

    def test_date_formats_are_those_of_the_language(self):
        self.assertEqual(get_excel_format('%d/%m/%Y'), 'dd/mm/yyyy')
        self.assertEqual(get_excel_format('%Y년 %m월 %d일'), 'yyyy년 mm월 dd일')
        self.assertEqual(get_excel_format('%m-%d'), 'yyyy-mm-dd')
        self.assertEqual(get_excel_format(None), 'yyyy-mm-dd')
