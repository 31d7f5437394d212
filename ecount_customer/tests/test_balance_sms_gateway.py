"""Balances by SMS, sent through Odoo's queue to a real HTTP gateway on this machine."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.iap.tools import iap_tools
from odoo.addons.sms.tools.sms_api import SmsApi

from .sms_common import OTHER_MOBILE, SmsCommon


class Gateway(BaseHTTPRequestHandler):
    """Speaks what Odoo's SMS provider speaks; `server.answer` says what happens to each number."""

    def do_POST(self):
        params = json.loads(self.rfile.read(int(self.headers['Content-Length'])))['params']
        time.sleep(self.server.delay)
        if self.server.status != 200:
            self.send_error(self.server.status)
            return
        results = []
        for message in params['messages']:
            for number in message['numbers']:
                self.server.received.append((number['number'], message['content']))
                results.append({'uuid': number['uuid'], **self.server.answer(number['number'])})
        body = json.dumps({'jsonrpc': '2.0', 'id': None, 'result': results}).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@tagged('post_install', '-at_install')
class TestSmsGateway(SmsCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's client of the provider refuses to work in tests, for fear of real providers; ours is a test's own.
        cls.startClassPatcher(patch.object(
            iap_tools, 'modules', SimpleNamespace(module=SimpleNamespace(current_test=None))))
        cls.gateway = ThreadingHTTPServer(('127.0.0.1', 0), Gateway)
        thread = threading.Thread(target=cls.gateway.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(thread.join, 5)
        cls.addClassCleanup(cls.gateway.server_close)
        cls.addClassCleanup(cls.gateway.shutdown)
        cls.env['ir.config_parameter'].set_param('sms.endpoint', f'http://127.0.0.1:{cls.gateway.server_port}')
        cls.one, cls.two = cls._create_customer("One"), cls._create_customer("Two", mobile=OTHER_MOBILE)
        cls._owe(cls.one, 100)
        cls._owe(cls.two, 200)

    def setUp(self):
        super().setUp()
        self.gateway.received, self.gateway.status, self.gateway.delay = [], 200, 0
        self.gateway.answer = lambda _number: {'state': 'success', 'credit': 1}

    def _send(self, *customers):
        wizard = self._preview(*(customers or (self.one, self.two)))
        wizard.action_send()
        self._run_queue()
        return wizard

    def _run_queue(self):
        with mute_logger('odoo.addons.iap.tools.iap_tools', 'odoo.tools.translate'), self.enter_registry_test_mode():
            self.env.ref('sms.ir_cron_sms_scheduler_action').method_direct_trigger()

    def _states(self):
        logs = (self.one + self.two).sms_log_ids
        return {log.partner_id.name: (log.state, log.failure_reason) for log in logs}

    def test_accepted_messages_arrive_once(self):
        wizard = self._send()
        wizard.action_send()  # a second click
        self._run_queue()
        self.assertEqual(sorted(number for number, _text in self.gateway.received), ["+66812345678", "+66898765432"])
        self.assertEqual(self._states(), {"One": ('sent', False), "Two": ('sent', False)})

    def test_half_the_batch_refused(self):
        self.gateway.answer = lambda number: {
            'state': 'wrong_number_format' if number.endswith('5432') else 'success'}
        self._send()
        self.assertEqual(self._states(), {"One": ('sent', False), "Two": ('error', "Wrong Number Format")})

    def test_no_credit_then_sent_again_from_the_list(self):
        self.gateway.answer = lambda _number: {'state': 'insufficient_credit'}
        self._send()
        self.assertEqual(self._states(), dict.fromkeys(("One", "Two"), ('error', "Insufficient Credit")))
        self.gateway.answer = lambda _number: {'state': 'success'}
        self.gateway.received.clear()
        (self.one + self.two).sms_log_ids.action_retry()
        self._run_queue()
        (self.one + self.two).sms_log_ids.action_retry()  # what was sent is not sent again
        self._run_queue()
        self.assertEqual(len(self.gateway.received), 2)
        self.assertEqual(self._states(), {"One": ('sent', False), "Two": ('sent', False)})

    def test_the_reason_is_in_the_language_of_who_sent_it(self):
        self.env['res.lang']._activate_lang('ko_KR')
        self.env.user.lang = 'ko_KR'
        self.gateway.answer = lambda _number: {'state': 'insufficient_credit', 'credit': 0}
        self._send()
        korean = dict(self.env['sms.sms'].with_context(lang='ko_KR').fields_get(
            ['failure_type'])['failure_type']['selection'])['sms_credit']
        self.assertEqual(self.one.sms_log_ids.failure_reason, korean)

    def test_the_providers_own_words_are_kept(self):
        self.gateway.answer = lambda _number: {'state': 'wrong_number_format', 'failure_reason': "No such subscriber"}
        self._send(self.one)
        self.assertEqual(self._states(), {"One": ('error', "No such subscriber")})

    def test_a_broken_gateway_leaves_messages_to_send_again(self):
        self.gateway.status = 500
        self._send()
        self.assertEqual(self._states(), dict.fromkeys(("One", "Two"), ('error', "Server Error")))
        self.gateway.status = 200
        self.one.sms_log_ids.action_retry()
        self._run_queue()
        self.assertEqual(self._states(), {"One": ('sent', False), "Two": ('error', "Server Error")})

    def test_a_gateway_that_does_not_answer(self):
        self.env['ir.config_parameter'].set_param('sms.endpoint', 'http://127.0.0.1:9')  # nobody listens
        self._send(self.one)
        self.assertEqual(self._states(), {"One": ('error', "Server Error")})

    def test_a_slow_gateway_is_waited_for(self):
        self.gateway.delay = 2
        self._send(self.one)
        self.assertEqual(self._states(), {"One": ('sent', False)})
        self.assertEqual(len(self.gateway.received), 1)

    def test_reports_of_delivery_come_later(self):
        self._send()
        one, two = self.one.sms_log_ids, self.two.sms_log_ids
        trackers = self.env['sms.tracker'].search([('sms_uuid', 'in', (one + two).mapped('uuid'))]).grouped('sms_uuid')
        trackers[one.uuid]._action_update_from_sms_state('sent')
        trackers[two.uuid]._action_update_from_provider_error('rejected')
        self.assertEqual(self._states(), {"One": ('delivered', False), "Two": ('error', "Rejected")})
        trackers[one.uuid]._action_update_from_sms_state('pending')  # an earlier report that arrives late
        self.assertEqual(one.state, 'delivered')

    def test_a_time_out_is_an_error_that_can_be_sent_again(self):
        contact = SmsApi._contact_iap
        self.gateway.delay = 11  # tests wait for an answer for 10 seconds at least
        with patch.object(SmsApi, '_contact_iap', lambda api, endpoint, params, timeout=15: contact(
                api, endpoint, params, timeout=10)):
            self._send(self.one)
        self.assertEqual(self._states(), {"One": ('error', "Server Error")})
