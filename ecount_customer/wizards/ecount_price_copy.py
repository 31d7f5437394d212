"""Copy all prices of a customer or group to others."""

from odoo import fields, models
from odoo.exceptions import UserError


class EcountPriceCopy(models.TransientModel):
    """Asks from whom, to whom, and what to do where the other has a price already."""

    _name = 'ecount.price.copy'
    _description = "Copy prices"

    source_partner_id = fields.Many2one('res.partner', string="From customer", domain=[('parent_id', '=', False)])
    source_group_id = fields.Many2one('ecount.customer.group', string="From group")
    partner_ids = fields.Many2many('res.partner', string="To customers", domain=[('parent_id', '=', False)])
    group_ids = fields.Many2many('ecount.customer.group', string="To groups")
    conflict = fields.Selection(
        [('keep', "Keep the price that is there"), ('replace', "Replace it")],
        string="Same product, quantity and dates", default='keep', required=True,
    )

    def action_apply(self):
        """Copy the prices and say how many."""
        self.ensure_one()
        source = self.source_partner_id or self.source_group_id
        targets = [record for record in [*self.partner_ids, *self.group_ids] if record != source]
        if not source or self.source_partner_id and self.source_group_id or not targets:
            raise UserError(self.env._(
                "Choose one customer or one group to copy from, and at least one other to copy to."))
        counts = self.env['product.pricelist.item'].copy_special_prices(
            source, targets, replace=self.conflict == 'replace')
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._("%(copied)s prices copied, %(replaced)s replaced, %(kept)s kept.", **counts),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }
