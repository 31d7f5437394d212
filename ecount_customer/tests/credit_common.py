"""What the tests of credit share: a company with a chart of accounts, a customer, documents."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CreditCommon(AccountTestInvoicingCommon):
    """A customer without terms and a product of 100 without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('sales_team.group_sale_manager')
        cls.env.user.group_ids |= cls.env.ref('ecount_customer.group_customer_manager')
        cls.company = cls.env.company
        cls.today = fields.Date.today()
        cls.customer = cls._make_customer("Fresh Mart")
        cls.product = cls._make_product("Rice")
        cls.bank = cls.company_data['default_journal_bank']

    @classmethod
    def _make_customer(cls, name, **values):
        return cls.env['res.partner'].create({'name': name, 'is_company': True, **values})

    @classmethod
    def _make_product(cls, name, **values):
        return cls.env['product.product'].create({
            'name': name, 'type': 'service', 'list_price': 100.0, 'taxes_id': [Command.clear()],
            'invoice_policy': 'order', **values})

    @classmethod
    def _make_order(cls, amount, partner=None, confirm=False, **values):
        """Create an order of one line with the given amount: so many hundreds of rice."""
        product = values.pop('product', cls.product)
        order = cls.env['sale.order'].create({
            'partner_id': (partner or cls.customer).id,
            'order_line': [Command.create({
                'product_id': product.id, 'product_uom_qty': amount / 100.0, 'price_unit': 100.0,
                'tax_ids': [Command.clear()]})],
            **values})
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _make_invoice(cls, amount, partner=None, days=0, post=True, move_type='out_invoice', **values):
        """Create an invoice that is `days` old and due at once."""
        date = cls.today - timedelta(days=days)
        invoice = cls.env['account.move'].create({
            'move_type': move_type, 'partner_id': (partner or cls.customer).id, 'invoice_date': date,
            'invoice_date_due': date, 'invoice_line_ids': [Command.create({
                'product_id': cls.product.id, 'quantity': 1, 'price_unit': amount, 'tax_ids': [Command.clear()]})],
            **values})
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _receive(cls, amount, partner=None, journal=None, post=True, **values):
        payment = cls.env['account.payment'].create({
            'payment_type': 'inbound', 'partner_type': 'customer', 'partner_id': (partner or cls.customer).id,
            'amount': amount, 'journal_id': (journal or cls.bank).id, **values})
        if post:
            payment.action_post()
        return payment

    @classmethod
    def _set_terms(cls, partner=None, **terms):
        (partner or cls.customer).write(terms)

    def assertExposure(self, receivable, to_invoice, partner=None, uncleared=0.0, company=None):
        figures = (partner or self.customer)._get_credit_exposure(company or self.company)
        figures = figures[(partner or self.customer).id]
        self.assertEqual(
            (figures['receivable'], figures['to_invoice'], figures['uncleared'], figures['total']),
            (receivable, to_invoice, uncleared, receivable + to_invoice + uncleared))
