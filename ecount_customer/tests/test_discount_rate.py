"""Discount rates of customers and groups on order lines."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import EcountCommon


class DiscountRateCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._enable_feature('product.group_product_pricelist', False)
        cls._enable_feature('sale.group_discount_per_so_line')
        cls.product = cls._create_product()
        cls.customer = cls._create_customer("Fresh Mart", cls.chiang_mai, cls.gold)
        cls.company = cls.env.company

    @classmethod
    def _enable_feature(cls, group, enabled=True):
        group_user = cls.env.ref('base.group_user')
        group_user.write({'implied_ids': [(Command.link if enabled else Command.unlink)(cls.env.ref(group).id)]})

    @classmethod
    def _create_pricelist(cls, name="Wholesale", **rule):
        return cls.env['product.pricelist'].create({
            'name': name, 'item_ids': [Command.create(rule)] if rule else False})

    def assertLine(self, line, price, discount, subtotal=None):
        self.assertEqual((line.price_unit, line.discount), (price, discount))
        self.assertAlmostEqual(
            line.price_subtotal, subtotal if subtotal is not None else price * (100 - discount) / 100, 2)


@tagged('post_install', '-at_install')
class TestDiscountRate(DiscountRateCommon):

    def test_the_rate_of_the_customer_is_the_default_discount(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, (self.product, 2))
        self.assertLine(order.order_line, 100, 5, 190)

    def test_a_contact_has_the_rate_of_its_company(self):
        self.customer.discount_rate = 5
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self.assertLine(self._create_order(contact, self.product).order_line, 100, 5)

    def test_the_deepest_group_gives_the_rate(self):
        self.region.discount_rate = 2
        self.north.discount_rate = 3
        self.gold.discount_rate = 7
        # Chiang Mai (level 3) has none; North and Gold are level 2, and Region comes before Tier.
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 3)
        self.chiang_mai.discount_rate = 4
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 4)
        self.customer.discount_rate = 9
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 9)

    def test_the_form_names_the_group_that_gives_the_rate_and_nothing_where_none_does(self):
        self.assertFalse(self.customer.inherited_discount_text)
        self.gold.discount_rate = 3
        self.env.invalidate_all()
        self.assertEqual(self.customer.inherited_discount_text, "3.00 % from " + self.gold.display_name)

    def test_no_discount_exempts_one_customer(self):
        self.gold.discount_rate = 7
        self.customer.no_discount = True
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 0)

    def test_a_discount_of_0_that_comes_with_the_values_stays_and_an_empty_one_is_the_rate(self):
        self.customer.discount_rate = 10
        order = self._create_order(
            self.customer, {'product_id': self.product.id, 'discount': 0},
            {'product_id': self.product.id, 'discount': False})
        self.assertLine(order.order_line[0], 100, 0, 100)
        self.assertLine(order.order_line[1], 100, 10, 90)
        order.order_line.product_uom_qty = 2
        self.assertLine(order.order_line[0], 100, 0, 200)

    def test_a_customer_without_group_and_rate_has_no_discount(self):
        self.gold.discount_rate = 7
        self.assertLine(self._create_order(self._create_customer("Walk-in"), self.product).order_line, 100, 0)

    def test_a_negative_rate_is_a_surcharge(self):
        self.customer.discount_rate = -10
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, -10, 110)

    def test_a_rate_of_100_percent_gives_the_product_away(self):
        self.customer.discount_rate = 100
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 100, 0)

    def test_the_rate_is_that_of_the_company_of_the_order(self):
        other = self.env['res.company'].create({'name': "Branch"})
        self.customer.discount_rate = 5
        self.customer.with_company(other).discount_rate = 8
        self.env.user.company_ids += other
        order = self._create_order(self.customer, self.product, company_id=other.id)
        self.assertEqual(order.order_line.discount, 8)
        self.assertEqual(self._create_order(self.customer, self.product).order_line.discount, 5)

    # --- special prices and pricelists ---

    def test_a_special_price_has_no_discount_rate(self):
        self.customer.discount_rate = 5
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.gold, 60, self._create_product("Rice"))
        rice = self.env['product.product'].search([('name', '=', "Rice")])
        lines = self._create_order(self.customer, self.product, rice).order_line
        self.assertLine(lines[0], 80, 0)
        self.assertLine(lines[1], 60, 0)

    def test_a_company_setting_applies_the_rate_to_special_prices_too(self):
        self.customer.discount_rate = 5
        self.company.ecount_discount_on_special_prices = True
        self._create_special_price(self.customer, 80, self.product)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 80, 5, 76)

    def test_the_rate_begins_where_the_special_price_ends(self):
        self.customer.discount_rate = 5
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        order = self._create_order(self.customer, (self.product, 9))
        self.assertLine(order.order_line, 100, 5, 855)
        order.order_line.product_uom_qty = 10
        self.assertLine(order.order_line, 80, 0, 800)
        order.order_line.product_uom_qty = 9
        self.assertLine(order.order_line, 100, 5, 855)

    def test_the_percentage_of_a_pricelist_takes_the_place_of_the_rate(self):
        self._enable_feature('product.group_product_pricelist')
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(
            compute_price='percentage', percent_price=10)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 10, 90)

    def test_a_company_setting_puts_the_rate_on_top_of_the_percentage(self):
        self._enable_feature('product.group_product_pricelist')
        self.company.ecount_discount_on_top = True
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(
            compute_price='percentage', percent_price=10)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 14.5, 85.5)

    def test_a_percentage_of_zero_leaves_the_rate(self):
        self._enable_feature('product.group_product_pricelist')
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(compute_price='percentage', percent_price=0)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 5)

    def test_a_percentage_of_the_base_pricelist_takes_the_place_of_the_rate(self):
        self._enable_feature('product.group_product_pricelist')
        base = self._create_pricelist("Base", compute_price='percentage', percent_price=20)
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(
            compute_price='percentage', percent_price=0, base='pricelist', base_pricelist_id=base.id)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 100, 20)

    def test_a_surcharge_of_the_pricelist_takes_the_place_of_the_rate(self):
        self._enable_feature('product.group_product_pricelist')
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(
            compute_price='percentage', percent_price=-10)
        order = self._create_order(self.customer, self.product)
        self.assertAlmostEqual(order.order_line.price_subtotal, 110)

    def test_the_rate_applies_to_fixed_prices_and_formulas_of_a_pricelist(self):
        self._enable_feature('product.group_product_pricelist')
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self._create_pricelist(compute_price='fixed', fixed_price=90)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 90, 5, 85.5)
        self.customer.property_product_pricelist = self._create_pricelist(
            compute_price='formula', price_discount=20, price_surcharge=2)
        self.assertLine(self._create_order(self.customer, self.product).order_line, 82, 5, 77.9)

    # --- the discount feature switched off ---

    def test_without_the_discount_column_the_rate_is_in_the_price(self):
        self._enable_feature('sale.group_discount_per_so_line', False)
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, (self.product, 2))
        self.assertLine(order.order_line, 95, 0, 190)
        self.assertEqual(order.order_line.price_source, 'list', "computed, not typed")
        order.order_line.product_uom_qty = 3
        self.assertLine(order.order_line, 95, 0, 285)

    def test_subtotals_do_not_depend_on_the_discount_column(self):
        self._enable_feature('product.group_product_pricelist')
        base = self._create_pricelist("Base", compute_price='percentage', percent_price=20)
        rules = [
            ({'compute_price': 'fixed', 'fixed_price': 90}, 85.5, 85.5),
            ({'compute_price': 'percentage', 'percent_price': 10}, 90, 85.5),
            ({'compute_price': 'percentage', 'percent_price': -10}, 110, 104.5),
            ({'compute_price': 'percentage', 'percent_price': 0, 'base': 'pricelist', 'base_pricelist_id': base.id},
             80, 76),
            ({'compute_price': 'formula', 'price_discount': 20}, 76, 76),
            ({}, 95, 95),
        ]
        self.customer.discount_rate = 5
        for values, plain, on_top in rules:
            self.customer.property_product_pricelist = self._create_pricelist(**values)
            for feature in (True, False):
                self._enable_feature('sale.group_discount_per_so_line', feature)
                for setting, expected in ((False, plain), (True, on_top)):
                    self.company.ecount_discount_on_top = setting
                    with self.subTest(rule=values, feature=feature, on_top=setting):
                        line = self._create_order(self.customer, self.product).order_line
                        self.assertAlmostEqual(line.price_subtotal, expected, 2)

    def test_tax_included_prices_are_discounted_before_the_fiscal_position(self):
        self._enable_feature('sale.group_discount_per_so_line', False)
        included, none = self.env['account.tax'].create([
            {'name': "7 % incl", 'amount': 7, 'price_include_override': 'tax_included'},
            {'name': "0 %", 'amount': 0},
        ])
        position = self.env['account.fiscal.position'].create({'name': "Export"})
        none.fiscal_position_ids = position
        none.original_tax_ids = included
        product = self._create_product("Noodles", 107)
        product.taxes_id = included
        self.customer.discount_rate = 10
        line = self._create_order(self.customer, product, fiscal_position_id=position.id).order_line
        self.assertAlmostEqual(line.price_unit, 90, 2)  # 107 incl. = 100 net, less 10 %
        line = self._create_order(self.customer, product).order_line
        self.assertAlmostEqual(line.price_unit, 96.3, 2)

    # --- typed discounts ---

    def test_a_typed_discount_stays_when_the_quantity_changes(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product)
        order.order_line.discount = 15
        order.order_line.product_uom_qty = 7
        self.assertLine(order.order_line, 100, 15, 595)

    def test_a_typed_zero_stays_when_the_quantity_changes(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product)
        order.order_line.discount = 0
        order.order_line.product_uom_qty = 7
        self.assertLine(order.order_line, 100, 0, 700)

    def test_a_discount_given_on_creation_stays(self):
        self.customer.discount_rate = 5
        order = self._create_order(
            self.customer,
            {'product_id': self.product.id, 'discount': 12}, {'product_id': self.product.id, 'discount': 0})
        for quantity in (1, 3):
            order.order_line.product_uom_qty = quantity
            self.assertEqual(order.order_line.mapped('discount'), [12, 0])

    def test_a_typed_discount_is_kept_by_update_prices(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product, (self.product, 2))
        order.order_line[0].discount = 15
        self.customer.discount_rate = 6
        order.action_update_prices()
        self.assertEqual(order.order_line.mapped('discount'), [15, 6])
        self.assertIn("100.00 −6", order.message_ids[0].preview + order.message_ids[0].body)

    def test_a_form_sends_a_computed_discount_as_computed(self):
        self.customer.discount_rate = 5
        with Form(self.env['sale.order']) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
                self.assertEqual(line.discount, 5)
        order = form.record
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        order.order_line.product_uom_qty = 10
        self.assertLine(order.order_line, 80, 0, 800)

    def test_another_product_takes_the_typed_discount_away(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.discount = 15
            line.product_uom_qty = 2
            self.assertEqual(line.discount, 15)
            line.product_id = self._create_product("Rice", 10)
            self.assertEqual(line.discount, 5)
        self.assertLine(order.order_line, 10, 5, 19)

    def test_the_discount_wizard_counts_as_typed(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product)
        self.env['sale.order.discount'].create({
            'sale_order_id': order.id, 'discount_type': 'sol_discount', 'discount_percentage': 0.2,
        }).action_apply_discount()
        order.order_line.product_uom_qty = 2
        self.assertLine(order.order_line, 100, 20, 160)

    # --- lines that are no sale of a product at its price ---

    def test_discount_lines_and_notes_have_no_rate(self):
        self.customer.discount_rate = 5
        order = self._create_order(self.customer, self.product, {'display_type': 'line_note', 'name': "Thanks"})
        self.env['sale.order.discount'].create({
            'sale_order_id': order.id, 'discount_type': 'amount', 'discount_amount': 20,
        }).action_apply_discount()
        self.assertEqual(order.order_line.mapped('discount'), [5, 0, 0])
        self.assertEqual(order.amount_untaxed, 75)

    def test_combo_items_have_the_discount_of_the_combo(self):
        self.customer.discount_rate = 10
        items = self._create_product("Cola", 20) + self._create_product("Chips", 20)
        combos = self.env['product.combo'].create([
            {'name': item.name, 'combo_item_ids': [Command.create({'product_id': item.id, 'extra_price': extra})]}
            for item, extra in zip(items, (0, 4))
        ])
        menu = self._create_product("Menu", 50, type='combo', combo_ids=[Command.set(combos.ids)])
        for feature in (True, False):
            self._enable_feature('sale.group_discount_per_so_line', feature)
            order = self._create_order(self.customer, menu)
            self.env['sale.order.line'].create([{
                'order_id': order.id, 'product_id': combo.combo_item_ids.product_id.id, 'product_uom_qty': 1,
                'combo_item_id': combo.combo_item_ids.id, 'linked_line_id': order.order_line[0].id,
            } for combo in combos])
            self.assertAlmostEqual(order.amount_untaxed, 48.6, 2, "54 less 10 %")

    # --- the customer changes; copies; invoices ---

    def test_another_customer_has_another_rate(self):
        self.customer.discount_rate = 5
        other = self._create_customer("Big C")
        other.discount_rate = 8
        order = self._create_order(self.customer, self.product, self.product, self.product)
        order.order_line[1].discount = 15
        order.order_line[2].price_unit = 90
        order.partner_id = other
        self.assertEqual(order.order_line.mapped('discount'), [8, 15, 8])
        self.assertEqual(order.order_line.mapped('price_unit'), [100, 100, 90])

    def test_a_customer_moved_to_another_group_has_its_rate_on_the_next_order(self):
        self.gold.discount_rate = 7
        before = self._create_order(self.customer, self.product)
        self.customer.customer_group_ids -= self.gold
        self.assertEqual(self._create_order(self.customer, self.product).order_line.discount, 0)
        self.assertEqual(before.order_line.discount, 7)

    def test_a_copy_for_another_customer_has_their_prices(self):
        self.customer.discount_rate = 5
        other = self._create_customer("Big C")
        self._create_special_price(other, 70, self.product)
        order = self._create_order(self.customer, self.product, self.product)
        order.order_line[1].price_unit = 90
        copy = order.copy({'partner_id': other.id})
        self.assertEqual(copy.order_line.mapped('price_unit'), [70, 90])
        self.assertEqual(copy.order_line.mapped('discount'), [0, 0])
        self.assertEqual(copy.partner_shipping_id, other)

    def test_a_copy_has_the_prices_of_today_and_keeps_typed_ones(self):
        price = self._create_special_price(self.customer, 80, self.product)
        order = self._create_order(self.customer, self.product, self.product)
        order.order_line[1].write({'price_unit': 66, 'discount': 3})
        price.fixed_price = 75
        copy = order.copy()
        self.assertEqual(copy.order_line.mapped('price_unit'), [75, 66])
        self.assertEqual(copy.order_line.mapped('discount'), [0, 3])
        self.assertEqual(order.order_line.mapped('price_unit'), [80, 66], "the original stays")

    def _invoice_of_an_order(self):
        self.customer.discount_rate = 5
        self.product.invoice_policy = 'order'
        order = self._create_order(self.customer, self.product)
        order.action_confirm()
        return order._create_invoices().invoice_line_ids

    def test_an_invoice_of_the_order_has_the_rate_once(self):
        self.assertLine(self._invoice_of_an_order(), 100, 5, 95)

    def test_an_invoice_of_the_order_has_the_price_that_holds_the_rate(self):
        self._enable_feature('sale.group_discount_per_so_line', False)
        self.assertLine(self._invoice_of_an_order(), 95, 0, 95)
