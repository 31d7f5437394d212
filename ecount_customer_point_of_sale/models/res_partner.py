"""How the point of sale finds customers, and what it fetches about the prices of the one who is chosen."""

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # What a cashier may type beside what the point of sale looks for natively: codes of then and now, search words.
    pos_search_words = fields.Char(compute='_compute_pos_search_words')

    def _compute_pos_search_words(self):
        former_codes = dict(self.env['ecount.former.code'].sudo()._read_group(  # the customer is one the user sees
            [('partner_id', 'in', self.ids), ('name', '!=', False)], ['partner_id'], ['name:array_agg']))
        for partner in self:
            words = [partner.ref, partner.search_words, *former_codes.get(partner, [])]
            partner.pos_search_words = " ".join(filter(None, words))

    @api.model
    def _load_pos_data_fields(self, config):
        return [*super()._load_pos_data_fields(config), 'ref', 'pos_search_words']

    @api.model
    def get_new_partner(self, config_id, domain, offset):
        # The server finds a customer by whatever is found in every other partner field, too.
        for condition in domain:
            if condition[0] == 'name' and condition[1] == 'ilike':
                term = condition[2].removesuffix('%')
                domain = list(Domain(domain) | Domain('display_name', 'ilike', term))
                break
        return super().get_new_partner(config_id, domain, offset)

    @api.readonly
    def get_pos_special_prices(self, config_id, known_versions=None):
        """Return the special prices and the discount rate of a customer, for a point of sale.

        :param int config_id: of the `pos.config`; its company and currency count
        :param dict known_versions: versions of the price sources that the point of sale has already
        :return: `owners`: keys of the price sources, first match first; `labels`: their names; `sources`: those that
            are new or changed, see `product.pricelist.item._get_pos_price_sources`; `discount_rate` (percent) and
            whether it comes on special prices (`discount_on_special_prices`) and on percentages of a pricelist
            (`discount_on_top`)
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
            'labels': {rules._get_pos_source_key(owner): owner.display_name for owner in owners},
            'sources': rules._get_pos_price_sources(owners, config.sudo().currency_id, known_versions or {}),
            'discount_rate': customer._get_term('discount_rate')[0],
            'discount_on_special_prices': company.ecount_discount_on_special_prices,
            'discount_on_top': company.ecount_discount_on_top,
        }
