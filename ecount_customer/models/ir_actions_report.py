"""One PDF of many statements, whatever wkhtmltopdf is installed."""

from odoo import api, models
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml

STATEMENT = 'ecount_customer.report_statement'


class IrActionsReport(models.Model):
    _inherit = 'ir.actions.report'

    @api.model
    def _run_wkhtmltopdf(self, bodies, report_ref=False, *args, **kwargs):
        """Convert statements one by one where wkhtmltopdf takes one document at a time, as Debian's does."""
        bodies, convert = list(bodies), super()._run_wkhtmltopdf
        if len(bodies) < 2 or not report_ref or _wkhtml().is_patched_qt \
                or self._get_report(report_ref).report_name != STATEMENT:
            return convert(bodies, report_ref, *args, **kwargs)
        return merge_pdf([convert([body], report_ref, *args, **kwargs) for body in bodies])
