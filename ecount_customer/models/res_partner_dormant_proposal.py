"""The monthly proposal of customers to put away."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

MAX_LISTED = 100


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _cron_propose_dormant(self):
        """Give the person in charge of each company the list of idle customers. Nobody is put away."""
        for company in self.env['res.company'].search([('ecount_propose_dormant', '=', True)]):
            user = company.ecount_dormant_user_id
            if user.active and company in user.company_ids:
                # As that person: only customers that they see are proposed to them.
                self.with_user(user).with_company(company).with_context(
                    allowed_company_ids=company.ids, lang=user.lang, tz=user.tz)._propose_dormant(company)

    def _propose_dormant(self, company):
        """Create the current user's activity with the idle customers of a company, in place of an earlier one.

        :param res.company company: whose settings hold
        """
        Activity, uid = self.env['mail.activity'].sudo(), self.env.uid
        activity_type = self.env.ref('ecount_customer.mail_activity_type_dormant')
        Activity.search([
            ('activity_type_id', '=', activity_type.id), ('user_id', '=', uid), ('res_model', '=', False),
        ]).filtered(lambda activity: company.name in activity.summary).unlink()
        rows = self._get_proposed_customers(max(company.ecount_dormant_months, 1))
        if not rows:
            return
        Activity.create({
            'activity_type_id': activity_type.id,
            'user_id': uid,
            'summary': self.env._(
                "%(company)s: %(count)s idle customers can be put away", company=company.name, count=rows[0][2]),
            'note': self._get_proposal_note(rows),
            'date_deadline': fields.Date.context_today(self),
        })

    def _get_proposed_customers(self, months):
        """Return rows of customer id, day of the last transaction and count of all, longest idle first."""
        self.env.flush_all()
        return self.env.execute_query(SQL(
            "SELECT partner_id, last_transaction_date, COUNT(*) OVER () FROM (%s) idle"
            " WHERE skip_reason IS NULL AND last_transaction_date IS NOT NULL"
            " ORDER BY last_transaction_date, partner_id LIMIT %s",
            self._get_idle_sql(self._get_idle_candidates([]), self._get_idle_cutoff(months)), MAX_LISTED,
        ))

    def _get_proposal_note(self, rows):
        customers = self.browse(row[0] for row in rows)
        items = Markup().join(
            Markup("<li>%s – %s</li>") % (f"{customer.ref or ''} {customer.name}".strip(), fields.Date.to_string(day))
            for customer, (_id, day, _count) in zip(customers, rows)
        )
        return Markup('<p><a href="/odoo/ecount-idle-customers">%s</a></p><ul>%s</ul>') % (
            self.env._("See the whole list and put customers away"), items)
