"""Who meets the condition of an alert: amounts by hand, and those of the ledger and the credit figures."""

import random
from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .alert_common import FRIDAY, AlertCommon


@tagged('post_install', '-at_install')
class TestAlertFigures(AlertCommon):

    def test_sales_are_invoices_less_credit_notes_with_tax_in_the_period(self):
        tax = self.env['account.tax'].create({'name': "VAT 10", 'amount': 10, 'amount_type': 'percent'})
        customer = self._create_customer()
        self._invoice(customer, 1000, tax_ids=[Command.set(tax.ids)])
        self._invoice(customer, -150)
        self._invoice(customer, 7000, date='2026-02-28')
        self._invoice(customer, 9000, date='2026-03-21')  # after the day of the message
        self._pay(customer, 400)
        alert = self._create_alert()
        self.assertEqual(self._find(alert), {"Fresh Mart": 950.0})  # 1,000 + 10 % - 150
        alert.period = 'last_month'
        self.assertEqual(self._find(alert), {"Fresh Mart": 7000.0})

    def test_drafts_and_cancelled_invoices_are_no_sales(self):
        customer = self._create_customer()
        self._invoice(customer, 1000).button_draft()
        cancelled = self._invoice(customer, 500)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertFalse(self._find(self._create_alert()))

    def test_receipts_are_what_customers_paid_and_not_what_they_were_refunded(self):
        customer = self._create_customer()
        self._invoice(customer, 1000)
        self._pay(customer, 300)
        self._pay(customer, 45.5)
        self._pay(customer, 20, payment_type='outbound')
        self._pay(customer, 700, date='2026-02-27')
        self.assertEqual(self._find(self._create_alert(measure='receipts')), {"Fresh Mart": 345.5})

    def test_money_from_the_bank_statement_is_a_receipt(self):
        customer = self._create_customer()
        receivable = customer.property_account_receivable_id
        journal = self.env['account.journal'].search(
            [('type', '=', 'bank'), ('company_id', '=', self.company.id)], limit=1)
        self.env['account.move'].create({
            'journal_id': journal.id, 'date': '2026-03-19', 'line_ids': [
                Command.create({'account_id': receivable.id, 'partner_id': customer.id, 'credit': 80}),
                Command.create({'account_id': journal.default_account_id.id, 'debit': 80})]}).action_post()
        self.assertEqual(self._find(self._create_alert(measure='receipts')), {"Fresh Mart": 80.0})

    def test_balance_overdue_amount_and_days(self):
        customer = self._create_customer()
        self._invoice(customer, 500, date='2026-01-02', due='2026-02-01')
        self._invoice(customer, 200, date='2026-03-01', due='2026-04-30')
        self._pay(customer, 100)  # not matched: settles the oldest
        balance = self._create_alert(measure='balance')
        self.assertEqual(balance._get_rows(FRIDAY)[0][2:], (600.0, 400.0, date(2026, 2, 1), 47))
        overdue = self._create_alert(measure='overdue_amount', amount=399.99)
        self.assertEqual(overdue._get_rows(FRIDAY)[0][2:], (400.0, 600.0, date(2026, 2, 1), 47))
        overdue.amount = 400
        self.assertFalse(self._find(overdue))
        days = self._create_alert(measure='overdue_days', days=46)
        self.assertEqual(days._get_rows(FRIDAY)[0][2:], (47, date(2026, 2, 1), 400.0, 600.0))
        days.days = 47
        self.assertFalse(self._find(days))

    def test_payables_are_not_deducted(self):
        customer = self._create_customer()
        self._invoice(customer, 100)
        self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': customer.id, 'invoice_date': '2026-03-01',
            'invoice_line_ids': [Command.create({'name': "Rent", 'price_unit': 70, 'tax_ids': []})]}).action_post()
        self.assertEqual(self._find(self._create_alert(measure='balance')), {"Fresh Mart": 100.0})

    def test_over_limit_is_what_is_used_beyond_the_own_or_inherited_limit(self):
        self.tier.credit_limit = 500
        self.gold.credit_limit = 100
        own = self._create_customer("Own", self.all, self.gold, credit_limit=50)
        inherited = self._create_customer("Gold", self.all, self.gold)
        above = self._create_customer("Tier", self.all, self._create_group("Silver", self.tier))
        without = self._create_customer("Without")
        no_limit = self._create_customer("No limit", self.all, self.gold, credit_limit=0, has_own_credit_limit=True)
        stopped = self._create_customer("Stopped")
        for customer in own + inherited + above + without + no_limit + stopped:
            self._invoice(customer, 120)
        stopped.credit_policy = 'stop'
        alert = self._create_alert(measure='over_limit')
        self.assertEqual(self._find(alert), {"Own": 70.0, "Gold": 20.0, "Stopped": 120.0})
        alert.amount = 20
        self.assertEqual(self._find(alert), {"Own": 70.0, "Stopped": 120.0})
        self.company.ecount_credit_limit = 119
        self.assertEqual(self._find(self._create_alert(measure='over_limit'))["Without"], 1.0)
        self.gold.active = False  # gives nothing any more
        self.assertEqual(self._find(alert), {"Own": 70.0, "Stopped": 120.0})

    def test_orders_not_invoiced_count_for_the_limit(self):
        customer = self._create_customer(credit_limit=100)
        self._invoice(customer, 60)
        self._create_order(customer, (self._create_product(list_price=50), 1)).action_confirm()
        self.assertEqual(self._find(self._create_alert(measure='over_limit')), {"Fresh Mart": 10.0})

    def test_each_comparison_at_its_border(self):
        for name, amount in (("Less", 99.99), ("Exact", 100), ("More", 100.01)):
            self._invoice(self._create_customer(name), amount)
        self._create_customer("Nothing")
        expected = {
            '>': {"More"}, '>=': {"More", "Exact"}, '<': {"Less", "Nothing"}, '<=': {"Less", "Exact", "Nothing"}}
        for operator, names in expected.items():
            for measure in ('sales', 'balance'):
                alert = self._create_alert(measure=measure, operator=operator, amount=100)
                self.assertEqual(set(self._find(alert)), names, f"{measure} {operator} 100")

    def test_who_bought_nothing_is_a_real_active_customer(self):
        quiet = self._create_customer("Quiet")
        self.Partner.create({'name': "Contact", 'parent_id': quiet.id})
        self._create_customer("Put away").active = False
        found = self._find(self._create_alert(operator='<', amount=1, group_ids=[Command.clear()]))
        self.assertIn("Quiet", found)
        self.assertFalse({"Contact", "Put away", self.company.name, self.boss.name} & found.keys())

    def test_an_archived_customer_who_owes_is_found(self):
        customer = self._create_customer()
        self._invoice(customer, 100)
        customer.active = False
        self.assertEqual(self._find(self._create_alert(measure='balance')), {"Fresh Mart": 100.0})

    def test_what_contacts_buy_is_the_customers(self):
        customer = self._create_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self._invoice(contact, 100)
        self._invoice(customer, 10)
        self.assertEqual(self._find(self._create_alert()), {"Fresh Mart": 110.0})

    def test_groups_include_those_below(self):
        self._invoice(self._create_customer("Deep", self.chiang_mai), 100)
        self._invoice(self._create_customer("South", self.south), 100)
        alert = self._create_alert(group_ids=[Command.set(self.north.ids)])
        self.assertEqual(set(self._find(alert)), {"Deep"})
        alert.group_ids = self.region
        self.assertEqual(set(self._find(alert)), {"Deep", "South"})
        alert.group_ids = False
        self.assertLessEqual({"Deep", "South"}, set(self._find(alert)))

    def test_another_companys_ledger_is_another(self):
        customer = self._create_customer()
        self._invoice(customer, 100)
        other = self.env['res.company'].create({'name': "Other"})
        theirs = self._create_customer("Theirs", company_id=other.id)
        alert = self._create_alert(company_id=other.id, operator='<', amount=1)
        self.assertEqual(self._find(alert), {"Fresh Mart": 0.0, "Theirs": 0.0})
        self.assertTrue(theirs)
        self.assertEqual(self._find(self._create_alert(operator='<', amount=1000)), {"Fresh Mart": 100.0})

    def test_another_currency_counts_in_that_of_the_company(self):
        euro = self.env.ref('base.EUR' if self.company.currency_id.name != 'EUR' else 'base.USD')
        euro.active = True
        self.env['res.currency.rate'].create(
            {'currency_id': euro.id, 'name': '2026-03-01', 'rate': 0.5, 'company_id': self.company.id})
        customer = self._create_customer()
        self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': customer.id, 'invoice_date': '2026-03-18',
            'currency_id': euro.id,
            'invoice_line_ids': [Command.create({'name': "Rice", 'price_unit': 100, 'tax_ids': []})]}).action_post()
        self.assertEqual(self._find(self._create_alert()), {"Fresh Mart": 200.0})

    def test_figures_are_those_of_the_ledger_and_of_the_credit_tab(self):
        chance = random.Random(12)
        customers = [
            self._create_customer(f"C{number}", *chance.sample([self.all, self.gold, self.chiang_mai], 2),
                                  credit_limit=chance.choice([0, 100, 400])) for number in range(12)]
        for customer in customers:
            for _number in range(chance.randrange(1, 5)):
                day = f'2026-03-{chance.randrange(1, 20):02d}'
                if chance.random() < .3:
                    self._pay(customer, chance.randrange(1, 20000) / 100, date=day)
                else:
                    self._invoice(customer, chance.randrange(-20000, 60000) / 100 or 1, date=day)
        self.gold.credit_limit = 250

        def find(measure, **values):
            groups = [Command.set((self.all + self.gold + self.chiang_mai).ids)]
            rows = self._create_alert(measure=measure, group_ids=groups, **values)._get_rows(FRIDAY)
            return {row[0]: float(row[2] or 0) for row in rows}

        def ledger(customer, kind):
            rows = customer.get_ledger('2026-03-01', '2026-03-20', [kind], 'receivable', None)['rows']
            return self.company.currency_id.round(sum(row['debit'] - row['credit'] for row in rows))

        every = {'operator': '>=', 'amount': -1e9}
        sales, receipts, balances = (find(measure, **every) for measure in ('sales', 'receipts', 'balance'))
        excess = find('over_limit')
        for customer in customers:
            self.assertAlmostEqual(sales[customer.id], ledger(customer, 'sale'), 2)
            self.assertAlmostEqual(receipts[customer.id], -ledger(customer, 'receipt'), 2)
            self.assertAlmostEqual(balances[customer.id], customer.get_ledger(side='receivable')['closing'], 2)
            self.assertAlmostEqual(excess.get(customer.id, 0), max(-customer.credit_available, 0), 2)
        self.assertTrue(excess)

    def test_thousand_customers_cost_no_more_queries_than_one(self):
        alert = self._create_alert(measure='over_limit')
        counts = []
        for number in (1, 40):
            for customer in [self._create_customer(credit_limit=1) for _number in range(number)]:
                self._invoice(customer, 10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            alert._get_letters(alert._get_rows(FRIDAY))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
