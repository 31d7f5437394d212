"""Customers made by incoming mail and by sending: they may be incomplete."""

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def message_process(self, *args, **kwargs):
        # Incoming mail makes partners of senders; nobody is there to fill in the rest.
        return super(MailThread, self.with_context(ecount_incomplete_ok=True)).message_process(*args, **kwargs)
