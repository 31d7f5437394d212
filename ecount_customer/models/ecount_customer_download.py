"""A download of customers as Excel: at once, or, where there are many, in the background with a progress bar."""

import base64
import logging
import tempfile
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

DIRECT_CUSTOMERS = 20_000  # so many are written while a person waits
MAX_ATTEMPTS = 3
KEPT_DAYS = 7


class EcountCustomerDownload(models.Model):
    """What one user asked for; made with their rights, language and companies, and deleted after a week."""

    _name = 'ecount.customer.download'
    _description = "Download of Customers"
    _order = 'id desc'

    user_id = fields.Many2one(
        'res.users', string="By", required=True, readonly=True, default=lambda self: self.env.uid, index=True)
    scope = fields.Selection([
        ('active', "Customers in use"),
        ('all', "All customers: also put-away and merged ones (backup)"),
    ], string="What", default='active', required=True)
    of_list = fields.Boolean(readonly=True, help="Technical: the customers of a list, by its filter.")
    domain = fields.Json(readonly=True, help="Technical: the filter of the list.")
    settings = fields.Json(readonly=True, help="Technical: language, time zone and companies of the user.")
    state = fields.Selection(
        [('draft', "New"), ('waiting', "In progress"), ('done', "Ready"), ('failed', "Failed")],
        default='draft', required=True, readonly=True, index=True)
    attempts = fields.Integer(readonly=True)
    customer_count = fields.Integer(string="Customers", readonly=True)
    done_count = fields.Integer(string="Written", readonly=True)
    progress = fields.Float(compute='_compute_progress', help="In percent.")
    file = fields.Binary(attachment=True, readonly=True)
    filename = fields.Char(readonly=True)

    @api.depends('customer_count', 'done_count')
    def _compute_progress(self):
        for download in self:
            download.progress = 100.0 * download.done_count / (download.customer_count or 1)

    @api.depends('create_date')
    def _compute_display_name(self):
        for download in self:
            download.display_name = self.env._("Download Excel")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may_download()
        keys = ('lang', 'tz', 'allowed_company_ids')
        settings = {key: self.env.context[key] for key in keys if key in self.env.context}
        return super().create([
            {**{name: vals[name] for name in ('scope', 'of_list', 'domain') if name in vals},
             'settings': settings, 'user_id': self.env.uid}
            for vals in vals_list
        ])

    def write(self, vals):
        # Whose rights it is made with, and what was made, is nothing that a user sets.
        if not self.env.su and not vals.keys() <= {'scope'}:
            raise AccessError(self.env._("A download cannot be changed. Ask for another one."))
        return super().write(vals)

    @api.model
    def _check_may_download(self):
        """Raise unless the user manages customers, or has the right to export that native exports ask for."""
        user = self.env.user
        if not self.env.su and not (
            user.has_group('ecount_customer.group_customer_manager') or user.has_group('base.group_allow_export')
        ):
            raise AccessError(self.env._("You may not export data. Ask your administrator for the right to export."))

    # === WHAT === #

    def _get_customers(self):
        """Return the ids of the customers in the order of the sheet, with the rights of the user."""
        self.ensure_one()
        Partner = self.env['res.partner']
        if self.of_list:
            return Partner.search(Domain(self.domain or Domain.TRUE), order='complete_name, id').ids
        domain = Domain('partner_share', '=', True) & Domain('ref_company_ids', '=', False) & (
            Domain('parent_id', '=', False) | Domain('is_company', '=', True))
        if self.scope == 'all':
            Partner = Partner.with_context(active_test=False)
        # By code, as the sheet begins: those without one last.
        return Partner.search(domain, order='ref, complete_name, id').ids

    def _get_filename(self):
        name = self.env._("customer list")
        if self.scope == 'all':
            name = self.env._("customers backup")
        return f"{name} {fields.Date.context_today(self)}.xlsx"

    # === HOW === #

    def action_download(self):
        """Button: send the file, or make it in the background where there are many customers.

        :return: action that downloads, or shows the progress
        :rtype: dict
        """
        self.ensure_one()
        self._check_may_download()
        if self.state == 'done':
            return self._get_url_action()
        ids = self._get_customers()
        if not ids:
            raise UserError(self.env._("There is no customer to download."))
        self.sudo().write({'customer_count': len(ids), 'filename': self._get_filename()})  # see `write`
        if len(ids) <= DIRECT_CUSTOMERS:
            return self._get_url_action()
        self.sudo().write({'state': 'waiting', 'done_count': 0, 'attempts': 0})
        # Elevated: the cron belongs to nobody; it takes on the rights of whom the download belongs to.
        self.env.ref('ecount_customer.ir_cron_customer_download').sudo()._trigger()
        return self._get_form_action()

    def action_refresh(self):
        """Button: show how far it is."""
        return self._get_form_action()

    def _get_url_action(self):
        return {
            'type': 'ir.actions.act_url', 'url': f'/ecount_customer/download/{self.id}', 'target': 'download',
            'close': True,
        }

    def _get_form_action(self):
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Download Excel"), 'res_model': self._name,
            'res_id': self.id, 'view_mode': 'form', 'target': 'new',
        }

    def _write_file(self, target, on_progress=None):
        """Write the sheet into a binary file, with the rights of the present user.

        :return: number of rows
        """
        self.ensure_one()
        return self.env['ecount.customer.sheet']._write_customers(
            target, self._get_customers(), on_progress=on_progress)

    # === IN THE BACKGROUND === #

    @api.model
    def _cron_write(self):
        """Write what waits, one after the other; a download that a killed server left behind begins anew."""
        waiting = self.search([('state', '=', 'waiting')], order='id')
        self.env['ir.cron']._commit_progress(remaining=len(waiting))
        for download in waiting:
            if not download.try_lock_for_update().filtered(lambda found: found.state == 'waiting'):
                continue
            download.attempts += 1
            if download.attempts > MAX_ATTEMPTS:
                download._fail()
            else:
                # A mark that stays when the server is killed: no file may keep the cron busy for ever.
                self.env['ir.cron']._commit_progress()
                download._write_in_background()
            if not self.env['ir.cron']._commit_progress(1):
                break

    def _write_in_background(self):
        as_user = self.with_user(self.user_id).with_context(**(self.settings or {}))

        def on_progress(done):
            self.done_count = done
            self.env['ir.cron']._commit_progress()

        try:
            with tempfile.TemporaryFile() as target:
                as_user._write_file(target, on_progress)
                target.seek(0)
                content = base64.b64encode(target.read())
        except Exception:  # one download must not keep others waiting
            _logger.exception("The download %s of customers failed", self.id)
            self.env.cr.rollback()
            self._fail()
            return
        self.write({'file': content, 'state': 'done', 'done_count': self.customer_count})
        as_user._notify(
            'success', as_user.env._("The Excel file of %s customers is ready.", f"{self.customer_count:,}"))

    def _fail(self):
        self.state = 'failed'
        as_user = self.with_user(self.user_id).with_context(**(self.settings or {}))
        as_user._notify('danger', as_user.env._("The Excel file could not be made. Ask your administrator."))

    def _notify(self, kind, message):
        self.env.user._bus_send('simple_notification', {
            'type': kind, 'title': self.env._("Download Excel"), 'message': message, 'sticky': True})

    @api.autovacuum
    def _gc_downloads(self):
        """Delete downloads of the week before; their files are copies."""
        self.search([('create_date', '<', fields.Datetime.now() - timedelta(days=KEPT_DAYS))]).unlink()
