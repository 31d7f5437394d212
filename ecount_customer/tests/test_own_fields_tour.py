from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_required_field import RequiredFieldCase


@tagged('post_install', '-at_install')
class TestOwnFieldsTour(RequiredFieldCase, HttpCase):

    def test_a_field_is_added_required_missed_and_filled_in(self):
        self.start_tour('/odoo', 'ecount_own_field', login='admin')
        customer = self.Partner.search([('name', '=', "Fresh Mart")])
        self.assertEqual(customer.x_custom_1, "@fresh")

    def test_quick_creation_opens_the_form_with_what_is_missing(self):
        self._require('email')
        self.start_tour('/odoo/action-sale.action_quotations/new', 'ecount_quick_creation', login='admin')
        self.assertEqual(self.Partner.search([('name', '=', "Sea Food")]).email, "sea@example.com")

    def test_the_portal_is_open_to_a_customer_who_lacks_something(self):
        company = self._create_customer("Fresh Mart")
        user = self._create_user('nok')
        user.write({'group_ids': [Command.set(self.env.ref('base.group_portal').ids)], 'password': 'nok-nok-nok-1'})
        user.partner_id.parent_id = company
        self._require('vat')
        self.authenticate('nok', 'nok-nok-nok-1')
        answer = self.url_open('/my/address/submit', data={
            'csrf_token': http.Request.csrf_token(self), 'partner_id': user.partner_id.id, 'address_type': 'billing',
            'name': "Nok", 'email': "nok@example.com", 'phone': "+66 81 234 5678", 'street': "1 Main Road",
            'city': "Chiang Mai", 'zip': "50000", 'country_id': self.env.ref('base.th').id,
            'company_name': "Fresh Mart Ltd", 'use_delivery_as_billing': 'true', 'required_fields': ''})
        self.assertNotIn('messages', answer.json())
        self.assertRecordValues(company, [{'name': "Fresh Mart Ltd", 'street': "1 Main Road", 'is_incomplete': True}])
