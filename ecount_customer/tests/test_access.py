from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged

from .common_access import OWN, SALES, EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccess(EcountAccessCommon):

    def test_a_rep_sees_own_customers_and_their_contacts(self):
        self.assertEqual(self._seen_by(self.nok), self.mine + self.my_contact)
        self.assertEqual(self._seen_by(self.somsak), self.hidden + self.hidden_contact + self.hidden_address)
        with self.assertRaises(AccessError):
            self.hidden_contact.with_user(self.nok).read(['name'])
        with self.assertRaises(AccessError):
            self.hidden.with_user(self.nok).write({'name': "Taken over"})

    def test_colleagues_and_own_companies_are_always_seen(self):
        company_address = self.Partner.create({'name': "Warehouse", 'parent_id': self.company.partner_id.id})
        others = self.nok.partner_id + self.somsak.partner_id + self.company.partner_id + company_address
        self.assertEqual(self._seen_by(self.nok, others), others)
        foreign = self.env['res.company'].create({'name': "Not My Company"}).partner_id
        self.assertFalse(self._seen_by(self.nok, foreign))

    def test_portal_users_of_hidden_customers_are_hidden(self):
        portal = self.env['res.users'].with_context(no_reset_password=True).create({
            'login': 'buyer', 'partner_id': self.hidden_contact.id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        self.assertFalse(self._seen_by(self.nok, portal))
        self.assertEqual(self._seen_by(self.nok, self.somsak), self.somsak)

    def test_further_salespeople_see_the_customer(self):
        self.hidden.salesperson_ids = self.nok
        self.assertEqual(self._seen_by(self.nok, self.hidden + self.hidden_contact), self.hidden + self.hidden_contact)
        self.assertIn(self.hidden, self._seen_by(self.somsak))
        self.hidden.salesperson_ids = False
        self.assertNotIn(self.hidden, self._seen_by(self.nok))

    def test_people_in_charge_see_the_group_and_those_below(self):
        self.hidden.customer_group_ids = self.chiang_mai
        self.assertNotIn(self.hidden, self._seen_by(self.nok))
        self.north.user_ids = self.nok
        self.assertIn(self.hidden_contact, self._seen_by(self.nok))
        self.chiang_mai.parent_id = self.south
        self.assertNotIn(self.hidden, self._seen_by(self.nok))
        self.chiang_mai.user_ids = self.nok
        self.assertIn(self.hidden, self._seen_by(self.nok))
        self.chiang_mai.active = False
        self.assertNotIn(self.hidden, self._seen_by(self.nok))

    def test_membership_counts_from_both_sides(self):
        self.north.user_ids = self.nok
        self.chiang_mai.partner_ids = [Command.link(self.hidden.id)]
        self.assertIn(self.hidden, self._seen_by(self.nok))
        self.hidden.customer_group_ids = [Command.clear()]
        self.assertNotIn(self.hidden, self._seen_by(self.nok))

    def test_a_new_group_with_people_and_customers_counts(self):
        group = self._create_group("Market", partner_ids=self.hidden.ids, user_ids=self.nok.ids)
        self.assertIn(self.hidden, self._seen_by(self.nok))
        group.user_ids = False
        self.assertNotIn(self.hidden, self._seen_by(self.nok))

    def test_a_contact_that_moves_takes_the_sight_of_its_new_company(self):
        self.hidden_contact.parent_id = self.mine
        self.assertIn(self.hidden_contact, self._seen_by(self.nok))
        self.hidden_contact.parent_id = self.hidden
        self.assertNotIn(self.hidden_contact, self._seen_by(self.nok))

    def test_a_contacts_own_salesperson_does_not_count(self):
        self.hidden_contact.user_id = self.nok
        self.assertNotIn(self.hidden_contact, self._seen_by(self.nok))

    def test_archived_customers_follow_the_same_rule(self):
        (self.hidden + self.mine).action_archive()
        found = self.Partner.with_user(self.nok).with_context(active_test=False).search(
            [('id', 'in', (self.hidden + self.mine).ids)])
        self.assertEqual(found.ids, self.mine.ids)

    def test_higher_levels_and_none_see_everything(self):
        manager = self._create_user("manager", 'ecount_customer.group_all_customers', SALES)
        accountant = self._create_user("accountant", 'account.group_account_invoice')
        both = self._create_user("both", OWN, SALES, 'ecount_customer.group_customer_manager')
        for user in (manager, accountant, both):
            self.assertEqual(self._seen_by(user), self.all_partners, user.name)
            query = self.Partner.with_user(user)._search([('name', '=', "x")])
            self.assertNotIn('portfolio', query.select().code)
            query = self.env['account.move'].with_user(user)._search([('ref', '=', "x")])
            self.assertNotIn('portfolio', query.select().code)

    def test_other_groups_do_not_widen_the_rule(self):
        for group in (
            'sales_team.group_sale_manager', 'account.group_account_manager', 'purchase.group_purchase_manager',
        ):
            self.nok.group_ids = [Command.link(self.env.ref(group).id)]
        self.assertEqual(self._seen_by(self.nok), self.mine + self.my_contact)
        self.nok.group_ids = [Command.link(self.env.ref('ecount_customer.group_all_customers').id)]
        self.assertEqual(self._seen_by(self.nok), self.all_partners)

    def test_sudo_and_the_superuser_are_not_restricted(self):
        self.assertEqual(self.hidden.with_user(self.nok).sudo().name, "Hidden Mart")
        self.assertEqual(self._seen_by(self.env.ref('base.user_root')), self.all_partners)

    def test_a_reps_new_customer_is_theirs(self):
        Partner = self.Partner.with_user(self.nok)
        customer = Partner.create({
            'name': "New Mart", 'is_company': True, 'user_id': False,
            'child_ids': [
                Command.create({'name': "New Contact"}), Command.create({'name': "Dock", 'type': 'delivery'})]})
        self.assertEqual(customer.user_id, self.nok)
        self.assertEqual(self._seen_by(self.nok, customer + customer.child_ids), customer + customer.child_ids)
        quick_id, _name = Partner.name_create("Quick Mart")
        self.assertEqual(Partner.browse(quick_id).user_id, self.nok)
        with self.assertRaises(AccessError):
            Partner.create({'name': "For the boss", 'user_id': self.somsak.id})
        with self.assertRaises(AccessError):
            Partner.create({'name': "Spy", 'parent_id': self.hidden.id})

    def test_the_portfolio_is_right_whatever_changed(self):
        """The stored column against the rule as it reads, for many changes at once."""
        self.north.user_ids = self.nok + self.somsak
        self.hidden.write({'customer_group_ids': [Command.set(self.chiang_mai.ids)], 'salesperson_ids': self.nok.ids})
        self.nobodys.customer_group_ids = self.south
        self.south.user_ids = self.somsak
        self.south.parent_id = self.gold
        self.mine.user_id = self.somsak
        self.env.flush_all()
        people = {
            partner: partner.commercial_partner_id.user_id | partner.commercial_partner_id.salesperson_ids
            | self.env['ecount.customer.group'].search(
                [('id', 'parent_of', partner.commercial_partner_id.customer_group_ids.ids)]).user_ids
            for partner in self.all_partners}
        stored = {partner: partner.sudo().portfolio_id.user_ids for partner in self.all_partners}
        self.assertEqual(stored, people)
        self.assertEqual(stored[self.hidden_address], self.nok + self.somsak)

    def test_the_search_field_answers_both_ways(self):
        Partner = self.Partner.with_user(self.nok).sudo()
        domain = Domain('id', 'in', self.all_partners.ids)
        visible = Partner.search(domain & Domain('is_visible_customer', '=', True))
        hidden = Partner.search(domain & Domain('is_visible_customer', '=', False))
        self.assertEqual(visible.ids, (self.mine + self.my_contact).sorted().ids)
        self.assertEqual(set((visible + hidden).ids), set(self.all_partners.ids))

    def test_a_shared_portfolio_is_made_once(self):
        self.env.flush_all()
        self.assertEqual(self.hidden.sudo().portfolio_id, self.hidden_contact.sudo().portfolio_id)
        other = self._create_customer("Other", user_id=self.somsak.id)
        self.assertEqual(other.sudo().portfolio_id, self.hidden.sudo().portfolio_id)
        unused = other.sudo().portfolio_id
        (other + self.hidden).user_id = False
        self.env['ecount.customer.portfolio']._gc_unused()
        self.assertFalse(unused.exists())

    def test_one_query_for_the_visibility_of_many(self):
        partners = self.all_partners.with_user(self.nok).sudo()
        self.env.flush_all()
        self.env.invalidate_all()
        self.nok._sees_own_customers_only()
        with self.assertQueryCount(4):  # the user, its companies, their parents, the customers
            partners.mapped('is_visible_customer')

    def test_a_merge_brings_the_salespeople_along_and_undo_takes_them_back(self):
        self.hidden.salesperson_ids = self.nok
        log = self.Partner._merge_customers(self.hidden, self.nobodys)
        self.assertIn(self.hidden_contact, self._seen_by(self.nok))
        self.assertIn(self.nobodys, self._seen_by(self.nok))
        log.action_undo()
        self.assertNotIn(self.nobodys, self._seen_by(self.nok))
        self.assertIn(self.hidden_contact, self._seen_by(self.nok))

    def test_pages_merge_the_portfolios_in_the_order_of_the_list(self):
        self.north.user_ids = self.nok
        Partner = self.Partner.create([
            {'name': f"Page {number % 7} {number}", 'is_company': True, 'user_id': user.id,
             'customer_group_ids': [Command.set(group.ids)]}
            for number, (user, group) in enumerate([
                (self.nok, self.gold), (self.somsak, self.chiang_mai), (self.nok, self.north), (self.somsak, self.gold),
            ] * 5)]).with_user(self.nok)
        domain = [('name', 'like', "Page %")]
        everything = Partner.search(domain)
        self.assertEqual(len(everything), 15)
        self.assertEqual(everything, Partner.search(domain, order='complete_name, id desc'))
        pages = [Partner.search(domain, offset=offset, limit=4) for offset in range(0, 20, 4)]
        self.assertEqual(list(map(len, pages)), [4, 4, 4, 3, 0])
        self.assertEqual(Partner.browse().concat(*pages), everything)
        # Colleagues are no customers, and still on the page.
        both = [('id', 'in', (everything[:1] + self.somsak.partner_id).ids)]
        self.assertEqual(len(Partner.search(both, limit=5)), 2)
        self.assertEqual(Partner.search_count(domain, limit=7), 7)
        self.assertFalse(Partner.search([*domain, ('company_id', '=', 999999)], limit=3))
        self.assertFalse(Partner.search([(0, '=', 1)], limit=3))

    def test_nobody_writes_by_hand_that_a_customer_was_put_away_or_merged(self):
        manager = self._create_user(
            "boss", 'ecount_customer.group_customer_manager', 'base.group_partner_manager', SALES)
        values = {
            'dormant_since': '2025-01-01', 'dormant_user_id': self.somsak.id, 'merged_into_id': self.my_contact.id}
        for user in (self.nok, manager):
            customer = self.mine.with_user(user)
            for name, value in values.items():
                with self.assertRaises(AccessError):
                    customer.write({name: value})
                with self.assertRaises(AccessError):
                    customer.create({'name': "New", 'parent_id': self.mine.id, name: value})
                self.assertTrue(customer.fields_get([name])[name]['readonly'])
            with self.assertRaises(AccessError):
                customer.write({'active': True, 'dormant_since': False})
        self.assertRecordValues(self.mine, [dict.fromkeys(values, False)])

    def test_putting_away_bringing_back_and_merging_go_on_for_those_who_may(self):
        manager = self._create_user(
            "boss", 'ecount_customer.group_customer_manager', 'base.group_partner_manager', SALES)
        self.mine.sudo()._set_put_away()
        self.mine.with_user(self.nok).action_restore_customer()
        self.assertRecordValues(self.mine, [{'active': True, 'dormant_since': False, 'dormant_user_id': False}])
        self.mine.with_user(self.nok)._set_put_away()
        self.assertEqual((self.mine + self.my_contact).mapped('dormant_user_id'), self.nok)
        (self.mine + self.my_contact).with_user(self.nok).action_unarchive()
        self.assertRecordValues(
            self.mine + self.my_contact, [{'active': True, 'dormant_since': False, 'dormant_user_id': False}] * 2)
        wizard = self.env['ecount.customer.merge'].with_user(manager).create({
            'partner_ids': [Command.set((self.mine + self.hidden).ids)], 'survivor_id': self.mine.id})
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.hidden.merged_into_id, self.mine)
        log = self.env['ecount.merge.log'].search([('partner_id', '=', self.mine.id)], limit=1)
        log.with_user(manager).action_undo()
        self.env.invalidate_all()
        self.assertFalse(self.hidden.merged_into_id)
