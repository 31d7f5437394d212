"""Invoices priced for their customer where they are entered directly."""

from datetime import datetime, time

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _get_price_partner(self):
        """Return whose special prices hold, see `res.partner._get_price_partner`."""
        self.ensure_one()
        return self.partner_id._get_price_partner(self.partner_shipping_id)

    def _get_price_date(self):
        """Return the moment at which rules must be valid: now for today's invoice, else noon of its date.

        :rtype: datetime
        """
        self.ensure_one()
        return self._get_price_moment(self.invoice_date)

    @api.model
    def _get_price_moment(self, day):
        if not day or day == fields.Date.context_today(self):
            return fields.Datetime.now()
        return datetime.combine(day, time(12))

    def _get_price_rules(self, lines):
        """Return the rules of the customer's prices, with one look-up for all lines.

        :param lines: `account.move.line` of this document, each with a product
        :return: `{line: product.pricelist.item}`, an empty rule standing for the standard price
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        pricelist = self.partner_id.with_company(company).property_product_pricelist.with_company(company)
        request = {'date': self._get_price_date(), 'partner': self._get_price_partner()}
        rules = pricelist._get_rules_by_product(lines.product_id, **request)
        return {line: self.env['product.pricelist.item'].browse(pricelist._get_product_rule(
            line.product_id, quantity=abs(line.quantity) or 1.0, uom=line.product_uom_id,
            applicable_rules=rules[line.product_id], **request,
        )) for line in lines}

    # === ANOTHER CUSTOMER === #

    @api.onchange('partner_id', 'partner_shipping_id', 'currency_id')
    def _onchange_partner_id_reprice(self):
        """Re-price the lines for another customer at once and say what changed."""
        if not self.is_sale_document(include_receipts=True) or not self.partner_id:
            return None
        before = self.invoice_line_ids._get_prices_to_compare()
        self.invoice_line_ids._reprice()
        if changes := self.invoice_line_ids._describe_price_changes(before):
            return {'warning': {
                'title': self.env._("Prices changed with the customer"),
                'message': "\n".join(changes),
                'type': 'notification',
            }}
        return None

    def write(self, vals):
        if vals.keys().isdisjoint(('partner_id', 'partner_shipping_id', 'currency_id')):
            return super().write(vals)
        sales = self.filtered(lambda move: move.state == 'draft' and move.is_sale_document(include_receipts=True))
        before = {move: (move._get_price_partner(), move.currency_id) for move in sales}
        res = super().write(vals)
        for move in sales:
            if before[move] != (move._get_price_partner(), move.currency_id):
                prices = move.invoice_line_ids._get_prices_to_compare()
                move.invoice_line_ids._reprice()
                if changes := move.invoice_line_ids._describe_price_changes(prices):
                    move.message_post(body=self.env._("Prices changed with the customer:\n%s", "\n".join(changes)))
        return res
