"""Putting away while others enter documents: real connections, each with its own transaction."""

import threading

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Date
from odoo.modules.registry import Registry
from odoo.tests import common, tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install')
class TestPutAwayConcurrently(common.BaseCase):

    def setUp(self):
        super().setUp()
        self.registry = Registry(common.get_db_name())
        with self._transaction() as env:
            customer = env['res.partner'].create({'name': "Concurrent Mart", 'is_company': True})
            other = env['res.partner'].create({'name': "Quiet Mart", 'is_company': True})
            contact = env['res.partner'].create({'name': "Concurrent Nok", 'parent_id': customer.id})
            env.cr.execute("UPDATE res_partner SET create_date = '2020-01-01' WHERE id IN %s",
                           [tuple((customer + other + contact).ids)])
        self.customer_id, self.other_id, self.contact_id = customer.id, other.id, contact.id
        self.addCleanup(self._delete_records)

    def _transaction(self):
        return _Transaction(self.registry)

    def _delete_records(self):
        with self._transaction() as env:
            partners = env['res.partner'].browse([self.contact_id, self.customer_id, self.other_id])
            orders = env['sale.order'].search([('partner_id', 'in', partners.ids)])
            orders.action_cancel()
            orders.unlink()
            partners.unlink()

    def _put_away(self, env):
        customers = env['res.partner'].browse([self.customer_id, self.other_id])
        done, reasons = customers._put_away(Date.to_date('2024-01-01'))
        return done.ids, reasons

    def _is_active(self):
        with self._transaction() as env:
            return env['res.partner'].browse(self.customer_id).active

    def test_a_customer_being_named_at_this_moment_is_left_alone(self):
        for partner_id in (self.customer_id, self.contact_id):
            with self._transaction() as clerk:
                clerk['sale.order'].create({'partner_id': partner_id})
                clerk.flush_all()
                with self._transaction() as manager:
                    done, reasons = self._put_away(manager)
                    self.assertEqual(done, [self.other_id])
                    self.assertEqual(reasons, {self.customer_id: "Being used at this moment"})
                    manager.cr.rollback()
                clerk.cr.rollback()
        self.assertTrue(self._is_active())

    def test_an_order_committed_after_our_snapshot_is_seen(self):
        with self._transaction() as manager:
            manager.cr.execute("SELECT 1 FROM res_partner LIMIT 1")  # the snapshot is from before the order
            with self._transaction() as clerk:
                name = clerk['sale.order'].create({'partner_id': self.contact_id}).name
            done, reasons = self._put_away(manager)
            self.assertEqual(done, [self.other_id])
            self.assertEqual(reasons, {self.customer_id: f"Unfinished documents (1): {name}"})
        self.assertTrue(self._is_active())

    def test_an_order_that_comes_later_waits_and_is_refused(self):
        outcome = []
        # Opened here: another thread would wait for the registry, which the running tests hold.
        attempts = [self._transaction(), self._transaction()]
        environments = [attempt.__enter__() for attempt in attempts]

        def enter_order():
            for clerk in environments:  # as the server repeats a request
                try:
                    clerk['sale.order'].create({'partner_id': self.customer_id})
                    clerk.cr.commit()
                    outcome.append("created")
                except SerializationFailure:
                    outcome.append("repeated")
                    clerk.cr.rollback()
                except UserError as error:
                    outcome.append(str(error))
                    clerk.cr.rollback()
        self.enterContext(mute_logger('odoo.sql_db'))
        with self._transaction() as manager:
            done, _reasons = self._put_away(manager)
            self.assertIn(self.customer_id, done)
            thread = threading.Thread(target=enter_order)
            thread.start()
            thread.join(1)
            self.assertTrue(thread.is_alive(), "the order waits for us")
        thread.join(30)
        for attempt in attempts:
            attempt.__exit__(None, None, None)
        self.assertEqual(outcome[0], "repeated")
        self.assertIn("Concurrent Mart was put away on", outcome[1])
        self.assertFalse(self._is_active())


class _Transaction:
    """An environment on a connection of its own; committed at the end unless an error comes out."""

    def __init__(self, registry):
        self.registry = registry

    def __enter__(self):
        self.cr = self.registry.cursor()
        return api.Environment(self.cr, SUPERUSER_ID, {})

    def __exit__(self, error_type, _error, _traceback):
        try:
            if error_type is None:
                self.cr.commit()  # pylint: disable=invalid-commit; a connection of its own
        finally:
            self.cr.close()
