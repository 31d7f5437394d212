"""The credit used by all customers at once, where neither ages nor documents are asked for."""

from odoo import api, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _get_credit_totals_sql(self, company, at_least=0.0):
        """Return the statement of `customer_id` and `exposure`, as the total of `_get_credit_exposure`.

        Of those who use credit only. Fields are to be flushed before.

        :param float at_least: leave out who uses less, in the company's currency
        """
        arguments = self._get_credit_arguments(company)
        join, customer = self._get_customer_join_sql(SQL("line.partner_id"))
        order_join, order_customer = self._get_customer_join_sql(SQL("o.partner_invoice_id"))
        return SQL("""
            WITH branch AS (SELECT id FROM res_company WHERE split_part(parent_path, '/', 1)::int = %(root)s),
            debtor AS NOT MATERIALIZED (%(debtors)s)
            SELECT customer_id, SUM(amount) AS exposure
              FROM (SELECT %(customer)s AS customer_id, line.amount_residual AS amount
                      FROM account_move_line line %(join)s
                     WHERE line.account_id = ANY(%(accounts)s) AND line.reconciled IS NOT TRUE
                       AND line.parent_state = 'posted' AND line.company_id IN (SELECT id FROM branch)
                       AND line.partner_id IS NOT NULL
                     UNION ALL
                    SELECT customer_id, CASE WHEN is_ordered THEN 1 ELSE -1 END * ROUND(amount * %(rate)s, %(decimals)s)
                      FROM (SELECT %(order_customer)s AS customer_id, TRUE AS is_ordered, o.currency_id,
                                   SUM(o.credit_open_amount) AS amount
                              FROM sale_order o %(order_join)s
                             WHERE o.state = 'sale' AND o.credit_open_amount > 0
                               AND o.company_id IN (SELECT id FROM branch)
                             GROUP BY 1, 2, 3
                             UNION ALL %(paid_online)s) x
                     UNION ALL SELECT customer_id, -amount FROM (%(in_process)s) received
                     UNION ALL SELECT customer_id, amount FROM (%(uncleared)s) uncleared
                   ) part
             GROUP BY customer_id
            HAVING SUM(amount) > 0 AND ROUND(SUM(amount), %(decimals)s) >= %(at_least)s::numeric""",
            at_least=repr(at_least),
            root=arguments['root_id'],
            debtors=self._get_credit_debtor_sql(SQL("ARRAY(SELECT id FROM branch)")),
            customer=customer, join=join, accounts=self._get_receivable_account_ids(),
            order_customer=order_customer, order_join=order_join,
            rate=self._get_credit_rate_sql(*(arguments[name] for name in ('root_id', 'currency_id', 'today'))),
            decimals=arguments['decimals'],
            paid_online=self._get_credit_paid_online_sql(),
            in_process=self._get_credit_in_process_sql(),
            uncleared=self._get_credit_uncleared_sql(),
        )
