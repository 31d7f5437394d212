"""The sheet "Opening balances": what customers owe from before, a row for each document."""

import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.ecount_customer_sheet import normalize_header
from ..sheets.cells import REMARK
from ..sheets.errors import SheetError
from ..sheets.reader import Limits, read_sheet
from ..sheets.values import parse_date, parse_number
from ..sheets.writer import SheetWriter, WriterColumn

LIMITS = Limits(rows=10_000)
HEADER_ROWS = 10
COLUMNS = ('customer', 'number', 'date', 'due', 'amount', 'currency')
NEEDED = ('customer', 'number', 'date', 'amount')
# Further names of the columns, those of ECOUNT's lists too.
SYNONYMS = {
    'customer': ("code", "รหัสลูกค้า", "거래처코드"),
    'number': ("document", "invoice number", "no", "เลขที่เอกสาร", "เลขที่", "전표번호", "일자-No.", "문서번호"),
    'date': ("document date", "invoice date", "วันที่", "일자", "전표일자"),
    'due': ("due", "due date", "วันครบกำหนด", "만기일", "결제예정일"),
    'amount': ("balance", "จำนวนเงิน", "ยอดคงเหลือ", "ยอดยกมา", "금액", "잔액", "이월잔액"),
    'currency': ("สกุลเงิน", "통화", "외화종류"),
}
SHEET_NAMES = ("Opening balances", "ยอดยกมา", "이월잔액")


