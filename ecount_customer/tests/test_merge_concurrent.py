import odoo
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import BaseCase, get_db_name, tagged


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
