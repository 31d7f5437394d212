"""Special prices of a customer and the price group that its groups give."""

from odoo import api, fields, models
from odoo.tools import formatLang


class ResPartner(models.Model):
    _inherit = 'res.partner'

    special_price_ids = fields.One2many(
        'product.pricelist.item', 'partner_id', string="Special prices", copy=False,
    )
    special_price_count = fields.Integer(
        compute='_compute_special_price_count', help="Of the customer and its delivery addresses.",
    )
    inherited_pricelist_id = fields.Many2one(
        'product.pricelist', string="Price group", compute='_compute_inherited_pricelist_id',
        help="The pricelist that the nearest customer group gives; used where the customer has none of its own.",
    )
    inherited_pricelist_group_id = fields.Many2one(
        'ecount.customer.group', compute='_compute_inherited_pricelist_id',
    )

    inherited_discount_text = fields.Char(compute='_compute_inherited_discount_text')

    @api.depends('discount_rate', 'no_discount', 'customer_group_ids')
    @api.depends_context('company', 'lang')
    def _compute_inherited_discount_text(self):
        for partner in self:
            rate, source = partner._get_term('discount_rate')
            inherited = bool(rate) and source._name == 'ecount.customer.group'
            partner.inherited_discount_text = inherited and self.env._(
                "%(rate)s %% from %(group)s", rate=formatLang(self.env, rate, dp='Discount'), group=source.display_name)

    def _compute_special_price_count(self):
        rows = self.env['product.pricelist.item']._read_group(
            [('partner_id.commercial_partner_id', 'in', self.ids)], ['partner_id'], ['__count'],
        )
        counts = dict.fromkeys(self.ids, 0)
        for partner, count in rows:
            counts[partner.commercial_partner_id.id] = counts.get(partner.commercial_partner_id.id, 0) + count
        for partner in self:
            partner.special_price_count = counts.get(partner._origin.id, 0)

    @api.depends('customer_group_ids')
    @api.depends_context('company')
    def _compute_inherited_pricelist_id(self):
        for partner in self:
            group = partner._get_pricelist_group()
            partner.inherited_pricelist_id = group.pricelist_id
            partner.inherited_pricelist_group_id = group

    @api.depends('customer_group_ids.pricelist_id', 'customer_group_ids.parent_path')
    def _compute_product_pricelist(self):
        super()._compute_product_pricelist()

    @api.model
    def _invalidate_group_terms(self):
        """Forget the terms that groups give: those of one far above a customer's own may have changed."""
        self.env['res.partner'].invalidate_model([
            'property_product_pricelist', 'inherited_pricelist_id', 'inherited_pricelist_group_id',
            'inherited_discount_text', 'credit_policy_info', 'overdue_policy_info', 'credit_limit_info',
            'credit_days_info', 'credit_terms_warning',
        ], flush=False)

    def _inverse_product_pricelist(self):
        # Natively a choice equal to the country's default is not stored. With a price group in between it must be,
        # else the group would override what the user chose.
        chosen = {partner: partner.property_product_pricelist for partner in self}
        super()._inverse_product_pricelist()
        for partner, pricelist in chosen.items():
            if inherited := partner._get_pricelist_group().pricelist_id:
                partner.specific_property_product_pricelist = pricelist if pricelist != inherited else False

    def _get_pricelist_group(self):
        """Return the nearest group with an active pricelist (elevated), or an empty record.

        :rtype: ecount.customer.group
        """
        self.ensure_one()
        return self._get_group_sources().filtered(
            # Also not where the web shop does not offer the pricelist, as natively with a customer's own.
            lambda group: group.pricelist_id._get_partner_pricelist_multi_filter_hook())[:1]

    def _get_price_partner(self, address):
        """Return whose special prices hold for what is delivered to an address: its own, where it is this customer's.

        :param address: `res.partner`, possibly empty
        :rtype: res.partner
        """
        # Elevated: the address may be a customer's that the salesperson does not see.
        (self | address)._fetch_terms()
        if address and address.sudo().commercial_partner_id == self.sudo().commercial_partner_id:
            return address
        return self

    def _get_discount_rate(self, rule, gives_percentage=False):
        """Return the customer's discount rate where it applies to a price, else 0.

        :param rule: the `product.pricelist.item` that made the price, possibly empty
        :param bool gives_percentage: whether the pricelist already gives a percentage
        :return: percent, from -100 (a surcharge) to 100; to be multiplied with the percentage of the pricelist
        :rtype: float
        """
        on_special_prices, on_top = self.env.company._get_price_settings()[1:3]
        if rule._is_special() and not on_special_prices:
            return 0.0
        if gives_percentage and not on_top or not self:
            return 0.0
        self._fetch_terms()
        return self._get_term('discount_rate')[0]

    def action_view_special_prices(self):
        """Open the special prices of this customer and of its delivery addresses."""
        self.ensure_one()
        customer = self.commercial_partner_id
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.product_pricelist_item_action_special')
        action['domain'] = [('partner_id', 'child_of', customer.id)]
        action['context'] = {'default_partner_id': customer.id, 'default_pricelist_id': False}
        return action
