"""Which price would they get?"""

from odoo import api, fields, models
from odoo.tools import formatLang


class EcountPriceCheck(models.TransientModel):
    """Answers for any customer, product, quantity, unit and date without an order."""

    _name = 'ecount.price.check'
    _description = "Which price would they get?"

    partner_id = fields.Many2one('res.partner', string="Customer", required=True)
    product_id = fields.Many2one(
        'product.product', required=True, domain=[('sale_ok', '=', True)])
    quantity = fields.Float(digits='Product Unit', default=1.0, required=True)
    uom_id = fields.Many2one(
        'uom.uom', string="Unit", compute='_compute_uom_id', store=True, readonly=False)
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    price = fields.Float(digits='Product Price', compute='_compute_result')
    discount = fields.Float(string="Disc.%", digits='Discount', compute='_compute_result')
    explanation = fields.Char(string="Why this price", compute='_compute_result')
    ladder = fields.Text(string="Prices in question", compute='_compute_result')

    @api.depends('product_id')
    def _compute_uom_id(self):
        for wizard in self:
            wizard.uom_id = wizard.product_id.uom_id

    @api.depends('partner_id', 'product_id', 'quantity', 'uom_id', 'date')
    def _compute_result(self):
        self.update({'price': 0.0, 'discount': 0.0, 'explanation': False, 'ladder': False})
        for wizard in self.filtered(lambda wizard: wizard.partner_id and wizard.product_id):
            line = wizard._get_unsaved_line()
            wizard.update({
                'price': line.price_unit, 'discount': line.discount, 'explanation': line.price_explanation,
                'ladder': "\n".join(wizard._describe_ladder(line)),
            })

    def _get_unsaved_line(self):
        """Return the line of an order that is never saved: the very code that prices an order answers.

        :rtype: sale.order.line
        """
        self.ensure_one()
        order = self.env['sale.order'].new({
            'partner_id': self.partner_id.id, 'company_id': self.env.company.id, 'date_order': self.date})
        return self.env['sale.order.line'].new({
            'order_id': order, 'product_id': self.product_id.id, 'product_uom_qty': self.quantity,
            'product_uom_id': (self.uom_id or self.product_id.uom_id).id,
        })

    def _describe_ladder(self, line):
        order = line.order_id
        ladder = order.pricelist_id._get_price_ladder(
            self.product_id, self.quantity or 1.0, uom=line.product_uom_id, date=self.date,
            currency=line.currency_id or order.currency_id, partner=order._get_price_partner())
        for rule, price in ladder:
            label = rule._get_owner().display_name if rule else self.env._("Standard price")
            yield f"{label}: {formatLang(self.env, price, dp='Product Price', currency_obj=order.currency_id)}"
