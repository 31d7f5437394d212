"""Lines of the point of sale at the price of their customer."""

from odoo import api, fields, models


class PosOrderLine(models.Model):
    _inherit = 'pos.order.line'

    # As on order lines: another discount than this one was typed, and stays when the customer changes.
    technical_discount = fields.Float(digits='Discount', copy=False)

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), 'technical_discount']

    @api.onchange('product_id')
    def _onchange_product_id(self):
        # The backend form asks the pricelist only; the context names the customer to it.
        line = self.with_context(ecount_price_partner_id=self.order_id.partner_id.id)
        super(PosOrderLine, line)._onchange_product_id()
