"""Payment providers of sales that need no credit."""

from odoo import fields, models


class PaymentProvider(models.Model):
    _inherit = 'payment.provider'

    ecount_prepaid = fields.Boolean(
        string="Paid in advance",
        help="Orders paid through this provider need no credit, where the company exempts orders paid in advance.",
    )
