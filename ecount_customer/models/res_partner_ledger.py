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
# What is one row of the ledger, and how its items add up to it.
LEDGER_DOCUMENT = SQL("line.date, line.rank, line.id, line.move_id, line.payment_id, line.company_id")
LEDGER_SUMS = SQL(
    """
    %s, SUM(line.receivable_amount) AS receivable_amount, SUM(line.payable_amount) AS payable_amount,
    SUM(line.debit) AS debit, SUM(line.credit) AS credit, SUM(line.open) AS open,
    -- the next instalment to fall due
    COALESCE(MIN(line.due_date) FILTER (WHERE NOT line.is_matched), MAX(line.due_date)) AS due_date,
    SUM(line.amount_currency) AS amount_currency, MAX(line.document_currency_id) AS document_currency_id,
    BOOL_OR(line.on_side) AS on_side
    """, LEDGER_DOCUMENT)


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
        :raise UserError: for an unknown kind or side, or a negative `limit` or `offset`
        :raise AccessError: when the user may not read the customer or journal items
        """
        self.ensure_one()
        self.check_access('read')
        return self._get_ledger(date_from, date_to, kinds, side, limit, offset)

    def _get_ledger(self, date_from=None, date_to=None, kinds=None, side='both', limit=80, offset=0, *,
                    newest_first=False, open_only=False):
        """As `get_ledger`, for a customer that the user may read; may return the rows in reverse, or open ones only."""
        self._check_ledger_arguments(kinds, side, limit, offset)
        date_from, date_to = fields.Date.to_date(date_from or None), fields.Date.to_date(date_to or None)
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

        Only the days of the page are added up document by document. Kind, name and label need the document; they
        are looked up for the page alone unless `kinds` asks.
        """
        shown = [SQL("entry.on_side")]
        if date_from:
            shown.append(SQL("entry.date >= %s", date_from))
        if date_to:
            shown.append(SQL("entry.date <= %s", date_to))
        if open_only:
            shown.append(SQL("entry.open <> 0"))
        if kinds:
            shown.append(SQL("%s IN %s", self._get_ledger_kind_sql(), tuple(kinds)))
        shown = SQL(" AND ").join(shown)
        documents = SQL(
            """LEFT JOIN account_move move ON move.id = entry.move_id
               LEFT JOIN account_payment payment ON payment.id = COALESCE(entry.payment_id, move.origin_payment_id)
               LEFT JOIN account_journal journal ON journal.id = COALESCE(move.journal_id, payment.journal_id)""")
        direction = SQL("DESC") if newest_first else SQL("ASC")
        # Only a whole document has a kind, and may be open.
        by_document = bool(kinds or open_only)
        return SQL(
            """
            WITH line AS MATERIALIZED (%(lines)s),
            entry AS %(entries)s,
            -- `place` sorts the documents of a day: entries by their number, then the payments without one
            document AS MATERIALIZED (
                SELECT (entry.rank::bigint << 40) + entry.id AS place, MIN(entry.date) AS date
                  FROM entry %(kind_join)s
                 WHERE %(shown)s
                 GROUP BY place
            ),
            page AS (
                SELECT place, date FROM document
                 ORDER BY date %(direction)s, place %(direction)s
                 LIMIT %(limit)s OFFSET %(offset)s
            ),
            edge AS (SELECT MIN(date) AS first, MAX(date) AS last FROM page),
            span AS (
                SELECT %(sums)s,
                       SUM(SUM(line.receivable_amount)) OVER running AS receivable,
                       SUM(SUM(line.payable_amount)) OVER running AS payable
                  FROM line
                 WHERE line.date BETWEEN (SELECT first FROM edge) AND (SELECT last FROM edge)
                 GROUP BY %(document)s
                WINDOW running AS (ORDER BY line.date, line.rank, line.id ROWS UNBOUNDED PRECEDING)
            ),
            total AS (
                SELECT COALESCE(SUM(entry.receivable_amount) FILTER (WHERE %(before)s), 0) AS opening_receivable,
                       COALESCE(SUM(entry.payable_amount) FILTER (WHERE %(before)s), 0) AS opening_payable,
                       COALESCE(SUM(entry.receivable_amount) FILTER (WHERE %(until)s), 0) AS closing_receivable,
                       COALESCE(SUM(entry.payable_amount) FILTER (WHERE %(until)s), 0) AS closing_payable,
                       (SELECT COUNT(*) FROM document) AS rows,
                       COALESCE(SUM(entry.debit) FILTER (WHERE %(shown)s), 0) AS debit,
                       COALESCE(SUM(entry.credit) FILTER (WHERE %(shown)s), 0) AS credit,
                       COALESCE(SUM(entry.receivable_amount)
                           FILTER (WHERE entry.date < (SELECT first FROM edge)), 0) AS earlier_receivable,
                       COALESCE(SUM(entry.payable_amount)
                           FILTER (WHERE entry.date < (SELECT first FROM edge)), 0) AS earlier_payable
                  FROM entry %(kind_join)s
            )
            SELECT total.opening_receivable, total.opening_payable, total.closing_receivable, total.closing_payable,
                   total.rows, total.debit, total.credit, entry.date, %(kind)s, COALESCE(move.name, payment.name),
                   %(label)s, CASE WHEN payment.id IS NULL THEN 'account.move' ELSE 'account.payment' END,
                   COALESCE(payment.id, move.id), entry.debit, entry.credit,
                   total.earlier_receivable + entry.receivable, total.earlier_payable + entry.payable,
                   CASE WHEN payment.id IS NULL THEN entry.due_date END, entry.open, move.id,
                   COALESCE(move.move_type, 'entry'), entry.amount_currency, entry.document_currency_id,
                   entry.company_id, entry.payment_id IS NOT NULL
              FROM total
              LEFT JOIN (page JOIN span AS entry ON page.place = (entry.rank::bigint << 40) + entry.id) ON TRUE
                   %(documents)s
             ORDER BY entry.date %(direction)s, entry.rank %(direction)s, entry.id %(direction)s
            """,
            lines=self._get_ledger_lines_sql(side), shown=shown, direction=direction, documents=documents,
            entries=SQL("MATERIALIZED (SELECT %s FROM line GROUP BY %s)", LEDGER_SUMS, LEDGER_DOCUMENT)
                if by_document else SQL("(SELECT * FROM line)"),
            sums=LEDGER_SUMS, document=LEDGER_DOCUMENT,
            kind=self._get_ledger_kind_sql(), label=self._get_ledger_label_sql(),
            kind_join=documents if kinds else SQL(),
            limit=SQL("ALL") if limit is None or limit is False else limit, offset=offset or 0,
            before=SQL("entry.date < %s", date_from) if date_from else SQL("FALSE"),
            until=SQL("entry.date <= %s", date_to) if date_to else SQL("TRUE"),
        )

    def _get_ledger_lines_sql(self, side):
        """Return the statement of what moves the balances: one row for each item, or payment without an entry."""
        lines = self._get_ledger_entries_sql(side)
        if not self.env['account.payment'].has_access('read'):
            return lines
        return SQL("%s UNION ALL %s", lines, self._get_ledger_pending_payments_sql(side))

    def _get_ledger_entries_sql(self, side):
        Line = self.env['account.move.line']
        Line.flush_model([
            'move_id', 'date', 'account_id', 'partner_id', 'company_id', 'parent_state', 'balance', 'debit', 'credit',
            'amount_residual', 'amount_currency', 'currency_id', 'date_maturity', 'reconciled',
        ])
        self.env['account.move'].flush_model(
            ['name', 'ref', 'move_type', 'origin_payment_id', 'invoice_origin', 'journal_id'])
        self.env['res.partner'].flush_model(['commercial_partner_id'])
        query = Line._search(Domain('parent_state', '=', 'posted') & Domain('company_id', 'in', self.env.companies.ids))
        amount = self._get_ledger_amount_sql
        on_side = SQL("account.account_type IN %s", SIDE_ACCOUNT_TYPES[side])
        return SQL(
            """
            SELECT account_move_line.move_id AS id, account_move_line.date, 0 AS rank,
                   account_move_line.move_id, NULL::int AS payment_id, account_move_line.company_id,
                   CASE WHEN account.account_type = 'asset_receivable' THEN %(balance)s ELSE 0 END AS receivable_amount,
                   CASE WHEN account.account_type = 'liability_payable' THEN -%(balance)s ELSE 0 END AS payable_amount,
                   CASE WHEN %(on_side)s THEN %(debit)s ELSE 0 END AS debit,
                   CASE WHEN %(on_side)s THEN %(credit)s ELSE 0 END AS credit,
                   CASE WHEN %(on_side)s THEN %(residual)s ELSE 0 END AS open,
                   account_move_line.date_maturity AS due_date, account_move_line.reconciled IS TRUE AS is_matched,
                   account_move_line.amount_currency, account_move_line.currency_id AS document_currency_id,
                   %(on_side)s AS on_side
              FROM %(from_clause)s
              JOIN account_account account ON account.id = account_move_line.account_id
             WHERE %(where_clause)s
               AND account.account_type IN ('asset_receivable', 'liability_payable')
               -- its contacts too: an entry keeps the contact that it was made with
               AND account_move_line.partner_id IN %(partners)s
            """,
            balance=amount(SQL("account_move_line.balance"), SQL("account_move_line.company_id")),
            debit=amount(SQL("account_move_line.debit"), SQL("account_move_line.company_id")),
            credit=amount(SQL("account_move_line.credit"), SQL("account_move_line.company_id")),
            residual=amount(SQL("account_move_line.amount_residual"), SQL("account_move_line.company_id")),
            on_side=on_side, from_clause=query.from_clause, where_clause=query.where_clause,
            partners=self._get_ledger_partners_sql(),
        )

    def _get_ledger_pending_payments_sql(self, side):
        """Payments in process that no journal entry shows yet, as with the full accounting app."""
        Payment = self.env['account.payment']
        Payment.flush_model([
            'move_id', 'state', 'date', 'partner_id', 'partner_type', 'payment_type', 'company_id', 'currency_id',
            'amount_company_currency_signed', 'amount', 'name', 'memo', 'journal_id',
        ])
        query = Payment._search(
            Domain('state', '=', 'in_process') & Domain('move_id', '=', False)
            & Domain('company_id', 'in', self.env.companies.ids))
        amount = self._get_ledger_amount_sql(
            SQL("account_payment.amount_company_currency_signed"), SQL("account_payment.company_id"))
        partner_type = {'receivable': SQL("= 'customer'"), 'payable': SQL("= 'supplier'")}.get(side, SQL("IS NOT NULL"))
        return SQL(
            """
            SELECT account_payment.id, account_payment.date, 1, NULL, account_payment.id, account_payment.company_id,
                   CASE WHEN account_payment.partner_type = 'customer' THEN -%(amount)s ELSE 0 END,
                   CASE WHEN account_payment.partner_type = 'supplier' THEN %(amount)s ELSE 0 END,
                   CASE WHEN %(on_side)s THEN GREATEST(-%(amount)s, 0) ELSE 0 END,
                   CASE WHEN %(on_side)s THEN GREATEST(%(amount)s, 0) ELSE 0 END,
                   CASE WHEN %(on_side)s THEN -%(amount)s ELSE 0 END,
                   NULL, FALSE,
                   account_payment.amount * CASE account_payment.payment_type WHEN 'inbound' THEN -1 ELSE 1 END,
                   account_payment.currency_id, %(on_side)s
              FROM %(from_clause)s
             WHERE %(where_clause)s AND account_payment.partner_id IN %(partners)s
            """,
            amount=amount, on_side=SQL("account_payment.partner_type %s", partner_type),
            from_clause=query.from_clause, where_clause=query.where_clause, partners=self._get_ledger_partners_sql(),
        )

    def _get_ledger_partners_sql(self):
        return SQL("(SELECT id FROM res_partner WHERE commercial_partner_id = %s)", self.commercial_partner_id.id)

    def _get_ledger_amount_sql(self, amount, company):
        """Return `amount`, a sum in the currency of `company`, in that of the current company."""
        target = self.env.company.currency_id
        others = self.env.companies.filtered(lambda other: other.currency_id != target).sudo()
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
