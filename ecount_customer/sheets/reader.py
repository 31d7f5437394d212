"""Reading a sheet somebody uploads: .xlsx, .xlsm, .xls and .csv, safely, row by row.

The kind is told by the content, not by the name. Formulas give the value that was calculated last, macros are never
run, hidden sheets are not read, merged cells have their value in the first cell. A number in a cell formatted with
leading zeros (00000) is the text that the person sees. .xlsx is read by python-calamine where it is installed, and
by openpyxl where it is not or where only openpyxl tells all (`xlsx_scan`); the values are the same.
"""

import io
from dataclasses import dataclass

import openpyxl

from . import errors
from .cells import REMARK, format_code, get_code_pattern, normalize, unescape
from .csv_text import decode_text, read_csv_rows
from .errors import SheetError
from .xlsx_scan import scan_xlsx

try:
    import xlrd
except ImportError:  # Odoo asks for it and works without it
    xlrd = None
try:
    import python_calamine
except ImportError:  # an addition that makes it fast
    python_calamine = None

__all__ = ['Limits', 'Sheet', 'SheetError', 'read_sheet']

_OLE = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'
_ENCRYPTED_PACKAGE = 'EncryptedPackage'.encode('utf-16-le')


@dataclass(frozen=True)
class Limits:
    """How much is read: bytes of the file and unpacked, rows with content, and columns."""

    size: int = 50 * 2**20
    unpacked: int = 600 * 2**20
    rows: int = 200_000
    columns: int = 256


class Sheet:
    """One sheet of a file. Iterating gives (row number in the file, list of values) for rows with any content.

    The example row of the form to fill in (`cells.REMARK`) is no row.

    Values are str (as typed, with its blanks), int, float, bool, date, datetime, or None for an empty cell; a list
    ends with its last value that is not None. Each iteration reads anew; `SheetError` is raised when it comes to
    more rows or columns than allowed.

    :ivar str kind: 'xlsx', 'xls' or 'csv'
    :ivar str name: of the sheet; '' in a .csv file
    :ivar list names: of all visible sheets of the file
    :ivar set notes: 'macros' (never run), 'formulas' (their last values are read), 'merged' (cells), 'hidden' (sheets
        that are not read)
    """

    def __init__(self, kind, name, names, notes, rows, limits):
        self.kind, self.name, self.names, self.notes = kind, name, names, notes
        self._rows, self._limits = rows, limits

    def __iter__(self):
        count, limits = 0, self._limits
        try:
            for number, values in self._rows():
                while values and values[-1] is None:
                    values.pop()
                if not values or all(value is None or isinstance(value, str) and not value.strip() for value in values):
                    continue
                first = next(value for value in values if value is not None)
                if isinstance(first, str) and first.startswith(REMARK):
                    continue
                count += 1
                if count > limits.rows:
                    raise errors.too_many_rows(limits.rows)
                if len(values) > limits.columns:
                    raise errors.too_many_columns(limits.columns)
                yield number, values
        except (SheetError, GeneratorExit):
            raise
        except Exception:  # whatever damaged content makes a library raise
            raise errors.broken()


def read_sheet(content, filename='', sheet=None, limits=None, encoding=None, fast=True):
    """Open a file and return one of its sheets, to be iterated.

    :param bytes content: of the file
    :param str filename: only its ending is looked at, for the text of an error
    :param str sheet: name of the sheet; default: the first visible one
    :param Limits limits: default: `Limits()`
    :param str encoding: of a .csv file; default: found out among UTF-8, UTF-16, cp874 and cp949
    :param bool fast: allow python-calamine
    :rtype: Sheet
    :raise SheetError: for what cannot be read, with a text that says what to do
    """
    limits = limits or Limits()
    if not content or not content.strip(b'\x00\t\n\r '):
        raise errors.empty()
    if len(content) > limits.size:
        raise errors.too_large(len(content), limits.size)
    if content.startswith(b'PK'):
        return _open_xlsx(content, sheet, limits, fast)
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise errors.has_password()
        return _open_xls(content, sheet, limits)
    return _open_csv(content, filename, sheet, limits, encoding)


# === .xlsx === #


