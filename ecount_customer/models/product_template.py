"""Products: their price tab keeps to pricelists, special prices have a button."""

from odoo import fields, models
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

    def action_view_special_prices(self):
        """Open the special prices of this product."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.product_pricelist_item_action_special')
        action['domain'] = [('product_tmpl_id', '=', self.id)]
        action['context'] = {'default_product_tmpl_id': self.id, 'default_applied_on': '1_product',
                             'default_pricelist_id': False}
        return action
