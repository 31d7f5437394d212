"""What wizards share that list customers of a selection or of groups before anything happens to them."""

from odoo import api, models
from odoo.fields import Domain


class EcountCustomerListMixin(models.AbstractModel):
    """A preview made as soon as the wizard exists, and anew when what it lists changes.

    The wizard has `partner_ids`, `group_ids` and `_refresh_lines()`, which writes its lines.
    """

    _name = 'ecount.customer.list.mixin'
    _description = "List of customers before something happens to them"
    _list_fields = frozenset({'partner_ids', 'group_ids'})  # whose change makes another list
    _list_action = ''  # external id of the action that opens the wizard

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        for wizard in wizards:
            wizard._refresh_lines()
        return wizards

    def write(self, vals):
        res = super().write(vals)
        if not self._list_fields.isdisjoint(vals):
            for wizard in self._filtered_listed():
                wizard._refresh_lines()
        return res

    def _filtered_listed(self):
        """Return those whose list is still a preview; an override leaves out what is done."""
        return self

    def _get_customer_domain(self):
        """Return the domain of the customers to look at; the user's access rules come on top.

        :rtype: Domain
        """
        domain = Domain.TRUE
        if self.partner_ids:
            self.partner_ids.fetch(['commercial_partner_id'])  # all in one query, not a thousand at a time
            domain &= Domain('id', 'in', self.partner_ids.commercial_partner_id.ids)
        if self.group_ids:
            domain &= Domain('customer_group_ids', 'child_of', self.group_ids.ids)
        return domain

    def action_preview(self):
        """Look again; the form shows the new preview.

        :return: True
        """
        self._refresh_lines()
        return True

    def _get_action(self):
        """Return the action that opens this wizard as it is."""
        self.ensure_one()
        return {**self.env['ir.actions.act_window']._for_xml_id(self._list_action), 'res_id': self.id}
