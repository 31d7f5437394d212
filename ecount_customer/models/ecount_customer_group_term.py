"""The terms that a group gives to its customers."""

from odoo import models


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    def _get_own_term(self, name):
        """Return this group's own value of an inherited term, or None where the group above decides.

        :param str name: see `res.partner._get_term`
        """
        self.ensure_one()
        if name in ('credit_limit', 'credit_days'):
            return self[name] if self[f'has_own_{name}'] else None
        if name == 'credit_policy' and self.credit_policy == 'inherit':
            return None
        return self[name] or None

    def _get_giving_branch(self):
        """Return this group and those above it that may give terms in the current company.

        :return: single groups; none where this group is archived
        :rtype: list
        """
        self.ensure_one()
        if not self.active:
            return []
        branch = self.browse(map(int, self.parent_path.split('/')[:-1]))
        companies = self.env.company.parent_ids
        return [group for group in branch if group.active and (not group.company_id or group.company_id in companies)]

    def _gives_terms(self):
        """Whether a customer inherits any term from this group or one above it, in any company.

        :rtype: bool
        """
        self.ensure_one()
        branch = self.browse(int(group_id) for group_id in self.parent_path.split('/')[:-1])
        names = ('pricelist_id', 'discount_rate', 'credit_policy', 'overdue_policy', 'credit_limit', 'credit_days')
        return any(
            group.with_company(company)._get_own_term(name) is not None
            for company in self.env['res.company'].sudo().search([]) for group in branch for name in names
        )
