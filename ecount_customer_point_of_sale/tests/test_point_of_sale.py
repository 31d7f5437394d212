"""What the point of sale learns about the prices of the customer who is chosen."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import PointOfSaleCommon


@tagged('post_install', '-at_install')
class TestPointOfSale(PointOfSaleCommon):

    def _fetch(self, customer, known=None, user=None):
        return customer.with_user(user or self.pos_user).get_pos_special_prices(self.main_pos_config.id, known)

    def _get_rules(self, data, owner):
        return data['sources'][f'{owner._name},{owner.id}']['rules']

    def test_only_the_rules_of_the_customer_and_its_groups_are_sent(self):
        data = self._fetch(self.customer)
        # Deepest first, ties by the sequence of the roots.
        self.assertEqual(data['owners'], [f'res.partner,{self.customer.id}', *(
            f'ecount.customer.group,{group.id}'
            for group in (self.chiang_mai, self.north, self.gold, self.region, self.tier))])
        self.assertEqual([rule['fixed_price'] for rule in self._get_rules(data, self.customer) if
                          rule['compute_price'] == 'fixed'], [70, 80])
        self.assertEqual(self._get_rules(data, self.tier), [
            {'compute_price': 'fixed', 'base': 'list_price', 'fixed_price': 95.0, 'product_id': self.rice.id,
             'product_tmpl_id': self.rice.product_tmpl_id.id}], "the price that has ended is left out")

    def test_the_owners_are_named(self):
        labels = self._fetch(self.customer)['labels']
        self.assertEqual(labels[f'res.partner,{self.customer.id}'], "POS Fresh Mart")
        self.assertEqual(labels[f'ecount.customer.group,{self.gold.id}'], "Tier / Gold")

    def test_a_stranger_gets_no_rules(self):
        data = self._fetch(self.stranger)
        self.assertEqual(data['owners'], [f'res.partner,{self.stranger.id}'])
        self.assertEqual(self._get_rules(data, self.stranger), [])

    def test_the_pricelist_that_a_rule_is_based_on_comes_along(self):
        data = self._fetch(self.customer)
        [key] = [key for key in data['sources'] if key.startswith('product.pricelist,')]
        [rule] = data['sources'][key]['rules']
        self.assertEqual((rule['base'], rule['discount']), ('standard_price', -50))

    def test_what_is_known_and_unchanged_is_not_sent_again(self):
        data = self._fetch(self.customer)
        known = {key: source['version'] for key, source in data['sources'].items()}
        self.assertEqual(self._fetch(self.customer, known)['sources'], {})
        self._create_special_price(self.gold, 1, self.tea)
        self.assertEqual(
            list(self._fetch(self.customer, known)['sources']), [f'ecount.customer.group,{self.gold.id}'])

    def test_the_number_of_queries_does_not_grow_with_the_rules(self):
        self._fetch(self.customer)
        def count_queries():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._fetch(self.customer)
            return self.cr.sql_log_count - before
        few = count_queries()
        for number in range(30):
            self._create_special_price(self.customer, number, self.tea, min_quantity=number + 1)
        self.assertLessEqual(count_queries(), few)

    def test_a_rule_that_begins_later_is_sent_with_its_date(self):
        begin = fields.Datetime.now() + timedelta(days=2)
        self._create_special_price(self.stranger, 66, self.tea, date_start=begin)
        [rule] = self._get_rules(self._fetch(self.stranger), self.stranger)
        self.assertEqual(rule['date_start'], fields.Datetime.to_string(begin))

    def test_amounts_are_in_the_currency_of_the_shop(self):
        currency = self.env['res.currency'].create({
            'name': 'FSH', 'symbol': 'f', 'rate_ids': [(0, 0, {'rate': 4, 'name': '2020-01-01'})]})
        self._create_special_price(self.stranger, 200, self.tea, currency_id=currency.id)
        [rule] = self._get_rules(self._fetch(self.stranger), self.stranger)
        self.assertEqual(rule['fixed_price'], 50)

    def test_the_rule_of_another_company_is_not_sent(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self._create_special_price(self.stranger, 66, self.tea, company_id=other.id)
        self.assertEqual(self._get_rules(self._fetch(self.stranger), self.stranger), [])

    def test_the_discount_rate_comes_from_the_nearest_group(self):
        self.tier.discount_rate = 7
        self.assertEqual(self._fetch(self.customer)['discount_rate'], 7)
        self.customer.discount_rate = 10
        self.assertEqual(self._fetch(self.customer)['discount_rate'], 10)
        self.customer.no_discount = True
        self.assertEqual(self._fetch(self.customer)['discount_rate'], 0)

    def test_who_does_not_see_the_customer_learns_nothing(self):
        rep = self._create_shop_user('pos_rep', 'point_of_sale.group_pos_user', 'ecount_customer.group_own_customers')
        with self.assertRaises(AccessError):
            self._fetch(self.customer, user=rep)
        self.customer.user_id = rep
        self.assertTrue(self._fetch(self.customer, user=rep)['sources'])

    def test_a_portal_user_cannot_ask_for_its_own_rules(self):
        portal = self._create_shop_user('pos_portal')
        portal.group_ids = self.env.ref('base.group_portal')
        portal.partner_id.parent_id = self.customer
        with self.assertRaises(AccessError):
            self._fetch(portal.partner_id, user=portal)

    def test_special_prices_are_not_in_the_data_of_a_session(self):
        session = self._open_session()
        data = session.with_user(self.pos_user).load_data([])
        self.assertFalse(self.Rule.browse(
            item['id'] for item in data['product.pricelist.item']).filtered('is_special_price'))
        later = session.get_pos_ui_product_pricelist_item_by_product(
            self.fish.product_tmpl_id.ids, self.fish.ids, self.main_pos_config.id)
        self.assertFalse(self.Rule.browse(
            item['id'] for item in later['product.pricelist.item']).filtered('is_special_price'))

    def _find(self, term, user=None):
        """Return the names that the point of sale shows for a text, as its own request asks the server."""
        domain = ['|', ('name', 'ilike', term + '%'), ('vat', 'ilike', term + '%')]
        found = self.env['res.partner'].with_user(user or self.pos_user).get_new_partner(
            self.main_pos_config.id, domain, 0)['res.partner']
        return {row['name'] for row in found if term.lower() in
                f"{row['name']} {row['parent_name'] or ''} {row['pos_search_words']}".lower()}

    def test_a_customer_is_found_by_codes_of_then_and_now_and_by_search_words(self):
        self.customer.write({'ref': '00815', 'search_words': "fm corner"})
        self.customer.ref = '00042'
        for term in ('00042', '0815', '00815', 'corner', 'Fresh'):
            self.assertIn("POS Fresh Mart", self._find(term), term)
        self.assertFalse(self._find('99999'))
        self.assertFalse(self._find('%'), "taken as it is typed")

    def test_a_rep_at_the_counter_finds_own_customers_only(self):
        self.customer.ref = self.stranger.ref = False
        self.customer.ref, self.stranger.ref = '00042', '00043'
        rep = self._create_shop_user('pos_rep', 'point_of_sale.group_pos_user', 'ecount_customer.group_own_customers')
        self.stranger.user_id = rep
        self.assertEqual((self._find('00042', rep), self._find('00043', rep)), (set(), {"POS Stranger"}))

    def test_the_number_of_queries_does_not_grow_with_the_customers(self):
        def count_queries(term):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self._find(term)
            return self.cr.sql_log_count - before
        self.env['res.partner'].create([{'name': f"Row {number}", 'ref': f"R{number}"} for number in range(20)])
        count_queries("Row 19")
        self.assertLessEqual(count_queries("Row"), count_queries("Row 19") + 1)

    def test_a_line_entered_in_the_backend_has_the_special_price(self):
        session = self._open_session()
        order = self.env['pos.order'].create({
            'session_id': session.id, 'partner_id': self.customer.id, 'amount_tax': 0, 'amount_total': 0,
            'amount_paid': 0, 'amount_return': 0})
        line = self.env['pos.order.line'].new({'order_id': order.id, 'product_id': self.fish.id, 'qty': 1})
        line._onchange_product_id()
        self.assertEqual(line.price_unit, 80)
