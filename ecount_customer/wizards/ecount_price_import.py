"""Special prices from Excel."""

import base64
import io

import openpyxl

from odoo import fields, models
from odoo.exceptions import UserError


class EcountPriceImport(models.TransientModel):
    """Takes the file and shows what is wrong in it, or what became of it."""

    _name = 'ecount.price.import'
    _description = "Special prices from Excel"

    kind = fields.Selection(
        [('rules', "One row a price"), ('groups', "Products down, price groups across")],
        string="Sheet", default='rules', required=True,
    )
    file = fields.Binary(string="Excel file")  # not required: the present prices are downloaded without
    filename = fields.Char()
    state = fields.Selection([('upload', "Upload"), ('wrong', "Wrong"), ('done', "Done")], default='upload')
    message = fields.Text(readonly=True)
    result_file = fields.Binary(readonly=True)
    result_filename = fields.Char(readonly=True)

    def action_import(self):
        """Write all rows, or none and give the file back with a column of reasons."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        content = base64.b64decode(self.file)
        if self.kind == 'groups':
            result = self.env['product.pricelist'].import_wide_sheet(content)
        else:
            result = self.env['product.pricelist.item'].import_price_sheet(content)
        if errors := result.pop('errors'):
            self.state = 'wrong'
            self.message = "\n".join(
                self.env._("Row %(row)s, %(column)s “%(value)s”: %(reason)s",
                           row=row, column=column, value=value, reason=reason)
                for row, column, value, reason in errors[:100])
            self.result_file = self._add_reasons(content, errors)
            self.result_filename = self.env._("wrong rows.xlsx")
        else:
            self.state = 'done'
            self.message = self.env._("%(created)s new, %(changed)s changed, %(unchanged)s unchanged.", **result)
        return {
            'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': self.id, 'view_mode': 'form',
            'target': 'new', 'name': self.env._("Special prices from Excel"),
        }

    def _add_reasons(self, content, errors):
        """Return the uploaded sheet with the reasons in a column of its own, or nothing where it is no sheet."""
        try:
            book = openpyxl.load_workbook(io.BytesIO(content))
        except Exception:  # whatever a broken file makes openpyxl raise
            return False
        sheet = book.worksheets[0]
        column = sheet.max_column + 1
        sheet.cell(1, column, self.env._("Reason"))
        reasons = {}
        for row, label, _value, reason in errors:
            reasons.setdefault(max(row, 1), []).append(f"{label}: {reason}" if label else reason)
        for row, texts in reasons.items():
            sheet.cell(row if row > 1 else 2, column, "; ".join(texts))
        result = io.BytesIO()
        book.save(result)
        return base64.b64encode(result.getvalue())

    def action_download(self):
        """Download what the user sees, as the sheet that can be uploaded again."""
        Item = self.env['product.pricelist.item']
        if self.kind == 'groups':
            # A choice from all: the pricelists that customer groups give, else every pricelist.
            pricelists = self.env['res.partner']._get_price_groups().with_env(self.env)
            content = (pricelists or self.env['product.pricelist'].search([], limit=50)).export_wide_sheet()
            return Item._download_sheet(self.env._("price groups.xlsx"), content)
        return Item.search([('is_special_price', '=', True)]).action_download_price_sheet()
