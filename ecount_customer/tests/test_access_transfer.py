from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_access import SALES, EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccessTransfer(EcountAccessCommon):

    def _transfer(self, user=None, **values):
        wizard = self.env['ecount.customer.transfer'].with_user(user or self.env.user).create({
            'from_user_id': self.nok.id, 'to_user_id': self.somsak.id, **values})
        return wizard.action_transfer()

    def test_all_customers_go_with_their_open_documents(self):
        self.nobodys.salesperson_ids = self.nok
        quotation = self._create_order(self.mine, self.product, user_id=self.nok.id)
        done = self._create_order(self.mine, self.product, user_id=self.nok.id)
        done.action_confirm()
        invoice = done._create_invoices()
        invoice.invoice_user_id = self.nok
        invoice.action_post()
        foreign = self._create_order(self.hidden, self.product, user_id=self.nok.id)
        message = self._transfer()['params']['message']
        self.assertIn("2 customers and 2 open documents", message)
        self.assertEqual((self.mine + self.my_contact).user_id, self.somsak)
        self.assertEqual(self.nobodys.salesperson_ids, self.somsak)
        self.assertEqual(quotation.user_id, self.somsak)
        self.assertEqual(invoice.invoice_user_id, self.somsak)
        self.assertEqual(done.user_id, self.nok)  # invoiced: done by Nok
        self.assertEqual(foreign.user_id, self.nok)  # not a customer of Nok
        self.assertFalse(self._seen_by(self.nok))

    def test_documents_stay_where_that_is_wished(self):
        quotation = self._create_order(self.mine, self.product, user_id=self.nok.id)
        self._transfer(with_documents=False)
        self.assertEqual(quotation.user_id, self.nok)
        self.assertEqual(self.mine.user_id, self.somsak)

    def test_a_selection_is_handed_over_by_the_rep(self):
        other = self._create_customer("Other Mart", user_id=self.nok.id)
        self._transfer(self.nok, partner_ids=[Command.set((self.mine + self.my_contact).ids)])
        self.assertEqual((self.mine.user_id, other.user_id), (self.somsak, self.nok))
        self.assertEqual(self._seen_by(self.nok, self.mine + other), other)

    def test_a_rep_takes_nothing_from_others(self):
        with self.assertRaisesRegex(UserError, "nothing to hand over"):
            self._transfer(self.nok, from_user_id=self.somsak.id, to_user_id=self.nok.id)
        with self.assertRaises(AccessError):
            self.hidden.with_user(self.nok)._transfer_customers(self.somsak, self.nok)
        with self.assertRaisesRegex(UserError, "already"):
            self._transfer(to_user_id=self.nok.id)

    def test_the_setting_restricts_salespeople_but_not_their_managers(self):
        salesperson = self._create_user("plain", SALES)
        leader = self._create_user("leader", 'sales_team.group_sale_salesman_all_leads')
        accountant = self._create_user("accountant", 'account.group_account_invoice')
        Settings = self.env['res.config.settings']
        Settings.create({'ecount_salespeople_own_customers': True}).execute()
        self.assertTrue(Settings.create({}).ecount_salespeople_own_customers)
        self.assertFalse(self._seen_by(salesperson))
        self.assertEqual(self._seen_by(leader), self.all_partners)
        self.assertEqual(self._seen_by(accountant), self.all_partners)
        Settings.create({'ecount_salespeople_own_customers': False}).execute()
        self.assertEqual(self._seen_by(salesperson), self.all_partners)
