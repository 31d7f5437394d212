"""The columns of an uploaded file and what each means."""

from odoo import api, fields, models


class EcountCustomerImportColumn(models.Model):
    """A header of the file. Where it is unknown a person says what it means, and that is remembered."""

    _name = 'ecount.customer.import.column'
    _description = "Column of an Upload"
    _order = 'import_id, is_known, position'

    import_id = fields.Many2one('ecount.customer.import', required=True, readonly=True, index=True, ondelete='cascade')
    position = fields.Integer(readonly=True)
    header = fields.Char(readonly=True)
    column_name = fields.Selection('_get_column_choices', string="Is read as", help="Empty: the column is left out.")
    is_known = fields.Boolean(readonly=True)
    suggestion = fields.Char(readonly=True, help="The nearest known name.")
    examples = fields.Char(readonly=True)

    @api.model
    def _get_column_choices(self):
        return [(column.name, column.label) for column in self.env['ecount.customer.sheet']._get_columns()
                if not column.readonly]

    def write(self, vals):
        result = super().write(vals)
        if vals.get('column_name') and self.env['ecount.customer.sheet.synonym'].has_access('create'):
            for column in self.filtered('header'):
                self.env['ecount.customer.sheet.synonym']._remember(column.header, vals['column_name'])
        return result
