"""A delivery slip has its address on it, whoever's customer lives there."""

from odoo import models


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    def _get_rendering_context(self, report, docids, data):
        values = super()._get_rendering_context(report, docids, data)
        docs = values.get('docs')
        if isinstance(docs, models.BaseModel) and docs._name == 'stock.picking':
            values['docs'] = docs._for_any_address()
        return values
