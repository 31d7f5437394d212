"""Writing a sheet that somebody edits and uploads again: .xlsx, row by row, in constant memory.

XlsxWriter makes the workbook: styles, drop-downs, comments, hidden lists. The cells of many rows go past its methods
for one cell, straight into the file of rows that it keeps in constant memory, an order of magnitude faster.

A text is always a text: one that begins with = + - @, a tab or a line end is written as one, and marked so that a
spreadsheet does not take it for a formula when somebody edits it. It is read back as it was.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

MAX_TEXT = 32_767  # a cell of Excel holds no more
MAX_ROWS = 1_048_575  # below the header

_RISKY = frozenset('=+-@\t\r\n|%')
_SPECIAL = re.compile('[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$')
_CONTROL = re.compile('[\x00-\x08\x0b-\x1f\ufffe\uffff]')
_LOOKS_ESCAPED = re.compile('_(?=x[0-9A-Fa-f]{4}_)')
_EPOCH = datetime(1899, 12, 30)
_FIRST_DAY = datetime(1900, 3, 1)  # before it Excel counts a day that never was
_MIN_VALIDATED_ROWS = 2000
_LIST_SHEET = "Lists"


@dataclass(frozen=True)
class WriterColumn:
    """How a column looks.

    :ivar str label: the header
    :ivar str kind: 'text' and 'code' (text), 'number', 'date', 'datetime', 'boolean'
    :ivar str comment: shown beside the header
    :ivar tuple choices: the drop-down
    :ivar bool strict: nothing but the choices may be typed; else Excel asks
    :ivar bool required: the header says so
    :ivar bool muted: for information, shown in grey
    """

    label: str
    kind: str = 'text'
    comment: str = ''
    choices: tuple = ()
    strict: bool = False
    required: bool = False
    muted: bool = False


class SheetWriter:
    """Use as a context manager; the file is complete when it ends.

    :param target: path, or binary file
    :param str title: of the sheet
    :param list columns: `WriterColumn`
    :param str date_format: of the user's `res.lang`
    """

    def __init__(self, target, title, columns, date_format='%Y-%m-%d'):
        self.columns, self.row_count = columns, 0
        self._book = xlsxwriter.Workbook(target, {
            'constant_memory': True, 'strings_to_urls': False, 'strings_to_formulas': False})
        self._sheet = self._book.add_worksheet(_clean_title(title))
        day = get_excel_format(date_format)
        make = self._book.add_format
        self._styles = {
            'text': make({'num_format': '@'}), 'code': make({'num_format': '@'}),
            'number': make({'num_format': 'General'}), 'boolean': make(),
            'date': make({'num_format': day}), 'datetime': make({'num_format': f'{day} hh:mm:ss'}),
        }
        self._risky_style = make({'num_format': '@', 'quote_prefix': True})
        self._letters = [xl_col_to_name(index) for index in range(len(columns))]
        self._style_numbers = [self._styles[column.kind]._get_xf_index() for column in columns]
        self._risky_number = self._risky_style._get_xf_index()
        self._write_header()

    def __enter__(self):
        return self

    def __exit__(self, error_type, error, traceback):
        if error_type is None:
            self._add_choices()
        self._book.close()

    # === HEADER === #

    def _write_header(self):
        header = {'bold': True, 'bg_color': '#E9ECEF', 'bottom': 1, 'valign': 'top'}
        plain = self._book.add_format(header)
        required = self._book.add_format({**header, 'font_color': '#A61C28'})
        muted = self._book.add_format({**header, 'font_color': '#6C757D', 'italic': True})
        for index, column in enumerate(self.columns):
            style = required if column.required else muted if column.muted else plain
            label = f"{column.label} *" if column.required else column.label
            self._sheet.write_string(0, index, label, style)
            self._sheet.set_column(index, index, min(max(len(label) + 3, 12), 40), self._styles[column.kind])
            if column.comment:
                self._sheet.write_comment(0, index, column.comment, {
                    'x_scale': 2, 'y_scale': min(1 + len(column.comment) / 200, 4), 'font_size': 10})
        self._sheet.freeze_panes(1, 2 if len(self.columns) > 3 else 0)
        self._sheet.set_landscape()
        self._sheet.repeat_rows(0)

    # === ROWS === #

    def write_rows(self, rows):
        """Write rows below those that are there.

        :param rows: sequences of str, int, float, bool, date, datetime, or None for an empty cell; a text that is too
            long for a cell is left empty: a part of it would be taken for the whole when it is uploaded
        :raise ValueError: for more rows than a sheet holds
        """
        lines = [self._make_row(row, number) for number, row in enumerate(rows, start=self.row_count + 2)]
        if not lines:
            return
        if self.row_count + len(lines) > MAX_ROWS:
            raise ValueError("a sheet of Excel holds no more rows")
        sheet = self._sheet
        if not self.row_count:
            # What XlsxWriter has in its hands, the header, before what is put behind it.
            sheet._write_single_row(1)
        self.row_count += len(lines)
        sheet._check_dimensions(self.row_count, max(len(self.columns) - 1, 0))
        sheet.row_data_fh.write(''.join(lines))

    def _make_row(self, row, number):
        cells = []
        for letters, style, value in zip(self._letters, self._style_numbers, row):
            if value is None:
                continue
            kind = type(value)
            if kind is str:
                if not value or len(value) > MAX_TEXT:
                    continue
                if value[0] in _RISKY:
                    style = self._risky_number
                if _SPECIAL.search(value):
                    cells.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is>'
                                 f'<t xml:space="preserve">{_escape(value)}</t></is></c>')
                else:
                    cells.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is><t>{value}</t></is></c>')
            elif kind is bool:  # a number too
                cells.append(f'<c r="{letters}{number}" s="{style}" t="b"><v>{value:d}</v></c>')
            elif (cell := _get_number(value)) is not None:
                cells.append(f'<c r="{letters}{number}" s="{style}"><v>{cell!r}</v></c>')
            else:
                cells.append(f'<c r="{letters}{number}" s="{style}" t="inlineStr"><is><t>{value}</t></is></c>')
        return f'<row r="{number}">{"".join(cells)}</row>'

    # === DROP-DOWNS === #

    def _add_choices(self):
        """Add the drop-downs, the long ones as lists side by side on a hidden sheet."""
        last, lists = max(self.row_count, _MIN_VALIDATED_ROWS), []
        for index, column in enumerate(self.columns):
            choices = ('TRUE', 'FALSE') if column.kind == 'boolean' else column.choices
            if not choices or column.muted:
                continue
            # Excel takes 255 characters with commas between them.
            source = list(choices)
            if len(','.join(choices)) > 255 or any(re.search(r'[,"\n]', choice) for choice in choices):
                letters = xl_col_to_name(len(lists))
                source = f"={_LIST_SHEET}!${letters}$1:${letters}${len(choices)}"
                lists.append(choices)
            self._sheet.data_validation(1, index, last, index, {
                'validate': 'list', 'source': source, 'ignore_blank': True,
                'error_type': 'stop' if column.strict else 'warning',
            })
        if lists:
            sheet = self._book.add_worksheet(_LIST_SHEET)
            sheet.hide()
            for number, row in enumerate(zip_longest(*lists)):
                for index, choice in enumerate(row):
                    if choice:
                        sheet.write_string(number, index, choice)


def _get_number(value):
    """Return a number as Excel keeps it, dates as days since the end of 1899; None for what it keeps as text only."""
    if isinstance(value, (int, float)):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds() / 86400 if value >= _FIRST_DAY else None
    if isinstance(value, date):
        return value.toordinal() - _EPOCH.toordinal() if value >= _FIRST_DAY.date() else None
    return None


def get_excel_format(date_format):
    """Return the number format of a cell for the date format of a language.

    :param str date_format: as %d/%m/%Y
    """
    codes = {'%d': 'dd', '%m': 'mm', '%Y': 'yyyy', '%y': 'yyyy', '%b': 'mmm', '%B': 'mmmm', '%-d': 'd', '%-m': 'm'}
    text = re.sub(r'%-?[a-zA-Z]', lambda match: codes.get(match[0], ''), date_format or '').strip(' ,')
    return text if all(part in text for part in ('d', 'm', 'y')) else 'yyyy-mm-dd'


def _escape(text):
    """Return a text as it stands in the file; XlsxWriter escapes the same way."""
    text = _LOOKS_ESCAPED.sub('_x005F_', text)
    text = text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')
    return _CONTROL.sub(lambda match: f'_x{ord(match[0]):04X}_', text)


def _clean_title(title):
    return re.sub(r"[\[\]:*?/\\']", ' ', title).strip()[:31] or "Sheet1"
