"""Statements of account sent to many customers, in the background."""

from odoo import api, fields, models
from odoo.tools import format_datetime


class EcountStatementBatch(models.Model):
    """What one person asked to be sent. The lines are worked off by a scheduled job, each with its own commit.

    Made by the statement dialog, elevated and in the name of its user: nobody writes these records, because the job
    sends with the rights of the user that they name.
    """

    _name = 'ecount.statement.batch'
    _description = "Statements Sent"
    _order = 'id desc'

    user_id = fields.Many2one('res.users', string="Sent by", required=True, readonly=True, index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    layout = fields.Selection(
        [('ledger', "Ledger: every sale and receipt"), ('open', "Open items: what is not paid yet")],
        required=True, readonly=True,
    )
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    with_lines = fields.Boolean(string="With item lines", readonly=True)
    line_ids = fields.One2many('ecount.statement.batch.line', 'batch_id', string="Customers", readonly=True)
    state = fields.Selection([('running', "Sending"), ('done', "Done")], compute='_compute_progress')
    customer_count = fields.Integer(string="Customers chosen", compute='_compute_progress')
    waiting_count = fields.Integer(string="Waiting", compute='_compute_progress')
    sent_count = fields.Integer(string="Sent", compute='_compute_progress')
    failed_count = fields.Integer(string="Not sent", compute='_compute_progress')
    progress = fields.Float(string="Progress (%)", compute='_compute_progress')

    @api.depends('create_date')
    @api.depends_context('lang', 'tz')
    def _compute_display_name(self):
        for batch in self:
            moment = format_datetime(self.env, batch.create_date, dt_format='short') if batch.create_date else ''
            batch.display_name = self.env._("Statements of %s", moment)

    @api.depends('line_ids.state')
    def _compute_progress(self):
        rows = self.env['ecount.statement.batch.line']._read_group(
            [('batch_id', 'in', self.ids)], ['batch_id', 'state'], ['__count'])
        counts = {(batch.id, state): count for batch, state, count in rows}
        for batch in self:
            numbers = {state: counts.get((batch.id, state), 0) for state in ('waiting', 'sent', 'failed', 'stopped')}
            batch.waiting_count, batch.sent_count = numbers['waiting'], numbers['sent']
            batch.failed_count = numbers['failed'] + numbers['stopped']
            batch.customer_count = total = sum(numbers.values())
            batch.progress = 100 * (total - numbers['waiting']) / total if total else 100
            batch.state = 'running' if numbers['waiting'] else 'done'

    def action_stop(self):
        """Leave out the customers whose statement was not sent yet."""
        self.check_access('read')  # one's own only
        # Elevated: see the class.
        self.sudo().line_ids.filtered(lambda line: line.state == 'waiting').state = 'stopped'

    @api.model
    def _cron_send(self, limit=500):
        """Send the statements that wait, oldest first. What a crash interrupts goes on with the next one.

        :param int limit: most statements of one run; the job is called again while some wait
        """
        cron = self.env['ir.cron']
        Line = self.env['ecount.statement.batch.line']
        domain = [('state', '=', 'waiting')]
        cron._commit_progress(remaining=Line.search_count(domain))
        for line in Line.search(domain, order='id', limit=limit):
            line = line.try_lock_for_update().filtered_domain(domain)
            line._send()
            if not cron._commit_progress(1):  # no seconds left for this run
                break

    def _get_dialog(self, partner):
        """Return the dialog's record that sends the statement of a customer, with the rights of who asked for it."""
        self.ensure_one()
        return self.env['ecount.statement.wizard'].with_user(self.user_id).with_context(
            allowed_company_ids=self.company_id.ids, lang=self.user_id.lang,
        ).new({
            'partner_ids': [fields.Command.set(partner.ids)], 'layout': self.layout,
            'date_from': self.date_from, 'date_to': self.date_to, 'with_lines': self.with_lines,
        })

    @api.autovacuum
    def _gc_old(self):
        """Remove what is older than half a year; the statements themselves stay with their customers."""
        old = self.search([('create_date', '<', fields.Datetime.subtract(fields.Datetime.now(), days=180))])
        old.filtered(lambda batch: batch.state == 'done').unlink()
