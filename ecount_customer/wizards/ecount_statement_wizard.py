"""The dialog that prints, downloads or sends statements of account."""

from odoo import api, fields, models
from odoo.exceptions import UserError

SHOWN_NAMES = 20


class EcountStatementWizard(models.TransientModel):
    """Collects period and layout; the statement itself is `res.partner._get_statement`."""

    _name = 'ecount.statement.wizard'
    _description = "Statement of Account"

    partner_ids = fields.Many2many('res.partner', string="Customers", required=True)
    layout = fields.Selection(
        [('ledger', "Ledger: every sale and receipt"), ('open', "Open items: what is not paid yet")],
        required=True, default='ledger',
    )
    date_from = fields.Date(string="From", help="What precedes it is the balance brought forward.")
    date_to = fields.Date(string="To", required=True, default=fields.Date.context_today)
    with_lines = fields.Boolean(string="With item lines")
    without_email = fields.Char(compute='_compute_without_email', help="Customers that no statement can be sent to.")

    has_email = fields.Boolean(compute='_compute_without_email')

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if 'partner_ids' in fields_list and not values.get('partner_ids') \
                and self.env.context.get('active_model') == 'res.partner':
            values['partner_ids'] = self.env['res.partner'].browse(
                self.env.context.get('active_ids', [])).commercial_partner_id.ids
        return values

    @api.depends('partner_ids.email')
    def _compute_without_email(self):
        for wizard in self:
            missing = wizard.partner_ids.filtered(lambda partner: not partner.email)
            wizard.has_email = missing != wizard.partner_ids
            names = missing[:SHOWN_NAMES].mapped('display_name')
            wizard.without_email = ", ".join([*names, "…"] if len(missing) > SHOWN_NAMES else names)

    def _get_options(self):
        self.ensure_one()
        if self.date_from and self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins. Exchange its dates."))
        return {
            'date_from': fields.Date.to_string(self.date_from) if self.date_from else False,
            'date_to': fields.Date.to_string(self.date_to), 'layout': self.layout, 'with_lines': self.with_lines,
        }

    def action_print(self):
        """Return the action that downloads the PDF."""
        report = self.env.ref('ecount_customer.action_report_statement')
        return report.report_action(None, data={
            **self._get_options(), 'partner_ids': self.partner_ids.ids,
        }) | {'close_on_report_download': True}

    def action_download_excel(self):
        """Return the action that downloads the workbook."""
        self._get_options()
        return {'type': 'ir.actions.act_url', 'url': f'/ecount_customer/statement/{self.id}.xlsx', 'target': 'download'}

    def action_send(self):
        """Send each customer its statement by email, in its language, and keep it in the chatter.

        One is sent at once, several in the background: the answer then opens a page with the progress.

        :raise UserError: when no customer has an email address; nothing is sent then
        """
        self._get_options()
        with_email = self.partner_ids.filtered('email')
        if not with_email:
            raise UserError(self.env._(
                "No email address: %s. Add it, or take the customer off the list.",
                ", ".join(self.partner_ids[:SHOWN_NAMES].mapped('display_name'))))
        if len(self.partner_ids) > 1:
            return self._send_in_background(with_email)
        self._send_to(with_email.with_context(lang=with_email.lang or self.env.lang))
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': {
            'type': 'success', 'message': self.env._("Sent to %s.", with_email.display_name),
            'next': {'type': 'ir.actions.act_window_close'},
        }}

    def _send_in_background(self, with_email):
        """Hand the statements to the scheduled job, and return the action that shows how far it is."""
        if not self.env.user.has_groups('account.group_account_invoice,account.group_account_readonly'):
            raise UserError(self.env._(
                "A statement names every receipt. Ask somebody with invoicing rights to make it."))
        self.partner_ids.check_access('read')
        # Elevated: nobody else writes batches, because the job sends with the rights of the user that they name.
        batch = self.env['ecount.statement.batch'].sudo().create({
            **self._get_options(), 'user_id': self.env.uid, 'company_id': self.env.company.id,
            'line_ids': [fields.Command.create(
                {'partner_id': partner.id} if partner in with_email else {
                    'partner_id': partner.id, 'state': 'failed', 'reason': self.env._("No email address"),
                }) for partner in self.partner_ids],
        })
        self.env.ref('ecount_customer.ir_cron_send_statements').sudo()._trigger()
        return {
            'type': 'ir.actions.act_window', 'res_model': 'ecount.statement.batch', 'res_id': batch.id,
            'name': self.env._("Statements"), 'views': [(False, 'form')], 'target': 'current',
        }

    def _send_to(self, partner):
        statement = partner._get_statement(**self._get_options())
        content, extension = self._render(partner)
        name = self.env._("Statement of account")
        body = partner.env._(
            "Dear %(customer)s, please find attached your statement of account as of %(date)s. Balance: %(balance)s.",
            customer=partner.name, date=fields.Date.to_string(self.date_to),
            balance=statement['currency'].format(
                statement['open_total'] if self.layout == 'open' else statement['closing']),
        )
        partner.message_post(
            subject=": ".join((partner.env.company.name, partner.env._("Statement of account"))), body=body,
            message_type='comment', subtype_xmlid='mail.mt_comment', partner_ids=partner.ids,
            email_layout_xmlid='mail.mail_notification_light',
            attachments=[(f"{name} {partner.ref or partner.name}.{extension}", content)],
        )

    def _render(self, partner):
        """Return the PDF and its extension."""
        content, extension = self.env['ir.actions.report']._render_qweb_pdf(
            'ecount_customer.report_statement', partner.ids, data=self._get_options())
        return content, extension
