"""Download of statements as Excel."""

from odoo import http
from odoo.http import content_disposition, request

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class StatementController(http.Controller):

    @http.route('/ecount_customer/statement/<int:wizard_id>.xlsx', type='http', auth='user', readonly=True)
    def statement_xlsx(self, wizard_id):
        """Send the workbook that a statement dialog of this user asks for."""
        wizard = request.env['ecount.statement.wizard'].browse(wizard_id).exists()
        if not wizard:
            raise request.not_found()
        wizard.check_access('read')  # one's own dialogs only
        content = wizard.partner_ids._get_statement_xlsx(**wizard._get_options())
        name = request.env._("Statement of account")
        return request.make_response(content, headers=[
            ('Content-Type', XLSX), ('Content-Disposition', content_disposition(f'{name}.xlsx')),
        ])
