from odoo import models


class PortalWizardUser(models.TransientModel):
    """Giving portal access is no editing of the customer: nothing is required."""

    _inherit = 'portal.wizard.user'

    def _update_partner_email(self):
        super(PortalWizardUser, self.with_context(ecount_incomplete_ok=True))._update_partner_email()
