"""People in charge of groups see their customers."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._refresh_portfolios()
        return groups

    def write(self, vals):
        res = super().write(vals)
        if not vals.keys().isdisjoint(('user_ids', 'parent_id', 'active')):
            self._refresh_portfolios()
        return res

    def _refresh_portfolios(self):
        """Let the people in charge of these groups, and of those above, see the customers of the branches."""
        if self:
            self.env['res.partner']._refresh_portfolios(SQL(
                """
                customer.id IN (
                    SELECT member.partner_id
                      FROM ecount_customer_group_partner_rel member
                      JOIN ecount_customer_group below ON below.id = member.group_id
                     WHERE string_to_array(below.parent_path, '/') && %s::text[]
                )
                """, [str(id_) for id_ in self.ids],
            ))

    def _get_people_in_charge(self, groups):
        """Return the ids of the users in charge of each group or of one above it.

        :param groups: `ecount.customer.group` records
        :rtype: dict[int, set[int]]
        """
        people = defaultdict(set)
        if ids := groups._origin.ids:
            self.flush_model(['user_ids', 'parent_path', 'active'])
            rows = self.env.execute_query(SQL(
                "SELECT group_id, user_id FROM (%s) charge WHERE group_id = ANY(%s)",
                self._get_people_in_charge_sql(), ids,
            ))
            for group_id, user_id in rows:
                people[group_id].add(user_id)
        return people

    @api.model
    def _get_people_in_charge_sql(self):
        """Return the query for the pairs of group and user in charge of it or of one above. Archived: nobody."""
        return SQL(
            """
            SELECT below.id AS group_id, rel.user_id
              FROM ecount_customer_group_users_rel rel
              JOIN ecount_customer_group above ON above.id = rel.group_id AND above.active
              JOIN ecount_customer_group below
                   ON below.active AND rel.group_id::text = ANY(string_to_array(below.parent_path, '/'))
            """,
        )
