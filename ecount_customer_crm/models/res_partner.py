"""Open leads go along when customers are handed over."""

from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _get_open_documents(self, user):
        leads = self.env['crm.lead'].search([
            ('partner_id.commercial_partner_id', 'in', self.ids), ('user_id', '=', user.id),
            ('stage_id.is_won', '=', False)])
        return [*super()._get_open_documents(user), (leads, 'user_id')]
