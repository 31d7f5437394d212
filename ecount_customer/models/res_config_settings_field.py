"""What the settings page says of own fields, required fields and the columns of the list."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_own_field_names = fields.Char(string="Own fields", compute='_compute_ecount_field_names')
    ecount_required_field_names = fields.Char(string="Required fields", compute='_compute_ecount_field_names')
    ecount_list_column_names = fields.Char(
        string="Columns of the customer list", compute='_compute_ecount_field_names')

    def _compute_ecount_field_names(self):
        slots = self.env['ecount.custom.field']._get_slots()
        # Own fields that are required have no line of their own.
        required = self.env['ecount.required.field'].search([]).mapped('name') + [  # pylint: disable=no-search-all
            slot['label'] for slot in slots if slot['required']]
        columns = self.env['ecount.list.column'].search([('is_shown', '=', True)])
        for settings in self:
            settings.ecount_own_field_names = ", ".join(slot['label'] for slot in slots)
            settings.ecount_required_field_names = ", ".join(dict.fromkeys(filter(None, required)))
            settings.ecount_list_column_names = ", ".join(filter(None, columns.mapped('name')))