def _open_xlsx(content, sheet, limits, fast):
    facts = scan_xlsx(content, limits)
    if fast and python_calamine and facts.is_plain:
        try:
            return _open_calamine(content, sheet, limits, facts.notes)
        except SheetError:
            raise
        except BaseException as error:  # the thorough library is asked next, and has the last word
            if not isinstance(error, Exception) and type(error).__name__ != 'PanicException':
                raise
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except Exception:  # whatever a damaged file makes the library raise
        raise errors.broken()
    hidden = [found.title for found in book.worksheets if found.sheet_state != 'visible']
    names = [found.title for found in book.worksheets if found.sheet_state == 'visible']
    name = _choose_sheet(sheet, names)
    return Sheet('xlsx', name, names, facts.notes | ({'hidden'} if hidden else set()),
                 lambda: _iterate_openpyxl(book[name], limits), limits)


def _iterate_openpyxl(worksheet, limits):
    worksheet.reset_dimensions()  # what the file says of its size may be wrong
    patterns = {}
    rows = worksheet.iter_rows(max_row=2**20)
    for number, cells in enumerate(rows, start=1):
        values = []
        for cell in cells:
            value = cell.value
            if isinstance(value, str):
                value = unescape(value)
            value = normalize(value)
            if isinstance(value, int) and not isinstance(value, bool):
                number_format = cell.number_format
                if number_format not in patterns:
                    patterns[number_format] = get_code_pattern(number_format)
                if pattern := patterns[number_format]:
                    value = format_code(value, pattern)
            values.append(value)
        yield number, values


def _open_calamine(content, sheet, limits, notes):
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    worksheets = [found for found in book.sheets_metadata
                  if found.typ == python_calamine.SheetTypeEnum.WorkSheet]
    names = [found.name for found in worksheets if found.visible == python_calamine.SheetVisibleEnum.Visible]
    name = _choose_sheet(sheet, names)
    worksheet = book.get_sheet_by_name(name)
    return Sheet('xlsx', name, names, notes | ({'hidden'} if len(names) < len(worksheets) else set()),
                 lambda: _iterate_calamine(worksheet), limits)


def _iterate_calamine(worksheet):
    if worksheet.start is None:
        return
    margin = [None] * worksheet.start[1]
    for number, row in enumerate(worksheet.iter_rows(), start=1):
        yield number, margin + [
            value if type(value) is str and value else normalize(value) for value in row]


def _choose_sheet(wanted, names):
    """Return the name of the sheet to read: case and blanks around it do not count."""
    if wanted is None:
        if not names:
            raise errors.no_visible_sheet()
        return names[0]
    for name in names:
        if name.strip().casefold() == wanted.strip().casefold():
            return name
    raise errors.no_sheet(wanted)


# === .xls === #


def _open_xls(content, sheet, limits):
    if not xlrd:
        raise errors.other_kind('.xls')
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        raise errors.has_password() if 'encrypt' in str(error).lower() else errors.broken()
    except Exception:  # whatever a damaged file makes the library raise
        raise errors.broken()
    visible = book._sheet_visibility  # 0: visible; read without loading the sheets
    names = [name for name, state in zip(book.sheet_names(), visible) if not state]
    name = _choose_sheet(sheet, names)
    notes = {'hidden'} if len(names) < book.nsheets else set()
    return Sheet('xls', name, names, notes, lambda: _iterate_xls(book, name), limits)


def _iterate_xls(book, name):
    worksheet = book.sheet_by_name(name)
    patterns = {}
    for number in range(worksheet.nrows):
        yield number + 1, [_get_xls_value(book, cell, patterns) for cell in worksheet.row(number)]


def _get_xls_value(book, cell, patterns):
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return normalize(xlrd.xldate.xldate_as_datetime(cell.value, book.datemode))
        except (ValueError, OverflowError):
            return normalize(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, '#N/A')
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None
    value = normalize(cell.value)
    if isinstance(value, int):
        if cell.xf_index not in patterns:
            number_format = book.format_map.get(book.xf_list[cell.xf_index].format_key)
            patterns[cell.xf_index] = number_format and get_code_pattern(number_format.format_str)
        if pattern := patterns[cell.xf_index]:
            return format_code(value, pattern)
    return value


# === .csv === #


def _open_csv(content, filename, sheet, limits, encoding):
    if sheet is not None:
        raise errors.no_sheet(sheet)
    text = decode_text(content, encoding)
    start = text[:2000].lstrip().lower()
    if start.startswith(('<html', '<!doctype', '<?xml', '<table', '<meta', '<head', '<style')):
        raise errors.web_page()
    if filename.lower().endswith(('.xlsx', '.xlsm', '.xls', '.xlsb', '.ods', '.pdf', '.doc', '.docx')):
        raise errors.broken() if filename.lower().endswith(('.xlsx', '.xlsm', '.xls')) else errors.unknown_kind()
    return Sheet('csv', '', [], set(), lambda: read_csv_rows(text), limits)
