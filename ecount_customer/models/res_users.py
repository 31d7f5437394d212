from odoo import api, models


class ResUsers(models.Model):
    _inherit = 'res.users'

    @api.model_create_multi
    def create(self, vals_list):
        # The partner that Odoo makes for a user is no customer: no code, nothing required.
        return super(ResUsers, self.with_context(ecount_incomplete_ok=True)).create(vals_list).with_env(self.env)

    def _can_write_pricelist_rules(self):
        """Whether the user may write the rules of pricelists natively, customer management apart.

        Customer managers get write access on the model for special prices; the record rule calls this to keep
        them from the pricelists of the product managers.

        :rtype: bool
        """
        self.ensure_one()
        manager = self.env.ref('ecount_customer.group_customer_manager')
        access = self.env['ir.model.access'].sudo().search([
            ('model_id.model', '=', 'product.pricelist.item'), ('perm_write', '=', True),
            ('group_id', 'in', (self.all_group_ids - manager).ids),
        ], limit=1)
        return bool(access)
