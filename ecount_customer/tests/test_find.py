from unittest.mock import patch

from odoo.fields import Command, Domain
from odoo.tests import tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestFind(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref('base.th')
        cls.fresh = cls._create_customer("Zappa Fresh Mart", ref="00042", vat="0105556176237", phone="+66 81 999 8888",
                                         search_words="frog, เฟรช", email="hello@zappafresh.example")
        cls.trading = cls._create_customer("บริษัท สมชายเซรามิกการค้า จำกัด", ref="ZP-7")
        cls.seoul = cls._create_customer("(주)서울잡파상사", ref="KR-1")

    def find(self, term, **kwargs):
        """The customers of this test that are found, in order."""
        mine = self.fresh + self.trading + self.seoul
        return self.Partner.find_customers(term, **kwargs).filtered(lambda partner: partner in mine)

    def test_a_customer_is_found_by_whatever_a_clerk_knows_of_it(self):
        for term in ("00042", " 00042 ", "0004", "zappa fresh", "ZAPPA FRESH MART", "appa fre", "0105556176237",
                     "TH 0-1055-56176-23-7", "hello@zappafresh.example", "frog", "FRO", "เฟรช", "zappafresh"):
            self.assertEqual(self.find(term), self.fresh, term)
        self.assertFalse(self.find("no such customer"))

    def test_a_phone_number_is_found_in_any_format(self):
        self._create_customer("Other", phone="+66 82 999 8888")
        for term in ("+66 81 999 8888", "0819998888", "081-999-8888", "(081) 999 8888", "66819998888", "0066819998888",
                     "081 999", "+6681", "9998888", "8888"):
            self.assertIn(self.fresh, self.Partner.find_customers(term), term)
        self.assertEqual(self.Partner.find_customers("081-999-8888"), self.fresh)
        self.trading.mobile = "081 777 6666"
        self.assertEqual(self.find("+66 81 777 6666"), self.trading)

    def test_legal_forms_in_front_are_passed_over(self):
        self.assertEqual(self.find("สมชายเซรามิก"), self.trading)
        self.assertEqual(self.find("บริษัท สมชายเซรามิก"), self.trading)
        self.assertEqual(self.find("บริษัทสมชายเซรามิก"), self.trading)
        self.assertEqual(self.find("서울잡파"), self.seoul)
        self.assertEqual(self.find("주식회사 서울잡파"), self.seoul)

    def test_thai_without_spaces_is_found_in_the_middle(self):
        self.assertEqual(self.find("เซรามิก"), self.trading)
        self.assertEqual(self.find("잡파"), self.seoul)

    def test_a_contact_leads_to_its_customer_once(self):
        self.Partner.create([
            {'name': "Zuzana Novotna", 'parent_id': self.fresh.id, 'phone': "02 123 4567"},
            {'name': "Zuzana Kralova", 'parent_id': self.fresh.id},
        ])
        self.assertEqual(self.Partner.find_customers("zuzana"), self.fresh)
        self.assertEqual(self.Partner.find_customers("+6621234567"), self.fresh)

    def test_exact_comes_before_prefix_and_prefix_before_part(self):
        part = self._create_customer("Old Qwertz")
        prefix = self._create_customer("Qwertz and Sons")
        exact_name = self._create_customer("Qwertz")
        exact_code = self._create_customer("Somebody", ref="QWERTZ")
        found = self.Partner.find_customers("qwertz")
        self.assertEqual(found.ids, (exact_code + exact_name + prefix + part).ids)
        self.assertEqual(self.Partner.find_customers("qwertz", limit=2).ids, (exact_code + exact_name).ids)

    def test_among_equals_the_most_recent_business_comes_first(self):
        first, second, third = (self._create_customer(f"Qwertz {letter}") for letter in "ABC")
        product = self._create_product()
        for customer, date in ((second, '2025-03-01'), (third, '2025-05-01')):
            order = self._create_order(customer, product)
            order.action_confirm()
            order.date_order = date
        self.assertEqual(self.Partner.find_customers("qwertz").ids, (third + second + first).ids)

    def test_a_former_code_finds_the_customer(self):
        self.fresh.ref = "NEW-1"
        self.assertEqual(self.find("00042"), self.fresh)
        self.assertEqual(self.find("NEW-1"), self.fresh)

    def test_archived_customers_colleagues_and_own_companies_are_not_found(self):
        self.fresh.active = False
        self.assertFalse(self.find("00042"))
        self._create_user('qwertzuser')
        self.env.company.partner_id.name = "Qwertzuser Holding"
        self.assertFalse(self.Partner.find_customers("qwertzuser"))
        self.Partner.create({'name': "Qwertzuser, driver", 'parent_id': self.env.company.partner_id.id})
        self.assertFalse(self.Partner.find_customers("qwertzuser"), "nor by their people")

    def test_wildcards_are_characters_like_others(self):
        percent = self._create_customer("100% Qwertz_Pure \\ Juice")
        self.assertEqual(self.Partner.find_customers("100% qwertz_pure \\"), percent)
        self.assertFalse(self.Partner.find_customers("qwertz-pure"))
        self.assertFalse(self.Partner.find_customers("100_ qwertz"))
        self.assertFalse(self.Partner.find_customers("%qwertz%"))

    def test_empty_and_odd_terms_raise_nothing(self):
        for term in ("", "   ", None, False, "%", "_", "\\", "'", '"', "(", "[", "+", "บริษัท", "x" * 5000, "a\nb", 42,
                     "a\x00b", "\x00"):
            self.Partner.find_customers(term)
        for limit in (0, -1):
            self.assertFalse(self.Partner.find_customers("zappa", limit=limit))
        self.assertTrue(self.Partner.name_search("a\x00", limit=3))

    def test_without_a_limit_all_are_found(self):
        made = self.Partner.create([{'name': f"Zyxel {number}"} for number in range(12)])
        for limit in (None, False):  # what XML-RPC sends for None
            self.assertEqual(self.Partner.find_customers("zyxel", limit=limit), made.sorted('complete_name'))

    def test_domain_and_rules_are_applied_before_the_limit(self):
        hidden = [self._create_customer("Qwertz", company_id=False) for _index in range(5)]
        other = self.env['res.company'].create({'name': "Branch B"})
        for partner in hidden:
            partner.company_id = other
        mine = self._create_customer("Qwertz Mine")
        user = self._create_user('lek_find', 'ecount_customer.group_all_customers')
        Partner = self.Partner.with_user(user)
        self.assertEqual(Partner.find_customers("qwertz", limit=1).ids, mine.ids)
        self.assertEqual(Partner.name_search("qwertz", limit=1), [(mine.id, mine.display_name)])
        self.assertEqual(
            self.Partner.name_search("zappa", [('id', 'not in', self.fresh.ids)], limit=1), [])

    def test_a_visible_contact_of_a_hidden_customer_does_not_show_it(self):
        contact = self.Partner.create({'name': "Qwertz", 'parent_id': self.fresh.id})
        self.fresh.company_id = self.env['res.company'].create({'name': "Branch B"})
        contact.company_id = False
        user = self._create_user('lek_find', 'ecount_customer.group_all_customers')
        self.assertFalse(self.Partner.with_user(user).find_customers("qwertz"))

    def test_name_search_returns_contacts_and_addresses_too(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.fresh.id})
        dock = self.Partner.create({'name': "Dock 2", 'parent_id': self.fresh.id, 'type': 'delivery'})
        found = self.Partner.name_search("zappa fresh")
        self.assertEqual(found[0], (self.fresh.id, self.fresh.display_name))
        self.assertEqual({partner_id for partner_id, _name in found}, {self.fresh.id, contact.id, dock.id})
        self.assertEqual([partner_id for partner_id, _name in self.Partner.name_search("0819998888")], self.fresh.ids)

    def test_other_operators_are_left_to_odoo(self):
        self.assertEqual(self.Partner.name_search("00042", operator='='), [(self.fresh.id, self.fresh.display_name)])
        self.assertFalse(self.Partner.name_search("0004", operator='='))
        self.assertFalse(self.Partner.name_search("zappa", operator='=ilike'))

    def test_list_filters_find_what_the_desk_finds(self):
        mine = Domain('id', 'in', (self.fresh + self.trading + self.seoul).ids)
        for term, customer in (("00042", self.fresh), ("frog", self.fresh), ("081-999-8888", self.fresh),
                               ("เซรามิก", self.trading), ("잡파", self.seoul)):
            self.assertEqual(self.Partner.search(mine & Domain('display_name', 'ilike', term)), customer, term)
            others = self.Partner.search(mine & Domain('display_name', 'not ilike', term))
            self.assertEqual(others, self.fresh + self.trading + self.seoul - customer, term)
        order = self._create_order(self.fresh)
        found = self.env['sale.order'].search([('partner_id', 'ilike', "zappa"), ('id', '=', order.id)])
        self.assertEqual(found, order)

    def test_a_short_text_is_found_inside_a_name_with_trigrams_too(self):
        # As on a server with pg_trgm, whose index cannot serve one or two characters.
        with patch.object(self.env.registry, 'has_trigram', True):
            self.assertEqual(self.find("잡파"), self.seoul)
            customer = self._create_customer("Xoxo Q9 Trading")
            self.assertEqual(self.Partner.find_customers("q9"), customer)

    def test_search_takes_at_most_two_statements(self):
        self.env.flush_all()
        self.Partner.find_customers("00042")  # rules in the caches
        with self.assertQueryCount(2):
            self.Partner.find_customers("zappa")
        with self.assertQueryCount(2):  # digits may be a number of the company's country
            self.Partner.find_customers("00042", limit=1)

    def test_a_whole_number_is_not_looked_for_inside_of_others(self):
        self.fresh.ref = "123456"
        other = self._create_customer("Lot 123456 Trading")
        self.assertEqual(self.Partner.find_customers("123456"), self.fresh)
        self.assertIn(other, self.Partner.find_customers("12345"))
        self.fresh.ref = "654321"
        self.assertEqual(self.Partner.find_customers("123456"), self.fresh, "by its former code")

    def test_a_telephone_number_as_people_write_it_is_not_looked_for_inside_of_texts(self):
        customer = self._create_customer("Hot line 081-777-0120", ref="M0817770120-001-12345")
        self.assertFalse(self.Partner.find_customers("081-777-0120"))
        self.assertEqual(self.Partner.find_customers("0817770120"), customer, "a part of a code")
        self.assertEqual(self.Partner.find_customers("001-12345"), customer, "no telephone number")
        customer.phone = "+66 81 777 0120"
        self.assertEqual(self.Partner.find_customers("081-777-0120"), customer)

    def test_an_empty_term_offers_the_customers_of_the_last_documents(self):
        move = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.trading.id, 'invoice_date': '2025-01-01',
            'invoice_line_ids': [Command.create({'name': "Sauce", 'price_unit': 10})]})
        move.action_post()
        self.assertIn(self.trading, self.Partner.find_customers("", limit=500))
