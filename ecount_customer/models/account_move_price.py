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

    @api.onchange('partner_id', 'partner_shipping_id')
    def _onchange_partner_id_reprice(self):
        """Re-price the lines for another customer at once and say what changed."""
        return self._reprice_lines_on_form()

    @api.onchange('currency_id')
    def _onchange_currency_id_reprice(self):
        return self._reprice_lines_on_form(keep_standard=True)

    def _reprice_lines_on_form(self, keep_standard=False):
        if not self.is_sale_document(include_receipts=True) or not self.partner_id:
            return None
        before = self.invoice_line_ids._get_prices_to_compare()
        self.invoice_line_ids._reprice(keep_standard=keep_standard)
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
            partner = move._get_price_partner()
            if before[move] != (partner, move.currency_id):
                prices = move.invoice_line_ids._get_prices_to_compare()
                move.invoice_line_ids._reprice(keep_standard=before[move][0] == partner)
                if changes := move.invoice_line_ids._describe_price_changes(prices):
                    move.message_post(body=self.env._("Prices changed with the customer:\n%s", "\n".join(changes)))
        return res

    # === CATALOGUE === #

    def _get_product_catalog_order_data(self, products, **kwargs):
        result = super()._get_product_catalog_order_data(products, **kwargs)
        for product_id, price in self._get_catalog_prices(products).items():
            result[product_id]['price'] = price  # natively the list price
        return result

    def _get_catalog_prices(self, products):
        """Return what a line of each product will cost, its discount taken off, with one look-up for all of them.

        :return: prices by product id, in the currency of the document; empty for documents that are not priced for a
            customer
        :rtype: dict[int, float]
        """
        self.ensure_one()
        if not self.partner_id or not self.is_sale_document(include_receipts=True):
            return {}
        move = self.with_company(self.company_id)
        return move.partner_id.property_product_pricelist._get_products_price(
            products, 1.0, currency=move.currency_id, date=move._get_price_date(),
            partner=move._get_price_partner(), with_discount_rate=True)

    def _update_order_line_info(self, product_id, quantity, *, section_id=False, **kwargs):
        price = super()._update_order_line_info(product_id, quantity, section_id=section_id, **kwargs)
        product = self.env['product.product'].browse(product_id)
        line = self.invoice_line_ids.filtered(
            lambda line: line.product_id == product and line.get_parent_section_line().id == section_id)[:1]
        if line and self.is_sale_document(include_receipts=True):
            return line._get_discounted_price()
        return price if line else self._get_catalog_prices(product).get(product_id, price)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _get_product_catalog_lines_data(self, **kwargs):
        data = super()._get_product_catalog_lines_data(**kwargs)
        if self and self.move_id.is_sale_document(include_receipts=True):
            data['price'] = self[0]._get_discounted_price()  # natively the list price, whatever the line says
        return data

    def _get_discounted_price(self):
        self.ensure_one()
        return self.price_unit * (100 - self.discount) / 100
