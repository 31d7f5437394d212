"""The settings page of customer management."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_use_customer_code = fields.Boolean(related='company_id.ecount_use_customer_code', readonly=False)
