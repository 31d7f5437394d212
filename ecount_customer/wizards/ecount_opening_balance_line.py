"""What is wrong in a sheet of opening balances."""

from odoo import fields, models


class EcountOpeningBalanceLine(models.TransientModel):
    """One wrong cell."""

    _name = 'ecount.opening.balance.line'
    _description = "Wrong Row of Opening Balances"
    _order = 'row, id'

    opening_id = fields.Many2one('ecount.opening.balance', required=True, ondelete='cascade')
    row = fields.Integer()
    column = fields.Char()
    value = fields.Char()
    reason = fields.Char()
