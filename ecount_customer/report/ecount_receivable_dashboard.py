"""The page of the credit controller: what is owed, what is late, who passed the limit, how it went by month."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import add, end_of, start_of

MONTHS = 12
TOP = 10
SALES_DAYS = 90


class EcountReceivableReport(models.Model):
    _inherit = 'ecount.receivable.report'

    @api.readonly
    @api.model
    def get_dashboard(self):
        """Return all that the dashboard shows, in one call: receivables of the current company and its branches.

        A user who sees own customers only gets the figures of these. Amounts are in the company's currency.

        :return: `has_accounts` (False: nothing else is there, the company keeps no books yet), `currency_id`,
            `receivable`, `overdue`, `overdue_customers`, `buckets` (`key`, `label`, `amount`), `over_limit`
            (`customers`, `amount` by which they pass it), `dso` (days; None without sales in the last 90 days),
            `uncleared` (cheques that are not cleared), `top` (`id`, `name`, `ref`, `amount`, `overdue`, `days`) and
            `trend` (`month`, `date`, `receivable`, `sales`, `collected`)
        :rtype: dict
        :raise AccessError: when the user may not read the report
        """
        self.check_access('read')
        report = self.with_context(ecount_as_of=None, ecount_age_basis=None)
        company = self.env.company
        if not report._has_accounts(company):
            return {'has_accounts': False, 'company': company.name}
        domain = report._get_dashboard_domain()
        total, overdue = report._read_group(domain, [], ['amount_residual:sum', 'amount_overdue:sum'])[0]
        late = report._read_group([*domain, ('days_overdue', '>', 0)], [], ['partner_id:count_distinct'])[0][0]
        amounts = dict(report._read_group(domain, ['bucket'], ['amount_residual:sum']))
        trend = report._get_trend(total or 0.0)
        return {
            'has_accounts': True, 'company': company.name, 'currency_id': company.currency_id.id, 'domain': domain,
            'receivable': total or 0.0, 'overdue': overdue or 0.0, 'overdue_customers': late,
            'buckets': [{'key': key, 'label': label, 'amount': amounts.get(key) or 0.0}
                        for key, label in report._get_bucket_selection()],
            'over_limit': report._get_over_limit(), 'uncleared': report._get_uncleared(),
            'dso': report._get_days_sales_outstanding(total or 0.0),
            'top': report._get_top_customers(domain), 'trend': trend,
        }

    @api.model
    def _has_accounts(self, company):
        # Elevated: whether there are books is no secret of who sees receivables.
        return bool(self.env['account.account'].sudo().search_count(
            [('account_type', '=', 'asset_receivable'), ('company_ids', 'parent_of', company.id)], limit=1))

    @api.model
    def _get_dashboard_domain(self):
        return [('account_type', '=', 'asset_receivable'), ('company_id', 'child_of', self.env.company.id)]

    @api.model
    def _get_top_customers(self, domain):
        rows = self._read_group(
            [*domain, ('partner_id', '!=', False)], ['partner_id'],
            ['amount_residual:sum', 'amount_overdue:sum', 'days_overdue:max'],
            order='amount_residual:sum desc, partner_id', limit=TOP)
        return [{
            'id': partner.id, 'name': partner.name, 'ref': partner.ref or '', 'amount': amount,
            'overdue': overdue, 'days': days,
        } for partner, amount, overdue, days in rows if amount > 0]

    @api.model
    def _get_over_limit(self):
        """Return how many customers pass their limit, and by how much in all; also those who are overdue besides."""
        # Archived ones owe too; a contact has the figures of its company.
        Partner = self.env['res.partner'].with_context(active_test=False)
        company = self.env.company.sudo()
        if company.ecount_credit_limit or company.ecount_credit_policy == 'stop':
            customers = Partner.search([
                ('parent_id', '=', False), '|', ('credit_available', '<', 0), ('credit_state', '=', 'over')])
        else:
            # Only who has a limit, or none at all, can pass it: few, where most have none.
            own = Domain('has_own_credit_limit', '=', True) | Domain('credit_policy', '=', 'stop')
            groups = self.env['ecount.customer.group'].sudo().search(own)
            limited = Partner.sudo().search(Domain('parent_id', '=', False) & (
                own | Domain('customer_group_ids', 'child_of', groups.ids)))
            customers = Partner.search([('id', 'in', limited.ids)]).filtered(
                lambda customer: company.currency_id.compare_amounts(customer.credit_available, 0) < 0
                or customer.credit_state == 'over')
        passed = sum(max(customer.credit_exposure - customer.credit_limit_effective, 0) for customer in customers)
        return {'customers': len(customers), 'amount': company.currency_id.round(passed)}

    @api.model
    def _get_uncleared(self):
        """Return the sum of the cheques that are not cleared, of the customers that the user sees."""
        Partner = self.env['res.partner']
        Partner._flush_credit()
        visible = None
        if self.env.user._sees_own_customers_only() and not self.env.su:
            visible = Partner._get_visible_customer_sql(SQL("c.id"))
        amount = self.env.execute_query(SQL(
            "WITH debtor AS NOT MATERIALIZED (%s) SELECT SUM(amount) FROM (%s) cheque",
            Partner._get_credit_debtor_sql(SQL("%s", self._get_dashboard_companies().ids), condition=visible),
            Partner._get_credit_uncleared_sql()))[0][0]
        return self.env.company.currency_id.round(float(amount or 0.0))

    @api.model
    def _get_dashboard_companies(self):
        return self.env['res.company'].search([('id', 'child_of', self.env.company.id)]) & self.env.companies

    # === MOVEMENTS === #

    @api.model
    def _get_movements_sql(self, first):
        """Return FROM and WHERE of the receivable lines since a day, of the customers that the user sees.

        Elevated like the report: sums only.
        """
        self.env['account.move.line'].flush_model(
            ['balance', 'date', 'account_id', 'company_id', 'partner_id', 'parent_state', 'move_id', 'journal_id'])
        self.env['account.move'].flush_model(['move_type'])
        visible = SQL("TRUE")
        if self.env.user._sees_own_customers_only() and not self.env.su:
            visible = self.env['res.partner']._get_visible_customer_sql(SQL("line.partner_id"))
        return SQL(
            """
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_journal journal ON journal.id = line.journal_id
             WHERE line.parent_state = 'posted' AND line.date >= %s AND line.company_id = ANY(%s)
               AND line.account_id = ANY(ARRAY(SELECT id FROM account_account WHERE account_type = 'asset_receivable'))
               AND %s
            """, first, self._get_dashboard_companies().ids, visible)

    @api.model
    def _get_trend(self, total):
        """Return the receivables at the end of each of the last months, and the sales and receipts of the month.

        :param float total: what is open now; the months are counted back from it
        """
        today = fields.Date.context_today(self)
        first = add(start_of(today, 'month'), months=1 - MONTHS)
        rows = self.env.execute_query(SQL(
            """
            SELECT date_trunc('month', line.date)::date, SUM(line.balance),
                   SUM(line.balance) FILTER (WHERE move.move_type <> 'entry'),
                   -SUM(line.balance) FILTER (
                       WHERE move.move_type = 'entry' AND journal.type IN ('bank', 'cash', 'credit'))
            %s GROUP BY 1
            """, self._get_movements_sql(first)))
        movements = {month: amounts for month, *amounts in rows}
        round_ = self.env.company.currency_id.round
        trend, balance = [], total - float(sum(
            amounts[0] for month, amounts in movements.items() if month > add(first, months=MONTHS - 1)))
        for index in reversed(range(MONTHS)):
            month = add(first, months=index)
            moved, sales, collected = (float(amount or 0.0) for amount in movements.get(month, (0, 0, 0)))
            trend.append({
                'month': fields.Date.to_string(month), 'date': fields.Date.to_string(end_of(month, 'month')),
                'receivable': round_(balance), 'sales': round_(sales), 'collected': round_(collected),
            })
            balance -= moved
        return trend[::-1]

    @api.model
    def _get_days_sales_outstanding(self, total):
        """Return in how many days of sales the receivables came about, at the pace of the last 90 days.

        :rtype: int | None
        """
        today = fields.Date.context_today(self)
        sales = self.env.execute_query(SQL(
            "SELECT SUM(line.balance) FILTER (WHERE move.move_type <> 'entry' AND line.date <= %s) %s",
            today, self._get_movements_sql(add(today, days=1 - SALES_DAYS))))[0][0]
        return round(total * SALES_DAYS / float(sales)) if sales and sales > 0 else None
