"""Customer groups with one credit limit for all their customers together."""

from odoo import fields, models


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    credit_pool = fields.Boolean(
        string="Shared limit", tracking=True,
        help="The credit limit of this group is one limit for all its customers together, "
             "tested beside each customer's own.",
    )

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
