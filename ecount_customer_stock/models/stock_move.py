"""Deliveries beyond what was ordered pass and the credit approvers learn of it; those to hidden addresses open."""

from odoo import models


class StockMove(models.Model):
    _inherit = 'stock.move'

    def _action_done(self, cancel_backorder=False):
        before = self.sudo().sale_line_id.order_id._get_credit_open()  # a warehouse worker may not read orders
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        self.env['sale.order'].sudo()._guard_credit_growth(before, report=True)
        return moves

    def _compute_description_picking(self):
        # In the language of the address, with the text of the order line: the address may be another rep's
        # customer's, the order a colleague's, and who may open the transfer may read its lines.
        super(StockMove, self.sudo())._compute_description_picking()
