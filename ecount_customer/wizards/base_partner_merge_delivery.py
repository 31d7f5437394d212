"""Merging customers: the kept one keeps its default delivery address."""

from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _update_foreign_keys(self, src_partners, dst_partner):
        # The addresses move over; a second default would not be accepted.
        Partner = self.env['res.partner'].with_context(active_test=False)
        defaults = Partner.search(
            [('commercial_partner_id', 'in', (src_partners | dst_partner).ids), ('is_default_delivery', '=', True)])
        kept = defaults.filtered(lambda address: address.commercial_partner_id == dst_partner) or defaults[:1]
        (defaults - kept).write({'is_default_delivery': False})
        self.env.flush_all()
        return super()._update_foreign_keys(src_partners, dst_partner)
