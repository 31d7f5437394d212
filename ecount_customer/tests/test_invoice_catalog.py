"""The product catalogue of an invoice that is entered directly."""

from odoo.tests import tagged

from odoo.addons.http_routing.tests.common import MockRequest

from .invoice_price_common import InvoicePriceCommon


@tagged('post_install', '-at_install')
class TestInvoiceCatalog(InvoicePriceCommon):

    def test_the_catalogue_shows_the_price_that_the_line_will_have(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.customer, 70, self.product, min_quantity=5)
        self.customer.discount_rate = 10
        rice, salt = (self._create_product(name=name, list_price=50.0, taxes_id=False) for name in ("Rice", "Salt"))
        products = self.product + rice + salt
        for move_type in ('out_invoice', 'out_refund', 'out_receipt'):
            move = self._create_document({'product_id': salt.id, 'price_unit': 40}, move_type=move_type)
            with MockRequest(self.env):
                data = move._get_product_catalog_order_line_info(products.ids)
                self.assertEqual([data[product.id]['price'] for product in products], [80, 45, 40])
                # What a click returns is what the card shows from then on.
                self.assertEqual(move._update_order_line_info(rice.id, 2), 45)
                self.assertEqual(move._update_order_line_info(self.product.id, 6), 70)
                data = move._get_product_catalog_order_line_info(products.ids)
                self.assertEqual([data[product.id]['price'] for product in products], [70, 45, 40])
                self.assertEqual(move._update_order_line_info(self.product.id, 0), 80)
        self.assertNotIn(self.product, move.invoice_line_ids.product_id)

    def test_the_catalogue_of_a_vendor_bill_is_native(self):
        self._create_special_price(self.customer, 80, self.product)
        self.product.standard_price = 33
        move = self._create_document({'product_id': self._create_product(name="Rice").id}, move_type='in_invoice')
        data = move._get_product_catalog_order_line_info(self.product.ids)
        self.assertEqual(data[self.product.id]['price'], 33)
