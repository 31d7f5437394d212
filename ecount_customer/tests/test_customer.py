from ast import literal_eval

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestCustomerCode(EcountCommon):

    def test_a_code_is_taken_regardless_of_case_and_blanks(self):
        self._create_customer("Fresh Mart", ref="Ab-007")
        for code in ("Ab-007", "AB-007", "  ab-007 "):
            with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
                self._create_customer("Sea Food", ref=code)
        other = self._create_customer("Sea Food", ref="ab-0071")
        with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
            other.ref = "ab-007"

    def test_blanks_around_a_code_are_dropped_and_leading_zeros_kept(self):
        self.assertEqual(self._create_customer(ref=" 00042 ").ref, "00042")
        self.assertFalse(self._create_customer(ref="   ").ref)

    def test_zeros_make_another_code(self):
        self._create_customer("Fresh Mart", ref="0042")
        self.assertEqual(self._create_customer("Sea Food", ref="42").ref, "42")

    def test_a_code_has_at_most_30_characters(self):
        self.assertEqual(self._create_customer(ref="x" * 30).ref, "x" * 30)
        with self.assertRaisesRegex(ValidationError, "31 characters"):
            self._create_customer(ref="y" * 31)

    def test_two_customers_in_one_call_do_not_share_a_code(self):
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.Partner.create([{'name': "A", 'ref': "same"}, {'name': "B", 'ref': "Same"}])

    def test_a_code_is_unique_among_a_companys_own_and_the_shared_customers(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        self._create_customer("Own", ref="A1", company_id=self.env.company.id)
        self._create_customer("Of B", ref="A1", company_id=company_b.id)
        with self.assertRaisesRegex(ValidationError, "Own|Of B"):
            self._create_customer("Shared", ref="A1")
        self._create_customer("Shared", ref="A2")
        with self.assertRaisesRegex(ValidationError, "Shared"):
            self._create_customer("Own too", ref="A2", company_id=company_b.id)

    def test_moving_a_customer_to_another_company_respects_its_codes(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        self._create_customer("Own", ref="A1", company_id=self.env.company.id)
        of_b = self._create_customer("Of B", ref="A1", company_id=company_b.id)
        with self.assertRaisesRegex(ValidationError, "Own"):
            of_b.company_id = False

    def test_archived_customers_keep_their_code(self):
        self._create_customer("Fresh Mart", ref="A1", active=False)
        with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
            self._create_customer("Sea Food", ref="a1")

    def test_the_duplicate_of_a_customer_has_no_code(self):
        customer = self._create_customer("Fresh Mart", ref="0042")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id, 'ref': "0042"})
        self.assertFalse(customer.copy().ref)
        self.assertEqual(customer.copy({'ref': "0043"}).ref, "0043")
        self.assertEqual(contact.copy().ref, "0042")

    def test_contacts_may_repeat_a_code(self):
        customer = self._create_customer("Fresh Mart", ref="A1")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id, 'ref': "A1"})
        with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
            contact.parent_id = False

    def test_the_database_decides_between_two_simultaneous_registrations(self):
        self._create_customer("Fresh Mart", ref="A1")
        self.env.flush_all()
        self.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'res_partner_ecount_code_unique'")
        self.assertIn('UNIQUE', self.cr.fetchone()[0])


