from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestDeliveryAddress(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Fresh Mart", ref="00042")
        cls.a_dock, cls.z_dock = (cls._create_address(name) for name in ("A dock", "Z dock"))
        cls.product = cls._create_product()

    @classmethod
    def _create_address(cls, name, parent=None, **values):
        return cls.Partner.create({
            'name': name, 'type': 'delivery', 'parent_id': (parent or cls.customer).id, **values})

    def _defaults(self, customer=None):
        return self.Partner.with_context(active_test=False).search([
            ('commercial_partner_id', '=', (customer or self.customer).id), ('is_default_delivery', '=', True)])

    def test_orders_and_invoices_go_to_the_default(self):
        self.assertEqual(self._create_order(self.customer).partner_shipping_id, self.a_dock, "natively the first name")
        self.z_dock.is_default_delivery = True
        self.assertEqual(self._create_order(self.customer).partner_shipping_id, self.z_dock)
        invoice = self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': self.customer.id})
        self.assertEqual(invoice.partner_shipping_id, self.z_dock)

    def test_an_order_of_a_contact_goes_to_the_default_of_its_company(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self.z_dock.is_default_delivery = True
        self.assertEqual(self._create_order(contact).partner_shipping_id, self.z_dock)
        own = self._create_address("Nok's door", contact)
        self.assertEqual(self._create_order(contact).partner_shipping_id, own, "a contact's own address is nearer")

    def test_an_order_for_an_address_itself_stays_there(self):
        self.z_dock.is_default_delivery = True
        self.assertEqual(self._create_order(self.a_dock).partner_shipping_id, self.a_dock)

    def test_without_a_default_everything_is_as_natively(self):
        invoice_address = self.Partner.create({'name': "Office", 'type': 'invoice', 'parent_id': self.customer.id})
        wanted = ['delivery', 'invoice', 'contact', 'other']
        self.assertEqual(self.customer.address_get(wanted), {
            'delivery': self.a_dock.id, 'invoice': invoice_address.id,
            'contact': self.customer.id, 'other': self.customer.id})
        self.z_dock.is_default_delivery = True
        self.assertEqual(self.customer.address_get(wanted), {
            'delivery': self.z_dock.id, 'invoice': invoice_address.id,
            'contact': self.customer.id, 'other': self.customer.id})
        self.assertNotIn('delivery', self.customer.address_get(['invoice']))
        self.assertEqual(self.Partner.address_get(['delivery'])['delivery'], False)

    def test_an_archived_default_is_not_delivered_to(self):
        self.z_dock.is_default_delivery = True
        order = self._create_order(self.customer)
        self.z_dock.action_archive()
        self.assertEqual(order.partner_shipping_id, self.z_dock, "old documents keep it")
        self.assertEqual(self._create_order(self.customer).partner_shipping_id, self.a_dock)

    def test_an_address_taken_off_the_list_stays_on_old_documents(self):
        self.z_dock.is_default_delivery = True
        invoice = self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': self.customer.id})
        order = self._create_order(self.customer)
        self.customer.write({'delivery_address_ids': [Command.delete(self.z_dock.id)]})
        self.assertEqual(self.customer.delivery_address_ids, self.a_dock)
        self.assertEqual(order.partner_shipping_id + invoice.partner_shipping_id, self.z_dock)
        self.assertRecordValues(self.z_dock, [{'active': False, 'is_default_delivery': False}])
        self.assertEqual(self._create_order(self.customer).partner_shipping_id, self.a_dock)

    def test_a_customer_has_one_default(self):
        self.a_dock.is_default_delivery = True
        self.z_dock.is_default_delivery = True
        self.assertEqual(self._defaults(), self.z_dock)
        (self.a_dock + self.z_dock).write({'is_default_delivery': True})
        self.assertEqual(len(self._defaults()), 1)
        third, fourth = self.Partner.create([
            {'name': name, 'type': 'delivery', 'parent_id': self.customer.id, 'is_default_delivery': True}
            for name in ("Third", "Fourth")])
        self.assertEqual(self._defaults(), fourth)
        self.customer.write({'child_ids': [Command.update(third.id, {'is_default_delivery': True})]})
        self.assertEqual(self._defaults(), third)

    def test_an_archived_default_brought_back_is_not_a_second_one(self):
        self.a_dock.is_default_delivery = True
        self.a_dock.action_archive()
        self.z_dock.is_default_delivery = True
        self.a_dock.action_unarchive()
        self.assertEqual(self._defaults(), self.z_dock)

    def test_the_database_refuses_a_second_default(self):
        self.a_dock.is_default_delivery = True
        self.env.flush_all()
        with self.assertRaisesRegex(IntegrityError, 'one_default_delivery'), \
                mute_logger('odoo.sql_db'), self.cr.savepoint():
            self.env.cr.execute("UPDATE res_partner SET is_default_delivery = TRUE WHERE id = %s", [self.z_dock.id])

    def test_two_customers_each_have_their_own(self):
        other = self._create_customer("Sea Food")
        pier = self._create_address("Pier", other, is_default_delivery=True)
        self.a_dock.is_default_delivery = True
        self.assertEqual(self._defaults() + self._defaults(other), self.a_dock + pier)
        self.assertEqual((self.customer + other).mapped('default_delivery_id'), self.a_dock + pier)

    def test_an_address_that_moves_to_another_customer_is_no_default_there(self):
        other = self._create_customer("Sea Food")
        pier = self._create_address("Pier", other, is_default_delivery=True)
        self.a_dock.is_default_delivery = True
        self.a_dock.parent_id = other
        self.assertEqual(self._defaults(other), pier)
        self.assertFalse(self._defaults())

    def test_a_copy_is_no_default(self):
        self.a_dock.is_default_delivery = True
        self.assertFalse(self.a_dock.copy().is_default_delivery)

    def test_merging_customers_keeps_the_default_of_the_kept_one(self):
        other = self._create_customer("Fresh Mart Co")
        pier = self._create_address("Pier", other, is_default_delivery=True)
        self.a_dock.is_default_delivery = True
        self.env['base.partner.merge.automatic.wizard']._merge((self.customer + other).ids, self.customer)
        self.assertEqual(pier.commercial_partner_id, self.customer)
        self.assertEqual(self._defaults(), self.a_dock)

    def test_five_hundred_addresses_are_found_by_name_code_street_and_city(self):
        self.Partner.create([{
            'name': f"Shop {number}", 'ref': f"SH{number:03}", 'street': f"{number} Canal Road",
            'city': "Lampang" if number == 7 else "Bangkok", 'type': 'delivery', 'parent_id': self.customer.id,
        } for number in range(500)])
        other = self._create_customer("Sea Food")
        self._create_address("Shop 7", other, city="Lampang")
        Address = self.Partner.with_context(ecount_delivery_address=True)

        def find(text, limit=8):
            domain = [('commercial_partner_id', '=', self.customer.id)]
            return [name for _id, name in Address.name_search(text, domain, limit=limit)]
        self.assertEqual(find("Shop 123"), ["SH123 · Shop 123 · Bangkok"])
        self.assertEqual(find("SH123"), ["SH123 · Shop 123 · Bangkok"])
        self.assertEqual(find("123 Canal"), ["SH123 · Shop 123 · Bangkok"])
        self.assertEqual(find("lampang"), ["SH007 · Shop 7 · Lampang"])
        self.assertEqual(len(find("Canal Road")), 8)
        self.assertEqual(len(find("Canal Road", limit=500)), 500)
        self.assertEqual(find("Lampang", limit=500), ["SH007 · Shop 7 · Lampang"])
        self.assertFalse(self.Partner.name_search("Canal Road"), "elsewhere a partner is not found by its street")

    def test_only_the_customers_own_are_offered(self):
        other = self._create_customer("Sea Food")
        pier = self._create_address("Pier", other)
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        clerk = self._create_user('clerk', 'sales_team.group_sale_salesman', 'ecount_customer.group_all_customers')
        domain = self.env['sale.order'].fields_get(['partner_shipping_id'])['partner_shipping_id']['domain']
        self.assertIn('commercial_partner_id', domain)
        for partner in self.customer + contact:
            with Form(self.env['sale.order'].with_user(clerk)) as form:
                form.partner_id = partner
                own = self.Partner.search([('commercial_partner_id', '=', form.delivery_customer_id.id)])
                form.partner_shipping_id = self.z_dock  # shown to people without the option "Customer addresses"
            self.assertIn(self.a_dock, own)
            self.assertNotIn(pier, own)
            self.assertEqual(form.record.partner_shipping_id, self.z_dock)

    def test_the_map_link_names_the_place(self):
        self.a_dock.write({'street': "1 Canal & Road", 'city': "เชียงใหม่"})
        self.assertEqual(
            self.a_dock.map_url,
            "https://www.google.com/maps/search/?api=1&query="
            "1+Canal+%26+Road%2C+%E0%B9%80%E0%B8%8A%E0%B8%B5%E0%B8%A2%E0%B8%87%E0%B9%83%E0%B8%AB%E0%B8%A1%E0%B9%88")
        self.a_dock.write({'partner_latitude': 18.79, 'partner_longitude': 98.98})
        self.assertIn("query=18.79%2C98.98", self.a_dock.map_url)
        self.assertFalse(self.Partner.create({'name': "Nowhere"}).map_url)

    def test_order_and_invoice_print_what_the_driver_needs(self):
        self.z_dock.write({
            'is_default_delivery': True, 'street': "1 Canal Road", 'phone': "02-123-4567",
            'delivery_contact': "Somsak", 'delivery_note': "Gate 3, before noon"})
        order = self._create_order(self.customer, self.product)
        invoice = self.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': self.customer.id,
            'invoice_line_ids': [Command.create({'product_id': self.product.id})]})
        invoice.action_post()
        Report = self.env['ir.actions.report']
        for report, document in (('sale.report_saleorder', order), ('account.report_invoice', invoice)):
            html = Report._render_qweb_html(report, document.ids)[0].decode()
            for text in ("Z dock", "1 Canal Road", "02-123-4567", "Somsak", "Gate 3, before noon"):
                self.assertIn(text, html, f"{report}: {text}")

    def test_a_reader_does_not_change_addresses(self):
        reader = self._create_user('reader')
        with self.assertRaises(AccessError):
            self.a_dock.with_user(reader).is_default_delivery = True
