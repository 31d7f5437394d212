"""What is read from a file: every kind, every trap, and nothing that harms."""

import io
import unittest.mock
import zipfile
from datetime import date, datetime, time

import hypothesis
import openpyxl
import xlsxwriter
import xlwt
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from odoo.addons.ecount_customer.sheets import reader
from odoo.addons.ecount_customer.sheets.cells import format_code, get_code_pattern, is_error
from odoo.addons.ecount_customer.sheets.reader import Limits, SheetError, read_sheet

TEXTS = [
    "สมชาย การค้า", "주식회사 가나", "شركة المثال", "Fresh 🥭 Mart", "=1+1", "+66 81 999 8888", "-", "@you", "00042"]


def make_xlsx(fill, **options):
    """Return the content of a workbook that `fill(book, sheet)` filled."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, options)
    fill(book, book.add_worksheet("Customers"))
    book.close()
    return content.getvalue()


def make_sheet(*rows):
    def fill(book, sheet):
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write(number, column, value)
    return make_xlsx(fill)


def change_part(content, name, change):
    """Return a workbook with the content of one part changed."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(result, 'w', zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(info.filename, change(part) if info.filename == name else part)
    return result.getvalue()


@tagged('post_install', '-at_install')
class TestSheetReader(BaseCase):

    def _read(self, content, **options):
        """Return all rows; the fast and the thorough way must agree."""
        rows = list(read_sheet(content, **options))
        self.assertEqual(rows, list(read_sheet(content, fast=False, **options)))
        for _number, values in rows:
            for value, other in zip(values, values):
                self.assertIs(type(value), type(other))
        return rows

    def _assert_refused(self, code, content, filename='customers.xlsx', **options):
        with self.assertRaises(SheetError) as caught:
            list(read_sheet(content, filename, **options))
        self.assertEqual(caught.exception.code, code)
        self.assertTrue(str(caught.exception))

    # === VALUES === #

    def test_texts_of_any_script_are_read_as_they_are(self):
        self.assertEqual(self._read(make_sheet(TEXTS)), [(1, TEXTS)])

    def test_whole_numbers_are_integers_and_dates_are_dates(self):
        def fill(book, sheet):
            day = book.add_format({'num_format': 'dd/mm/yyyy'})
            moment = book.add_format({'num_format': 'dd/mm/yyyy hh:mm'})
            clock = book.add_format({'num_format': 'hh:mm'})
            sheet.write(0, 0, 12.0)
            sheet.write(0, 1, 12.5)
            sheet.write_datetime(0, 2, date(2026, 3, 31), day)
            sheet.write_datetime(0, 3, datetime(2026, 3, 31, 14, 30, 59), moment)
            sheet.write_boolean(0, 4, True)
            sheet.write_datetime(0, 5, time(8, 15), clock)
        rows = self._read(make_xlsx(fill))
        self.assertEqual(
            rows, [(1, [12, 12.5, date(2026, 3, 31), datetime(2026, 3, 31, 14, 30, 59), True, '08:15:00'])])
        self.assertEqual([type(value) for value in rows[0][1][:3]], [int, float, date])
        self.assertIs(rows[0][1][4], True)

    def test_a_number_formatted_with_leading_zeros_is_the_text_that_is_seen(self):
        def fill(book, sheet):
            for column, (value, number_format) in enumerate([
                (42, '00000'), (5561000199, '0 0000 00000 00 0'), (7, '"C"000'), (12, '0.00'), (12, '#,##0'), (12, '0'),
                (123456, '00000'), (105561000199, '0-0000-00000-00-0'),
            ]):
                sheet.write_number(0, column, value, book.add_format({'num_format': number_format}))
        self.assertEqual(self._read(make_xlsx(fill)), [(1, [
            '00042', '0 0055 61000 19 9', 'C007', 12, 12, 12, '123456', '0-1055-61000-19-9'])])

    def test_code_formats_are_told_from_others(self):
        for number_format in ('General', '0', '0.00', '0%', '0.00E+00', 'yyyy-mm-dd', 'hh:mm', '#,##0', '# ?/?', '@'):
            self.assertIsNone(get_code_pattern(number_format), number_format)
        self.assertEqual(format_code(True, [None, None]), True)
        self.assertEqual(format_code(-5, [None, None]), -5)
        self.assertEqual(format_code(5, get_code_pattern('[$-41E]000;-000')), '005')

    def test_a_formula_gives_its_last_value_and_a_failed_one_its_error(self):
        def fill(book, sheet):
            sheet.write_formula(0, 0, '=A2&"x"', None, "Fresh Mart")
            sheet.write_formula(0, 1, '=1/0', None, '#DIV/0!')
            sheet.write_formula(0, 2, '=6*7', None, 42)
        content = make_xlsx(fill)
        self.assertEqual(self._read(content), [(1, ["Fresh Mart", '#DIV/0!', 42])])
        self.assertTrue(is_error('#DIV/0!'))
        self.assertIn('formulas', read_sheet(content).notes)

    def test_merged_cells_have_their_value_in_the_first_cell(self):
        def fill(book, sheet):
            sheet.merge_range(0, 0, 1, 1, "North")
            sheet.write(0, 2, "a")
            sheet.write(1, 2, "b")
        content = make_xlsx(fill)
        self.assertEqual(self._read(content), [(1, ["North", None, "a"]), (2, [None, None, "b"])])
        self.assertIn('merged', read_sheet(content).notes)

    def test_line_breaks_and_control_characters_come_back(self):
        self.assertEqual(
            self._read(make_sheet(["a\nb", "a\tb", " a ", "bell\x07", "_x0041_"])),
            [(1, ["a\nb", "a\tb", " a ", "bell\x07", "_x0041_"])])

    def test_rows_keep_their_numbers_where_others_are_empty(self):
        content = make_sheet((), (), (None, None, "Code"), (), ("  ", ""), (None, "x"))
        self.assertEqual(self._read(content), [(3, [None, None, "Code"]), (6, [None, "x"])])

    def test_hidden_sheets_are_not_read_and_others_are_found_by_name(self):
        def fill(book, sheet):
            sheet.hide()
            sheet.write(0, 0, "secret")
            shown = book.add_worksheet("Opening balances")
            shown.write(0, 0, "shown")
            shown.activate()
            shown.set_first_sheet()
        content = make_xlsx(fill)
        for fast in (True, False):
            sheet = read_sheet(content, fast=fast)
            self.assertEqual((sheet.name, sheet.names, list(sheet)), (
                "Opening balances", ["Opening balances"], [(1, ["shown"])]))
            self.assertIn('hidden', sheet.notes)
        self.assertEqual(self._read(content, sheet=" opening BALANCES "), [(1, ["shown"])])
        self._assert_refused('no_sheet', content, sheet="Customers")

    @hypothesis.settings(max_examples=40, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(st.lists(st.lists(st.one_of(
        st.none(), st.text(st.characters(exclude_categories=['Cs'], exclude_characters='\r\ufffe\uffff'), max_size=12),
        st.integers(-10**15, 10**15), st.floats(allow_nan=False, allow_infinity=False), st.booleans(),
    ), max_size=5), max_size=5))
    def test_both_libraries_read_the_same(self, rows):
        content = make_sheet(*rows)
        read = [(number, [(type(value), value) for value in values]) for number, values in read_sheet(content)]
        thorough = read_sheet(content, fast=False)
        self.assertEqual(
            read, [(number, [(type(value), value) for value in values]) for number, values in thorough])

    # === TEXT FILES === #

    def test_csv_is_read_in_the_code_pages_of_thailand_and_korea(self):
        thai = "รหัสลูกค้า;ชื่อ\n00042;ร้านสมชายการค้า\n"
        korean = "거래처코드,거래처명\n00042,\"가나상사, 서울\"\n"
        for text, encodings in ((thai, ('utf-8', 'utf-8-sig', 'cp874', 'utf-16')),
                                (korean, ('utf-8', 'utf-8-sig', 'cp949', 'utf-16'))):
            cells = [text.splitlines()[0].replace(';', ',').split(','),
                     ['00042', "ร้านสมชายการค้า" if text == thai else "가나상사, 서울"]]
            for encoding in encodings:
                self.assertEqual(
                    self._read(text.encode(encoding)), [(1, cells[0]), (2, cells[1])], f"{encoding}: {text}")
        self.assertEqual(self._read(thai.encode('cp874'), encoding='cp874')[0][1][0], "รหัสลูกค้า")

    def test_csv_separators_are_found(self):
        for separator in ',;\t|':
            text = f"Code{separator}Name\r\n1{separator}\"a{separator}b\"\r\n\r\n2{separator}\"two\nlines\"\r\n"
            self.assertEqual(self._read(text.encode()), [
                (1, ["Code", "Name"]), (2, ["1", f"a{separator}b"]), (4, ["2", "two\nlines"])])
        self.assertEqual(self._read(b"Name\nFresh Mart\n"), [(1, ["Name"]), (2, ["Fresh Mart"])])

    # === OLD EXCEL === #

    def test_xls_is_read_like_xlsx(self):
        book = xlwt.Workbook()
        hidden = book.add_sheet("Lists")
        hidden.visibility = 1
        sheet = book.add_sheet("Customers")
        for column, value in enumerate(TEXTS[:3]):
            sheet.write(1, column, value)
        sheet.write(1, 3, 42, xlwt.easyxf(num_format_str='00000'))
        sheet.write(1, 4, date(2026, 3, 31), xlwt.easyxf(num_format_str='dd/mm/yyyy'))
        sheet.write(1, 5, 12.5)
        sheet.write(1, 6, True)
        content = io.BytesIO()
        book.save(content)
        sheet = read_sheet(content.getvalue())
        self.assertEqual(list(sheet), [(2, [*TEXTS[:3], '00042', date(2026, 3, 31), 12.5, True])])
        self.assertEqual((sheet.kind, sheet.name, sheet.notes), ('xls', "Customers", {'hidden'}))

    # === WHAT IS REFUSED === #

    def test_files_of_other_kinds_are_refused_with_their_kind(self):
        def archive(*names):
            content = io.BytesIO()
            with zipfile.ZipFile(content, 'w') as book:
                for name in names:
                    book.writestr(name, 'x')
            return content.getvalue()
        self._assert_refused('empty', b'')
        self._assert_refused('empty', b'\n\n')
        self._assert_refused('kind', archive('mimetype', 'content.xml'))
        self._assert_refused('kind', archive('[Content_Types].xml', 'xl/workbook.bin'))
        self._assert_refused('kind', archive('[Content_Types].xml', 'word/document.xml'))
        self._assert_refused('kind', archive('photo.jpg'))
        self._assert_refused('kind', b'<html><table><tr><td>Code</td></tr></table></html>', 'export.xls')
        self._assert_refused('kind', b'%PDF-1.4\x00\x01binary', 'customers.pdf')
        self._assert_refused('broken', b'plain text', 'customers.xlsx')
        self._assert_refused('encoding', b'\xff\xff\xff\x80\n', 'customers.csv')

    def test_damaged_and_protected_files_are_refused(self):
        content = make_sheet(["Code"], ["00042"])
        self._assert_refused('broken', content[:len(content) // 2])
        self._assert_refused('broken', b'PK\x03\x04' + b'x' * 1000)
        self._assert_refused('broken', change_part(content, 'xl/worksheets/sheet1.xml', lambda part: part[:-60]))
        self._assert_refused('broken', reader._OLE + b'x' * 600, 'customers.xls')
        self._assert_refused('password', reader._OLE + b'x' * 600 + reader._ENCRYPTED_PACKAGE)

    def test_a_zip_bomb_is_refused_before_it_unpacks(self):
        content = make_sheet(["Code"])
        bomb = change_part(content, 'xl/worksheets/sheet1.xml', lambda part: part + b' ' * 30_000_000)
        self.assertLess(len(bomb), 100_000)
        self._assert_refused('unpacked', bomb, limits=Limits(unpacked=20_000_000))
        # One that lies about its size.
        with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
            size = archive.getinfo('xl/worksheets/sheet1.xml').file_size
        lying = bomb.replace(size.to_bytes(4, 'little'), (1000).to_bytes(4, 'little'))
        self._assert_refused('broken', lying, limits=Limits(unpacked=20_000_000))

    def test_entities_are_refused(self):
        content = make_sheet(["Code"])
        for declaration in (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            b'<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]>',
        ):
            for part in ('xl/worksheets/sheet1.xml', 'xl/sharedStrings.xml', 'xl/workbook.xml'):
                self._assert_refused('dangerous', change_part(
                    content, part, lambda text: text.replace(b'?>', b'?>' + declaration, 1)))
        self._assert_refused('dangerous', change_part(
            content, 'xl/sharedStrings.xml',
            lambda text: text.decode().replace('"UTF-8"', '"UTF-16"').encode('utf-16')))

    def test_a_cell_far_away_takes_no_memory(self):
        def fill(book, sheet):
            sheet.write(0, 0, "Code")
            sheet.write(199_999, 200, "far")
        content = make_xlsx(fill)
        with unittest.mock.patch.object(reader, '_open_calamine', side_effect=AssertionError):
            rows = list(read_sheet(content))
        self.assertEqual([number for number, _values in rows], [1, 200_000])
        self._assert_refused('columns', content, limits=Limits(columns=50))
        # Cells that hide where they are get to the thorough library.
        for old, new in ((b'<c r="GS200000"', b'<c  r="GS200000"'), (b'<row ', b'<row\t'), (b'<c ', b'<x:c ')):
            odd = change_part(content, 'xl/worksheets/sheet1.xml', lambda part: part.replace(old, new))
            self.assertNotEqual(odd, content)
            with unittest.mock.patch.object(reader, '_open_calamine', side_effect=AssertionError):
                try:
                    list(read_sheet(odd))
                except SheetError as error:
                    self.assertEqual(error.code, 'broken')

    def test_formatted_empty_rows_are_no_rows(self):
        def fill(book, sheet):
            bold = book.add_format({'bold': True})
            sheet.write(0, 0, "Code")
            for number in range(1, 30_000):
                sheet.write_blank(number, 0, None, bold)
        content = make_xlsx(fill)
        self.assertEqual(self._read(content, limits=Limits(rows=1)), [(1, ["Code"])])

    def test_size_rows_and_columns_have_limits(self):
        content = make_sheet(*[[str(number)] * 3 for number in range(20)])
        self._assert_refused('size', content, limits=Limits(size=100))
        self._assert_refused('rows', content, limits=Limits(rows=19))
        self._assert_refused('columns', content, limits=Limits(columns=2))
        self.assertEqual(len(self._read(content, limits=Limits(rows=20, columns=3))), 20)
        self._assert_refused('rows', b'a,b\n' * 20, 'x.csv', limits=Limits(rows=19))

    def test_macros_are_named_and_not_read(self):
        content = make_sheet(["Code"])
        result = io.BytesIO(content)
        with zipfile.ZipFile(result, 'a') as archive:
            archive.writestr('xl/vbaProject.bin', b'\x00macro')
        self.assertEqual(self._read(result.getvalue()), [(1, ["Code"])])
        self.assertIn('macros', read_sheet(result.getvalue()).notes)

    def test_without_the_fast_library_all_is_read(self):
        content = make_sheet(TEXTS, [1, 2.5])
        with unittest.mock.patch.object(reader, 'python_calamine', None):
            self.assertEqual(list(read_sheet(content)), [(1, TEXTS), (2, [1, 2.5])])

    def test_columns_beside_an_empty_margin_keep_their_places_in_files_of_openpyxl(self):
        book = openpyxl.Workbook()
        book.active['C3'] = "Code"
        book.active['C4'] = 7
        content = io.BytesIO()
        book.save(content)
        self.assertEqual(self._read(content.getvalue()), [(3, [None, None, "Code"]), (4, [None, None, 7])])
