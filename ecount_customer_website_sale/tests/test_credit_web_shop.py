"""Orders of the web shop that the credit test stops: held, never refused, confirmed once; nothing is sent before."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import new_test_user

from odoo.addons.ecount_customer.tests.common import EcountCommon


@tagged('post_install', '-at_install')
class TestCreditWebShop(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Fresh Mart", credit_policy='block', credit_limit=1000.0)
        cls.product = cls._create_product("Rice", type='service')
        cls.approver = new_test_user(cls.env, 'shop_boss', groups='ecount_customer.group_credit_approver')

    def _pay(self, quantity, mode):
        """Check out a cart with a provider that takes no money yet, as the web shop does.

        :return: the order and the texts that were sent to the customer
        """
        provider = self.env['payment.provider'].search([('custom_mode', '=', mode)], limit=1)
        order = self._create_order(
            self.customer, {'product_id': self.product.id, 'product_uom_qty': quantity, 'price_unit': 100.0},
            website_id=self.env['website'].get_current_website().id)
        transaction = self.env['payment.transaction'].create({
            'provider_id': provider.id, 'payment_method_id': self.env.ref('payment.payment_method_unknown').id,
            'amount': order.amount_total, 'reference': order.name, 'currency_id': order.currency_id.id,
            'partner_id': self.customer.id, 'operation': 'online_direct', 'sale_order_ids': [Command.set(order.ids)]})
        sent = []
        self.patch(self.registry['sale.order'], '_send_order_notification_mail',
                   lambda orders, template, **kwargs: sent.append(template))
        transaction._set_pending()
        transaction._post_process()
        return order, sent

    def test_cash_on_delivery_is_held_and_released_once(self):
        order, sent = self._pay(15, 'cash_on_delivery')
        self.assertRecordValues(order, [{'state': 'sent', 'credit_hold': True}])
        confirmation = order._get_confirmation_template()
        self.assertNotIn(confirmation, sent)
        for reason in ("Pays the driver", "Again"):
            order.with_user(self.approver).action_approve_credit(reason)
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])
        self.assertEqual(sent.count(confirmation), 1)

    def test_cash_on_delivery_within_the_limit_is_confirmed(self):
        order, _sent = self._pay(10, 'cash_on_delivery')
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])

    def test_a_wire_transfer_waits_for_its_money_as_it_does_natively(self):
        order, _sent = self._pay(15, 'wire_transfer')
        self.assertRecordValues(order, [{'state': 'sent', 'credit_hold': False}])
        with self.assertRaises(UserError):
            order.action_confirm()
        with patch.object(self.registry['payment.transaction'], '_create_payment', lambda transaction: None):
            order.transaction_ids._set_done()
            order.transaction_ids._post_process()
        self.assertRecordValues(order, [{'state': 'sale', 'credit_hold': False}])
