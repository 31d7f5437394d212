"""Wrong cells of an upload, grouped by what is wrong with them."""

from odoo import fields, models


class EcountCustomerImportReason(models.Model):
    """All cells of one column that are wrong for one reason, and the one fix for all of them."""

    _name = 'ecount.customer.import.reason'
    _description = "Reason of Wrong Cells of an Upload"
    _order = 'count desc, id'

    import_id = fields.Many2one('ecount.customer.import', required=True, readonly=True, index=True, ondelete='cascade')
    column = fields.Char(readonly=True)
    column_name = fields.Char(readonly=True)
    code = fields.Char(readonly=True)
    reason = fields.Char(required=True, readonly=True)
    example = fields.Char(readonly=True)
    count = fields.Integer(string="Cells", readonly=True)
    suggestion_count = fields.Integer(readonly=True, help="Cells for which there is a suggestion.")
    suggestion = fields.Char(readonly=True)

    def action_use_suggestions(self):
        """Button: take the suggestion of every such cell, and check again."""
        return self._fix('suggestion')

    def action_leave_out(self):
        """Button: leave all such cells out, their rows being otherwise right, and check again."""
        return self._fix('leave')

    def _fix(self, fix):
        upload = self.import_id
        upload.ensure_one()
        upload.check_access('write')
        fixes = {**(upload.fixes or {}), **{f'{reason.column_name}|{reason.code}': fix for reason in self}}
        upload.fixes = fixes
        upload.action_check()
