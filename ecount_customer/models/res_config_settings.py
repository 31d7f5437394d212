"""The settings page of customer management."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_use_customer_code = fields.Boolean(related='company_id.ecount_use_customer_code', readonly=False)
    ecount_discount_on_special_prices = fields.Boolean(
        related='company_id.ecount_discount_on_special_prices', readonly=False)
    ecount_use_last_price = fields.Boolean(related='company_id.ecount_use_last_price', readonly=False)
    ecount_discount_on_top = fields.Boolean(related='company_id.ecount_discount_on_top', readonly=False)
    ecount_propose_dormant = fields.Boolean(related='company_id.ecount_propose_dormant', readonly=False)
    ecount_dormant_months = fields.Integer(related='company_id.ecount_dormant_months', readonly=False)
    ecount_dormant_user_id = fields.Many2one(related='company_id.ecount_dormant_user_id', readonly=False)
    ecount_credit_policy = fields.Selection(related='company_id.ecount_credit_policy', readonly=False)
    ecount_overdue_policy = fields.Selection(related='company_id.ecount_overdue_policy', readonly=False)
    ecount_credit_limit = fields.Monetary(
        related='company_id.ecount_credit_limit', readonly=False, currency_field='ecount_currency_id')
    ecount_credit_days = fields.Integer(related='company_id.ecount_credit_days', readonly=False)
    ecount_check_orders = fields.Selection(related='company_id.ecount_check_orders', readonly=False)
    ecount_check_invoices = fields.Selection(related='company_id.ecount_check_invoices', readonly=False)
    ecount_age_basis = fields.Selection(related='company_id.ecount_age_basis', readonly=False)
    ecount_ageing_days = fields.Char(related='company_id.ecount_ageing_days', readonly=False)
    ecount_near_percent = fields.Float(related='company_id.ecount_near_percent', readonly=False)
    ecount_warn_delivered = fields.Boolean(related='company_id.ecount_warn_delivered', readonly=False)
    ecount_exempt_prepaid = fields.Boolean(related='company_id.ecount_exempt_prepaid', readonly=False)
    ecount_approval_until = fields.Selection(related='company_id.ecount_approval_until', readonly=False)
    ecount_currency_id = fields.Many2one(related='company_id.currency_id', string="Currency of the credit limit")
    ecount_sms_body = fields.Text(related='company_id.ecount_sms_body', readonly=False)
    ecount_sms_pause_days = fields.Integer(related='company_id.ecount_sms_pause_days', readonly=False)
    ecount_sms_payment_link = fields.Boolean(related='company_id.ecount_sms_payment_link', readonly=False)
    ecount_timezone = fields.Selection(related='company_id.ecount_timezone', readonly=False)
    ecount_desk_sale = fields.Selection(related='company_id.ecount_desk_sale', readonly=False)
