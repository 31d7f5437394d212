"""Products at the price of the visitor who is logged in."""

from odoo import api, models
from odoo.http import request


class ProductTemplate(models.Model):
    _inherit = 'product.template'

    def _get_additionnal_combination_info(self, product_or_template, quantity, uom, date, website):
        # Native code gives the request's pricelist the context of the product.
        return super(ProductTemplate, self.with_context(
            ecount_price_partner_id=website._get_price_partner().id,
        ))._get_additionnal_combination_info(product_or_template, quantity, uom, date, website)

    @api.model
    def _get_configurator_price(self, product_or_template, quantity, date, currency, pricelist, **kwargs):
        if request and getattr(request, 'is_frontend', False):
            # The pricelist comes as an id, so without the context; nobody may name another customer.
            kwargs.pop('partner_id', None)
            kwargs.update(partner=request.website._get_price_partner(), with_discount_rate=True)
        return super()._get_configurator_price(product_or_template, quantity, date, currency, pricelist, **kwargs)
