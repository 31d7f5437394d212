"""Own customers only, on transfers."""

from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = 'res.users'

    def _get_own_transfers_domain(self, picking=''):
        """Return the domain of the record rule on transfers and what belongs to them; true for users who see all.

        The delivery of an order is its customer's, whoever's address it goes to, and so is what is left of it or comes
        back from it, which is of no order until it gets its lines; other transfers are their address's.

        :param str picking: the field that names the transfer, empty on transfers themselves
        :rtype: odoo.fields.Domain
        """
        self.ensure_one()
        if not self._sees_own_customers_only():
            return Domain.TRUE
        has_order = Domain('sale_id', '!=', False)
        of_own_order = has_order & self._get_own_customers_domain('sale_id.partner_id')
        origin = Domain('backorder_id', 'any!', of_own_order) | Domain('return_id', 'any!', of_own_order)
        domain = of_own_order | ~has_order & (self._get_own_customers_domain('partner_id') | origin)
        return Domain(picking, '=', False) | Domain(picking, 'any!', domain) if picking else domain
