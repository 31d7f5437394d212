"""The groups of a customer."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    customer_group_ids = fields.Many2many(
        'ecount.customer.group', 'ecount_customer_group_partner_rel', 'partner_id', 'group_id',
        string="Customer groups", check_company=True,
        help="At most one group under each root. Contacts follow their company.",
    )
    # The web client's search panel shows trees for many2one fields only.
    customer_group_id = fields.Many2one(
        'ecount.customer.group', string="Customer group", compute='_compute_customer_group_id',
        search='_search_customer_group_id',
        help="The deepest group. Searching it finds the customers of the groups below it too.",
    )

    @api.depends('customer_group_ids.level')
    def _compute_customer_group_id(self):
        for partner in self:
            partner.customer_group_id = partner.customer_group_ids.sorted(lambda group: -group.level)[:1]

    def _search_customer_group_id(self, operator, value):
        if operator == 'in' and not any(isinstance(item, str) for item in value):
            group_ids = [group_id for group_id in value if group_id]
            domain = Domain('customer_group_ids', 'child_of', group_ids)
            return domain if all(value) else domain | Domain('customer_group_ids', '=', False)
        if operator in ('child_of', 'any', 'any!', 'ilike', '=ilike'):
            return Domain('customer_group_ids', operator, value)
        return NotImplemented

    def _commercial_fields(self):
        return [*super()._commercial_fields(), 'customer_group_ids']

    @api.constrains('customer_group_ids')
    def _check_one_group_per_root(self):
        self._check_one_group_per_root_sql(SQL("rel.partner_id IN %s", tuple(self.ids) or (0,)))

    @api.model
    def _check_one_group_per_root_sql(self, condition):
        """Raise when a partner has two groups under one root.

        :param SQL condition: restricts the memberships `rel` of the table `ecount_customer_group_partner_rel`
        :raise ValidationError: naming the customer, the root and the groups
        """
        self.env['ecount.customer.group'].flush_model(['root_id', 'active'])
        self.flush_model(['customer_group_ids'])
        rows = self.env.execute_query(SQL(
            """
            SELECT rel.partner_id, grp.root_id, array_agg(grp.id)
              FROM ecount_customer_group_partner_rel rel
              JOIN ecount_customer_group grp ON grp.id = rel.group_id AND grp.active
              JOIN res_partner partner ON partner.id = rel.partner_id
             WHERE %s
             GROUP BY rel.partner_id, partner.parent_id, grp.root_id
            HAVING COUNT(*) > 1
             ORDER BY partner.parent_id IS NOT NULL  -- name the company rather than its contact
             LIMIT 1
            """, condition,
        ))
        for partner_id, root_id, group_ids in rows:
            # Elevated: moving a branch may concern a customer that the user does not see; groups are no secret.
            Group = self.env['ecount.customer.group'].sudo()
            visible = self.env['res.partner'].with_context(active_test=False).search([('id', '=', partner_id)])
            raise ValidationError(self.env._(
                "%(customer)s would have several groups under “%(root)s”: %(groups)s. "
                "A customer has at most one group under each root.",
                customer=visible.display_name or self.env._("A customer"),
                root=Group.browse(root_id).name,
                groups=", ".join(Group.browse(group_ids).mapped('complete_name')),
            ))

    @api.model
    def search_panel_select_range(self, field_name, **kwargs):
        if field_name != 'customer_group_id':
            return super().search_panel_select_range(field_name, **kwargs)
        domain = Domain.AND([kwargs.get('search_domain') or [], kwargs.get('filter_domain') or []])
        return self.env['ecount.customer.group']._get_search_panel_range(domain, **kwargs)
