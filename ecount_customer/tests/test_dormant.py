from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .dormant_common import DormantCommon


@tagged('post_install', '-at_install')
class TestLastActivity(DormantCommon):

    def test_the_last_confirmed_order_counts_and_a_quotation_does_not(self):
        customer = self._create_old_customer()
        self.assertFalse(customer.last_transaction_date)
        self._sell(customer, '2025-01-10', invoice=False)
        with freeze_time('2025-02-20'):
            self._create_order(customer, self.product)
        customer.invalidate_recordset()
        self.assertEqual(customer.last_transaction_date, date(2025, 1, 10))

    def test_purchases_bills_and_payments_count(self):
        buyer, billed, paid = (self._create_old_customer(name) for name in ("Bought", "Billed", "Paid"))
        with freeze_time('2025-03-01 08:00:00'):
            self.env['purchase.order'].create({'partner_id': buyer.id, 'order_line': [Command.create({
                'product_id': self.product.id, 'price_unit': 5})]}).button_confirm()
        bill = self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': billed.id, 'invoice_date': '2025-04-01',
            'invoice_line_ids': [Command.create({'name': "Rent", 'price_unit': 5, 'tax_ids': []})]})
        self.assertFalse(billed.last_transaction_date, "a draft is no transaction")
        bill.action_post()
        self.env['account.payment'].create({
            'partner_id': paid.id, 'payment_type': 'inbound', 'partner_type': 'customer', 'amount': 5,
            'date': '2025-05-01'}).action_post()
        (buyer + billed + paid).invalidate_recordset()
        self.assertEqual((buyer + billed + paid).mapped('last_transaction_date'),
                         [date(2025, 3, 1), date(2025, 4, 1), date(2025, 5, 1)])

    def test_what_a_contact_orders_counts_for_the_whole_customer(self):
        customer = self._create_old_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self._sell(contact, '2025-01-10')
        (customer + contact).invalidate_recordset()
        self.assertEqual((customer + contact).mapped('last_transaction_date'), [date(2025, 1, 10)] * 2)

    def test_a_cancelled_order_does_not_count(self):
        customer = self._create_old_customer()
        order = self._sell(customer, '2025-01-10', invoice=False)
        order._action_cancel()
        customer.invalidate_recordset()
        self.assertFalse(customer.last_transaction_date)

    def test_the_day_is_the_one_of_the_user(self):
        customer = self._create_old_customer()
        order = self._sell(customer, '2025-01-10', invoice=False)
        order.date_order = '2025-01-10 18:30:00'  # the 11th in Bangkok
        self.assertEqual(customer.with_context(tz='Asia/Bangkok').last_transaction_date, date(2025, 1, 11))
        self.assertEqual(customer.with_context(tz='UTC').last_transaction_date, date(2025, 1, 10))

    def test_it_is_searched_and_sorted(self):
        old, new, never = (self._create_old_customer(name) for name in ("Old", "New", "Never"))
        self._sell(old, '2024-01-10')
        self._sell(new, '2026-05-10')
        domain = [('id', 'in', (old + new + never).ids)]

        def find(*condition):
            return self.Partner.search([*domain, ('last_transaction_date', *condition)])
        self.assertEqual(find('<', '2025-01-01'), old)
        self.assertEqual(find('<=', 'today -12m'), old)
        self.assertEqual(find('>=', '2026-05-10'), new)
        self.assertEqual(find('>', '2026-05-10'), self.Partner)
        self.assertEqual(find('=', '2024-01-10'), old)
        self.assertEqual(find('=', False), never)
        self.assertEqual(find('!=', False), new + old)  # by name
        self.assertEqual(self.Partner.search(domain, order='last_transaction_date desc'), never + new + old)
        self.assertEqual(self.Partner.search(domain, order='last_transaction_date'), old + new + never)
        self.assertTrue(self.Partner.fields_get(['last_transaction_date'])['last_transaction_date']['sortable'])
        self.assertEqual(
            self.Partner._read_group(domain, ['last_transaction_date:year'], ['__count']),
            [(date(2024, 1, 1), 1), (date(2026, 1, 1), 1), (False, 1)])
        self.assertEqual((old + new + never).filtered_domain([('last_transaction_date', '<', '2025-01-01')]), old)

    def test_users_are_sorted_and_grouped_by_the_last_activity_of_their_partners(self):
        quiet, busy = self.env['res.users'].with_context(no_reset_password=True).create([
            {'name': name, 'login': name} for name in ('quiet_buyer', 'busy_buyer')])
        self._sell(busy.partner_id, '2026-05-10')
        users = self.env['res.users']
        domain = [('id', 'in', (quiet + busy).ids)]
        self.assertEqual(users.search(domain, order='last_transaction_date'), busy + quiet)
        self.assertEqual(
            users._read_group(domain, ['last_transaction_date:year'], ['__count']), [(date(2026, 1, 1), 1), (False, 1)])

    def test_many_are_read_in_one_query(self):
        customers = self.Partner.union(*(self._create_old_customer(f"C{number}") for number in range(20)))
        self.env.flush_all()
        customers.mapped('commercial_partner_id')
        self.assertTrue(self.env.tz)  # reads the user
        with self.assertQueryCount(1):
            customers.mapped('last_transaction_date')


