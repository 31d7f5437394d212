"""Alerts through Odoo's mail queue to a real SMTP server on this machine."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .alert_common import FRIDAY, AlertMailCommon


@tagged('post_install', '-at_install')
class TestAlertMail(AlertMailCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._create_user('other_boss', 'ecount_customer.group_customer_manager')
        cls.customer = cls._create_customer("Fresh Mart", ref="00042")
        cls._invoice(cls.customer, 1234.5)
        cls.alert = cls._create_alert(user_ids=[Command.set((cls.boss + cls.other).ids)])

    def _states(self):
        return {log.user_id: log.state for log in self.alert.log_ids}

    def _count_received(self):
        # The person responsible gets Odoo's mail about the activity too.
        return sum(message['Subject'].startswith("Watch:") for message in self.smtp.received)

    def test_an_accepted_message_has_table_link_and_sheet(self):
        self._send(self.alert)
        self.assertEqual(self._states(), {self.boss: 'sent', self.other: 'sent'})
        self.assertEqual(len(self.smtp.received), 2)
        message = next(message for to, message in self._get_received().items() if 'boss@example.com' in to)
        self.assertEqual(message['Subject'], "Watch: 1 customer")
        html = message.get_body(('html',)).get_content()
        for text in ("00042", "Fresh Mart", "1,234.50", f"/odoo/{self.customer.id}/customer-desk"):
            self.assertIn(text, html)
        sheet, = message.iter_attachments()
        self.assertEqual(sheet.get_filename(), "Watch: 1 customer.xlsx")
        self.assertEqual(sheet.get_content()[:2], b'PK')

    def test_nothing_is_sent_twice(self):
        self._send(self.alert)
        self._run_cron()
        self._run_queue()
        self.assertEqual(len(self.smtp.received), 2)
        self.alert.log_ids.action_retry()  # what was sent is passed over
        self._run_queue()
        self.assertEqual(len(self.smtp.received), 2)

    def test_a_refused_recipient_does_not_stop_the_other_and_is_told(self):
        self.smtp.refused = {'other_boss@example.com'}
        self._send(self.alert)
        self.assertEqual(self._states(), {self.boss: 'sent', self.other: 'error'})
        failed = self.alert.log_ids.filtered(lambda log: log.state == 'error')
        self.assertIn("No such user here", failed.failure_reason)
        self._run_cron()
        self.assertRecordValues(self.alert.activity_ids, [{
            'user_id': self.boss.id, 'summary': "The alert Watch could not be sent"}])
        self.assertIn("No such user here", self.alert.activity_ids.note)
        self._run_cron()
        self.assertEqual(len(self.alert.activity_ids), 1, "told once")
        self.smtp.refused = set()
        failed.action_retry()
        self._run_queue()
        self.assertEqual(self._states(), {self.boss: 'sent', self.other: 'sent'})
        self.assertEqual(self._count_received(), 2)

    def test_a_server_that_is_down_leaves_messages_to_send_again(self):
        self.smtp.shutdown()
        self.smtp.server_close()
        self._send(self.alert)
        self.assertEqual(self._states(), {self.boss: 'error', self.other: 'error'})
        self.assertTrue(all(self.alert.log_ids.mapped('failure_reason')))
        self._run_cron()
        self.assertEqual(len(self.alert.activity_ids), 1)
        self.smtp = self._start_server()
        self.alert.log_ids.action_retry()
        self._run_queue()
        self.assertEqual(self._states(), {self.boss: 'sent', self.other: 'sent'})
        self.assertEqual(self._count_received(), 2)

    def test_a_user_without_address_is_an_error_that_stops_nobody(self):
        self.other.email = False
        self._send(self.alert)
        self.assertEqual(self._states(), {self.boss: 'sent', self.other: 'error'})
        self.assertEqual(len(self.smtp.received), 1)
        self._run_cron()
        self.assertIn("no valid email address", self.alert.activity_ids.note)

    def test_a_kill_before_the_commit_sends_nothing_and_the_next_run_sends_all(self):
        self.alert.next_run = FRIDAY
        with self.assertRaises(ZeroDivisionError), self.cr.savepoint():
            self.alert._send()
            self.env.flush_all()
            raise ZeroDivisionError
        self.alert.invalidate_recordset()
        self._run_queue()
        self.assertFalse(self.smtp.received)
        self._run_cron()
        self._run_queue()
        self.assertEqual(len(self.smtp.received), 2)

    def test_two_alerts_at_once_are_two_messages(self):
        second = self._create_alert(name="Second", measure='balance')
        second.next_run = FRIDAY - timedelta(hours=1)
        self._send(self.alert)
        self.assertEqual(
            sorted(message['Subject'] for message in self.smtp.received),
            ["Second: 1 customer", "Watch: 1 customer", "Watch: 1 customer"])
