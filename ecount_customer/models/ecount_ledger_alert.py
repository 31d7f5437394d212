"""Ledgers that report themselves: what is watched, when, and who is told."""

import logging

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..alert_schedule import get_next_run, get_period

_logger = logging.getLogger(__name__)

MAX_DAYS = 3660


class EcountLedgerAlert(models.Model):
    """A condition on the ledgers of customers, a schedule, and the people who get the list of those that meet it."""

    _name = 'ecount.ledger.alert'
    _description = "Alert"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'name, id'

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True, help="Only active alerts are sent.")
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')

    measure = fields.Selection(
        [('sales', "Sales"), ('receipts', "Receipts"), ('balance', "Receivable"),
         ('overdue_amount', "Overdue amount"), ('overdue_days', "Days overdue"),
         ('over_limit', "Over credit limit by")],
        string="What", default='sales', required=True, tracking=True,
        help="Amounts are those of the customer ledger, tax included, in the currency of the company.",
    )
    period = fields.Selection(
        [('today', "Today"), ('yesterday', "Yesterday"), ('this_week', "This week"), ('last_week', "Last week"),
         ('this_month', "This month"), ('last_month', "Last month"), ('this_year', "This year"),
         ('last_days', "The last … days")],
        default='this_week', required=True, tracking=True,
        help="Up to the day of the message; weeks begin on Monday.",
    )
    period_days = fields.Integer(string="Number of days", default=7, help="The day of the message is the last of them.")
    operator = fields.Selection(
        [('>', "more than"), ('>=', "at least"), ('<', "less than"), ('<=', "at most")],
        string="Comparison", default='>', required=True, tracking=True,
    )
    amount = fields.Monetary(currency_field='currency_id', tracking=True)
    days = fields.Integer(tracking=True)
    group_ids = fields.Many2many(
        'ecount.customer.group', 'ecount_ledger_alert_group_rel', 'alert_id', 'group_id', string="Customer groups",
        # A group that is deleted must not turn the alert into one about everybody.
        ondelete='restrict', context={'active_test': False},
        help="Only customers of these groups and of the groups below them. Empty: all customers.",
    )

    frequency = fields.Selection(
        [('daily', "Every day"), ('weekly', "Every week"), ('monthly', "Every month")],
        default='weekly', required=True, tracking=True,
    )
    weekday = fields.Selection(
        [('0', "Monday"), ('1', "Tuesday"), ('2', "Wednesday"), ('3', "Thursday"), ('4', "Friday"),
         ('5', "Saturday"), ('6', "Sunday")],
        string="On", default='4', required=True,
    )
    month_day = fields.Integer(
        string="On day", default=1, help="In a month that is shorter, its last day: 31 is always the last day.")
    hour = fields.Float(string="At", default=17.0)
    timezone = fields.Char(compute='_compute_timezone', help="The time zone of the company.")
    next_run = fields.Datetime(
        string="Next message", compute='_compute_next_run', store=True, copy=False, index=True,
        help="After a time in which the server did not run, an alert is sent once.",
    )

    last_run = fields.Datetime(string="Last looked", readonly=True, copy=False)
    last_count = fields.Integer(string="Customers found", readonly=True, copy=False)

    user_ids = fields.Many2many(
        'res.users', 'ecount_ledger_alert_user_rel', 'alert_id', 'user_id', string="Users",
        domain="[('share', '=', False)]", help="Each gets the customers that they may see.",
    )
    role_ids = fields.Many2many(
        'res.groups', 'ecount_ledger_alert_role_rel', 'alert_id', 'role_id', string="All users with the right",
        help="Each gets the customers that they may see.",
    )
    to_salespeople = fields.Boolean(
        string="Each salesperson", help="Salespeople, further salespeople and the people in charge of a group get the "
        "list of their own customers, and nothing where there is none.",
    )
    send_empty = fields.Boolean(
        string="Also when nobody is found",
        help="Otherwise no message comes then. Salespeople get none in either case.",
    )
    responsible_id = fields.Many2one(
        'res.users', string="Told about failures", required=True, default=lambda self: self.env.user,
        domain="[('share', '=', False)]", help="Gets an activity when the alert, or one of its messages, fails.",
    )
    log_ids = fields.One2many('ecount.ledger.alert.log', 'alert_id', string="Messages sent", readonly=True)

    _days_positive = models.Constraint('CHECK(days >= 0)', "A number of days cannot be negative.")
    _hour_of_day = models.Constraint('CHECK(hour >= 0 AND hour < 24)', "The hour must lie between 0:00 and 23:59.")
    _day_of_month = models.Constraint(
        'CHECK(month_day BETWEEN 1 AND 31)', "The day of the month must lie between 1 and 31.")

    @api.constrains('period', 'period_days')
    def _check_period_days(self):
        for alert in self:
            if alert.period == 'last_days' and not 1 <= alert.period_days <= MAX_DAYS:
                raise ValidationError(self.env._(
                    "%(alert)s: the period must lie between 1 and %(max)s days, not %(days)s.",
                    alert=alert.name, max=MAX_DAYS, days=alert.period_days,
                ))

    @api.constrains('active', 'user_ids', 'role_ids', 'to_salespeople')
    def _check_recipients(self):
        for alert in self:
            if alert.active and not (alert.user_ids or alert.role_ids or alert.to_salespeople):
                raise ValidationError(self.env._(
                    "%s has no recipients. Choose users, or tick “Each salesperson”.", alert.name))

    @api.constrains('company_id', 'group_ids')
    def _check_group_company(self):
        for alert in self:
            companies = alert.company_id.sudo().parent_ids
            if other := alert.group_ids.sudo().filtered(
                    lambda group, companies=companies: group.company_id and group.company_id not in companies):
                raise ValidationError(self.env._(
                    "The group %(group)s belongs to another company than %(alert)s.",
                    group=other[0].complete_name, alert=alert.name,
                ))

    # === SCHEDULE === #

    @api.depends('company_id.partner_id.tz', 'company_id.country_id')
    def _compute_timezone(self):
        for alert in self:
            alert.timezone = alert.company_id._get_alert_timezone()

    @api.depends(
        'active', 'frequency', 'weekday', 'month_day', 'hour', 'company_id.partner_id.tz', 'company_id.country_id')
    def _compute_next_run(self):
        for alert in self:
            alert.next_run = alert._get_next_run(fields.Datetime.now()) if alert.active else False

    def _get_next_run(self, after):
        """Return the first moment after `after`, in UTC, at which this alert is due."""
        self.ensure_one()
        if not (0 <= self.hour < 24 and 1 <= self.month_day <= 31):
            return False  # refused when it is saved
        return get_next_run(
            self.frequency, int(self.weekday or 0), self.month_day, self.hour, self.timezone or 'UTC', after)

    def _get_days(self, moment):
        """Return today and the period for a moment in UTC, as the calendar of the company's time zone shows it.

        :return: today, first day, last day
        """
        self.ensure_one()
        today = pytz.utc.localize(moment).astimezone(pytz.timezone(self.timezone)).date()
        return today, *get_period(self.period, self.period_days, today)

    # === BUTTONS === #

    def action_preview(self):
        """Show what would be sent now, to whom; nothing is sent.

        :return: action of the preview
        :raise UserError: when the alert could not be sent, with the reason
        """
        self.ensure_one()
        preview = self.env['ecount.ledger.alert.preview'].create({'alert_id': self.id})
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Preview"), 'res_model': preview._name,
            'res_id': preview.id, 'views': [(False, 'form')], 'target': 'new',
        }

    def action_view_log(self):
        """Open what was sent for these alerts."""
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_ledger_alert_log_action')
        action['domain'] = [('alert_id', 'in', self.ids)]
        return action

    # === SENDING === #

    @api.model
    def _cron_send(self):
        """Send the alerts that are due. Each is a transaction of its own: the next moment and its messages together.

        So nothing is sent twice, whatever happens: messages leave by Odoo's queue after that transaction. An alert
        that was due several times while the server was down is sent once.
        """
        domain = Domain('next_run', '<=', fields.Datetime.now())
        due = self.search(domain, order='next_run, id')
        cron = self.env['ir.cron']
        self.env['ecount.ledger.alert.log']._tell_failures()
        cron._commit_progress(remaining=len(due))
        for alert in due:
            alert = alert.try_lock_for_update().filtered_domain(domain)
            if alert:
                alert._send_or_tell()
            if not cron._commit_progress(1):
                break

    def _send_or_tell(self):
        """Send this alert; when it fails, undo what it did, tell the person responsible, and go on."""
        name = self.name
        try:
            self._send()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()  # somebody else at the same rows: it stays due
            _logger.info("The alert %s is tried again later", name, exc_info=True)
        except Exception as error:  # one alert must not stop the others
            self.env.cr.rollback()
            _logger.warning("The alert %s failed", name, exc_info=True)
            self._advance()
            reason = str(error) if isinstance(error, UserError) else self.env._("%(kind)s: %(text)s", kind=type(
                error).__name__, text=error)
            self.env['ecount.ledger.alert.log']._log_failure(self, reason)

    def _advance(self):
        """Set the next moment; missed ones are not made up for."""
        self.next_run = self._get_next_run(max(fields.Datetime.now(), self.next_run or fields.Datetime.now()))

    def _send(self):
        """Put this alert's messages into the mail queue and set its next moment.

        :return: the log entries
        :raise UserError: when it cannot be sent, with the reason
        """
        self.ensure_one()
        moment = self._get_due_moment()
        self._advance()
        self._check_ready()
        rows = self._get_rows(moment)
        self.write({'last_run': fields.Datetime.now(), 'last_count': len(rows)})
        return self._send_letters(self._get_letters(rows), moment)

    def _get_due_moment(self):
        """Return the last moment at which this alert was due: a late message is about the days it was meant for.

        One that is sent before it is due is about now.
        """
        now = fields.Datetime.now()
        moment = min(self.next_run or now, now)
        while (later := self._get_next_run(moment)) <= now:
            moment = later
        return moment

    def _check_ready(self):
        """Refuse what would find the wrong customers or reach nobody.

        :raise UserError: with the reason
        """
        self.ensure_one()
        # Archived ones are not in the field's value otherwise, and an alert without groups is about everybody.
        groups = self.with_context(active_test=False).group_ids
        if archived := groups.filtered(lambda group: not group.active):
            raise UserError(self.env._(
                "%(alert)s is about the group %(group)s, which is archived. Choose another one.",
                alert=self.name, group=archived[0].complete_name,
            ))
        if not self.env['account.account'].sudo().search_count([
            ('account_type', '=', 'asset_receivable'), ('company_ids', 'parent_of', self.company_id.id),
        ], limit=1):
            raise UserError(self.env._(
                "%s has no accounting yet, so there is no ledger to watch. Install a chart of accounts.",
                self.company_id.name,
            ))
        if not (self._get_users() or self.to_salespeople):
            raise UserError(self.env._(
                "%(alert)s reaches nobody: none of its recipients is an active user of %(company)s.",
                alert=self.name, company=self.company_id.name,
            ))

    def _get_users(self):
        """Return those who get the whole list, as far as each sees it: active users of the company."""
        self.ensure_one()
        users = (self.user_ids | self.role_ids.sudo().all_user_ids).sudo()
        return users.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids)
