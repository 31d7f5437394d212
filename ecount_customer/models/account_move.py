"""Journal entries found by the groups of their customer."""

from odoo import models


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'ecount.customer.group.mixin']

    # The last business of a customer, by which searches rank.
    _customer_date_idx = models.Index("(commercial_partner_id, date DESC) WHERE state = 'posted'")
