from unittest.mock import patch

import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


@tagged('post_install', '-at_install')
class TestMergeConcurrent(BaseCase):
    """Two people merge the same customer at once, on connections of their own."""

    def setUp(self):
        super().setUp()
        self.registry = odoo.modules.registry.Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.ids = env['res.partner'].create([
                {'name': f"Concurrent {number}", 'is_company': True} for number in range(3)]).ids
        self.addCleanup(self._delete)

    def _delete(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            partners = env['res.partner'].with_context(active_test=False).browse(self.ids).exists()
            env['ecount.merge.log'].search([('source_ids', 'in', partners.ids)]).unlink()
            orders = env['sale.order'].search([('partner_id', 'in', partners.ids)])
            orders.unlink()
            partners.merged_into_id = False
            partners.unlink()

    def test_the_second_merge_of_a_customer_gets_a_clear_message(self):
        merged, first, second = self.ids
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env['res.partner']._merge_customers(env['res.partner'].browse(merged), env['res.partner'].browse(first))
            with self.registry.cursor() as other_cr:
                Partner = api.Environment(other_cr, SUPERUSER_ID, {})['res.partner']
                with self.assertRaisesRegex(UserError, "Somebody is merging one of these customers.*Concurrent 0"):
                    Partner._merge_customers(Partner.browse(merged), Partner.browse(second))
        with self.registry.cursor() as cr:
            Partner = api.Environment(cr, SUPERUSER_ID, {})['res.partner']
            with self.assertRaisesRegex(UserError, "was merged into Concurrent 1 already"):
                Partner._merge_customers(Partner.browse(merged), Partner.browse(second))

    def test_an_order_committed_between_the_first_read_and_the_lock_moves_too(self):
        merged, kept, _other = self.ids
        tries, orders = [], []

        def merge():
            Partner = env['res.partner']
            Partner.browse(merged).name  # the transaction sees the database as it is now  # noqa: B018
            if not tries:
                with self.registry.cursor() as other_cr:
                    order = api.Environment(other_cr, SUPERUSER_ID, {})['sale.order'].create({'partner_id': merged})
                    orders.append(order.id)
            tries.append(1)
            return Partner._merge_customers(Partner.browse(merged), Partner.browse(kept)).id

        with self.registry.cursor() as cr, mute_logger('odoo.service.model'), \
                patch('odoo.service.model.time.sleep'):
            env = api.Environment(cr, SUPERUSER_ID, {})
            log_id = retrying(merge, env)
        self.assertEqual(len(tries), 2, "the first merge did not see the order and was repeated")
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            order = env['sale.order'].browse(orders)
            partners = order.partner_id | order.partner_invoice_id | order.partner_shipping_id
            self.assertEqual(partners.ids, [kept])
            log = env['ecount.merge.log'].browse(log_id)
            self.assertEqual(log.line_ids.filtered(lambda line: line.model == 'sale.order').count, 1)
            log.action_undo()
            self.assertEqual(order.partner_id.id, merged)

    def test_without_repetition_a_document_not_seen_stops_the_merge_in_words(self):
        merged, kept, _other = self.ids
        with self.registry.cursor() as cr:
            Partner = api.Environment(cr, SUPERUSER_ID, {})['res.partner']
            Partner.browse(merged).name  # noqa: B018
            with self.registry.cursor() as other_cr:
                api.Environment(other_cr, SUPERUSER_ID, {})['sale.order'].create({'partner_id': merged})
            with self.assertRaisesRegex(ConcurrencyError, "entered for one of these customers.*Concurrent 0"):
                Partner._merge_customers(Partner.browse(merged), Partner.browse(kept))
            cr.rollback()

    def test_an_order_being_entered_stops_the_merge_in_words(self):
        merged, kept, _other = self.ids
        with self.registry.cursor() as other_cr:
            api.Environment(other_cr, SUPERUSER_ID, {})['sale.order'].create({'partner_id': merged})
            other_cr.flush()
            with self.registry.cursor() as cr:
                Partner = api.Environment(cr, SUPERUSER_ID, {})['res.partner']
                with self.assertRaisesRegex(UserError, "entering something for it"):
                    Partner._merge_customers(Partner.browse(merged), Partner.browse(kept))
                cr.rollback()
            other_cr.rollback()
