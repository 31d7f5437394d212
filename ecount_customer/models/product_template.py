"""Products: their price tab keeps to pricelists, special prices have a button."""

from odoo import api, fields, models
from odoo.fields import Domain


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    special_price_count = fields.Integer(compute='_compute_special_price_count')

    def _compute_special_price_count(self):
        rows = self.env['product.pricelist.item']._read_group(
            [('product_tmpl_id', 'in', self.ids), ('is_special_price', '=', True)], ['product_tmpl_id'], ['__count'],
        )
        counts = {template.id: count for template, count in rows}
        for template in self:
            template.special_price_count = counts.get(template._origin.id, 0)

    def _base_domain_item_ids(self):
        # Native rules without a pricelist do not exist here: these are special prices.
        return list(Domain(super()._base_domain_item_ids()) & Domain('pricelist_id', '!=', False))

    @api.model
    def _get_configurator_price(self, product_or_template, quantity, date, currency, pricelist, **kwargs):
        # The configurators of the order form send the order's customer; a visitor's request could name anybody.
        partner_id, address_id = kwargs.pop('partner_id', None), kwargs.pop('partner_shipping_id', None)
        if partner_id and self.env.user._is_internal():
            partner, address = self.env['res.partner'].browse([partner_id, address_id or partner_id])
            if address.commercial_partner_id == partner.commercial_partner_id:
                partner = address
            kwargs = {'partner': partner, 'with_discount_rate': True, **kwargs}
        return super()._get_configurator_price(product_or_template, quantity, date, currency, pricelist, **kwargs)

    def _describe_vat(self):
        """Say whether the sales price of the product has VAT in it; empty where it has no tax.

        :rtype: str
        """
        self.ensure_one()
        taxes = self.taxes_id._filter_taxes_by_company(self.env.company)
        if not taxes:
            return ''
        return self.env._("VAT included") if any(taxes.mapped('price_include')) else self.env._("VAT excluded")

    def action_view_special_prices(self):
        """Open the special prices of this product."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.product_pricelist_item_action_special')
        action['domain'] = [('product_tmpl_id', '=', self.id)]
        action['context'] = {'default_product_tmpl_id': self.id, 'default_applied_on': '1_product',
                             'default_pricelist_id': False}
        return action
