"""Sales analysis by the groups of customers."""

from odoo import models


class SaleReport(models.Model):
    _name = 'sale.report'
    _inherit = ['sale.report', 'ecount.customer.group.mixin']
