"""Lines of confirmed orders that grow."""

from odoo import api, models

# Writing one of these on a line may raise what is still to be invoiced.
LINE_GROWTH_FIELDS = {
    'product_uom_qty', 'price_unit', 'discount', 'tax_ids', 'product_id', 'product_uom_id', 'order_id',
    'is_downpayment', 'is_expense', 'display_type', 'is_delivery',
}


class _Growth:
    """How growth of confirmed orders is taken in this call: an object, because no caller from outside can send one.

    `tested`: the order that is being written is tested as a whole; `reported`: made by a bill or a delivery.
    """

    def __init__(self, name):
        self.name = name


TESTED, REPORTED = _Growth('tested'), _Growth('reported')


class SaleOrder(models.Model):
    _inherit = 'sale.order'

    def _without_credit_growth(self):
        """These orders with a context in which their lines are not tested one by one."""
        return self.with_context(ecount_credit_growth=TESTED)


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.model_create_multi
    def create(self, vals_list):
        orders = self._get_credit_guarded_orders(vals.get('order_id') for vals in vals_list)
        if not orders:
            lines = super().create(vals_list)
            lines._void_grown_credit_approvals()
            return lines
        before = orders._get_credit_open()
        lines = super().create(vals_list)
        report = self._is_credit_growth_reported() or lines._is_automatic_credit_growth(created=True)
        orders._guard_credit_growth(before, report=report)
        return lines

    def write(self, vals):
        if LINE_GROWTH_FIELDS.isdisjoint(vals):
            if 'qty_delivered' not in vals:
                return super().write(vals)
            before = self.order_id._get_credit_open()
            res = super().write(vals)
            self.env['sale.order']._guard_credit_growth(before, report=True)
            return res
        orders = self._get_credit_guarded_orders([vals.get('order_id')])
        if not orders:
            res = super().write(vals)
            self._void_grown_credit_approvals()
            return res
        before = orders._get_credit_open()
        report = self._is_credit_growth_reported() or (
            not {'is_delivery', 'product_id'} & vals.keys() and self._is_automatic_credit_growth())
        res = super().write(vals)
        orders._guard_credit_growth(before, report=report)
        return res

    def _get_credit_guarded_orders(self, order_ids):
        """Return the orders whose lines are tested when they change: confirmed, and not being tested as a whole.

        :param order_ids: ids of orders beside those of these lines; empty ones are left out
        """
        if self.env.context.get('ecount_credit_growth') is TESTED:
            return self.env['sale.order']
        orders = self.order_id
        if others := {id_ for id_ in order_ids if id_}:
            orders |= orders.browse(others)
        return orders.filtered(lambda order: order.state == 'sale')

    def _void_grown_credit_approvals(self):
        if self.env.context.get('ecount_credit_growth') is not TESTED:
            self.order_id._void_grown_credit_approvals()

    @api.model
    def _is_credit_growth_reported(self):
        return self.env.context.get('ecount_credit_growth') is REPORTED

    def _is_automatic_credit_growth(self, created=False):
        """Whether lines come from stock moves or carriers, which are counted and reported but never refused.

        :param bool created: whether the lines are new: a new one that was never ordered was delivered
        """
        by_stock = self.env.su and self.env.context.get('skip_procurement')
        return bool(self) and all(
            by_stock or created and not line.product_uom_qty or 'is_delivery' in line._fields and line.is_delivery
            and line.product_id == line.order_id.carrier_id.product_id for line in self)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _sale_create_reinvoice_sale_line(self):
        # A vendor bill or an expense that is passed on to the customer: the cost is there already.
        lines = super(AccountMoveLine, self.with_context(
            ecount_credit_growth=REPORTED))._sale_create_reinvoice_sale_line()
        return {line_id: line.with_env(self.env) for line_id, line in lines.items()}

    def _compute_amount_residual(self):
        super()._compute_amount_residual()
        self.env['res.partner']._invalidate_credit()
