from odoo.fields import Command
from odoo.tests import HttpCase, tagged


@tagged('post_install', '-at_install')
class TestMergeTour(HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept, cls.other = cls.env['res.partner'].create([
            {'name': "Tour Mart", 'is_company': True, 'ref': 'T-001', 'phone': '+66 53 111 111'},
            {'name': "Tour Mart Co., Ltd.", 'is_company': True, 'ref': 'T-002', 'phone': '+66 53 222 222'},
        ])
        product = cls.env['product.product'].create({'name': "Fish sauce"})
        cls.order = cls.env['sale.order'].create({
            'partner_id': cls.kept.id, 'order_line': [Command.create({'product_id': product.id})]})

    def test_find_preview_merge_and_undo(self):
        self.start_tour('/odoo', 'ecount_customer_merge', login='admin')
        log = self.env['ecount.merge.log'].search([('partner_id', '=', self.other.id)])
        self.assertRecordValues(log, [{'state': 'undone', 'source_ids': self.kept.ids}])
        self.assertEqual(self.order.partner_id, self.kept)
        self.assertEqual((self.kept.phone, self.other.phone), ('+66 53 111 111', '+66 53 222 222'))

    def test_the_form_warns_while_typing(self):
        self.start_tour('/odoo/ecount-customers/new', 'ecount_customer_possible_duplicate', login='admin')
