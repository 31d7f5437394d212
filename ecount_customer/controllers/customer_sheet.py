"""Download of customers, and of the form to fill in, as Excel."""

import tempfile

from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.http import content_disposition, request

XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class CustomerSheetController(http.Controller):

    @http.route('/ecount_customer/form.xlsx', type='http', auth='user', readonly=True)
    def form(self):
        """Send the form to fill in, in the language of the user."""
        if not request.env.user._is_internal():
            raise request.not_found()
        name = request.env._("customers form")
        return self._send(request.env['ecount.customer.sheet']._write_form, f"{name}.xlsx")

    @http.route('/ecount_customer/opening_form.xlsx', type='http', auth='user', readonly=True)
    def opening_form(self):
        """Send the form of opening balances."""
        Opening = request.env['ecount.opening.balance']
        if not Opening.has_access('create'):
            raise request.not_found()
        name = request.env._("Opening balances")
        return self._send(Opening._write_form, f"{name}.xlsx")

    @http.route('/ecount_customer/download/<int:download_id>', type='http', auth='user', readonly=True)
    def download(self, download_id):
        """Send the customers that a download of this user asks for."""
        download = request.env['ecount.customer.download'].search([('id', '=', download_id)])
        if not download:
            raise request.not_found()
        download._check_may_download()
        if download.file:
            return request.env['ir.binary']._get_stream_from(
                download, 'file', download.filename).get_response(as_attachment=True)
        download = download.with_context(**(download.settings or {}))
        return self._send(download._write_file, download.filename or download._get_filename())

    def _send(self, write, filename):
        """Let a method write into a temporary file and send that piece by piece: memory does not grow with it."""
        target = tempfile.TemporaryFile()  # noqa: SIM115 - closed, and so deleted, by the response
        try:
            write(target)
            size = target.seek(0, 2)
            target.seek(0)
        except BaseException:
            target.close()
            raise
        response = request.make_response(wrap_file(request.httprequest.environ, target), [
            ('Content-Type', XLSX), ('Content-Disposition', content_disposition(filename)), ('Content-Length', size)])
        response.direct_passthrough = True
        return response
