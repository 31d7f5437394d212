"""Orders paid online are held, never refused."""

from odoo import models


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    # Transactions have no index on the partner; this holds only those that are no payment yet.
    _ecount_credit_idx = models.Index("(partner_id) WHERE payment_id IS NULL AND state IN ('authorized', 'done')")

    def write(self, vals):
        res = super().write(vals)
        self.env['res.partner']._invalidate_credit()
        return res

    def _post_process(self):
        # Cash on delivery confirms the order although nothing is paid yet, in a place where nothing may be raised.
        if 'custom_mode' in self.env['payment.provider']._fields:
            self.filtered(
                lambda transaction: transaction.state == 'pending'
                and transaction.provider_id.custom_mode == 'cash_on_delivery'
            ).sale_order_ids.filtered(lambda order: order.state == 'draft')._hold_for_credit()
        return super()._post_process()

    def _check_amount_and_confirm_order(self):
        held = self.env['sale.order']
        for transaction in self:
            # The same orders as those that are confirmed natively.
            quotation = transaction.sale_order_ids.filtered(lambda order: order.state in ('draft', 'sent'))
            if len(transaction.sale_order_ids) == 1 and quotation and quotation._is_confirmation_amount_reached():
                held |= quotation._hold_for_credit()
        return super(PaymentTransaction, self.filtered(
            lambda transaction: not transaction.sale_order_ids & held))._check_amount_and_confirm_order()
