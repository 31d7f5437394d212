"""Raise or lower a selection of prices."""

from odoo import api, fields, models
from odoo.fields import Command


class EcountPriceChange(models.TransientModel):
    """Asks by how much, and shows each new price before anything is written."""

    _name = 'ecount.price.change'
    _description = "Raise or lower prices"

    item_ids = fields.Many2many('product.pricelist.item', string="Prices")
    method = fields.Selection([('percent', "Percent"), ('amount', "Amount")], default='percent', required=True)
    value = fields.Float(string="By", digits='Product Price', help="Negative lowers the prices.")
    step = fields.Selection(
        [('0', "Not rounded"), ('0.05', "0.05"), ('1', "1"), ('10', "10"), ('100', "100")],
        string="Round to", default='0', required=True,
    )
    line_ids = fields.One2many('ecount.price.change.line', 'wizard_id', compute='_compute_line_ids')
    left_out_count = fields.Integer(compute='_compute_line_ids')

    @api.depends('item_ids', 'method', 'value', 'step')
    def _compute_line_ids(self):
        for wizard in self:
            prices = wizard.item_ids._origin.get_changed_prices(wizard.method, wizard.value, float(wizard.step))
            wizard.line_ids = [Command.clear(), *(Command.create({
                'item_id': item.id, 'old_price': item.fixed_price, 'new_price': price,
            }) for item, price in prices.items())]
            wizard.left_out_count = len(wizard.item_ids) - len(prices)

    def action_apply(self):
        """Write the new prices."""
        self.ensure_one()
        self.item_ids.set_prices(self.item_ids.get_changed_prices(self.method, self.value, float(self.step)))
        return {'type': 'ir.actions.act_window_close'}


class EcountPriceChangeLine(models.TransientModel):
    """One price in the preview."""

    _name = 'ecount.price.change.line'
    _description = "Price to raise or lower"

    wizard_id = fields.Many2one('ecount.price.change', ondelete='cascade')
    item_id = fields.Many2one('product.pricelist.item', string="Price", readonly=True)
    partner_id = fields.Many2one(related='item_id.partner_id')
    customer_group_id = fields.Many2one(related='item_id.customer_group_id')
    name = fields.Char(related='item_id.name', string="Product")
    old_price = fields.Float(digits='Product Price', readonly=True)
    new_price = fields.Float(digits='Product Price', readonly=True)
