"""Orders priced for their customer."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'ecount.customer.group.mixin', 'ecount.put.away.mixin']

    delivery_customer_id = fields.Many2one(
        'res.partner', related='partner_id.commercial_partner_id', string="Customer of the delivery address")
    partner_shipping_id = fields.Many2one(domain="[('commercial_partner_id', '=', delivery_customer_id)]")

    _customer_date_idx = models.Index("(partner_id, date_order DESC) WHERE state = 'sale'")
    # Few of many: what speaks against putting a customer away. The same condition as in `_get_activity_sources`.
    _unfinished_idx = models.Index(
        "(partner_id) WHERE state IN ('draft', 'sent') OR state = 'sale' AND invoice_status IN ('to invoice', 'no')")

    def _get_price_partner(self):
        """Return whose special prices hold, see `res.partner._get_price_partner`."""
        self and self.ensure_one()
        return self.partner_id._get_price_partner(self.partner_shipping_id)

    # === RE-PRICING === #

    @api.onchange('partner_id', 'partner_shipping_id')
    def _onchange_partner_id_reprice(self):
        """Re-price the lines for another customer at once and say what changed."""
        if not self._origin.partner_id and not self.order_line:
            return None
        changes = self._reprice_for_customer()
        if changes:
            return {'warning': {
                'title': self.env._("Prices changed with the customer"),
                'message': "\n".join(changes),
                'type': 'notification',
            }}
        return None

    def write(self, vals):
        if 'partner_id' not in vals and 'partner_shipping_id' not in vals:
            return super().write(vals)
        before = {order: order._get_price_partner() for order in self}
        res = super().write(vals)
        for order in self:
            if before[order] and before[order] != order._get_price_partner():
                # After a save of the form this finds the lines priced already, by the onchange.
                order._log_repricing(order._reprice_for_customer())
        return res

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if 'partner_id' in (default or {}):
            for vals in vals_list:
                for name in ('partner_shipping_id', 'partner_invoice_id', 'pricelist_id', 'fiscal_position_id',
                             'payment_term_id'):
                    if name not in default:
                        vals.pop(name, None)  # those of the former customer
        return vals_list

    def copy(self, default=None):
        orders = super().copy(default=default)
        for order in orders:
            # The copy is entered today: a price may have ended since, or be another customer's.
            order._log_repricing(order._reprice_for_customer())
        return orders

    def _reprice_for_customer(self):
        """Price the lines of a quotation again, except prices and discounts that were typed by hand.

        :return: a sentence for each line whose price or discount changed
        :rtype: list[str]
        """
        self.ensure_one()
        if self.state not in ('draft', 'sent'):
            return []
        lines = self._get_update_prices_lines().filtered(lambda line: line.product_id and not line.qty_invoiced)
        before = lines._get_prices_to_compare()
        lines.invalidate_recordset(['pricelist_item_id'])
        # A discount rate that was not typed is the former customer's, also beside a typed price.
        lines._compute_price_unit()
        lines._compute_discount()
        return lines._describe_price_changes(before)

    def _recompute_prices(self):
        lines = self._get_update_prices_lines()
        typed = {line: line.discount for line in lines if line._has_typed_discount()}
        super(SaleOrder, self.with_context(ecount_reset_discount=True))._recompute_prices()
        for line, discount in typed.items():
            line.discount = discount

    def action_update_prices(self):
        before = self.order_line._get_prices_to_compare()
        res = super().action_update_prices()
        if changes := self.order_line._describe_price_changes(before):
            self.message_post(body=self.env._("Changed prices:\n%s", "\n".join(changes)))
        return res

    def _log_repricing(self, changes):
        if changes:
            self.message_post(body=self.env._("Prices changed with the customer:\n%s", "\n".join(changes)))

    # === CATALOGUE === #

    def _get_product_catalog_order_data(self, products, **kwargs):
        kwargs.setdefault('partner', self._get_price_partner())
        # What the line will cost: its discount is the rate.
        kwargs.setdefault('with_discount_rate', True)
        return super()._get_product_catalog_order_data(products, **kwargs)

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        kwargs.setdefault('partner', self._get_price_partner())
        kwargs.setdefault('with_discount_rate', True)
        return super()._update_order_line_info(product_id, quantity, **kwargs)
