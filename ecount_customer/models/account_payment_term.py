"""Payment terms of sales that need no credit."""

from odoo import fields, models


class AccountPaymentTerm(models.Model):
    _inherit = 'account.payment.term'

    ecount_prepaid = fields.Boolean(
        string="Paid in advance",
        help="Orders with these terms need no credit, where the company exempts orders paid in advance.",
    )
