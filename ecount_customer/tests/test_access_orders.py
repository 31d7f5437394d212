"""The list of a rep's own orders is that of the record rule, page by page, whatever happened to the customers."""

import random

from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common_access import OWN, EcountAccessCommon

LIST_ORDER = 'date_order desc, id desc'


@tagged('post_install', '-at_install')
class TestAccessOrders(EcountAccessCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._create_user("boss", OWN, 'sales_team.group_sale_salesman_all_leads')
        for rep in (cls.nok, cls.somsak):
            rep.group_ids = [Command.link(cls.env.ref('sales_team.group_sale_salesman_all_leads').id)]
        cls.north.user_ids = cls.boss
        cls.Order = cls.env['sale.order']
        cls.my_order = cls._create_order(cls.mine, (cls.product, 1))
        cls.contact_order = cls._create_order(cls.my_contact, (cls.product, 1))
        cls.hidden_order = cls._create_order(cls.hidden, (cls.product, 1))
        cls.nobodys_order = cls._create_order(cls.nobodys, (cls.product, 1))
        cls.colleague_order = cls._create_order(cls.somsak.partner_id, (cls.product, 1))
        cls.company_order = cls._create_order(cls.company.partner_id, (cls.product, 1))
        cls.orders = (cls.my_order + cls.contact_order + cls.hidden_order + cls.nobodys_order + cls.colleague_order
                      + cls.company_order)

    def _get_plain(self, user, domain, active_test=True):
        """Return the ids that the record rule gives, in the order of the list."""
        Order = self.Order.with_user(user)
        # Without limit the search goes the native way.
        return Order.with_context(active_test=active_test).search(domain, order=LIST_ORDER).ids

    def _assert_same(self, user, domain=(), size=3):
        """Compare pages and counts with the record rule."""
        Order = self.Order.with_user(user)
        plain = self._get_plain(user, domain)
        pages = []
        for offset in range(0, len(plain) + size, size):
            page = Order.search(domain, offset=offset, limit=size)
            self.assertEqual(page.ids, plain[offset:offset + size], (user.login, domain, offset))
            pages += page.ids
        self.assertEqual(pages, plain)
        self.assertEqual(Order.search_count(domain), len(plain), (user.login, domain))
        self.assertEqual(Order.search_count(domain, limit=2), min(2, len(plain)), (user.login, domain))

    def _assert_filed(self):
        """Compare the table with the orders and their customers."""
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT sale.name, own.* FROM sale_order sale JOIN res_partner partner ON partner.id = sale.partner_id
              FULL JOIN ecount_order_portfolio own ON own.id = sale.id
             WHERE (own.id, own.portfolio_id, own.partner_id, own.company_id, own.date_order) IS DISTINCT FROM
                   (sale.id, partner.portfolio_id, sale.partner_id, sale.company_id, sale.date_order)
        """)
        self.assertFalse(self.env.cr.fetchall())

    def _file_wrongly(self, order, portfolio_of):
        """File an order under another customer's portfolio, as if nobody had told the table."""
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE ecount_order_portfolio SET portfolio_id = %s WHERE id = %s",
            portfolio_of.sudo().portfolio_id.id or None, order.id))
        self.env.invalidate_all()

    # === THE PAGE === #

    def test_a_page_shows_own_orders_and_those_of_colleagues_and_companies(self):
        page = self.Order.with_user(self.nok).search([('id', 'in', self.orders.ids)], limit=80)
        expected = self.orders - self.hidden_order - self.nobodys_order
        self.assertEqual(page.sudo(), expected.sorted(lambda order: (order.date_order, order.id), reverse=True))
        self._assert_same(self.nok)

    def test_the_page_is_read_from_the_portfolios(self):
        query = self.Order.with_user(self.nok)._search([], limit=80, order=LIST_ORDER)
        self.assertIn('ecount_order_portfolio "sale_order"', query.select().code)
        drafts = self.Order.with_user(self.nok)._search([('state', '=', 'draft')], limit=80, order=LIST_ORDER)
        self.assertIn('JOIN ecount_order_portfolio', drafts.select().code)
        for user, limit, order in (
                (self.nok, None, LIST_ORDER), (self.nok, 80, 'name'), (self.env.user, 80, LIST_ORDER)):
            native = self.Order.with_user(user)._search([], limit=limit, order=order)
            self.assertNotIn('ecount_order_portfolio', native.select().code)

    def test_pages_and_counts_of_random_orders_are_those_of_the_record_rule(self):
        chance = random.Random(19)
        other_company = self.env['res.company'].create({'name': "Elsewhere"})
        self.boss.company_ids = [Command.link(other_company.id)]
        users = [self.nok, self.somsak, self.boss]
        groups = [self.chiang_mai, self.south, self.gold]
        customers = [self._create_customer(
            f"Random {number}", *([chance.choice(groups)] if chance.random() < .5 else []),
            user_id=chance.choice([False, *(user.id for user in users)]),
            salesperson_ids=[user.id for user in users if chance.random() < .2]) for number in range(15)]
        customers += [self.Partner.create({'name': f"Contact {number}", 'parent_id': chance.choice(customers).id})
                      for number in range(10)]
        customers += [self.mine, self.hidden, self.somsak.partner_id, self.company.partner_id]
        orders = self.Order.create([{
            'partner_id': chance.choice(customers).id, 'date_order': f"2025-0{chance.randint(1, 3)}-01 08:00:00",
            'user_id': chance.choice([False, *(user.id for user in users)]),
            'company_id': chance.choice([self.company, self.company, other_company]).id,
        } for _number in range(60)])
        domains = (
            [], [('id', 'in', orders.ids)], [('state', '=', 'draft')], [('user_id', '=', self.nok.id)],
            [('partner_id', '=', self.mine.id)], [('partner_id.name', 'ilike', 'contact')],
            [('partner_id', 'child_of', customers[0].id)], [('company_id', '=', other_company.id)],
            [('date_order', '<', '2025-02-15')], ['|', ('user_id', '=', False), ('date_order', '>', '2025-02-15')],
            ['!', ('partner_id', 'in', [customer.id for customer in customers[::2]])],
            [('order_line', '=', False)], [('id', '=', False)], [('partner_id', '=', False)])
        for turn in range(4):
            for user in users:
                for domain in domains:
                    self._assert_same(user, domain, size=7)
            self._assert_filed()
            for _change in range(6):
                customer = chance.choice(customers[:15])
                chance.choice((
                    lambda: customer.write({'user_id': chance.choice([False, *(user.id for user in users)])}),
                    lambda: customer.write({'salesperson_ids': [Command.set([chance.choice(users).id])]}),
                    lambda: customer.write({'customer_group_ids': [Command.set([chance.choice(groups).id])]}),
                    lambda: chance.choice(groups).write({'user_ids': [Command.set([chance.choice(users).id])]}),
                    lambda: chance.choice(orders).write({'date_order': "2025-02-02 10:00:00"}),
                    lambda: chance.choice(orders).write({'partner_id': customer.id}),
                    lambda: customers[20].write({'parent_id': customer.id}),
                ))()
            if turn == 2:
                orders[:5].unlink()
                orders -= orders[:5]

    def test_two_companies_at_once(self):
        other_company = self.env['res.company'].create({'name': "Elsewhere"})
        self.nok.company_ids = [Command.link(other_company.id)]
        order = self.Order.create({'partner_id': self.mine.id, 'company_id': other_company.id})
        Order = self.Order.with_user(self.nok)
        self.assertNotIn(order, Order.with_context(allowed_company_ids=self.company.ids).search([], limit=80))
        self.assertEqual(Order.with_context(allowed_company_ids=other_company.ids).search([], limit=80), order)

    def test_other_rules_hold_on_the_page(self):
        self.nok.group_ids = [Command.unlink(self.env.ref('sales_team.group_sale_salesman_all_leads').id)]
        self.my_order.user_id = self.somsak
        self.contact_order.user_id = self.nok
        self._assert_same(self.nok)
        self.assertNotIn(self.my_order, self.Order.with_user(self.nok).search([], limit=80))
        self.env['ir.rule'].create({
            'name': "Cheap orders", 'model_id': self.env['ir.model']._get_id('sale.order'),
            'domain_force': "[('amount_total', '>', 1000000)]"})
        self._assert_same(self.nok)
        self.assertFalse(self.Order.with_user(self.nok).search([], limit=80))

    def test_without_the_record_rule_the_page_is_the_native_one(self):
        self.env.ref('ecount_customer.sale_order_rule_own_customers').active = False
        self.assertIn(self.hidden_order, self.Order.with_user(self.nok).search([], limit=80).sudo())
        self._assert_same(self.nok)

    def test_who_may_not_read_orders_is_refused(self):
        clerk = self._create_user("clerk", OWN)
        with self.assertRaises(AccessError):
            self.Order.with_user(clerk).search([], limit=80)
        with self.assertRaises(AccessError):
            self.Order.with_user(clerk).search_count([])

    def test_the_client_gets_page_and_count(self):
        Order = self.Order.with_user(self.nok)
        plain = self._get_plain(self.nok, [])
        answer = Order.web_search_read([], {'name': {}, 'partner_id': {'fields': {'display_name': {}}}}, limit=2,
                                       count_limit=10001, order='')
        self.assertEqual([row['id'] for row in answer['records']], plain[:2])
        self.assertEqual(answer['length'], len(plain))
        answer = Order.web_search_read([], {'name': {}}, limit=2, offset=2, order='date_order DESC, id DESC')
        self.assertEqual([row['id'] for row in answer['records']], plain[2:4])

    # === UPKEEP === #

    def test_a_transfer_hands_the_orders_over(self):
        self.mine._transfer_customers(self.nok, self.somsak, with_documents=False)
        self._assert_filed()
        found = self.Order.with_user(self.nok).search([], limit=80).sudo()
        self.assertFalse(found & (self.my_order + self.contact_order))
        self.assertIn(self.contact_order, self.Order.with_user(self.somsak).search([], limit=80).sudo())
        self.mine._transfer_customers(self.somsak, self.nok, with_documents=False)
        self.assertIn(self.my_order, self.Order.with_user(self.nok).search([], limit=80).sudo())
        self._assert_filed()
        self._assert_same(self.nok)

    def test_people_in_charge_of_groups_get_the_orders(self):
        self.hidden.customer_group_ids = self.chiang_mai
        self.assertIn(self.hidden_order, self.Order.with_user(self.boss).search([], limit=80).sudo())
        self._assert_filed()
        self.north.user_ids = self.nok
        self.assertIn(self.hidden_order, self.Order.with_user(self.nok).search([], limit=80).sudo())
        self.assertNotIn(self.hidden_order, self.Order.with_user(self.boss).search([], limit=80).sudo())
        self._assert_filed()

    def test_merging_moves_the_orders_and_undoing_brings_them_back(self):
        boss = self._create_user("manager", 'ecount_customer.group_customer_manager', 'base.group_partner_manager')
        wizard = self.env['ecount.customer.merge'].with_user(boss).create({
            'partner_ids': [Command.set((self.mine + self.hidden).ids)], 'survivor_id': self.mine.id})
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(self.hidden_order.partner_id, self.mine)
        self._assert_filed()
        self._assert_same(self.nok)
        self.assertIn(self.hidden_order, self.Order.with_user(self.nok).search([], limit=80).sudo())
        self.env['ecount.merge.log'].search([('partner_id', '=', self.mine.id)], limit=1).action_undo()
        self.env.invalidate_all()
        self._assert_filed()
        self._assert_same(self.nok)
        self.assertNotIn(self.hidden_order, self.Order.with_user(self.nok).search([], limit=80).sudo())

    def test_sql_beside_the_orm_is_noticed(self):
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET user_id = %s WHERE id = %s", self.nok.id, self.hidden.id))
        self.env.invalidate_all()
        self.Partner._refresh_portfolios(SQL("customer.id = %s", self.hidden.id))
        self._assert_filed()
        self.env.cr.execute(SQL(
            "UPDATE sale_order SET partner_id = %s, date_order = '2020-01-01' WHERE id = %s",
            self.mine.id, self.nobodys_order.id))
        self.env.invalidate_all()
        self._assert_filed()
        self._assert_same(self.nok)
        self.assertIn(self.nobodys_order, self.Order.with_user(self.nok).search([], limit=80).sudo())

    def test_handing_over_leaves_the_orders_untouched(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, xmin::text, write_date FROM sale_order ORDER BY id")
        before = self.env.cr.fetchall()
        self.mine.user_id = self.somsak
        self.env.flush_all()
        self.env.cr.execute("SELECT id, xmin::text, write_date FROM sale_order ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), before)

    # === STALE ROWS === #

    def test_an_order_filed_wrongly_is_not_shown(self):
        self._file_wrongly(self.hidden_order, self.mine)
        Order = self.Order.with_user(self.nok)
        for domain in ([], [('state', '=', 'draft')], [('id', '=', self.hidden_order.id)]):
            self.assertNotIn(self.hidden_order, Order.search(domain, limit=80).sudo())
        with self.assertRaises(AccessError):
            self.hidden_order.with_user(self.nok).read(['name'])
        self.env['ecount.order.portfolio']._mend()
        self._assert_filed()
        self._assert_same(self.nok)

    def test_an_order_entered_while_its_customer_changes_hands_is_neither_shown_nor_counted(self):
        """The order's transaction saw the former rep, the other one did not see the order."""
        former = self.mine.with_env(self.env)
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT portfolio_id FROM res_partner WHERE id = %s", self.mine.id))
        portfolio_id, = self.env.cr.fetchone()
        former.user_id = self.somsak
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE ecount_order_portfolio SET portfolio_id = %s WHERE id = %s", portfolio_id, self.my_order.id))
        self.env.invalidate_all()
        self._assert_same(self.nok, size=2)
        self._assert_same(self.nok, [('state', '=', 'draft')], size=2)
        self.env['ecount.order.portfolio']._mend()
        self._assert_filed()
        self._assert_same(self.somsak)

    def test_what_hides_an_order_is_mended(self):
        self._file_wrongly(self.my_order, self.hidden)
        self.env.cr.execute(SQL("DELETE FROM ecount_order_portfolio WHERE id = %s", self.contact_order.id))
        self.assertNotIn(self.my_order, self.Order.with_user(self.nok).search([], limit=80))
        self.env['ecount.order.portfolio']._mend()
        self._assert_filed()
        self._assert_same(self.nok)
        # A day later the doubts are over.
        self.env.cr.execute("UPDATE ecount_order_portfolio_doubt SET since = since - interval '2 days'")
        self.env['ecount.order.portfolio']._mend()
        self.assertFalse(self.env['ecount.order.portfolio.doubt'].search([]))

    def test_starting_again_changes_nothing(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid::text FROM ecount_order_portfolio ORDER BY id")
        before = self.env.cr.fetchall()
        self.env['ecount.order.portfolio']._start()
        self.env.cr.execute("SELECT id, ctid::text FROM ecount_order_portfolio ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), before)
        self.env.cr.execute("SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'ecount_portfolio%'")
        self.assertEqual(self.env.cr.fetchone(), (5,))

    def test_conditions_of_a_context_do_not_open_the_page(self):
        Order = self.Order.with_user(self.nok).with_context(ecount_few_partners=True, ecount_visible_named=False)
        self.assertNotIn(self.hidden_order, Order.search(Domain.TRUE, limit=80).sudo())
