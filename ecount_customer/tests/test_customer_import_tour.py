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
