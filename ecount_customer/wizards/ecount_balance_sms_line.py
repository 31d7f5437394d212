"""The recipients of a balance SMS."""

from uuid import uuid4

from odoo import api, fields, models

from ..sms_text import count_parts


class EcountBalanceSmsLine(models.TransientModel):
    """One customer: its balance, number and text, or the reason why it is left out."""

    _name = 'ecount.balance.sms.line'
    _description = "Recipient of a Balance SMS"
    _order = 'id'

    wizard_id = fields.Many2one('ecount.balance.sms', required=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True, index=True, ondelete='cascade')
    contact_id = fields.Many2one('res.partner', string="Sent to", readonly=True, ondelete='cascade')
    amount = fields.Monetary(string="Receivable", readonly=True, currency_field='currency_id')
    overdue = fields.Monetary(readonly=True, currency_field='currency_id')
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    due_date = fields.Date(string="Oldest due date", readonly=True)
    number = fields.Char(readonly=True)
    body = fields.Text(string="Message")
    body_length = fields.Integer(string="Length", compute='_compute_parts')
    parts = fields.Integer(compute='_compute_parts', help="SMS that the message takes.")
    skip_reason = fields.Char(string="Left out because", readonly=True)

    @api.depends('body')
    def _compute_parts(self):
        for line in self:
            line.body_length, line.parts = count_parts(line.body)

    def _prepare_log_values(self):
        """Return the values of the log entry of a message about to be sent."""
        self.ensure_one()
        return {
            'partner_id': self.partner_id.id, 'contact_id': self.contact_id.id, 'number': self.number,
            'body': self.body, 'parts': self.parts, 'amount': self.amount, 'currency_id': self.currency_id.id,
            'company_id': self.wizard_id.company_id.id, 'user_id': self.env.uid, 'uuid': uuid4().hex,
        }
