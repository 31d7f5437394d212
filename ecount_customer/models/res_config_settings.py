"""The settings page of customer management."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_use_customer_code = fields.Boolean(related='company_id.ecount_use_customer_code', readonly=False)
    ecount_discount_on_special_prices = fields.Boolean(
        related='company_id.ecount_discount_on_special_prices', readonly=False)
    ecount_discount_on_top = fields.Boolean(related='company_id.ecount_discount_on_top', readonly=False)
    ecount_propose_dormant = fields.Boolean(related='company_id.ecount_propose_dormant', readonly=False)
    ecount_dormant_months = fields.Integer(related='company_id.ecount_dormant_months', readonly=False)
    ecount_dormant_user_id = fields.Many2one(related='company_id.ecount_dormant_user_id', readonly=False)
