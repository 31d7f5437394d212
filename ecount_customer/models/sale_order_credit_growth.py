"""Growth that nobody typed: deliveries, timesheets, expenses. It passes, and the approvers learn of it."""

from odoo import api, models

_ACCEPTED = 'ecount_customer.credit_accepted'


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _compute_credit_open_amount(self):
        before = {
            order: order.credit_open_amount
            for order in self if order.state == 'sale' and isinstance(order.id, int)}
        super()._compute_credit_open_amount()
        accepted = self.env.cr.precommit.data.setdefault(_ACCEPTED, {})
        grown = {
            order: amount for order, amount in before.items()
            if order.credit_open_amount > accepted.get(order.id, amount)}  # whoever reports it rounds
        if grown:
            # Reported when all of it is known, and not from here: a field is being computed.
            waiting = self.env.cr.precommit.data.setdefault(f'{_ACCEPTED}.waiting', {})
            if not waiting:
                self.env.cr.precommit.add(self.env['sale.order']._report_credit_growth)
            for order, amount in grown.items():
                waiting.setdefault(order.id, amount)

    def _guard_credit(self, amounts=None, counted=False):
        warned = super()._guard_credit(amounts, counted)
        self._accept_credit_growth()
        return warned

    def _accept_credit_growth(self):
        """Remember that these orders were tested, or reported, as large as they are: there is nothing to report."""
        data = self.env.cr.precommit.data
        accepted, waiting = data.setdefault(_ACCEPTED, {}), data.get(f'{_ACCEPTED}.waiting', {})
        for order in self:
            accepted[order.id] = max(order.amount_total, order.credit_open_amount)
            waiting.pop(order.id, None)

    @api.model
    def _report_credit_growth(self):
        """Tell the approvers of the orders that have grown in this transaction; called before it is committed."""
        waiting = self.env.cr.precommit.data.pop(f'{_ACCEPTED}.waiting', {})
        orders = self.sudo().browse(waiting).exists()  # whoever delivers may not read the order
        orders._guard_credit_growth({order: (waiting[order.id],) for order in orders}, report=True)
        self.env.flush_all()
