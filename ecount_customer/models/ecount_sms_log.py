"""Balance messages sent: who was told what, and what became of the message."""

from odoo import fields, models


class EcountSmsLog(models.Model):
    """One balance SMS. It stays when the message in the queue is gone."""

    _name = 'ecount.sms.log'
    _description = "Balance SMS"
    _order = 'id desc'
    _rec_name = 'number'

    partner_id = fields.Many2one('res.partner', string="Customer", required=True, index=True, ondelete='cascade')
    contact_id = fields.Many2one('res.partner', string="Sent to", ondelete='set null')
    number = fields.Char(required=True)
    body = fields.Text(string="Message")
    parts = fields.Integer()
    amount = fields.Monetary(currency_field='currency_id')
    currency_id = fields.Many2one('res.currency')
    company_id = fields.Many2one('res.company', required=True, index=True)
    user_id = fields.Many2one('res.users', string="Sent by", default=lambda self: self.env.user)
    uuid = fields.Char(index=True, copy=False, help="Names the message in Odoo's SMS queue.")
    state = fields.Selection(
        [('outgoing', "In queue"), ('sent', "Sent"), ('error', "Not sent"), ('canceled', "Cancelled")],
        default='outgoing', required=True,
    )
    failure_reason = fields.Char(string="Reason", help="What the SMS provider said.")

    def action_retry(self):
        """Put the messages that could not be sent into the queue again; others are passed over.

        :return: True
        """
        self.check_access('read')
        # Elevated: neither the queue nor the log may be written by those who send.
        failed = self.sudo().filtered(lambda log: log.state == 'error')
        queued = self.env['sms.sms'].sudo().search([('uuid', 'in', failed.mapped('uuid'))])
        queued.write({'state': 'outgoing', 'failure_type': False, 'to_delete': False})
        lost = failed.filtered(lambda log: log.uuid not in queued.mapped('uuid'))
        self.env['sms.sms'].sudo().create(lost._prepare_sms_values())
        failed.write({'state': 'outgoing', 'failure_reason': False})
        if failed:
            self.env.ref('sms.ir_cron_sms_scheduler_action').sudo()._trigger()
        return True

    def _prepare_sms_values(self):
        """Return the values of the messages in Odoo's queue.

        :rtype: list[dict]
        """
        return [{
            'uuid': log.uuid, 'number': log.number, 'body': log.body,
            'partner_id': log.contact_id.id or log.partner_id.id,
        } for log in self]
