"""Telling customers by SMS what they owe."""

import json
from datetime import timedelta

import phonenumbers

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, float_is_zero, format_date
from odoo.tools.misc import formatLang

from odoo.addons.payment import utils as payment_utils

from ..sms_text import fill_placeholders, find_placeholders, has_stray_brace

# By language, else English. The Thai one fits two parts with a company name of up to 30 characters.
SHIPPED_BODIES = {
    'en': "{company}: your outstanding balance is {amount}, the oldest invoice was due {due_date}. "
          "Please pay or contact us. {link}",
    'th': "{company}: ยอดค้างชำระ {amount} ครบกำหนด {due_date} กรุณาชำระเงินหรือติดต่อเรา {link}",
    'ko': "[{company}] 미수금 {amount}, 만기일 {due_date}. 확인 부탁드립니다. {link}",
}
PLACEHOLDERS = ('customer', 'code', 'amount', 'overdue', 'due_date', 'company', 'link')
AMOUNT_WORDS = {('th', 'THB'): "บาท", ('ko', 'KRW'): "원"}  # as people write; the sign would cost a UCS-2 text
MOBILE_TYPES = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


class EcountBalanceSms(models.TransientModel):
    """Shows each recipient, number and text as soon as it exists; `action_send` puts them into the queue."""

    _name = 'ecount.balance.sms'
    _description = "Balance by SMS"
    _inherit = ['ecount.customer.list.mixin']
    _list_fields = frozenset({'partner_ids', 'group_ids', 'overdue_only', 'company_id', 'body'})
    _list_action = 'ecount_customer.ecount_balance_sms_action'

    partner_ids = fields.Many2many(
        'res.partner', 'ecount_balance_sms_partner_rel', 'wizard_id', 'partner_id', string="Customers",
        help="Each of them is listed. Empty: all who owe something.",
    )
    group_ids = fields.Many2many(
        'ecount.customer.group', 'ecount_balance_sms_group_rel', 'wizard_id', 'group_id', string="Customer groups",
        help="Only customers of these groups and of the groups below them.",
    )
    overdue_only = fields.Boolean(string="Only overdue", default=True)
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    body = fields.Text(
        string="Text for all", help="Empty: the text of the settings in each customer's language. "
        "Placeholders: {customer}, {code}, {amount}, {overdue}, {due_date}, {company}, {link}.")
    state = fields.Selection([('preview', "Preview"), ('sent', "Sent")], default='preview', readonly=True)
    line_ids = fields.One2many('ecount.balance.sms.line', 'wizard_id', string="Recipients")
    single_body = fields.Text(string="Text to copy", compute='_compute_counts')
    send_count = fields.Integer(string="Messages", compute='_compute_counts')
    part_count = fields.Integer(
        string="Parts", compute='_compute_counts', help="What the provider charges: all parts of all messages.")
    customer_count = fields.Integer(string="Selected customers", compute='_compute_customer_count')
    skip_count = fields.Integer(string="Left out", compute='_compute_counts')

    @api.depends_context('lang')
    def _compute_display_name(self):
        self.display_name = self.env._("Balance SMS")

    @api.depends('partner_ids')
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.partner_ids)

    @api.depends('line_ids.skip_reason', 'line_ids.parts')
    def _compute_counts(self):
        self.line_ids.fetch(['skip_reason', 'body'])  # all in one query, not a thousand at a time
        for wizard in self:
            sent = wizard.line_ids.filtered(lambda line: not line.skip_reason)
            wizard.send_count, wizard.part_count = len(sent), sum(sent.mapped('parts'))
            wizard.skip_count = len(wizard.line_ids) - len(sent)
            wizard.single_body = wizard.line_ids.body if len(wizard.line_ids) == 1 else False

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('partner_ids') and 'overdue_only' not in vals:
                vals['overdue_only'] = False  # customers chosen one by one are told their balance
        return super().create(vals_list)

    def _filtered_listed(self):
        return self.filtered(lambda wizard: wizard.state == 'preview')

    # === PREVIEW === #

    def _refresh_lines(self):
        """Prepare the recipients anew, with as many queries for one as for all."""
        self.ensure_one()
        self.company_id.check_access('read')  # figures are elevated: not those of a company that is not the user's
        Partner = self.env['res.partner']
        selected = bool(self.partner_ids)
        rows = Partner._get_sms_balances(
            Partner._search(self._get_customer_domain()).subselect(), self.company_id, owing_only=not selected)
        if self.overdue_only and not selected:
            rows = [row for row in rows if not self._is_zero(row['overdue'])]
        numbers = {row['partner_id']: self._get_number(row) for row in rows}
        blocked = self._get_blocked_numbers({number for number, _reason in numbers.values() if number})
        texts = self._get_texts(rows)
        values = []
        for row in rows:
            number, reason = numbers[row['partner_id']]
            body = texts.get(row['partner_id'], '')
            values.append({
                'partner_id': row['partner_id'], 'contact_id': row['contact_id'], 'amount': row['amount'],
                'overdue': row['overdue'], 'due_date': fields.Date.to_string(row['due_date']) or None,
                'number': number or None, 'body': body or None,
                'skip_reason': self._get_skip_reason(row, number, reason, blocked) or None,
            })
        self._write_lines(values)

    def _get_customer_domain(self):
        return super()._get_customer_domain() & Domain(
            'company_id', 'in', (False, *self.company_id.sudo().parent_ids.ids))

    def _write_lines(self, values):
        Line = self.env['ecount.balance.sms.line']
        table = SQL.identifier(Line._table)
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM %s WHERE wizard_id = %s", table, self.id))
        self.env.cr.execute(SQL(
            """
            INSERT INTO %(table)s (wizard_id, partner_id, contact_id, amount, overdue, due_date, number, body,
                                   skip_reason, create_uid, create_date, write_uid, write_date)
            SELECT %(wizard)s, partner_id, contact_id, amount, overdue, due_date, number, body, skip_reason,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM jsonb_to_recordset(%(values)s::jsonb) AS row(
                   partner_id int, contact_id int, amount numeric, overdue numeric, due_date date, number text,
                   body text, skip_reason text)
            """, table=table, wizard=self.id, uid=self.env.uid, values=json.dumps(values),
        ))
        Line.invalidate_model(flush=False)
        self.invalidate_recordset(['line_ids', 'send_count', 'part_count', 'skip_count'], flush=False)

    def _is_zero(self, amount):
        return amount <= 0 or float_is_zero(amount, precision_rounding=self.company_id.sudo().currency_id.rounding)

    # === NUMBERS === #

    def _get_number(self, row):
        """Return the mobile number of a row in E.164, or the reason why there is none; never another number instead.

        The field Mobile decides where it is filled; else the phone, when it is a mobile one.

        :rtype: tuple[str | None, str | None]
        """
        typed = (row['mobile'] or '').strip() or (row['phone'] or '').strip()
        if not typed:
            return None, self.env._("No number")
        try:
            number = phonenumbers.parse(typed, row['country_code'])
        except phonenumbers.NumberParseException:
            return None, self.env._("%s is no valid number", typed)
        if not phonenumbers.is_valid_number(number):
            return None, self.env._("%s is no valid number", typed)
        if phonenumbers.number_type(number) not in MOBILE_TYPES:
            return None, self.env._("%s is no mobile number", typed)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None

    def _get_blocked_numbers(self, numbers):
        """Return those of the numbers whose owners want no messages.

        :param set numbers: in E.164
        :rtype: set[str]
        """
        # Elevated: the list is not for salespeople, its effect is. They are in E.164 there too; a search through the
        # model would parse each once more.
        self.env['phone.blacklist'].flush_model(['number', 'active'])
        return {number for number, in self.env.execute_query(SQL(
            "SELECT number FROM phone_blacklist WHERE active AND number = ANY(%s)", list(numbers)))}

    def _get_skip_reason(self, row, number, number_reason, blocked):
        """Return why this customer gets no message, in the user's language, or an empty text."""
        pause = self.company_id.sudo().ecount_sms_pause_days
        if self._is_zero(row['amount']):
            return self.env._("Nothing owed")
        if self.overdue_only and self._is_zero(row['overdue']):
            return self.env._("Nothing overdue")
        if row['opted_out'] or number in blocked:
            return self.env._("Wants no messages")
        if row['in_queue']:
            return self.env._("A message is in the queue already")
        if pause > 0 and row['last_sms'] and row['last_sms'] > fields.Datetime.now() - timedelta(days=pause):
            day = fields.Datetime.context_timestamp(self, row['last_sms']).date()
            return self.env._("Was told on %s already", format_date(self.env, day))
        return number_reason or ''

    # === TEXTS === #

    def _get_texts(self, rows):
        """Return the text for each customer that owes something.

        :param list rows: as from `res.partner._get_sms_balances`
        :rtype: dict[int, str]
        :raise UserError: for a placeholder that does not exist
        """
        rows = [row for row in rows if not self._is_zero(row['amount'])]
        company, templates = self.company_id.sudo(), {}
        for lang in {row['lang'] for row in rows}:
            templates[lang] = self._get_template(lang)
        used = {name for template in templates.values() for name in find_placeholders(template)}
        links = self._get_payment_links(rows) if 'link' in used else {}
        partners = self.env['res.partner'].browse(row['partner_id'] for row in rows)
        partners.fetch(['name', 'ref'])
        texts = {}
        for partner, row in zip(partners, rows):
            env = self.with_context(lang=row['lang']).env
            texts[partner.id] = fill_placeholders(templates[row['lang']], {
                'customer': partner.name or '', 'code': partner.ref or '', 'company': company.name,
                'amount': self._format_amount(env, row['amount']),
                'overdue': self._format_amount(env, row['overdue']) if 'overdue' in used else '',
                'due_date': format_date(env, row['due_date']) if row['due_date'] else '',
                'link': links.get(partner.id, ''),
            })
        return texts

    def _get_template(self, lang):
        """Return the text with placeholders: typed here, else of the settings, else the shipped one of the language.

        :param str lang: code of the customer's language, may be empty
        :raise UserError: for a placeholder that does not exist
        """
        template = self.body or self.company_id.sudo().with_context(lang=lang).ecount_sms_body
        if not (template or '').strip():
            template = SHIPPED_BODIES.get((lang or 'en')[:2], SHIPPED_BODIES['en'])
        self._check_template(template)
        return template

    @api.model
    def _check_template(self, template):
        """Refuse a text whose placeholders cannot be filled.

        :raise UserError: for a placeholder that does not exist, or a brace without its pair
        """
        if unknown := [name for name in find_placeholders(template) if name not in PLACEHOLDERS]:
            raise UserError(self.env._(
                "The text of the SMS has the placeholder {%(unknown)s}, which does not exist. There are: %(known)s.",
                unknown=unknown[0], known=" ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            ))
        if has_stray_brace(template):
            raise UserError(self.env._(
                "The text of the SMS has a brace without its pair. A placeholder is written {amount}."))

    def _format_amount(self, env, amount):
        currency = self.company_id.sudo().currency_id
        digits = 0 if float_is_zero(amount % 1, precision_digits=currency.decimal_places) else currency.decimal_places
        language = (env.context.get('lang') or '')[:2]
        unit = AMOUNT_WORDS.get((language, currency.name), currency.name)
        return f"{formatLang(env, amount, digits=digits)} {unit}"

    def _get_payment_links(self, rows):
        """Return the address where each customer pays online; none unless the company wants it.

        :rtype: dict[int, str]
        """
        company = self.company_id.sudo()
        if not company.ecount_sms_payment_link:
            return {}
        links = {}
        for row in rows:
            token = payment_utils.generate_access_token(
                row['partner_id'], row['amount'], company.currency_id.id, env=self.sudo().env)
            links[row['partner_id']] = (
                f"{company.get_base_url()}/payment/pay?amount={row['amount']}&currency_id={company.currency_id.id}"
                f"&partner_id={row['partner_id']}&company_id={company.id}&access_token={token}")
        return links

    # === SENDING === #

    def action_send(self):
        """Put one message for each recipient into Odoo's SMS queue and log it on the customer. Done once.

        :return: action of the log
        :raise UserError: when there is nobody to send to, a text is empty, or somebody is sending this at the moment
        """
        self.ensure_one()
        try:
            self.lock_for_update()
        except LockError:
            raise UserError(self.env._("These messages are being sent already."))
        if self.state == 'sent':
            return self._get_log_action()
        self._skip_told_meanwhile()
        lines = self.line_ids.filtered(lambda line: not line.skip_reason)
        if not lines:
            raise UserError(self.env._("There is nobody to send to. The list says why each customer is left out."))
        if empty := lines.filtered(lambda line: not (line.body or '').strip()):
            raise UserError(self.env._(
                "The message to %s is empty. Type it, or preview again.", empty[0].partner_id.name))
        lines.partner_id.check_access('read')
        # Elevated: those who may see the customer may tell it its balance, without rights on queue and log.
        logs = self.env['ecount.sms.log'].sudo().create([line._prepare_log_values() for line in lines])
        logs._put_into_queue()
        lines.partner_id.sudo()._message_log_batch(bodies={
            line.partner_id.id: self.env._("Balance by SMS to %s", line.number) for line in lines})
        self.state = 'sent'
        return self._get_log_action()

    def _skip_told_meanwhile(self):
        """Leave out who got a message after this preview was made, from somebody else."""
        lines = self.line_ids.filtered(lambda line: not line.skip_reason)
        told = self.env['ecount.sms.log'].sudo()._read_group([
            ('partner_id', 'in', lines.partner_id.ids), ('company_id', '=', self.company_id.id),
            ('create_date', '>=', lines[:1].create_date), ('state', 'not in', ('canceled', 'error')),
        ], ['partner_id']) if lines and self.company_id.sudo().ecount_sms_pause_days > 0 else []
        told_ids = {partner.id for (partner,) in told}
        lines.filtered(lambda line: line.partner_id.id in told_ids).write(
            {'skip_reason': self.env._("Was told by somebody else meanwhile")})

    def action_download(self):
        """Download numbers and texts, for people whose gateway is elsewhere.

        :return: action that downloads an Excel sheet
        """
        self.ensure_one()
        return {'type': 'ir.actions.act_url', 'url': f'/ecount_customer/balance_sms/{self.id}', 'target': 'download'}

    def _get_log_action(self):
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_sms_log_action')
        action['domain'] = [('partner_id', 'in', self.line_ids.partner_id.ids)]
        return action
