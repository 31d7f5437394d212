"""What customers owe and what is owed to vendors: every open item, as of today or of any date, by its age."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.res_company import MAX_AGEING_DAYS

BUCKET_PREFIX = 'amount_bucket_'
ACCOUNT_TYPES = [('asset_receivable', "Receivable"), ('liability_payable', "Payable")]
# What changes with the date and ageing asked for: else the cache would answer for another date.
AS_OF = {'depends_context': ('ecount_as_of', 'ecount_age_basis', 'company')}


def _bucket_field():
    return fields.Monetary(
        currency_field='company_currency_id', readonly=True, export_string_translation=False, **AS_OF)


class EcountReceivableReport(models.Model):
    """Open items of receivable and payable accounts. The total is the trial balance of these accounts.

    Without a date in the context it shows what is open now in all posted entries. With `ecount_as_of` (a date) it
    shows what was open at the end of that day: entries dated later, and what was matched by them, do not count.
    `ecount_age_basis` (`invoice_date` or `due_date`) takes the place of the company's setting.

    Reps without accounting rights see the items of their own customers: it is read from the tables, and restricted by
    the record rules of this model alone.
    """

    _name = 'ecount.receivable.report'
    _description = "Receivables and Payables"
    _inherit = ['ecount.customer.group.mixin']
    _auto = False
    _rec_name = 'document'
    _order = 'date_maturity, date, id'
    _depends = {
        'account.move.line': [
            'partner_id', 'account_id', 'company_id', 'company_currency_id', 'currency_id', 'move_id', 'move_name',
            'journal_id', 'ref', 'parent_state', 'reconciled', 'amount_residual', 'amount_residual_currency',
            'balance', 'amount_currency', 'date', 'invoice_date', 'date_maturity', 'matching_number',
            'ecount_document_date',
        ],
        'account.partial.reconcile': [
            'debit_move_id', 'credit_move_id', 'amount', 'debit_amount_currency', 'credit_amount_currency', 'max_date',
        ],
        'account.account': ['account_type'],
        'res.partner': ['commercial_partner_id', 'user_id', 'active'],
    }

    account_type = fields.Selection(ACCOUNT_TYPES, string="Receivable or payable", readonly=True)
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True)
    contact_id = fields.Many2one(
        'res.partner', string="Booked on", readonly=True, help="The customer, or the contact that the entry names.")
    user_id = fields.Many2one('res.users', string="Salesperson", readonly=True)
    is_put_away = fields.Boolean(string="Put away", readonly=True, help="The customer is archived.")
    document = fields.Char(readonly=True)
    reference = fields.Char(readonly=True)
    move_id = fields.Many2one('account.move', string="Journal entry", readonly=True)
    journal_id = fields.Many2one('account.journal', readonly=True)
    account_id = fields.Many2one('account.account', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one('res.currency', string="Company currency", readonly=True)
    currency_id = fields.Many2one('res.currency', string="Document currency", readonly=True)
    date = fields.Date(string="Accounting date", readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(string="Due date", readonly=True)
    age_date = fields.Date(
        string="Ageing date", readonly=True, **AS_OF,
        help="From when the age counts: the invoice date or the due date, as the company's settings say. "
             "An entry that is no invoice counts from the dates of its own line.",
    )
    days = fields.Integer(string="Age (days)", readonly=True, aggregator='max', **AS_OF)
    days_overdue = fields.Integer(string="Days overdue", readonly=True, aggregator='max', **AS_OF)
    bucket = fields.Selection(lambda self: self._get_bucket_selection(), string="Ageing", readonly=True, **AS_OF)
    amount_total = fields.Monetary(
        string="Original amount", currency_field='company_currency_id', readonly=True,
        help="What was booked; credits are negative.",
    )
    amount_residual = fields.Monetary(
        string="Balance", currency_field='company_currency_id', readonly=True, **AS_OF,
        help="What is open, as in the trial balance: what is owed to vendors is negative.",
    )
    amount_receivable = fields.Monetary(
        string="Open receivable", currency_field='company_currency_id', readonly=True, **AS_OF,
        help="What customers owe; receipts that are not matched are negative.",
    )
    amount_payable = fields.Monetary(
        string="Open payable", currency_field='company_currency_id', readonly=True, **AS_OF,
        help="What is owed to vendors; payments that are not matched are negative.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue", currency_field='company_currency_id', readonly=True, **AS_OF,
        help="The part of the balance whose due date has passed.",
    )
    amount_residual_currency = fields.Monetary(
        string="In document currency", currency_field='currency_id', readonly=True, **AS_OF,
    )

    # The balance, where it is in the bucket. Labelled like the buckets of the company; there are as many as it has.
    amount_bucket_0 = _bucket_field()
    amount_bucket_1 = _bucket_field()
    amount_bucket_2 = _bucket_field()
    amount_bucket_3 = _bucket_field()
    amount_bucket_4 = _bucket_field()
    amount_bucket_5 = _bucket_field()
    amount_bucket_6 = _bucket_field()
    amount_bucket_7 = _bucket_field()

    # === WHAT THE CONTEXT ASKS FOR === #

    @api.model
    def _get_as_of(self):
        """Return the date of the context, or None for what is open now.

        :raise UserError: when it is no date
        """
        value = self.env.context.get('ecount_as_of')
        try:
            return fields.Date.to_date(value or None)
        except (ValueError, TypeError, AttributeError) as error:
            raise UserError(self.env._(
                "“%s” is no date. Write it as year-month-day, 2026-12-31 for example.", value)) from error

    @api.model
    def _is_aged_by_due_date(self):
        basis = self.env.context.get('ecount_age_basis') or self.env.company.sudo().ecount_age_basis
        return basis == 'due_date'

    @api.model
    def _get_bucket_selection(self):
        """Return the ageing buckets of the current company, by which the items of all companies shown are divided."""
        days = self.env.company.sudo()._get_ageing_days()
        labels = [self.env._("Current")]
        labels += [f"{first + 1}–{last}" for first, last in zip([0, *days], days)]
        labels.append(self.env._("Over %s", days[-1]))
        return [(str(number), label) for number, label in enumerate(labels)]

    # === THE QUERY === #

    @property
    def _table_query(self):
        as_of = self._get_as_of()
        account_ids, has_draft_matches = self._get_accounts_and_draft_matches()
        where = self._get_where_sql(as_of, account_ids)
        open_now = SQL(
            "%s WHERE %s AND line.reconciled IS NOT TRUE",
            self._get_select_sql(SQL("line.amount_residual"), SQL("line.amount_residual_currency")), where)
        if not as_of and not has_draft_matches:
            return open_now
        # What was open is open still, or matched since: both are few beside all that was ever booked.
        undone = self._get_undone_matches_sql(as_of)
        amounts = SQL("line.amount_residual + undone.amount"), SQL(
            "line.amount_residual_currency + undone.amount_currency")
        return SQL(
            """
            SELECT * FROM (
                %(open_now)s AND NOT EXISTS (SELECT FROM (%(undone)s) other WHERE other.line_id = line.id)
             UNION ALL
                %(matched_since)s JOIN (%(undone)s) undone ON undone.line_id = line.id WHERE %(where)s
            ) item WHERE item.amount_residual <> 0 OR item.amount_residual_currency <> 0
            """,
            open_now=open_now, undone=undone, where=where,
            matched_since=self._get_select_sql(*amounts),
        )

    @api.model
    def _get_accounts_and_draft_matches(self):
        """Return the receivable and payable accounts, and whether posted entries are matched with drafts.

        The amount of such a match is still open. The ids of the accounts stand in the query because PostgreSQL knows
        how many lines an account has: with a join it expects a few rows, and sorts a million.
        """
        return self.env.execute_query(SQL(
            """
            SELECT ARRAY(SELECT id FROM account_account
                          WHERE account_type IN ('asset_receivable', 'liability_payable') ORDER BY id),
                   EXISTS (SELECT FROM account_move_line
                            WHERE parent_state <> 'posted' AND matching_number IS NOT NULL)
            """, to_flush=self.env['account.account']._fields['account_type']))[0]

    @api.model
    def _search(self, domain, *args, **kwargs):
        def use_accounts(condition):
            if condition.field_expr != 'account_type' or condition.operator not in ('=', 'in'):
                return condition
            # For the same reason: the accounts of the type, elevated as the report itself.
            types = [condition.value] if isinstance(condition.value, str) else condition.value
            accounts = self.env['account.account'].sudo().with_context(active_test=False).search_fetch(
                [('account_type', 'in', list(types))], order='id')
            return Domain('account_id', 'in', accounts.ids)

        return super()._search(Domain(domain).map_conditions(use_accounts), *args, **kwargs)

    @api.model
    def _get_undone_matches_sql(self, as_of):
        """Return the query for what was matched after a date, or with entries that are not posted, by line.

        `amount_residual` is what is left after all matches; adding these amounts gives what was left then.
        """
        later = SQL("match.max_date > %s", as_of) if as_of else SQL("FALSE")
        return SQL(
            """
            SELECT part.line_id, SUM(part.amount) AS amount, SUM(part.amount_currency) AS amount_currency
              FROM (
                  SELECT * FROM account_partial_reconcile match WHERE %(later)s
                   UNION
                  SELECT match.* FROM account_move_line draft
                    JOIN account_partial_reconcile match ON draft.id IN (match.debit_move_id, match.credit_move_id)
                   WHERE draft.parent_state <> 'posted' AND draft.matching_number IS NOT NULL
              ) match
              CROSS JOIN LATERAL (VALUES
                  (match.debit_move_id, match.amount, match.debit_amount_currency),
                  (match.credit_move_id, -match.amount, -match.credit_amount_currency)
              ) part (line_id, amount, amount_currency)
             GROUP BY part.line_id
            """, later=later)

    @api.model
    def _get_where_sql(self, as_of, account_ids):
        where = SQL("line.parent_state = 'posted' AND line.account_id IN %s", tuple(account_ids) or (0,))
        return SQL("%s AND line.date <= %s", where, as_of) if as_of else where

    @api.model
    def _get_select_sql(self, amount, amount_currency):
        """Return the SELECT and FROM. What is not asked for costs nothing: PostgreSQL leaves out unused joins."""
        as_of = self._get_as_of() or fields.Date.context_today(self)
        due_date = SQL("COALESCE(line.date_maturity, line.date)")
        # An entry that is no invoice may hold many old debts: each line tells by its own dates how old it is.
        age_date = due_date if self._is_aged_by_due_date() else SQL(
            "COALESCE(line.invoice_date, LEAST(line.date, line.date_maturity, line.ecount_document_date))")
        is_receivable = SQL("account.account_type = 'asset_receivable'")
        return SQL(
            """
            SELECT line.id, line.move_id, line.move_name AS document, line.ref AS reference, line.journal_id,
                   line.account_id, line.company_id, line.company_currency_id, line.currency_id, line.date,
                   line.invoice_date, %(due_date)s AS date_maturity, %(age_date)s AS age_date,
                   %(as_of)s::date - %(age_date)s AS days,
                   GREATEST(%(as_of)s::date - %(due_date)s, 0) AS days_overdue,
                   %(bucket_amounts)s,
                   account.account_type,
                   line.partner_id AS contact_id,
                   contact.commercial_partner_id AS partner_id, customer.user_id, NOT customer.active AS is_put_away,
                   line.balance AS amount_total,
                   %(amount)s AS amount_residual,
                   CASE WHEN %(is_receivable)s THEN %(amount)s ELSE 0 END AS amount_receivable,
                   CASE WHEN %(is_receivable)s THEN 0 ELSE -(%(amount)s) END AS amount_payable,
                   CASE WHEN %(due_date)s < %(as_of)s::date THEN %(amount)s ELSE 0 END AS amount_overdue,
                   %(amount_currency)s AS amount_residual_currency
              FROM account_move_line line
         LEFT JOIN account_account account ON account.id = line.account_id
         -- an entry keeps the contact that it was made with
         LEFT JOIN res_partner contact ON contact.id = line.partner_id
         LEFT JOIN res_partner customer ON customer.id = contact.commercial_partner_id
            """,
            due_date=due_date, age_date=age_date, as_of=as_of, is_receivable=is_receivable, amount=amount,
            amount_currency=amount_currency,
            bucket_amounts=self._get_bucket_amounts_sql(amount, age_date, as_of),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != 'bucket' or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        # A table of the buckets rather than a CASE: PostgreSQL would expect as many groups as there are dates.
        as_of = self._get_as_of() or fields.Date.context_today(self)
        days = [0, *self.env.company.sudo()._get_ageing_days()]
        firsts = [*(as_of - timedelta(days=last) for last in days), '-infinity']
        buckets = SQL(", ").join(
            SQL("(%s, %s::date, %s::date)", str(number), first, before)
            for number, (first, before) in enumerate(zip(firsts, ['infinity', *firsts])))
        bucket_alias = query.make_alias(alias, 'bucket')
        query.add_join('LEFT JOIN', bucket_alias, SQL(
            "(SELECT column1 AS bucket, column2 AS first, column3 AS before FROM (VALUES %s) bucket)", buckets,
        ), SQL(
            "%(date)s >= %(first)s AND %(date)s < %(before)s", date=SQL.identifier(alias, 'age_date'),
            first=SQL.identifier(bucket_alias, 'first'), before=SQL.identifier(bucket_alias, 'before')))
        return SQL.identifier(bucket_alias, 'bucket')

    @api.model
    def _get_bucket_amounts_sql(self, amount, age_date, as_of):
        """Return the amount in a column for each bucket."""
        days = [0, *self.env.company.sudo()._get_ageing_days()]
        columns = []
        for number in range(MAX_AGEING_DAYS + 2):
            conditions = [SQL("TRUE")] if number <= len(days) else [SQL("FALSE")]
            if number < len(days):
                conditions.append(SQL("%s >= %s", age_date, as_of - timedelta(days=days[number])))
            if 0 < number <= len(days):
                conditions.append(SQL("%s < %s", age_date, as_of - timedelta(days=days[number - 1])))
            columns.append(SQL(
                "CASE WHEN %s THEN %s END AS %s",  # empty rather than many zeros
                SQL(" AND ").join(conditions), amount, SQL.identifier(f'{BUCKET_PREFIX}{number}')))
        return SQL(", ").join(columns)

    @api.model
    def _get_group_members_sql(self, group, root_id):
        # By the contact that the line names: saves looking up the customer of each of the lines. Mostly that is the
        # customer; only for the others the customer is looked up.
        return 'contact_id', SQL(
            """
            WITH grp AS MATERIALIZED (
                SELECT grp.id, %s AS group_id FROM ecount_customer_group grp WHERE grp.active AND grp.root_id = %s
            )
            SELECT member.partner_id, MIN(member.group_id) AS group_id
              FROM (SELECT rel.partner_id, grp.group_id
                      FROM ecount_customer_group_partner_rel rel
                      JOIN grp ON grp.id = rel.group_id
                     UNION ALL
                    SELECT contact.id, grp.group_id
                      FROM res_partner contact
                      JOIN ecount_customer_group_partner_rel rel ON rel.partner_id = contact.commercial_partner_id
                      JOIN grp ON grp.id = rel.group_id
                     WHERE contact.id <> contact.commercial_partner_id) AS member
             GROUP BY member.partner_id
            """,
            group, root_id, to_flush=self.env['res.partner']._fields['commercial_partner_id'])

    # === SCREENS === #

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        labels = dict(self._get_bucket_selection())
        for name in [name for name in result if name.startswith(BUCKET_PREFIX)]:
            label = labels.get(name[len(BUCKET_PREFIX):])
            if not label:
                del result[name]
            elif 'string' in result[name]:
                result[name]['string'] = label
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, len(self._get_bucket_selection())) if view_type == 'list' else key

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'list':
            names = {f'{BUCKET_PREFIX}{number}' for number, _label in self._get_bucket_selection()}
            for node in arch.xpath(f"//field[starts-with(@name, '{BUCKET_PREFIX}')]"):
                if node.get('name') not in names:
                    node.getparent().remove(node)
        return arch, view

    # === FROM A ROW === #

    def action_open_desk(self):
        """Open the desk of the customer of this item."""
        self.ensure_one()
        return self.partner_id.action_open_desk()

    def action_open_document(self):
        """Open the journal entry of this item, as far as the user's rights allow."""
        self.ensure_one()
        self.move_id.check_access('read')
        return {
            'type': 'ir.actions.act_window', 'res_model': 'account.move', 'res_id': self.move_id.id,
            'views': [(False, 'form')], 'context': {'create': False},
        }

    def action_balance_sms(self):
        """Tell the customers of these items their balance by SMS; see `res.partner.action_balance_sms`."""
        return self._get_customers().action_balance_sms()

    def action_statement(self):
        """Open the dialog that prints or sends the statements of the customers of these items."""
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_customer_statement_action')
        values = {'default_partner_ids': self._get_customers().ids, 'default_layout': 'open'}
        if as_of := self._get_as_of():
            values.update(default_layout='ledger', default_date_to=fields.Date.to_string(as_of))
        return {**action, 'context': values}

    def _get_customers(self):
        """Return the customers of these items.

        :raise UserError: when none of them has one
        """
        customers = self.partner_id
        if not customers:
            raise UserError(self.env._("None of the items chosen belongs to a customer."))
        return customers
