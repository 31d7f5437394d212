"""Customers with sales, receipts and debts, alerts about them, and a mail server of this test."""

import email
import email.policy
import socketserver
import threading
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import EcountCommon

FRIDAY = datetime(2026, 3, 20, 10)  # 17:00 in Bangkok


class AlertCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.partner_id.tz = 'Asia/Bangkok'
        if not cls.company.chart_template:
            cls.env['account.chart.template'].try_loading('generic_coa', cls.company, install_demo=False)
        cls.Alert, cls.Log = cls.env['ecount.ledger.alert'], cls.env['ecount.ledger.alert.log']
        cls.boss = cls._create_user('boss', 'ecount_customer.group_customer_manager')
        # Whatever the database holds, these tests are about their own customers.
        cls.all = cls._create_group("All of this test")

    @classmethod
    def _create_customer(cls, name="Fresh Mart", *groups, **values):
        return super()._create_customer(name, *(groups or [cls.all]), **values)

    @classmethod
    def _create_alert(cls, **values):
        return cls.Alert.create({
            'name': "Watch", 'measure': 'sales', 'period': 'this_month', 'operator': '>', 'amount': 0,
            'group_ids': [Command.set(cls.all.ids)], 'user_ids': [Command.set(cls.boss.ids)],
            'responsible_id': cls.boss.id, **values})

    @classmethod
    def _invoice(cls, customer, amount, date='2026-03-18', due='2026-04-18', **line):
        move = cls.env['account.move'].create({
            'move_type': 'out_invoice' if amount > 0 else 'out_refund', 'partner_id': customer.id,
            'invoice_date': date, 'invoice_date_due': due, 'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({
                'name': "Rice", 'price_unit': abs(amount), 'tax_ids': [], **line})]})
        move.action_post()
        return move

    @classmethod
    def _pay(cls, customer, amount, date='2026-03-19', **values):
        payment = cls.env['account.payment'].create({
            'partner_id': customer.id, 'partner_type': 'customer', 'payment_type': 'inbound', 'amount': amount,
            'date': date, **values})
        payment.action_post()
        return payment

    def _find(self, alert, moment=FRIDAY):
        """Return the first figure of each customer found, by name."""
        rows = alert._get_rows(moment)
        return {self.Partner.browse(row[0]).name: float(row[2] or 0) for row in rows}

    def _run_cron(self, now=FRIDAY + timedelta(minutes=5)):
        with freeze_time(now), self.enter_registry_test_mode():
            self.env.ref('ecount_customer.ir_cron_ledger_alert').method_direct_trigger()


class SmtpHandler(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as a client needs; `server.refused` are the addresses that it does not know."""

    def handle(self):
        self.server.connections += 1
        self._answer(220, "test")
        while line := self.rfile.readline().decode().strip():
            command = line.split()[0].upper()
            if command == 'RCPT' and any(address in line for address in self.server.refused):
                self._answer(550, "No such user here")
            elif command == 'DATA':
                self._answer(354, "go on")
                self._receive()
                self._answer(250, "accepted")
            elif command == 'QUIT':
                self._answer(221, "bye")
                return
            else:
                self._answer(250, "ok")

    def _answer(self, code, text):
        self.wfile.write(f"{code} {text}\r\n".encode())

    def _receive(self):
        lines = []
        while (line := self.rfile.readline()) != b'.\r\n':
            lines.append(line[1:] if line.startswith(b'.') else line)
        self.server.received.append(email.message_from_bytes(b''.join(lines), policy=email.policy.default))


class SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), SmtpHandler)
        self.received, self.refused, self.connections = [], set(), 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class AlertMailCommon(AlertCommon):
    """Odoo's mail queue sends to a real server on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo sends no mail in tests, for fear of real servers; this one is a test's own.
        cls.startClassPatcher(patch.object(IrMail_Server, '_disable_send', classmethod(lambda cls: False)))
        cls.env['ir.mail_server'].search([]).active = False
        cls.env['mail.mail'].search([('state', '=', 'outgoing')]).cancel()
        cls.mail_server = cls.env['ir.mail_server'].create({
            'name': "Test", 'smtp_host': '127.0.0.1', 'smtp_encryption': 'none'})
        cls.company.email = 'office@example.com'

    def setUp(self):
        super().setUp()
        self.smtp = self._start_server()

    def _start_server(self):
        server = SmtpServer()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.mail_server.smtp_port = server.server_address[1]
        return server

    def _run_queue(self):
        with mute_logger('odoo.addons.mail.models.mail_mail', 'odoo.addons.base.models.ir_mail_server'), \
                self.enter_registry_test_mode():
            self.env.ref('mail.ir_cron_mail_scheduler_action').method_direct_trigger()

    def _send(self, alert):
        """Let the alert be due, and its messages leave."""
        alert.next_run = FRIDAY
        self._run_cron()
        self._run_queue()
        return alert.log_ids

    def _get_received(self):
        return {message['To']: message for message in self.smtp.received}
