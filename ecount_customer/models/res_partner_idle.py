"""Which customers are idle, and why some of them must be left alone: one statement for all of them."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

IDLE_COLUMNS = ('id', 'create_date', 'active', 'commercial_partner_id')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _get_idle_cutoff(self, months):
        """Return the first day that still counts as within the period.

        :param int months: length of the period
        :rtype: datetime.date
        """
        return fields.Date.context_today(self) - relativedelta(months=months)

    @api.model
    def _get_idle_sql(self, customers, cutoff, busy_too=False, few=False):
        """Return SQL that says of customers since when they are idle and what speaks against putting them away.

        Figures are of all companies and regardless of access rules; `customers` decides who is seen.
        Columns: `partner_id`, `last_transaction_date` (null: never traded), `balance` (receivables plus payables,
        in the currency of the current company), `skip_reason` (null: may be put away; else in the user's language).

        :param SQL customers: SELECT of `IDLE_COLUMNS` of partners; contacts and archived ones are passed over
        :param datetime.date cutoff: who traded on this day or later is not idle
        :param bool busy_too: give those who are not idle too, with that as reason
        :param bool few: the customers are few compared to all, so look their documents up one by one
        """
        members = SQL("(SELECT id FROM member)") if few else None
        return SQL(
            """
            WITH customer AS MATERIALIZED (
                SELECT id, create_date FROM (%(customers)s) partner
                 WHERE active AND commercial_partner_id = id
            ), %(few_members)s last AS (%(last)s), idle AS MATERIALIZED (
                SELECT customer.id, customer.create_date, last.date
                  FROM customer LEFT JOIN last ON last.customer_id = customer.id
                 WHERE %(busy_too)s OR last.date IS NULL OR last.date < %(cutoff)s
            ), %(all_members)s open_amount AS (%(balance)s), document AS (%(documents)s)
            SELECT idle.id AS partner_id, idle.date AS last_transaction_date,
                   COALESCE(open_amount.amount, 0) AS balance,
                   NULLIF(concat_ws(', ', %(reasons)s), '') AS skip_reason
              FROM idle
              LEFT JOIN open_amount ON open_amount.customer_id = idle.id
              LEFT JOIN document ON document.customer_id = idle.id
            """,
            customers=customers, cutoff=cutoff, busy_too=busy_too,
            few_members=SQL("%s,", self._get_idle_members_sql('customer')) if few else SQL(),
            all_members=SQL() if few else SQL("%s,", self._get_idle_members_sql('idle')),
            last=self._get_last_transaction_sql(members),
            balance=self._get_idle_balance_sql(), documents=self._get_idle_documents_sql(),
            reasons=SQL(", ").join(self._get_idle_reasons(cutoff)),
        )

    @api.model
    def _get_idle_candidates(self, domain):
        """Return the SELECT for `_get_idle_sql` of the partners that match a domain and that the user may see.

        :param domain: on `res.partner`
        :rtype: SQL
        """
        query = self._search(domain)
        return query.select(*(SQL.identifier(query.table, column) for column in IDLE_COLUMNS))

    @api.model
    def _get_idle_members_sql(self, source):
        # Archived contacts too: an invoice may be open on one of them.
        return SQL(
            "member AS MATERIALIZED (SELECT partner.id, partner.commercial_partner_id AS customer_id"
            " FROM res_partner partner JOIN %s source ON source.id = partner.commercial_partner_id)",
            SQL.identifier(source),
        )

    @api.model
    def _get_idle_reasons(self, cutoff):
        """Return what is said about a customer that must be left alone, most telling first.

        An override appends more. The SQL may speak of `idle` (id, create_date, date), `open_amount`
        (amount, is_open), `document` (count, names) and of `member` (id, customer_id: customer and contacts).

        :rtype: list[SQL] of expressions, null where the reason does not apply
        """
        documents = self.env._("Unfinished documents (%(count)s): %(names)s", count='{count}', names='{names}')
        reasons = [
            SQL("CASE WHEN idle.date >= %s THEN %s END", cutoff, self.env._("Traded within the period")),
            SQL("CASE WHEN idle.date IS NULL AND idle.create_date >= %s THEN %s END",
                cutoff, self.env._("Registered within the period")),
            SQL("CASE WHEN open_amount.is_open THEN %s END", self.env._("Open balance")),
            SQL("CASE WHEN document.count > 0 THEN"
                " replace(replace(%s, '{count}', document.count::text), '{names}', document.names) END", documents),
            self._get_member_reason(
                'res.users', SQL("d.partner_id"), self.env._("Has a user account"), SQL("d.active")),
            self._get_member_reason('res.company', SQL("d.partner_id"), self.env._("Own company")),
        ]
        if 'hr.employee' in self.env:
            reasons.append(self._get_member_reason('hr.employee', SQL("d.work_contact_id"), self.env._("Employee")))
        return reasons

    @api.model
    def _get_member_reason(self, model, partner, reason, condition=None):
        """Return the SQL of a reason that holds where the customer or a contact is named by a record of `model`."""
        self.env[model].flush_model()
        return SQL(
            "CASE WHEN idle.id IN (SELECT member.customer_id FROM %s d JOIN member ON member.id = %s WHERE %s)"
            " THEN %s END",
            SQL.identifier(self.env[model]._table), partner, condition or SQL("TRUE"), reason,
        )

    @api.model
    def _get_idle_balance_sql(self):
        """Return SQL with `customer_id`, `amount` and `is_open`.

        Receivables and payables do not cancel out, nor do those of two companies. A payment in process that has
        no journal entry counts as paid.
        """
        self.env['account.move.line'].flush_model()
        self.env['account.payment'].flush_model()
        company = self.env.company
        today = fields.Date.context_today(self)
        # Elevated: what another company is owed keeps a shared customer here too.
        rates = SQL(", ").join(
            SQL("(%s, %s::numeric, %s::numeric)", other.id, other.currency_id.rounding,
                other.currency_id._get_conversion_rate(other.currency_id, company.currency_id, company, today))
            for other in self.env['res.company'].sudo().with_context(active_test=False).search([])
        )
        return SQL(
            """
            SELECT item.customer_id, SUM(item.amount * rate.value) AS amount,
                   BOOL_OR(ABS(item.amount) >= rate.rounding / 2) AS is_open
              FROM (SELECT part.customer_id, part.company_id, SUM(part.amount) AS amount
                      FROM (SELECT member.customer_id, line.company_id, account.account_type AS kind,
                                   line.amount_residual AS amount
                              FROM account_move_line line
                              JOIN account_account account ON account.id = line.account_id
                              JOIN member ON member.id = line.partner_id
                             WHERE account.account_type IN ('asset_receivable', 'liability_payable')
                               AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                            UNION ALL
                            SELECT member.customer_id, payment.company_id,
                                   CASE payment.partner_type WHEN 'customer' THEN 'asset_receivable'
                                        ELSE 'liability_payable' END,
                                   -payment.amount_company_currency_signed
                              FROM account_payment payment
                              JOIN member ON member.id = payment.partner_id
                             WHERE payment.state = 'in_process' AND payment.move_id IS NULL) part
                     GROUP BY part.customer_id, part.company_id, part.kind) item
              JOIN (VALUES %s) rate(company_id, rounding, value) ON rate.company_id = item.company_id
             GROUP BY item.customer_id
            """, rates,
        )

    @api.model
    def _get_idle_documents_sql(self):
        """Return SQL with `customer_id`, `count` and `names` (three at most) of unfinished documents."""
        parts = []
        for source in self._get_activity_sources():
            Document = self.env[source.model]
            Document.flush_model()
            parts.append(SQL(
                "SELECT member.customer_id, COALESCE(NULLIF(%(name)s, '/'), %(kind)s) AS name"
                " FROM %(table)s d JOIN member ON member.id = %(partner)s WHERE (%(unfinished)s)",
                name=SQL.identifier('d', source.name), partner=SQL.identifier('d', source.partner),
                kind=self.env['ir.model']._get(source.model).name, table=SQL.identifier(Document._table),
                unfinished=source.unfinished,
            ))
        return SQL(
            "SELECT customer_id, COUNT(*) AS count,"
            " array_to_string((array_agg(name ORDER BY name))[1:3], ', ') AS names"
            " FROM (%s) part GROUP BY customer_id", SQL(" UNION ALL ").join(parts),
        )
