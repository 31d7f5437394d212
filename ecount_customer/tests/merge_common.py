"""A kept and a merged customer, and what the tests of merging do with them."""

from odoo.fields import Command

from .common import EcountCommon


class MergeCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls._create_customer("Fresh Mart", ref='M-001')
        cls.loser = cls._create_customer("Fresh Mart Co., Ltd.", ref='M-002')
        cls.product = cls._create_product()

    @classmethod
    def _merge(cls, *sources, choices=None, survivor=None):
        return cls.Partner._merge_customers(
            cls.Partner.union(*sources or [cls.loser]), survivor or cls.kept, choices)

    @classmethod
    def _create_invoice(cls, partner, amount, post=True, **values):
        invoice = cls.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_date': '2025-03-01',
            'invoice_line_ids': [Command.create({'name': "Goods", 'price_unit': amount, 'tax_ids': []})], **values})
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _create_payment(cls, partner, amount):
        payment = cls.env['account.payment'].create({
            'partner_id': partner.id, 'amount': amount, 'payment_type': 'inbound', 'partner_type': 'customer'})
        payment.action_post()
        return payment

    def _count(self, log, model):
        return sum(log.line_ids.filtered(lambda line: line.model == model).mapped('count'))
