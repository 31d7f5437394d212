"""A page of one's own customers in the order of the list, without sorting all of them."""

from collections.abc import Collection

from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _name = 'res.partner'
    _inherit = ['res.partner', 'ecount.own.page.mixin']

    _own_page_order = 'complete_name asc, id desc'

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        partners, domain = self, Domain(domain)
        if not bypass_access and self._names_records(domain) and self._sees_own_page():
            # Read by their ids: no reason to look at all customers of the user.
            partners = self.with_context(ecount_few_partners=True)
        return super(ResPartner, partners)._search(
            domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access)

    @api.model
    def _names_records(self, domain):
        conditions = list(domain.iter_conditions())
        return len(conditions) == 1 and conditions[0].field_expr == 'id' and conditions[0].operator == 'in' \
            and isinstance(conditions[0].value, Collection)

    @api.model
    def _get_own_rule(self):
        return Domain('is_visible_customer', '=', True).optimize(self)
