"""What a rep with own customers only does all day, beside customers that are hidden."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_access import OWN, SALES, EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccessFlows(EcountAccessCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nok.group_ids = [Command.link(cls.env.ref('account.group_account_invoice').id)]
        cls.hidden_address.write({'phone': '+66 54 111 222', 'street': "1 Dock Road"})
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _as(self, user, records):
        """Return the records as the user gets them from a new request: nothing is cached.

        Where the ORM leaves elevation it goes back to the user of the request, who is the superuser in tests.
        """
        self.env.flush_all()
        self.env.invalidate_all()
        records = records.with_user(user)
        transaction = self.env.transaction
        self.addCleanup(setattr, transaction, 'default_env', transaction.default_env)
        transaction.default_env = records.env
        return records

    def _open_form(self, record):
        """Read what the client reads when it opens the form of a record."""
        view = record.get_view(view_type='form')
        names = view['models'][record._name]
        record = self._as(record.env.user, record)
        specification = {
            name: {'fields': {'display_name': {}}} if record._fields[name].type in ('many2one', 'many2many') else {}
            for name in names if name in record._fields and record._has_field_access(record._fields[name], 'read')}
        return record.web_read(specification)[0]

    def _create_delivered_elsewhere(self):
        """An order of the rep's customer that goes to the address of another rep's customer."""
        order = self._create_order(
            self.mine, (self.product, 2), user_id=self.nok.id, partner_shipping_id=self.hidden_address.id)
        return self._as(self.nok, order)

    def test_from_the_new_customer_to_the_payment(self):
        Partner = self._as(self.nok, self.Partner)
        values = Partner.web_save({
            'name': "New Mart", 'is_company': True, 'vat': "TH123", 'phone': "+66 81 000 0000",
            'child_ids': [
                Command.create({'name': "Buyer", 'type': 'contact', 'email': 'buyer@example.com'}),
                Command.create({'name': "Dock", 'type': 'delivery', 'city': "Lampang"})],
        }, {'user_id': {}, 'child_ids': {'fields': {'display_name': {}}}})[0]
        self.assertEqual(values['user_id'], self.nok.id)
        customer = Partner.browse(values['id'])
        self._open_form(customer)
        with Form(self._as(self.nok, self.env['sale.order'])) as form:
            form.partner_id = customer
            with form.order_line.new() as line:
                line.product_id = self.product
                line.product_uom_qty = 3
        order = self._as(self.nok, form.record)
        self.assertEqual(order.partner_shipping_id.name, "Dock")
        order.action_confirm()
        self._open_form(order)
        invoice = self._as(self.nok, order)._create_invoices()
        self.assertEqual(invoice.env.uid, self.nok.id)
        invoice.action_post()
        self._open_form(invoice)
        self.env['account.payment.register'].with_user(self.nok).with_context(
            active_model='account.move', active_ids=invoice.ids).create({})._create_payments()
        self.assertIn(self._as(self.nok, invoice).payment_state, ('paid', 'in_payment'))
        self.assertEqual(self._as(self.nok, customer).customer_balance, 0.0)

    def test_an_order_delivered_to_another_reps_customer(self):
        order = self._create_delivered_elsewhere()
        values = self._open_form(order)
        self.assertEqual(values['partner_shipping_id']['id'], self.hidden_address.id)
        order = self._as(self.nok, order)
        with Form(order) as form, form.order_line.edit(0) as line:
            line.product_uom_qty = 5
        order = self._as(self.nok, order)
        self.assertEqual(order._get_price_partner(), self.mine)
        order = self._as(self.nok, order)
        order.action_confirm()
        self.assertEqual(self._as(self.nok, order).state, 'sale')
        self._open_form(order)
        invoice = self._as(self.nok, order)._create_invoices()
        invoice.action_post()
        self.assertEqual(self._as(self.nok, invoice).state, 'posted')
        self._open_form(invoice)
        order = self._as(self.nok, order)
        order.order_line.product_uom_qty = 6
        self.env.flush_all()
        self.assertEqual(order.amount_untaxed, 600)
        # The address itself stays closed.
        with self.assertRaises(AccessError):
            self._as(self.nok, self.hidden_address).read(['phone'])
        self.assertFalse(self._as(self.nok, self.env['sale.order']).search(
            [('partner_shipping_id.phone', '=', '+66 54 111 222')]))

    def test_a_customer_is_handed_over(self):
        customer = self._as(self.nok, self.mine)
        saved = customer.web_save({'user_id': self.somsak.id, 'phone': "1"}, {
            'user_id': {'fields': {'display_name': {}}}, 'salesperson_ids': {}, 'name': {}})
        self.assertEqual(saved, [{
            'id': self.mine.id, 'name': "Mine Mart", 'salesperson_ids': [],
            'user_id': {'id': self.somsak.id, 'display_name': "Somsak"}}])
        self.assertEqual(self.mine.phone, "1")
        self.assertEqual(self._seen_by(self.nok), self.Partner)
        self.assertIn(self.mine, self._seen_by(self.somsak))
        self.assertIn(self.my_contact, self._seen_by(self.somsak))
        both = self._as(self.somsak, self.mine + self.hidden)
        self.assertEqual(len(both.web_save({'user_id': self.nok.id}, {'name': {}})), 2)
        self.assertEqual(self._seen_by(self.nok), self.all_partners - self.nobodys)
        with self.assertRaises(AccessError):
            self._as(self.somsak, self.mine).write({'user_id': self.somsak.id})

    def test_messages_with_mentions_and_hidden_followers(self):
        order = self._create_order(self.mine, self.product, user_id=self.nok.id)
        order.message_subscribe((self.hidden + self.hidden_contact + self.somsak.partner_id).ids)
        order.message_post(body="From Hidden", author_id=self.hidden_contact.id, message_type='email')
        order = self._as(self.nok, order)
        message = order.message_post(
            body="@Somsak look", partner_ids=self.somsak.partner_id.ids, message_type='comment',
            subtype_xmlid='mail.mt_comment')
        self.assertEqual(message.notified_partner_ids.sudo() & self.somsak.partner_id, self.somsak.partner_id)
        order = self._as(self.nok, order)
        order.message_get_followers()
        order = self._as(self.nok, order)
        self.assertIn(self.hidden.id, order.message_partner_ids.ids)
        order = self._as(self.nok, order)
        suggested = order._message_get_suggested_recipients(reply_discussion=True)
        self.assertEqual([recipient['partner_id'] for recipient in suggested], self.mine.ids)
        messages = self._as(self.nok, self.env['mail.message'])._message_fetch(domain=None, thread=order)['messages']
        self.assertIn("From Hidden", ''.join(messages.mapped('body')))
        self._open_form(order)
        composer = self._as(self.nok, self.env['mail.compose.message']).with_context(
            default_model='sale.order', default_res_ids=order.ids, default_composition_mode='comment').create({
                'body': "To all followers", 'partner_ids': self.somsak.partner_id.ids})
        composer.action_send_mail()
        suggestions = self._as(self.nok, self.Partner).get_mention_suggestions("Somsak")
        self.assertIn(self.somsak.partner_id.id, [row['id'] for row in suggestions['res.partner']])
        suggestions = self._as(self.nok, self.Partner).get_mention_suggestions("Hidden")
        self.assertFalse(suggestions.get('res.partner'))

    def test_followers_of_hidden_documents_are_not_told(self):
        self.hidden.message_subscribe(self.hidden_contact.ids)
        for document in (self.hidden, self._create_order(self.hidden, self.product)):
            with self.assertRaises(AccessError):
                self._as(self.nok, document).message_get_followers()

    def test_a_hidden_contact_is_not_moved_to_an_own_customer(self):
        for command in (Command.link(self.hidden_contact.id), Command.set(self.hidden_contact.ids)):
            with self.assertRaises(AccessError):
                self._as(self.nok, self.mine).write({'child_ids': [command]})

    def test_own_profile_colleagues_and_companies(self):
        nok = self._as(self.nok, self.nok)
        self.assertTrue(nok.web_save({'email': 'nok@mart.example'}, {'email': {}, 'avatar_128': {}}))
        found = self._as(self.nok, self.env['res.users']).web_search_read([], {
            'name': {}, 'login': {}, 'partner_id': {'fields': {'display_name': {}}}, 'lang': {}})
        self.assertIn(self.somsak.id, [row['id'] for row in found['records']])
        self._as(self.nok, self.company).web_read({
            'name': {}, 'partner_id': {'fields': {'display_name': {}}}, 'phone': {}})
        self.assertTrue(self._as(self.nok, self.company.partner_id).read(['name', 'vat']))
        self.assertTrue(self._as(self.nok, self.somsak.partner_id).read(['avatar_128', 'email']))

    def test_documents_are_printed(self):
        order = self._create_delivered_elsewhere()
        Report = self._as(self.nok, self.env['ir.actions.report'])
        html, _type = Report._render_qweb_html('sale.report_saleorder', order.ids)
        self.assertIn(b"Mine Mart", html)
        order = self._as(self.nok, order)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        Report = self._as(self.nok, Report)
        html, _type = Report._render_qweb_html('account.report_invoice', invoice.ids)
        for text in (b"Mine Mart", b"1 Dock Road", b"+66 54 111 222"):
            self.assertIn(text, html)
        hidden = self._create_order(self.hidden, self.product)
        with self.assertRaises(AccessError):
            self._as(self.nok, self.env['ir.actions.report'])._render_qweb_html('sale.report_saleorder', hidden.ids)

    def test_a_text_message_to_an_own_customer(self):
        self.mine.phone = '+66 81 234 5678'
        composer = self._as(self.nok, self.env['sms.composer']).create({
            'composition_mode': 'comment', 'res_model': 'res.partner', 'res_id': self.mine.id, 'body': "Hello",
            'number_field_name': 'phone', 'recipient_single_number_itf': '+66 81 234 5678'})
        composer.action_send_sms()
        self.assertEqual(self.env['sms.sms'].sudo().search_count([('partner_id', '=', self.mine.id)]), 1)

    def test_the_same_in_a_second_company(self):
        branch = self.env['res.company'].create({'name': "Branch"})
        self.nok.company_ids = [Command.link(branch.id)]
        of_branch = self._create_customer("Branch Mart", user_id=self.nok.id, company_id=branch.id)
        hidden_of_branch = self._create_customer("Branch Hidden", user_id=self.somsak.id, company_id=branch.id)
        Partner = self._as(self.nok, self.Partner)
        both = [('id', 'in', (of_branch + hidden_of_branch + self.mine).ids)]
        self.assertEqual(Partner.with_context(allowed_company_ids=self.company.ids).search(both), self.mine)
        Partner = Partner.with_context(allowed_company_ids=[branch.id, self.company.id])
        self.assertEqual(Partner.search(both), of_branch + self.mine)
        self.assertTrue(Partner.browse(branch.partner_id.id).read(['name']))
        order = self.env['sale.order'].with_user(self.nok).with_company(branch).with_context(
            allowed_company_ids=branch.ids).create({'partner_id': of_branch.id, 'order_line': [
                Command.create({'product_id': self.product.id})]})
        order.action_confirm()
        self.assertEqual((order.company_id, order.state), (branch, 'sale'))

    def test_a_rep_without_other_rights_than_sales_works(self):
        plain = self._create_user("plain", OWN, SALES)
        Partner = self._as(plain, self.Partner)
        customer = Partner.create({'name': "Plain Mart", 'is_company': True})
        order = self._as(plain, self.env['sale.order']).create({
            'partner_id': customer.id, 'order_line': [Command.create({'product_id': self.product.id})]})
        order.action_confirm()
        invoice = self._as(plain, order)._create_invoices()
        self.assertEqual(invoice.partner_id, customer)
        self.assertEqual(order.with_user(plain).invoice_count, 1)

    def test_an_order_that_goes_to_a_hidden_address_is_exported_with_its_name_alone(self):
        self.nok.group_ids = [Command.link(self.env.ref('base.group_allow_export').id)]
        order = self._create_delivered_elsewhere()
        rows = order.export_data(['name', 'partner_shipping_id', 'order_line/product_uom_qty'])['datas']
        self.assertEqual(rows, [[order.name, self.hidden_address.display_name, 2.0]])
        address = 'partner_shipping_id'
        for names in ([f'{address}/phone'], [f'{address}/display_name', f'{address}/street']):
            with self.assertRaises(AccessError):
                self._as(self.nok, order).export_data(names)
        with self.assertRaises(AccessError):
            self._as(self.nok, self.hidden_address).export_data(['display_name'])
        with self.assertRaises(AccessError):
            self._as(self.nok, self.hidden_address).with_context(ecount_export='NAMES').read(['display_name'])
