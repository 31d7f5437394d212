"""Payments found by the group of their customer."""

from odoo import models


class AccountPayment(models.Model):
    _name = 'account.payment'
    _inherit = ['account.payment', 'ecount.customer.group.mixin']

    # Payments are looked up by customer; natively there is no index for that.
    _partner_date_idx = models.Index("(partner_id, date) WHERE partner_id IS NOT NULL")
