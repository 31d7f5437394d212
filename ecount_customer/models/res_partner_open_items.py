"""Open receivables of many customers: the SQL that balance SMS, alerts and their sums are made of."""

from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _get_receivable_account_ids(self):
        """Return the ids of all receivable accounts, for queries.

        They stand in the query because PostgreSQL knows how many lines an account has; with a join it expects few.
        """
        return self.env['account.account'].sudo().with_context(active_test=False).search(
            [('account_type', '=', 'asset_receivable')], order='id').ids

    @api.model
    def _get_customer_join_sql(self, partner, chosen=None):
        """Return the join from the partner of an entry to its customer, and the customer's id.

        Without a choice only contacts of a company are joined: others are customers themselves, and looking up each of
        a million takes several times as long as adding up what they owe.

        :param SQL partner: id of the partner, not null
        :param SQL chosen: condition on `partner`, of which all are joined then
        :rtype: tuple[SQL, SQL]
        """
        if chosen:
            return (
                SQL("JOIN res_partner partner ON partner.id = %s AND %s", partner, chosen),
                SQL("partner.commercial_partner_id"))
        return (
            SQL("LEFT JOIN res_partner partner ON partner.id = %s AND partner.parent_id IS NOT NULL", partner),
            SQL("COALESCE(partner.commercial_partner_id, %s)", partner))

    @api.model
    def _get_open_items_sql(self, company_ids, chosen=None):
        """Return SQL with `customer_id`, `id`, `due_date` and `amount` of open receivables.

        A payment in process that has no journal entry counts as received.

        :param SQL chosen: condition on `partner`, whose entries count; None: all
        """
        join, customer = self._get_customer_join_sql(SQL("entry.partner_id"), chosen)
        return SQL(
            """
            SELECT %(customer)s AS customer_id, entry.id, entry.due_date, entry.amount
              FROM (SELECT line.partner_id, line.id, COALESCE(line.date_maturity, line.date) AS due_date,
                           line.amount_residual AS amount
                      FROM account_move_line line
                     WHERE line.account_id = ANY(%(accounts)s) AND line.parent_state = 'posted'
                       AND line.reconciled IS NOT TRUE AND line.company_id = ANY(%(companies)s)
                       AND line.partner_id IS NOT NULL
                     UNION ALL
                    SELECT payment.partner_id, -payment.id, payment.date, -payment.amount_company_currency_signed
                      FROM account_payment payment
                     WHERE payment.state = 'in_process' AND payment.move_id IS NULL
                       AND payment.partner_type = 'customer' AND payment.company_id = ANY(%(companies)s)
                       AND payment.partner_id IS NOT NULL
                   ) entry
              %(join)s
            """, customer=customer, join=join, companies=company_ids, accounts=self._get_receivable_account_ids(),
        )

    @api.model
    def _get_open_balances_sql(self, company_ids, today, chosen=None):
        """Return SQL for a WITH clause: `total` of each customer with open items, `due` of those that owe.

        `total` has `customer_id`, `balance`, `credit` and `overdue` (what fell due before today); `due` has
        `customer_id` and `due_date` of the oldest item still open. Credits are set off against the oldest first.

        :param SQL chosen: condition on `partner`, whose entries count; None: all
        """
        return SQL(
            """
            item AS MATERIALIZED (%(items)s),
            total AS (
                -- credits settle the oldest first, so they take what is overdue before anything else
                SELECT customer_id, amount AS balance, credit, GREATEST(overdue - credit, 0) AS overdue
                  FROM (SELECT customer_id, SUM(amount) AS amount,
                               COALESCE(-SUM(amount) FILTER (WHERE amount < 0), 0) AS credit,
                               COALESCE(SUM(amount) FILTER (WHERE amount > 0 AND due_date < %(today)s), 0) AS overdue
                          FROM item GROUP BY customer_id) customer_item
            ), running AS (
                SELECT item.customer_id, item.due_date, total.credit,
                       SUM(item.amount) OVER (PARTITION BY item.customer_id ORDER BY item.due_date, item.id)
                           AS amount_until
                  FROM item JOIN total USING (customer_id)
                 WHERE item.amount > 0
            ), due AS (
                SELECT customer_id, MIN(due_date) AS due_date
                  FROM running
                 WHERE amount_until > credit
                 GROUP BY customer_id
            )""",
            items=self._get_open_items_sql(company_ids, chosen), today=today,
        )
