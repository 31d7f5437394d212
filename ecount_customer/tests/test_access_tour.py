from odoo.tests import HttpCase, tagged

from .common_access import EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccessTour(EcountAccessCommon, HttpCase):

    def test_a_day_of_a_rep(self):
        self.nok.write({'password': 'nok-nok-nok-1'})
        self.company.ecount_desk_sale = 'order'
        self.start_tour('/odoo/ecount-customers', 'ecount_customer.rep', login='nok', timeout=240)
        new = self.Partner.search([('name', '=', "New Mart")])
        self.assertEqual(new.user_id, self.nok)
        order = self.env['sale.order'].search([('partner_id', '=', self.mine.id)])
        self.assertRecordValues(order, [{'state': 'sale', 'user_id': self.nok.id, 'amount_untaxed': 100.0}])
