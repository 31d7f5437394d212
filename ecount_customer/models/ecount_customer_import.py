"""An Excel file of customers: checked, shown, written, and given back where rows are wrong."""

import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..sheets.errors import SheetError
from ..sheets.reader import read_sheet

# Up to so many rows to write one transaction is short enough to wait for (see dev/benchmarks/excel_upload).
SYNC_ROWS = 20_000


class EcountCustomerImport(models.Model):
    """One upload. The file is checked without writing a customer; then all is written, or nothing, or what is valid."""

    _name = 'ecount.customer.import'
    _description = "Upload of Customers"
    _order = 'id desc'

    name = fields.Char(compute='_compute_name')
    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(copy=False)
    mode = fields.Selection(
        [('both', "Add new and change known customers"), ('add', "Only add new customers"),
         ('update', "Only change known customers")],
        default='both', required=True,
    )
    skip_wrong = fields.Boolean(
        string="Leave out wrong rows", help="Rows that are wrong are given back, all others are written.")
    state = fields.Selection(
        [('draft', "New"), ('checked', "Checked"), ('running', "In progress"), ('done', "Done"),
         ('cancelled', "Cancelled")],
        default='draft', required=True, readonly=True, copy=False, index=True,
    )
    user_id = fields.Many2one(
        'res.users', string="By", required=True, readonly=True, default=lambda self: self.env.uid, index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, default=lambda self: self.env.company)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    new_count = fields.Integer(string="New", readonly=True, copy=False)
    changed_count = fields.Integer(string="Changed", readonly=True, copy=False)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    wrong_count = fields.Integer(string="Wrong", readonly=True, copy=False)
    valid_count = fields.Integer(compute='_compute_valid_count', help="Rows that would be written.")
    created_count = fields.Integer(string="Created", readonly=True, copy=False)
    left_count = fields.Integer(string="Not written", readonly=True, copy=False, help="Of a cancelled upload.")
    runs_in_background = fields.Boolean(
        readonly=True, copy=False, help="Too large for one transaction: written step by step, and kept step by step.")
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(string="Finished", readonly=True, copy=False)
    done_count = fields.Integer(string="Rows written", compute='_compute_progress')
    progress = fields.Float(compute='_compute_progress', help="In percent.")
    time_left = fields.Char(compute='_compute_progress')
    result = fields.Char(compute='_compute_result')
    result_file = fields.Binary(
        compute='_compute_result_file', help="The uploaded sheet with a column that says why a row is wrong.")
    result_filename = fields.Char(compute='_compute_result_filename')
    notes = fields.Text(readonly=True, copy=False, help="What to know about the file.")
    column_ids = fields.One2many('ecount.customer.import.column', 'import_id', string="Columns", copy=False)
    error_ids = fields.One2many('ecount.customer.import.error', 'import_id', string="Wrong cells", copy=False)
    reason_ids = fields.One2many('ecount.customer.import.reason', 'import_id', string="Reasons", copy=False)
    change_ids = fields.One2many(
        'ecount.customer.import.change', 'import_id', string="First changes", readonly=True, copy=False)
    question_ids = fields.One2many(
        'ecount.customer.import.question', 'import_id', string="Questions", copy=False)
    fixes = fields.Json(copy=False, help="Technical: how the cells that are wrong for one reason are mended.")
    replacements = fields.Json(copy=False, help="Technical: what was typed instead of single cells.")

    # === COMPUTE METHODS === #

    @api.depends('filename')
    def _compute_name(self):
        for upload in self:
            upload.name = upload.filename or self.env._("New upload")

    @api.depends('new_count', 'changed_count')
    def _compute_valid_count(self):
        for upload in self:
            upload.valid_count = upload.new_count + upload.changed_count

    @api.depends('state', 'new_count', 'changed_count', 'unchanged_count', 'wrong_count')
    def _compute_result(self):
        for upload in self:
            upload.result = upload.row_count and self.env._(
                "%(new)s new · %(changed)s changed · %(unchanged)s unchanged · %(wrong)s wrong",
                new=f"{upload.new_count:,}", changed=f"{upload.changed_count:,}",
                unchanged=f"{upload.unchanged_count:,}", wrong=f"{upload.wrong_count:,}")

    @api.depends('state')
    def _compute_progress(self):
        for upload in self:
            counts = upload._count_lines()
            total = sum(counts.values())
            upload.done_count = total - counts.get('todo', 0)
            upload.progress = 100.0 * upload.done_count / total if total else 0.0
            upload.time_left = upload._describe_time_left(counts.get('todo', 0))

    def _describe_time_left(self, todo):
        """Return how long the remaining rows take at the pace so far, in words."""
        if self.state != 'running' or not self.started_at or not self.done_count:
            return False
        seconds = (fields.Datetime.now() - self.started_at).total_seconds() / self.done_count * todo
        if seconds < 60:
            return self.env._("less than a minute")
        return self.env._("about %s minutes", round(seconds / 60) or 1)

    @api.depends('filename')
    def _compute_result_filename(self):
        mark = self.env._("wrong rows")
        for upload in self:
            stem = (upload.filename or 'customers').rpartition('.')[0] or upload.filename or 'customers'
            upload.result_filename = f"{stem} - {mark}.xlsx"

    @api.depends('file', 'wrong_count', 'error_ids.reason')
    def _compute_result_file(self):
        for upload in self:
            upload.result_file = upload.file and upload.wrong_count and base64.b64encode(upload._get_result_content())

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.update(user_id=self.env.uid, company_id=self.env.company.id)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() & {'user_id', 'company_id'}:
            # The rows are written with that user's rights.
            raise AccessError(self.env._("An upload stays that of who uploaded it."))
        if vals.keys() & {'file', 'mode', 'filename'} and not self.env.context.get('ecount_import_checks'):
            if any(upload.state in ('running', 'done') for upload in self):
                raise UserError(self.env._("This file was imported already. Start a new upload for another one."))
            if 'file' in vals:
                vals = {'fixes': False, 'replacements': False, **vals}
                # Elevated: columns and questions of the file before are no longer of use.
                self.sudo().column_ids.unlink()
                self.sudo().question_ids.unlink()
            vals = {'state': 'draft', **vals}
        return super().write(vals)

    # === READING === #

    def _open_sheet(self):
        """Return the sheet of the file.

        :rtype: ecount_customer.sheets.reader.Sheet
        :raise UserError: saying why the file cannot be read
        """
        self.ensure_one()
        content = self.with_context(bin_size=False).file
        if not content:
            raise UserError(self.env._("Choose an Excel file first."))
        try:
            return read_sheet(base64.b64decode(content), self.filename or '')
        except SheetError as error:
            raise UserError(self._get_sheet_error_text(error)) from error

    def _get_sheet_error_text(self, error):
        return self.env._(error.reason)

    # === CONTRACT === #

    def action_validate(self):
        """Check the file without writing any customer.

        :return: `{'rows', 'new', 'changed', 'unchanged', 'wrong': numbers of rows}`
        :rtype: dict
        :raise UserError: when the file cannot be read or has no header row
        """
        self.ensure_one()
        if self.state not in ('draft', 'checked', 'cancelled'):
            raise UserError(self.env._("This file was imported already. Start a new upload for another one."))
        # Two checks at once: the second waits, and is run again on what the first has left.
        self.env.cr.execute(SQL("SELECT FROM ecount_customer_import WHERE id = %s FOR UPDATE", self.id))
        self._check_file()
        return self._get_counts()

    def action_import(self, skip_wrong=None):
        """Write what the file says: all rows, or nothing when one is wrong; in the background when it is large.

        :param bool skip_wrong: write the valid rows and give back the wrong ones; None: as the record says
        :return: as `action_validate`; while it goes on in the background the counts are those of the check
        :rtype: dict
        :raise UserError: when a row is wrong and wrong rows are not to be left out; nothing is written then
        """
        self.ensure_one()
        if skip_wrong is not None:
            self.skip_wrong = skip_wrong
        if self.state in ('draft', 'cancelled'):
            self.action_validate()
        if self.state != 'checked':
            raise UserError(self.env._("This file was imported already. Start a new upload for another one."))
        if self.wrong_count and not self.skip_wrong:
            raise UserError(self._get_wrong_rows_message())
        self._import_lines()
        return self._get_counts()

    def _get_counts(self):
        return {
            'rows': self.row_count, 'new': self.new_count, 'changed': self.changed_count,
            'unchanged': self.unchanged_count, 'wrong': self.wrong_count,
        }

    def _get_wrong_rows_message(self):
        lines = [
            self.env._("Row %(row)s, %(column)s: %(reason)s", row=error.row, column=error.column or "-",
                       reason=error.reason)
            for error in self.env['ecount.customer.import.error'].search([('import_id', '=', self.id)], limit=5)
        ]
        message = self.env._(
            "Nothing was imported: %s rows are wrong. Mend them, or leave them out.", self.wrong_count)
        return "\n".join([message, *lines])

    # === BUTTONS === #

    def action_check(self):
        """Button: check the file, with what was typed into the lists of columns, questions and wrong cells."""
        self._keep_replacements()
        self.action_validate()

    def action_import_all(self):
        """Button: write all rows."""
        self._check_questions()
        self.action_import(skip_wrong=False)

    def action_import_valid(self):
        """Button: write the valid rows, give back the wrong ones."""
        self._check_questions()
        self.action_import(skip_wrong=True)

    def action_cancel(self):
        """Button: drop the check, or stop after the present step; what was written stays."""
        for upload in self:
            if upload.state == 'running':
                upload._finish('cancelled')
            elif upload.state in ('draft', 'checked'):
                upload.state = 'cancelled'

    def action_download_wrong(self):
        """Button: download the uploaded sheet with the reasons."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_url', 'target': 'download',
            'url': f'/web/content/ecount.customer.import/{self.id}/result_file/{self.result_filename}?download=true',
        }

    def action_view_customers(self):
        """Button: open the customers that were created or changed."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.res_partner_action_customer')
        # Elevated: the lines are for the system; the customers are read with the rights of the user.
        ids = self.env['ecount.customer.import.line'].sudo().search([
            ('import_id', '=', self.id), ('state', 'in', ('created', 'changed'))]).mapped('record_id')
        action['domain'] = [('id', 'in', ids)]
        action['name'] = self.env._("Customers of this upload")
        return action

    def action_upload(self):
        """Open a new upload.

        :return: a window action
        """
        return self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_customer_import_action_new')
