"""The credit banner of quotations and draft invoices: the figures of the test itself."""

from odoo import api, fields, models

from .res_partner_credit import CreditFigures
from .res_partner_credit_terms import CreditTerms


class EcountCreditMixin(models.AbstractModel):
    """Shows what the test would say, in place of the native text, which counts differently."""

    _inherit = 'ecount.credit.mixin'

    # Kept by the form while lines are typed: their amounts change what the banner says, not what the customer owes.
    # Not for portal users, who read their own documents: limits, debts and those of others with a shared limit.
    credit_figures = fields.Json(compute='_compute_credit_figures', groups='base.group_user')
    credit_reaction = fields.Selection(
        [('warn', "Warn"), ('block', "Block")], compute='_compute_credit_reaction', groups='base.group_user',
        help="What the customer's credit terms would say if the document were confirmed now.",
    )
    credit_warning = fields.Text(compute='_compute_credit_reaction', groups='base.group_user')

    def _compute_credit_figures(self):
        for company, documents in self.grouped('company_id').items():
            documents._compute_credit_figures_of(company)

    def _compute_credit_figures_of(self, company):
        self.credit_figures = False
        if not company or self._get_credit_check(company.sudo()) == 'no':
            return
        customers = {
            document: document._get_credit_customer()._origin.sudo().with_company(company)
            for document in self if document._is_credit_banner_shown()}
        terms = {customer: customer._get_credit_terms() for customer in set(customers.values()) if customer}
        tested = self.env['res.partner'].union(
            *(customer for customer, term in terms.items() if self._has_credit_test(term)))
        figures = tested._get_credit_figures(company) if tested else {}
        for document, customer in customers.items():
            if customer.id in figures:
                document.credit_figures = self._pack_credit_figures(terms[customer], figures[customer.id], company)

    def _pack_credit_figures(self, terms, figures, company):
        return {
            'terms': [*terms[:4], terms.pools.ids],
            'figures': [*figures[:5], fields.Date.to_string(figures.oldest_date) or False],
            'pools': {str(pool.id): pool._get_credit_pool_used(company) for pool in terms.pools},
        }

    def _is_credit_banner_shown(self):
        """Whether the document may still be confirmed."""
        return False

    @api.depends('credit_figures', 'amount_total', 'currency_id', 'credit_approval_user_id', 'credit_approved_amount')
    def _compute_credit_reaction(self):
        for document in self:
            verdict = document._get_credit_banner_verdict() if document.credit_figures else None
            document.credit_reaction = verdict.reaction if verdict else False
            document.credit_warning = document._describe_credit(verdict) if verdict and verdict.reaction else False

    def _get_credit_banner_verdict(self):
        """Weigh the document with the figures that the form has, reading nothing of the customer again."""
        self.ensure_one()
        packed, company = self.credit_figures, self.company_id
        customer = self._get_credit_customer()
        pools = self.env['ecount.customer.group'].sudo().with_company(company).browse(packed['terms'][4])
        terms = CreditTerms(*packed['terms'][:4], pools)
        figures = CreditFigures(*packed['figures'])
        used = {customer: sum(figures[:3]), **{pool: packed['pools'][str(pool.id)] for pool in pools}}
        growth, size = self._get_credit_amounts()[self]
        if not self._is_credit_raised(growth, size):
            return None
        verdict = self._get_credit_verdict(
            terms, figures, used, customer, (growth, size), self._get_credit_check(company.sudo()))
        return None if verdict.reaction and self._is_credit_exempt() else verdict
