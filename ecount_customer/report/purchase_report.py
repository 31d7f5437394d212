"""Purchase analysis by the groups of customers."""

from odoo import models


class PurchaseReport(models.Model):
    _name = 'purchase.report'
    _inherit = ['purchase.report', 'ecount.customer.group.mixin']
