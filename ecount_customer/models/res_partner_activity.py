"""When a customer last traded: asked of the documents themselves, so that it is never out of date."""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import parse_date

from .joined_field_mixin import JoinedDate


class ActivitySource(NamedTuple):
    """A kind of document that shows that a customer is alive. SQL speaks of its table as `d`."""

    model: str
    done: SQL  # condition: counts as a transaction
    date: SQL | None  # day or moment of the transaction; None: the document is no transaction by itself
    unfinished: SQL  # condition: work on it goes on
    is_datetime: bool = False
    partner: str = 'partner_id'
    name: str = 'name'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    last_transaction_date = JoinedDate(
        string="Last activity", compute='_compute_last_transaction_date', search='_search_last_transaction_date',
        help="Day of the last confirmed order or purchase, posted invoice or bill, or payment of the customer "
             "and its contacts, in any company.",
    )

    @api.model
    def _get_activity_sources(self):
        """Return the kinds of documents that tell whether a customer is in use.

        An override adds those of another app. Those whose app is not installed are left out here.

        :rtype: list[ActivitySource]
        """
        # An order with nothing to invoice is finished when it is locked or everything was delivered.
        finished_sale = SQL(
            "d.invoice_status = 'no' AND d.state = 'sale' AND (COALESCE(d.locked, FALSE) OR NOT EXISTS ("
            "SELECT FROM sale_order_line line WHERE line.order_id = d.id AND line.display_type IS NULL"
            " AND line.product_uom_qty > COALESCE(line.qty_delivered, 0)))")
        finished_purchase = SQL(
            "d.invoice_status = 'no' AND d.state = 'purchase' AND (COALESCE(d.locked, FALSE) OR NOT EXISTS ("
            "SELECT FROM purchase_order_line line WHERE line.order_id = d.id AND line.display_type IS NULL"
            " AND line.product_qty > COALESCE(line.qty_received, 0)))")
        sources = [
            ActivitySource(
                'sale.order', SQL("d.state = 'sale'"), SQL("d.date_order"),
                SQL("(d.state IN ('draft', 'sent') OR d.state = 'sale' AND d.invoice_status IN ('to invoice', 'no'))"
                    " AND (%s) IS NOT TRUE", finished_sale),
                is_datetime=True),
            ActivitySource(
                'purchase.order', SQL("d.state = 'purchase'"), SQL("COALESCE(d.date_approve, d.date_order)"),
                SQL("(d.state IN ('draft', 'sent', 'to approve')"
                    " OR d.state = 'purchase' AND d.invoice_status IN ('to invoice', 'no'))"
                    " AND (%s) IS NOT TRUE", finished_purchase),
                is_datetime=True),
            ActivitySource(
                'account.move', SQL("d.state = 'posted' AND d.move_type <> 'entry'"),
                SQL("COALESCE(d.invoice_date, d.date)"), SQL("d.state = 'draft'")),
            ActivitySource(
                'account.payment', SQL("d.state IN ('in_process', 'paid')"), SQL("d.date"), SQL("d.state = 'draft'")),
            ActivitySource(
                'pos.order', SQL("d.state IN ('paid', 'done', 'invoiced')"), SQL("d.date_order"),
                SQL("d.state = 'draft'"), is_datetime=True),
            ActivitySource('stock.picking', SQL("FALSE"), None, SQL("d.state NOT IN ('done', 'cancel')")),
            ActivitySource(
                'crm.lead', SQL("FALSE"), None,
                SQL("d.active AND d.type = 'opportunity' AND d.won_status = 'pending'")),
        ]
        return [source for source in sources if source.model in self.env]

    @api.model
    def _get_last_transaction_sql(self, members=None):
        """Return SQL with the columns `customer_id` and `date`, one row for each customer that ever traded.

        All companies count, and no access rule: a customer is in use or not.

        :param SQL members: subselect of the ids of partners whose documents are looked at; all if None
        """
        parts = []
        for source in self._get_activity_sources():
            if not source.date:
                continue
            Document = self.env[source.model]
            Document.flush_model()
            date = SQL("MAX(%s)", source.date)
            if source.is_datetime:
                # A day is the user's: an order at 01:00 in Bangkok is the evening before in UTC.
                date = SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", date, self.env.tz.zone)
            partner = SQL.identifier('d', source.partner)
            parts.append(SQL(
                "SELECT %(partner)s AS partner_id, %(date)s AS date FROM %(table)s d"
                " WHERE %(partner)s IS NOT NULL AND %(done)s%(members)s GROUP BY %(partner)s",
                partner=partner, date=date, table=SQL.identifier(Document._table), done=source.done,
                members=SQL(" AND %s IN %s", partner, members) if members else SQL(),
            ))
        self.flush_model(['commercial_partner_id'])
        return SQL(
            "SELECT partner.commercial_partner_id AS customer_id, MAX(part.date) AS date FROM (%s) part"
            " JOIN res_partner partner ON partner.id = part.partner_id GROUP BY partner.commercial_partner_id",
            SQL(" UNION ALL ").join(parts),
        )

    @api.depends_context('tz')
    @api.depends('commercial_partner_id')
    def _compute_last_transaction_date(self):
        customer_ids = self.commercial_partner_id.ids
        dates = dict(self.env.execute_query(self._get_last_transaction_sql(SQL(
            "(SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))", customer_ids,
        )))) if customer_ids else {}
        for date, partners in self._group_by_value(
                lambda partner: dates.get(partner.commercial_partner_id._origin.id, False)).items():
            partners.last_transaction_date = date

    def _search_last_transaction_date(self, operator, value):
        if operator == 'in':
            days = [fields.Date.to_date(day) for day in value if day]
            return Domain.custom(to_sql=lambda model, alias, query: SQL(
                "(%(date)s = ANY(%(days)s::date[])%(never)s)",
                date=(date := model._join_field('last_transaction_date', alias, query)), days=days,
                never=SQL() if all(value) else SQL(" OR %s IS NULL", date),
            ))
        if operator in ('<', '<=', '>', '>='):
            if isinstance(value, str):
                value = parse_date(value, self.env)
            return Domain.custom(to_sql=lambda model, alias, query: SQL(
                "%s %s %s", model._join_field('last_transaction_date', alias, query), SQL(operator),
                fields.Date.to_date(value),
            ))
        return NotImplemented

    @api.model
    def _join_field(self, name, alias, query):
        if name != 'last_transaction_date':
            return super()._join_field(name, alias, query)
        joined = query.make_alias(alias, 'last_transaction')
        if joined not in query._joins:
            query.add_join('LEFT JOIN', joined, SQL("(%s)", self._get_last_transaction_sql()), SQL(
                "%s = %s", SQL.identifier(joined, 'customer_id'), SQL.identifier(alias, 'commercial_partner_id'),
            ))
        return SQL.identifier(joined, 'date')
