"""The setting that restricts all salespeople to their own customers."""

from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    ecount_salespeople_own_customers = fields.Boolean(
        string="Salespeople see only their own customers",
        help="For users with the sales right “User: Own Documents Only”. Those with “All Documents” see all customers.",
    )

    @api.model
    def get_values(self):
        salesperson, own = self._get_salespeople_groups()[0]
        return {**super().get_values(), 'ecount_salespeople_own_customers': own in salesperson.implied_ids}

    def set_values(self):
        super().set_values()
        for group, level in self._get_salespeople_groups():
            if self.ecount_salespeople_own_customers:
                group.implied_ids |= level
            else:
                group.implied_ids -= level

    @api.model
    def _get_salespeople_groups(self):
        """Return the native sales rights, each with the level of customers that the setting gives to it.

        The higher right contains the lower one, so it needs the higher level: else it would be restricted too.
        """
        return [
            # Elevated: the page is for administrators, who may not be allowed to write groups.
            (self.env.ref(group).sudo(), self.env.ref(level).sudo()) for group, level in (
                ('sales_team.group_sale_salesman', 'ecount_customer.group_own_customers'),
                ('sales_team.group_sale_salesman_all_leads', 'ecount_customer.group_all_customers'),
            )
        ]
