
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import EcountCommon
from .price_common import SpecialPriceCommon


@tagged('post_install', '-at_install')
class TestSpecialPriceOwner(SpecialPriceCommon):

    def test_a_rule_made_with_a_customer_alone_belongs_to_the_customer_only(self):
        self.env['product.pricelist'].create({'name': "The default one"})
        rule = self.Rule.create({'partner_id': self.customer.id, 'fixed_price': 80})
        self.assertFalse(rule.pricelist_id)
        rule = self.Rule.create({'customer_group_id': self.gold.id, 'fixed_price': 80})
        self.assertFalse(rule.pricelist_id)
        rule = self.Rule.create({'fixed_price': 80})
        self.assertTrue(rule.pricelist_id)

    def test_a_rule_has_one_owner(self):
        pricelist = self.env['product.pricelist'].create({'name': "Retail"})
        owners = {'partner_id': self.customer.id, 'customer_group_id': self.gold.id, 'pricelist_id': pricelist.id}
        for left_out in owners:
            with self.assertRaisesRegex(ValidationError, "exactly one"):
                self.Rule.create({**owners, left_out: False, 'fixed_price': 1})
        with self.assertRaisesRegex(ValidationError, "exactly one.*none"):
            self.Rule.create({'pricelist_id': False, 'fixed_price': 1})
        rule = self.Rule.create({'partner_id': self.customer.id, 'fixed_price': 1})
        with self.assertRaisesRegex(ValidationError, "exactly one"):
            rule.partner_id = False
        rule.customer_group_id = self.gold  # handed over
        self.assertFalse(rule.partner_id)

    def test_the_database_knows_the_one_owner_too(self):
        rule = self._create_special_price(self.customer, 80)
        self.env.flush_all()
        with self.assertRaises(Exception) as caught, mute_logger('odoo.sql_db'), self.cr.savepoint():
            self.cr.execute("UPDATE product_pricelist_item SET customer_group_id = %s WHERE id = %s",
                            (self.gold.id, rule.id))
        self.assertIn('one_owner', str(caught.exception))

    def test_a_contact_cannot_own_a_price(self):
        with self.assertRaisesRegex(ValidationError, "Fresh Mart"):
            self._create_special_price(self.contact, 80)

    def test_wrong_values_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "negative"):
            self._create_special_price(self.customer, 80, min_quantity=-1)
        with self.assertRaises(ValidationError):
            self._create_special_price(
                self.customer, 80, date_start='2026-02-01 00:00:00', date_end='2026-01-01 00:00:00')
        no_rate = self.env['res.currency'].create({'name': 'XQZ', 'symbol': 'Z', 'rounding': 0.01})
        no_rate.rate_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "XQZ has no exchange rate"):
            self._create_special_price(self.customer, 80, currency_id=no_rate.id)

    def test_pricelists_and_the_price_tab_of_a_product_keep_to_their_rules(self):
        pricelist = self.env['product.pricelist'].create({'name': "Retail"})
        special = self._create_special_price(self.customer, 80, self.product)
        native = self.Rule.create({'pricelist_id': pricelist.id, 'product_id': self.product.id, 'fixed_price': 97})
        template = self.product.product_tmpl_id
        self.assertEqual(template.pricelist_rule_ids, native)
        self.assertEqual(template.special_price_count, 1)
        self.assertEqual(self.Rule.search(template.action_view_special_prices()['domain'] + [
            ('is_special_price', '=', True)]), special)
        self.assertEqual(pricelist._get_product_price(self.product, 1), 97)
        self.assertEqual(pricelist._get_product_price(self.product, 1, partner=self.customer), 80)


@tagged('post_install', '-at_install')
class TestSpecialPriceAccess(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Fresh Mart", cls.gold)
        cls.product = cls._create_product("Fish sauce", 100.0)
        cls.special = cls._create_special_price(cls.customer, 80, cls.product)
        cls.pricelist = cls.env['product.pricelist'].create({'name': "Retail"})
        cls.native = cls.Rule.create({'pricelist_id': cls.pricelist.id, 'fixed_price': 97})

    def test_a_portal_user_does_not_read_which_prices_theirs_beat(self):
        customer = self.special.partner_id
        portal = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Portal", 'login': 'portal_why', 'partner_id': customer.id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        order = self._create_order(customer, self._create_product("Rice"))
        order.message_subscribe(customer.ids)
        lines = order.order_line.with_user(portal)
        self.assertEqual(lines.read(['price_unit'])[0]['price_unit'], order.order_line.price_unit)
        with self.assertRaises(AccessError):
            lines.read(['price_explanation'])

    def test_a_portal_user_reads_no_rule_with_an_owner(self):
        portal = self.env['res.users'].with_context(no_reset_password=True).create({
            'name': "Portal", 'login': 'portal_price',
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        # What the web shop grants natively: the whole table.
        self.env['ir.model.access'].create({
            'name': 'web shop', 'model_id': self.env['ir.model']._get_id('product.pricelist.item'),
            'group_id': self.env.ref('base.group_portal').id, 'perm_read': True})
        rules = self.Rule.with_user(portal)
        self.assertEqual(rules.search([('id', 'in', (self.special + self.native).ids)]).ids, self.native.ids)
        with self.assertRaises(AccessError):
            self.special.with_user(portal).read(['fixed_price'])

    def test_a_sales_person_gets_the_price_and_writes_no_rule(self):
        user = self._create_user('rita', 'sales_team.group_sale_salesman_all_leads')
        order = self.env['sale.order'].with_user(user).create({
            'partner_id': self.customer.id, 'order_line': [Command.create({'product_id': self.product.id})]})
        self.assertEqual(order.order_line.price_unit, 80)
        self.assertEqual(order.order_line.price_source, 'customer')
        self.assertIn("Fresh Mart", order.order_line.price_explanation)
        with self.assertRaises(AccessError):
            self.special.with_user(user).fixed_price = 1

    def test_special_prices_are_written_by_customer_managers(self):
        manager = self._create_user('malee', 'ecount_customer.group_customer_manager')
        self.special.with_user(manager).fixed_price = 81
        self.assertEqual(self.special.fixed_price, 81)
        self.Rule.with_user(manager).create({'customer_group_id': self.gold.id, 'fixed_price': 90}).unlink()
        with self.assertRaises(AccessError):
            self.native.with_user(manager).fixed_price = 1

    def test_the_rules_of_pricelists_are_written_as_natively(self):
        manager = self._create_user('pim', 'sales_team.group_sale_manager')
        self.native.with_user(manager).fixed_price = 96
        self.assertEqual(self.native.fixed_price, 96)
        with self.assertRaises(AccessError):
            self.special.with_user(manager).fixed_price = 1

    def test_a_group_with_prices_tells_before_it_is_deleted(self):
        self._create_special_price(self.gold, 90, self.product)
        with self.assertRaises(UserError):
            self.gold.unlink()
