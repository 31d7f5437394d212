from unittest.mock import patch

from lxml import etree

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import EcountCommon

MODULE = 'odoo.addons.ecount_customer.models.ecount_customer_group'


@tagged('post_install', '-at_install')
class TestCustomerGroup(EcountCommon):

    def test_level_counts_from_the_root(self):
        self.assertEqual([self.region.level, self.north.level, self.chiang_mai.level], [1, 2, 3])
        self.assertEqual(self.chiang_mai.root_id, self.region)
        self.assertEqual(self.chiang_mai.complete_name, "Region / North / Chiang Mai")

    def test_moving_a_branch_keeps_levels_and_roots_right(self):
        asia = self._create_group("Asia", self.region)
        self.north.parent_id = asia
        self.assertEqual([self.north.level, self.chiang_mai.level], [3, 4])
        self.chiang_mai.parent_id = self.tier
        self.assertEqual((self.chiang_mai.level, self.chiang_mai.root_id), (2, self.tier))

    def test_a_group_is_not_placed_under_itself(self):
        for parent in (self.north, self.chiang_mai):
            with self.assertRaisesRegex(ValidationError, "North cannot be placed under"):
                self.north.parent_id = parent

    def test_a_customer_has_one_group_under_a_root(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai, self.gold)
        with self.assertRaisesRegex(ValidationError, "Fresh Mart.*Region"):
            customer.customer_group_ids = [Command.link(self.south.id)]
        with self.assertRaisesRegex(ValidationError, "Fresh Mart.*Region"):
            self.gold.parent_id = self.south

    def test_contacts_follow_their_company(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai)
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self.assertEqual(contact.customer_group_ids, self.chiang_mai)
        customer.customer_group_ids = self.south
        self.assertEqual(contact.customer_group_ids, self.south)

    def test_searching_a_group_finds_the_groups_below(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai)
        other = self._create_customer("Sea Food", self.south)
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        both = [('id', 'in', (customer + other + contact).ids)]
        for field in ('customer_group_ids', 'customer_group_id'):
            found = self.Partner.search([*both, (field, 'child_of', self.north.id)])
            self.assertEqual(found, customer + contact, field)
        self.assertEqual(self.Partner.search([*both, ('customer_group_id', '=', self.north.id)]), customer + contact)
        self.assertEqual(
            self.Partner.search([*both, ('customer_group_id', '=', self.region.id)]), customer + other + contact)

    def test_documents_are_found_by_the_group_of_their_customer(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai)
        order = self._create_order(customer)
        purchase = self.env['purchase.order'].create({'partner_id': customer.id})
        invoice = self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': customer.id})
        for document in (order, purchase, invoice):
            domain = [('id', '=', document.id)]
            self.assertTrue(document.search([*domain, ('customer_group_ids', 'child_of', self.region.id)]))
            self.assertFalse(document.search([*domain, ('customer_group_ids', 'child_of', self.south.id)]))

    def test_customers_are_counted_over_descendants_in_one_query(self):
        self._create_customer("Fresh Mart", self.chiang_mai, self.gold)
        customer = self._create_customer("Sea Food", self.north)
        self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self.env.flush_all()
        groups = self.region + self.north + self.chiang_mai + self.gold
        groups._compute_customer_count()  # fills the caches of user and companies
        with self.assertQueryCount(1):
            groups._compute_customer_count()
        self.assertEqual(groups.mapped('customer_count'), [2, 2, 1, 1])

    def test_the_search_panel_shows_the_tree_with_counts(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai)
        panel = self.Partner.search_panel_select_range(
            'customer_group_id', enable_counters=True, search_domain=[('id', '=', customer.id)])
        self.assertEqual(panel['parent_field'], 'parent_id')
        shown = {value['id']: (value['parent_id'], value['__count']) for value in panel['values']}
        self.assertEqual(shown[self.region.id], (False, 1))
        self.assertEqual(shown[self.chiang_mai.id], (self.north.id, 1))
        self.assertEqual(shown[self.south.id], (self.region.id, 0))

    def test_large_counts_are_kept_and_shared_by_users_who_see_the_same(self):
        self._create_customer("Fresh Mart", self.chiang_mai)
        clerks = [self._create_user(name, 'ecount_customer.group_all_customers') for name in ("clerk", "other clerk")]
        rep = self._create_user("rep", 'ecount_customer.group_own_customers')
        self._create_customer("Of the rep", self.south, user_id=rep.id)
        domain = [('name', 'in', ("Fresh Mart", "Sea Food", "Of the rep"))]

        def count(user):
            panel = self.Partner.with_user(user).search_panel_select_range(
                'customer_group_id', enable_counters=True, search_domain=domain)
            return next(value['__count'] for value in panel['values'] if value['id'] == self.region.id)

        with patch(f'{MODULE}.MANY_MEMBERS', 1), patch(f'{MODULE}.time.monotonic', return_value=1000) as clock:
            self.assertEqual(count(clerks[0]), 2)
            self._create_customer("Sea Food", self.chiang_mai)
            self.assertEqual(count(clerks[1]), 2, "counted for the other clerk a moment ago")
            self.assertEqual(count(rep), 1, "a rep's own customers only")
            clock.return_value = 1301
            self.assertEqual(count(clerks[1]), 3, "counted anew after five minutes")

    def test_customers_are_grouped_by_each_root(self):
        roots = self.Partner._get_group_roots()
        field = f'customer_group_root_{roots.ids.index(self.region.id) + 1}'
        fresh = self._create_customer("Fresh Mart", self.chiang_mai, self.gold)
        sea = self._create_customer("Sea Food", self.south)
        none = self._create_customer("No group")
        domain = [('id', 'in', (fresh + sea + none).ids)]
        self.assertEqual(
            dict(self.Partner._read_group(domain, [field], ['__count'])),
            {self.chiang_mai: 1, self.south: 1, self.Group: 1})
        self.assertEqual([fresh[field], sea[field], none[field]], [self.chiang_mai, self.south, self.Group])
        self.assertEqual(self.Partner.search([*domain, (field, '=', self.south.id)]), sea)
        self.assertEqual(self.Partner.search([*domain, (field, '=', False)]), none)

    def test_the_group_by_menu_names_the_roots(self):
        view = self.env.ref('ecount_customer.res_partner_view_search_customer')

        def menu():
            arch = self.Partner.get_view(view.id, 'search')['arch']
            return [node.get('string') for node in etree.fromstring(arch).iter('filter')
                    if node.get('name').startswith('group_by_root_')]

        roots = self.Partner._get_group_roots()
        self.assertEqual(menu(), roots.mapped('name'))
        self.region.name = "Territory"
        self.assertEqual(menu(), self.Partner._get_group_roots().mapped('name'))
        self.assertIn("Territory", menu())
        field = f'customer_group_root_{roots.ids.index(self.region.id) + 1}'
        self.assertEqual(self.Partner.fields_get([field])[field]['string'], "Territory")
        self.assertTrue(self.Partner.fields_get([field])[field]['groupable'])
        self.assertNotIn(f'customer_group_root_{len(roots) + 1}', self.Partner.fields_get())

    def test_archiving_takes_the_branch_along_and_bringing_back_the_way_up(self):
        self.north.active = False
        self.assertFalse(self.chiang_mai.active)
        self.chiang_mai.active = True
        self.assertTrue(self.north.active)

    def test_bringing_back_a_group_respects_one_group_per_root(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai)
        self.chiang_mai.active = False
        customer.customer_group_ids = [Command.link(self.south.id)]
        with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
            self.chiang_mai.active = True

    def test_a_group_in_use_is_not_deleted(self):
        self._create_customer("Fresh Mart", self.chiang_mai)
        with self.assertRaisesRegex(UserError, "still has 1 customers"):
            self.chiang_mai.unlink()
        with self.assertRaisesRegex(UserError, "subgroups"):
            self.region.unlink()

    def test_two_groups_do_not_share_a_code(self):
        self.gold.code = "GOLD"
        with self.assertRaises(Exception) as caught, self.cr.savepoint():
            self._create_group("Golden", self.tier, code=" gold ")
            self.env.flush_all()
        self.assertIn('code_unique', str(caught.exception))

    def test_a_discount_rate_lies_between_minus_and_plus_100(self):
        for rate in (101, -101):
            with self.assertRaisesRegex(ValidationError, "between −100 and 100"):
                self.gold.discount_rate = rate


