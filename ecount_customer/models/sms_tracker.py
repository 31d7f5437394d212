"""Delivery reports of the SMS provider, which come after the message has left the queue."""

from odoo import models


class SmsTracker(models.Model):
    _inherit = 'sms.tracker'

    def _action_update_from_sms_state(self, sms_state, failure_type=False, failure_reason=False):
        res = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason)
        self._update_balance_log(sms_state, failure_type, failure_reason)
        return res

    def _action_update_from_provider_error(self, provider_error):
        res = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = res
        self._update_balance_log('error', failure_type, failure_reason)
        return res

    def _update_balance_log(self, sms_state, failure_type, failure_reason):
        logs = self.env['ecount.sms.log'].sudo().search([('uuid', 'in', self.mapped('sms_uuid'))])
        for lang, part in logs.grouped(lambda log: log.user_id.lang).items():
            env = self.with_context(lang=lang).env
            reasons = dict(env['mail.notification']._fields['failure_type']._description_selection(env))
            part._set_result(sms_state, failure_reason or reasons.get(failure_type, failure_type))
