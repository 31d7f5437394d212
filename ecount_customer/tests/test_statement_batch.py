"""Statements of many customers: sent in the background, one by one."""

import io
import shutil
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader

from .test_receivable import ReceivableCommon

MODULE = 'odoo.addons.ecount_customer'


@tagged('post_install', '-at_install')
class TestStatementBatch(ReceivableCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('account.group_account_invoice')
        cls.customers = cls.env['res.partner'].create([
            {'name': f"Customer {number}", 'is_company': True, 'email': f"c{number}@example.com"}
            for number in range(3)])
        cls.customers[2].email = False
        for customer in cls.customers:
            cls._make_move(100, '2026-06-01', partner=customer)
        cls.env.flush_all()

    def _send(self, customers=None, user=None):
        wizard = self.env['ecount.statement.wizard'].with_user(user or self.env.user).create({
            'partner_ids': [Command.set((customers or self.customers).ids)], 'layout': 'open'})
        action = wizard.action_send()
        return self.env[action['res_model']].browse(action['res_id'])

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref('ecount_customer.ir_cron_send_statements').method_direct_trigger()

    def test_several_are_printed_as_one_pdf(self):
        # Debian's wkhtmltopdf takes one document at a time; Odoo skips a test that gives it several.
        if not shutil.which('wkhtmltopdf'):
            self.skipTest("wkhtmltopdf, which makes PDFs, could not be installed on this machine")
        with mute_logger('odoo.addons.base.models.ir_actions_report'):
            content, kind = self.env['ir.actions.report'].with_context(
                force_report_rendering=True)._render_qweb_pdf('ecount_customer.report_statement', self.customers.ids)
        self.assertEqual(kind, 'pdf')
        self.assertEqual(PdfFileReader(io.BytesIO(content), strict=False).getNumPages(), len(self.customers))

    def test_several_are_sent_by_the_job_with_progress(self):
        batch = self._send()
        self.assertRecordValues(batch, [{
            'state': 'running', 'customer_count': 3, 'waiting_count': 2, 'sent_count': 0, 'failed_count': 1}])
        self.assertFalse(self.customers[0].message_ids.attachment_ids)
        self._run_job()
        self.env.invalidate_all()
        self.assertRecordValues(batch, [{'state': 'done', 'sent_count': 2, 'failed_count': 1, 'progress': 100}])
        self.assertEqual(batch.line_ids.mapped('state'), ['sent', 'sent', 'failed'])
        self.assertEqual(batch.line_ids[2].reason, "No email address")
        for customer in self.customers[:2]:
            message = customer.message_ids.filtered('attachment_ids')
            self.assertEqual((message.partner_ids, len(message.attachment_ids)), (customer, 1))
            self.assertEqual(message.author_id, self.env.user.partner_id)
        self._run_job()  # again: nobody gets a second one
        self.assertEqual(len(self.customers[0].message_ids.filtered('attachment_ids')), 1)

    def test_one_that_fails_does_not_hold_up_the_others(self):
        batch = self._send()
        send = type(self.env['ecount.statement.wizard'])._send_to

        def fail(wizard, partner):
            if partner == self.customers[0]:
                raise ValueError("broken")
            return send(wizard, partner)

        with patch.object(type(self.env['ecount.statement.wizard']), '_send_to', fail), \
                mute_logger(f'{MODULE}.models.ecount_statement_batch_line'):
            self._run_job()
        self.env.invalidate_all()
        self.assertEqual(batch.line_ids.mapped('state'), ['failed', 'sent', 'failed'])

    def test_stopping_leaves_out_the_rest(self):
        batch = self._send()
        batch.action_stop()
        self._run_job()
        self.assertEqual(batch.line_ids.mapped('state'), ['stopped', 'stopped', 'failed'])

    def test_the_job_has_the_rights_of_who_asked(self):
        clerk = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Clerk", 'login': 'clerk', 'group_ids': [Command.set([
                self.env.ref('account.group_account_invoice').id,
                self.env.ref('ecount_customer.group_all_customers').id])]})
        batch = self._send(user=clerk)
        clerk.group_ids -= self.env.ref('account.group_account_invoice')
        self._run_job()
        self.env.invalidate_all()
        self.assertEqual(batch.sudo().line_ids.mapped('state'), ['failed'] * 3)

    def test_nobody_else_sees_or_writes_them(self):
        batch = self._send()
        other = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Other", 'login': 'other_clerk', 'group_ids': [Command.set([
                self.env.ref('account.group_account_invoice').id,
                self.env.ref('ecount_customer.group_all_customers').id])]})
        self.assertFalse(batch.with_user(other).search([]))
        with self.assertRaises(AccessError):
            batch.with_user(other).action_stop()
        with self.assertRaises(AccessError):
            batch.with_user(self.env.user).sudo(False).write({'user_id': other.id})
        with self.assertRaises(AccessError):
            self.env['ecount.statement.batch'].with_user(other).create({
                'user_id': self.env.uid, 'company_id': self.env.company.id, 'layout': 'open', 'date_to': '2026-01-01'})

    def test_nobody_with_an_address_is_refused(self):
        self.customers.email = False
        with self.assertRaisesRegex(UserError, "Customer 0, Customer 1"):
            self._send()

    def test_from_the_report_for_the_customers_of_the_rows(self):
        rows = self.Report.search([('partner_id', 'in', self.customers.ids)])
        action = rows.action_statement()
        self.assertEqual(sorted(action['context']['default_partner_ids']), sorted(self.customers.ids))
        self.assertEqual(action['context']['default_layout'], 'open')
        action = rows.with_context(ecount_as_of='2026-06-15').action_statement()
        self.assertEqual(action['context']['default_date_to'], '2026-06-15')
        self.env.user.group_ids |= self.env.ref('ecount_customer.group_own_customers')
        sms = rows.action_balance_sms()
        self.assertEqual(self.env[sms['res_model']].browse(sms['res_id']).partner_ids, self.customers)
