"""The statement behind the credit figures, and its copy as a function of the database."""

from odoo import api, fields, models
from odoo.tools import SQL

# What the statement is told, in the order of the function's arguments.
ARGUMENTS = {
    'customer_ids': 'int[]', 'root_id': 'int', 'currency_id': 'int', 'decimals': 'int', 'cent': 'numeric',
    'today': 'date', 'by_due_date': 'boolean',
}
FEW = 1_000  # customers, for whom every table is read by an index


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def init(self):
        super().init()
        if not self.env.context.get('update_custom_fields'):
            self._make_credit_function()

    @api.model
    def _make_credit_function(self):
        """Put the statement into the database, where each connection plans it once.

        It names so many tables that planning it takes several times as long as reading what one customer owes, and
        every order that is confirmed reads that.
        """
        self._drop_credit_function()
        arguments = {name: SQL(f"${number}") for number, name in enumerate(ARGUMENTS, 1)}
        self.env.cr.execute(SQL(
            """
            CREATE FUNCTION ecount_credit_figures(%s)
            RETURNS TABLE (customer_id int, receivable numeric, to_invoice numeric, uncleared numeric, days int,
                           oldest varchar, oldest_date date)
            LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
            AS $body$ #variable_conflict use_column
            BEGIN RETURN QUERY %s; END $body$
            """,
            SQL(", ".join(ARGUMENTS.values())), self._build_credit_sql(**arguments, few=True)))

    @api.model
    def _drop_credit_function(self):
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_credit_figures")

    def _read_credit(self, company, customer_ids, lock_pools=None):
        """Return customer, receivable, to invoice, uncleared, days, oldest document and its date of some customers.

        :param list customer_ids: of commercial partners
        :param ecount.customer.group lock_pools: see `_get_credit_figures`
        :rtype: list[tuple]
        """
        self._flush_credit()
        arguments = self._get_credit_arguments(company)
        if len(customer_ids) > FEW:
            query = self._build_credit_sql(SQL("%s", customer_ids), **arguments)
        else:
            # By name, as the terms: a database that was not upgraded must not mix them up.
            query = SQL(
                "SELECT customer_id, receivable, to_invoice, uncleared, days, oldest, oldest_date"
                " FROM ecount_credit_figures(%s, %s)", customer_ids, SQL(", ").join(arguments.values()))
        if lock_pools is None:
            return self.env.execute_query(query)
        return self.env['ecount.credit.lock']._lock_and_read(company, self.browse(customer_ids), lock_pools, query)

    @api.model
    def _get_credit_sql(self, company):
        """Return the statement of `_read_credit` for all customers."""
        return self._build_credit_sql(None, **self._get_credit_arguments(company))

    @api.model
    def _get_credit_arguments(self, company):
        """Return what the statement is told beside the customers.

        :rtype: dict[str, SQL]
        """
        company = company.sudo()
        currency = company.currency_id
        values = {
            'root_id': int(company.parent_path.split('/')[0]), 'currency_id': currency.id,
            'decimals': currency.decimal_places, 'cent': currency.rounding / 2,
            'today': self._get_credit_today(company),
            'by_due_date': company.ecount_age_basis == 'due_date',
        }
        return {name: SQL("%s", value) for name, value in values.items()}

    @api.model
    def _build_credit_sql(self, customer_ids, root_id, currency_id, decimals, cent, today, by_due_date, few=False):
        """Return the statement of `_read_credit`, see there and `ARGUMENTS`; of all customers where none are named."""
        # Each further mention of a table with many indexes costs a confirmation more than the reading of its rows.
        return SQL("""
            WITH debtor AS %(materialized)s (%(debtors)s),
            item AS (
                SELECT c.customer_id, l.id, l.move_name, l.amount_residual AS amount, %(age_date)s AS age_date
                  FROM debtor c
                  JOIN account_move_line l ON l.partner_id = c.id AND l.reconciled IS NOT TRUE
                   AND l.parent_state = 'posted' AND l.amount_residual <> 0
                   AND l.account_id = ANY(ARRAY(
                       SELECT id FROM account_account WHERE account_type = 'asset_receivable'))
                   AND l.company_id = ANY(c.branch_ids)
            ),
            converted AS MATERIALIZED (
                SELECT customer_id, is_ordered, ROUND(amount * %(rate)s, %(decimals)s) AS amount
                  FROM (%(ordered)s UNION ALL %(paid_online)s) x
            ),
            part AS (
                SELECT customer_id, id, move_name, age_date, amount AS receivable,
                       GREATEST(amount, 0) AS debit, GREATEST(-amount, 0) AS credit, 0 AS ordered, 0 AS uncleared
                  FROM item
                 UNION ALL
                SELECT customer_id, NULL, NULL, NULL, CASE WHEN is_ordered THEN 0 ELSE -amount END, 0,
                       CASE WHEN is_ordered THEN 0 ELSE amount END, CASE WHEN is_ordered THEN amount ELSE 0 END, 0
                  FROM converted
                 UNION ALL
                SELECT customer_id, NULL, NULL, NULL, -amount, 0, amount, 0, 0 FROM (%(in_process)s) in_process
                 UNION ALL
                SELECT customer_id, NULL, NULL, NULL, 0, 0, 0, 0, amount FROM (%(uncleared)s) uncleared
            ),
            aged AS (
                -- The oldest is where the running total of debts first passes what was received.
                SELECT *, SUM(debit) OVER (PARTITION BY customer_id ORDER BY age_date, id)
                          - SUM(credit) OVER (PARTITION BY customer_id) AS running
                  FROM part
            ),
            total AS (
                SELECT customer_id, SUM(receivable) AS receivable, SUM(ordered) AS ordered,
                       SUM(uncleared) AS uncleared, MIN(age_date) FILTER (WHERE %(oldest)s) AS oldest_date,
                       MIN(move_name) FILTER (WHERE %(oldest)s) AS oldest
                  FROM aged
              GROUP BY customer_id
            )
            SELECT customer_id, receivable, ordered, uncleared,
                   GREATEST(%(today)s::date - oldest_date, 0) AS days, oldest::varchar, oldest_date
              FROM total""",
            # Of a few customers, their contacts are looked up once; of all, each part joins them as it likes.
            materialized=SQL("MATERIALIZED") if customer_ids else SQL("NOT MATERIALIZED"),
            debtors=self._get_credit_debtor_sql(SQL(
                "ARRAY(SELECT id FROM res_company WHERE split_part(parent_path, '/', 1)::int = %s)",
                root_id), customer_ids),
            rate=self._get_credit_rate_sql(root_id, currency_id, today),
            decimals=decimals,
            # An entry that is no invoice may hold many old debts: each line tells by its own dates how old it is.
            age_date=SQL(
                "CASE WHEN %s THEN COALESCE(l.date_maturity, l.date)"
                " ELSE COALESCE(l.invoice_date, LEAST(l.date, l.date_maturity, l.ecount_document_date)) END",
                by_due_date),
            ordered=self._get_credit_ordered_sql(few),
            paid_online=self._get_credit_paid_online_sql(),
            in_process=self._get_credit_in_process_sql(),
            uncleared=self._get_credit_uncleared_sql(),
            oldest=SQL("debit > 0 AND running > %(cent)s AND running - debit <= %(cent)s", cent=cent),
            today=today,
        )

    @api.model
    def _get_credit_debtor_sql(self, branch_ids, customer_ids=None, condition=None):
        """Return the statement `debtor`: partners, the customer that each counts for, and where it is counted.

        :param SQL branch_ids: an array of companies
        :param SQL customer_ids: an array of commercial partners; all of them if None
        :param SQL condition: on `res_partner c`, beside it
        """
        return SQL(
            "SELECT c.id, c.commercial_partner_id AS customer_id, branch.ids AS branch_ids"
            " FROM res_partner c, (SELECT %s AS ids) branch WHERE %s AND %s",
            branch_ids,
            SQL("c.commercial_partner_id = ANY(%s)", customer_ids) if customer_ids else SQL("TRUE"),
            condition or SQL("TRUE"))

    @api.model
    def _get_credit_today(self, company):
        """Return the day for whoever looks; for programs, which have no time zone, the day of the company."""
        zone = self.env.context.get('tz') or self.env['res.users'].context_get().get('tz')  # cached
        return fields.Date.context_today(self.with_context(tz=zone or company._get_credit_zone() or 'UTC'))

    @api.model
    def _get_credit_ordered_sql(self, few):
        """What is ordered and not invoiced, by currency.

        As the three below it reads `debtor c`, see `_get_credit_debtor_sql`.

        :param bool few: whether the orders of each debtor are added up as they come from the index, company by
            company; those of all debtors are joined and hashed
        """
        if not few:
            return SQL("""
                SELECT c.customer_id, TRUE AS is_ordered, o.currency_id, SUM(o.credit_open_amount) AS amount
                  FROM debtor c
                  JOIN sale_order o ON o.partner_invoice_id = c.id AND o.state = 'sale' AND o.credit_open_amount > 0
                   AND o.company_id = ANY(c.branch_ids)
              GROUP BY c.customer_id, o.currency_id""")
        return SQL("""
            SELECT c.customer_id, TRUE AS is_ordered, ordered.currency_id, ordered.amount
              FROM debtor c
        CROSS JOIN unnest(c.branch_ids) branch(id)
        CROSS JOIN LATERAL (
                SELECT o.currency_id, SUM(o.credit_open_amount) AS amount
                  FROM sale_order o
                 WHERE o.partner_invoice_id = c.id AND o.company_id = branch.id AND o.state = 'sale'
                   AND o.credit_open_amount > 0
              GROUP BY o.currency_id) ordered""")

    @api.model
    def _get_credit_in_process_sql(self):
        """Payments that are not in the ledger yet: with some settings the bank statement makes their entry.
        """
        return SQL("""
            SELECT c.customer_id, p.amount_company_currency_signed AS amount
              FROM debtor c
              JOIN account_payment p ON p.partner_id = c.id AND p.partner_type = 'customer'
               AND p.state = 'in_process' AND p.move_id IS NULL AND p.company_id = ANY(c.branch_ids)""")

    @api.model
    def _get_credit_paid_online_sql(self):
        """What was received online and is no payment yet.

        A captured part of an online payment is a transaction, and soon a payment, of its own.
        """
        return SQL("""
            SELECT c.customer_id, FALSE AS is_ordered, x.currency_id,
                   x.amount - COALESCE((
                       SELECT SUM(child.amount) FROM payment_transaction child
                        WHERE child.source_transaction_id = x.id AND child.operation = x.operation
                          AND child.state IN ('done', 'cancel')), 0) AS amount
              FROM debtor c
              JOIN payment_transaction x ON x.partner_id = c.id AND x.payment_id IS NULL
               AND x.state IN ('authorized', 'done') AND x.operation IS DISTINCT FROM 'validation'
               AND x.company_id = ANY(c.branch_ids)""")

    @api.model
    def _get_credit_uncleared_sql(self):
        """Receipts by cheque or note that neither a bank statement nor a person has confirmed."""
        return SQL("""
            SELECT c.customer_id, p.amount_company_currency_signed AS amount
              FROM debtor c
              JOIN account_payment p ON p.partner_id = c.id AND p.partner_type = 'customer'
               AND p.state IN ('in_process', 'paid') AND p.payment_type = 'inbound'
               AND p.ecount_uncleared AND p.ecount_cleared IS NOT TRUE
               AND p.company_id = ANY(c.branch_ids)
              JOIN account_journal j ON j.id = p.journal_id
             WHERE p.is_matched IS NOT TRUE OR p.outstanding_account_id = j.default_account_id""")

    @api.model
    def _get_credit_rate_sql(self, root_id, currency_id, today):
        """By what an amount in the currency `x.currency_id` is multiplied; as `res.currency` converts it.

        :param SQL root_id: the main company, whose rates count
        :param SQL currency_id: into which
        :param SQL today: the day of the rates
        """
        def rate(currency):
            # The latest until that day, the company's own first; the earliest where there is none before it.
            return SQL("""COALESCE((
                SELECT rr.rate FROM res_currency_rate rr
                 WHERE rr.currency_id = %(currency)s AND COALESCE(rr.company_id, %(root)s) = %(root)s
              ORDER BY rr.name <= %(date)s DESC, rr.company_id, ABS(rr.name - %(date)s) LIMIT 1), 1.0)""",
                currency=currency, root=root_id, date=SQL("%s::date", today))

        return SQL(
            "(CASE WHEN x.currency_id = %(currency)s THEN 1 ELSE (%(to)s / %(from_)s)::numeric END)",
            currency=currency_id, to=rate(currency_id), from_=rate(SQL("x.currency_id")))

    def _flush_credit(self):
        if not self.env.transaction.field_dirty and not self.env.transaction.tocompute:
            return  # nothing pending at all, as when a button is pressed
        for model, names in {
            'account.move': ['state', 'move_type', 'invoice_date'],
            'account.move.line': [
                'partner_id', 'account_id', 'company_id', 'parent_state', 'reconciled', 'amount_residual', 'date',
                'date_maturity', 'invoice_date', 'move_name', 'ecount_document_date'],
            'account.payment': [
                'state', 'partner_id', 'partner_type', 'payment_type', 'journal_id', 'company_id', 'move_id',
                'is_matched', 'amount_company_currency_signed', 'outstanding_account_id', 'ecount_cleared',
                'ecount_uncleared'],
            'payment.transaction': [
                'state', 'partner_id', 'payment_id', 'amount', 'currency_id', 'operation', 'company_id',
                'source_transaction_id'],
            'sale.order': ['state', 'partner_invoice_id', 'company_id', 'currency_id', 'credit_open_amount'],
            'res.partner': ['commercial_partner_id'],
            'res.currency.rate': ['rate', 'name', 'currency_id', 'company_id'],
        }.items():
            self.env[model].flush_model(names)
