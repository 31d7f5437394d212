"""Balances by SMS on the screen and as a sheet."""

import io

import openpyxl

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .sms_common import LANDLINE, SmsCommon


@tagged('post_install', '-at_install')
class TestSmsDownload(SmsCommon, HttpCase):

    def test_numbers_and_texts_are_downloaded_as_text(self):
        customer = self._create_customer("=Fresh Mart", ref="00042")
        self._owe(customer, 100)
        silent = self._create_customer("Silent Mart", no_balance_sms=True)
        self._owe(silent, 50)
        wizard = self.Wizard.with_user(self.env.ref('base.user_admin')).create(
            {'partner_ids': [Command.set([customer.id, silent.id])]})
        self.authenticate('admin', 'admin')
        response = self.url_open(wizard.action_download()['url'])
        self.assertEqual(response.status_code, 200)
        rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows())
        self.assertEqual([cell.value for cell in rows[1]][:3], ["00042", "=Fresh Mart", "+66812345678"])
        self.assertEqual({cell.data_type for cell in rows[1][:4]}, {'s'})
        # Another gateway sends whatever stands in the sheet.
        self.assertEqual([cell.value for cell in rows[2]][1:], ["Silent Mart", None, None, 0, "Wants no messages"])


@tagged('post_install', '-at_install')
class TestSmsTour(SmsCommon, HttpCase):

    def test_all_overdue_customers_are_told_in_three_clicks(self):
        told = self._create_customer("Tour Overdue Mart")
        landline = self._create_customer("Tour Landline Mart", mobile=False, phone=LANDLINE)
        self._owe(told, 100)
        self._owe(landline, 100)
        self.start_tour('/odoo/ecount-balance-sms', 'ecount_customer_balance_sms', login='admin', timeout=180)
        self.assertRecordValues(told.sms_log_ids, [{'number': "+66812345678", 'amount': 100.0, 'state': 'outgoing'}])
        self.assertFalse(landline.sms_log_ids)

    def test_the_page_of_a_customer_copies_sends_shows_and_stops(self):
        customer = self._create_customer("Page Mart")
        self._owe(customer, 100)
        self.start_tour(
            f'/odoo/res.partner/{customer.id}', 'ecount_customer_balance_sms_page', login='admin', timeout=180)
        self.assertEqual(customer.sms_log_ids.state, 'canceled')
        self.assertTrue(customer.no_balance_sms)
