from odoo.tests import HttpCase, tagged

from .common_access import EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccessTour(EcountAccessCommon, HttpCase):

    def test_a_rep_sees_registers_and_hands_over_customers_on_screen(self):
        self.nok.password = "nok-nok-nok"
        self.start_tour('/odoo/ecount-customers', 'ecount_own_customers', login='nok')
        customer = self.Partner.search([('name', '=', "Tour Mart")])
        self.assertEqual(customer.user_id, self.somsak)
        self.assertNotIn(customer, self._seen_by(self.nok, customer))
