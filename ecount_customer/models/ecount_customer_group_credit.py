"""Customer groups with one credit limit for all their customers together."""

from odoo import api, fields, models, tools
from odoo.fields import Domain

# Changing one of them may give credit terms to customers, or take them.
CREDIT_TERM_FIELDS = {
    'credit_policy', 'overdue_policy', 'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days'}


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    credit_pool = fields.Boolean(
        string="Shared limit", tracking=True,
        help="The credit limit of this group is one limit for all its customers together, "
             "tested beside each customer's own.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        if any(not CREDIT_TERM_FIELDS.isdisjoint(vals) for vals in vals_list):
            self.env.registry.clear_cache()
        return groups

    def write(self, vals):
        res = super().write(vals)
        if not CREDIT_TERM_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache('self.env.company.id')
    def _give_credit_terms(self):
        """Return whether any group gives a credit term in the current company.

        Else nobody's groups need be read when a document is tested.

        :rtype: bool
        """
        return bool(self.sudo().with_context(active_test=False).search_count(Domain.OR((
            Domain('credit_policy', 'not in', (False, 'inherit')), Domain('overdue_policy', '!=', False),
            Domain('has_own_credit_limit', '=', True), Domain('has_own_credit_days', '=', True),
        )), limit=1))

    def _get_credit_pool_used(self, company):
        """Return what all customers of this group and below have used of the shared limit.

        :param res.company company: whose books, and currency
        :rtype: float
        """
        self.ensure_one()
        # Elevated and archived ones too: who confirms may not see all customers that share the limit.
        customers = self.env['res.partner'].sudo().with_context(active_test=False).search(
            [('customer_group_ids', 'child_of', self.id)]).commercial_partner_id
        return sum(sum(figures[:3]) for figures in customers._get_credit_figures(company).values())
