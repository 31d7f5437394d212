from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingHttpCommon


@tagged('post_install', '-at_install')
class TestDeskTour(AccountTestInvoicingHttpCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids = [Command.link(cls.env.ref(group).id) for group in (
            'sales_team.group_sale_manager', 'ecount_customer.group_customer_manager')]
        cls.env.company.ecount_desk_sale = 'invoice'
        cls.customer = cls.env['res.partner'].create({'name': "Desk Tour Market", 'is_company': True, 'ref': "TOUR-1"})
        cls.env['product.product'].create({
            'name': "Tour sauce", 'list_price': 100, 'invoice_policy': 'order', 'taxes_id': False})

    def test_search_sale_receipt_and_ledger_without_a_mouse(self):
        self.start_tour('/odoo/customer-desk', 'ecount_customer.desk', login=self.env.user.login)
        ledger = self.customer.get_ledger()
        self.assertEqual([(row['kind'], row['debit'], row['credit'], row['open']) for row in ledger['rows']],
                         [('sale', 100, 0, 0), ('receipt', 0, 100, 0)])
        order = self.env['sale.order'].search([('partner_id', '=', self.customer.id)])
        self.assertEqual((order.state, order.invoice_status), ('sale', 'invoiced'))

    def test_what_would_be_lost_or_is_out_of_the_ordinary_is_asked_about(self):
        self.env.company.ecount_desk_sale = 'order'
        cafe = self.customer.copy({
            'name': "Desk Tour Cafe", 'ref': "TOUR-2", 'credit_policy': 'warn', 'credit_limit': 50})
        cafe._set_put_away()
        self.start_tour('/odoo/customer-desk', 'ecount_customer.desk_questions', login=self.env.user.login)
        order = self.env['sale.order'].search([('partner_id', '=', cafe.id)])
        self.assertEqual((cafe.active, order.mapped('state')), (True, ['sale']))
