"""A second click while messages are being sent, and two people at once: real connections."""

from psycopg2.errors import LockNotAvailable, UniqueViolation

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import common, tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install')
class TestBalanceSmsConcurrently(common.BaseCase):

    def setUp(self):
        super().setUp()
        self.registry = Registry(common.get_db_name())
        self.first, self.second = self._open(), self._open()
        setup = self._open()
        self.customer_id = setup['res.partner'].create({
            'name': "Concurrent Mart", 'is_company': True, 'mobile': "+66812345678"}).id
        self.wizard_ids = [setup['ecount.balance.sms'].create({
            'partner_ids': [Command.set([self.customer_id])]}).id for _number in range(2)]
        # It owes nothing in this database; the preview of an earlier moment may say otherwise.
        setup['ecount.balance.sms.line'].search([('wizard_id', 'in', self.wizard_ids)]).write({
            'amount': 100, 'skip_reason': False, 'body': "You owe 100"})
        setup.cr.commit()
        self.addCleanup(self._delete_records, setup)

    def _open(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def _delete_records(self, env):
        env.cr.rollback()
        logs = env['ecount.sms.log'].search([('partner_id', '=', self.customer_id)])
        env['sms.sms'].search([('uuid', 'in', logs.mapped('uuid'))]).unlink()
        env['sms.tracker'].search([('sms_uuid', 'in', logs.mapped('uuid'))]).unlink()
        env['ecount.balance.sms'].browse(self.wizard_ids).unlink()
        logs.unlink()
        env['res.partner'].browse(self.customer_id).unlink()
        env.cr.commit()

    def _count_messages(self):
        env = self._open()
        return env['sms.sms'].search_count([('partner_id', '=', self.customer_id)])

    def test_a_second_click_while_sending_sends_nothing(self):
        wizards = [env['ecount.balance.sms'].browse(self.wizard_ids[0]) for env in (self.first, self.second)]
        wizards[0].action_send()
        with self.assertRaisesRegex(UserError, "being sent already"):
            wizards[1].action_send()
        self.second.cr.rollback()
        self.first.cr.commit()
        wizards[1].action_send()  # and after it: shows what was sent
        self.second.cr.commit()
        self.assertEqual(self._count_messages(), 1)

    def test_two_people_sending_at_once_send_one_message(self):
        wizards = [
            env['ecount.balance.sms'].browse(id_) for env, id_ in zip((self.first, self.second), self.wizard_ids)]
        wizards[0].action_send()
        self.second.cr.execute("SET LOCAL lock_timeout = '500ms'")
        with self.assertRaises((UniqueViolation, LockNotAvailable)), mute_logger('odoo.sql_db'):
            wizards[1].action_send()  # it waits for the first, here not for long
        self.second.cr.rollback()
        self.first.cr.commit()
        with self.assertRaisesRegex(UserError, "nobody to send to"):
            wizards[1].action_send()
        self.second.cr.rollback()
        self.assertEqual(self._count_messages(), 1)