@tagged('post_install', '-at_install')
class TestPreview(DormantCommon):

    def test_idle_customers_are_listed_with_last_day_and_balance(self):
        customer = self._create_old_customer()
        self._sell(customer, '2025-01-10')
        line = self._preview(customer).line_ids
        self.assertRecordValues(line, [{
            'partner_id': customer.id, 'last_transaction_date': date(2025, 1, 10), 'balance': 0.0,
            'skip_reason': False, 'kind': 'idle', 'selected': True}])
        self.assertTrue(customer.active, "a preview changes nothing")

    def test_a_customer_who_traded_within_the_period_is_not_idle(self):
        customer = self._create_old_customer()
        self._sell(customer, '2025-06-15')  # to the day twelve months ago
        self.assertFalse(self._preview(customer).line_ids)
        self.assertTrue(self._preview(customer, months=11).line_ids)

    def test_never_traded_are_apart_and_can_be_left_out(self):
        customer = self._create_old_customer()
        wizard = self._preview(customer)
        self.assertEqual(wizard.never_line_ids.partner_id, customer)
        self.assertFalse(wizard.idle_line_ids)
        wizard.include_never_traded = False
        self.assertFalse(wizard.line_ids)

    def test_a_customer_registered_within_the_period_is_left_alone(self):
        self.assertEqual(self._reason(self._create_old_customer(registered='2026-01-01')),
                         "Registered within the period")

    def test_an_open_balance_is_left_alone(self):
        customer = self._create_old_customer()
        self._sell(customer, '2025-01-10', pay=False)
        wizard = self._preview(customer)
        self.assertRecordValues(wizard.line_ids, [{
            'balance': 100.0, 'skip_reason': "Open balance", 'kind': 'skipped', 'selected': False}])
        with self.assertRaisesRegex(ValidationError, "Fresh Mart cannot be put away: Open balance"):
            wizard.line_ids.selected = True

    def test_a_payment_without_journal_entry_settles_the_balance(self):
        customer = self._create_old_customer()
        journal = self.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', self.env.company.id)], limit=1)
        journal.inbound_payment_method_line_ids.payment_account_id = False
        order = self._sell(customer, '2025-01-10', pay=False)
        # As with full accounting installed, where a payment waits for the bank statement.
        with patch.object(type(self.env['account.move']), '_get_invoice_in_payment_state', lambda move: 'in_payment'):
            self._pay(order.invoice_ids, '2025-01-10', journal)
        self.assertFalse(self.env['account.payment'].search([('partner_id', '=', customer.id)]).move_id)
        self.assertFalse(self._reason(customer))

    def test_what_is_owed_by_and_to_a_customer_does_not_cancel_out(self):
        customer = self._create_old_customer()
        self._sell(customer, '2025-01-10', pay=False)
        self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': customer.id, 'invoice_date': '2025-01-10',
            'invoice_line_ids': [Command.create({'name': "Rent", 'price_unit': 100, 'tax_ids': []})]}).action_post()
        wizard = self._preview(customer)
        self.assertRecordValues(wizard.line_ids, [{'balance': 0.0, 'skip_reason': "Open balance"}])

    def test_unfinished_documents_are_named(self):
        quoted, ordered, drafted = (self._create_old_customer(name) for name in ("Quoted", "Ordered", "Drafted"))
        with freeze_time('2024-02-20'):
            quotation = self._create_order(quoted, self.product)
        order = self._sell(ordered, '2024-02-20', invoice=False)
        self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': drafted.id})
        wizard = self._preview(quoted, ordered, drafted)
        self.assertEqual(self._reason(quoted, wizard), f"Unfinished documents (1): {quotation.name}")
        self.assertEqual(self._reason(ordered, wizard), f"Unfinished documents (1): {order.name}")
        self.assertIn("Unfinished documents (1)", self._reason(drafted, wizard))

    def test_an_order_that_was_never_delivered_is_unfinished_until_it_is_locked(self):
        customer = self._create_old_customer()
        product = self._create_product("Rice", type='consu', invoice_policy='delivery')
        with freeze_time('2024-02-20'):
            order = self._create_order(customer, product)
            order.action_confirm()
            # in case stock is installed its delivery would keep the customer too
            if 'picking_ids' in order._fields:
                order.picking_ids.action_cancel()
        self.assertEqual(self._reason(customer), f"Unfinished documents (1): {order.name}")
        order.locked = True
        self.assertFalse(self._reason(customer))

    def test_users_and_own_companies_are_left_alone_and_the_rest_is_done(self):
        company = self.env['res.company'].create({'name': "Branch B"})
        self._backdate(company.partner_id, '2020-01-01')
        shop, plain = self._create_old_customer("Shop"), self._create_old_customer("Plain")
        buyer = self.Partner.create({'name': "Nok", 'parent_id': shop.id, 'email': "nok@example.com"})
        self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Nok", 'login': 'nok', 'partner_id': buyer.id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        wizard = self._preview(shop, plain, company.partner_id)
        self.assertEqual(self._reason(shop, wizard), "Has a user account")
        self.assertIn("Own company", self._reason(company.partner_id, wizard))
        wizard.action_archive_selected()
        self.assertEqual([shop.active, buyer.active, company.partner_id.active, plain.active],
                         [True, True, True, False])

    def test_documents_and_balances_of_other_companies_count(self):
        company_b = self.env['res.company'].create({'name': "Branch B"})
        customer = self._create_old_customer()
        with freeze_time('2026-06-01'):
            self.env['sale.order'].with_company(company_b).create(
                {'partner_id': customer.id, 'company_id': company_b.id, 'state': 'sale', 'locked': True})
        self.assertFalse(self._preview(customer).line_ids)
        self.assertEqual(customer.last_transaction_date, date(2026, 6, 1))

    def test_groups_include_those_below(self):
        inside = self._create_old_customer("Inside", self.chiang_mai)
        outside = self._create_old_customer("Outside", self.south)
        lines = self._preview(group_ids=[Command.set(self.north.ids)]).line_ids
        self.assertIn(inside, lines.partner_id)
        self.assertNotIn(outside, lines.partner_id)

    def test_customers_selected_in_the_list_are_all_listed(self):
        busy, idle = self._create_old_customer("Busy"), self._create_old_customer("Idle")
        contact = self.Partner.create({'name': "Nok", 'parent_id': idle.id})
        self._sell(busy, '2026-06-01')
        action = (busy + contact).action_open_put_away()
        wizard = self.env['ecount.dormant.wizard'].browse(action['res_id'])
        self.assertEqual(wizard.line_ids.partner_id, busy + idle)
        self.assertEqual(self._reason(busy, wizard), "Traded within the period")

    def test_a_period_must_make_sense(self):
        for months in (0, -3, 100000):
            with self.assertRaisesRegex(ValidationError, "between 1 and 600"):
                self._preview(months=months)

    def test_changing_the_period_looks_again(self):
        customer = self._create_old_customer()
        self._sell(customer, '2026-01-10')
        wizard = self._preview(customer)
        self.assertFalse(wizard.line_ids)
        wizard.months = 3
        self.assertEqual(wizard.line_ids.partner_id, customer)

    def test_only_managers_preview(self):
        user = self._create_user('rep', 'ecount_customer.group_all_customers')
        with self.assertRaises(AccessError):
            self.env['ecount.dormant.wizard'].with_user(user).create({})

    def test_a_manager_without_accounting_rights_sees_why(self):
        customer = self._create_old_customer()
        self._sell(customer, '2025-01-10', pay=False)
        manager = self._create_user('manager', 'ecount_customer.group_customer_manager')
        wizard = self.env['ecount.dormant.wizard'].with_user(manager).create(
            {'partner_ids': [Command.set(customer.ids)]})
        self.assertRecordValues(wizard.line_ids, [{'balance': 100.0, 'skip_reason': "Open balance"}])

    def test_one_hundred_customers_cost_as_many_queries_as_one(self):
        group = self._create_group("Many", self.north)
        for number in range(100):
            self._create_old_customer(f"C{number}", group)
        counts = []
        for domain in ([('name', '=', "C1")], [('name', '!=', False)]):
            self.env.flush_all()
            with patch.object(type(self.env['ecount.dormant.wizard']), '_get_customer_domain',
                              lambda wizard: [('customer_group_ids', 'in', group.ids), *domain]):
                before = self.cr.sql_log_count
                wizard = self._preview()
                counts.append(self.cr.sql_log_count - before)
        self.assertEqual(len(wizard.line_ids), 100)
        self.assertLessEqual(counts[1], counts[0])
