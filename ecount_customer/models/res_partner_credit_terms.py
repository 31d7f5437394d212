"""The credit terms of customers, and on the form each with the record that it comes from."""

from collections import namedtuple

from odoo import api, fields, models

CREDIT_TERMS = ('credit_policy', 'overdue_policy', 'credit_limit', 'credit_days')
CREDIT_TERM_FIELDS = {*CREDIT_TERMS, 'has_own_credit_limit', 'has_own_credit_days'}
CreditTerms = namedtuple('CreditTerms', 'policy overdue_policy limit days pools')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    credit_policy_info = fields.Char(compute='_compute_credit_terms_info', groups='base.group_user')
    # Natively for accounting alone: who maintains the terms could set the policy and the period, but no limit.
    credit_limit = fields.Float(groups=(
        'account.group_account_invoice,account.group_account_readonly,'
        'ecount_customer.group_customer_manager,ecount_customer.group_credit_approver'))
    credit_limit_info = fields.Char(compute='_compute_credit_terms_info', groups='base.group_user')
    overdue_policy_info = fields.Char(compute='_compute_credit_terms_info', groups='base.group_user')
    credit_days_info = fields.Char(compute='_compute_credit_terms_info', groups='base.group_user')
    credit_terms_warning = fields.Char(
        compute='_compute_credit_terms_info', groups='base.group_user',
        help="Set when the payment terms are longer than the credit period.",
    )

    def _decide_write_access(self, name):
        # Credit terms hold for the reps too, so reps do not set them; what contacts copy from their company means
        # nothing.
        if name in CREDIT_TERM_FIELDS and not self._can_set_credit_terms():
            return bool(self) and all(partner != partner.commercial_partner_id for partner in self.sudo())
        return super()._decide_write_access(name)

    @api.model
    def _can_set_credit_terms(self):
        """Whether the user may set limits and periods: anyone but a rep who is restricted to their own customers."""
        user = self.env.user
        return self.env.su or not user.has_group('ecount_customer.group_own_customers') or any(map(user.has_group, (
            'ecount_customer.group_all_customers', 'ecount_customer.group_credit_approver',
            'account.group_account_invoice')))

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if not self._can_set_credit_terms():
            for vals in vals_list:
                for name in CREDIT_TERM_FIELDS - (default or {}).keys():
                    vals.pop(name, None)
        return vals_list

    def _get_credit_terms(self):
        """Return the credit terms of this customer in the current company.

        :rtype: CreditTerms
        """
        self.ensure_one()
        return self._get_credit_terms_by_partner()[self]

    def _get_credit_terms_by_partner(self, with_groups=True):
        """Return the credit terms of these partners in the current company; each group is asked once.

        :param bool with_groups: else as if they were in no group
        :rtype: dict[res.partner, CreditTerms]
        """
        def get_own_terms(source):
            return tuple(source._get_own_term(name) for name in CREDIT_TERMS)

        company_terms = get_own_terms(self.env.company.sudo())
        group_terms, result = {}, {}
        sources_by_partner = self._get_group_sources_by_partner() if with_groups else dict.fromkeys(self, ())
        for partner, groups in sources_by_partner.items():
            for group in groups:
                if group.id not in group_terms:
                    group_terms[group.id] = get_own_terms(group)
            sources = (
                get_own_terms(partner.sudo().commercial_partner_id), *(group_terms[group.id] for group in groups),
                company_terms)
            policy, overdue_policy, limit, days = (
                next(term for term in terms if term is not None) for terms in zip(*sources))
            policy = policy or 'none'
            overdue_policy = overdue_policy or 'same'
            if overdue_policy == 'same':
                overdue_policy = 'block' if policy == 'stop' else policy
            pools = self.env['ecount.customer.group'].union(*(
                group for group in groups if group_terms[group.id][2] and group.credit_pool))
            result[partner] = CreditTerms(policy, overdue_policy, limit, days, pools)
        return result

    # === SHOWN ON THE FORM === #

    @api.depends(
        'credit_policy', 'overdue_policy', 'credit_limit', 'credit_days', 'has_own_credit_limit',
        'has_own_credit_days', 'customer_group_ids', 'property_payment_term_id', 'commercial_partner_id',
    )
    @api.depends_context('company', 'lang')
    def _compute_credit_terms_info(self):
        policies = dict(self._fields['credit_policy']._description_selection(self.env))
        overdue_policies = dict(self._fields['overdue_policy']._description_selection(self.env))
        for partner in self:
            partner.credit_policy_info = partner._explain_term(
                'credit_policy', lambda policy: policies.get(policy or 'none'))
            partner.overdue_policy_info = partner._explain_term(
                'overdue_policy', lambda policy: overdue_policies.get(policy or 'same'))
            partner.credit_limit_info = partner._explain_term(
                'credit_limit', lambda limit: self.env.company.currency_id.format(limit) if limit
                else self.env._("no limit"))
            partner.credit_days_info = partner._explain_term(
                'credit_days', lambda days: self.env._("%s days", days) if days else self.env._("no period"))
            partner.credit_terms_warning = partner._get_credit_terms_warning()

    def _explain_term(self, name, describe):
        """Return the value of a term that this customer inherits, and from where; empty where it has its own.

        :param describe: turns the value into words
        """
        value, source = self._get_term(name)
        if source == self.commercial_partner_id._origin or source == self.commercial_partner_id:
            return False
        return self.env._("%(value)s — from %(origin)s", value=describe(value), origin=source.display_name)

    def _get_credit_terms_warning(self):
        days = self._get_term('credit_days')[0]
        term_days = max(self.sudo().property_payment_term_id.line_ids.mapped('nb_days'), default=0)
        if not days or term_days <= days:
            return False
        return self.env._(
            "The payment terms allow %(term_days)s days, the credit period is %(days)s days: "
            "invoices will be over the period before they are due.", term_days=term_days, days=days)
