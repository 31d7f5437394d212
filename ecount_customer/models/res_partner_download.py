"""Download Excel, from the list of customers."""

from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def action_download_sheet(self):
        """Button of the list: download the selected customers, or those of the current filter.

        :return: action that downloads, or shows the progress
        :rtype: dict
        """
        context = self.env.context
        ids = self.ids or context.get('active_ids')
        domain = [('id', 'in', ids)] if ids else context.get('active_domain') or []
        return self.env['ecount.customer.download'].create({'of_list': True, 'domain': domain}).action_download()
