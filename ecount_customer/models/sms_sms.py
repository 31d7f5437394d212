"""Messages of Odoo's SMS queue that tell a balance keep their line in the log right."""

from odoo import models


class SmsSms(models.Model):
    _inherit = 'sms.sms'

    def write(self, vals):
        res = super().write(vals)
        if 'state' in vals:
            self._update_balance_log(vals['state'], vals.get('failure_type'))
        return res

    def unlink(self):
        # Removed from the queue by hand: it will not be sent any more.
        self.filtered(lambda sms: sms.state == 'outgoing')._update_balance_log('canceled')
        return super().unlink()

    def _update_balance_log(self, state, failure_type=None):
        logs = self.env['ecount.sms.log'].sudo().search([('uuid', 'in', self.mapped('uuid'))])
        # The queue runs in no language in particular; the reason is read by who sent the message.
        for lang, part in logs.grouped(lambda log: log.user_id.lang).items():
            reasons = dict(self._fields['failure_type']._description_selection(self.with_context(lang=lang).env))
            part._set_result(state, reasons.get(failure_type, failure_type))

    def _handle_call_result_hook(self, results):
        super()._handle_call_result_hook(results)
        # The provider's own words say more than the kind of failure.
        reasons = {result['uuid']: result['failure_reason'] for result in results if result.get('failure_reason')}
        if reasons:
            failed = self.env['ecount.sms.log'].sudo().search(
                [('uuid', 'in', list(reasons)), ('state', '=', 'error')])
            for log in failed:
                log.failure_reason = reasons[log.uuid]
