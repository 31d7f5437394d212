"""Preview of the customers that can be put away, and putting them away."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

MAX_MONTHS = 600


class EcountDormantWizard(models.TransientModel):
    """Lists idle customers as soon as it exists; `action_archive_selected` puts the ticked ones away."""

    _name = 'ecount.dormant.wizard'
    _description = "Put Away Idle Customers"
    _inherit = ['ecount.customer.list.mixin']
    _list_fields = frozenset({'months', 'group_ids', 'partner_ids', 'include_never_traded'})
    _list_action = 'ecount_customer.ecount_dormant_wizard_action'

    months = fields.Integer(
        string="Idle for months", default=12, required=True,
        help="Customers without any order, purchase, invoice or payment for this many months.",
    )
    group_ids = fields.Many2many(
        'ecount.customer.group', 'ecount_dormant_wizard_group_rel', 'wizard_id', 'group_id',
        string="Customer groups", help="Only customers of these groups and of the groups below them. Empty: all.",
    )
    partner_ids = fields.Many2many(
        'res.partner', 'ecount_dormant_wizard_partner_rel', 'wizard_id', 'partner_id', string="Selected customers",
        help="Only these customers, each of them listed. Empty: all that are idle.",
    )
    include_never_traded = fields.Boolean(
        string="Also who never traded", default=True,
        help="Customers without any transaction that were registered before the period.",
    )
    company_id = fields.Many2one('res.company', default=lambda self: self.env.company)
    currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection([('preview', "Preview"), ('done', "Done")], default='preview', readonly=True)
    # Only on the screen: what is listed changed, and the list was not seen yet.
    is_unseen = fields.Boolean(store=False)
    line_ids = fields.One2many('ecount.dormant.wizard.line', 'wizard_id', string="Customers")
    idle_line_ids = fields.One2many(
        'ecount.dormant.wizard.line', 'wizard_id', string="Idle", domain=[('kind', '=', 'idle')])
    never_line_ids = fields.One2many(
        'ecount.dormant.wizard.line', 'wizard_id', string="Never traded", domain=[('kind', '=', 'never')])
    skipped_line_ids = fields.One2many(
        'ecount.dormant.wizard.line', 'wizard_id', string="Left alone", domain=[('kind', '=', 'skipped')])
    idle_count = fields.Integer(compute='_compute_counts')
    never_count = fields.Integer(compute='_compute_counts')
    skipped_count = fields.Integer(compute='_compute_counts')
    selected_count = fields.Integer(string="Will be put away", compute='_compute_counts')
    done_count = fields.Integer(string="Put away", compute='_compute_counts')

    @api.depends_context('lang')
    def _compute_display_name(self):
        self.display_name = self.env._("Idle customers")

    @api.depends('line_ids.kind', 'line_ids.selected', 'line_ids.done')
    def _compute_counts(self):
        rows = self.env['ecount.dormant.wizard.line']._read_group(
            [('wizard_id', 'in', self.ids)], ['wizard_id', 'kind', 'selected', 'done'], ['__count'])
        for wizard in self:
            own = [(kind, selected, done, count) for owner, kind, selected, done, count in rows if owner == wizard]
            for kind in ('idle', 'never', 'skipped'):
                wizard[f'{kind}_count'] = sum(count for name, _selected, _done, count in own if name == kind)
            wizard.selected_count = sum(count for _kind, selected, done, count in own if selected and not done)
            wizard.done_count = sum(count for _kind, _selected, done, count in own if done)

    @api.constrains('months')
    def _check_months(self):
        for wizard in self:
            if not 1 <= wizard.months <= MAX_MONTHS:
                raise ValidationError(self.env._(
                    "The period must lie between 1 and %(max)s months, not %(months)s.",
                    max=MAX_MONTHS, months=wizard.months,
                ))

    @api.onchange('months', 'group_ids', 'include_never_traded')
    def _onchange_is_unseen(self):
        self.is_unseen = bool(self._origin)

    # === PREVIEW === #

    def _refresh_lines(self):
        """Write the lines anew, in one statement whatever their number. Nothing happens to a customer."""
        self.ensure_one()
        Line, Partner = self.env['ecount.dormant.wizard.line'], self.env['res.partner']
        self.env.flush_all()
        table = SQL.identifier(Line._table)
        self.env.cr.execute(SQL("DELETE FROM %s WHERE wizard_id = %s", table, self.id))
        self.env.cr.execute(SQL(
            """
            INSERT INTO %(table)s (wizard_id, partner_id, last_transaction_date, balance, skip_reason, kind, selected,
                                   create_uid, create_date, write_uid, write_date)
            SELECT %(wizard)s, partner_id, last_transaction_date, balance, skip_reason,
                   CASE WHEN skip_reason IS NOT NULL THEN 'skipped'
                        WHEN last_transaction_date IS NULL THEN 'never' ELSE 'idle' END,
                   skip_reason IS NULL, %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM (%(idle)s) idle
             WHERE %(never)s OR last_transaction_date IS NOT NULL
            """,
            table=table, wizard=self.id, uid=self.env.uid,
            idle=Partner._get_idle_sql(
                Partner._get_idle_candidates(self._get_customer_domain()), Partner._get_idle_cutoff(self.months),
                busy_too=bool(self.partner_ids), few=bool(self.partner_ids)),
            never=self.include_never_traded or bool(self.partner_ids),
        ))
        Line.invalidate_model(flush=False)
        self.invalidate_recordset(flush=False)
        self.state = 'preview'

    # === PUT AWAY === #

    def action_archive_selected(self):
        """Put away the selected customers with their contacts; each that became busy meanwhile stays, with the reason.

        Repeated, it does nothing more. The lines say what was done.

        :return: True
        :raise UserError: when nothing is selected
        """
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.selected and not line.done)
        if not lines:
            if self.state == 'done':
                return True
            raise UserError(self.env._("No customer is selected. Tick those that are to be put away."))
        Partner = self.env['res.partner']
        done, reasons = lines.partner_id._put_away(Partner._get_idle_cutoff(self.months))
        done_ids = set(done.ids)
        lines.filtered(lambda line: line.partner_id.id in done_ids).done = True
        for reason, kept in lines.grouped(lambda line: reasons.get(line.partner_id.id)).items():
            if reason:
                kept.write({'skip_reason': reason, 'kind': 'skipped', 'selected': False})
        self.state = 'done'
        return True


class EcountDormantWizardLine(models.TransientModel):
    """A customer in the preview: it will be put away, or is left alone for a reason."""

    _name = 'ecount.dormant.wizard.line'
    _description = "Idle Customer"
    _order = 'last_transaction_date, partner_id, id'

    wizard_id = fields.Many2one('ecount.dormant.wizard', required=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one('res.partner', string="Customer", readonly=True, ondelete='cascade', index=True)
    code = fields.Char(related='partner_id.ref', string="Code")
    last_transaction_date = fields.Date(string="Last activity", readonly=True)
    balance = fields.Monetary(
        readonly=True, currency_field='currency_id', help="Receivables and payables of all companies.")
    currency_id = fields.Many2one(related='wizard_id.currency_id')
    skip_reason = fields.Char(string="Left alone because", readonly=True)
    kind = fields.Selection(
        [('idle', "Idle"), ('never', "Never traded"), ('skipped', "Left alone")], readonly=True)
    selected = fields.Boolean(string="Put away", help="Untick a customer to keep it.")
    done = fields.Boolean(string="Was put away", readonly=True)

    @api.constrains('selected')
    def _check_selected(self):
        for line in self:
            if line.selected and line.skip_reason:
                raise ValidationError(self.env._(
                    "%(customer)s cannot be put away: %(reason)s",
                    customer=line.partner_id.display_name, reason=line.skip_reason,
                ))
