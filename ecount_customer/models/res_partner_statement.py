"""The statement of account that a customer gets: PDF, Excel, email."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_statement(self, date_from=None, date_to=None, layout='ledger', with_lines=False):
        """Return what a statement shows: receivables only, in the language of `self`'s context.

        :param date_from: first date; ignored for open items
        :param date_to: last date
        :param str layout: `ledger` (all entries with balances) or `open` (what is not paid, numbered)
        :param bool with_lines: the item lines below each document
        :return: `rows` (of the ledger, with `kind_label`, `number` and `lines`), `opening`, `closing`, `open_total`,
            `overdue_total`, `currency`
        :rtype: dict
        :raise AccessError: when the user's rights do not show all entries: the customer would get a wrong balance
        """
        self.ensure_one()
        self.check_access('read')
        if not self.env.user.has_groups('account.group_account_invoice,account.group_account_readonly'):
            raise AccessError(self.env._(
                "A statement names every receipt. Ask somebody with invoicing rights to make it."))
        only_open = layout == 'open'
        ledger = self._get_ledger(
            None if only_open else date_from, date_to, side='receivable', limit=None, open_only=only_open)
        labels = self._get_ledger_kind_labels()
        today = fields.Date.context_today(self)
        for number, row in enumerate(ledger['rows'], start=1):
            row['number'] = number
            row['is_overdue'] = bool(row['open'] > 0 and row['due_date'] and row['due_date'] < today)
            row['kind_label'] = labels['refund' if row['move_type'] == 'out_refund' else row['kind']]
            row['lines'] = self.desk_document_lines('account.move', row['move_id']) \
                if with_lines and row['kind'] == 'sale' else []
        currency = self.env['res.currency'].browse(ledger['currency_id'])
        return {
            **ledger, 'currency': currency, 'layout': layout, 'date_from': fields.Date.to_date(date_from or None),
            'date_to': fields.Date.to_date(date_to or None) or today,
            'open_total': currency.round(sum(row['open'] for row in ledger['rows'])),
            'overdue_total': currency.round(sum(row['open'] for row in ledger['rows'] if row['is_overdue'])),
        }

    @api.model
    def _get_ledger_kind_labels(self):
        return {
            'sale': self.env._("Sale"), 'purchase': self.env._("Purchase"), 'receipt': self.env._("Receipt"),
            'payment': self.env._("Payment"), 'other': self.env._("Entry"), 'refund': self.env._("Credit note"),
        }

    def _get_statement_xlsx(self, date_from=None, date_to=None, layout='ledger', with_lines=False):
        """Return the statements of these customers as a workbook, a sheet for each, in its language.

        :rtype: bytes
        """
        workbook = Workbook()
        workbook.remove(workbook.active)
        for index, partner in enumerate(self, start=1):
            partner = partner.with_context(lang=partner.lang or self.env.lang)
            title = "".join(char for char in partner.ref or str(index) if char not in r'[]:*?/\'')
            sheet = workbook.create_sheet((title or str(index))[:31])
            partner._fill_statement_sheet(sheet, partner._get_statement(date_from, date_to, layout, with_lines))
        stream = io.BytesIO()
        workbook.save(stream)
        return stream.getvalue()

    def _fill_statement_sheet(self, sheet, statement):
        only_open = statement['layout'] == 'open'
        heads = [
            self.env._("No."), self.env._("Date"), self.env._("Document"), self.env._("What"),
            self.env._("Reference"), self.env._("Due date"),
            *([self.env._("Amount"), self.env._("Open")] if only_open
              else [self.env._("Debit"), self.env._("Credit"), self.env._("Balance")]),
        ]
        self._append_text_row(sheet, [self.env.company.name])
        self._append_text_row(sheet, [" ".join(filter(None, (self.ref, self.name)))])
        self._append_text_row(sheet, [self.env._("Statement of account"), "", statement['currency'].name])
        self._append_text_row(sheet, heads)
        for cell in (*sheet[1], *sheet[2], *sheet[4]):
            cell.font = Font(bold=True)
        if not only_open:
            opening = ["", "", "", self.env._("Balance brought forward"), "", "", "", "", statement['opening']]
            self._append_text_row(sheet, opening)
        for row in statement['rows']:
            amounts = [row['debit'] - row['credit'], row['open']] if only_open else [
                row['debit'] or None, row['credit'] or None, row['balance']]
            self._append_text_row(sheet, [
                row['number'], row['date'], row['name'], row['kind_label'], row['label'], row['due_date'] or None,
                *amounts,
            ])
            for line in row['lines']:
                self._append_text_row(sheet, [
                    "", "", "", line['name'], f"{line['quantity']:g} {line['unit']}", line['price'], line['amount']])
        total = statement['open_total'] if only_open else statement['closing']
        blank = [] if only_open else [""]
        self._append_text_row(sheet, ["", "", "", self.env._("Balance"), "", "", "", *blank, total])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
        for column, width in enumerate((6, 12, 20, 26, 24, 12, 15, 15, 15), start=1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = 'A5'

    @api.model
    def _append_text_row(self, sheet, values):
        """Append a row; what looks like a formula stays text, dates and amounts get their format."""
        sheet.append([None if value == "" else value for value in values])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = 's'
            elif isinstance(cell.value, float):
                cell.number_format = '#,##0.00'
            elif cell.value is not None and not isinstance(cell.value, int):
                cell.number_format = 'dd/mm/yyyy'
                cell.alignment = Alignment(horizontal='left')
