"""The prices that a customer paid last."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_last_prices(self, products, limit=5):
        """Return the last prices that the customer paid, newest first, in one query for all products.

        From confirmed orders and from posted invoices without an order, of the current company. Elevated: whoever
        may see the customer sees what it paid.

        :param products: `product.product`
        :param int limit: how many for each product
        :return: `{product: [{'date', 'document', 'price', 'uom', 'currency'}]}`; price for one unit, less the discount
        """
        if not self or not products:
            return {}
        customer = self.sudo().commercial_partner_id
        # Only what is written, nothing that is computed: a line asks for this while its own price is computed.
        self.env['sale.order'].flush_model(['partner_id', 'state', 'date_order'])
        self.env['sale.order.line'].flush_model(['order_id', 'product_id'])
        self.env['account.move'].flush_model(['partner_id', 'state', 'invoice_date'])
        self.env['account.move.line'].flush_model(['move_id', 'product_id'])
        rows = self.env.execute_query(SQL(
            """
            SELECT product_id, day, document, price, uom_id, currency_id
              FROM (SELECT paid.*, row_number() OVER (PARTITION BY product_id ORDER BY day DESC, id DESC) AS place
                      FROM (%s UNION ALL %s) paid) numbered
             WHERE place <= %s
             ORDER BY product_id, place
            """,
            self._get_last_prices_of_orders_sql(customer, products),
            self._get_last_prices_of_invoices_sql(customer, products), limit,
        ))
        result = {}
        for product_id, day, document, price, uom_id, currency_id in rows:
            result.setdefault(self.env['product.product'].browse(product_id), []).append({
                'date': day, 'document': document, 'price': price,
                'uom': self.env['uom.uom'].browse(uom_id), 'currency': self.env['res.currency'].browse(currency_id),
            })
        return result

    def _get_last_prices_of_orders_sql(self, customer, products):
        return SQL(
            """
            SELECT line.id, line.product_id, sale.date_order::date AS day, sale.name AS document,
                   line.price_unit * (1 - COALESCE(line.discount, 0) / 100) AS price,
                   line.product_uom_id AS uom_id, sale.currency_id
              FROM sale_order sale
              JOIN sale_order_line line ON line.order_id = sale.id
              JOIN res_partner buyer ON buyer.id = sale.partner_id
             WHERE buyer.commercial_partner_id = %s AND sale.company_id = %s AND sale.state = 'sale'
               AND line.product_id IN %s AND line.product_uom_qty > 0
               AND line.is_downpayment IS NOT TRUE AND line.is_expense IS NOT TRUE
               AND line.combo_item_id IS NULL
            """, customer.id, self.env.company.id, tuple(products.ids),
        )

    def _get_last_prices_of_invoices_sql(self, customer, products):
        return SQL(
            """
            SELECT line.id, line.product_id, move.invoice_date AS day, move.name AS document,
                   line.price_unit * (1 - COALESCE(line.discount, 0) / 100) AS price,
                   line.product_uom_id AS uom_id, move.currency_id
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
             WHERE move.commercial_partner_id = %s AND move.company_id = %s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND line.product_id IN %s AND line.display_type = 'product' AND line.quantity > 0
               AND NOT EXISTS (SELECT 1 FROM sale_order_line_invoice_rel rel WHERE rel.invoice_line_id = line.id)
            """, customer.id, self.env.company.id, tuple(products.ids),
        )

    def _convert_last_price(self, paid, uom, currency, date):
        """Convert a price of `_get_last_prices` into another unit and currency.

        :rtype: float
        """
        price = paid['uom']._compute_price(paid['price'], uom) if paid['uom'] and paid['uom'] != uom else paid['price']
        if paid['currency'] != currency:
            price = paid['currency']._convert(price, currency, self.env.company, date, round=False)
        return price

    def _describe_last_prices(self, product, uom, currency, date):
        """Return the last five prices that the customer paid for a product, as the price popover shows them.

        :return: list of dicts: `price` (number in `currency`, for one `uom`), `price_text`, `date`, `document`
        """
        return [{
            'price': price,
            'price_text': formatLang(self.env, price, dp='Product Price', currency_obj=currency),
            'date': format_date(self.env, paid['date']),
            'document': paid['document'],
        } for paid in self._get_last_prices(product).get(product, [])
          for price in [self._convert_last_price(paid, uom, currency, date)]]

    def _get_price_groups(self):
        """Return the price groups of the company: the pricelists that customer groups give.

        :return: `product.pricelist`, elevated; empty while pricelists are switched off
        """
        if not self.env['res.groups']._is_feature_enabled('product.group_product_pricelist'):
            return self.env['product.pricelist']
        groups = self.env['ecount.customer.group'].sudo().search(Domain('pricelist_id', '!=', False))
        return groups.pricelist_id.filtered('active').sorted()
