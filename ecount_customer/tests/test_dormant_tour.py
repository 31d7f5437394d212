from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL


@tagged('post_install', '-at_install')
class TestDormantTours(HttpCase):

    def _create_customer(self, name, *addresses):
        return self.env['res.partner'].create({
            'name': name, 'is_company': True,
            'child_ids': [Command.create({'type': 'delivery', **values}) for values in addresses]})

    def test_idle_customers_are_put_away_and_brought_back(self):
        idle = self._create_customer("Tour Idle Mart", {'name': "Dock"})
        owing = self._create_customer("Tour Owing Mart")
        for customer, price in ((idle, 0), (owing, 50)):
            self.env['account.move'].create({
                'move_type': 'out_invoice', 'partner_id': customer.id, 'invoice_date': '2021-01-10',
                'invoice_line_ids': [Command.create({'name': "Rice", 'price_unit': price, 'tax_ids': []})],
            }).action_post()
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET create_date = '2021-01-01' WHERE id IN %s", tuple((idle + owing).ids)))
        self.start_tour('/odoo/ecount-idle-customers', 'ecount_customer_idle_customers', login='admin', timeout=180)
        self.assertEqual([idle.active, idle.with_context(active_test=False).child_ids.active, owing.active],
                         [True, True, True])
        self.assertIn("Brought back", idle.message_ids[0].body)

    def test_an_order_goes_to_one_of_the_customers_own_addresses(self):
        customer = self._create_customer(
            "Tour Harbour Mart", {'name': "Tour West gate", 'is_default_delivery': True},
            {'name': "Tour North dock", 'street': "7 Canal Road"})
        self._create_customer("Tour Other Mart", {'name': "Tour Pier", 'street': "8 Canal Road"})
        self.start_tour('/odoo/sales/new', 'ecount_customer_delivery_address', login='admin', timeout=180)
        order = self.env['sale.order'].search([('partner_id', '=', customer.id)])
        self.assertRecordValues(order.partner_shipping_id, [{
            'name': "Tour South dock", 'parent_id': customer.id, 'type': 'delivery', 'city': "Lampang",
            'delivery_note': "Gate 3"}])
