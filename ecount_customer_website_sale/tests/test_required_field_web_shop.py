"""Guests and customers check out though they lack what is required of customers: flagged, never refused."""

from odoo.http import Request
from odoo.tests import HttpCase, tagged

from odoo.addons.ecount_customer.tests.common import EcountCommon

ADDRESS = {
    'name': "Nok Shopper", 'email': "nok@example.com", 'phone': "+66 81 234 5678", 'street': "1 Main Road",
    'city': "Chiang Mai", 'zip': "50000",
}


@tagged('post_install', '-at_install')
class TestRequiredFieldWebShop(EcountCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_product("Course", type='service', is_published=True)
        cls.env['payment.provider'].search([]).write({'state': 'disabled'})
        cls.provider = cls.env['payment.provider'].search([('custom_mode', '=', 'wire_transfer')], limit=1)
        cls.provider.write({'state': 'enabled', 'is_published': True})
        cls.env['ecount.required.field'].create({
            'field_id': cls.env['ir.model.fields']._get('res.partner', 'vat').id})

    def _check_out(self, **values):
        """Buy the product through the pages of the shop.

        :param values: of the address form
        :return: the order
        """
        self.make_jsonrpc_request('/shop/cart/add', {
            'product_template_id': self.product.product_tmpl_id.id, 'product_id': self.product.id, 'quantity': 1})
        answer = self.url_open('/shop/address/submit', data={
            'csrf_token': Request.csrf_token(self), 'address_type': 'billing', 'use_delivery_as_billing': 'true',
            'required_fields': '', 'country_id': self.env.ref('base.th').id, **ADDRESS, **values}).json()
        self.assertNotIn('messages', answer)
        page = self.url_open('/shop/payment')
        self.assertEqual(page.status_code, 200)
        order = self.env['sale.order'].search([('order_line.product_id', '=', self.product.id)], limit=1)
        self.make_jsonrpc_request(f'/shop/payment/transaction/{order.id}', {
            'access_token': order.access_token or order._portal_ensure_token(), 'provider_id': self.provider.id,
            'payment_method_id': self.provider.payment_method_ids[:1].id, 'token_id': None, 'flow': 'direct',
            'tokenization_requested': False, 'landing_route': '/shop/payment/validate'})
        order.transaction_ids._set_pending()
        order.transaction_ids._post_process()
        self.assertEqual(self.url_open('/shop/payment/validate').status_code, 200)
        return order

    def test_a_guest_checks_out_and_is_flagged(self):
        self.authenticate(None, None)
        order = self._check_out()
        self.assertEqual(order.state, 'sent')
        self.assertRecordValues(order.partner_id, [{
            'name': "Nok Shopper", 'is_incomplete': True, 'missing_fields': "Tax ID"}])

    def test_a_customer_with_a_login_corrects_the_address_and_checks_out(self):
        self.env['ecount.required.field'].search([]).unlink()
        user = self._create_user('shopper')
        user.write({
            'group_ids': [(6, 0, self.env.ref('base.group_portal').ids)], 'password': 'shopper-shopper-1'})
        self.env['ecount.required.field'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'vat').id})
        self.authenticate('shopper', 'shopper-shopper-1')
        order = self._check_out(partner_id=user.partner_id.id, street="2 Side Road")
        self.assertEqual((order.state, order.partner_id), ('sent', user.partner_id))
        self.assertRecordValues(user.partner_id, [{'street': "2 Side Road", 'is_incomplete': True}])
