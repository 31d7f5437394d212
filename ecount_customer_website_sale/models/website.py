"""The customer of a visit to the web shop."""

from odoo import models
from odoo.http import request


class Website(models.Model):
    _inherit = 'website'

    def _get_price_partner(self):
        """Return whose special prices a visitor sees: the customer of the cart or of the login; nobody's in public.

        :return: `res.partner`, elevated
        """
        user = self.env.user
        if not request or user._is_public():
            return self.env['res.partner']
        cart = getattr(request, 'cart', None)
        if cart and cart.partner_id.commercial_partner_id == user.sudo().partner_id.commercial_partner_id:
            return cart.sudo()._get_price_partner()  # the delivery address may have prices of its own
        return user.sudo().partner_id

    def _get_and_cache_current_pricelist(self):
        # All that the shop prices goes through the pricelist of the request.
        pricelist = super()._get_and_cache_current_pricelist()
        return pricelist.with_context(ecount_price_partner_id=self._get_price_partner().id)
