"""Orders confirmed at the same instant: real connections, each in its own thread and transaction."""

import random
import threading
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import common, tagged
from odoo.tools import mute_logger

ROUNDS = 50


@tagged('post_install', '-at_install')
class TestCreditConcurrency(common.BaseCase):

    def setUp(self):
        super().setUp()
        self.registry = Registry(common.get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            customers = env['res.partner'].create([
                {'name': f"Concurrent {n}", 'credit_policy': 'block', 'credit_limit': 1000.0} for n in range(2)])
            product = env['product.product'].create({'name': "Concurrent rice", 'type': 'service', 'list_price': 1.0})
            self.customer_ids, self.product_id = customers.ids, product.id
        self.addCleanup(self._delete_records)

    def _delete_records(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            orders = env['sale.order'].search([('partner_id', 'in', self.customer_ids)])
            orders._action_cancel()
            orders.unlink()
            env['ecount.credit.lock'].search([('customer_id', 'in', self.customer_ids)]).unlink()
            env['res.partner'].browse(self.customer_ids).unlink()
            env['product.product'].browse(self.product_id).unlink()

    def _create_orders(self, amount, count, customer=0):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env['sale.order'].create([{
                'partner_id': self.customer_ids[customer],
                'order_line': [Command.create({
                    'product_id': self.product_id, 'product_uom_qty': 1, 'price_unit': amount,
                    'tax_ids': [Command.clear()]})],
            } for _i in range(count)]).ids

    def _confirm_together(self, batches):
        """Confirm each batch in a thread of its own, as the server would: with its retries.

        :return: for each batch True or the error
        """
        barrier = threading.Barrier(len(batches))
        outcomes = [None] * len(batches)
        cursors = [self.registry.cursor() for _batch in batches]

        def confirm(number):
            env = api.Environment(cursors[number], SUPERUSER_ID, {})
            try:
                barrier.wait()
                retrying(lambda: env['sale.order'].browse(batches[number]).action_confirm(), env)
                cursors[number].commit()
                outcomes[number] = True
            except Exception as error:  # whatever it is, the test looks at it
                cursors[number].rollback()
                outcomes[number] = error

        threads = [threading.Thread(target=confirm, args=(number,)) for number in range(len(batches))]
        # A retry asks for the registry, whose lock the running tests hold.
        with patch.object(Registry, '_lock', threading.RLock()):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        for cursor in cursors:
            cursor.close()
        return outcomes

    def _confirmed(self, order_ids):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return env['sale.order'].browse(order_ids).filtered(lambda order: order.state == 'sale').ids

    def _forget(self, order_ids):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})['sale.order'].browse(order_ids)._action_cancel()

    @mute_logger('odoo.service.model')
    def test_of_two_orders_that_fit_only_one_by_one_exactly_one_is_confirmed(self):
        uniform = random.uniform
        with patch('odoo.service.model.random.uniform', lambda low, high: uniform(low, high / 50)):
            for _round in range(ROUNDS):
                order_ids = self._create_orders(600.0, 2)
                outcomes = self._confirm_together([[id_] for id_ in order_ids])
                self.assertEqual(sum(outcome is True for outcome in outcomes), 1, outcomes)
                refused = next(outcome for outcome in outcomes if outcome is not True)
                self.assertIsInstance(refused, UserError)
                self.assertIn("over by", str(refused))
                self.assertEqual(len(self._confirmed(order_ids)), 1)
                self._forget(order_ids)

    @mute_logger('odoo.service.model')
    def test_twenty_at_once_for_one_customer_never_pass_the_limit(self):
        order_ids = self._create_orders(100.0, 20)
        # On a loaded machine so many may collide more often than Odoo tries again; the limit holds either way.
        with patch('odoo.service.model.MAX_TRIES_ON_CONCURRENCY_FAILURE', 20):
            outcomes = self._confirm_together([[id_] for id_ in order_ids])
        self.assertEqual(sum(outcome is True for outcome in outcomes), 10, outcomes)
        self.assertTrue(all(outcome is True or isinstance(outcome, UserError) for outcome in outcomes), outcomes)
        self.assertEqual(len(self._confirmed(order_ids)), 10)

    @mute_logger('odoo.service.model')
    def test_batches_in_opposite_order_do_not_wait_for_each_other(self):
        uniform = random.uniform
        with patch('odoo.service.model.random.uniform', lambda low, high: uniform(low, high / 50)):
            for _round in range(5):
                first = self._create_orders(100.0, 2, customer=0)
                second = self._create_orders(100.0, 2, customer=1)
                outcomes = self._confirm_together([[first[0], second[0]], [second[1], first[1]]])
                self.assertEqual(outcomes, [True, True])
                self._forget(first + second)
