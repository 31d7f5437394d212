"""The customer's prices in apps that enter sales in ways of their own: templates, grids, combos, the portal.

`dev/databases.py` installs quotation templates and the variant grid for this suite.
"""

import json

from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.ecount_customer.tests.common import EcountCommon
from odoo.addons.website_sale.tests.common import MockRequest


class PriceBesideCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_features()
        cls.product, cls.rice = cls._create_product(), cls._create_product("Rice", 50)
        cls.customer = cls._create_customer("Fresh Mart", cls.gold)
        cls.stranger = cls._create_customer("Stranger")
        cls._create_special_price(cls.customer, 80, cls.product)
        cls._create_special_price(cls.customer, 70, cls.product, min_quantity=10)
        cls._create_special_price(cls.gold, 45, cls.rice)

    @classmethod
    def _set_features(cls, *features):
        """Switch on these of the features pricelist and discount, and off the other."""
        user = cls.env.ref('base.group_user')
        for name in ('product.group_product_pricelist', 'sale.group_discount_per_so_line'):
            group = cls.env.ref(name)
            user.write({'implied_ids': [Command.link(group.id) if name in features else Command.unlink(group.id)]})
            cls.env.user.group_ids = [Command.link(group.id) if name in features else Command.unlink(group.id)]


@tagged('post_install', '-at_install')
class TestPriceBeside(PriceBesideCommon):

    # === QUOTATION TEMPLATES === #

    def _create_template(self):
        return self.env['sale.order.template'].create({'name': "Weekly", 'sale_order_template_line_ids': [
            Command.create(values) for values in (
                {'display_type': 'line_section', 'name': "Weekly", 'sequence': 1},
                {'product_id': self.product.id, 'product_uom_qty': 10, 'sequence': 2},
                {'display_type': 'line_note', 'name': "Before noon", 'sequence': 3},
                {'display_type': 'line_section', 'name': "Also", 'is_optional': True, 'sequence': 4},
                {'product_id': self.rice.id, 'product_uom_qty': 0, 'sequence': 5},
            )]})

    def test_a_quotation_template_has_the_prices_of_the_customer(self):
        self.env.user.group_ids += self.env.ref('sale_management.group_sale_order_template')
        form = Form(self.env['sale.order'])
        form.partner_id = self.customer
        form.sale_order_template_id = self._create_template()
        order = form.save()
        self.assertEqual(order.order_line.mapped('price_unit'), [0, 70, 0, 0, 45])
        self.assertEqual(order.order_line.mapped('price_source'), [False, 'customer', False, False, 'group'])
        order.partner_id = self.stranger
        self.assertEqual(order.order_line.mapped('price_unit'), [0, 100, 0, 0, 50])
        self.assertEqual([bool(line.display_type) for line in order.order_line], [True, False, True, True, False])

    def test_another_customer_of_an_unsaved_quotation_gets_its_own_prices_of_the_template(self):
        self.env.user.group_ids += self.env.ref('sale_management.group_sale_order_template')
        form = Form(self.env['sale.order'])
        form.partner_id = self.customer
        form.sale_order_template_id = self._create_template()
        form.partner_id = self.stranger
        self.assertEqual(form.save().order_line.mapped('price_unit'), [0, 100, 0, 0, 50])

    # === VARIANT GRID === #

    def test_the_variant_grid_has_the_price_of_each_variant(self):
        attribute = self.env['product.attribute'].create({'name': "Size", 'value_ids': [
            Command.create({'name': "Small"}), Command.create({'name': "Large", 'default_extra_price': 20})]})
        template = self.env['product.template'].create({
            'name': "Tea", 'list_price': 100, 'taxes_id': [Command.clear()], 'product_add_mode': 'matrix',
            'attribute_line_ids': [Command.create({
                'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})]})
        small, large = template.product_variant_ids
        self._create_special_price(self.customer, 0, product_tmpl_id=template.id, applied_on='1_product',
                                   compute_price='percentage', percent_price=10)
        self._create_special_price(self.customer, 88, large, min_quantity=5)
        order = self._create_order(self.customer)
        for quantities, prices in (((1, 1), [90, 108]), ((1, 5), [90, 88]), ((2, 0), [90])):
            order.grid = json.dumps({'product_template_id': template.id, 'changes': [
                {'ptav_ids': variant.product_template_attribute_value_ids.ids, 'qty': quantity}
                for variant, quantity in zip((small, large), quantities)]})
            order.grid_update = True
            order._apply_grid()
            self.assertEqual(order.order_line.mapped('price_unit'), prices, quantities)

    # === COMBOS === #

    def _create_lunch(self):
        combos = self.env['product.combo'].create([{
            'name': name, 'combo_item_ids': [Command.create({
                'product_id': self._create_product(name, price).id, 'extra_price': extra})],
        } for name, price, extra in (("Soup", 30, 5), ("Bowl", 20, 0))])
        return self._create_product("Lunch", 45, type='combo', combo_ids=[Command.set(combos.ids)])

    def _order_lunch(self, customer, lunch, quantity=1, **values):
        order = self._create_order(customer, (lunch, quantity), **values)
        head = order.order_line
        order.order_line = [Command.create({
            'product_id': item.product_id.id, 'linked_line_id': head.id, 'combo_item_id': item.id,
            'product_uom_qty': quantity,
        }) for item in lunch.combo_ids.combo_item_ids]
        return order

    def test_a_combo_costs_the_same_whatever_features_are_on(self):
        lunch = self._create_lunch()
        self._create_special_price(self.customer, 40, lunch)
        self._create_special_price(self.customer, 35, lunch, min_quantity=10)
        self._create_special_price(self.customer, 1, lunch.combo_ids.combo_item_ids.product_id[0])
        for features in ((), ('product.group_product_pricelist',), ('sale.group_discount_per_so_line',),
                         ('product.group_product_pricelist', 'sale.group_discount_per_so_line')):
            self._set_features(*features)
            for customer, quantity, total in (
                (self.customer, 1, 45), (self.customer, 10, 400), (self.stranger, 1, 50),  # with 5 extra each
            ):
                order = self._order_lunch(customer, lunch, quantity)
                self.assertEqual(order.amount_untaxed, total, f"{features}, {quantity} × {customer.name}")

    def test_a_discount_rate_on_a_combo_is_the_same_whatever_features_are_on(self):
        lunch = self._create_lunch()
        self.stranger.discount_rate = 10
        for features in ((), ('product.group_product_pricelist',), ('sale.group_discount_per_so_line',),
                         ('product.group_product_pricelist', 'sale.group_discount_per_so_line')):
            self._set_features(*features)
            self.assertEqual(self._order_lunch(self.stranger, lunch).amount_untaxed, 45, features)

    def test_another_customer_changes_the_price_of_a_combo(self):
        lunch = self._create_lunch()
        self._create_special_price(self.customer, 40, lunch)
        order = self._order_lunch(self.stranger, lunch)
        for customer, total in ((self.customer, 45), (self.stranger, 50)):
            order.partner_id = customer
            self.assertEqual(order.amount_untaxed, total)

    def test_a_combo_in_the_web_shop_has_the_price_of_the_visitor(self):
        lunch = self._create_lunch()
        lunch.website_published = True
        self._create_special_price(self.customer, 40, lunch)
        website = self.env['website'].get_current_website()
        visitor = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Nok", 'login': 'combo_nok', 'email': 'nok@example.com',
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        visitor.partner_id.parent_id = self.customer
        for user, price in ((visitor, 40), (website.user_id, 45)):
            site = website.with_user(user)
            with MockRequest(site.env, website=site):
                info = lunch.product_tmpl_id.with_user(user)._get_combination_info(product_id=lunch.id)
            self.assertEqual(info['price'], price)
        site = website.with_user(visitor)
        with MockRequest(site.env, website=site):
            cart = site._create_cart()
            line_id = cart._cart_add(product_id=lunch.id, quantity=2)['line_id']
            for item in lunch.combo_ids.combo_item_ids:
                cart._cart_add(product_id=item.product_id.id, quantity=2, linked_line_id=line_id, combo_item_id=item.id)
        self.assertEqual(cart.amount_untaxed, 90)


@tagged('post_install', '-at_install')
class TestPricePortal(PriceBesideCommon, HttpCase):

    def test_an_optional_product_that_is_added_in_the_portal_has_the_price_of_the_customer(self):
        order = self._create_order(
            self.customer, self.rice, {'display_type': 'line_section', 'name': "Also", 'is_optional': True},
            (self.product, 0))
        order.action_quotation_sent()
        option = order.order_line[-1]
        token = order._portal_ensure_token()
        self.assertEqual(option.price_unit, 80)
        for request, price in (({}, 80), ({'input_quantity': 12}, 70), ({'remove': True}, 70),
                               ({'input_quantity': 2}, 80)):
            self.make_jsonrpc_request(f'/my/orders/{order.id}/update_line_dict', {
                'line_id': option.id, 'access_token': token, **request})
            self.assertEqual(option.price_unit, price, request)
        self.assertEqual(order.amount_untaxed, 45 + 2 * 80)
        page = self.url_open(f'/my/orders/{order.id}?access_token={token}')
        self.assertIn('205', page.text)
