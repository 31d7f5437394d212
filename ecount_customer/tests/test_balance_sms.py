"""Balances by SMS: who is told what, and why not."""

from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..sms_text import count_parts, fill_placeholders
from ..wizards.ecount_balance_sms import SHIPPED_BODIES
from .sms_common import LANDLINE, MOBILE, OTHER_MOBILE, SmsCommon


@tagged('post_install', '-at_install')
class TestBalanceSms(SmsCommon):

    def test_parts_are_counted_as_the_provider_does(self):
        self.assertEqual(count_parts(""), (0, 0))
        self.assertEqual(count_parts("a" * 160), (160, 1))
        self.assertEqual(count_parts("a" * 161), (161, 2))
        self.assertEqual(count_parts("a" * 306), (306, 2))
        self.assertEqual(count_parts("a" * 307), (307, 3))
        self.assertEqual(count_parts("€" * 80), (160, 1))
        self.assertEqual(count_parts("ก" * 70), (70, 1))
        self.assertEqual(count_parts("ก" * 71), (71, 2))
        self.assertEqual(count_parts("ก" * 134), (134, 2))
        self.assertEqual(count_parts("ก" * 135), (135, 3))
        self.assertEqual(count_parts("😀" * 35), (70, 1))

    def test_the_shipped_thai_text_fits_two_parts(self):
        values = {'company': "บ" * 30, 'amount': "12,345,678.90 บาท", 'due_date': "31/01/2026", 'link': ""}
        self.assertLessEqual(count_parts(fill_placeholders(SHIPPED_BODIES['th'], values))[1], 2)

    def test_amount_and_oldest_due_date_are_told_in_the_customers_language(self):
        customer = self._create_customer()
        self._owe(customer, 1500, due='2026-02-28')
        self._owe(customer, 250.5, due='2026-01-31')
        line = self._preview(customer).line_ids
        self.assertRecordValues(line, [{
            'partner_id': customer.id, 'amount': 1750.5, 'due_date': date(2026, 1, 31), 'number': "+66812345678",
            'skip_reason': False, 'body':
                f"{self.company.name}: your outstanding balance is 1,750.50 {self.unit}, the oldest invoice was due "
                "01/31/2026. Please pay or contact us."}])
        customer.lang = 'th_TH'
        body = self._preview(customer).line_ids.body
        self.assertIn("ยอดค้างชำระ 1,750.50", body)
        self.assertIn("31/01/2026", body)

    def test_receipts_without_a_match_settle_the_oldest_first(self):
        customer = self._create_customer()
        self._owe(customer, 100, due='2026-01-31')
        self._owe(customer, 200, due='2026-02-28')
        self._owe(customer, -120)
        self.assertRecordValues(self._preview(customer).line_ids, [{'amount': 180.0, 'due_date': date(2026, 2, 28)}])

    def test_payables_are_not_deducted(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        self.env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': customer.id, 'invoice_date': '2026-01-01',
            'invoice_line_ids': [Command.create({'name': "Rent", 'price_unit': 70, 'tax_ids': []})]}).action_post()
        self.assertEqual(self._preview(customer).line_ids.amount, 100)

    def test_what_contacts_owe_is_the_customers_and_other_companies_are_not_counted(self):
        customer = self._create_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self._owe(contact, 100)
        self.assertEqual(self._preview(contact).line_ids.partner_id, customer)
        company_b = self.env['res.company'].create({'name': "Branch B"})
        self.assertEqual(self._preview(customer, company_id=company_b.id).line_ids.skip_reason, "Nothing owed")

    def test_who_owes_nothing_is_left_out(self):
        customer = self._create_customer()
        self.assertEqual(self._preview(customer).line_ids.skip_reason, "Nothing owed")
        self._owe(customer, -50)
        self.assertEqual(self._preview(customer).line_ids.skip_reason, "Nothing owed")

    def test_numbers_are_those_of_mobiles_in_the_customers_country(self):
        cases = [
            ({'mobile': MOBILE}, "+66812345678", False),
            ({'mobile': "+82 10-1234-5678"}, "+821012345678", False),
            ({'mobile': "010-1234-5678", 'country_id': self.env.ref('base.kr').id}, "+821012345678", False),
            ({'mobile': False, 'phone': OTHER_MOBILE}, "+66898765432", False),
            ({'mobile': False, 'phone': LANDLINE}, False, f"{LANDLINE} is no mobile number"),
            ({'mobile': "12345", 'phone': OTHER_MOBILE}, False, "12345 is no valid number"),
            ({'mobile': "call Nok", 'phone': OTHER_MOBILE}, False, "call Nok is no valid number"),
            ({'mobile': False, 'phone': False}, False, "No number"),
        ]
        for values, number, reason in cases:
            customer = self._create_customer(**values)
            self._owe(customer, 100)
            self.assertRecordValues(self._preview(customer).line_ids, [{'number': number, 'skip_reason': reason}])

    def test_the_invoice_contact_is_preferred_and_its_wrong_number_not_replaced(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        billing = self.Partner.create({
            'name': "Billing", 'type': 'invoice', 'parent_id': customer.id, 'mobile': OTHER_MOBILE})
        self.assertRecordValues(self._preview(customer).line_ids, [{
            'contact_id': billing.id, 'number': "+66898765432"}])
        billing.mobile = LANDLINE
        self.assertRecordValues(self._preview(customer).line_ids, [{
            'number': False, 'skip_reason': f"{LANDLINE} is no mobile number"}])

    def test_two_customers_with_one_number_are_both_served(self):
        one, two = self._create_customer("One"), self._create_customer("Two")
        self._owe(one, 100)
        self._owe(two, 200)
        self._preview(one, two).action_send()
        messages = self.env['sms.sms'].search([('partner_id', 'in', (one + two).ids)])
        self.assertEqual(messages.mapped('number'), ["+66812345678"] * 2)
        self.assertEqual(len(set(messages.mapped('body'))), 2)

    def test_who_wants_no_messages_is_left_out(self):
        told, stopped, blocked = (self._create_customer(name) for name in ("Told", "Stopped", "Blocked"))
        for customer in told + stopped + blocked:
            self._owe(customer, 100)
        stopped.no_balance_sms = True
        blocked.mobile = OTHER_MOBILE
        self.env['phone.blacklist'].create({'number': "+66898765432"})
        wizard = self._preview(told, stopped, blocked)
        self.assertEqual({line.partner_id.name: line.skip_reason for line in wizard.line_ids}, {
            "Told": False, "Stopped": "Wants no messages", "Blocked": "Wants no messages"})

    def test_a_customer_is_not_told_twice_within_the_pause(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        later = self._preview(customer)
        self._preview(customer).action_send()
        self.assertIn("in the queue already", self._preview(customer).line_ids.skip_reason)
        with self.assertRaisesRegex(UserError, "nobody to send to"):
            later.action_send()  # prepared before the other one was sent
        self.assertEqual(len(customer.sms_log_ids), 1)
        customer.sms_log_ids._set_result('pending')
        self.assertIn("Was told on", self._preview(customer).line_ids.skip_reason)
        self.company.ecount_sms_pause_days = 0
        self.assertFalse(self._preview(customer).line_ids.skip_reason)

    def test_all_overdue_customers_of_a_group(self):
        late = self._create_customer("Late", self.chiang_mai)
        early, elsewhere = self._create_customer("Early", self.north), self._create_customer("Else", self.south)
        self._owe(late, 100, due='2026-01-31')
        self._owe(early, 100, due='2099-01-31')
        self._owe(elsewhere, 100, due='2026-01-31')
        wizard = self.Wizard.create({'group_ids': [Command.set(self.north.ids)]})
        self.assertEqual(wizard.line_ids.partner_id, late)
        wizard.overdue_only = False
        self.assertEqual(wizard.line_ids.partner_id, late + early)
        self.assertEqual((wizard.send_count, wizard.part_count, wizard.skip_count), (2, 2, 0))

    def test_own_texts_and_their_mistakes(self):
        customer = self._create_customer(ref="00042")
        self._owe(customer, 100)
        self.company.ecount_sms_body = "{code} {customer}: {amount}"
        self.assertEqual(self._preview(customer).line_ids.body, f"00042 Fresh Mart: 100 {self.unit}")
        self.assertEqual(self._preview(customer, body="Hello {customer}").line_ids.body, "Hello Fresh Mart")
        with self.assertRaisesRegex(UserError, "{balance}, which does not exist. There are: {customer}"):
            self._preview(customer, body="{balance}")
        with self.assertRaisesRegex(UserError, "{customer.vat}"):
            self._preview(customer, body="{customer.vat}")
        self.company.ecount_sms_body = "   "
        self.assertIn("outstanding balance", self._preview(customer).line_ids.body)

    def test_an_emptied_text_is_not_sent(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        wizard = self._preview(customer)
        wizard.line_ids.body = " "
        with self.assertRaisesRegex(UserError, "message to Fresh Mart is empty"):
            wizard.action_send()
        self.assertFalse(customer.sms_log_ids)

    def test_the_payment_link_is_off_unless_wanted(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        self.assertNotIn("/payment/pay", self._preview(customer).line_ids.body)
        self.company.ecount_sms_payment_link = True
        self.assertIn(f"/payment/pay?amount=100.0&currency_id={self.company.currency_id.id}&partner_id={customer.id}",
                      self._preview(customer).line_ids.body)

    def test_a_rep_sends_without_accounting_or_template_rights(self):
        rep = self._create_user('rep_sms', 'ecount_customer.group_own_customers')
        mine, other = self._create_customer("Mine", user_id=rep.id), self._create_customer("Other")
        self._owe(mine, 100)
        self._owe(other, 100)
        wizard = self.Wizard.with_user(rep).create({'overdue_only': False})
        self.assertEqual(wizard.line_ids.partner_id, mine)
        wizard.action_send()
        self.assertRecordValues(mine.sms_log_ids, [{'user_id': rep.id, 'amount': 100.0, 'state': 'outgoing'}])
        self.assertEqual(self.env['ecount.sms.log'].with_user(rep).search([]), mine.sms_log_ids)
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_rule'):
            other.with_user(rep).action_balance_sms()

    def test_balances_of_a_company_that_is_not_the_users_are_not_told(self):
        customer = self._create_customer()
        other = self.env['res.company'].create({'name': "Other"})
        user = self._create_user('seller', 'ecount_customer.group_all_customers')
        values = {'partner_ids': [Command.set(customer.ids)], 'company_id': other.id}
        with self.assertRaises(AccessError):
            self.Wizard.with_user(user).create(values)
        user.company_ids += other
        self.assertEqual(len(self.Wizard.with_user(user).create(values).line_ids), 1)

    def test_who_has_no_rights_gets_no_wizard(self):
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self.Wizard.with_user(self._create_user('reader_sms')).create({})

    def test_it_is_logged_on_the_customer_without_the_amount(self):
        customer = self._create_customer()
        self._owe(customer, 98765)
        self._preview(customer).action_send()
        self.assertIn("Balance by SMS to +66812345678", customer.message_ids[0].body)
        self.assertNotIn("98,765", customer.message_ids[0].body)

    def test_a_hundred_recipients_cost_no_more_queries_than_two(self):
        group = self._create_group("Many", self.north)
        customers = [self._create_customer(f"C{number}", group) for number in range(100)]
        for customer in customers:
            self._owe(customer, 100)
        counts = []
        for some in (customers[:2], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            wizard = self._preview(*some)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(wizard.send_count, 100)
        self.assertLessEqual(counts[1], counts[0] + 1)
        self.assertLessEqual(counts[1], 30)

    def test_a_brace_without_its_pair_is_refused(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        for text in ("You owe {amount", "You owe amount}", "{{amount}}"):
            with self.assertRaisesRegex(UserError, "brace without its pair|does not exist"):
                self._preview(customer, body=text)

    def test_a_wrong_text_is_refused_in_the_settings(self):
        with self.assertRaisesRegex(UserError, "{balance}, which does not exist"):
            self.company.ecount_sms_body = "You owe {balance}"

    def test_a_message_that_failed_is_no_message(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        self._preview(customer).action_send()
        failed = customer.sms_log_ids
        self.assertEqual(self._preview(customer).line_ids.skip_reason, "A message is in the queue already")
        failed._set_result('error', "No credit")
        self._preview(customer).action_send()
        failed.action_retry()  # told by the second message: not told twice
        self.assertEqual((customer.sms_log_ids - failed).state, 'outgoing')
        self.assertRecordValues(failed, [{'state': 'canceled', 'failure_reason': "Told by a later message"}])

    def test_a_message_in_the_queue_can_be_stopped(self):
        customer = self._create_customer()
        self._owe(customer, 100)
        self._preview(customer).action_send()
        rep = self._create_user('rep_stop', 'ecount_customer.group_own_customers')
        customer.user_id = rep
        customer.sms_log_ids.with_user(rep).action_cancel()
        self.assertEqual(customer.sms_log_ids.state, 'canceled')
        self.assertEqual(self.env['sms.sms'].search([('partner_id', '=', customer.id)]).state, 'canceled')
        self.assertFalse(self._preview(customer).line_ids.skip_reason)

    def test_one_click_on_a_group_lists_all_its_overdue_customers(self):
        late, early = self._create_customer("Late", self.chiang_mai), self._create_customer("Early", self.north)
        self._owe(late, 100, due='2026-01-31')
        self._owe(early, 100, due='2099-01-31')
        wizard = self.Wizard.browse(self.north.action_balance_sms()['res_id'])
        self.assertEqual(wizard.line_ids.partner_id, late)
