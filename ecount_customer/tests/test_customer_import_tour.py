import io
import threading
from unittest.mock import patch

import openpyxl

from odoo.tests import HttpCase, tagged

from .import_common import ImportCommon


@tagged('post_install', '-at_install')
class TestCustomerImportTour(ImportCommon, HttpCase):

    def test_a_file_with_errors_is_corrected_on_screen_and_imported(self):
        self.start_tour('/odoo/ecount-customers', 'ecount_customer_import', login='admin', timeout=300)
        self.assertRecordValues(self._find("T-1") + self._find("T-2") + self._find("T-3"), [
            {'name': "Tour Mart", 'email': "tour@example.com", 'country_id': self.thailand.id},
            {'name': "Tour Shop", 'email': "shop@example.com", 'country_id': self.thailand.id},
            {'name': "Tour Stall", 'email': "stall@example.com", 'country_id': self.thailand.id}])

    def test_the_list_on_screen_is_downloaded(self):
        self.Partner.create([
            {'name': "Tour Mart", 'ref': "T-1", 'is_company': True},
            {'name': "Tour Shop", 'ref': "T-2", 'is_company': True}])
        Download = self.env.registry['ecount.customer.download']
        write_file, sent, written = Download._write_file, [], threading.Event()

        def remember(download, target):
            write_file(download, target)
            target.seek(0)
            sent.append(target.read())
            written.set()

        with patch.object(Download, '_write_file', remember):
            self.start_tour('/odoo/ecount-customers', 'ecount_customer_download', login='admin', timeout=300)
            self.assertTrue(written.wait(30), "The browser asks for the file")
        sheet = openpyxl.load_workbook(io.BytesIO(sent[0])).worksheets[0]
        cells = {cell.value for row in sheet.iter_rows() for cell in row}
        self.assertTrue({"T-1", "Tour Mart"} <= cells)
        self.assertFalse({"T-2", "Tour Shop"} & cells)
