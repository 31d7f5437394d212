"""Balance messages sent: who was told what, and what became of the message."""

from odoo import fields, models

STATE_BY_SMS_STATE = {
    'outgoing': 'outgoing', 'process': 'sent', 'pending': 'sent', 'sent': 'delivered', 'error': 'error',
    'canceled': 'canceled',
}


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
        [('outgoing', "In queue"), ('sent', "Sent"), ('delivered', "Delivered"), ('error', "Not sent"),
         ('canceled', "Cancelled")],
        default='outgoing', required=True,
    )
    failure_reason = fields.Char(string="Reason", help="What the SMS provider said.")

    # Two people sending at the same instant do not see each other's messages; the database does.
    _one_in_queue = models.UniqueIndex(
        "(partner_id, company_id) WHERE state = 'outgoing'",
        "A message to one of these customers has just been put into the queue by somebody else. Preview again.",
    )

    def action_retry(self):
        """Put the messages that could not be sent into the queue again; others are passed over.

        Who was told in another message since then is not told twice: the failed one counts as cancelled.

        :return: True
        """
        self.check_access('read')
        # Elevated: neither the queue nor the log may be written by those who send.
        failed = self.sudo().filtered(lambda log: log.state == 'error')
        last_ids = {(partner, company): last for partner, company, last in self.sudo()._read_group(
            [('partner_id', 'in', failed.partner_id.ids), ('state', '!=', 'canceled')],
            ['partner_id', 'company_id'], ['id:max'])}
        outdated = failed.filtered(lambda log: log.id < last_ids[log.partner_id, log.company_id])
        outdated.write({'state': 'canceled', 'failure_reason': self.env._("Told by a later message")})
        failed -= outdated
        queued = self.env['sms.sms'].sudo().search([('uuid', 'in', failed.mapped('uuid'))])
        failed.write({'state': 'outgoing', 'failure_reason': False})
        queued.write({'state': 'outgoing', 'failure_type': False, 'to_delete': False})
        uuids = set(queued.mapped('uuid'))
        failed.filtered(lambda log: log.uuid not in uuids)._put_into_queue()
        if failed:
            self.env.ref('sms.ir_cron_sms_scheduler_action').sudo()._trigger()
        return True

    def action_cancel(self):
        """Stop the messages that are still in the queue; those being sent at this moment go out.

        :return: True
        """
        self.check_access('read')
        # Elevated: as for sending again.
        waiting = self.sudo().filtered(lambda log: log.state == 'outgoing')
        queued = self.env['sms.sms'].sudo().search([('uuid', 'in', waiting.mapped('uuid')), ('state', '=', 'outgoing')])
        queued.try_lock_for_update().action_set_canceled()
        return True

    def _put_into_queue(self):
        """Create the messages in Odoo's queue, with what finds them again when the provider reports a delivery."""
        self.env['sms.sms'].sudo().create(self._prepare_sms_values())
        Tracker = self.env['sms.tracker'].sudo()
        tracked = set(Tracker.search([('sms_uuid', 'in', self.mapped('uuid'))]).mapped('sms_uuid'))
        Tracker.create([{'sms_uuid': log.uuid} for log in self if log.uuid not in tracked])

    def _prepare_sms_values(self):
        """Return the values of the messages in Odoo's queue.

        :rtype: list[dict]
        """
        return [{
            'uuid': log.uuid, 'number': log.number, 'body': log.body,
            'partner_id': log.contact_id.id or log.partner_id.id,
        } for log in self]

    def _set_result(self, sms_state, reason=False):
        """Note what became of the messages. A report of delivery is final: nothing later makes less of it.

        :param str sms_state: a state of `sms.sms`
        :param reason: why a message failed
        """
        state = STATE_BY_SMS_STATE[sms_state]
        changed = self.filtered(lambda log: log.state != 'delivered' or state == 'delivered')
        changed.write({'state': state, 'failure_reason': reason if state == 'error' else False})
