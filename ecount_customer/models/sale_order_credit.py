"""Orders that meet the credit of their customer: on confirmation by any way, and when they grow afterwards."""

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import str2bool

from .sale_order_line_credit import LINE_GROWTH_FIELDS

# Writing one of these on a confirmed order may raise what somebody owes.
_GROWTH_FIELDS = {
    'order_line', 'partner_id', 'partner_invoice_id', 'company_id', 'currency_id', 'pricelist_id',
    'fiscal_position_id', 'credit_closed',
}


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'ecount.credit.mixin']
    _credit_confirm_action = 'ecount_customer.sale_order_action_confirm_anyway'

    credit_hold = fields.Boolean(
        string="On hold, waiting for approval", readonly=True, copy=False, tracking=True,
        help="The customer has signed or paid, but the credit does not suffice. An approval confirms the order.",
    )

    # The approvers' list; one index for all of it, because each index makes every statement on orders slower.
    _credit_waiting_idx = models.Index("(id) WHERE credit_hold IS TRUE OR credit_request_date IS NOT NULL")

    # Natively for portal users, too, who read their orders; see `credit_figures`.
    partner_credit_warning = fields.Text(groups='base.group_user')

    # === WHAT IS TESTED === #

    def _get_credit_partner(self):
        return self.env['res.partner'].union(*(order.partner_invoice_id or order.partner_id for order in self))

    def _get_credit_amounts(self):
        # An order that was cancelled and is confirmed again may be invoiced in part.
        touched = self.filtered(lambda order: not order.sudo()._is_credit_untouched())
        open_amounts = touched._get_credit_open_amounts() if touched else {}
        amounts = {order: open_amounts.get(order.id, order.amount_total) for order in self}
        return {order: (order._convert_credit(amount),) * 2 for order, amount in amounts.items()}

    def _get_credit_check(self, company):
        return company.ecount_check_orders

    def _is_credit_exempt(self):
        """Paid online in full, or paid in advance where the company exempts that."""
        order = self.sudo()  # a rep may not read transactions
        if order.transaction_ids and order.currency_id.compare_amounts(order.amount_paid, order.amount_total) >= 0:
            return True
        return order.company_id.ecount_exempt_prepaid and (
            order.payment_term_id.ecount_prepaid
            or any(transaction.provider_id.ecount_prepaid and transaction.state in ('pending', 'authorized', 'done')
                   for transaction in order.transaction_ids))

    def _get_credit_verdicts(self):
        confirmed = self.filtered(lambda order: order.state == 'sale')
        return {**confirmed._test_credit(counted=True, lock=False), **(self - confirmed)._test_credit(lock=False)}

    def _get_credit_fields(self):
        return super()._get_credit_fields() | {'credit_hold'}

    @api.depends('partner_id', 'partner_invoice_id', 'company_id', 'state')
    def _compute_credit_figures(self):
        return super()._compute_credit_figures()

    def _is_credit_banner_shown(self):
        return self.state in ('draft', 'sent')

    @api.depends('credit_warning')
    def _compute_partner_credit_warning(self):
        ours = self.filtered('credit_figures')
        super(SaleOrder, self - ours)._compute_partner_credit_warning()
        for order in ours:
            order.partner_credit_warning = order.credit_warning or ''

    # === THE GUARD === #

    @api.model_create_multi
    def create(self, vals_list):
        # Closed once it is tested: what was never tested cannot be a remainder.
        closed = [bool(vals.get('credit_closed')) for vals in vals_list]
        vals_list = [{**vals, 'credit_closed': False} if vals.get('credit_closed') else vals for vals in vals_list]
        # The lines that come with a new order are tested with it.
        orders = super(SaleOrder, self._without_credit_growth()).create(vals_list).with_env(self.env)
        if confirmed := orders.filtered(lambda order: order.state == 'sale'):
            confirmed._log_credit_warnings(confirmed._guard_credit(counted=True))
            confirmed._invalidate_credit_figures()
        if any(closed):
            self.union(*(order for order, is_closed in zip(orders, closed) if is_closed)).credit_closed = True
        return orders

    def write(self, vals):
        self._check_credit_hold(vals)
        confirming = self.filtered(lambda order: vals.get('state') == 'sale' != order.state)
        grows = self._may_grow(vals)
        warned = {}
        if confirming and not grows:
            warned = confirming._guard_credit()  # before anything is written or sent
        if not grows:
            res = super().write(self._get_credit_hold_vals(vals))
        else:
            before = (self - confirming)._get_credit_open(with_debtor=True)
            res = super(SaleOrder, self._without_credit_growth()).write(self._get_credit_hold_vals(vals))
            warned = confirming._guard_credit(counted=True) if confirming else {}
            self._void_grown_credit_approvals()
            (self - confirming)._guard_credit_growth(before)
        confirming._log_credit_warnings(warned)
        if grows or 'state' in vals:
            self._invalidate_credit_figures()
        return res

    @api.model
    def _may_grow(self, vals):
        """Whether these values may raise what the order stands for, other than by delivered quantities."""
        names = _GROWTH_FIELDS & vals.keys()
        if names != {'order_line'}:
            return bool(names)
        return not vals['order_line'] or any(
            not isinstance(command, (list, tuple)) or command[0] != Command.UPDATE
            or LINE_GROWTH_FIELDS & command[2].keys() for command in vals['order_line'])

    def _get_credit_hold_vals(self, vals):
        """An order that leaves the state of a quotation, or is reset to it, waits for nobody any more.

        Nor is its remainder closed: it is ordered again.
        """
        state = vals.get('state')
        if state in ('sale', 'cancel', 'draft') and any(
                order.credit_hold or order.credit_request_date for order in self):
            vals = {**vals, 'credit_hold': False, 'credit_request_date': False, 'credit_request_user_id': False}
        if state in ('sale', 'draft') and any(order.credit_closed and order.state != 'sale' for order in self):
            vals = {**vals, 'credit_closed': False}
        return vals

    def _check_credit_hold(self, vals):
        """Refuse to take orders off hold by hand: an approval does, or cancelling.

        :raise AccessError: see `_check_credit_fields`
        """
        if not vals.get('credit_hold', True) and any(order.credit_hold for order in self):
            self._check_credit_fields({'credit_hold': True})

    def _invalidate_credit_figures(self):
        self.env['res.partner']._invalidate_credit()

    def _get_credit_open(self, with_debtor=False):
        """Return the open amount of each confirmed order, to be compared after a change.

        :param bool with_debtor: the change may give the order another bill-to partner, company or currency
        :return: by order: the arguments of `_get_credit_growth`
        :rtype: dict[sale.order, tuple]
        """
        return {
            order: (order.credit_open_amount, order.partner_invoice_id, order.company_id, order.currency_id)
            if with_debtor else (order.credit_open_amount,)
            for order in self if order.state == 'sale'}

    def _guard_credit_growth(self, before, report=False):
        """Test confirmed orders that a user or another program has made larger.

        :param dict before: see `_get_credit_open`
        :param bool report: the growth was made by a bill or a delivery: it passes, and the approvers learn of it
        :raise UserError: when the credit does not allow the growth
        """
        amounts = {
            order: (grown, order._convert_credit(order.credit_open_amount))
            for order, was in before.items()
            if order.state == 'sale' and (grown := order._get_credit_growth(*was)) > 0}
        if not amounts:
            return
        orders = self.union(*amounts)
        orders._void_grown_credit_approvals()
        if report:
            for order, verdict in orders._test_credit(amounts, counted=True, lock=False).items():
                if verdict.reaction:
                    order._schedule_credit_activities(self.env._(
                        "The order has grown by a bill or a delivery.\n%s", order._describe_credit(verdict)))
            orders._accept_credit_growth()
        else:
            orders._log_credit_warnings(orders._guard_credit(amounts, counted=True))

    def _get_credit_growth(self, amount, partner=None, company=None, currency=None):
        """Return by how much more the same customer owes the same company, in that company's currency.

        :param float amount: what was open before, in the order's currency of then
        :param res.partner partner: who was billed; None where it is as before, and so are company and currency
        """
        self.ensure_one()
        now = self.credit_open_amount
        if partner is None or (partner, company, currency) == (
                self.partner_invoice_id, self.company_id, self.currency_id):
            if now <= amount:
                return 0.0  # the usual case: neither the customer nor a rate need be read
            before = self._convert_credit(amount)
        elif company == self.company_id and partner.sudo().commercial_partner_id == self._get_credit_customer():
            before = self._convert_credit(amount, currency)
        else:
            before = 0.0
        grown = self._convert_credit(now) - before
        return 0.0 if self.company_id.sudo().currency_id.compare_amounts(grown, 0.0) <= 0 else grown

    def _convert_credit(self, amount, currency=None):
        """Convert an amount of this order into the currency of its company, at the rate of today.

        :param res.currency currency: of the amount, if not that of the order
        """
        currency = currency or self.currency_id
        return currency._convert(
            amount, self.company_id.sudo().currency_id, self.company_id, fields.Date.context_today(self))

    # === HOLD AND RELEASE === #

    def _hold_for_credit(self):
        """Put on hold those orders that the guard would refuse: nothing may be raised where somebody has paid.

        Approvers get an activity with the figures, the customer a text without any.

        :return: the orders on hold
        :rtype: sale.order
        """
        verdicts = self.filtered(lambda order: order.state in ('draft', 'sent'))._test_credit()
        held = self.browse(order.id for order, verdict in verdicts.items() if verdict.reaction == 'block')
        for order in held:
            if not order.credit_hold:
                order.sudo().write({'credit_hold': True, 'state': 'sent'})
                order.sudo().message_post(
                    body=order.with_context(lang=order.partner_id.lang).env._(
                        "We have received your order and are checking it. "
                        "You will hear from us as soon as it is confirmed."),
                    message_type='comment', subtype_xmlid='mail.mt_comment',
                    author_id=order.company_id.sudo().partner_id.id)
                order._notify_credit_approvers(order._describe_credit(verdicts[order]))
        return held

    def _validate_order(self):
        held = self._hold_for_credit()
        if self - held:
            return super(SaleOrder, self - held)._validate_order()
        return None

    def action_confirm(self):
        held = self.filtered('credit_hold')
        if not held:
            return super().action_confirm()
        res = super(SaleOrder, self.with_context(send_email=True)).action_confirm()
        held._finish_credit_hold()
        return res

    def action_confirm_despite_credit(self):
        """Confirm after the warning was shown; what is refused stays refused."""
        return self.with_context(ecount_credit_ask=False).action_confirm()

    def _after_credit_approval(self):
        res = super()._after_credit_approval()
        if held := self.filtered('credit_hold'):
            held.action_confirm()
        return res

    def _finish_credit_hold(self):
        """Do once what the post-processing of the online payment would have done: automatic invoice and its mail."""
        if not str2bool(self.env['ir.config_parameter'].sudo().get_param('sale.automatic_invoice')):
            return
        transactions = self.sudo().transaction_ids.filtered(
            lambda transaction: transaction.state == 'done' and transaction.operation != 'validation'
            and not transaction.invoice_ids)
        for transaction in transactions:
            transaction._invoice_sale_orders()
            transaction.invoice_ids.filtered(lambda invoice: invoice.state == 'draft').action_post()
        if transactions and not self.env.context.get('skip_sale_auto_invoice_send'):
            transactions._send_invoice()
