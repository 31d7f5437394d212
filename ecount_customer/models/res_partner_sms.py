"""What a customer owes and at which number it is told so: one statement for many customers."""

from odoo import api, fields, models
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    no_balance_sms = fields.Boolean(
        string="No balance by SMS", tracking=True, help="This customer is not told its balance by text message.",
    )
    sms_log_ids = fields.One2many('ecount.sms.log', 'partner_id', string="Messages sent", readonly=True, copy=False)

    @api.model
    def _get_sms_balances(self, customers, company, owing_only=False):
        """Return, for each customer, what an SMS about its balance needs.

        Receivables of `company` and its branches only; receipts that are not matched are set off against the
        oldest items first. Elevated figures: `customers` decides whose they are.

        :param SQL customers: subselect of ids
        :param res.company company: whose receivables
        :param bool owing_only: only customers that owe something
        :return: dicts with `partner_id`, `amount` and `overdue` (currency of the company), `due_date` (of the oldest
            open item), `contact_id` (of the invoice contact that has a number, else the customer), `mobile`, `phone`,
            `country_code`, `lang`, `opted_out`, `last_sms` (moment in UTC, of a message that did not fail), `in_queue`
        :rtype: list[dict]
        """
        self.env.flush_all()
        company = company.sudo()
        company_ids = self.env['res.company'].sudo().search([('id', 'child_of', company.id)]).ids
        today = fields.Date.context_today(self)
        self.env.cr.execute(SQL(
            """
            WITH customer AS MATERIALIZED (
                SELECT id, lang, country_id, mobile, phone, no_balance_sms FROM res_partner
                 -- written so that the planner expects many; joined one by one they took minutes
                 WHERE id IN %(customers)s AND COALESCE(commercial_partner_id = id, FALSE)
            ), %(balances)s
            SELECT customer.id AS partner_id, COALESCE(total.balance, 0)::float AS amount,
                   COALESCE(total.overdue, 0)::float AS overdue, due.due_date,
                   COALESCE(billing.id, customer.id) AS contact_id,
                   CASE WHEN billing.id IS NULL THEN customer.mobile ELSE billing.mobile END AS mobile,
                   CASE WHEN billing.id IS NULL THEN customer.phone ELSE billing.phone END AS phone,
                   country.code AS country_code, COALESCE(billing.lang, customer.lang) AS lang,
                   COALESCE(customer.no_balance_sms, FALSE) AS opted_out,
                   told.last_sms, COALESCE(told.in_queue, FALSE) AS in_queue
              FROM customer
              LEFT JOIN total ON total.customer_id = customer.id
              LEFT JOIN due ON due.customer_id = customer.id
              LEFT JOIN LATERAL (
                    SELECT contact.id, contact.mobile, contact.phone, contact.country_id, contact.lang
                      FROM res_partner contact
                     WHERE contact.parent_id = customer.id AND contact.type = 'invoice' AND contact.active
                       AND COALESCE(NULLIF(btrim(contact.mobile), ''), NULLIF(btrim(contact.phone), '')) IS NOT NULL
                     ORDER BY contact.complete_name, contact.id LIMIT 1) billing ON TRUE
              LEFT JOIN LATERAL (
                    SELECT MAX(log.create_date) AS last_sms, BOOL_OR(log.state = 'outgoing') AS in_queue
                      FROM ecount_sms_log log
                     WHERE log.partner_id = customer.id AND log.company_id = %(company)s
                       AND log.state NOT IN ('canceled', 'error')) told ON TRUE
              LEFT JOIN res_country country ON country.id = COALESCE(
                    billing.country_id, customer.country_id, %(country)s)
             WHERE %(all)s OR total.balance > 0
             ORDER BY total.balance DESC NULLS LAST, customer.id
            """,
            customers=customers, company=company.id, balances=self._get_open_balances_sql(
                company_ids, today, SQL("partner.commercial_partner_id IN (SELECT id FROM customer)")),
            country=company.country_id.id or None, all=not owing_only,
        ))
        return self.env.cr.dictfetchall()

    def action_balance_sms(self):
        """Open the balance SMS of these customers.

        :return: action of the wizard
        """
        wizard = self.env['ecount.balance.sms'].create({'partner_ids': [(6, 0, self.commercial_partner_id.ids)]})
        return wizard._get_action()
