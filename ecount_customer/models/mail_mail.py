"""Mails of alerts keep their line in the history right."""

from odoo import models

from .ecount_ledger_alert_log import STATE_BY_MAIL_STATE


class MailMail(models.Model):
    _inherit = 'mail.mail'

    def write(self, vals):
        res = super().write(vals)
        if 'state' in vals and (mails := self._filtered_alerts()):
            for mail, logs in mails._get_alert_logs().grouped('mail_id').items():
                state = STATE_BY_MAIL_STATE[mail.state]
                logs.write({
                    'state': state, 'failure_reason': mail.failure_reason if state == 'error' else False})
        return res

    def _postprocess_sent_message(self, *args, **kwargs):
        if self._filtered_alerts()._get_alert_logs().filtered(lambda log: log.state == 'error'):
            # Only now: while a mail is being sent it counts as failed.
            self.env.ref('ecount_customer.ir_cron_ledger_alert').sudo()._trigger()
        return super()._postprocess_sent_message(*args, **kwargs)

    def _filtered_alerts(self):
        return self.filtered(lambda mail: mail.model == 'ecount.ledger.alert.log')

    def _get_alert_logs(self):
        return self.env['ecount.ledger.alert.log'].sudo().search([('mail_id', 'in', self.ids)]) if self \
            else self.env['ecount.ledger.alert.log']
