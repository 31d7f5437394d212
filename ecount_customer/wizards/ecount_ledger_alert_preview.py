"""What an alert would send now."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.ecount_ledger_alert_letter import Letter

MAX_NAMED = 20


class EcountLedgerAlertPreview(models.TransientModel):
    """The message as the current user would get it, and who else would get one. Made as soon as it exists."""

    _name = 'ecount.ledger.alert.preview'
    _description = "Preview of an Alert"

    alert_id = fields.Many2one('ecount.ledger.alert', required=True, ondelete='cascade', readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html(sanitize=False, readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    recipients = fields.Text(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(vals_list)
        for preview in previews:
            preview._fill()
        return previews

    def _fill(self):
        alert, moment = self.alert_id, fields.Datetime.now()
        alert.check_access('read')
        alert._check_ready()
        rows = alert._get_rows(moment)
        letter = self._get_own_letter(rows)
        spoken = alert._speak_as(self.env.user)
        self.write({
            'subject': spoken._get_subject(letter), 'body': spoken._get_body(letter, moment),
            'customer_count': len(letter.rows), 'recipients': self._describe_recipients(alert._get_letters(rows)),
        })

    def _get_own_letter(self, rows):
        """Return the whole list as far as the current user may see it."""
        return Letter(self.env.user, self.alert_id._filter_visible(self.env.user, rows), False)

    def _describe_recipients(self, letters):
        if not letters:
            return self.env._("Nobody: no message would be sent now.")
        lines = [
            f"{letter.user.name}: {len(letter.rows)}"
            for letter in letters[:MAX_NAMED]]
        if len(letters) > MAX_NAMED:
            lines.append(self.env._("and %s more", len(letters) - MAX_NAMED))
        return "\n".join(lines)

    def action_send_to_me(self):
        """Send this message to the current user only.

        :return: action that says so and closes the preview
        :raise UserError: without an email address
        """
        self.ensure_one()
        if not self.env.user.email_normalized:
            raise UserError(self.env._("You have no email address. Fill it in your preferences."))
        alert, moment = self.alert_id, fields.Datetime.now()
        alert.check_access('read')
        alert._check_ready()
        alert._send_letters([self._get_own_letter(alert._get_rows(moment))], moment, is_test=True)
        return {
            'type': 'ir.actions.client', 'tag': 'display_notification',
            'params': {
                'type': 'success', 'message': self.env._("Sent to %s", self.env.user.email_normalized),
                'next': {'type': 'ir.actions.act_window_close'}},
        }