class EcountOpeningBalance(models.TransientModel):
    """Takes the file, shows what is wrong in it, or makes one balanced opening entry of it: all rows or none."""

    _name = 'ecount.opening.balance'
    _description = "Opening Balances"

    company_id = fields.Many2one(
        'res.company', required=True, readonly=True, default=lambda self: self.env.company)
    file = fields.Binary(string="Excel file")
    filename = fields.Char()
    date = fields.Date(
        required=True, default=lambda self: self._get_default_date(), string="Day of the entry",
        help="The last day before work with Odoo begins: the debts existed on its evening.")
    journal_id = fields.Many2one(
        'account.journal', check_company=True, domain="[('type', '=', 'general')]",
        default=lambda self: self.env['account.move']._get_opening_journal())
    account_id = fields.Many2one(
        'account.account', string="Balanced by", check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance'))]",
        default=lambda self: self.env['account.move']._get_opening_account())
    state = fields.Selection(
        [('upload', "Upload"), ('wrong', "Wrong"), ('done', "Done")], default='upload', readonly=True)
    message = fields.Char(readonly=True)
    line_ids = fields.One2many('ecount.opening.balance.line', 'opening_id', string="Wrong rows", readonly=True)
    move_id = fields.Many2one('account.move', string="Entry", readonly=True)

    @api.model
    def _get_default_date(self):
        year = self.env.company.compute_fiscalyear_dates(fields.Date.context_today(self))
        return year['date_from'] - timedelta(days=1)

    @api.model
    def _get_labels(self):
        return {
            'customer': self.env._("Customer code"),
            'number': self.env._("Document number"),
            'date': self.env._("Date"),
            'due': self.env._("Due date"),
            'amount': self.env._("Amount"),
            'currency': self.env._("Currency"),
        }

    # === ACTIONS === #

    def action_import(self):
        """Make the entry, or show each wrong row with its reason; nothing is written then.

        :return: action that shows the entry, or this dialog
        :rtype: dict
        """
        self.ensure_one()
        wizard = self.with_company(self.company_id)
        rows, errors = wizard._read_rows()
        move = wizard.env['account.move']
        if errors:  # all reasons at once
            unreadable = {error[:2] for error in errors}
            errors += [error for error in move._check_opening_balances(rows, self.date) if error[:2] not in unreadable]
        else:
            move, errors = move._create_opening_balances(rows, self.date, self.journal_id, self.account_id)
        labels = wizard._get_labels()
        self.line_ids = [Command.clear()] + [
            Command.create({'row': row, 'column': labels[column], 'value': value, 'reason': reason})
            for row, column, value, reason in sorted(errors)]
        self.state = 'wrong' if errors else 'done'
        if errors:
            self.message = self.env._(
                "%(wrong)s of %(rows)s rows are wrong. Nothing was written: correct the file and upload it again.",
                wrong=len({error[0] for error in errors}), rows=len(rows))
            return self._get_action()
        self.move_id = move
        return {
            'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': move.id, 'view_mode': 'form',
            'views': [(False, 'form')], 'name': self.env._("Opening balances"),
        }

    def _get_action(self):
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
            'target': 'new', 'name': self.env._("Opening balances"),
        }

    def action_download_form(self):
        """Button: download the empty sheet."""
        return {'type': 'ir.actions.act_url', 'url': '/ecount_customer/opening_form.xlsx', 'target': 'download'}

    @api.model
    def _write_form(self, target):
        """Write the empty sheet, with an example that the upload passes over.

        :param target: binary file, or path
        """
        kinds = {'date': 'date', 'due': 'date', 'amount': 'number'}
        comments = {
            'number': self.env._("Of the invoice in the former program. Each document once."),
            'due': self.env._("Empty: due on its date."),
            'amount': self.env._("What is still owed. Negative: paid in advance, or a credit note."),
            'currency': self.env._("Empty: the currency of the company."),
        }
        columns = [
            WriterColumn(label, kinds.get(name, 'code'), comments.get(name, ''), required=name in NEEDED)
            for name, label in self._get_labels().items()]
        lang = self.env['res.lang']._get_data(code=self.env.user.lang or 'en_US')
        day = self._get_default_date()
        with SheetWriter(target, self.env._("Opening balances"), columns, lang.date_format) as writer:
            writer.write_rows([
                [" ".join((REMARK, self.env._("Example"))), 'IV-2025/0042',
                 day - timedelta(days=30), day, 1250.5, None]])

    # === READING === #

    def _read_rows(self):
        """Return the rows of the file, and what cannot be read in them.

        :return: see `account.move._create_opening_balances`
        :raise UserError: for a file without the columns
        """
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        try:
            sheet = self._open_sheet(base64.b64decode(self.with_context(bin_size=False).file))
            lines = iter(sheet)
            names = self._find_header(lines)
            errors, rows = [], []
            for number, values in lines:
                rows.append(self._read_row(number, dict(zip(names, values)), errors))
        except SheetError as error:
            raise UserError(self.env._(error.reason))
        if not rows:
            raise UserError(self.env._("There is no row below the names of the columns."))
        return rows, errors

    def _open_sheet(self, content):
        sheet = read_sheet(content, self.filename or '', limits=LIMITS)
        wanted = {name.casefold() for name in (*SHEET_NAMES, self.env._("Opening balances"))}
        for name in sheet.names:
            if name.strip().casefold() in wanted:
                return read_sheet(content, self.filename or '', sheet=name, limits=LIMITS)
        return sheet

    def _find_header(self, lines):
        """Return the column names of the first row, of the first ten, that has those that are needed."""
        known = {}
        for name, synonyms in SYNONYMS.items():
            known.update({normalize_header(synonym): name for synonym in (name, *synonyms)})
        for code, _name in self.env['res.lang'].get_installed():
            labels = self.with_context(lang=code)._get_labels()
            known.update({normalize_header(label): name for name, label in labels.items()})
        for count, (_number, values) in enumerate(lines, start=1):
            names = [known.get(normalize_header(value)) for value in values]
            if set(NEEDED) <= set(names):
                return names
            if count == HEADER_ROWS:
                break
        labels = self._get_labels()
        raise UserError(self.env._(
            "The first rows must name the columns %s. Download the form to fill in and compare.",
            ", ".join(labels[name] for name in NEEDED)))

    def _read_row(self, number, cells, errors):
        """Return a row as `account.move._create_opening_balances` takes it; add what cannot be read to the errors."""
        lang = self.env['res.lang']._get_data(code=self.env.user.lang or 'en_US')
        row = {'row': number}

        def parse(name, function, *args):
            value = cells.get(name)
            if value is None or isinstance(value, str) and not value.strip():
                return None
            try:
                return function(value, *args)
            except (ValueError, OverflowError):
                errors.append((number, name, str(value), reasons[function]))
                return None

        reasons = {
            parse_date: self.env._("This is no date. Write it as 2026-12-31, or let Excel format the cell as a date."),
            parse_number: self.env._("This is no number."),
            self._find_currency: self.env._("No active currency has this code."),
        }
        for name in ('customer', 'number'):
            value = cells.get(name)
            row[name] = '' if value is None else str(value).strip()
        row['date'] = parse('date', parse_date, lang.date_format)
        row['due'] = parse('due', parse_date, lang.date_format)
        row['amount'] = parse('amount', parse_number, lang.decimal_point, lang.thousands_sep)
        row['currency'] = parse('currency', self._find_currency)
        return row

    def _find_currency(self, code):
        currencies = {currency.name: currency for currency in self.env['res.currency'].search([])}
        currency = currencies.get(str(code).strip().upper())
        if not currency:
            raise ValueError(code)
        return currency
