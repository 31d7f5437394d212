"""The first changes that an upload would make."""

from odoo import fields, models


class EcountCustomerImportChange(models.Model):
    """One value of one customer: old and new, as they stand in cells."""

    _name = 'ecount.customer.import.change'
    _description = "Change by an Upload"
    _order = 'import_id, row, id'

    import_id = fields.Many2one('ecount.customer.import', required=True, readonly=True, index=True, ondelete='cascade')
    row = fields.Integer(readonly=True)
    customer = fields.Char(readonly=True)
    field_label = fields.Char(string="Field", readonly=True)
    old_value = fields.Char(string="Old", readonly=True)
    new_value = fields.Char(string="New", readonly=True)
