"""The screens on which prices are typed and shown, in the browser."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestPriceTours(EcountCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.unlink(cls.env.ref('product.group_product_pricelist').id)]})
        cls.customer = cls._create_customer("Tour Fresh Mart")
        cls.product = cls._create_product("Tour fish", default_code='TOUR-FISH', type='consu')

    def test_the_catalogue_shows_the_special_price(self):
        self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(self.customer)
        self.start_tour(f'/odoo/action-sale.action_orders/{order.id}', 'ecount_price_catalogue', login='admin')
        self.assertEqual(order.order_line.price_unit, 80)
