"""The ledger of a customer: what the desk, the statement and the SMS show."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

LEDGER_KINDS = ('sale', 'purchase', 'receipt', 'payment', 'other')
SIDE_ACCOUNT_TYPES = {
    'receivable': ('asset_receivable',),
    'payable': ('liability_payable',),
    'both': ('asset_receivable', 'liability_payable'),
}
ROW_FIELDS = (
    'date', 'kind', 'name', 'label', 'res_model', 'res_id', 'debit', 'credit', 'receivable', 'payable', 'due_date',
    'open', 'move_id', 'move_type', 'amount_currency', 'document_currency_id', 'company_id', 'pending',
)
LEDGER_ON_SIDE = {
    'receivable': SQL("line.is_receivable"), 'payable': SQL("NOT line.is_receivable"), 'both': SQL("TRUE"),
}
# What is one row of the ledger, and the order of rows: payments without an entry come last on their day.
LEDGER_DOCUMENT = SQL("line.date, line.move_id, line.payment_id, line.company_id")
LEDGER_ORDER = SQL("entry.date, entry.payment_id NULLS FIRST, entry.move_id")
LEDGER_ORDER_REVERSED = SQL("entry.date DESC, entry.payment_id DESC NULLS LAST, entry.move_id DESC")
# What the kind, name and label of an entry are read from.
LEDGER_RECORDS = SQL(
    """LEFT JOIN account_move move ON move.id = entry.move_id
       LEFT JOIN account_payment payment ON payment.id = COALESCE(entry.payment_id, move.origin_payment_id)
       LEFT JOIN account_journal journal ON journal.id = COALESCE(move.journal_id, payment.journal_id)""")


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.readonly
    def get_ledger(self, date_from=None, date_to=None, kinds=None, side='both', limit=80, offset=0):
        """Return the posted entries of a customer with running balances, ordered by date, then entry.

        Works on the commercial entity and the current companies; the caller's record rules apply, so a user sees
        the entries that they may read, and balances made of those. A row is a document; its instalments are one
        row. A payment in process that has no journal entry counts as posted. What `kinds` leaves out still moves
        the balances. Amounts are in the currency of the current company; those of companies with another currency
        are converted at today's rate, so that what is settled adds up to nothing.

        :param date_from: first accounting date shown (date or ISO text); what precedes it is the opening balance
        :param date_to: last accounting date shown; the closing balance is that of its evening
        :param kinds: list of `sale`, `purchase`, `receipt`, `payment`, `other`; None or empty: all
        :param str side: `receivable` (what the customer owes), `payable` (what we owe) or `both` (the former less
            the latter): which entries are shown and what `debit`, `credit`, `balance` and `open` are about
        :param int limit: most rows returned; None or False: all
        :param int offset: rows passed over
        :return: `opening`, `closing`, `total` (number of rows without `limit`), `debit` and `credit` (sums of those
            rows), `currency_id`, and `rows`, each with
            `date`, `kind`, `name`, `label`, `res_model`, `res_id`, `debit`, `credit`, `balance`, `receivable`,
            `payable`, `due_date` (False where none) and `open` (not yet matched, negative for credits)
        :rtype: dict
        :raise UserError: for an unknown kind or side, text that is no date, or a negative `limit` or `offset`
        :raise AccessError: when the user may not read the customer or journal items
        """
        self.ensure_one()
        self.check_access('read')
        return self._get_ledger(date_from, date_to, kinds, side, limit, offset)

    def _get_ledger(self, date_from=None, date_to=None, kinds=None, side='both', limit=80, offset=0, *,
                    newest_first=False, open_only=False):
        """As `get_ledger`, for a customer that the user may read; may return the rows in reverse, or open ones only."""
        kinds = [kinds] if isinstance(kinds, str) else kinds
        self._check_ledger_arguments(kinds, side, limit, offset)
        date_from, date_to = self._get_ledger_date(date_from), self._get_ledger_date(date_to)
        rows = self.env.execute_query(self._get_ledger_query(
            date_from, date_to, kinds, side, limit, offset, newest_first=newest_first, open_only=open_only))
        currency = self.env.company.currency_id
        opening_receivable, opening_payable, receivable, payable, total, debit, credit = rows[0][:7]
        signs = {'receivable': (1, 0), 'payable': (0, 1), 'both': (1, -1)}[side]

        def balance(receivable_balance, payable_balance):
            return currency.round(signs[0] * receivable_balance + signs[1] * payable_balance)

        result = {
            'opening': balance(opening_receivable, opening_payable),
            'opening_receivable': currency.round(opening_receivable),
            'opening_payable': currency.round(opening_payable),
            'closing': balance(receivable, payable),
            'closing_receivable': currency.round(receivable), 'closing_payable': currency.round(payable),
            'total': total, 'debit': currency.round(debit), 'credit': currency.round(credit),
            'currency_id': currency.id, 'rows': [],
        }
        for values in rows:
            row = dict(zip(ROW_FIELDS, values[7:]))
            if row['res_id'] is None:  # the totals alone: no row on this page
                continue
            for name in ('debit', 'credit', 'receivable', 'payable', 'open'):
                row[name] = currency.round(row[name])
            row['balance'] = balance(row['receivable'], row['payable'])
            row['due_date'] = row['due_date'] or False
            result['rows'].append(row)
        return result

    def _get_ledger_date(self, value):
        try:
            return fields.Date.to_date(value or None)
        except ValueError:
            raise UserError(self.env._("“%s” is not a date. Dates are written as 2026-12-31.", value))

    def _check_ledger_arguments(self, kinds, side, limit, offset):
        if unknown := [kind for kind in kinds or () if kind not in LEDGER_KINDS]:
            raise UserError(self.env._(
                "The ledger has no entries of kind %(unknown)s. There are: %(known)s.",
                unknown=", ".join(map(str, unknown)), known=", ".join(LEDGER_KINDS),
            ))
        if side not in SIDE_ACCOUNT_TYPES:
            raise UserError(self.env._(
                "The ledger has no side “%(side)s”. There are: %(known)s.",
                side=side, known=", ".join(SIDE_ACCOUNT_TYPES),
            ))
        if (limit or 0) < 0 or (offset or 0) < 0:
            raise UserError(self.env._("The limit and offset of a ledger cannot be negative."))

    def _get_ledger_query(self, date_from, date_to, kinds, side, limit, offset, *, newest_first, open_only):
        """Return the one statement: totals, and beside them the rows of the page (NULL where there are none).

        Items are added up by day, which an index alone answers. Only those of the days of the page are read whole and
        added up by document. `kinds` and `open_only` ask for whole documents from the start.
        """
        shown = [SQL("entry.on_side")]
        if open_only:
            shown.append(SQL("entry.open <> 0"))
        if kinds:
            shown.append(SQL("entry.kind IN %s", tuple(kinds)))
        shown = SQL(" AND ").join(shown)
        period = SQL("date >= %s", date_from) if date_from else SQL("TRUE")
        order = LEDGER_ORDER_REVERSED if newest_first else LEDGER_ORDER
        return SQL(
            """
            WITH %(lines)s,
            document AS (%(documents)s),
            day AS MATERIALIZED (%(days)s),
            span AS (%(span)s),
            page AS (%(page)s),
            total AS (%(total)s)
            SELECT total.opening_receivable, total.opening_payable, total.closing_receivable, total.closing_payable,
                   total.rows, total.debit, total.credit, entry.date, %(kind)s, COALESCE(move.name, payment.name),
                   %(label)s, CASE WHEN payment.id IS NULL THEN 'account.move' ELSE 'account.payment' END,
                   COALESCE(payment.id, move.id), entry.debit, entry.credit,
                   total.earlier_receivable + entry.receivable, total.earlier_payable + entry.payable,
                   CASE WHEN payment.id IS NULL THEN entry.due_date END, entry.open, move.id,
                   COALESCE(move.move_type, 'entry'), entry.amount_currency, entry.document_currency_id,
                   entry.company_id, entry.payment_id IS NOT NULL
              FROM total LEFT JOIN page AS entry ON TRUE %(records)s
             ORDER BY %(order)s
            """,
            lines=self._get_ledger_lines_sql(date_to), documents=self._get_ledger_documents_sql(side, kinds),
            days=self._get_ledger_days_sql(side, shown if kinds or open_only else None),
            span=self._get_ledger_span_sql(period, limit, offset, newest_first),
            page=self._get_ledger_page_sql(shown, order, limit, offset), total=self._get_ledger_total_sql(period),
            kind=self._get_ledger_kind_sql(), label=self._get_ledger_label_sql(), records=LEDGER_RECORDS, order=order,
        )

    def _get_ledger_documents_sql(self, side, kinds):
        """Return the statement of a row for each document, with its kind if that is asked for."""
        return SQL(
            """
            SELECT entry.* %(kind)s
              FROM (SELECT %(document)s, %(sums)s, BOOL_OR(%(on_side)s) AS on_side,
                           COALESCE(SUM(line.residual) FILTER (WHERE %(on_side)s), 0) AS open,
                           -- the next instalment to fall due
                           COALESCE(MIN(line.due_date) FILTER (WHERE NOT line.is_matched),
                                    MAX(line.due_date)) AS due_date,
                           SUM(line.amount_currency) AS amount_currency,
                           MAX(line.document_currency_id) AS document_currency_id
                      FROM line GROUP BY %(document)s) AS entry %(records)s
            """,
            document=LEDGER_DOCUMENT, sums=self._get_ledger_sums_sql(side), on_side=LEDGER_ON_SIDE[side],
            kind=SQL(", %s AS kind", self._get_ledger_kind_sql()) if kinds else SQL(),
            records=LEDGER_RECORDS if kinds else SQL(),
        )

    def _get_ledger_days_sql(self, side, shown):
        """Return the statement of a row for each day: its sums, and the number of documents.

        :param shown: which documents count; None: those on the side, which the items tell without being added up
        """
        if shown:
            return SQL(
                """
                SELECT date, SUM(receivable_amount) AS receivable_amount, SUM(payable_amount) AS payable_amount,
                       SUM(debit) FILTER (WHERE %(shown)s) AS debit, SUM(credit) FILTER (WHERE %(shown)s) AS credit,
                       COUNT(*) FILTER (WHERE %(shown)s)::int AS rows
                  FROM document AS entry GROUP BY date
                """, shown=shown)
        return SQL(
            """
            SELECT line.date, %(sums)s, (COUNT(DISTINCT line.move_id) FILTER (WHERE %(on_side)s)
                                         + COUNT(line.payment_id) FILTER (WHERE %(on_side)s))::int AS rows
              FROM line GROUP BY line.date
            """, sums=self._get_ledger_sums_sql(side), on_side=LEDGER_ON_SIDE[side])

    def _get_ledger_sums_sql(self, side):
        # An item has a debit or a credit, never both. PostgreSQL adds up once what stands here twice.
        return SQL(
            """
            COALESCE(SUM(line.balance) FILTER (WHERE line.is_receivable), 0) AS receivable_amount,
            COALESCE(-SUM(line.balance) FILTER (WHERE NOT line.is_receivable), 0) AS payable_amount,
            COALESCE(SUM(line.debit) FILTER (WHERE %(on_side)s), 0) AS debit,
            COALESCE(SUM(line.debit) FILTER (WHERE %(on_side)s)
                     - SUM(line.balance) FILTER (WHERE %(on_side)s), 0) AS credit
            """, on_side=LEDGER_ON_SIDE[side])

    def _get_ledger_span_sql(self, period, limit, offset, newest_first):
        """Return the statement of the first and last day of the page, and of how many rows are passed over before."""
        return SQL(
            """
            SELECT MIN(date) AS first, MAX(date) AS last, MIN(passed) AS passed
              FROM (SELECT date, rows, SUM(rows) OVER (ORDER BY date %(direction)s) - rows AS passed
                      FROM day WHERE %(period)s) AS day
             WHERE passed + rows > %(offset)s AND %(until)s
            """,
            direction=SQL("DESC") if newest_first else SQL("ASC"), period=period, offset=offset or 0,
            until=SQL("TRUE") if limit is None or limit is False else SQL("passed < %s", (offset or 0) + limit),
        )

    def _get_ledger_page_sql(self, shown, order, limit, offset):
        """Return the statement of the rows of the page, with balances that begin on its first day."""
        return SQL(
            """
            SELECT entry.*
              FROM (SELECT entry.*, SUM(entry.receivable_amount) OVER running AS receivable,
                           SUM(entry.payable_amount) OVER running AS payable
                      FROM document AS entry
                     WHERE entry.date BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)
                    WINDOW running AS (ORDER BY %(running)s ROWS UNBOUNDED PRECEDING)) AS entry
             WHERE %(shown)s
             ORDER BY %(order)s
             LIMIT %(limit)s OFFSET %(offset)s - (SELECT passed FROM span)
            """,
            running=LEDGER_ORDER, shown=shown, order=order, offset=offset or 0,
            limit=SQL("ALL") if limit is None or limit is False else limit,
        )

    def _get_ledger_total_sql(self, period):
        return SQL(
            """
            SELECT COALESCE(SUM(receivable_amount) FILTER (WHERE NOT (%(period)s)), 0) AS opening_receivable,
                   COALESCE(SUM(payable_amount) FILTER (WHERE NOT (%(period)s)), 0) AS opening_payable,
                   COALESCE(SUM(receivable_amount), 0) AS closing_receivable,
                   COALESCE(SUM(payable_amount), 0) AS closing_payable,
                   COALESCE(SUM(rows) FILTER (WHERE %(period)s), 0) AS rows,
                   COALESCE(SUM(debit) FILTER (WHERE %(period)s), 0) AS debit,
                   COALESCE(SUM(credit) FILTER (WHERE %(period)s), 0) AS credit,
                   COALESCE(SUM(receivable_amount) FILTER (WHERE %(earlier)s), 0) AS earlier_receivable,
                   COALESCE(SUM(payable_amount) FILTER (WHERE %(earlier)s), 0) AS earlier_payable
              FROM day
            """, period=period, earlier=SQL("date < (SELECT first FROM span)"))

    def _get_ledger_lines_sql(self, date_to):
        """Return what moves the balances, `line`: one row for each item, or payment without an entry.

        Not materialized, so that who asks for few columns or days reads no more than those.
        """
        scope = SQL(
            """
            -- its contacts too: an entry keeps the contact that it was made with
            partner AS MATERIALIZED %s,
            account AS MATERIALIZED (
                SELECT ARRAY(SELECT id FROM account_account WHERE account_type IN %s) AS ids,
                       ARRAY(SELECT id FROM account_account WHERE account_type IN %s) AS receivable_ids
            )
            """, self._get_ledger_partners_sql(), SIDE_ACCOUNT_TYPES['both'], SIDE_ACCOUNT_TYPES['receivable'])
        entries = self._get_ledger_entries_sql(date_to)
        if not self.env['account.payment'].has_access('read'):
            return SQL("%s, line AS NOT MATERIALIZED (%s)", scope, entries)
        return SQL(
            "%s, pending AS MATERIALIZED (%s), line AS NOT MATERIALIZED (%s UNION ALL SELECT * FROM pending)",
            scope, self._get_ledger_pending_payments_sql(date_to), entries)

    def _get_ledger_entries_sql(self, date_to):
        Line = self.env['account.move.line']
        Line.flush_model([
            'move_id', 'date', 'account_id', 'partner_id', 'company_id', 'parent_state', 'balance', 'debit',
            'amount_residual', 'amount_currency', 'currency_id', 'date_maturity', 'reconciled',
        ])
        self.env['account.move'].flush_model(
            ['name', 'ref', 'move_type', 'origin_payment_id', 'invoice_origin', 'journal_id'])
        self.env['account.account'].flush_model(['account_type'])
        self.env['res.partner'].flush_model(['commercial_partner_id'])
        query = Line._search(
            Domain('parent_state', '=', 'posted') & Domain('company_id', 'in', self.env.companies.ids)
            & (Domain('date', '<=', date_to) if date_to else Domain.TRUE))
        company = SQL("account_move_line.company_id")
        return SQL(
            """
            SELECT account_move_line.date, account_move_line.move_id, NULL::int AS payment_id, %(company)s,
                   account_move_line.account_id = ANY((SELECT receivable_ids FROM account)::int[]) AS is_receivable,
                   %(balance)s AS balance, %(debit)s AS debit, %(residual)s AS residual,
                   account_move_line.date_maturity AS due_date, account_move_line.reconciled IS TRUE AS is_matched,
                   account_move_line.amount_currency, account_move_line.currency_id AS document_currency_id
              FROM %(from_clause)s
              JOIN partner ON partner.id = account_move_line.partner_id
             WHERE %(where_clause)s
               -- an array, unlike a join, is looked up in the index
               AND account_move_line.account_id = ANY((SELECT ids FROM account)::int[])
            """,
            company=company, balance=self._get_ledger_amount_sql(SQL("account_move_line.balance"), company),
            debit=self._get_ledger_amount_sql(SQL("account_move_line.debit"), company),
            residual=self._get_ledger_amount_sql(SQL("account_move_line.amount_residual"), company),
            from_clause=query.from_clause, where_clause=query.where_clause,
        )

    def _get_ledger_pending_payments_sql(self, date_to):
        """Payments in process that no journal entry shows yet, as with the full accounting app."""
        Payment = self.env['account.payment']
        Payment.flush_model([
            'move_id', 'state', 'date', 'partner_id', 'partner_type', 'payment_type', 'company_id', 'currency_id',
            'amount_company_currency_signed', 'amount', 'name', 'memo', 'journal_id',
        ])
        query = Payment._search(
            Domain('state', '=', 'in_process') & Domain('move_id', '=', False)
            & Domain('company_id', 'in', self.env.companies.ids)
            & (Domain('date', '<=', date_to) if date_to else Domain.TRUE))
        amount = self._get_ledger_amount_sql(
            SQL("account_payment.amount_company_currency_signed"), SQL("account_payment.company_id"))
        return SQL(
            """
            SELECT account_payment.date, NULL::int, account_payment.id, account_payment.company_id,
                   account_payment.partner_type = 'customer', -%(amount)s, GREATEST(-%(amount)s, 0), -%(amount)s,
                   NULL::date, FALSE,
                   account_payment.amount * CASE account_payment.payment_type WHEN 'inbound' THEN -1 ELSE 1 END,
                   account_payment.currency_id
              FROM %(from_clause)s
             WHERE %(where_clause)s AND account_payment.partner_id IN (SELECT id FROM partner)
            """, amount=amount, from_clause=query.from_clause, where_clause=query.where_clause)

    def _get_ledger_partners_sql(self):
        # Not all that customers and companies have, here and below: that takes as long as a page of a short ledger.
        partner = self.with_context(prefetch_fields=False)
        return SQL("(SELECT id FROM res_partner WHERE commercial_partner_id = %s)", partner.commercial_partner_id.id)

    def _get_ledger_amount_sql(self, amount, company):
        """Return `amount`, a sum in the currency of `company`, in that of the current company."""
        target = self.env.company.with_context(prefetch_fields=False).currency_id
        companies = self.env.companies.with_context(prefetch_fields=False)
        others = companies.filtered(lambda other: other.currency_id != target).sudo()
        if not others:
            return amount
        today = fields.Date.context_today(self)
        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", other.id, str(other.currency_id._get_conversion_rate(
                other.currency_id, target, self.env.company, today)))
            for other in others)
        return SQL("ROUND(%s * (CASE %s %s ELSE '1' END)::numeric, %s)", amount, company, cases, target.decimal_places)

    def _get_ledger_kind_sql(self):
        """Return the kind of an entry. Money is a receipt or a payment by its direction, whoever the other side is.

        Entries of bank and cash journals without a payment (a matched bank statement) count as money as well.
        """
        return SQL(
            """CASE WHEN move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') THEN 'sale'
                    WHEN move.move_type IN ('in_invoice', 'in_refund', 'in_receipt') THEN 'purchase'
                    WHEN payment.payment_type = 'inbound' THEN 'receipt'
                    WHEN payment.payment_type = 'outbound' THEN 'payment'
                    WHEN journal.type IN ('bank', 'cash', 'credit') AND entry.credit > entry.debit THEN 'receipt'
                    WHEN journal.type IN ('bank', 'cash', 'credit') AND entry.debit > entry.credit THEN 'payment'
                    ELSE 'other' END""")

    def _get_ledger_label_sql(self):
        """Return what a person typed about the document: its reference, its order, the memo of a payment."""
        return SQL("COALESCE(NULLIF(payment.memo, ''), NULLIF(move.ref, ''), NULLIF(move.invoice_origin, ''), '')")
