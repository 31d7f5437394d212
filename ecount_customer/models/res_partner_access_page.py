"""A page of one's own customers in the order of the list, without sorting all of them."""

from collections.abc import Collection

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

LIST_ORDER = 'complete_name ASC, id DESC'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        partners, domain = self, Domain(domain)
        if not bypass_access and not self.env.su and self.env.user._sees_own_customers_only():
            if self._names_records(domain):
                # Read by their ids: no reason to look at all customers of the user.
                partners = self.with_context(ecount_few_partners=True)
            elif limit and order == LIST_ORDER:
                return self._search_own_page(domain, int(offset or 0), int(limit), active_test)
        return super(ResPartner, partners)._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)

    @api.model
    def _names_records(self, domain):
        conditions = list(domain.iter_conditions())
        return len(conditions) == 1 and conditions[0].field_expr == 'id' and conditions[0].operator == 'in' \
            and isinstance(conditions[0].value, Collection)

    @api.model
    @api.readonly
    def search_count(self, domain, limit=None):
        domain = Domain(domain)
        if self.env.su or not self.env.user._sees_own_customers_only() or self._names_records(domain):
            return super().search_count(domain, limit)
        query = self._search_without_own_rule(domain)
        if query.is_empty():
            return 0
        query.limit = limit
        identifier, portfolio = SQL.identifier(self._table, 'id'), SQL.identifier(self._table, 'portfolio_id')
        # Counted where they are found: a list of all their ids would be made, sorted and looked up again.
        of_portfolio, always = self._split_by_portfolio(query, SQL(
            "%s IN (%s) AND COALESCE(%s = ANY(ARRAY(%s)), FALSE) IS FALSE",
            identifier, self._get_always_visible_sql(), portfolio, self._get_portfolios_sql()))
        return self.env.execute_query(SQL(
            "SELECT COUNT(*) FROM (SELECT own.id FROM (%s) mine CROSS JOIN LATERAL (%s) own"
            " UNION ALL (%s) LIMIT %s) found",
            self._get_portfolios_sql(), of_portfolio, always, limit or None, to_flush=self._fields['portfolio_id'],
        ))[0][0]

    @api.model
    def _search_own_page(self, domain, offset, limit, active_test):
        """Search as natively, with the rules but ours, which is in the page."""
        query = self._search_without_own_rule(domain, LIST_ORDER, active_test)
        return self.browse()._as_query() if query.is_empty() else self._get_page_query(query, offset, limit)

    @api.model
    def _search_without_own_rule(self, domain, order=None, active_test=True):
        """Search as natively, with all rules but ours; the caller adds what takes its place."""
        self.browse().check_access('read')
        query = super()._search(domain, order=order, active_test=active_test, bypass_access=True)
        rules = Domain(self.env['ir.rule']._compute_domain(self._name, 'read')).map_conditions(
            lambda condition: Domain.TRUE if condition.field_expr == 'is_visible_customer' else condition)
        elevated = self.sudo().with_context(active_test=False)
        rules = rules.optimize_full(elevated)
        if rules.is_false():
            return self.browse()._as_query()
        if not rules.is_true():
            query.add_where(rules._to_sql(elevated, self._table, query))
        return query

    @api.model
    def _split_by_portfolio(self, query, always_visible):
        """Return the parts of `query`: the customers of one portfolio `mine`, and those whom everybody sees.

        :param Query query: what is searched, without our rule
        :param SQL always_visible: the condition of the second part
        """
        identifier, clauses = SQL.identifier(self._table, 'id'), query._where_clauses
        query._where_clauses = [*clauses, SQL(
            "%s = mine.portfolio_id", SQL.identifier(self._table, 'portfolio_id'))]
        of_portfolio = query.select(identifier)
        query._where_clauses = [*clauses, always_visible]
        return of_portfolio, query.select(identifier)

    @api.model
    def _get_page_query(self, query, offset, limit):
        """Return the query for one page of `query`: the first of each of the user's portfolios, merged.

        :param Query query: what is searched, in the order of the list, without our rule
        """
        identifier = SQL.identifier(self._table, 'id')
        query.limit = offset + limit
        of_portfolio, always = self._split_by_portfolio(
            query, SQL("%s IN (%s)", identifier, self._get_always_visible_sql()))
        page = Query(self.env, self._table, self._table_sql)
        page.add_where(SQL(
            "%s IN (SELECT page.id FROM (%s) mine CROSS JOIN LATERAL (%s) page UNION ALL (%s))",
            identifier, self._get_portfolios_sql(), of_portfolio, always, to_flush=self._fields['portfolio_id'],
        ))
        page.order = self._order_to_sql(LIST_ORDER, page)
        page.limit, page.offset = limit, offset
        return page