@tagged('post_install', '-at_install')
class TestCustomerCodeSequence(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.ecount_use_customer_code = True
        cls.sequence = cls.env.ref('ecount_customer.ecount_customer_code_sequence')
        cls.sequence.implementation = 'no_gap'  # the other kind does not roll back with a test
        cls.sequence.number_next_actual = 77

    def test_a_new_customer_gets_the_next_code(self):
        first, second = self._create_customer("Fresh Mart"), self._create_customer("Sea Food")
        self.assertEqual([first.ref, second.ref], ["00077", "00078"])

    def test_typing_a_code_is_always_possible_and_the_sequence_passes_over_it(self):
        self.assertEqual(self._create_customer("Typed", ref="00077").ref, "00077")
        self.assertEqual(self._create_customer("Next").ref, "00078")

    def test_contacts_addresses_users_and_companies_get_none(self):
        customer = self._create_customer("Fresh Mart")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        user = self._create_user('rita')
        company = self.env['res.company'].create({'name': "Branch B"})
        self.assertEqual([contact.ref, user.partner_id.ref, company.partner_id.ref], [False, False, False])

    def test_without_the_setting_nothing_is_numbered(self):
        self.env.company.ecount_use_customer_code = False
        self.assertFalse(self._create_customer("Fresh Mart").ref)


@tagged('post_install', '-at_install')
class TestCustomer(EcountCommon):

    def test_found_by_code_and_search_words_in_every_partner_field(self):
        customer = self._create_customer("เฟรชมาร์ท", ref="00042x", search_words="Fresh Mart, พี่เฟรช")
        for term in ("00042x", "00042X", "fresh mar", "พี่เฟรช", "เฟรชมาร์ท"):
            found = [partner_id for partner_id, _name in self.Partner.name_search(term)]
            self.assertIn(customer.id, found, term)
        order = self._create_order(customer)
        self.assertIn(order, order.search([('partner_id', 'ilike', "00042x")]))

    def test_the_main_contact_is_the_first_person(self):
        customer = self._create_customer("Fresh Mart")
        self.Partner.create({'name': "Dock", 'parent_id': customer.id, 'type': 'delivery'})
        nok = self.Partner.create({'name': "Nok", 'parent_id': customer.id, 'mobile': "+66 81 234 5678"})
        self.Partner.create({'name': "Ann", 'parent_id': customer.id})
        self.assertEqual(customer.main_contact_name, "Nok")
        self.assertEqual(customer.main_contact_mobile, "+66 81 234 5678")
        nok.active = False
        self.env.invalidate_all()
        self.assertEqual(customer.main_contact_name, "Ann")

    def test_the_list_shows_customers_and_no_contacts_colleagues_or_own_companies(self):
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.res_partner_action_customer')
        customer = self._create_customer("Fresh Mart")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        user = self._create_user('rita')
        shown = self.Partner.search([
            *literal_eval(action['domain']),
            ('id', 'in', (customer + contact + user.partner_id + self.env.company.partner_id).ids)])
        self.assertEqual(shown, customer)

    def test_the_balance_is_that_of_the_company_for_those_without_accounting_rights(self):
        customer = self._create_customer("Fresh Mart")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        invoice = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': contact.id, 'invoice_date': '2026-01-10',
            'invoice_line_ids': [(0, 0, {'name': "Fish", 'price_unit': 120, 'quantity': 2, 'tax_ids': False})]})
        user = self._create_user('rita', 'sales_team.group_sale_salesman_all_leads')
        self.assertEqual(customer.with_user(user).customer_balance, 0)
        invoice.action_post()
        self.env.invalidate_all()
        self.assertEqual((customer + contact).with_user(user).mapped('customer_balance'), [240, 240])

    def test_price_group_is_inherited_without_writing_on_the_customer(self):
        self.env.ref('base.group_user')._apply_group(self.env.ref('product.group_product_pricelist'))
        wholesale, retail = self.env['product.pricelist'].create([{'name': "Wholesale"}, {'name': "Retail"}])
        customer = self._create_customer("Fresh Mart", self.gold)
        self.gold.pricelist_id = wholesale
        self.assertEqual(customer.property_product_pricelist, wholesale)
        self.assertFalse(customer.specific_property_product_pricelist)
        self.assertEqual(customer.inherited_pricelist_group_id, self.gold)
        self.assertEqual(self._create_order(customer).pricelist_id, wholesale)
        customer.property_product_pricelist = retail
        self.assertEqual(customer._get_term('pricelist_id'), (retail, customer))
        self.assertEqual(self._create_order(customer).pricelist_id, retail)
