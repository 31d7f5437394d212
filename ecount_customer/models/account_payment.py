"""Payments found by the group of their customer."""

from odoo import models


class AccountPayment(models.Model):
    _name = 'account.payment'
    _inherit = ['account.payment', 'ecount.customer.group.mixin']

    # Payments are looked up by customer; natively there is no index for that.
    _activity_idx = models.Index("(partner_id, date) WHERE state IN ('in_process', 'paid')")
    _open_idx = models.Index("(partner_id) WHERE state = 'draft' OR state = 'in_process' AND move_id IS NULL")
