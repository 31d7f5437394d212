"""Orders priced for their customer."""

from odoo import api, models


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'ecount.customer.group.mixin']

    def _get_price_partner(self):
        """Return whose special prices hold: the delivery address where it is one of the customer's, else the customer.

        :rtype: res.partner
        """
        self and self.ensure_one()
        address = self.partner_shipping_id
        if address and address.commercial_partner_id == self.partner_id.commercial_partner_id:
            return address
        return self.partner_id

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
        # The form sends the lines that its onchange has re-priced; prices that come with the write are the user's.
        res = super().write(vals)
        if not any(command[0] == 1 and 'price_unit' in command[2] for command in vals.get('order_line') or ()):
            for order in self:
                if before[order] and before[order] != order._get_price_partner():
                    order._log_repricing(order._reprice_for_customer())
        return res

    def _reprice_for_customer(self):
        """Price the lines of a quotation again, except those that were typed by hand.

        :return: a sentence for each line whose price or discount changed
        :rtype: list[str]
        """
        self.ensure_one()
        if self.state not in ('draft', 'sent'):
            return []
        lines = self._get_update_prices_lines().filtered(
            lambda line: line.product_id and line.price_source != 'manual' and not line.qty_invoiced)
        before = {line: (line.price_unit, line.discount) for line in lines}
        lines.invalidate_recordset(['pricelist_item_id'])
        lines._compute_price_unit()
        lines._compute_discount()
        return [
            self.env._(
                "%(product)s: %(before)s → %(after)s", product=line.product_id.display_name,
                before=line._format_price(*before[line]), after=line._format_price(line.price_unit, line.discount),
            )
            for line in lines if before[line] != (line.price_unit, line.discount)
        ]

    def _log_repricing(self, changes):
        if changes:
            self.message_post(body=self.env._("Prices changed with the customer:\n%s", "\n".join(changes)))

    # === CATALOGUE === #

    def _get_product_catalog_order_data(self, products, **kwargs):
        kwargs.setdefault('partner', self._get_price_partner())
        return super()._get_product_catalog_order_data(products, **kwargs)

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        kwargs.setdefault('partner', self._get_price_partner())
        return super()._update_order_line_info(product_id, quantity, **kwargs)
