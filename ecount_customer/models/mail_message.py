"""Messages of hidden documents are not exported."""

from odoo import models


class MailMessage(models.Model):
    _inherit = 'mail.message'

    def export_data(self, fields_to_export):
        # Natively computed fields are exported without a look at the document, such as the name of a hidden customer.
        self.check_access('read')
        return super().export_data(fields_to_export)
