"""Which customers meet the condition of an alert: one statement, whatever their number."""

import json

from odoo import models
from odoo.tools import SQL

# The figures of each kind of alert in the order of its columns; the first is the one that is compared.
COLUMNS = {
    'sales': ('sales',),
    'receipts': ('receipts',),
    'balance': ('balance', 'overdue', 'due_date', 'days'),
    'overdue_amount': ('overdue', 'balance', 'due_date', 'days'),
    'overdue_days': ('days', 'due_date', 'overdue', 'balance'),
    'over_limit': ('excess', 'exposure', 'credit_limit'),
}
MAX_LOOKED_UP = 10_000  # customers whose items are fetched by their ids; those of more, all at once
BALANCE_MEASURES = ('balance', 'overdue_amount', 'overdue_days')
OPERATORS = {'>': SQL(">"), '>=': SQL(">="), '<': SQL("<"), '<=': SQL("<=")}


class EcountLedgerAlert(models.Model):
    _inherit = 'ecount.ledger.alert'

    def _get_rows(self, moment):
        """Return who meets the condition, in the order of the message.

        Figures are elevated, as those of the desk; who may see which customer is decided for each recipient. A
        customer that is put away counts while its ledger says something.

        :param datetime moment: the period and what is overdue are seen from there
        :return: tuples of customer id, portfolio id and the figures of `COLUMNS`
        :rtype: list[tuple]
        """
        self.ensure_one()
        self.env.flush_all()
        today, first, last = self._get_days(moment)
        figures = getattr(self, f'_get_{self.measure}_sql')(today, first, last)
        # Nothing owed or sold is less than the amount too, but nobody without a limit is over it.
        with_zero = self.measure != 'over_limit' and self._meets_condition(0)
        found = self._find_all(figures) if with_zero else self._find_some(figures)
        if self.measure in BALANCE_MEASURES:
            found = self._get_balances(found, today)
        found.sort(key=lambda row: row[0])
        found.sort(key=lambda row: row[2] or 0, reverse=self.operator in ('>', '>='))
        return found

    def _find_some(self, figures):
        """Return customers with figures that meet the condition, which are few beside all.

        First the figures alone, so that nothing else is read of those who do not meet it.
        """
        # Not in parallel: the planner knows nothing of customers that contacts stand for, expects few, and each worker
        # would sort and write on disk what it has added up of nearly all.
        self.env.cr.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        found = {customer_id: row for customer_id, *row in self.env.execute_query(SQL(
            "SELECT * FROM (%s) figure WHERE %s", figures, self._get_condition_sql(SQL("figure.value"))))}
        self.env.cr.execute("SET LOCAL max_parallel_workers_per_gather TO DEFAULT")
        customers = self.env.execute_query(SQL(
            "SELECT customer.id, customer.portfolio_id FROM res_partner customer WHERE customer.id = ANY(%s) AND %s",
            list(found), self._get_customers_sql()))
        return [(customer_id, portfolio_id, *found[customer_id]) for customer_id, portfolio_id in customers]

    def _find_all(self, figures):
        """Return customers that meet the condition, those without any figures too."""
        return self.env.execute_query(SQL(
            """
            SELECT customer.id, customer.portfolio_id, figure.value
              FROM res_partner customer LEFT JOIN (%(figures)s) figure ON figure.customer_id = customer.id
             WHERE %(condition)s AND %(customers)s
               AND (figure.customer_id IS NOT NULL OR customer.active AND customer.partner_share
                    AND customer.commercial_partner_id = customer.id
                    AND customer.id NOT IN (SELECT partner_id FROM res_company))
            """,
            figures=figures, condition=self._get_condition_sql(SQL("COALESCE(figure.value, 0)")),
            customers=self._get_customers_sql(),
        ))

    def _get_balances(self, found, today):
        """Return the rows of these customers with balance, overdue amount and oldest due date in the order of COLUMNS.

        :param list found: tuples that begin with customer id and portfolio id
        """
        if not found:
            return []
        customer = SQL("partner.commercial_partner_id")
        few = len(found) <= MAX_LOOKED_UP
        chosen = SQL("%s = ANY(%s)", customer, [row[0] for row in found]) if few else self._get_members_sql(customer)
        balances = {customer_id: {'balance': balance, 'overdue': overdue, 'due_date': due_date, 'days': days}
                    for customer_id, balance, overdue, due_date, days in self.env.execute_query(SQL(
            """
            WITH %(balances)s
            SELECT total.customer_id, total.balance, total.overdue, due.due_date,
                   GREATEST(%(today)s::date - due.due_date, 0) AS days
              FROM total LEFT JOIN due ON due.customer_id = total.customer_id
            """,
            balances=self.env['res.partner']._get_open_balances_sql(self._get_company_ids(), today, chosen),
            today=today))}
        nothing = dict.fromkeys(COLUMNS[self.measure])
        rows = [(row[0], row[1], *(balances.get(row[0], nothing)[name] for name in COLUMNS[self.measure]))
                for row in found]
        if self.measure == 'overdue_days':  # the figures tell who may be late enough
            rows = [row for row in rows if self._meets_condition(row[2] or 0)]
        return rows

    def _meets_condition(self, value):
        """Whether a value, in the unit of what is watched, meets the condition."""
        limit = self._get_threshold()
        return {'>': value > limit, '>=': value >= limit, '<': value < limit, '<=': value <= limit}[self.operator]

    def _get_threshold(self):
        return self.days if self.measure == 'overdue_days' else self.currency_id.round(self.amount)

    def _round_sql(self, value):
        return SQL("ROUND(%s, %s)", value, 0 if self.measure == 'overdue_days' else self.currency_id.decimal_places)

    def _get_condition_sql(self, value):
        if self.measure == 'overdue_days':
            return SQL("TRUE")
        # As text: a float would be compared as one.
        return SQL("%s %s %s::numeric", self._round_sql(value), OPERATORS[self.operator], repr(self._get_threshold()))

    def _get_customers_sql(self):
        """Return the condition on `customer`: of the company and of the groups."""
        company_ids = [*self.company_id.sudo().parent_ids.ids, *self._get_company_ids()]
        conditions = [SQL("(customer.company_id IS NULL OR customer.company_id = ANY(%s))", company_ids)]
        if self.group_ids:
            conditions.append(self._get_members_sql(SQL("customer.id")))
        return SQL(" AND ").join(conditions)

    def _get_members_sql(self, customer):
        """Return the condition that a customer is in the groups, or None where all count.

        :param SQL customer: id of the customer
        """
        if not self.group_ids:
            return None
        groups = self.env['ecount.customer.group'].sudo().with_context(active_test=False).search(
            [('id', 'child_of', self.group_ids.ids)])
        return SQL(
            "%s IN (SELECT member.partner_id FROM ecount_customer_group_partner_rel member"
            " WHERE member.group_id = ANY(%s))", customer, groups.ids)

    def _get_company_ids(self):
        """Return the ids of the company and its branches, whose ledgers are one."""
        return self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)]).ids

    # === FIGURES: each a statement of customer_id and value, and the other columns of its kind but for balances === #

    def _get_join_sql(self, partner):
        """Return the join from the partner of an entry to its customer, and the customer's id; see `res.partner`."""
        return self.env['res.partner']._get_customer_join_sql(
            partner, self._get_members_sql(SQL("partner.commercial_partner_id")))

    def _get_sales_sql(self, _today, first, last):
        """Return what the ledger counts as sales: invoices less credit notes."""
        join, customer = self._get_join_sql(SQL("line.partner_id"))
        return SQL(
            """
            SELECT %(customer)s AS customer_id, SUM(line.balance) AS value
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              %(join)s
             WHERE move.move_type = ANY(%(sale_types)s) AND %(lines)s
             GROUP BY 1
            """,
            sale_types=self.env['account.move'].get_sale_types(include_receipts=True),
            join=join, customer=customer, lines=self._get_lines_sql(first, last),
        )

    def _get_receipts_sql(self, _today, first, last):
        """Return what the ledger counts as receipts, payments in process without an entry too."""
        line_join, line_customer = self._get_join_sql(SQL("line.partner_id"))
        payment_join, payment_customer = self._get_join_sql(SQL("payment.partner_id"))
        return SQL(
            """
            SELECT entry.customer_id, SUM(entry.credit - entry.debit) AS value
              FROM (SELECT %(line_customer)s AS customer_id, move.move_type, payment.payment_type,
                           journal.type AS journal_type, SUM(line.debit) AS debit, SUM(line.credit) AS credit
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id
                      JOIN account_journal journal ON journal.id = move.journal_id
                 LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
                      %(line_join)s
                     -- the rest is no receipt, whatever its amounts
                     WHERE move.move_type = 'entry' AND %(lines)s AND (payment.payment_type = 'inbound'
                           OR payment.payment_type IS NULL AND journal.type IN ('bank', 'cash', 'credit'))
                     GROUP BY 1, line.move_id, 2, 3, 4
                     UNION ALL
                    SELECT %(payment_customer)s, NULL, payment.payment_type, NULL,
                           GREATEST(-payment.amount_company_currency_signed, 0),
                           GREATEST(payment.amount_company_currency_signed, 0)
                      FROM account_payment payment %(payment_join)s
                     WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                       AND payment.partner_type = 'customer' AND payment.company_id = ANY(%(companies)s)
                       AND payment.date BETWEEN %(first)s AND %(last)s AND payment.partner_id IS NOT NULL
                   ) entry
              CROSS JOIN LATERAL (SELECT entry.move_type) move
              CROSS JOIN LATERAL (SELECT entry.payment_type) payment
              CROSS JOIN LATERAL (SELECT entry.journal_type AS type) journal
             WHERE %(kind)s = 'receipt'
             GROUP BY entry.customer_id
            """,
            lines=self._get_lines_sql(first, last), companies=self._get_company_ids(), first=first, last=last,
            line_join=line_join, line_customer=line_customer, payment_join=payment_join,
            payment_customer=payment_customer, kind=self.env['res.partner']._get_ledger_kind_sql(),
        )

    def _get_lines_sql(self, first, last):
        """Return the condition on `line`: posted receivables of a period that belong to somebody."""
        return SQL(
            "line.parent_state = 'posted' AND line.date BETWEEN %s AND %s AND line.company_id = ANY(%s)"
            " AND line.account_id = ANY(%s) AND line.partner_id IS NOT NULL",
            first, last, self._get_company_ids(), self.env['res.partner']._get_receivable_account_ids(),
        )

    def _get_balance_sql(self, _today, _first, _last):
        """Return the receivable: the closing balance of the ledger."""
        return self._sum_open_items(SQL("SUM(amount)"))

    def _get_overdue_amount_sql(self, today, _first, _last):
        """Return what fell due before today; credits settle the oldest first, so they take it before anything else."""
        return self._sum_open_items(SQL(
            "GREATEST(COALESCE(SUM(amount) FILTER (WHERE amount < 0 OR due_date < %s), 0), 0)", today))

    def _get_overdue_days_sql(self, today, _first, _last):
        """Return who may have been late for so many days: their credits do not settle all that was due until then."""
        if self.operator not in ('>', '>='):
            return self._sum_open_items(SQL("0"))
        late = SQL("%s::date - %s", today, self.days if self.operator == '>' else max(self.days - 1, 0))
        return SQL("%s HAVING SUM(amount) FILTER (WHERE amount < 0 OR due_date < %s) > 0",
                   self._sum_open_items(SQL("0")), late)

    def _sum_open_items(self, value):
        """Return the statement of a sum of each customer's open items, which have `amount` and `due_date`."""
        items = self.env['res.partner']._get_open_items_sql(
            self._get_company_ids(), self._get_members_sql(SQL("partner.commercial_partner_id")))
        return SQL("SELECT customer_id, %s AS value FROM (%s) item GROUP BY customer_id", value, items)

    def _get_over_limit_sql(self, _today, _first, _last):
        """Return the credit used by those who have a limit, own or inherited, and have passed it."""
        # A limit is 0 at least: whoever is over it by so much uses so much. Nobody else's terms are looked up.
        at_least = self._get_threshold() if self.operator in ('>', '>=') else 0.0
        return SQL(
            """
            SELECT used.customer_id, used.exposure - used.credit_limit AS value, used.exposure, used.credit_limit
              FROM (SELECT credit.customer_id, credit.exposure, %(limit)s AS credit_limit
                      FROM (%(credit)s) credit JOIN res_partner customer ON customer.id = credit.customer_id) used
             WHERE %(excess)s > 0
            """,
            limit=self._get_limit_sql(),
            credit=self.env['res.partner']._get_credit_totals_sql(self.company_id, at_least),
            excess=self._round_sql(SQL("used.exposure - used.credit_limit")),
        )

    def _get_limit_sql(self):
        """Return the credit limit of `customer`; null where there is none, 0 where its credit is stopped."""
        Partner = self.env['res.partner'].sudo().with_company(self.company_id)

        def column(name):
            return Partner._field_to_sql('customer', name)

        return SQL(
            "CASE WHEN %(policy)s = 'stop' THEN 0 ELSE NULLIF(%(limit)s, 0) END::numeric",
            policy=self._get_term_sql('credit_policy', SQL("NULLIF(%s, 'inherit')", column('credit_policy')), 'text'),
            limit=self._get_term_sql('credit_limit', SQL(
                "CASE WHEN %s THEN COALESCE(%s, 0) END",
                column('has_own_credit_limit'), column('credit_limit')), 'numeric'),
        )

    def _get_term_sql(self, name, own, sql_type):
        """Return an inherited term of `customer`, found as by `res.partner._get_term`: own, its groups', the company's.

        :param SQL own: its own value, null where it has none
        :param str sql_type: of the value
        """
        terms = self._get_group_terms(name)
        sql_type = SQL(sql_type)
        nearest = SQL(
            """(SELECT term.value FROM ecount_customer_group_partner_rel member
                  JOIN jsonb_to_recordset(%(terms)s::jsonb) AS term(group_id int, value %(type)s, level int, rank int)
                    ON term.group_id = member.group_id
                 WHERE member.partner_id = customer.id ORDER BY term.level DESC, term.rank LIMIT 1)""",
            terms=json.dumps(terms), type=sql_type) if terms else SQL("NULL")
        default = self.company_id.sudo()._get_own_term(name)
        return SQL("COALESCE((%s)::%s, %s, %s::%s)", own, sql_type, nearest, default, sql_type)

    def _get_group_terms(self, name):
        """Return what each group gives its customers: the value of the nearest group above, or of its own.

        :return: dicts of `group_id`, `value`, `level` (the deeper goes first), `rank` (of the root, for ties)
        """
        groups = self.env['ecount.customer.group'].sudo().with_company(self.company_id).search(
            [('active', '=', True)])
        companies = self.company_id.sudo().parent_ids
        values = {
            group.id: (value, group.level) for group in groups
            if (not group.company_id or group.company_id in companies)
            and (value := group._get_own_term(name)) is not None}
        ranks = {root: rank for rank, root in enumerate(
            groups.root_id.sorted(lambda root: (root.sequence, root.id)))}
        terms = []
        for group in groups if values else ():
            path = reversed(group.parent_path.split('/')[:-1])
            if found := next((values[int(id_)] for id_ in path if int(id_) in values), None):
                terms.append({
                    'group_id': group.id, 'value': found[0], 'level': found[1], 'rank': ranks[group.root_id]})
        return terms
