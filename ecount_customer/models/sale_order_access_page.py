"""The list of a rep's own orders, read from `ecount.order.portfolio`."""

from odoo import api, models
from odoo.tools import SQL

from .res_users import own_customers_condition

# Conditions on these alone are tested in the narrow table.
NARROW_FIELDS = ('id', 'partner_id', 'company_id', 'date_order')
NARROW_OPERATORS = ('in', 'not in', '<', '>', '<=', '>=')


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'ecount.own.page.mixin']

    _own_page_order = 'date_order desc, id desc'
    _own_customer = 'partner_id'

    @api.model
    def _get_own_rule(self):
        return own_customers_condition('partner_id')

    @api.model
    def _get_own_source(self, query, domain):
        if self._is_narrow(domain):
            return SQL("ecount_order_portfolio %s", SQL.identifier(self._table)), self._table
        return SQL(
            "%s JOIN ecount_order_portfolio ecount_own ON ecount_own.id = %s",
            query.from_clause, SQL.identifier(self._table, 'id')), 'ecount_own'

    @api.model
    def _is_narrow(self, domain):
        """Whether a domain is about columns that the table of portfolios has, too, and nothing else."""
        if domain.is_true() or domain.is_false():
            return True
        if hasattr(domain, 'children'):
            return all(map(self._is_narrow, domain.children))
        return getattr(domain, 'field_expr', None) in NARROW_FIELDS and domain.operator in NARROW_OPERATORS

    @api.model
    def _get_own_conditions(self, alias):
        return [self.env['ecount.order.portfolio']._get_certain_sql(alias, SQL("SELECT portfolio_id FROM ecount_mine"))]

    @api.model
    def _get_own_page_check(self):
        # Whatever the table says: the customer itself is looked at.
        return SQL(
            """
            JOIN sale_order shown ON shown.id = found.id
            JOIN res_partner live ON live.id = shown.partner_id AND (
                 live.portfolio_id = ANY(ARRAY(SELECT portfolio_id FROM ecount_mine))
                 OR live.id = ANY(ARRAY(SELECT partner_id FROM ecount_always)))
            """, to_flush=[self._fields[name] for name in ('partner_id', 'company_id', 'date_order')])
