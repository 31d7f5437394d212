"""Reps who may not set credit terms do not give their customers more credit by moving them between groups either."""

from math import inf

from odoo import api, models
from odoo.exceptions import AccessError

_SEVERITY = {'none': 0, 'warn': 1, 'block': 2, 'stop': 3}


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if not self._can_set_credit_terms():
            grouped = partners.sudo().filtered('customer_group_ids')
            grouped._check_credit_not_raised(grouped._get_credit_tests(with_groups=False))
        return partners

    def write(self, vals):
        if 'tz' in vals:
            self.env.registry.clear_cache()  # see `res.company._get_credit_zone`
        if 'customer_group_ids' not in vals or self._can_set_credit_terms():
            return super().write(vals)
        # Elevated: the customer may be out of the rep's sight afterwards.
        customers = self.sudo().commercial_partner_id
        before = customers._get_credit_tests()
        res = super().write(vals)
        customers._check_credit_not_raised(before)
        return res

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if 'customer_group_ids' not in (default or {}) and not self._can_set_credit_terms():
            for partner, vals in zip(self.sudo(), vals_list):
                if partner._gets_credit_terms_from_groups():
                    vals.pop('customer_group_ids', None)
        return vals_list

    def _gets_credit_terms_from_groups(self):
        """Whether this customer has more credit for being in its groups, in any company."""
        self.ensure_one()
        alone = self._get_credit_tests(with_groups=False)
        return any(
            self._is_credit_raised(alone[key], tests) for key, tests in self._get_credit_tests().items())

    def _get_credit_tests(self, with_groups=True):
        """Return what is tested of these customers in each company, so that it can be compared.

        :return: by company and customer: how severe and how narrow the tests of amount and age are, and the groups
            whose shared limit counts
        :rtype: dict[tuple, tuple]
        """
        return {
            (company, customer): self._describe_credit_tests(terms)
            for company in self.env['res.company'].sudo().search([])
            for customer, terms in self.with_company(company)._get_credit_terms_by_partner(with_groups).items()
        }

    @api.model
    def _describe_credit_tests(self, terms):
        if terms.policy == 'stop':
            amount = (_SEVERITY['stop'], 0.0)
        elif terms.policy == 'none' or not terms.limit:
            amount = (0, inf)
        else:
            amount = (_SEVERITY[terms.policy], terms.limit)
        if terms.overdue_policy == 'none' or not terms.days:
            age = (0, inf)
        else:
            age = (_SEVERITY[terms.overdue_policy], terms.days)
        return amount, age, frozenset(terms.pools.ids) if terms.policy != 'none' else frozenset()

    @api.model
    def _is_credit_raised(self, before, after):
        """Whether a test is gone, or milder or wider than before; see `_get_credit_tests`."""
        return bool(before[2] - after[2]) or any(
            new_severity < severity or new_limit > limit
            for (severity, limit), (new_severity, new_limit) in zip(before[:2], after[:2]))

    def _check_credit_not_raised(self, before):
        """Refuse groups that give these customers more credit than they had.

        :param dict before: see `_get_credit_tests`
        :raise AccessError: naming the customer
        """
        after = self._get_credit_tests()
        for (company, customer), tests in before.items():
            if self._is_credit_raised(tests, after[company, customer]):
                raise AccessError(self.env._(
                    "%(customer)s: these customer groups would give more credit than now. "
                    "Leave them as they are, or ask someone who sets credit terms to change them.",
                    customer=customer.name))