@tagged('post_install', '-at_install')
class TestTerms(EcountCommon):

    def test_nearest_wins_and_says_where_from(self):
        customer = self._create_customer("Fresh Mart", self.chiang_mai, self.gold)
        self.assertEqual(customer._get_term('discount_rate'), (0.0, self.env.company))
        self.region.discount_rate = 1
        self.gold.discount_rate = 2
        self.assertEqual(customer._get_term('discount_rate'), (2.0, self.gold))  # level 2 before level 1
        self.chiang_mai.discount_rate = 3
        self.assertEqual(customer._get_term('discount_rate'), (3.0, self.chiang_mai))
        customer.discount_rate = 4
        self.assertEqual(customer._get_term('discount_rate'), (4.0, customer))

    def test_ties_are_decided_by_the_sequence_of_the_roots(self):
        customer = self._create_customer("Fresh Mart", self.south, self.gold)
        self.south.discount_rate = 1
        self.gold.discount_rate = 2
        self.assertEqual(customer._get_term('discount_rate'), (1.0, self.south))
        self.tier.sequence = 1
        self.assertEqual(customer._get_term('discount_rate'), (2.0, self.gold))

    def test_no_discount_exempts_one_customer(self):
        customer = self._create_customer("Fresh Mart", self.gold, no_discount=True)
        self.gold.discount_rate = 5
        self.assertEqual(customer._get_term('discount_rate'), (0.0, customer))

    def test_a_contact_has_the_terms_of_its_company(self):
        customer = self._create_customer("Fresh Mart", discount_rate=4)
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self.assertEqual(contact._get_term('discount_rate'), (4.0, customer))

    def test_an_own_zero_limit_is_not_an_empty_one(self):
        customer = self._create_customer("Fresh Mart", self.gold)
        self.gold.credit_limit = 5000
        self.assertEqual(customer._get_term('credit_limit'), (5000.0, self.gold))
        customer.credit_limit = 0
        self.assertEqual(customer._get_term('credit_limit'), (0.0, customer))
        customer.write({'credit_limit': False})  # as the form sends an emptied field
        self.assertEqual(customer._get_term('credit_limit'), (5000.0, self.gold))

    def test_each_company_has_its_own_terms(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        customer = self._create_customer("Fresh Mart", self.gold, discount_rate=4)
        self.assertEqual(customer.with_company(company_b)._get_term('discount_rate'), (0.0, company_b))

    def test_archived_groups_give_nothing(self):
        customer = self._create_customer("Fresh Mart", self.gold)
        self.gold.discount_rate = 2
        self.gold.active = False
        self.assertEqual(customer._get_term('discount_rate'), (0.0, self.env.company))

    def test_a_shared_customer_has_no_group_of_one_company(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        group = self._create_group("Other", company_id=company_b.id)
        with self.assertRaisesRegex(UserError, "Other"):
            self._create_customer("Fresh Mart", group)
