"""The customer's prices on the screens of the point of sale."""

from odoo.fields import Command
from odoo.tests import tagged

from .common import PointOfSaleCommon


@tagged('post_install', '-at_install')
class TestPointOfSaleTour(PointOfSaleCommon):

    def test_the_customer_who_is_chosen_pays_their_prices(self):
        self._open_session()
        self.start_pos_tour('ecount_pos_special_prices', timeout=240)
        sale, refund = self.env['pos.order'].search([('partner_id', '=', self.customer.id)], order='id')
        self.assertEqual({line.product_id: line.price_unit for line in sale.lines}, {
            self.fish: 70, self.rice: 91, self.chili: 87.5, self.soap: 79.99, self.tea: 5})
        self.assertEqual({line.product_id: line.price_unit for line in sale.account_move.invoice_line_ids}, {
            line.product_id: line.price_unit for line in sale.lines}, "the invoice has what was paid")
        self.assertRecordValues(refund.lines, [{'product_id': self.fish.id, 'qty': -1, 'price_unit': 70}])

    def test_the_discount_rate_stands_in_the_discount(self):
        self.customer.discount_rate = 10
        self._open_session()
        self.start_pos_tour('ecount_pos_discount_rate', timeout=240)
        order = self.env['pos.order'].search([('partner_id', '=', self.customer.id)])
        self.assertEqual({line.product_id: (line.price_unit, line.discount, line.technical_discount)
                          for line in order.lines}, {self.tea: (100, 10, 10), self.fish: (80, 5, 0)})

    def test_a_combo_has_the_price_of_its_customer(self):
        soup, bowl = (self._create_shop_product(name, price, available_in_pos=True)
                      for name, price in (("POS soup", 30), ("POS bowl", 20)))
        combos = self.env['product.combo'].create([{
            'name': product.name, 'combo_item_ids': [Command.create({'product_id': product.id, 'extra_price': extra})],
        } for product, extra in ((soup, 5), (bowl, 0))])
        lunch = self._create_shop_product(
            "POS lunch", 45, type='combo', available_in_pos=True, combo_ids=[Command.set(combos.ids)])
        self._create_special_price(self.customer, 40, lunch)
        self._create_special_price(self.customer, 1, soup)  # by itself, not as a part
        self.customer.ref = '00042'
        self._open_session()
        self.start_pos_tour('ecount_pos_combo', timeout=240)
        lines = self.env['pos.order'].search([('partner_id', '=', self.customer.id)]).lines
        self.assertEqual({line.product_id.name: line.price_unit for line in lines}, {
            "POS lunch": 0, "POS soup": 29, "POS bowl": 16})

    def test_without_a_connection_list_prices_are_marked(self):
        self._open_session()
        self.start_pos_tour('ecount_pos_offline', timeout=240)

    def test_the_browser_computes_what_the_server_computes(self):
        # Formulas, quantities, nested pricelists: the same rules in two languages.
        self.pos_user.group_ids += self.env.ref('sales_team.group_sale_salesman_all_leads')
        other = self.env['product.pricelist'].create({'name': "POS other", 'item_ids': [
            Command.create({'compute_price': 'percentage', 'percent_price': 20, 'min_quantity': 3}),
            Command.create({'compute_price': 'fixed', 'fixed_price': 88})]})
        for number, values in enumerate((
            {'compute_price': 'formula', 'base': 'list_price', 'price_discount': 33.3, 'price_round': 0.25},
            {'compute_price': 'formula', 'base': 'standard_price', 'price_markup': 25, 'price_min_margin': 20,
             'price_max_margin': 90},
            {'compute_price': 'formula', 'base': 'list_price', 'price_discount': 60, 'price_min_margin': -30,
             'price_max_margin': -25},
            {'compute_price': 'percentage', 'base': 'pricelist', 'base_pricelist_id': other.id, 'percent_price': 10},
            {'compute_price': 'formula', 'base': 'pricelist', 'base_pricelist_id': other.id, 'price_surcharge': 3},
        )):
            product = self._create_shop_product(
                f"POS {number}", 37.77, standard_price=21.3, available_in_pos=True)
            self._create_special_price(self.customer, 0, product, **values)
        self._open_session()
        self.start_pos_tour('ecount_pos_same_prices_as_server', timeout=240)

    def _start_rates_tour(self, fixed, percentage, special, plain, combo, rate=10, **settings):
        """Check in the browser what products of each kind cost; see the tour for the form of the texts."""
        self.customer.discount_rate = rate
        self.env.company.write(settings)
        products = {name: self._create_shop_product(f"RATE {name}", default_code=code, available_in_pos=True)
                    for name, code in (('fixed', fixed), ('percentage', percentage), ('special', special),
                                       ('plain', plain))}
        combos = self.env['product.combo'].create([{
            'name': name, 'combo_item_ids': [Command.create({'product_id': self._create_shop_product(
                name, price, available_in_pos=True).id})],
        } for name, price in (("Soup", 30), ("Bowl", 20))])
        self._create_shop_product(
            "RATE combo", 45, default_code=combo, available_in_pos=True, type='combo',
            combo_ids=[Command.set(combos.ids)])
        self._create_special_price(self.customer, 80, products['special'])
        pricelist = self.env['product.pricelist'].create({'name': "RATE list", 'item_ids': [
            Command.create({'applied_on': '1_product', 'product_tmpl_id': products['fixed'].product_tmpl_id.id,
                            'compute_price': 'fixed', 'fixed_price': 50}),
            Command.create({'applied_on': '1_product', 'product_tmpl_id': products['percentage'].product_tmpl_id.id,
                            'compute_price': 'percentage', 'percent_price': 20})]})
        self.main_pos_config.write({
            'use_pricelist': True, 'available_pricelist_ids': [Command.set(pricelist.ids)],
            'pricelist_id': pricelist.id})
        self.customer.specific_property_product_pricelist = pricelist
        self._open_session()
        self.start_pos_tour('ecount_pos_rates', timeout=240)

    def test_the_rate_is_for_prices_that_are_not_special_and_not_reduced_already(self):
        self._start_rates_tour('50.00/10', '80.00/0', '80.00/0', '100.00/10', '45.00/10')

    def test_company_settings_extend_the_rate(self):
        self._start_rates_tour(
            '50.00/10', '80.00/10', '80.00/10', '100.00/10', '45.00/10', ecount_discount_on_top=True,
            ecount_discount_on_special_prices=True)

    def test_a_surcharge_is_in_the_price(self):
        self._start_rates_tour('55.00/0', '80.00/0', '80.00/0', '110.00/0', '49.50/0', rate=-10)
