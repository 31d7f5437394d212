"""Journal entries of customers: found by group, delivered to one of the customer's own addresses."""

from odoo import fields, models


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'ecount.customer.group.mixin', 'ecount.put.away.mixin']

    # The last business of a customer, by which searches rank.
    _customer_date_idx = models.Index("(commercial_partner_id, date DESC) WHERE state = 'posted'")
    # Serves the last activity of customers and vendors.
    _activity_idx = models.Index(
        "(partner_id, invoice_date, date) WHERE state = 'posted' AND move_type <> 'entry'")

    partner_shipping_id = fields.Many2one(domain="[('commercial_partner_id', '=', commercial_partner_id)]")

    def _needs_customer_in_use(self):
        # Bank entries and other bookings go on: money that came in has to be entered.
        return super()._needs_customer_in_use() and self.is_invoice(include_receipts=True)
