"""What the point of sale fetches about the prices of the customer who is chosen."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.readonly
    def get_pos_special_prices(self, config_id, known_versions=None):
        """Return the special prices and the discount rate of a customer, for a point of sale.

        :param int config_id: of the `pos.config`; its company and currency count
        :param dict known_versions: versions of the price sources that the point of sale has already
        :return: `owners`: keys of the price sources, first match first; `sources`: those that are new or changed, see
            `product.pricelist.item._get_pos_price_sources`; `discount_rate` (percent) and whether it comes on special
            prices (`discount_on_special_prices`) and on percentages of a pricelist (`discount_on_top`)
        :rtype: dict
        :raise AccessError: if the user may not see the customer or not use the point of sale
        """
        self.ensure_one()
        self.check_access('read')
        config = self.env['pos.config'].browse(config_id)
        config.check_access('read')
        company = config.sudo().company_id
        customer = self.with_company(company)
        rules = self.env['product.pricelist.item'].with_company(company)
        owners = rules._get_special_price_owners(customer)
        return {
            'owners': [rules._get_pos_source_key(owner) for owner in owners],
            'sources': rules._get_pos_price_sources(owners, config.sudo().currency_id, known_versions or {}),
            'discount_rate': customer._get_term('discount_rate')[0],
            'discount_on_special_prices': company.ecount_discount_on_special_prices,
            'discount_on_top': company.ecount_discount_on_top,
        }
