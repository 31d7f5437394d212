"""The search box of the customer desk."""

from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.readonly
    @api.model
    def desk_search(self, term='', group_id=None, limit=8):
        """Return customers and customer groups that match what was typed on the desk.

        :param str term: see `find_customers`; empty: the customers with the most recent business
        :param int group_id: only the customers of this group and of those below it; `term` may be empty then
        :param int limit: most customers returned
        :return: `customers` (dicts of `id`, `name`, `ref`, `city`, `phone`, `balance`, in the company's currency),
            `groups` (dicts of `id`, `name`, `count`), `put_away`: the customer that was put away with this very code
            (see `find_put_away`), or False
        """
        self._check_desk_user()
        groups = self.env['ecount.customer.group']
        if group_id:
            domain = Domain('customer_group_ids', 'child_of', group_id) & Domain('parent_id', '=', False)
            if term:
                domain &= Domain('display_name', 'ilike', term)
            customers = self.search(domain, limit=limit)
        else:
            customers = self.find_customers(term, limit)
            if len((term or '').strip()) > 1:
                groups = groups.search(
                    Domain('name', 'ilike', term.strip()) | Domain('code', '=ilike', term.strip()), limit=4)
        customers.fetch(['name', 'ref', 'city', 'phone', 'mobile'])
        code = (term or '').strip().lower()
        is_code = any((customer.ref or '').strip().lower() == code for customer in customers)
        return {
            'put_away': False if group_id or is_code else self.find_put_away(code),
            'customers': [{
                'id': customer.id, 'name': customer.name or '', 'ref': customer.ref or '', 'city': customer.city or '',
                'phone': customer.phone or customer.mobile or '', 'balance': customer.customer_balance,
            } for customer in customers],
            'groups': [
                {'id': group.id, 'name': group.complete_name, 'count': group.customer_count} for group in groups],
        }
