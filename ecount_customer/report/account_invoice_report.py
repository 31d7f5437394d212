"""Invoice analysis by the groups of customers."""

from odoo import models


class AccountInvoiceReport(models.Model):
    _name = 'account.invoice.report'
    _inherit = ['account.invoice.report', 'ecount.customer.group.mixin']
