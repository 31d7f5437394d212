"""Many merges from an Excel sheet of codes to keep and codes to drop."""

import base64
import io

import openpyxl
from openpyxl.cell import WriteOnlyCell

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

MOST_ROWS = 5000
HEADERS = {'keep', 'keep code', 'kept customer', 'drop', 'drop code', 'รหัสที่คงไว้', '유지 거래처'}


class EcountMergePairs(models.TransientModel):
    _name = 'ecount.merge.pairs'
    _description = "Merge Customers from Excel"

    file = fields.Binary(string="Excel file", attachment=False)
    filename = fields.Char()
    state = fields.Selection(
        [('upload', "Upload"), ('checked', "Checked"), ('done', "Merged")], default='upload', readonly=True)
    line_ids = fields.One2many('ecount.merge.pairs.line', 'wizard_id', readonly=True)
    ready_count = fields.Integer(string="Pairs to merge", readonly=True)
    wrong_count = fields.Integer(string="Wrong rows", readonly=True)
    result_file = fields.Binary(string="Report", readonly=True, attachment=False)
    result_filename = fields.Char(default="merged.xlsx", readonly=True)

    def action_check(self):
        """Read the sheet and say of each row whether it can be merged; nothing is merged."""
        self.ensure_one()
        self._check_manager()
        rows = self._read_rows()
        found = self._find_customers([code for _row, keep, drop, _reason in rows for code in (keep, drop)])
        self.line_ids.unlink()
        self.env['ecount.merge.pairs.line'].create([{
            'wizard_id': self.id, 'row': row, 'keep_code': keep, 'drop_code': drop, 'reason': reason,
            'keep_id': found.get(keep) and found[keep].id, 'drop_id': found.get(drop) and found[drop].id,
        } for row, keep, drop, reason in rows])
        for line in self.line_ids:
            line.problem = line._find_problem()
        self._set_state('checked')
        return self._reopen()

    def action_merge(self):
        """Merge the pairs that can be; each is whole or not at all, and the report says which and why."""
        self.ensure_one()
        self._check_manager()
        for line in self.line_ids.filtered(lambda line: not line.problem and not line.log_id):
            line._merge()
        self._set_state('done')
        self.result_file = self._get_report()
        return self._reopen()

    def _check_manager(self):
        if not self.env.user.has_group('ecount_customer.group_customer_manager'):
            raise AccessError(self.env._("Only managers of customer management may merge customers."))

    def _set_state(self, state):
        wrong = self.line_ids.filtered('problem')
        self.write({'state': state, 'wrong_count': len(wrong), 'ready_count': len(self.line_ids - wrong)})

    def _reopen(self):
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
                'views': [(False, 'form')], 'target': 'new', 'context': {'dialog_size': 'large'}}

    def _read_rows(self):
        """Return the rows as tuples of row number, code to keep, code to drop, reason.

        :raise UserError: when the file is none that can be read, is empty or too long
        """
        if not self.file:
            raise UserError(self.env._("Choose an Excel file first."))
        try:
            book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(self.file)), read_only=True, data_only=True)
            sheet = list(book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2, max_col=3))
        except Exception:  # whatever a broken file makes the reader raise
            raise UserError(self.env._("%s is not an Excel file (.xlsx) that can be read.", self.filename or ''))
        rows = []
        for number, cells in enumerate(sheet, 1):
            keep, drop, reason = ([*map(self._get_cell, cells)] + ['', '', ''])[:3]
            if (keep or drop) and not (number == 1 and {keep.lower(), drop.lower()} & HEADERS):
                rows.append((number, keep, drop, reason))
        if not rows:
            raise UserError(self.env._(
                "The first sheet has no rows. Column A is the code to keep, column B the code to drop."))
        if len(rows) > MOST_ROWS:
            raise UserError(self.env._("At most %s rows are merged at once.", MOST_ROWS))
        return rows

    def _get_cell(self, value):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return '' if value is None else str(value).strip()

    def _find_customers(self, codes):
        """Return the customers that the user sees by their code or former code, in two queries."""
        found = self.env['res.partner']._find_code_holders([(0, code, 0) for code in {*codes} if code])
        ids = [partner.id for partner in found.values()]
        visible = self.env['res.partner'].with_context(active_test=False).search([('id', 'in', ids)])
        return {code: visible.browse(partner.id) for code, partner in found.items() if partner.id in visible._ids}

    def _get_report(self):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self.env._("Merged"))
        sheet.append([self.env._("Keep code"), self.env._("Drop code"), self.env._("Reason"), self.env._("Result")])
        for line in self.line_ids:
            cells = [WriteOnlyCell(sheet, value=value or '') for value in (
                line.keep_code, line.drop_code, line.reason, line.problem or self.env._("Merged"))]
            for cell in cells:
                cell.data_type = 's'  # a code beginning with = is no formula
            sheet.append(cells)
        content = io.BytesIO()
        book.save(content)
        return base64.b64encode(content.getvalue())
