"""Orders paid online are held, never refused."""

from odoo import api, models

# Providers whose orders are confirmed although nothing is paid yet (`delivery`, `website_sale_collect`)
_CONFIRMED_UNPAID = ('cash_on_delivery', 'on_site')


class PaymentTransaction(models.Model):
    _inherit = 'payment.transaction'

    # Transactions have no index on the partner; this holds only those that are no payment yet.
    _ecount_credit_idx = models.Index("(partner_id) WHERE payment_id IS NULL AND state IN ('authorized', 'done')")

    @api.model_create_multi
    def create(self, vals_list):
        self.env['res.partner']._invalidate_credit()
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(vals)
        self.env['res.partner']._invalidate_credit()
        return res

    def _set_pending(self, **kwargs):
        # Before the addons of these providers confirm the order, whichever of them was loaded first.
        transactions = super()._set_pending(**kwargs)
        transactions._hold_orders_confirmed_unpaid()
        return transactions

    def _post_process(self):
        self._hold_orders_confirmed_unpaid()
        return super()._post_process()

    def _hold_orders_confirmed_unpaid(self):
        """Hold what cash on delivery or payment on site would confirm, in a place where nothing may be raised."""
        if 'custom_mode' in self.env['payment.provider']._fields:
            self.filtered(
                lambda transaction: transaction.state == 'pending'
                and transaction.provider_id.custom_mode in _CONFIRMED_UNPAID
            ).sale_order_ids.filtered(lambda order: order.state == 'draft')._hold_for_credit()

    def _check_amount_and_confirm_order(self):
        held = self.env['sale.order']
        for transaction in self:
            # The same orders as those that are confirmed natively.
            quotation = transaction.sale_order_ids.filtered(lambda order: order.state in ('draft', 'sent'))
            if len(transaction.sale_order_ids) == 1 and quotation and quotation._is_confirmation_amount_reached():
                held |= quotation._hold_for_credit()
        return super(PaymentTransaction, self.filtered(
            lambda transaction: not transaction.sale_order_ids & held))._check_amount_and_confirm_order()
