"""Documents grouped by one way of dividing customers, and by a level of it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .ecount_customer_group_dimension import MAX_LEVEL, ROOT_SLOTS
from .joined_field_mixin import JoinedMany2one

ROOT_PREFIX = 'customer_group_root_'
# By name of the field: the number of the root, and the level (None: the customer's own group, however deep).
DIMENSIONS = {
    **{f'{ROOT_PREFIX}{slot}': (slot, None) for slot in range(1, ROOT_SLOTS + 1)},
    **{f'customer_group_{slot}_level_{level}': (slot, level)
       for slot in range(1, ROOT_SLOTS + 1) for level in range(2, MAX_LEVEL + 1)},
}


def _group_field(name):
    slot, level = DIMENSIONS[name]
    return JoinedMany2one(
        'ecount.customer.group', compute='_compute_customer_group_levels',
        string=f"Customer group ({slot}, level {level})" if level else f"Customer group ({slot})",
        search=lambda self, operator, value: self._search_customer_group_level(slot, level, operator, value),
        export_string_translation=False,
    )


class CustomerGroupMixin(models.AbstractModel):
    _inherit = 'ecount.customer.group.mixin'

    # For each of the first roots the customer's group below it, and the group of each level above that one: a
    # customer of Region / North / Chiang Mai counts at level 2 for North. One that is placed higher than the level
    # counts for its own group. A customer has one group under a root, so nothing is counted twice.
    # Labelled with the names of the roots, hidden where there is no such root or level: see the screen's file.
    customer_group_root_1 = _group_field('customer_group_root_1')
    customer_group_root_2 = _group_field('customer_group_root_2')
    customer_group_root_3 = _group_field('customer_group_root_3')
    customer_group_root_4 = _group_field('customer_group_root_4')
    customer_group_root_5 = _group_field('customer_group_root_5')
    customer_group_1_level_2 = _group_field('customer_group_1_level_2')
    customer_group_1_level_3 = _group_field('customer_group_1_level_3')
    customer_group_1_level_4 = _group_field('customer_group_1_level_4')
    customer_group_1_level_5 = _group_field('customer_group_1_level_5')
    customer_group_2_level_2 = _group_field('customer_group_2_level_2')
    customer_group_2_level_3 = _group_field('customer_group_2_level_3')
    customer_group_2_level_4 = _group_field('customer_group_2_level_4')
    customer_group_2_level_5 = _group_field('customer_group_2_level_5')
    customer_group_3_level_2 = _group_field('customer_group_3_level_2')
    customer_group_3_level_3 = _group_field('customer_group_3_level_3')
    customer_group_3_level_4 = _group_field('customer_group_3_level_4')
    customer_group_3_level_5 = _group_field('customer_group_3_level_5')
    customer_group_4_level_2 = _group_field('customer_group_4_level_2')
    customer_group_4_level_3 = _group_field('customer_group_4_level_3')
    customer_group_4_level_4 = _group_field('customer_group_4_level_4')
    customer_group_4_level_5 = _group_field('customer_group_4_level_5')
    customer_group_5_level_2 = _group_field('customer_group_5_level_2')
    customer_group_5_level_3 = _group_field('customer_group_5_level_3')
    customer_group_5_level_4 = _group_field('customer_group_5_level_4')
    customer_group_5_level_5 = _group_field('customer_group_5_level_5')

    @api.model
    def _get_dimension_root_id(self, slot):
        """Return the id of the root with this number, or None where there are fewer roots."""
        dimensions = self.env['ecount.customer.group']._get_dimensions()
        return dimensions[slot - 1][0] if slot <= len(dimensions) else None

    @api.depends('partner_id.customer_group_ids.parent_path')
    def _compute_customer_group_levels(self):
        Group = self.env['ecount.customer.group']
        root_ids = {slot: self._get_dimension_root_id(slot) for slot in range(1, ROOT_SLOTS + 1)}
        for record in self:
            # Elevated: the groups of a customer are no secret of who sees the document.
            paths = {}
            for group in record.partner_id.sudo().customer_group_ids:
                path = [int(id_) for id_ in group.parent_path.split('/')[:-1]]
                paths[path[0]] = path
            for name, (slot, level) in DIMENSIONS.items():
                path = paths.get(root_ids[slot], [])
                record[name] = Group.browse(path[:level][-1:])

    @api.model
    def _search_customer_group_level(self, slot, level, operator, value):
        Group = self.env['ecount.customer.group']
        root_id = self._get_dimension_root_id(slot)
        if operator in ('any', 'any!'):
            operator, value = 'in', Group.search(Domain('root_id', '=', root_id) & Domain(value)).ids
        if operator == 'child_of':
            return Domain('customer_group_ids', 'child_of', value)
        if operator != 'in':
            return NotImplemented
        groups = Group.with_context(active_test=False).search([('id', 'in', [id_ for id_ in value if id_])])
        whole = groups.filtered(lambda group: level and group.level >= level)
        domain = Domain('customer_group_ids', 'in', (groups - whole).ids)
        if whole:
            domain |= Domain('customer_group_ids', 'child_of', whole.ids)
        if all(value):
            return domain
        return domain | Domain('partner_id', '=', False) | Domain(
            'partner_id', 'any!', [('customer_group_ids', 'not any', [('root_id', '=', root_id)])])

    @api.model
    def _join_field(self, name, alias, query):
        if name not in DIMENSIONS:
            return super()._join_field(name, alias, query)
        slot, level = DIMENSIONS[name]
        root_id = self._get_dimension_root_id(slot)
        if not root_id:
            raise ValueError(f"{name}: there is no such root of customer groups")
        group_fields = self.env['ecount.customer.group']._fields
        group = SQL("grp.id") if not level else SQL(
            "COALESCE(NULLIF(split_part(grp.parent_path, '/', %s), '')::int, grp.id)", level)
        partner_field, members = self._get_group_members_sql(group, root_id)
        groups = SQL("(%s)", members, to_flush=(
            self.env['res.partner']._fields['customer_group_ids'], group_fields['root_id'],
            group_fields['parent_path'], group_fields['active']))
        group_alias = query.make_alias(alias, f'{name}_member')
        query.add_join('LEFT JOIN', group_alias, groups, SQL(
            "%s = %s", SQL.identifier(group_alias, 'partner_id'), self._field_to_sql(alias, partner_field, query)))
        return SQL.identifier(group_alias, 'group_id')

    @api.model
    def _get_group_members_sql(self, group, root_id):
        """Return the query for the group of each partner: one row a partner, so that nothing is counted twice.

        :param SQL group: the column of the group, of `ecount_customer_group grp`
        :param int root_id: of the groups meant
        :return: the field of this model that `partner_id` of the query is joined with, and the query
        """
        return 'partner_id', SQL(
            "SELECT rel.partner_id, MIN(%s) AS group_id FROM ecount_customer_group_partner_rel rel"
            " JOIN ecount_customer_group grp ON grp.id = rel.group_id AND grp.active AND grp.root_id = %s"
            " GROUP BY rel.partner_id", group, root_id)
