"""Who gets an alert and what is in it: each only what they may see, in their language, texts as texts."""

import io

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .alert_common import FRIDAY, AlertCommon

OWN = 'ecount_customer.group_own_customers'


@tagged('post_install', '-at_install')
class TestAlertLetter(AlertCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nok, cls.somsak = cls._create_user('nok_alert', OWN), cls._create_user('somsak_alert', OWN)
        cls.mine = cls._create_customer("Mine Mart", user_id=cls.nok.id, ref="00042")
        cls.theirs = cls._create_customer("Hidden Mart", user_id=cls.somsak.id)
        cls.nobodys = cls._create_customer("Nobody Mart")
        for customer, amount in ((cls.mine, 100), (cls.theirs, 200), (cls.nobodys, 300)):
            cls._invoice(customer, amount)

    def _send(self, alert):
        return alert._send_letters(alert._get_letters(alert._get_rows(FRIDAY)), FRIDAY)

    def _read_sheet(self, log):
        return list(openpyxl.load_workbook(io.BytesIO(log.attachment_id.raw)).active.iter_rows())

    def test_a_user_gets_all_that_they_may_see_largest_first(self):
        log = self._send(self._create_alert())
        self.assertRecordValues(log, [{
            'user_id': self.boss.id, 'email': 'boss@example.com', 'customer_count': 3, 'name': "Watch: 3 customers"}])
        names = [row[1].value for row in self._read_sheet(log)[1:]]
        self.assertEqual(names, ["Nobody Mart", "Hidden Mart", "Mine Mart"])

    def test_each_salesperson_gets_their_own_customers_and_nothing_of_others(self):
        logs = self._send(self._create_alert(to_salespeople=True))
        by_user = logs.grouped('user_id')
        self.assertEqual(set(by_user), {self.boss, self.nok, self.somsak})
        nok = by_user[self.nok]
        self.assertEqual(nok.customer_count, 1)
        self.assertIn("Mine Mart", nok.body)
        self.assertNotIn("Hidden Mart", nok.body)
        self.assertEqual([row[1].value for row in self._read_sheet(nok)], ["Customer", "Mine Mart"])

    def test_a_user_with_own_customers_only_gets_no_others(self):
        log = self._send(self._create_alert(user_ids=[Command.set(self.nok.ids)]))
        self.assertEqual(log.customer_count, 1)
        self.assertNotIn("Hidden Mart", log.body)

    def test_a_salesperson_without_restriction_gets_own_customers_too(self):
        free = self._create_user('free_alert', 'sales_team.group_sale_salesman')
        self.nobodys.user_id = free
        logs = self._send(self._create_alert(user_ids=[Command.clear()], to_salespeople=True))
        self.assertEqual(logs.grouped('user_id')[free].customer_count, 1)

    def test_people_in_charge_and_further_salespeople_are_salespeople(self):
        helper, head = self._create_user('helper_alert', OWN), self._create_user('head_alert', OWN)
        self.mine.salesperson_ids = helper
        self.all.user_ids = head
        logs = self._send(self._create_alert(user_ids=[Command.clear()], to_salespeople=True)).grouped('user_id')
        self.assertEqual((logs[helper].customer_count, logs[head].customer_count), (1, 3))

    def test_who_is_named_and_a_salesperson_gets_one_message(self):
        logs = self._send(self._create_alert(user_ids=[Command.set(self.nok.ids)], to_salespeople=True))
        self.assertEqual(len(logs.filtered(lambda log: log.user_id == self.nok)), 1)

    def test_all_users_with_a_right_get_it(self):
        right = self.env['res.groups'].create({'name': "Alerted", 'user_ids': [Command.set(self.boss.ids)]})
        log = self._send(self._create_alert(user_ids=[Command.clear()], role_ids=[Command.set(right.ids)]))
        self.assertEqual(log.user_id, self.boss)

    def test_who_left_or_is_of_another_company_gets_none(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self._create_user(
            'stranger_alert', company_id=company.id, company_ids=[Command.set(company.ids)])
        self.somsak.active = False
        alert = self._create_alert(user_ids=[Command.set((stranger + self.boss).ids)], to_salespeople=True)
        self.assertEqual(self._send(alert).user_id, self.boss + self.nok)

    def test_nothing_found_sends_nothing_unless_asked(self):
        alert = self._create_alert(amount=10000)
        self.assertFalse(self._send(alert))
        alert.send_empty = True
        log = self._send(alert)
        self.assertRecordValues(log, [{'customer_count': 0, 'attachment_id': False}])
        self.assertIn("No customer meets the condition", log.body)

    def test_it_speaks_the_language_of_its_reader(self):
        self.env['res.lang']._activate_lang('th_TH')
        alert = self._create_alert()
        alert.with_context(lang='th_TH').name = "ยอดขาย"
        self.boss.lang = 'th_TH'
        log = self._send(alert)
        self.assertIn("ยอดขาย", log.name)
        self.assertIn("20/03/2026", log.body)

    def test_texts_of_the_sheet_are_texts_and_amounts_numbers(self):
        self.mine.write({'name': "=HYPERLINK(1)", 'phone': "+66 53 123 456"})
        row = self._read_sheet(self._send(self._create_alert(amount=0)))[-1]
        self.assertEqual([cell.value for cell in row], [
            "00042", "=HYPERLINK(1)", self.all.complete_name, self.nok.name, "+66 53 123 456", 100])
        self.assertEqual([cell.data_type for cell in row], ['s'] * 5 + ['n'])

    def test_names_are_no_markup(self):
        self.mine.name = "<b>Mart</b>"
        self.assertIn("&lt;b&gt;Mart", self._send(self._create_alert()).body)

    def test_each_customer_is_a_link_to_the_desk(self):
        self.assertIn(f'/odoo/{self.mine.id}/customer-desk"', self._send(self._create_alert()).body)

    def test_the_message_shows_a_hundred_and_the_sheet_all(self):
        for number in range(105):
            self._create_customer(f"Many {number:03d}")
        log = self._send(self._create_alert(operator='<', amount=50))
        self.assertEqual(log.customer_count, 105)
        self.assertEqual(log.body.count('/customer-desk"'), 100)
        self.assertIn("The first 100 of 105 customers", log.body)
        self.assertEqual(len(self._read_sheet(log)), 106)

    # === HISTORY === #

    def test_a_rep_reads_no_message_to_others(self):
        self._send(self._create_alert(to_salespeople=True))
        approver = self._create_user('approver_alert', OWN, 'ecount_customer.group_credit_approver')
        self.mine.salesperson_ids = approver
        own = self._send(self._create_alert(to_salespeople=True)).filtered(lambda log: log.user_id == approver)
        self.assertEqual(self.Log.with_user(approver).search([]), own)
        others = self.Log.search([('user_id', '=', self.somsak.id)])
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            others[0].with_user(approver).read(['body'])
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            others[0].attachment_id.with_user(approver).read(['raw'])
        for model in (self.Log, self.Alert):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                model.with_user(self.nok).search([])

    def test_a_restricted_approver_previews_own_customers_only(self):
        approver = self._create_user('preview_alert', OWN, 'ecount_customer.group_credit_approver')
        self.mine.salesperson_ids = approver
        alert = self._create_alert(measure='balance')
        preview = self.env['ecount.ledger.alert.preview'].with_user(approver).create({'alert_id': alert.id})
        self.assertEqual(preview.customer_count, 1)
        self.assertNotIn("Hidden Mart", preview.body)

    def test_the_preview_sends_nothing_and_says_who_would_get_what(self):
        alert = self._create_alert(to_salespeople=True)
        preview = self.env['ecount.ledger.alert.preview'].with_user(self.boss).create({'alert_id': alert.id})
        self.assertEqual(preview.customer_count, 0)  # of this month, and the sales are of long ago
        alert.write({'operator': '>=', 'measure': 'balance'})
        preview = self.env['ecount.ledger.alert.preview'].with_user(self.boss).create({'alert_id': alert.id})
        self.assertIn(f"{self.nok.name}: 1", preview.recipients)
        self.assertFalse(alert.log_ids)
        preview.action_send_to_me()
        self.assertRecordValues(alert.log_ids, [{'user_id': self.boss.id, 'is_test': True, 'customer_count': 3}])

    # === WRONG INPUT === #

    def test_an_active_alert_needs_recipients(self):
        with self.assertRaisesRegex(ValidationError, "Watch has no recipients"):
            self._create_alert(user_ids=[Command.clear()])
        self._create_alert(user_ids=[Command.clear()], active=False)

    def test_recipients_that_all_left_are_an_error(self):
        alert = self._create_alert(user_ids=[Command.set(self.nok.ids)])
        self.nok.active = False
        with self.assertRaisesRegex(UserError, "Watch reaches nobody"):
            alert.action_preview()

    def test_an_archived_group_does_not_turn_into_all_customers(self):
        alert = self._create_alert(group_ids=[Command.set(self.south.ids)])
        self.south.active = False
        alert.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "the group Region / South, which is archived"):
            alert.action_preview()
        self.assertFalse(alert._get_rows(FRIDAY))

    def test_a_group_that_an_alert_is_about_cannot_be_deleted(self):
        self._create_alert(group_ids=[Command.set(self.south.ids)])
        with self.assertRaisesRegex(UserError, "The alert Watch is about the group Region / South"):
            self.south.unlink()

    def test_a_company_without_accounting_is_told_so(self):
        company = self.env['res.company'].create({'name': "New Company"})
        self.boss.company_ids += company
        with self.assertRaisesRegex(UserError, "New Company has no accounting yet"):
            self._create_alert(company_id=company.id).action_preview()

    def test_a_group_of_another_company_is_refused(self):
        company = self.env['res.company'].create({'name': "New Company"})
        group = self._create_group("Theirs", company_id=company.id)
        with self.assertRaisesRegex(ValidationError, "Theirs belongs to another company"):
            self._create_alert(group_ids=[Command.set(group.ids)])
