"""Groups that alerts are about."""

from odoo import api, models
from odoo.exceptions import UserError


class EcountCustomerGroup(models.Model):
    _inherit = 'ecount.customer.group'

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_alert(self):
        # Elevated: the alert may be another company's. Without its group it would be about all customers.
        alert = self.env['ecount.ledger.alert'].sudo().with_context(active_test=False).search(
            [('group_ids', 'in', self.ids)], limit=1)
        if alert:
            raise UserError(self.env._(
                "The alert %(alert)s is about the group %(group)s. Choose another group there first.",
                alert=alert.name, group=(alert.group_ids & self)[0].complete_name,
            ))
