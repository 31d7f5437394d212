"""Own customers only, on orders of the point of sale."""

from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = 'res.users'

    def _get_own_pos_orders_domain(self, order=''):
        """Return the domain of the record rule on orders and what belongs to them; true for users who see all.

        A cashier works with all orders of a session that is not closed: the till and its entry must add up.

        :param str order: the field that names the order, empty on orders themselves
        :rtype: odoo.fields.Domain
        """
        self.ensure_one()
        if not self._sees_own_customers_only():
            return Domain.TRUE
        domain = self._get_own_customers_domain('partner_id')
        if self._has_group('point_of_sale.group_pos_user'):
            domain |= Domain('session_id', 'any!', [('state', '!=', 'closed')])
        return Domain(order, 'any!', domain) if order else domain
