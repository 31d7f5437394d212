"""What users may do with customers, and whose customers they see."""

import functools

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


@functools.cache
def own_customers_condition(name):
    """Return the condition that the field `name` is a customer whom the current user sees, or empty.

    One object for each name, so that it is recognized among the rules of a model.

    :rtype: odoo.fields.Domain
    """
    def to_sql(model, alias, query):
        column = model._field_to_sql(alias, name, query)
        visible = model.env['res.partner']._get_visible_customer_sql(column)
        return SQL("(%s OR %s IS NULL)", visible, column) if not model._fields[name].required else visible

    def is_visible(record):
        if not record._auto:
            # Reports may have columns that only groups can compute; the customer is enough.
            record = record.with_context(prefetch_fields=False)
        partner = record[name]
        return not partner or partner.is_visible_customer

    return Domain.custom(to_sql=to_sql, predicate=is_visible)


class ResUsers(models.Model):
    _name = 'res.users'
    _inherit = ['res.users', 'ecount.joined.field.mixin']  # users have the fields of their partners

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

    # === OWN CUSTOMERS === #

    def _sees_own_customers_only(self):
        """Whether the user has the level "own customers only" and no higher one. Users without a level see all.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self._has_group('ecount_customer.group_own_customers')
            and not self._has_group('ecount_customer.group_all_customers')
        )

    def _get_own_customers_domain(self, path):
        """Return the domain of the record rule on documents that name a customer; true for users who see all.

        Documents without customer are nobody's secret. The domain is cached for the user, so the conditions that
        change with time (who is in charge of whom) are read when it is used.

        :param str path: the stored field that names the customer, or a dotted path of many2one fields to it
        :rtype: odoo.fields.Domain
        """
        self.ensure_one()
        if not self._sees_own_customers_only():
            return Domain.TRUE
        *parents, name = path.split('.')
        domain = own_customers_condition(name)
        for parent in reversed(parents):
            domain = Domain(parent, '=', False) | Domain(parent, 'any!', domain)
        return domain

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        # Users have the fields of their contact, own fields included.
        result = super().fields_get(allfields, attributes)
        for name in self.env['ecount.custom.field']._get_hidden_names():
            result.pop(name, None)
        return result
