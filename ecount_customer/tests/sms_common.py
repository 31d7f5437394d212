"""Customers with mobiles and debts, and the preview of what they are told."""

from odoo.fields import Command

from .common import EcountCommon

MOBILE, OTHER_MOBILE, LANDLINE = "081 234 5678", "089 876 5432", "02 123 4567"


class SmsCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('th_TH')
        cls.thailand = cls.env.ref('base.th')
        cls.company = cls.env.company
        cls.company.write({'ecount_sms_body': False, 'ecount_sms_pause_days': 7, 'ecount_sms_payment_link': False})
        cls.unit = cls.company.currency_id.name
        cls.Wizard = cls.env['ecount.balance.sms']

    @classmethod
    def _create_customer(cls, name="Fresh Mart", *groups, **values):
        return super()._create_customer(name, *groups, **{
            'country_id': cls.thailand.id, 'mobile': MOBILE, 'lang': 'en_US', **values})

    @classmethod
    def _owe(cls, customer, amount, due='2026-01-31'):
        move = cls.env['account.move'].create({
            'move_type': 'out_invoice' if amount > 0 else 'out_refund', 'partner_id': customer.id,
            'invoice_date': '2026-01-01', 'invoice_date_due': due, 'invoice_payment_term_id': False,
            'invoice_line_ids': [Command.create({'name': "Rice", 'price_unit': abs(amount), 'tax_ids': []})]})
        move.action_post()
        return move

    def _preview(self, *customers, **values):
        return self.Wizard.create({
            'partner_ids': [Command.set([customer.id for customer in customers])], **values})
