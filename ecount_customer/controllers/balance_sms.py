"""Download of the balance SMS for other gateways."""

import io

import openpyxl

from odoo import http
from odoo.http import content_disposition, request

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class BalanceSmsController(http.Controller):

    @http.route('/ecount_customer/balance_sms/<int:wizard_id>', type='http', auth='user', readonly=True)
    def download(self, wizard_id):
        """Return an Excel sheet: code, customer, number and text of each line of a wizard, or why it is left out."""
        wizard = request.env['ecount.balance.sms'].search([('id', '=', wizard_id)])
        if not wizard:
            raise request.not_found()
        env = request.env
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(env._("Balance SMS"))
        sheet.append([
            env._("Code"), env._("Customer"), env._("Number"), env._("Message"), env._("Parts"),
            env._("Left out because")])
        for line in wizard.line_ids:
            # No number and no text of those left out: another gateway sends whatever stands there.
            message = [False, False] if line.skip_reason else [line.number, line.body]
            texts = map(self._as_text(sheet), [line.partner_id.ref, line.partner_id.name, *message])
            sheet.append([*texts, 0 if line.skip_reason else line.parts, line.skip_reason or ''])
        stream = io.BytesIO()
        book.save(stream)
        return request.make_response(stream.getvalue(), [
            ('Content-Type', XLSX), ('Content-Disposition', content_disposition("balance_sms.xlsx"))])

    def _as_text(self, sheet):
        """Return a function that makes text cells: a text that looks like a formula stays one, +66… too."""
        def make_cell(text):
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=text or '')
            cell.data_type = 's'
            return cell
        return make_cell
