from odoo.tests import HttpCase, tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestCustomerTours(EcountCommon, HttpCase):

    def test_a_special_price_from_customer_to_quotation(self):
        self._create_group("Tour Gold", self.tier)
        product = self._create_product("Tour Fish Sauce", 100.0)
        user = self._create_user(
            'tourclerk', 'sales_team.group_sale_salesman_all_leads', 'ecount_customer.group_customer_manager')
        user.password = 'tourclerk'
        self.start_tour('/odoo/ecount-customers', 'ecount_customer_special_price', login='tourclerk', timeout=300)
        customer = self.Partner.search([('ref', '=', "T-0042")])
        self.assertEqual(customer.customer_group_ids.name, "Tour Gold")
        self.assertEqual(customer.special_price_ids.product_tmpl_id, product.product_tmpl_id)
        self.assertRecordValues(customer.sale_order_ids.order_line, [{'price_unit': 80, 'price_source': 'customer'}])
