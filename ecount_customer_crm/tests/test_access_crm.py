from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.ecount_customer.tests import common_access, test_access_leaks


@tagged('post_install', '-at_install')
class TestAccessLeaksCrm(test_access_leaks.TestAccessLeaks):
    """The leak matrix once more, with the models of leads."""

    allow_inherited_tests_method = True

    @classmethod
    def _create_documents(cls, partner, user):
        lead = cls.env['crm.lead'].create({
            'name': f"Lead of {partner.name}", 'partner_id': partner.id, 'user_id': user.id, 'type': 'opportunity'})
        message = lead.message_post(body="Called", message_type='comment', subtype_xmlid='mail.mt_comment')
        message.mail_activity_type_id = cls.env.ref('mail.mail_activity_data_call')  # the activity analysis counts it
        cls.env['calendar.event'].create({
            'name': "Meeting", 'user_id': user.id, 'start': '2030-01-10 08:00', 'stop': '2030-01-10 09:00',
            'partner_ids': partner.ids})
        return super()._create_documents(partner, user)


@tagged('post_install', '-at_install')
class TestAccessCrm(common_access.EcountAccessCommon):

    def _create_lead(self, partner, user):
        return self.env['crm.lead'].create({
            'name': "Lead", 'partner_id': partner.id, 'user_id': user.id, 'type': 'opportunity'})

    def test_leads_of_hidden_customers_are_hidden(self):
        mine, hidden = self._create_lead(self.mine, self.nok), self._create_lead(self.hidden, self.nok)
        without = self._create_lead(self.Partner, self.nok)
        leads = mine + hidden + without
        self.assertEqual(self._seen_by(self.nok, leads).sorted('id'), mine + without)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            hidden.with_user(self.nok).read(['name'])

    def test_a_rep_makes_a_customer_and_a_quotation_of_a_lead(self):
        lead = self.env['crm.lead'].with_user(self.nok).create({
            'name': "Lead", 'partner_name': "Lead Mart", 'contact_name': "Dao", 'email_from': 'dao@example.com'})
        lead.convert_opportunity(self.Partner, self.nok.ids)
        lead._handle_partner_assignment(create_missing=True)
        self.assertEqual(lead.partner_id.commercial_partner_id.user_id, self.nok)
        order = self.env['sale.order'].with_user(self.nok).create({
            'partner_id': lead.partner_id.id, 'opportunity_id': lead.id})
        self.assertEqual(order.user_id, self.nok)

    def test_open_leads_are_handed_over_with_the_customer(self):
        lead = self._create_lead(self.mine, self.nok)
        self.mine._transfer_customers(self.nok, self.somsak)
        self.assertEqual(lead.user_id, self.somsak)

    def test_a_meeting_tells_no_address_of_a_hidden_customer_and_is_moved_with_all_who_come(self):
        self.hidden.email = 'secret@example.com'
        invited = self.nok.partner_id + self.mine + self.hidden
        meeting = self.env['calendar.event'].create({
            'name': "Tasting", 'user_id': self.nok.id, 'start': '2030-01-10 08:00', 'stop': '2030-01-10 09:00',
            'partner_ids': invited.ids})
        self.env.flush_all()
        self.env.invalidate_all()
        Attendee = self.env['calendar.attendee'].with_user(self.nok)
        self.assertFalse(Attendee.search([('email', 'ilike', 'secret')]))
        self.assertEqual(Attendee.search([('event_id', '=', meeting.id)]).partner_id, invited - self.hidden)
        own = meeting.with_user(self.nok)
        own.web_read({'name': {}, 'attendee_ids': {'fields': {'email': {}}}, 'partner_ids': {'fields': {'email': {}}}})
        own.write({'start': '2030-01-11 08:00', 'stop': '2030-01-11 09:00'})
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(meeting.sudo().attendee_ids.partner_id, invited)
        own.unlink()
