"""Customers who are logged in see their price on the product page, in the list and in the cart."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.ecount_customer.tests.common import EcountCommon
from odoo.addons.website_sale.tests.common import MockRequest


@tagged('post_install', '-at_install')
class TestWebShop(EcountCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env['website'].get_current_website()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.unlink(cls.env.ref('product.group_product_pricelist').id)]})
        cls.product = cls._create_product(website_published=True, sale_ok=True)
        cls.customer = cls._create_customer("Fresh Mart", cls.gold)
        cls.visitor = cls.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Nok", 'login': 'shop_nok', 'password': 'shop_nok', 'email': 'nok@example.com',
            'group_ids': [Command.set(cls.env.ref('base.group_portal').ids)],
        })
        cls.visitor.partner_id.parent_id = cls.customer

    def _get_prices(self, user, **values):
        """Return the prices of product page, list and structured data as a user sees them."""
        website = self.website.with_user(user)
        with MockRequest(website.env, website=website, **values):
            template = self.product.product_tmpl_id.with_user(user)
            page = template._get_combination_info(product_id=self.product.id)
            listed = template._get_sales_prices(website)[template.id]
            data = self.product.with_user(user)._to_markup_data(website)
        return page['price'], listed['price_reduce'], data['offers']['price']

    def test_a_customer_sees_the_special_price_and_a_stranger_does_not(self):
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._get_prices(self.visitor), (80, 80, 80))
        self.assertEqual(self._get_prices(self.website.user_id), (100, 100, 100))

    def test_a_customer_sees_the_price_of_its_group(self):
        self._create_special_price(self.gold, 85, self.product)
        self.assertEqual(self._get_prices(self.visitor), (85, 85, 85))

    def test_a_customer_sees_prices_less_the_discount_rate(self):
        self.customer.discount_rate = 10
        self.assertEqual(self._get_prices(self.visitor), (90, 90, 90))
        self.assertEqual(self._get_prices(self.website.user_id), (100, 100, 100))

    def test_the_cart_has_the_price_that_the_page_showed(self):
        self._create_special_price(self.customer, 80, self.product)
        website = self.website.with_user(self.visitor)
        with MockRequest(website.env, website=website):
            cart = website._create_cart()
            cart._cart_add(product_id=self.product.id, quantity=3)
        self.assertEqual(cart.order_line.price_unit, 80)
        self.assertEqual(cart.amount_untaxed, 240)

    def test_the_delivery_address_of_the_cart_decides(self):
        dock = self.Partner.create({'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(dock, 70, self.product)
        cart = self._create_order(
            self.visitor.partner_id, self.product, partner_shipping_id=dock.id, website_id=self.website.id)
        self.assertEqual(cart.order_line.price_unit, 70)
        self.assertEqual(self._get_prices(self.visitor, sale_order_id=cart.id), (70, 70, 70))

    def test_the_checkout_shows_the_prices_of_the_delivery_address_that_is_chosen(self):
        address = {
            'street': "1 Main Road", 'city': "Chiang Mai", 'zip': "50000", 'phone': "+66812345678",
            'country_id': self.env.ref('base.th').id, 'email': "nok@example.com",
            'state_id': self.env['res.country.state'].search([('country_id.code', '=', 'TH')], limit=1).id,
        }
        self.customer.write(address)
        self.visitor.partner_id.write(address)
        dock = self.Partner.create({**address, 'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        self.product.type = 'consu'
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(dock, 70, self.product)
        cart = self._create_order(
            self.visitor.partner_id, self.product, partner_shipping_id=self.visitor.partner_id.id,
            website_id=self.website.id)
        self.start_tour('/shop/checkout', 'ecount_checkout_address', login='shop_nok')
        self.assertEqual(cart.partner_shipping_id, self.customer)
        self.assertEqual(cart.order_line.filtered('product_id.sale_ok')[:1].price_unit, 80)

    def test_the_pages_open_for_customers_and_strangers(self):
        self._create_special_price(self.customer, 81.25, self.product)
        url = self.product.product_tmpl_id.website_url
        for login, shown in ((None, False), ('shop_nok', True)):
            self.authenticate(login, login)
            for path in (url, f'/shop?search={self.product.name}'):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 200)
                self.assertEqual('81.25' in response.text, shown, f"{login}: {path}")
