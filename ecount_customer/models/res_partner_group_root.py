"""Customers grouped by one way of dividing them: by their group under each of the first roots."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .ecount_customer_group_dimension import ROOT_SLOTS
from .joined_field_mixin import JoinedMany2one

PREFIX = 'customer_group_root_'


def _root_field(slot):
    return JoinedMany2one(
        'ecount.customer.group', string=f"Customer group ({slot})", compute='_compute_customer_group_roots',
        search=lambda self, operator, value: self._search_customer_group_root(slot, operator, value),
        export_string_translation=False,
    )


class ResPartner(models.Model):
    _name = 'res.partner'
    _inherit = ['res.partner', 'ecount.joined.field.mixin']

    # One for each of the first roots in their sequence; labelled with the name of the root, hidden where there is none.
    customer_group_root_1 = _root_field(1)
    customer_group_root_2 = _root_field(2)
    customer_group_root_3 = _root_field(3)
    customer_group_root_4 = _root_field(4)
    customer_group_root_5 = _root_field(5)

    @api.model
    def _get_group_roots(self):
        """Return the roots that customers can be grouped by, first one first.

        :rtype: ecount.customer.group
        """
        # Elevated: the same for every user, because the views that show them are shared.
        Group = self.env['ecount.customer.group'].sudo()
        return Group.browse(root_id for root_id, _depth in Group._get_dimensions())

    @api.depends('customer_group_ids.root_id')
    def _compute_customer_group_roots(self):
        roots = self._get_group_roots()
        for partner in self:
            for slot in range(1, ROOT_SLOTS + 1):
                root = roots[slot - 1:slot]
                partner[f'{PREFIX}{slot}'] = root and partner.customer_group_ids.filtered(
                    lambda group, root=root: group.root_id == root)[:1]

    def _search_customer_group_root(self, slot, operator, value):
        if operator != 'in':
            return NotImplemented
        root = self._get_group_roots()[slot - 1:slot]
        domain = Domain('customer_group_ids', 'in', [group_id for group_id in value if group_id])
        if all(value):
            return domain
        return domain | Domain('customer_group_ids', 'not any', [('root_id', '=', root.id)])

    @api.model
    def _join_field(self, name, alias, query):
        if not name.startswith(PREFIX):
            return super()._join_field(name, alias, query)
        root = self._get_group_roots()[int(name[len(PREFIX):]) - 1:][:1]
        if not root:
            raise ValueError(f"{name}: there is no such root of customer groups")
        group_fields = self.env['ecount.customer.group']._fields
        return SQL(
            "(SELECT rel.group_id FROM ecount_customer_group_partner_rel rel"
            " JOIN ecount_customer_group grp ON grp.id = rel.group_id AND grp.active AND grp.root_id = %s"
            " WHERE rel.partner_id = %s LIMIT 1)",
            root.id, SQL.identifier(alias, 'id'), to_flush=(
                self._fields['customer_group_ids'], group_fields['root_id'], group_fields['active']),
        )

    # === SCREENS === #

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        names = [f'{PREFIX}{slot}' for slot in range(1, ROOT_SLOTS + 1)]
        if any(name in result for name in names):
            labels = self._get_group_roots().mapped('name')
            for name, label in zip(names, [*labels, *[None] * ROOT_SLOTS]):
                if name in result and label and 'string' in result[name]:
                    result[name]['string'] = label
                elif not label:
                    result.pop(name, None)
        return result

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == 'search':
            labels = self._get_group_roots().mapped('name')
            for slot in range(1, ROOT_SLOTS + 1):
                for node in arch.xpath(f"//filter[@name='group_by_root_{slot}']"):
                    if slot <= len(labels):
                        node.set('string', labels[slot - 1])
                    else:
                        node.getparent().remove(node)
        return arch, view
