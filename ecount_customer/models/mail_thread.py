"""Customers made by incoming mail and by sending may be incomplete; documents with hidden followers open."""

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def message_process(self, *args, **kwargs):
        # Incoming mail makes partners of senders; nobody is there to fill in the rest.
        return super(MailThread, self.with_context(ecount_incomplete_ok=True)).message_process(*args, **kwargs)

    def _compute_message_partner_ids(self):
        # Elevated, and with `active` read: followers whom the user may not read are refused where they are put into
        # the cache, and again where the archived ones are sorted out.
        threads = self.sudo()
        super(MailThread, threads)._compute_message_partner_ids()
        threads.message_partner_ids.mapped('active')

    def message_get_followers(self, *args, **kwargs):
        # Natively the followers of any document are told to every employee.
        if self.env.user._sees_own_customers_only():
            self.check_access('read')
        return super().message_get_followers(*args, **kwargs)

    def _message_get_suggested_recipients_batch(self, *args, **kwargs):
        if self.env.su or not self.env.user._sees_own_customers_only():
            return super()._message_get_suggested_recipients_batch(*args, **kwargs)
        # The native method compares the addresses of all who follow or wrote, hidden ones too: it finds them read.
        threads = self.sudo()
        customers = self.env['res.partner'].union(*threads._mail_get_partners().values()).sudo()
        messages = threads.message_ids
        people = threads.message_partner_ids | messages.author_id | messages.partner_ids | customers
        people.mapped(lambda person: (person.email_normalized, person.is_public, person.display_name))
        suggested = super()._message_get_suggested_recipients_batch(*args, **kwargs)
        visible = people.sudo(False)._filtered_access('read')
        hidden_ids = {*people.ids} - {*visible.ids}
        return {
            record_id: [recipient for recipient in recipients if recipient['partner_id'] not in hidden_ids]
            for record_id, recipients in suggested.items()
        }
