"""What tests of customer invoices that are entered directly share."""

from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import EcountCommon


class InvoicePriceCommon(AccountTestInvoicingCommon, EcountCommon):

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref('ecount_customer.group_customer_manager') | cls.env.ref(
            'sales_team.group_sale_manager')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group_user = cls.env.ref('base.group_user')
        cls._enable_feature('product.group_product_pricelist', False)
        cls._enable_feature('sale.group_discount_per_so_line')
        cls.other_currency = cls.setup_other_currency('EUR')
        cls.product = cls._create_product(name="Fish sauce", list_price=100.0, taxes_id=False)
        cls.customer = cls._create_customer("Fresh Mart", cls.chiang_mai, cls.gold)

    @classmethod
    def _enable_feature(cls, group, enabled=True):
        cls.group_user.sudo().write({
            'implied_ids': [(Command.link if enabled else Command.unlink)(cls.env.ref(group).id)]})

    @classmethod
    def _create_document(cls, *lines, move_type='out_invoice', partner=None, **values):
        return cls.env['account.move'].create({
            'move_type': move_type, 'partner_id': (partner or cls.customer).id,
            'invoice_line_ids': [Command.create({'product_id': cls.product.id, **line}) for line in lines or ({},)],
            **values})

    def assertPrices(self, move, *expected):
        self.assertEqual([(line.price_unit, line.discount) for line in move.invoice_line_ids], list(expected))
