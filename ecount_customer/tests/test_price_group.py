"""Price groups: the pricelist that a customer's groups give. Prices per delivery address; quotation templates."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestPriceGroup(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.link(cls.env.ref('product.group_product_pricelist').id)]})
        cls.product = cls._create_product()
        cls.retail, cls.wholesale, cls.northern = cls.env['product.pricelist'].create([
            {'name': name, 'sequence': 99, 'item_ids': [Command.create({
                'compute_price': 'fixed', 'fixed_price': price, 'product_tmpl_id': cls.product.product_tmpl_id.id})]}
            for name, price in (("Retail", 95), ("Wholesale", 85), ("Northern", 90))])
        cls.customer = cls._create_customer("Fresh Mart", cls.chiang_mai, cls.gold)

    def _price(self, partner=None, **values):
        return self._create_order(partner or self.customer, self.product, **values).order_line.price_unit

    def test_a_group_gives_its_pricelist_without_writing_on_the_customer(self):
        self.gold.pricelist_id = self.wholesale
        self.assertEqual(self.customer.property_product_pricelist, self.wholesale)
        self.assertFalse(self.customer.specific_property_product_pricelist)
        self.assertEqual(self._create_order(self.customer).pricelist_id, self.wholesale)
        self.assertEqual(self._price(), 85)

    def test_the_nearest_group_wins_and_the_customer_before_it(self):
        self.region.pricelist_id, self.gold.pricelist_id = self.retail, self.wholesale
        # Region (level 1) is above, Gold is level 2.
        self.assertEqual(self._price(), 85)
        self.chiang_mai.pricelist_id = self.northern
        self.assertEqual(self._price(), 90)
        self.assertEqual(self.customer.inherited_pricelist_group_id, self.chiang_mai)
        self.customer.property_product_pricelist = self.retail
        self.assertEqual(self._price(), 95)

    def test_a_customer_moved_to_another_group_has_its_prices_on_the_next_order(self):
        self.north.pricelist_id, self.south.pricelist_id = self.northern, self.retail
        order = self._create_order(self.customer, self.product)
        self.customer.customer_group_ids = self.south + self.gold
        self.assertEqual(self._price(), 95)
        self.assertEqual(order.order_line.price_unit, 90, "an order that exists stays")

    def test_a_pricelist_given_to_a_group_far_above_holds_at_once(self):
        self.assertFalse(self.customer.inherited_pricelist_id)
        self.region.pricelist_id = self.retail  # two levels above the customer's own group
        self.assertEqual(self.customer.property_product_pricelist, self.retail)
        self.assertEqual(self.customer.inherited_pricelist_id, self.retail)

    def test_choosing_what_the_group_gives_follows_the_group(self):
        self.gold.pricelist_id = self.wholesale
        self.customer.property_product_pricelist = self.retail
        self.assertEqual(self.customer.specific_property_product_pricelist, self.retail)
        self.customer.property_product_pricelist = self.wholesale
        self.assertFalse(self.customer.specific_property_product_pricelist)
        self.gold.pricelist_id = self.northern
        self.assertEqual(self._price(), 90)

    def test_an_archived_pricelist_gives_nothing(self):
        self.gold.pricelist_id, self.region.pricelist_id = self.wholesale, self.retail
        self.wholesale.active = False
        self.assertEqual(self._price(), 95)

    def test_without_a_group_the_native_rules_hold(self):
        stranger = self._create_customer("Stranger")
        native = stranger.property_product_pricelist
        self.gold.pricelist_id = self.wholesale
        stranger.invalidate_recordset()
        self.assertEqual(stranger.property_product_pricelist, native)

    def test_the_pricelist_of_the_group_is_that_of_the_company(self):
        other = self.env['res.company'].create({'name': "Branch"})
        self.env.user.company_ids += other
        self.retail.company_id = self.wholesale.company_id = False
        self.gold.pricelist_id = self.wholesale
        self.gold.with_company(other).pricelist_id = self.retail
        self.assertEqual(self._price(), 85)
        self.assertEqual(self.customer.with_company(other).property_product_pricelist, self.retail)

    # --- delivery addresses ---

    def _without_pricelist_rules(self):
        self.customer.property_product_pricelist = self.env['product.pricelist'].create({'name': "Plain"})

    def _create_address(self, name="Dock", **values):
        return self.Partner.create({'name': name, 'parent_id': self.customer.id, 'type': 'delivery', **values})

    def test_what_is_delivered_to_an_address_has_its_price(self):
        dock = self._create_address()
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(dock, 70, self.product)
        self.assertEqual(self._price(partner_shipping_id=dock.id), 70)
        self.assertEqual(self._price(partner_shipping_id=self._create_address("Shop").id), 80)
        self.assertEqual(self._price(partner_shipping_id=self.customer.id), 80)

    def test_another_address_prices_the_lines_again(self):
        self._without_pricelist_rules()
        dock = self._create_address()
        self._create_special_price(dock, 70, self.product)
        order = self._create_order(self.customer, self.product, self.product, partner_shipping_id=self.customer.id)
        order.order_line[1].price_unit = 66
        order.partner_shipping_id = dock
        self.assertEqual(order.order_line.mapped('price_unit'), [70, 66])
        with Form(order) as form:
            form.partner_shipping_id = self.customer
        self.assertEqual(order.order_line.mapped('price_unit'), [100, 66])

    def test_an_address_of_another_customer_has_no_say(self):
        stranger = self._create_customer("Stranger")
        self._create_special_price(stranger, 10, self.product)
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._price(partner_shipping_id=stranger.id), 80)

    def test_a_contact_that_is_no_delivery_address_has_the_price_of_the_customer(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self._create_special_price(self.customer, 80, self.product)
        self.assertEqual(self._price(contact), 80)

    # --- other ways to enter an order ---

    def test_lines_of_a_quotation_template_have_the_prices_of_the_customer(self):
        if 'sale.order.template' not in self.env:
            self.assertFalse(self.env['ir.module.module'].search([
                ('name', '=', 'sale_management'), ('state', '=', 'installed')]))
            return
        self._without_pricelist_rules()
        self.env.ref('base.group_user').write(
            {'implied_ids': [Command.link(self.env.ref('sale_management.group_sale_order_template').id)]})
        self.gold.discount_rate = 5
        rice = self._create_product("Rice", 10)
        self._create_special_price(self.customer, 80, self.product)
        template = self.env['sale.order.template'].create({'name': "Usual", 'sale_order_template_line_ids': [
            Command.create({'product_id': product.id, 'product_uom_qty': 2}) for product in (self.product, rice)]})
        form = Form(self.env['sale.order'])
        form.partner_id = self.customer
        form.sale_order_template_id = template
        order = form.save()
        self.assertEqual([round(line.price_subtotal, 2) for line in order.order_line], [160, 19])

    def test_an_imported_order_has_the_prices_of_the_customer(self):
        self._create_special_price(self.customer, 80, self.product)
        self.product.default_code = 'F-IMPORT'
        result = self.env['sale.order'].load(
            ['partner_id/.id', 'order_line/product_id', 'order_line/product_uom_qty'],
            [[str(self.customer.id), 'F-IMPORT', '3']])
        self.assertFalse(result['messages'])
        self.assertEqual(self.env['sale.order'].browse(result['ids']).order_line.price_unit, 80)
