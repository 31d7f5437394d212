"""Deliveries beyond what was ordered: they pass, and the credit approvers learn of it at once."""

from odoo import models


class StockMove(models.Model):
    _inherit = 'stock.move'

    def _action_done(self, cancel_backorder=False):
        before = self.sudo().sale_line_id.order_id._get_credit_open()  # a warehouse worker may not read orders
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        self.env['sale.order'].sudo()._guard_credit_growth(before, report=True)
        return moves
