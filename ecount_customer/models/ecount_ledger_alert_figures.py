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
        columns = [SQL.identifier('figure', name) for name in COLUMNS[self.measure]]
        value = self._round_sql(SQL("COALESCE(%s, 0)", columns[0]))
        with_zero = self.measure != 'over_limit' and self._meets_condition(0)
        direction = SQL("ASC") if self.operator in ('<', '<=') else SQL("DESC")
        return self.env.execute_query(SQL(
            """
            SELECT customer.id, customer.portfolio_id, %(columns)s
              FROM res_partner customer
              %(join)s (%(figures)s) figure ON figure.customer_id = customer.id
             WHERE %(condition)s AND %(customers)s
             ORDER BY %(value)s %(direction)s, customer.id
            """,
            columns=SQL(", ").join(columns), join=SQL("LEFT JOIN") if with_zero else SQL("JOIN"),
            figures=getattr(self, f'_get_{self.measure}_sql')(today, first, last),
            condition=self._get_condition_sql(value), customers=self._get_customers_sql(with_zero),
            value=value, direction=direction,
        ))

    def _meets_condition(self, value):
        """Whether a value, in the unit of what is watched, meets the condition."""
        limit = self._get_threshold()
        return {'>': value > limit, '>=': value >= limit, '<': value < limit, '<=': value <= limit}[self.operator]

    def _get_threshold(self):
        return self.days if self.measure == 'overdue_days' else self.currency_id.round(self.amount)

    def _round_sql(self, value):
        return SQL("ROUND(%s, %s)", value, 0 if self.measure == 'overdue_days' else self.currency_id.decimal_places)

    def _get_condition_sql(self, value):
        # As text: a float would be compared as one.
        return SQL("%s %s %s::numeric", value, OPERATORS[self.operator], repr(self._get_threshold()))

    def _get_customers_sql(self, with_zero):
        """Return the condition on `customer`: of the company and the groups; without figures, a real customer."""
        company_ids = [*self.company_id.sudo().parent_ids.ids, *self._get_company_ids()]
        conditions = [SQL("(customer.company_id IS NULL OR customer.company_id = ANY(%s))", company_ids)]
        if self.group_ids:
            groups = self.env['ecount.customer.group'].sudo().with_context(active_test=False).search(
                [('id', 'child_of', self.group_ids.ids)])
            conditions.append(SQL(
                "customer.id IN (SELECT member.partner_id FROM ecount_customer_group_partner_rel member"
                " WHERE member.group_id = ANY(%s))", groups.ids))
        if with_zero:
            conditions.append(SQL(
                "(figure.customer_id IS NOT NULL OR customer.active AND customer.partner_share"
                " AND customer.commercial_partner_id = customer.id"
                " AND customer.id NOT IN (SELECT partner_id FROM res_company))"))
        return SQL(" AND ").join(conditions)

    def _get_company_ids(self):
        """Return the ids of the company and its branches, whose ledgers are one."""
        return self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)]).ids

    # === FIGURES: each a statement of customer_id and the columns of its kind === #

    def _get_sales_sql(self, _today, first, last):
        """Return what the ledger counts as sales: invoices less credit notes."""
        return SQL(
            """
            SELECT partner.commercial_partner_id AS customer_id, SUM(line.balance) AS sales
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE move.move_type = ANY(%(sale_types)s) AND %(lines)s
             GROUP BY partner.commercial_partner_id
            """,
            sale_types=self.env['account.move'].get_sale_types(include_receipts=True),
            lines=self._get_lines_sql(first, last),
        )

    def _get_receipts_sql(self, _today, first, last):
        """Return what the ledger counts as receipts, payments in process without an entry too."""
        return SQL(
            """
            SELECT entry.customer_id, SUM(entry.credit - entry.debit) AS receipts
              FROM (SELECT partner.commercial_partner_id AS customer_id, line.move_id, NULL::int AS payment_id,
                           SUM(line.debit) AS debit, SUM(line.credit) AS credit
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE %(lines)s
                     GROUP BY partner.commercial_partner_id, line.move_id
                     UNION ALL
                    SELECT partner.commercial_partner_id, NULL, payment.id,
                           GREATEST(-payment.amount_company_currency_signed, 0),
                           GREATEST(payment.amount_company_currency_signed, 0)
                      FROM account_payment payment JOIN res_partner partner ON partner.id = payment.partner_id
                     WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                       AND payment.partner_type = 'customer' AND payment.company_id = ANY(%(companies)s)
                       AND payment.date BETWEEN %(first)s AND %(last)s
                   ) entry
              LEFT JOIN account_move move ON move.id = entry.move_id
              LEFT JOIN account_payment payment ON payment.id = COALESCE(entry.payment_id, move.origin_payment_id)
              LEFT JOIN account_journal journal ON journal.id = COALESCE(move.journal_id, payment.journal_id)
             WHERE %(kind)s = 'receipt'
             GROUP BY entry.customer_id
            """,
            lines=self._get_lines_sql(first, last), companies=self._get_company_ids(), first=first, last=last,
            kind=self.env['res.partner']._get_ledger_kind_sql(),
        )

    def _get_lines_sql(self, first, last):
        """Return the condition on `line`: posted receivables of a period."""
        return SQL(
            "line.parent_state = 'posted' AND line.date BETWEEN %s AND %s AND line.company_id = ANY(%s)"
            " AND line.account_id = ANY(ARRAY(SELECT id FROM account_account WHERE account_type = 'asset_receivable'))",
            first, last, self._get_company_ids(),
        )

    def _get_balance_sql(self, today, _first, _last):
        """Return the receivable with what is overdue of it: the closing balance of the ledger."""
        # Whose items are looked at one by one for the oldest of them: those who will be found.
        owing = {
            'balance': self._get_condition_sql(self._round_sql(SQL("total.balance"))),
            'overdue_amount': self._get_condition_sql(self._round_sql(SQL("total.overdue"))),
            'overdue_days': SQL("total.overdue > 0"),
        }[self.measure]
        return SQL(
            """
            WITH %(balances)s
            SELECT total.customer_id, total.balance, total.overdue, due.due_date,
                   GREATEST(%(today)s::date - due.due_date, 0) AS days
              FROM total LEFT JOIN due ON due.customer_id = total.customer_id
            """,
            balances=self.env['res.partner']._get_open_balances_sql(self._get_company_ids(), today, owing=owing),
            today=today,
        )

    _get_overdue_amount_sql = _get_overdue_days_sql = _get_balance_sql

    def _get_over_limit_sql(self, _today, _first, _last):
        """Return the credit used by those who have a limit, own or inherited, and have passed it."""
        return SQL(
            """
            SELECT used.customer_id, used.exposure - used.credit_limit AS excess, used.exposure,
                   used.credit_limit
              FROM (SELECT credit.customer_id, credit.receivable + credit.ordered + credit.uncleared AS exposure,
                           %(limit)s AS credit_limit
                      FROM (%(credit)s) credit JOIN res_partner customer ON customer.id = credit.customer_id
                     WHERE credit.receivable + credit.ordered + credit.uncleared > 0
                   ) used
             WHERE %(excess)s > 0
            """,
            limit=self._get_limit_sql(), credit=self.env['res.partner']._get_credit_sql(self.company_id),
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
