"""Cells and rows of an upload that are wrong."""

from odoo import fields, models


class EcountCustomerImportError(models.Model):
    """A wrong cell with the reason; without a column the whole row is wrong."""

    _name = 'ecount.customer.import.error'
    _description = "Wrong Cell of an Upload"
    _order = 'import_id, row, id'

    import_id = fields.Many2one('ecount.customer.import', required=True, readonly=True, index=True, ondelete='cascade')
    row = fields.Integer(required=True, readonly=True, help="As the spreadsheet counts.")
    column = fields.Char(readonly=True, help="The header of the column.")
    column_name = fields.Char(readonly=True, help="Technical name of the column.")
    value = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    reason = fields.Char(required=True, readonly=True)
    suggestion = fields.Char(readonly=True)
    replacement = fields.Char(string="Write instead", help="Taken instead of the cell when the file is checked again.")
