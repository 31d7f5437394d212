from freezegun import freeze_time

from odoo.fields import Command
from odoo.tools import SQL

from .common import EcountCommon

TODAY = '2026-06-15'


class DormantCommon(EcountCommon):
    """Customers and documents of the past, seen from the 15th of June 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(f'{TODAY} 08:00:00'))
        cls.env.user.tz = 'UTC'
        cls.product = cls._create_product(type='service', invoice_policy='order')

    @classmethod
    def _create_old_customer(cls, name="Fresh Mart", *groups, registered='2020-01-01', **values):
        customer = cls._create_customer(name, *groups, **values)
        cls._backdate(customer, registered)
        return customer

    @classmethod
    def _backdate(cls, partners, day):
        partners.flush_recordset()
        cls.env.cr.execute(SQL("UPDATE res_partner SET create_date = %s WHERE id IN %s", day, tuple(partners.ids)))
        partners.invalidate_recordset(['create_date'])

    @classmethod
    def _sell(cls, customer, day, invoice=True, pay=True):
        """Confirm an order of 100 on `day`; invoice it and take the money the same day unless told otherwise."""
        with freeze_time(f'{day} 08:00:00'):
            order = cls._create_order(customer, cls.product)
            order.action_confirm()
            if invoice:
                move = order._create_invoices()
                move.invoice_date = day
                move.action_post()
                if pay:
                    cls._pay(move, day)
        return order

    @classmethod
    def _pay(cls, move, day, journal=None):
        values = {'payment_date': day}
        if journal:
            values['journal_id'] = journal.id
        cls.env['account.payment.register'].with_context(
            active_model='account.move', active_ids=move.ids).create(values).action_create_payments()

    @classmethod
    def _preview(cls, *customers, months=12, **values):
        """Return the wizard; with customers, only these are looked at, as among all customers."""
        if customers:
            group = cls._create_group("Looked at", cls._create_group("Preview"))
            for customer in customers:
                customer.customer_group_ids = [Command.link(group.id)]
            values['group_ids'] = [Command.set(group.ids)]
        return cls.env['ecount.dormant.wizard'].create({'months': months, **values})

    def _reason(self, customer, wizard=None):
        line = (wizard or self._preview(customer)).line_ids.filtered(lambda line: line.partner_id == customer)
        self.assertEqual(len(line), 1)
        return line.skip_reason
