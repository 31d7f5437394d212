"""Company-wide policies of customer management."""

import re

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

MAX_AGEING_DAYS = 6


class ResCompany(models.Model):
    _inherit = 'res.company'

    # `prefetch`: companies are read with nearly every request; what few of them need is read on its own, and terms
    # with those of the customer, see `res.partner._fetch_terms`.

    ecount_use_customer_code = fields.Boolean(
        prefetch='ecount_settings',
        string="Number new customers",
        help="New customers without a code get the next one of the sequence. A code can always be typed.",
    )
    ecount_sheet_answers = fields.Json(
        prefetch='ecount_settings',
        help="Technical: what was answered where a column of an uploaded sheet was in doubt.")
    ecount_use_last_price = fields.Boolean(
        prefetch='ecount_settings',
        string="Fill the last price",
        help="Where a customer has no special price, an order line gets the price that the customer paid last.",
    )
    ecount_discount_on_special_prices = fields.Boolean(
        prefetch='ecount_settings',
        string="Discount rates on special prices",
        help="The discount rate of a customer or group applies to special prices too.",
    )
    ecount_discount_on_top = fields.Boolean(
        prefetch='ecount_settings',
        string="Discount rates on top of pricelists",
        help="Where the pricelist gives a percentage, the discount rate comes on top: 10 % and 5 % make 14.5 %.",
    )
    ecount_credit_policy = fields.Selection(
        [('none', "No check"), ('warn', "Warn"), ('block', "Block"), ('stop', "Credit stopped")],
        prefetch='ecount_settings',
        string="Credit policy", default='none', required=True,
        help="What happens when an order or invoice passes the credit limit of a customer "
             "for whom neither the customer nor a group says otherwise.",
    )
    ecount_overdue_policy = fields.Selection(
        [('same', "As for the amount"), ('none', "No check"), ('warn', "Warn"), ('block', "Block")],
        prefetch='ecount_settings',
        string="Overdue policy", default='same', required=True,
        help="What happens when the oldest open invoice is older than the credit period.",
    )
    ecount_credit_limit = fields.Monetary(
        prefetch='ecount_settings',
        string="Default credit limit", currency_field='currency_id',
        help="For customers without a limit of their own or of a group. 0: no limit.",
    )
    ecount_credit_days = fields.Integer(
        prefetch='ecount_settings',
        string="Default credit period (days)",
        help="For customers without a period of their own or of a group. 0: no period.",
    )
    ecount_check_orders = fields.Selection(
        [('follow', "As the policy says"), ('warn', "Only warn"), ('no', "Not at all")],
        prefetch='ecount_settings',
        string="Check orders", default='follow', required=True,
        help="What a policy does when an order is confirmed or a confirmed order grows.",
    )
    ecount_check_invoices = fields.Selection(
        [('follow', "As the policy says"), ('warn', "Only warn"), ('no', "Not at all")],
        prefetch='ecount_settings',
        string="Check invoices", default='follow', required=True,
        help="What a policy does when a customer invoice is posted.",
    )
    ecount_age_basis = fields.Selection(
        [('invoice_date', "Invoice date"), ('due_date', "Due date")],
        prefetch='ecount_settings',
        string="Credit period counts from", default='invoice_date', required=True,
        help="An opening balance or another entry that is no invoice is aged by the dates of its own line.",
    )
    ecount_ageing_days = fields.Char(
        prefetch='ecount_settings',
        string="Ageing buckets end after (days)", default='30, 60, 90', required=True,
        help="The last day of each bucket, ascending. 30, 60, 90 makes: current, 1–30, 31–60, 61–90, over 90.",
    )
    ecount_near_percent = fields.Float(
        prefetch='ecount_settings',
        string="Near the limit from (%)", default=80.0,
        help="Percent of the credit limit from which a customer is shown as near the limit.",
    )
    ecount_warn_delivered = fields.Boolean(
        prefetch='ecount_settings',
        string="Only warn for delivered goods", default=True,
        help="An invoice of goods that were already delivered warns instead of being refused: "
             "refusing it would hide the debt.",
    )
    ecount_exempt_prepaid = fields.Boolean(
        prefetch='ecount_settings',
        string="Orders paid in advance are exempt",
        help="Orders with a payment term or payment provider marked as paid in advance are not tested.",
    )
    ecount_approval_until = fields.Selection(
        [('amount', "The amount grows"), ('age', "The amount or the oldest open invoice's age grows")],
        prefetch='ecount_settings',
        string="An approval lapses when", default='amount', required=True,
    )

    ecount_propose_dormant = fields.Boolean(
        prefetch='ecount_settings',
        string="Propose idle customers",
        help="Once a month the person named gets an activity with the customers that could be put away. "
             "Nothing is put away by itself.",
    )
    ecount_dormant_months = fields.Integer(
        prefetch='ecount_settings',
        string="Idle for months", default=12,
        help="Customers without any transaction for this many months are proposed.",
    )
    ecount_dormant_user_id = fields.Many2one(
        'res.users', string="Propose to", domain=[('share', '=', False)],
        prefetch='ecount_settings',
        help="Who gets the activity.",
    )

    ecount_sms_body = fields.Text(
        prefetch='ecount_settings',
        string="Text of the balance SMS", translate=True,
        help="Empty: the text that comes with the addon. Placeholders: {customer}, {code}, {amount}, {overdue}, "
             "{due_date}, {company}, {link}.",
    )
    ecount_sms_pause_days = fields.Integer(
        prefetch='ecount_settings',
        string="Days between two balance SMS", default=7,
        help="Who got one within these days is left out. 0: no pause.",
    )
    ecount_sms_payment_link = fields.Boolean(
        prefetch='ecount_settings',
        string="Payment link in balance SMS", help="Fills {link} with an address where the customer pays online.",
    )
    ecount_desk_sale = fields.Selection(
        [('quotation', "Quotation"), ('order', "Confirmed order"), ('invoice', "Confirmed order with posted invoice")],
        prefetch='ecount_settings',
        string="Sale on the desk", default='order', required=True,
        help="How far one save of a sale on the customer desk goes.",
    )

    @api.constrains('ecount_credit_limit', 'ecount_credit_days')
    def _check_ecount_credit_terms(self):
        for company in self:
            if company.ecount_credit_limit < 0 or company.ecount_credit_days < 0:
                raise ValidationError(self.env._(
                    "%s: a credit limit or period cannot be negative.", company.display_name,
                ))

    @api.constrains('ecount_sms_body')
    def _check_ecount_sms_body(self):
        for company in self:
            self.env['ecount.balance.sms']._check_template(company.ecount_sms_body)

    @api.model_create_multi
    def create(self, vals_list):
        # The partner that Odoo makes for a company is no customer.
        return super(ResCompany, self.with_context(ecount_incomplete_ok=True)).create(vals_list).with_env(self.env)

    def write(self, vals):
        res = super().write(vals)
        if any(name.startswith('ecount_') for name in vals):
            self.env['res.partner']._invalidate_credit()
        return res

    @tools.ormcache('self.id')
    def _get_credit_zone(self):
        """Return the time zone in which days are counted where nobody looks; False if the company has none."""
        return self.sudo().partner_id.tz

    @tools.ormcache('self.id')
    def _get_price_settings(self):
        """Return what pricing asks of a company time and again: its line of companies, and its settings of prices.

        :return: ids of the company and those above it, whether discount rates apply to special prices, whether they
            come on top of a pricelist's percentage, and whether the last price is filled in
        :rtype: tuple
        """
        company = self.sudo()
        return (
            tuple(company.parent_ids.ids), company.ecount_discount_on_special_prices, company.ecount_discount_on_top,
            company.ecount_use_last_price)

    def cache_invalidation_fields(self):
        return super().cache_invalidation_fields() | {
            'ecount_discount_on_special_prices', 'ecount_discount_on_top', 'ecount_use_last_price'}

    @api.constrains('ecount_ageing_days')
    def _check_ageing_days(self):
        for company in self:
            company._get_ageing_days()

    def _get_ageing_days(self):
        """Return the last day of each ageing bucket, ascending; older items are in one more bucket.

        :rtype: list[int]
        :raise ValidationError: when buckets would be empty or overlap
        """
        self.ensure_one()
        texts = re.split(r'[,;\s]+', (self.ecount_ageing_days or '').strip(' ,;'))
        if not all(re.fullmatch(r'[0-9]{1,4}', text) for text in texts):
            raise ValidationError(self.env._(
                "%(company)s: the ageing buckets are numbers of days with commas between, such as 30, 60, 90. "
                "“%(text)s” is not.", company=self.name, text=self.ecount_ageing_days or ""))
        days = [int(text) for text in texts]
        for first, last in zip([0, *days], days):
            if last <= first:
                raise ValidationError(self.env._(
                    "%(company)s: an ageing bucket that ends after %(last)s days cannot follow one that ends after "
                    "%(first)s: it would be empty or overlap. Give the days in ascending order.",
                    company=self.name, last=last, first=first))
        if len(days) > MAX_AGEING_DAYS:
            raise ValidationError(self.env._(
                "%(company)s: at most %(count)s ageing buckets.", company=self.name, count=MAX_AGEING_DAYS))
        return days

    def _get_own_term(self, name):
        """Return the company's default of an inherited term; the end of the line, so never None.

        :param str name: see `res.partner._get_term`
        """
        self.ensure_one()
        if name == 'pricelist_id':
            return self.env['product.pricelist']
        return self[f'ecount_{name}'] if f'ecount_{name}' in self._fields else 0.0
