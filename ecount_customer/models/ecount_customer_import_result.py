"""The uploaded sheet given back, with a column that says why a row is wrong."""

import io
from collections import defaultdict
from datetime import date, datetime

import xlsxwriter

from odoo import models

MAX_CELL = 32_767  # characters that a spreadsheet keeps in a cell


class EcountCustomerImport(models.Model):
    _inherit = 'ecount.customer.import'

    def _get_result_content(self):
        """Return the uploaded sheet as .xlsx with its cells as they were and the reasons behind them.

        Every row stands where it stood. The wrong rows are filtered, so that the person sees them only; corrected and
        uploaded once more, the others are found unchanged.

        :rtype: bytes
        """
        self.ensure_one()
        reasons = defaultdict(list)
        for error in self.env['ecount.customer.import.error'].search_fetch(
                [('import_id', '=', self.id)], ['row', 'column', 'reason']):
            reasons[error.row].append(f"{error.column}: {error.reason}" if error.column else error.reason)
        sheet = self._open_sheet()
        header_at = self._find_header_number(sheet)
        width = max(len(values) for _number, values in sheet)
        content = io.BytesIO()
        book = xlsxwriter.Workbook(content, {
            'constant_memory': True, 'in_memory': True, 'strings_to_formulas': False, 'strings_to_urls': False,
            'strings_to_numbers': False})
        page = book.add_worksheet((sheet.name or self.env._("Customers"))[:31])
        formats = {
            date: book.add_format({'num_format': 'yyyy-mm-dd'}),
            datetime: book.add_format({'num_format': 'yyyy-mm-dd hh:mm:ss'}),
            'head': book.add_format({'bold': True}), 'wrong': book.add_format({'font_color': '#B00020'}),
            'text': book.add_format({'num_format': '@'}),
        }
        last = header_at
        for number, values in sheet:
            for position, value in enumerate(values):
                self._write_result_cell(page, number - 1, position, value, formats)
            if number == header_at:
                page.write_string(number - 1, width, self.env._("Reason"), formats['head'])
            elif number > header_at:
                last = number
                if number in reasons:
                    page.write_string(number - 1, width, "\n".join(reasons[number])[:MAX_CELL], formats['wrong'])
                else:
                    page.set_row(number - 1, None, None, {'hidden': True})
        page.autofilter(header_at - 1, 0, last - 1, width)
        page.filter_column(width, 'x == NonBlanks')
        page.set_column(width, width, 60)
        page.freeze_panes(header_at, 0)
        book.close()
        return content.getvalue()

    def _find_header_number(self, sheet):
        """Return the number of the header row, as a spreadsheet counts."""
        head = []
        for number, values in sheet:
            head.append((number, values))
            if len(head) == 10:
                break
        return head[self._find_header_row([values for _number, values in head])][0]

    def _write_result_cell(self, page, row, position, value, formats):
        if value is None:
            return
        if isinstance(value, bool):
            page.write_boolean(row, position, value)
        elif isinstance(value, (int, float)):
            page.write_number(row, position, value)
        elif isinstance(value, (date, datetime)):
            page.write_datetime(row, position, value, formats[type(value)])
        else:
            page.write_string(row, position, value[:MAX_CELL], formats['text'])
