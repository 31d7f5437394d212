"""Telling a whole group its balances."""

from odoo import models


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    def action_balance_sms(self):
        """Open the balance SMS of all overdue customers of these groups and of the groups below them.

        :return: action of the wizard
        """
        wizard = self.env['ecount.balance.sms'].create({'group_ids': [(6, 0, self.ids)]})
        return wizard._get_action()
