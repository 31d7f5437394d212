"""Purchases found by the group of their vendor."""

from odoo import models


class PurchaseOrder(models.Model):
    _name = 'purchase.order'
    _inherit = ['purchase.order', 'ecount.customer.group.mixin', 'ecount.put.away.mixin']

    # Serves the last activity of vendors.
    _activity_idx = models.Index("(partner_id, date_approve, date_order) WHERE state = 'purchase'")
    # Few of many: what speaks against putting a vendor away. The same condition as in `_get_activity_sources`.
    _unfinished_idx = models.Index(
        "(partner_id) WHERE state IN ('draft', 'sent', 'to approve')"
        " OR state = 'purchase' AND invoice_status IN ('to invoice', 'no')")
