"""What is ordered and not yet invoiced, kept on each order so that a customer's total is read from one index."""

from odoo import api, fields, models
from odoo.tools import SQL, sql

# What the statement below reads; flushed before it runs.
_READ_FIELDS = {
    'sale.order': ['state', 'amount_total', 'currency_id', 'currency_rate', 'credit_closed'],
    'sale.order.line': [
        'order_id', 'display_type', 'is_downpayment', 'is_expense', 'product_id', 'product_uom_id',
        'product_uom_qty', 'qty_delivered', 'price_unit', 'discount', 'price_total', 'tax_ids',
    ],
    'account.move.line': ['move_id', 'quantity', 'product_uom_id', 'price_total', 'sale_line_ids'],
    'account.move': ['state', 'move_type', 'currency_id', 'invoice_currency_rate'],
    'product.template': ['invoice_policy'],
}


def _has_stock(model):
    """Whether order lines know their stock moves (`sale_stock`), which tell returned and closed remainders."""
    return 'move_ids' in model.env['sale.order.line']._fields


class _RoundedMonetary(fields.Monetary):
    """An amount that is rounded before it is assigned; thrice more for each write would cost more than computing it."""

    _filter_not_equal = fields.Field._filter_not_equal

    def convert_to_cache(self, value, record, validate=True):
        return float(value or 0.0)

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        return float(value or 0.0)


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    credit_closed = fields.Boolean(
        string="Closed for credit", copy=False, tracking=True,
        help="Nothing more of this order will be delivered or invoiced: the rest stops counting as credit used.",
    )
    credit_open_amount = _RoundedMonetary(
        string="Ordered, not invoiced", compute='_compute_credit_open_amount', store=True, copy=False,
        help="What is still to be invoiced of a confirmed order, tax included, in the currency of the order, "
             "whatever the invoicing policy. Draft invoices are not deducted.",
    )

    # One customer's open orders are read from this index alone.
    _credit_open_idx = models.Index(
        "(partner_invoice_id, company_id, currency_id) INCLUDE (credit_open_amount)"
        " WHERE state = 'sale' AND credit_open_amount > 0")

    def _auto_init(self):
        # By one statement: the ORM would take hours for the orders of a database on which the addon is installed.
        fill = not sql.column_exists(self.env.cr, self._table, 'credit_open_amount')
        if fill:
            sql.create_column(self.env.cr, self._table, 'credit_open_amount', 'numeric')
        res = super()._auto_init()
        if fill:
            has_stock = sql.column_exists(self.env.cr, 'stock_move', 'sale_line_id')
            self.env.cr.execute(SQL(
                "UPDATE sale_order SET credit_open_amount = open.amount FROM (%s) open"
                " WHERE open.id = sale_order.id AND open.amount <> 0",
                self._get_credit_open_sql(SQL("o.state = 'sale'"), has_stock=has_stock),
            ))
        return res

    @api.depends(lambda self: [
        'state', 'amount_total', 'credit_closed',
        'order_line.price_total', 'order_line.product_uom_qty', 'order_line.qty_delivered',
        'order_line.invoice_lines.move_id.state', 'order_line.invoice_lines.quantity',
        'order_line.invoice_lines.price_total',
        *(['order_line.move_ids.state', 'order_line.move_ids.quantity'] if _has_stock(self) else []),
    ])
    def _compute_credit_open_amount(self):
        confirmed = [order for order in self if order.state == 'sale' and order._origin]
        if len(confirmed) < len(self):
            (self - self.browse().union(*confirmed)).credit_open_amount = 0.0
        if not confirmed:
            return
        touched = []
        for order in confirmed:
            # Most of them: the statement and its flush would cost as much as the rest of a confirmation.
            if order._is_credit_untouched():
                order.credit_open_amount = 0.0 if order.credit_closed else max(order.amount_total, 0.0)
            else:
                touched.append(order)
        if touched:
            amounts = self.browse().union(*touched)._origin._get_credit_open_amounts()
            for order in touched:
                order.credit_open_amount = amounts.get(order._origin.id, 0.0)
        self.env['res.partner']._invalidate_credit()

    def _is_credit_untouched(self):
        """Whether nothing was invoiced, delivered or returned yet: the order stands for its total."""
        lines = self.order_line
        if any(line.qty_delivered or line.invoice_lines for line in lines):
            return False
        return not _has_stock(self) or not any(move.state in ('done', 'cancel') for move in lines.move_ids)

    def _get_credit_open_amounts(self, posting=None):
        """Return what is ordered and not yet invoiced of each order, in its currency, tax included.

        Whatever its state: of a quotation it is what its confirmation would add.

        :param account.move posting: draft invoices to be taken as posted already
        :rtype: dict[int, float]
        """
        for model, names in _READ_FIELDS.items():
            self.env[model].flush_model(names)
        has_stock = _has_stock(self)
        if has_stock:
            self.env['stock.move'].flush_model(
                ['sale_line_id', 'state', 'quantity', 'to_refund', 'product_uom', 'product_id', 'location_id'])
        rows = self.env.execute_query(self._get_credit_open_sql(
            SQL("o.id = ANY(%s)", list(self.ids)), has_stock, posting.ids if posting else []))
        return {order_id: float(amount) for order_id, amount in rows}

    @api.model
    def _get_credit_open_sql(self, condition, has_stock=False, posting_ids=()):
        """Return the statement that gives (order id, open amount) of the orders that match.

        Counted from posted invoice lines, by quantity, so that a price changed on the invoice leaves nothing
        behind. Invoiced more than ordered counts as nothing open. A refunded quantity is open again only where
        the customer has goods that are not invoiced; else refunded orders would use up the limit for ever.
        Of a closed order only what was delivered is still to be invoiced.
        Down payments are deducted through their own lines, and never below zero: a posted invoice counts in full.

        :param SQL condition: on `sale_order o`
        :param bool has_stock: whether stock moves tell what was returned and what will not be delivered any more
        :param posting_ids: ids of draft invoices to be taken as posted
        """
        return SQL("""
            SELECT o.id, ROUND(GREATEST(
                       CASE WHEN ROUND(line.open - line.total, 6) = 0 THEN o.amount_total ELSE line.open END
                       - line.down, 0), COALESCE(c.decimal_places, 2)) AS amount
              FROM sale_order o
         LEFT JOIN res_currency c ON c.id = o.currency_id
      JOIN LATERAL (
                SELECT COALESCE(SUM(l.price_total) FILTER (WHERE l.is_downpayment IS NOT TRUE), 0) AS total,
                       COALESCE(SUM(COALESCE(i.amount, 0)) FILTER (WHERE l.is_downpayment), 0) AS down,
                       COALESCE(SUM(%(open_quantity)s * %(unit_total)s)
                                FILTER (WHERE l.is_downpayment IS NOT TRUE), 0) AS open
                  FROM sale_order_line l
             LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
             LEFT JOIN product_product p ON p.id = l.product_id
             LEFT JOIN product_template t ON t.id = p.product_tmpl_id
            CROSS JOIN LATERAL (SELECT CASE WHEN l.product_uom_qty < 0 THEN -1 ELSE 1 END AS sign) s
            CROSS JOIN LATERAL (%(invoiced)s) i
            CROSS JOIN LATERAL (%(moved)s) m
            CROSS JOIN LATERAL (SELECT %(target)s AS target, l.qty_delivered * s.sign AS delivered,
                                       i.invoiced - i.refunded AS net,
                                       GREATEST(i.refunded - m.returned, 0) AS given_back) q
                 WHERE l.order_id = o.id AND l.display_type IS NULL
            ) line ON TRUE
             WHERE %(condition)s""",
            open_quantity=SQL(
                "GREATEST(q.target - q.net - q.given_back"
                " + LEAST(GREATEST(q.delivered - q.net, 0), q.given_back), 0)"),
            unit_total=self._get_credit_unit_sql(),
            invoiced=self._get_credit_invoiced_sql(posting_ids),
            moved=self._get_credit_moved_sql(has_stock),
            target=SQL("""CASE
                WHEN o.credit_closed AND o.state = 'sale' OR m.is_closed AND t.invoice_policy = 'delivery'
                    THEN GREATEST(l.qty_delivered * s.sign, 0)
                WHEN t.invoice_policy = 'delivery' OR l.is_expense
                    THEN GREATEST(ABS(l.product_uom_qty) - m.returned, l.qty_delivered * s.sign)
                ELSE ABS(l.product_uom_qty) - m.returned END"""),
            condition=condition,
        )

    @api.model
    def _get_credit_unit_sql(self):
        """Total of one unit of line `l`. A line that was never ordered, only delivered, has no stored total."""
        return SQL("""CASE WHEN l.product_uom_qty <> 0 THEN l.price_total / ABS(l.product_uom_qty)
            WHEN l.qty_delivered <> 0 THEN l.price_unit * (1 - COALESCE(l.discount, 0) / 100) * (1 + COALESCE((
                SELECT SUM(tax.amount) / 100
                  FROM account_tax_sale_order_line_rel rel
                  JOIN account_tax tax ON tax.id = rel.account_tax_id
                  JOIN res_company tax_company ON tax_company.id = tax.company_id
                 WHERE rel.sale_order_line_id = l.id AND tax.amount_type = 'percent'
                   AND COALESCE(tax.price_include_override, tax_company.account_price_include) = 'tax_excluded'
            ), 0))
            ELSE 0 END""")

    @api.model
    def _get_credit_invoiced_sql(self, posting_ids=()):
        """Posted quantities of line `l` invoiced and refunded, in its unit, and their total in the order's currency."""
        return SQL("""
            SELECT COALESCE(SUM(GREATEST(n.quantity, 0)), 0) AS invoiced,
                   COALESCE(SUM(GREATEST(-n.quantity, 0)), 0) AS refunded,
                   COALESCE(SUM(n.amount), 0) AS amount
              FROM (
                SELECT d.sign * s.sign * il.quantity * COALESCE(iu.factor / NULLIF(lu.factor, 0), 1) AS quantity,
                       d.sign * il.price_total * CASE WHEN im.currency_id = o.currency_id THEN 1
                           ELSE o.currency_rate / NULLIF(im.invoice_currency_rate, 0) END AS amount
                  FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line il ON il.id = rel.invoice_line_id
                  JOIN account_move im ON im.id = il.move_id
             LEFT JOIN uom_uom iu ON iu.id = il.product_uom_id
            CROSS JOIN LATERAL (SELECT CASE WHEN im.move_type = 'out_refund' THEN -1 ELSE 1 END AS sign) d
                 WHERE rel.order_line_id = l.id
                   AND im.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
                   AND (im.state = 'posted' OR im.payment_state = 'invoicing_legacy' OR im.id = ANY(%s))
              ) n""", list(posting_ids))

    @api.model
    def _get_credit_moved_sql(self, has_stock):
        """What the customer returned of line `l`, and whether nothing more is on its way."""
        if not has_stock:
            return SQL("SELECT 0 AS returned, FALSE AS is_closed")
        return SQL("""
            SELECT COALESCE(SUM(sm.quantity * COALESCE(su.factor / NULLIF(lu.factor, 0), 1)) FILTER (
                       WHERE sm.state = 'done' AND sm.to_refund AND source.usage = 'customer'), 0) AS returned,
                   COUNT(*) > 0 AND COUNT(*) FILTER (
                       WHERE sm.state NOT IN ('done', 'cancel') AND source.usage <> 'customer') = 0 AS is_closed
              FROM stock_move sm
              JOIN stock_location source ON source.id = sm.location_id
         LEFT JOIN uom_uom su ON su.id = sm.product_uom
             WHERE sm.sale_line_id = l.id AND sm.product_id = l.product_id""")
