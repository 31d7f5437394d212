"""The counts that the database keeps of the partners in each group."""

import random

from odoo.fields import Domain
from odoo.tests import tagged

from .common import EcountCommon

CUSTOMERS = [('parent_id', '=', False), ('partner_share', '=', True), ('ref_company_ids', '=', False)]


@tagged('post_install', '-at_install')
class TestCustomerGroupTally(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Tally = cls.env['ecount.customer.group.tally'].with_context(active_test=False)
        cls.other_company = cls.env['res.company'].create({'name': "Elsewhere"})

    def _count(self, domain, user=None):
        tally = self.env(user=user or self.env.uid)['ecount.customer.group.tally']
        counts = tally._count_members(Domain(domain))
        self.assertIsNotNone(counts, "the tally answers")
        return counts

    def _assert_right(self):
        """Compare the tally with the memberships, one by one."""
        for domain in (CUSTOMERS, [('parent_id', '=', False)], [], [('active', '=', False)],
                       [('parent_id', '!=', False), ('active', 'in', (True, False))],
                       [('company_id', '=', self.other_company.id)], [('company_id', '=', False)]):
            groups = self.Group.with_context(active_test=False).search([])
            counted = {group.id: self.Partner.search_count([*domain, ('customer_group_ids', 'in', group.ids)])
                       for group in groups.with_context(active_test=False)}
            self.assertEqual(self._count(domain), {id_: count for id_, count in counted.items() if count}, domain)

    def test_the_counts_are_right_whatever_happened(self):
        chance = random.Random(7)
        groups = [self.chiang_mai, self.south, self.north]
        customers = [self._create_customer(f"Random {n}", chance.choice(groups), self.gold) for n in range(12)]
        contact = self.Partner.create({'name': "Nok", 'parent_id': customers[0].id})
        self._assert_right()

        def archive(customer):
            customer.active = not customer.active

        def move(customer):
            customer.customer_group_ids = (chance.choice(groups) + self.gold) if chance.random() < .7 else False

        def give_company(customer):
            customer.company_id = chance.choice((False, self.other_company.id))

        for _turn in range(40):
            chance.choice((archive, move, give_company))(chance.choice(customers))
        self._assert_right()
        contact.parent_id = False
        customers[3].unlink()
        self._assert_right()
        self.env.flush_all()
        self.cr.execute("DELETE FROM res_partner WHERE id = %s", [customers[4].id])
        self.env.invalidate_all()
        self._assert_right()

    def test_memberships_written_without_the_orm_count_at_once(self):
        customers = self.env['res.partner'].union(*(self._create_customer(f"Raw {n}") for n in range(5)))
        self.env.flush_all()
        self.cr.execute(
            "INSERT INTO ecount_customer_group_partner_rel (partner_id, group_id)"
            " SELECT unnest(%s), %s", [customers.ids, self.south.id])
        self.assertEqual(self._count(CUSTOMERS)[self.south.id], 5)
        self.cr.execute("UPDATE ecount_customer_group_partner_rel SET group_id = %s WHERE partner_id = ANY(%s)",
                        [self.chiang_mai.id, customers[:2].ids])
        self.cr.execute("UPDATE res_partner SET active = FALSE WHERE id = %s", [customers[4].id])
        counts = self._count(CUSTOMERS)
        self.assertEqual((counts[self.south.id], counts[self.chiang_mai.id]), (2, 2))
        self.cr.execute("DELETE FROM ecount_customer_group_partner_rel WHERE partner_id = ANY(%s)", [customers.ids])
        self.assertNotIn(self.south.id, self._count(CUSTOMERS))
        self.cr.execute("TRUNCATE ecount_customer_group_partner_rel")
        self.assertEqual(self._count([]), {})

    def test_a_deleted_group_leaves_no_count(self):
        customer = self._create_customer("Fresh Mart", self.south)
        customer.customer_group_ids = False
        south_id = self.south.id
        self.south.unlink()
        self.assertNotIn(south_id, self._count([]))

    def test_the_database_s_own_companies_are_no_customers(self):
        self.other_company.partner_id.customer_group_ids = self.south
        self.assertEqual(self._count([('parent_id', '=', False)])[self.south.id], 1)
        self.assertNotIn(self.south.id, self._count(CUSTOMERS))

    def test_customers_of_another_company_are_not_counted(self):
        clerk = self._create_user("clerk", 'ecount_customer.group_all_customers')
        self._create_customer("Ours", self.south, company_id=clerk.company_id.id)
        self._create_customer("Everybody's", self.south)
        self._create_customer("Theirs", self.south, company_id=self.other_company.id)
        self.assertEqual(self._count(CUSTOMERS, clerk)[self.south.id], 2)
        self.assertEqual(self._count(CUSTOMERS)[self.south.id], 3)

    def test_filters_and_restricted_users_are_counted_from_the_customers(self):
        self.assertIsNone(self.Tally._count_members(Domain(CUSTOMERS) & Domain('name', 'ilike', "fresh")))
        self.assertIsNone(self.Tally._count_members(Domain('parent_id', '=', self.env.company.partner_id.id)))
        self.assertIsNone(self.Tally._count_members(Domain('company_id.name', 'ilike', "a")))
        rep = self._create_user("rep", 'ecount_customer.group_own_customers')
        self.assertIsNone(self.env['ecount.customer.group.tally'].with_user(rep)._count_members(Domain(CUSTOMERS)))
        self._create_customer("Of the rep", self.south, user_id=rep.id)
        self._create_customer("Of nobody", self.south)
        panel = self.Partner.with_user(rep).search_panel_select_range(
            'customer_group_id', enable_counters=True, search_domain=CUSTOMERS)
        self.assertEqual({value['id']: value['__count'] for value in panel['values']}[self.south.id], 1)

    def test_any_of_several_conditions_is_counted_as_well(self):
        self._create_customer("Ours", self.south, company_id=self.env.company.id)
        self._create_customer("Theirs", self.south, company_id=self.other_company.id)
        either = Domain('company_id', '=', self.other_company.id) | Domain('active', '=', False)
        self.assertEqual(self._count(either)[self.south.id], 1)
        # Where it is one of several, the condition for companies cannot be taken out.
        self.assertIsNone(self.Tally._count_members(Domain('ref_company_ids', '=', False) | either))

    def test_summing_up_changes_no_count(self):
        for number in range(6):
            self._create_customer(f"Fresh {number}", self.chiang_mai).active = bool(number % 2)
        before = self._count([]), self._count(CUSTOMERS)
        self.assertGreater(self.Tally.search_count([('group_id', '=', self.chiang_mai.id)]), 2)
        self.Tally._sum_up()
        self.assertEqual(self.Tally.search_count([('group_id', '=', self.chiang_mai.id)]), 2)
        self.assertEqual((self._count([]), self._count(CUSTOMERS)), before)

    def test_a_count_gone_wrong_is_right_after_summing_up(self):
        self._create_customer("Fresh Mart", self.south)
        self.env.flush_all()
        self.cr.execute("UPDATE ecount_customer_group_tally SET members = 99")
        self.Tally._sum_up()
        self.assertEqual(self._count(CUSTOMERS)[self.south.id], 1)

    def test_the_panel_takes_the_same_few_queries_whatever_the_customers(self):
        def open_panel():
            self.env.invalidate_all()
            return self.Partner.search_panel_select_range(
                'customer_group_id', enable_counters=True, search_domain=CUSTOMERS)
        self._create_customer("Fresh Mart", self.south)
        open_panel()
        with self.assertQueryCount(3):
            open_panel()

    def test_nothing_is_left_in_the_database_when_the_addon_goes(self):
        self.Tally._stop()
        self.cr.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'ecount_tally%'")
        self.assertFalse(self.cr.fetchall())
        customer = self._create_customer("Fresh Mart", self.south)
        customer.active = False
        self.env.flush_all()
        self.assertNotIn(self.south.id, self._count([('active', 'in', (True, False))]), "nobody counts any more")
        self.Tally._start()
        self.assertEqual(self._count([('active', '=', False)])[self.south.id], 1)
