"""A page of one's own in the order of the list, without looking at all that a rep may see."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, Query


class OwnPageMixin(models.AbstractModel):
    """For models of which reps see a part, by the portfolios of customers.

    The first rows of each of the user's portfolios are read from an index that leads with the portfolio and goes on
    with the order of the list, and merged; counts are made in such an index. Without limit, and in another order, the
    search goes the native way, by the record rule.
    """

    _name = 'ecount.own.page.mixin'
    _description = "Pages of Own Customers"

    # The order of the list, as its index has it; fields of the model itself.
    _own_page_order = 'id desc'
    # The column with the customer.
    _own_customer = 'id'

    # === WHAT A MODEL SAYS === #

    @api.model
    def _get_own_rule(self):
        """Return the record rule for own customers as it stands among the rules of the model; the page replaces it."""
        return Domain.FALSE

    @api.model
    def _get_own_source(self, query, domain):
        """Return where the rows are read from.

        :param Query query: what is searched, without the rule for own customers
        :param Domain domain: the same, with basic optimizations
        :return: the FROM clause, and the alias in it that has `portfolio_id`, the customer and the columns of the order
        :rtype: tuple[SQL, str]
        """
        return query.from_clause, self._table

    @api.model
    def _get_own_conditions(self, alias):
        """Return what the rows of a portfolio have to meet besides; see `_get_mine_sql` for whose they are."""
        return []

    @api.model
    def _get_own_page_check(self):
        """Return what the rows `found` of the page, which are few, are joined with to be looked at again."""
        return SQL()

    # === SEARCH === #

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        if (
            limit and not bypass_access and self._sees_own_page()
            and " ".join((order or '').lower().split()) == self._own_page_order
        ):
            query, source = self._search_without_own_rule(domain, active_test)
            if query is not None:
                return query if query.is_empty() else self._get_page_query(query, source, int(offset or 0), int(limit))
        return super()._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)

    @api.model
    @api.readonly
    def search_count(self, domain, limit=None):
        if self._sees_own_page():
            query, source = self._search_without_own_rule(domain)
            if query is not None:
                return 0 if query.is_empty() else self._count_own(query, source, limit)
        return super().search_count(domain, limit)

    @api.model
    def _sees_own_page(self):
        return not self.env.su and self.env.user._sees_own_customers_only()

    @api.model
    def _search_without_own_rule(self, domain, active_test=True):
        """Search as natively, with all rules but ours; the caller adds what takes its place.

        :return: the query and its source, see `_get_own_source`; None when the rule is not among them
        """
        self.browse().check_access('read')
        rules, own = self.env['ir.rule']._compute_domain(self._name, 'read'), self._get_own_rule()
        parts = rules.children if getattr(rules, 'OPERATOR', None) == '&' else [rules]
        if own not in parts:
            return None, None
        rules = Domain.AND(part for part in parts if part != own)
        domain = Domain(domain)
        query = super()._search(  # pylint: disable=super-method-mismatch; this model's own would ask for ours again
            domain, active_test=active_test, bypass_access=True)
        elevated = self.sudo().with_context(active_test=False)
        rules = rules.optimize_full(elevated)
        if rules.is_false():
            return self.browse()._as_query(), None
        if not query.is_empty() and not rules.is_true():
            query.add_where(rules._to_sql(elevated, self._table, query))
        return query, self._get_own_source(query, domain.optimize(self) & rules)

    @api.model
    def _search_some(self, domain, limit):
        """Search for `limit` records, whichever are found first, without reading first whom a rep may see.

        :rtype: Query
        """
        query, source = self._search_without_own_rule(domain) if self._sees_own_page() else (None, None)
        if query is None or query.is_empty():
            return self._search(domain, limit=limit) if query is None else query
        rows = self._split_by_portfolio(query, source, SQL.identifier(source[1], 'id'))
        some = Query(self.env, self._table, self._table_sql)
        some.add_where(SQL(
            "%s IN (WITH %s %s LIMIT %s)", SQL.identifier(self._table, 'id'), self._get_mine_sql(), rows, limit,
            to_flush=self.env['res.partner']._fields['portfolio_id']))
        return some

    # === SQL === #

    @api.model
    def _get_mine_sql(self):
        """Return the beginning of a WITH clause: the user's portfolios, and those whom everybody sees."""
        Partner = self.env['res.partner']
        # DISTINCT: else the planner keeps the rows of each portfolio, should it come again.
        return SQL(
            "ecount_mine AS MATERIALIZED (SELECT DISTINCT portfolio_id FROM (%s) mine),"
            " ecount_always (partner_id) AS MATERIALIZED (%s)",
            Partner._get_portfolios_sql(), Partner._get_always_visible_sql(),
        )

    @api.model
    def _split_by_portfolio(self, query, source, columns, tail=None):
        """Return the rows of `query` that the user sees: those of portfolios, and those of whom everybody sees.

        :param SQL columns: what is selected
        :param SQL tail: the end of each part, as ORDER BY and LIMIT
        """
        from_clause, alias = source
        portfolio, customer = SQL.identifier(alias, 'portfolio_id'), SQL.identifier(alias, self._own_customer)
        wanted = [query.where_clause] if query.where_clause else []
        of_portfolio = SQL(" AND ").join([
            SQL("%s = mine.portfolio_id", portfolio), *wanted, *self._get_own_conditions(alias)])
        always = SQL(" AND ").join([
            SQL("%s = ANY(ARRAY(SELECT partner_id FROM ecount_always))", customer),
            SQL("COALESCE(%s = ANY(ARRAY(SELECT portfolio_id FROM ecount_mine)), FALSE) IS FALSE", portfolio), *wanted])
        return SQL(
            "SELECT own.* FROM ecount_mine mine CROSS JOIN LATERAL (SELECT %(columns)s FROM %(source)s"
            " WHERE %(of_portfolio)s %(tail)s) own UNION ALL (SELECT %(columns)s FROM %(source)s"
            " WHERE %(always)s %(tail)s)",
            columns=columns, source=from_clause, of_portfolio=of_portfolio, always=always, tail=tail or SQL())

    @api.model
    def _get_page_query(self, query, source, offset, limit):
        """Return the query for one page of `query`: the first of each of the user's portfolios, merged."""
        alias, names = source[1], [part.split()[0] for part in self._own_page_order.split(',')]
        rows = self._split_by_portfolio(
            query, source, SQL(", ").join(SQL.identifier(alias, name) for name in {'id': True, **dict.fromkeys(names)}),
            SQL("ORDER BY %s LIMIT %s", self._order_to_sql(self._own_page_order, query, alias), offset + limit))
        page = Query(self.env, self._table, self._table_sql)
        page.add_where(SQL(
            "%s IN (WITH %s SELECT found.id FROM (SELECT * FROM (%s) rows ORDER BY %s LIMIT %s OFFSET %s) found %s)",
            SQL.identifier(self._table, 'id'), self._get_mine_sql(), rows,
            self._order_to_sql(self._own_page_order, query, 'rows'), limit, offset, self._get_own_page_check(),
            to_flush=self.env['res.partner']._fields['portfolio_id'],
        ))
        page.order = self._order_to_sql(self._own_page_order, page)
        return page

    @api.model
    def _count_own(self, query, source, limit):
        # Counted where they are found: a list of all their ids would be made, sorted and looked up again.
        rows = self._split_by_portfolio(query, source, SQL.identifier(source[1], 'id'))
        return self.env.execute_query(SQL(
            "WITH %s SELECT COUNT(*) FROM (%s LIMIT %s) found", self._get_mine_sql(), rows, limit or None,
            to_flush=self.env['res.partner']._fields['portfolio_id'],
        ))[0][0]
