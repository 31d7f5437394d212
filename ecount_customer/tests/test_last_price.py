"""The last prices that a customer paid, and the history of its special prices."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestLastPrice(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group_user = cls.env.ref('base.group_user')
        group_user.write({'implied_ids': [
            Command.unlink(cls.env.ref('product.group_product_pricelist').id),
            Command.link(cls.env.ref('sale.group_discount_per_so_line').id)]})
        cls.product = cls._create_product()
        cls.customer = cls._create_customer("Fresh Mart", cls.gold)

    def _sell(self, price, date, partner=None, **line):
        order = self._create_order(
            partner or self.customer, {'product_id': self.product.id, 'price_unit': price, **line})
        order.action_confirm()
        order.date_order = date
        return order

    def _get_info(self, **values):
        return self.env['sale.order.line'].get_price_info(
            {'partner_id': self.customer.id, 'product_id': self.product.id, **values})

    def test_the_last_five_prices_come_newest_first(self):
        for day, price in enumerate((91, 92, 93, 94, 95, 96), start=1):
            self._sell(price, f'2025-03-0{day}')
        prices = self._get_info()['last_prices']
        self.assertEqual([last['price'] for last in prices], [96, 95, 94, 93, 92])
        self.assertEqual(prices[0]['document'], self.env['sale.order'].search([], limit=1, order='id desc').name)

    def test_quotations_and_other_customers_do_not_count(self):
        self._create_order(self.customer, {'product_id': self.product.id, 'price_unit': 50})
        self._sell(60, '2025-03-01', partner=self._create_customer("Big C"))
        self.assertEqual(self._get_info()['last_prices'], [])

    def test_contacts_buy_for_their_company_and_discounts_are_deducted(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self._sell(100, '2025-03-01', partner=contact, discount=15)
        self.assertEqual([last['price'] for last in self._get_info()['last_prices']], [85])

    def test_the_unit_of_the_line_is_respected(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        self._sell(1080, '2025-03-01', product_uom_id=dozen.id)
        self.assertAlmostEqual(self._get_info()['last_prices'][0]['price'], 90)
        self.assertAlmostEqual(self._get_info(uom_id=dozen.id)['last_prices'][0]['price'], 1080)

    def test_prices_of_other_price_groups_are_offered(self):
        self.env.ref('base.group_user').write(
            {'implied_ids': [Command.link(self.env.ref('product.group_product_pricelist').id)]})
        lists = self.env['product.pricelist'].create([
            {'name': name, 'item_ids': [Command.create({'compute_price': 'fixed', 'fixed_price': price})]}
            for name, price in (("Retail", 95), ("Wholesale", 85), ("Of nobody", 10))])
        self.gold.pricelist_id, self.south.pricelist_id = lists[:2]
        self.assertEqual(
            [(group['label'], group['price']) for group in self._get_info(pricelist_id=lists[0].id)['price_groups']],
            [("Wholesale", 85)])

    # --- the company setting ---

    def test_the_last_price_is_filled_only_where_the_company_wants_it(self):
        self._sell(88, '2025-03-01')
        self.assertEqual(self._create_order(self.customer, self.product).order_line.price_unit, 100)
        self.env.company.ecount_use_last_price = True
        line = self._create_order(self.customer, self.product).order_line
        self.assertEqual((line.price_unit, line.price_source), (88, 'last'))
        self.assertIn("paid last", line.price_explanation)
        line.product_uom_qty = 5
        self.assertEqual((line.price_unit, line.price_subtotal), (88, 440))

    def test_a_special_price_comes_before_the_last_price(self):
        self._sell(88, '2025-03-01')
        self.env.company.ecount_use_last_price = True
        self._create_special_price(self.gold, 85, self.product)
        line = self._create_order(self.customer, self.product).order_line
        self.assertEqual((line.price_unit, line.price_source), (85, 'group'))

    def test_the_last_price_is_not_discounted_again(self):
        self.customer.discount_rate = 10
        self._sell(100, '2025-03-01')
        self.env.company.ecount_use_last_price = True
        line = self._create_order(self.customer, self.product).order_line
        self.assertEqual((line.price_unit, line.discount, line.price_subtotal), (90, 0, 90))
        rice = self._create_product("Rice", 10)
        line = self._create_order(self.customer, rice).order_line
        self.assertEqual((line.price_unit, line.discount), (10, 10), "never bought: as without the setting")

    # --- history ---

    def test_changes_of_a_price_are_told_on_the_customer(self):
        price = self._create_special_price(self.customer, 80, self.product)
        price.fixed_price = 75
        price.write({'min_quantity': 10})
        price.unlink()
        bodies = [str(body) for body in self.customer.message_ids.mapped('body') if "Special prices" in body]
        self.assertEqual(len(bodies), 4)
        self.assertIn("Deleted", bodies[0])
        self.assertIn("10", bodies[1])
        self.assertTrue("80.00" in bodies[2] and "75.00" in bodies[2] and "Fish sauce" in bodies[2])
        self.assertIn("New", bodies[3])

    def test_a_price_of_an_address_is_told_on_the_customer_and_one_of_a_group_on_the_group(self):
        dock = self.Partner.create({'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        self._create_special_price(dock, 70, self.product)
        self._create_special_price(self.gold, 60, self.product)
        self.assertIn("70.00", self.customer.message_ids[0].body)
        self.assertIn("60.00", self.gold.message_ids[0].body)

    def test_many_changes_at_once_are_one_message(self):
        products = self.env['product.product'].create([{'name': f"Product {number}"} for number in range(60)])
        before = len(self.customer.message_ids)
        self.Rule.create([{
            'partner_id': self.customer.id, 'product_id': product.id, 'fixed_price': 5} for product in products])
        self.assertEqual(len(self.customer.message_ids), before + 1)
        self.assertIn("and 10 more", self.customer.message_ids[0].body)
