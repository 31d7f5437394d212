"""The settings page of customer management."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_use_customer_code = fields.Boolean(related='company_id.ecount_use_customer_code', readonly=False)
    ecount_discount_on_special_prices = fields.Boolean(
        related='company_id.ecount_discount_on_special_prices', readonly=False)
    ecount_discount_on_top = fields.Boolean(related='company_id.ecount_discount_on_top', readonly=False)
