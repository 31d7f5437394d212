"""When alerts are due: days, months, time zones, and a server that was down."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..alert_schedule import get_next_run, get_period
from .alert_common import FRIDAY, AlertCommon


@tagged('post_install', '-at_install')
class TestAlertSchedule(AlertCommon):

    def _next(self, frequency, after, hour=17.0, weekday=4, month_day=31, timezone='Asia/Bangkok'):
        return get_next_run(frequency, weekday, month_day, hour, timezone, after)

    def test_an_hour_is_one_of_the_companys_time_zone(self):
        self.assertEqual(self._next('daily', datetime(2026, 3, 20, 9, 59)), datetime(2026, 3, 20, 10))
        self.assertEqual(self._next('daily', datetime(2026, 3, 20, 10)), datetime(2026, 3, 21, 10))
        self.assertEqual(self._next('daily', datetime(2026, 3, 20, 17, 1), hour=0.5), datetime(2026, 3, 20, 17, 30))

    def test_a_week_day_is_one_there_too(self):
        # Friday, half past midnight in Bangkok is still Thursday in UTC.
        self.assertEqual(self._next('weekly', datetime(2026, 3, 18), hour=0.5), datetime(2026, 3, 19, 17, 30))
        self.assertEqual(self._next('weekly', FRIDAY), datetime(2026, 3, 27, 10))

    def test_the_31st_is_the_last_day_of_a_short_month(self):
        self.assertEqual(self._next('monthly', datetime(2026, 2, 1)), datetime(2026, 2, 28, 10))
        self.assertEqual(self._next('monthly', datetime(2028, 2, 1)), datetime(2028, 2, 29, 10))
        self.assertEqual(self._next('monthly', datetime(2026, 4, 30, 10)), datetime(2026, 5, 31, 10))
        self.assertEqual(self._next('monthly', datetime(2026, 12, 15), month_day=1), datetime(2027, 1, 1, 10))

    def test_what_is_sent_before_it_is_due_is_about_now(self):
        alert = self._create_alert()
        alert.next_run = fields.Datetime.now() + timedelta(days=5)
        self.assertLessEqual(alert._get_due_moment(), fields.Datetime.now())

    def test_summer_time_moves_the_moment_and_not_the_hour(self):
        berlin = {'timezone': 'Europe/Berlin', 'hour': 8.0}
        self.assertEqual(self._next('daily', datetime(2026, 3, 28, 0), **berlin), datetime(2026, 3, 28, 7))
        self.assertEqual(self._next('daily', datetime(2026, 3, 28, 12), **berlin), datetime(2026, 3, 29, 6))
        self.assertEqual(self._next('daily', datetime(2026, 10, 24, 12), **berlin), datetime(2026, 10, 25, 7))

    def test_an_hour_that_is_skipped_or_comes_twice_is_one_moment_a_day(self):
        berlin = {'timezone': 'Europe/Berlin', 'hour': 2.5}
        skipped = self._next('daily', datetime(2026, 3, 28, 12), **berlin)
        self.assertEqual(skipped, datetime(2026, 3, 29, 1, 30))  # the clocks show 3:30
        self.assertEqual(self._next('daily', skipped, **berlin), datetime(2026, 3, 30, 0, 30))
        first = self._next('daily', datetime(2026, 10, 24, 12), **berlin)
        self.assertEqual(first, datetime(2026, 10, 25, 0, 30))
        self.assertEqual(self._next('daily', first, **berlin), datetime(2026, 10, 26, 1, 30))

    def test_periods(self):
        expected = {
            'today': (date(2026, 3, 20), date(2026, 3, 20)), 'yesterday': (date(2026, 3, 19), date(2026, 3, 19)),
            'this_week': (date(2026, 3, 16), date(2026, 3, 20)), 'last_week': (date(2026, 3, 9), date(2026, 3, 15)),
            'this_month': (date(2026, 3, 1), date(2026, 3, 20)), 'last_month': (date(2026, 2, 1), date(2026, 2, 28)),
            'this_year': (date(2026, 1, 1), date(2026, 3, 20)), 'last_days': (date(2026, 3, 14), date(2026, 3, 20))}
        for period, days in expected.items():
            self.assertEqual(get_period(period, 7, date(2026, 3, 20)), days, period)

    def test_the_day_is_that_of_the_companys_calendar(self):
        alert = self._create_alert(period='today')
        # 0:30 on the 21st in Bangkok
        self.assertEqual(alert._get_days(datetime(2026, 3, 20, 17, 30)), (date(2026, 3, 21),) * 3)

    def test_the_time_zone_is_the_companys_else_its_countrys(self):
        company = self.env['res.company'].create({'name': "Zone", 'country_id': self.env.ref('base.th').id})
        company.partner_id.tz = False
        self.assertEqual(company._get_alert_timezone(), 'Asia/Bangkok')
        company.country_id = self.env.ref('base.us')  # has many
        self.assertEqual(company._get_alert_timezone(), 'UTC')
        company.ecount_timezone = 'Asia/Seoul'
        self.assertEqual(company._get_alert_timezone(), 'Asia/Seoul')

    def test_an_alert_switched_off_has_no_next_moment(self):
        alert = self._create_alert(active=False)
        self.assertFalse(alert.next_run)
        alert.active = True
        self.assertGreater(alert.next_run, fields.Datetime.now())
        before = alert.next_run
        self.company.partner_id.tz = 'Europe/Berlin'
        self.assertNotEqual(alert.next_run, before)

    def test_a_server_that_was_down_sends_once_about_the_day_that_was_meant(self):
        self._invoice(self._create_customer(), 100, date='2026-03-18')
        alert = self._create_alert(period='this_week')
        alert.next_run = FRIDAY - timedelta(weeks=3)
        monday = FRIDAY + timedelta(days=3)  # another week, in which nothing was sold
        self._run_cron(monday)
        self._run_cron(monday)
        self.assertRecordValues(alert.log_ids, [{'customer_count': 1, 'user_id': self.boss.id, 'state': 'outgoing'}])
        self.assertRecordValues(alert, [{
            'next_run': FRIDAY + timedelta(weeks=1), 'last_run': monday, 'last_count': 1}])

    def test_what_is_not_due_is_not_sent(self):
        self._invoice(self._create_customer(), 100)
        alert, off = self._create_alert(), self._create_alert(active=False)
        alert.next_run = FRIDAY + timedelta(minutes=6)
        self._run_cron()
        self.assertFalse((alert + off).log_ids)
        self._run_cron(FRIDAY + timedelta(minutes=6))
        self.assertEqual(len(alert.log_ids), 1)

    def test_an_alert_that_fails_stops_no_other_and_the_person_responsible_is_told(self):
        self._invoice(self._create_customer(), 100)
        broken, sound = self._create_alert(name="Broken"), self._create_alert(name="Sound")
        broken.next_run, sound.next_run = FRIDAY - timedelta(days=1), FRIDAY
        native = type(broken)._get_rows

        def get_rows(alert, moment):
            if alert.name == "Broken":
                alert.env.cr.execute("SELECT 1 FROM no_such_table")
            return native(alert, moment)
        with patch.object(type(broken), '_get_rows', get_rows), \
                mute_logger('odoo.sql_db', 'odoo.addons.ecount_customer.models.ecount_ledger_alert'):
            self._run_cron()
        self.assertEqual(sound.log_ids.mapped('state'), ['outgoing'])
        self.assertEqual(broken.log_ids.mapped('state'), ['error'])
        self.assertIn("no_such_table", broken.log_ids.failure_reason)
        self.assertRecordValues(broken.activity_ids, [{
            'user_id': self.boss.id, 'summary': "The alert Broken could not be sent"}])
        self.assertEqual(broken.next_run, FRIDAY + timedelta(weeks=1))
        self.assertFalse(sound.activity_ids)

    def test_a_failure_of_somebody_who_left_is_told_to_an_administrator(self):
        alert = self._create_alert()
        self.boss.active = False
        self.assertTrue(alert._get_responsible().has_group('base.group_system'))

    def test_wrong_schedules_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "between 1 and 3660 days, not 0"):
            self._create_alert(period='last_days', period_days=0)
        for values in ({'hour': 24}, {'hour': -1}, {'month_day': 32}, {'days': -1}):
            with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
                self._create_alert(**values).flush_recordset()

    def test_the_example_is_shipped_switched_off(self):
        example = self.env.ref('ecount_customer.ecount_ledger_alert_weekly_sales')
        self.assertRecordValues(example, [{
            'active': False, 'measure': 'sales', 'frequency': 'weekly', 'weekday': '4', 'operator': '>'}])
        example.write({'active': True, 'user_ids': [Command.set(self.boss.ids)]})
        self.assertEqual(fields.Datetime.context_timestamp(
            example.with_context(tz=example.timezone), example.next_run).weekday(), 4)
