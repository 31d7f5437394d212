"""The ways of dividing customers that lists and reports group by: the first roots, and the levels below each."""

from odoo import api, models, tools

ROOT_SLOTS = 5
MAX_LEVEL = 5


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    @api.model
    @tools.ormcache('self.env.company.id', cache='templates')
    def _get_dimensions(self):
        """Return the roots that customers can be grouped by, first one first, with the depth of each tree.

        The same for every user of a company, because the views that show them are shared.

        :return: pairs of the root's id and the deepest level below it, at most `MAX_LEVEL`
        :rtype: tuple[tuple[int, int]]
        """
        groups = self.sudo().with_context(active_test=True)
        roots = groups.search(
            [('parent_id', '=', False), ('company_id', 'in', (False, *self.env.company.parent_ids.ids))],
            limit=ROOT_SLOTS)
        depths = dict(groups._read_group([('root_id', 'in', roots.ids)], ['root_id'], ['level:max']))
        return tuple((root.id, min(depths.get(root, 1), MAX_LEVEL)) for root in roots)

    def _forget_named_roots(self):
        """Have the views compiled anew, in all workers, where roots and levels are named."""
        depths = dict(self._get_dimensions())
        # A new group matters as a root, or where it is deeper than the tree was.
        if any(not group.parent_id or group.level > depths.get(group.root_id.id, MAX_LEVEL) for group in self):
            self.env.registry.clear_cache('templates')
