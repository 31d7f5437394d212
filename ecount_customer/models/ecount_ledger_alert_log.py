"""What alerts sent: to whom, when, how many customers, and what became of it."""

from markupsafe import Markup

from odoo import api, fields, models

STATE_BY_MAIL_STATE = {
    'outgoing': 'outgoing', 'sent': 'sent', 'received': 'sent', 'exception': 'error', 'cancel': 'canceled'}


class EcountLedgerAlertLog(models.Model):
    """One message of an alert, or an attempt that failed. It stays when the message in the mail queue is gone."""

    _name = 'ecount.ledger.alert.log'
    _description = "Message of an Alert"
    _order = 'id desc'

    alert_id = fields.Many2one('ecount.ledger.alert', index=True, ondelete='set null', readonly=True)
    name = fields.Char(string="Subject", readonly=True)
    company_id = fields.Many2one('res.company', required=True, index=True, readonly=True)
    user_id = fields.Many2one('res.users', string="Sent to", readonly=True, index=True, ondelete='set null')
    email = fields.Char(readonly=True)
    is_test = fields.Boolean(string="Test", readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    body = fields.Html(string="Message", sanitize=False, readonly=True)
    attachment_id = fields.Many2one('ir.attachment', string="Sheet", readonly=True, ondelete='set null')
    mail_id = fields.Many2one('mail.mail', readonly=True, index='btree_not_null', ondelete='set null')
    state = fields.Selection(
        [('outgoing', "In queue"), ('sent', "Sent"), ('error', "Not sent"), ('canceled', "Cancelled")],
        default='outgoing', required=True, readonly=True,
    )
    failure_reason = fields.Text(string="Reason", readonly=True, help="Why it failed, or what the mail server said.")
    is_told = fields.Boolean(readonly=True, help="The person responsible knows of the failure.")

    _untold_idx = models.Index("(id) WHERE state = 'error' AND is_told IS NOT TRUE")

    def action_download(self):
        """Download the sheet of a message.

        :return: action that downloads it
        """
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url', 'url': f'/web/content/{self.attachment_id.id}?download=true',
            'target': 'download'}

    def action_retry(self):
        """Put the messages that could not be sent into the mail queue again; others are passed over.

        :return: True
        """
        self.check_access('read')
        # Elevated: the queue is for administrators.
        failed = self.sudo().filtered(lambda log: log.state == 'error' and log.user_id)
        failed.filtered(lambda log: not log.mail_id)._put_into_queue()
        failed.write({'is_told': False})
        for log in failed:
            log.email = log.user_id.email_normalized or log.email
        failed.mail_id.mark_outgoing()
        if failed:
            self.env.ref('mail.ir_cron_mail_scheduler_action').sudo()._trigger()
        return True

    def _put_into_queue(self):
        """Create the messages in Odoo's mail queue, which sends them once this transaction is over."""
        mails = self.env['mail.mail'].sudo().create([{
            'subject': log.name, 'body_html': log.body, 'auto_delete': False,
            'email_from': log.company_id.email_formatted or self.env.user.email_formatted,
            'recipient_ids': [(4, log.user_id.partner_id.id)], 'attachment_ids': [(4, log.attachment_id.id)]
            if log.attachment_id else [], 'model': log._name, 'res_id': log.id, 'is_internal': True,
        } for log in self])
        for log, mail in zip(self, mails):
            log.mail_id = mail
        if mails:
            self.env.ref('mail.ir_cron_mail_scheduler_action').sudo()._trigger()

    @api.model
    def _log_failure(self, alert, reason):
        """Note that an alert could not be sent and tell the person responsible.

        :param str reason: for people
        """
        log = self.sudo().create({
            'alert_id': alert.id, 'name': alert.name, 'company_id': alert.company_id.id, 'state': 'error',
            'failure_reason': reason})
        log._tell()
        return log

    @api.model
    def _tell_failures(self):
        """Tell those responsible about messages that the mail server refused."""
        self.sudo().search([('state', '=', 'error'), ('is_told', '=', False)])._tell()

    def _tell(self):
        """Give the person responsible for each alert one activity about these failures."""
        self.write({'is_told': True})
        for alert, logs in self.grouped('alert_id').items():
            if not alert:
                continue
            alert.activity_unlink(['mail.mail_activity_data_warning'])
            responsible = alert._get_responsible()
            items = Markup().join(
                Markup("<li>%s: %s</li>") % (log.user_id.name or log.name, log.failure_reason or '') for log in logs)
            alert.with_context(lang=responsible.lang).activity_schedule(
                'mail.mail_activity_data_warning', user_id=responsible.id,
                summary=self.with_context(lang=responsible.lang).env._("The alert %s could not be sent", alert.name),
                note=Markup("<ul>%s</ul>") % items)
