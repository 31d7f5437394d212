from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from .test_custom_field import OwnFieldsCase

MAIL = """Return-Path: <nok@new.example.com>
To: {to}
From: Nok <nok@new.example.com>
Subject: Hello
Message-Id: <1@new.example.com>
Date: Mon, 16 Mar 2026 10:00:00 +0000

Hello
"""


class RequiredFieldCase(OwnFieldsCase):

    @classmethod
    def _require(cls, name, applies_to='all', *groups):
        return cls.env['ecount.required.field'].create({
            'field_id': cls.env['ir.model.fields']._get('res.partner', name).id, 'applies_to': applies_to,
            'group_ids': [Command.set([group.id for group in groups])]})


@tagged('post_install', '-at_install')
class TestRequiredField(RequiredFieldCase):

    def test_nothing_is_required_of_a_fresh_database(self):
        self.assertFalse(self.env['ecount.required.field']._get_rules())
        customer = self._create_customer("Fresh Mart")
        self.assertFalse(customer.is_incomplete)
        self.assertFalse(self.Partner.search([('is_incomplete', '=', True)]))

    def test_all_that_is_missing_is_named_with_the_customer(self):
        self._require('vat')
        self._require('email')
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Tax ID, Email."):
            self._create_customer("Fresh Mart")
        customer = self._create_customer("Fresh Mart", vat="0105536000315", email="a@example.com")
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Email."):
            customer.email = False
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Email."):
            customer.email = "   "

    def test_every_customer_of_a_batch_is_named(self):
        self._require('email')
        with self.assertRaises(ValidationError) as error:
            self.Partner.create([{'name': f"Customer {number:02}"} for number in range(12)])
        lines = str(error.exception).splitlines()
        self.assertEqual(lines[0], "Customer 00: fill in Email.")
        self.assertEqual(lines[-1], "… and 2 more customers.")
        self.assertEqual(len(lines), 11)

    def test_an_import_is_refused_with_the_reason(self):
        self._require('email')
        result = self.Partner.load(['name', 'email'], [["Fresh Mart", "a@example.com"], ["Sea Food", ""]])
        self.assertFalse(result['ids'])
        self.assertEqual({message['message'] for message in result['messages']}, {"Sea Food: fill in Email."})

    def test_companies_persons_and_groups_differ(self):
        self._require('vat', 'company')
        self._require('email', 'person')
        self._require('phone', 'all', self.north)
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Tax ID."):
            self._create_customer("Fresh Mart")
        with self.assertRaisesRegex(ValidationError, "Nok: fill in Email."):
            self.Partner.create({'name': "Nok"})
        with self.assertRaisesRegex(ValidationError, "Nok: fill in Email, Phone."):
            self.Partner.create({'name': "Nok", 'customer_group_ids': [Command.set(self.chiang_mai.ids)]})
        self.Partner.create({
            'name': "Nok", 'email': "nok@example.com", 'customer_group_ids': [Command.set(self.south.ids)]})

    def test_own_fields_can_be_required_and_are_no_more_when_put_off(self):
        slot = self._activate(1, "Line ID", required=True)
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Line ID."):
            self._create_customer("Fresh Mart")
        slot.active = False
        self._create_customer("Fresh Mart")

    def test_clearing_an_own_field_or_another_type_keeps_what_is_required(self):
        slot = self._activate(1, "Shops")
        self._require('x_custom_1', 'company', self.north)
        slot.clear_values()
        slot.field_type = 'integer'
        self.assertEqual(self.env['ecount.required.field']._get_rules(), (('x_custom_1', 'company', self.north._ids),))
        with self.assertRaisesRegex(ValidationError, "Fresh Mart: fill in Shops."):
            self._create_customer("Fresh Mart", self.chiang_mai)

    def test_zero_and_an_unticked_box_are_not_filled_in(self):
        self._activate(1, "Shops", 'integer', required=True)
        self._activate(2, "Halal", 'boolean', required=True)
        with self.assertRaisesRegex(ValidationError, "fill in Shops, Halal"):
            self._create_customer("Fresh Mart", x_custom_1=0, x_custom_2=False)
        self._create_customer("Fresh Mart", x_custom_1=1, x_custom_2=True)

    def test_contacts_and_addresses_are_never_refused(self):
        self._require('vat')
        customer = self._create_customer("Fresh Mart", vat="0105536000315")
        self._require('email')
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        contact.write({'street': "1 Main Road", 'function': "Buyer"})
        self.assertEqual(customer.street, "1 Main Road")
        self.Partner.create({'parent_id': customer.id, 'type': 'delivery', 'street': "2 Side Road"})
        self.Partner.create({'name': "Warehouse", 'type': 'delivery'})

    def test_users_and_companies_are_never_refused(self):
        self._require('vat')
        user = self._create_user('clerk')
        user.write({'name': "Clerk Two"})
        user.partner_id.phone = "+66 2 123 4567"
        company = self.env['res.company'].create({'name': "Branch"})
        company.partner_id.write({'phone': "+66 2 123 4568"})
        self.assertFalse((user.partner_id + company.partner_id).filtered('is_incomplete'))

    def test_partners_of_mails_are_flagged_and_not_refused(self):
        self._require('vat')
        partner = self.Partner.find_or_create("Nok <nok@example.com>")
        self.assertEqual((partner.is_incomplete, partner.missing_fields), (True, "Tax ID"))
        found = self.env['mail.thread']._partner_find_from_emails_single(["Somsak <somsak@example.com>"])
        self.assertTrue(found.is_incomplete)
        with self.assertRaisesRegex(ValidationError, "fill in Tax ID"):
            partner.name = "Nok of Fresh Mart"

    def test_portal_access_is_given_to_an_incomplete_customer(self):
        customer = self.Partner.create({'name': "Nok"})
        self._require('vat')
        wizard = self.env['portal.wizard'].with_context(active_ids=customer.ids).create({})
        wizard.user_ids.email = "nok@example.com"
        wizard.user_ids.action_grant_access()
        self.assertEqual(customer.email, "nok@example.com")
        self.assertTrue(customer.user_ids)
        self.assertTrue(customer.is_incomplete)
        customer.street = "1 Main Road"  # they keep their own address up to date in the portal

    def test_signing_up_is_not_refused(self):
        self._require('vat')
        self.env['res.users']._signup_create_user({
            'name': "Nok", 'login': "nok@example.com", 'email': "nok@example.com"})
        self.assertTrue(self.Partner.search([('email', '=', "nok@example.com")]).is_incomplete)

    def test_incomplete_customers_stay_usable_until_edited(self):
        customer = self._create_customer("Fresh Mart")
        self._require('vat')
        order = self._create_order(customer, (self._create_product(), 1))
        order.action_confirm()
        order._create_invoices().action_post()
        self.assertEqual(customer.customer_rank, 1)
        customer.message_post(body="Called")
        customer.active = False
        customer.active = True
        with self.assertRaisesRegex(ValidationError, "fill in Tax ID"):
            customer.phone = "+66 2 123 4567"
        customer.write({'phone': "+66 2 123 4567", 'vat': "0105536000315"})

    def test_the_list_of_incomplete_customers_is_what_the_flag_says(self):
        complete = self._create_customer("Fresh Mart", vat="0105536000315")
        lacking = self._create_customer("Sea Food")
        person = self.Partner.create({'name': "Nok"})
        contact = self.Partner.create({'name': "Ploy", 'parent_id': lacking.id})
        archived = self._create_customer("Old Mart", active=False)
        self._require('vat', 'company')
        everyone = complete + lacking + person + contact + archived
        flagged = self.Partner.with_context(active_test=False).search(
            [('id', 'in', everyone.ids), ('is_incomplete', '=', True)])
        self.assertEqual(flagged, lacking)
        self.assertEqual(everyone.filtered('is_incomplete'), lacking)
        self.assertEqual(lacking.missing_fields, "Tax ID")
        partners = self.Partner.search([])
        self.assertEqual(self.Partner.search([('is_incomplete', '=', True)]), partners.filtered('is_incomplete'))
        self.assertEqual(self.Partner.search_count([('is_incomplete', '=', False)]),
                         len(partners - partners.filtered('is_incomplete')))

    def test_a_field_that_nobody_can_fill_in_is_refused(self):
        for name in ('id', 'create_date', 'display_name', 'commercial_partner_id', 'customer_balance', 'partner_share'):
            with self.subTest(name=name), self.assertRaisesRegex(ValidationError, "cannot be required"):
                self._require(name)
        with self.assertRaisesRegex(ValidationError, "no field of customers"):
            self.env['ecount.required.field'].create({
                'field_id': self.env['ir.model.fields']._get('res.users', 'login').id})
        slot = self._activate(1, "Line ID")
        slot.active = False
        with self.assertRaisesRegex(ValidationError, "cannot be required"):
            self._require('x_custom_1')

    def test_nobody_is_held_up_by_a_field_that_is_hidden_from_them(self):
        self._require('credit_limit')
        clerk = self._create_user('clerk', 'sales_team.group_sale_salesman', 'ecount_customer.group_own_customers')
        customer = self.Partner.with_user(clerk).create({'name': "Fresh Mart"})
        self.assertTrue(customer.sudo().is_incomplete)
        with self.assertRaisesRegex(ValidationError, "Credit Limit"):
            self._create_customer("Sea Food")

    def test_the_form_shows_what_is_required(self):
        self._require('vat', 'company')
        self._require('barcode')
        with self.assertRaisesRegex(AssertionError, "vat is a required field"), Form(self.Partner) as form:
            form.name = "Fresh Mart"
            form.company_type = 'company'
            form.barcode = "123"
        with Form(self.Partner) as form:
            form.name = "Nok"
            form.company_type = 'person'
            form.barcode = "123"
        arch = self._arch('form', 'base.view_partner_form')
        self.assertEqual(arch.count('name="barcode"'), 1)

    def test_quick_creation_asks_for_the_form(self):
        self._require('vat')
        with self.assertRaises(ValidationError):  # on this error the web client opens the form
            self.Partner.name_create("Fresh Mart")

    def test_only_managers_change_what_is_required(self):
        clerk = self._create_user('clerk', 'sales_team.group_sale_salesman', 'ecount_customer.group_own_customers')
        field = self.env['ir.model.fields']._get('res.partner', 'vat')
        with self.assertRaises(AccessError):
            self.env['ecount.required.field'].with_user(clerk).create({'field_id': field.id})
        manager = self._create_user('chief', 'ecount_customer.group_customer_manager')
        requirement = self.env['ecount.required.field'].with_user(manager).create({'field_id': field.id})
        self.assertEqual(requirement.name, "Tax ID")
        self.assertTrue(self.env['ir.model.fields'].with_user(manager).name_search("Tax"))

    def test_no_query_is_spent_while_nothing_is_required(self):
        self.env['ecount.required.field']._get_rules()
        with self.assertQueryCount(0):
            self.assertFalse(self.Partner._enforces_required_fields({'name': "Fresh Mart"}))


@tagged('post_install', '-at_install')
class TestRequiredFieldMailGateway(MailCommon):

    def test_incoming_mail_makes_partners_without_what_is_required(self):
        self.env['ecount.required.field'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'vat').id})
        alias = self.env['mail.alias'].create({
            'alias_name': 'ecount.new.customers', 'alias_model_id': self.env['ir.model']._get_id('res.partner'),
            'alias_contact': 'everyone'})
        self.env['mail.thread'].with_user(self.user_root).message_process(
            'res.partner', MAIL.format(to=alias.display_name))
        partner = self.env['res.partner'].search([('name', '=', "Hello")])
        self.assertTrue(partner.is_incomplete)
