"""What a customer owes and has ordered, how old the oldest of it is, and what its terms say to that."""

from collections import namedtuple

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists

CREDIT_FIELDS = (
    'credit_exposure', 'credit_receivable', 'credit_ordered', 'credit_uncleared', 'credit_available',
    'credit_overdue_days', 'credit_oldest_document', 'credit_state', 'credit_draft_amount', 'credit_limit_effective',
)
# Figures of a customer in the currency of the company; `oldest` is the name of the oldest open document.
CreditFigures = namedtuple('CreditFigures', 'receivable to_invoice uncleared days oldest oldest_date')
NO_FIGURES = CreditFigures(0.0, 0.0, 0.0, 0, False, False)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # For internal users only; the search methods refuse everybody else, which `groups` alone does not.
    credit_exposure = fields.Monetary(
        string="Credit used", compute='_compute_credit_exposure', search='_search_credit_exposure',
        groups='base.group_user',
        help="What the customer owes, ordered and gave as cheques that are not cleared yet.",
    )
    credit_receivable = fields.Monetary(
        string="Open receivable", compute='_compute_credit_exposure', groups='base.group_user',
        help="Posted invoices and other open items less receipts.",
    )
    credit_ordered = fields.Monetary(
        string="Ordered, not invoiced", compute='_compute_credit_exposure', groups='base.group_user',
    )
    credit_uncleared = fields.Monetary(
        string="Cheques not cleared", compute='_compute_credit_exposure', search='_search_credit_uncleared',
        groups='base.group_user',
        help="Receipts in journals of cheques or notes that no bank statement has confirmed yet.",
    )
    credit_available = fields.Monetary(
        string="Credit available", compute='_compute_credit_state', search='_search_credit_available',
        groups='base.group_user', help="Limit less credit used; 0 where there is no limit.",
    )
    credit_overdue_days = fields.Integer(
        string="Oldest unpaid (days)", compute='_compute_credit_exposure', search='_search_credit_overdue_days',
        groups='base.group_user',
        help="Age of the oldest open receivable after unmatched receipts are set off, oldest first.",
    )
    credit_oldest_document = fields.Char(
        string="Oldest unpaid document", compute='_compute_credit_exposure', groups='base.group_user',
    )
    credit_state = fields.Selection(
        [('ok', "Within limit"), ('near', "Near limit"), ('over', "Over limit"), ('overdue', "Over credit period")],
        compute='_compute_credit_state', search='_search_credit_state', groups='base.group_user',
    )
    credit_draft_amount = fields.Monetary(
        string="Quotations and draft invoices", compute='_compute_credit_draft_amount', groups='base.group_user',
        help="Not counted as credit used.",
    )

    credit_limit_effective = fields.Monetary(
        string="Credit limit", compute='_compute_credit_state', groups='base.group_user',
        help="The customer's own, or of its groups, or of the company; 0: no limit.",
    )

    def _auto_init(self):
        # Limits that were typed before the addon was installed are the customers' own. (Odoo keeps no value that
        # equals the default, so every value of the column was typed.)
        fill = not column_exists(self.env.cr, self._table, 'has_own_credit_limit')
        res = super()._auto_init()
        if fill and column_exists(self.env.cr, self._table, 'credit_limit'):
            self.env.cr.execute("""
                UPDATE res_partner SET has_own_credit_limit = (
                    SELECT jsonb_object_agg(key, TRUE) FROM jsonb_each(credit_limit) WHERE value <> 'null')
                 WHERE credit_limit IS NOT NULL""")
        return res

    @api.model
    def _invalidate_credit(self):
        """Forget the credit figures of all customers: a document, receipt or match has changed them."""
        self.env['res.partner'].invalidate_model(CREDIT_FIELDS, flush=False)

    # === FIGURES === #

    def _get_credit_exposure(self, company):
        """Return what these customers have used of their credit in a company, in its currency, by one statement.

        A contact or address has the figures of its company. Elevated: the test of a document, and the rep who
        may see the customer, need no accounting rights.

        :param res.company company: branches count with their main company, as in the ledger
        :return: by partner id: `receivable` (posted, less receipts), `to_invoice` (ordered, not yet invoiced),
            `uncleared` (cheques given), `total`, `days` (age of the oldest open item), `oldest` (its document)
            and `oldest_date`
        :rtype: dict[int, dict]
        """
        figures = self.commercial_partner_id._get_credit_figures(company)
        return {
            partner.id: {
                **figures[partner.commercial_partner_id.id]._asdict(),
                'total': sum(figures[partner.commercial_partner_id.id][:3]),
            }
            for partner in self
        }

    def _get_credit_figures(self, company):
        """Return the `CreditFigures` of these customers by their id."""
        ids = [id_ for id_ in self._ids if isinstance(id_, int)]
        figures = dict.fromkeys(self._ids, NO_FIGURES)
        if not ids:
            return figures
        self._flush_credit()
        currency = company.sudo().currency_id
        for customer_id, *amounts, days, oldest, oldest_date in self.env.execute_query(
                self._get_credit_sql(company, SQL("%s", ids))):
            figures[customer_id] = CreditFigures(
                *(currency.round(float(amount or 0.0)) for amount in amounts), days or 0, oldest, oldest_date)
        return figures

    def _flush_credit(self):
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

    @api.model
    def _get_credit_sql(self, company, customer_ids=None):
        """Return the statement: customer, receivable, to invoice, uncleared, days, oldest document and its date.

        :param SQL customer_ids: an array of commercial partners; all of them if None
        """
        company = company.sudo()
        currency = company.currency_id
        today = self._get_credit_today(company)
        by_due_date = company.ecount_age_basis == 'due_date'
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
                  FROM (SELECT c.customer_id, TRUE AS is_ordered, o.currency_id,
                               SUM(o.credit_open_amount) AS amount
                          FROM debtor c
                          JOIN sale_order o ON o.partner_invoice_id = c.id AND o.state = 'sale'
                           AND o.credit_open_amount > 0 AND o.company_id = ANY(c.branch_ids)
                      GROUP BY c.customer_id, o.currency_id
                     UNION ALL %(paid_online)s) x
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
                   GREATEST(%(today)s::date - oldest_date, 0) AS days, oldest, oldest_date
              FROM total""",
            # Of a few customers, their contacts are looked up once; of all, each part joins them as it likes.
            materialized=SQL("MATERIALIZED") if customer_ids else SQL("NOT MATERIALIZED"),
            debtors=self._get_credit_debtor_sql(SQL(
                "ARRAY(SELECT id FROM res_company WHERE split_part(parent_path, '/', 1)::int = %s)",
                company.root_id.id), customer_ids),
            rate=self._get_credit_rate_sql(company, today),
            decimals=currency.decimal_places,
            # An entry that is no invoice may hold many old debts: each line tells by its own dates how old it is.
            age_date=SQL("COALESCE(l.date_maturity, l.date)") if by_due_date else
                SQL("COALESCE(l.invoice_date, LEAST(l.date, l.date_maturity, l.ecount_document_date))"),
            paid_online=self._get_credit_paid_online_sql(),
            in_process=self._get_credit_in_process_sql(),
            uncleared=self._get_credit_uncleared_sql(),
            oldest=SQL("debit > 0 AND running > %(cent)s AND running - debit <= %(cent)s", cent=currency.rounding / 2),
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
    def _get_credit_in_process_sql(self):
        """Payments that are not in the ledger yet: with some settings the bank statement makes their entry.

        As the two below it reads `debtor c`, see `_get_credit_debtor_sql`.
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
    def _get_credit_rate_sql(self, company, date):
        """By what an amount in the currency `x.currency_id` is multiplied; as `res.currency` converts it."""
        def rate(currency):
            # The latest until that day, the company's own first; the earliest where there is none before it.
            return SQL("""COALESCE((
                SELECT rr.rate FROM res_currency_rate rr
                 WHERE rr.currency_id = %(currency)s AND COALESCE(rr.company_id, %(root)s) = %(root)s
              ORDER BY rr.name <= %(date)s DESC, rr.company_id, ABS(rr.name - %(date)s) LIMIT 1), 1.0)""",
                currency=currency, root=company.root_id.id, date=SQL("%s::date", date))

        currency = SQL("%s", company.currency_id.id)
        return SQL(
            "(CASE WHEN x.currency_id = %(currency)s THEN 1 ELSE (%(to)s / %(from_)s)::numeric END)",
            currency=currency, to=rate(currency), from_=rate(SQL("x.currency_id")))

    # === TERMS === #

    def _fetch_credit_terms(self):
        """Load by one statement what many customers have of their own terms."""
        names = [
            'commercial_partner_id', 'credit_policy', 'overdue_policy', 'credit_limit', 'credit_days',
            'has_own_credit_limit', 'has_own_credit_days', 'customer_group_ids',
            'active', 'dormant_since', 'merged_into_id']  # what the same document's check for put-away ones reads
        stored = self._origin.sudo()
        stored.fetch(names)  # most are their own commercial entity
        stored.commercial_partner_id.fetch(names)

    def _fetch_credit_group_terms(self):
        """Load by one statement the terms of the groups of many customers."""
        if self.commercial_partner_id.sudo().customer_group_ids:
            # All of them, there are few: those above are needed too.
            self.env['ecount.customer.group'].sudo().with_context(active_test=False).search_fetch([], [
                'parent_path', 'active', 'company_id', 'level', 'root_id', 'sequence', 'credit_policy',
                'overdue_policy', 'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days',
                'credit_pool'])

    # === COMPUTE METHODS === #

    @api.depends('commercial_partner_id')
    @api.depends_context('company')
    def _compute_credit_exposure(self):
        self._fetch_credit_terms()
        figures = self.commercial_partner_id._origin._get_credit_figures(self.env.company)  # also while a form is typed
        for figure, partners in self._group_by_value(
                lambda partner: figures.get(partner.commercial_partner_id._origin.id) or NO_FIGURES).items():
            partners.credit_exposure = sum(figure[:3])
            partners.credit_receivable = figure.receivable
            partners.credit_ordered = figure.to_invoice
            partners.credit_uncleared = figure.uncleared
            partners.credit_overdue_days = figure.days
            partners.credit_oldest_document = figure.oldest

    @api.depends(
        'commercial_partner_id', 'credit_exposure', 'credit_overdue_days', 'credit_policy', 'overdue_policy',
        'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days', 'customer_group_ids')
    @api.depends_context('company')
    def _compute_credit_state(self):
        company = self.env.company
        self._fetch_credit_terms()
        self._fetch_credit_group_terms()
        all_terms = self._get_credit_terms_by_partner()

        def get_values(partner):
            terms, exposure = all_terms[partner], partner.credit_exposure
            state = self._get_credit_state(terms, exposure, partner.credit_overdue_days, company)
            return terms.limit, terms.limit - exposure if terms.limit else 0.0, state

        for (limit, available, state), partners in self._group_by_value(get_values).items():
            partners.credit_limit_effective, partners.credit_available, partners.credit_state = limit, available, state

    @api.model
    def _get_credit_state(self, terms, exposure, days, company):
        """Say where a customer stands: `ok`, `near`, `over` or `overdue`, the graver first.

        :param CreditTerms terms: of the customer
        :param float exposure: credit used, in the currency of the company
        :param int days: age of the oldest open receivable
        """
        if terms.days and days > terms.days:
            return 'overdue'
        compare = company.currency_id.compare_amounts
        if terms.limit and compare(exposure, terms.limit) > 0 or terms.policy == 'stop' and compare(exposure, 0) > 0:
            return 'over'
        if terms.limit and compare(exposure, terms.limit * company.sudo().ecount_near_percent / 100) >= 0:
            return 'near'
        return 'ok'

    @api.depends('commercial_partner_id')
    @api.depends_context('company')
    def _compute_credit_draft_amount(self):
        company, today = self.env.company, fields.Date.context_today(self)
        customers = self.commercial_partner_id
        amounts = dict.fromkeys(customers.ids, 0.0)
        # Elevated as the other figures of the customer.
        for customer, currency, amount in self.env['sale.order'].sudo()._read_group([
            ('partner_invoice_id.commercial_partner_id', 'in', customers.ids), ('state', 'in', ('draft', 'sent')),
            ('company_id', 'child_of', company.root_id.id),
        ], ['partner_invoice_id', 'currency_id'], ['amount_total:sum']):
            amounts[customer.commercial_partner_id.id] += currency._convert(
                amount, company.currency_id, company, today)
        for customer, amount in self.env['account.move'].sudo()._read_group([
            ('commercial_partner_id', 'in', customers.ids), ('state', '=', 'draft'),
            ('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt')),
            ('company_id', 'child_of', company.root_id.id),
        ], ['commercial_partner_id'], ['amount_total_signed:sum']):
            amounts[customer.id] += amount
        for partner in self:
            partner.credit_draft_amount = amounts.get(partner.commercial_partner_id.id, 0.0)
