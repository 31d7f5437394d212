"""The question before the values of an own field are deleted."""

from odoo import fields, models


class EcountCustomFieldClear(models.TransientModel):
    """Says how many customers lose a value, and clears on confirmation."""

    _name = 'ecount.custom.field.clear'
    _description = "Clear an Own Field"

    custom_field_id = fields.Many2one('ecount.custom.field', required=True, ondelete='cascade')
    value_count = fields.Integer(related='custom_field_id.value_count')

    def action_confirm(self):
        """Delete the values; see `ecount.custom.field.clear_values`."""
        self.custom_field_id.clear_values()
        return {'type': 'ir.actions.act_window_close'}
