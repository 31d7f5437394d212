"""Customer invoices that meet the credit of their customer when they are posted."""

from odoo import api, fields, models
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

# In the context of what has been tested: an object, because no caller from outside can send one.
_TESTED = object()


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'ecount.credit.mixin']
    _credit_confirm_action = 'ecount_customer.account_move_action_post_anyway'

    _credit_waiting_idx = models.Index("(id) WHERE credit_request_date IS NOT NULL")  # the approvers' list

    # === WHAT IS TESTED === #

    def _get_credit_partner(self):
        return self.partner_id

    def _get_credit_amounts(self):
        """An invoice takes over what its orders stand for: only the difference raises the exposure."""
        amounts = {move: move.amount_total_signed for move in self}
        growth = dict(amounts)
        of_orders = self.filtered(lambda move: move.line_ids.sale_line_ids)
        if of_orders:
            replaced = of_orders._get_credit_replaced()
            growth.update((move, amounts[move] - replaced[move]) for move in of_orders)
        return {move: (growth[move], amounts[move]) for move in self}

    def _get_credit_replaced(self):
        """Return how much less their orders will stand for once each of these invoices is posted.

        One after the other, so that two invoices of one order do not both replace the same share. In the currency
        of the company.
        """
        orders = self.line_ids.sale_line_ids.order_id._origin.sudo()  # an accountant may not read the orders
        posting = self.browse()
        before = orders._get_credit_open_amounts()
        replaced = {}
        for move in self:
            posting += move
            after = orders._get_credit_open_amounts(posting)
            customer = move._get_credit_customer()
            replaced[move] = sum(
                order._convert_credit(before.get(order.id, 0.0) - after.get(order.id, 0.0))
                for order in orders if order._get_credit_customer() == customer)
            before = after
        return replaced

    def _get_credit_check(self, company):
        return company.ecount_check_invoices

    def _get_credit_cap(self, growth):
        move = self.sudo()  # an accountant may not read the orders, nor the transactions
        if any(transaction.state in ('authorized', 'done') for transaction in move.transaction_ids):
            return 'warn'  # money was taken: nothing may be refused
        if 'pos_order_ids' in move._fields and move.pos_order_ids:
            return 'warn'
        order_lines = move.line_ids.sale_line_ids
        orders = order_lines.order_id
        if orders and all(order.credit_approval_user_id for order in orders) \
                and move.company_currency_id.compare_amounts(growth, 0.0) <= 0:
            return 'none'  # approved as an order
        if move.company_id.ecount_warn_delivered and any(line.qty_delivered > 0 for line in order_lines):
            return 'warn'
        return None

    def _is_credit_exempt(self):
        return self.move_type not in ('out_invoice', 'out_receipt')

    def _get_credit_verdicts(self):
        return self.filtered(lambda move: move.state == 'draft')._test_credit(lock=False)

    @api.depends('partner_id', 'company_id', 'state', 'move_type')
    def _compute_credit_figures(self):
        return super()._compute_credit_figures()

    def _is_credit_banner_shown(self):
        return self.state == 'draft' and self.move_type in ('out_invoice', 'out_receipt')

    @api.depends('credit_warning')
    def _compute_partner_credit_warning(self):
        ours = self.filtered('credit_figures')
        super(AccountMove, self - ours)._compute_partner_credit_warning()
        for move in ours:
            move.partner_credit_warning = move.credit_warning or ''

    def _get_alerts(self):
        alerts = super()._get_alerts()
        if self.credit_warning and 'account_partner_credit_warning' in alerts:
            alert = alerts['account_partner_credit_warning']
            alert['level'] = 'danger' if self.credit_reaction == 'block' else 'warning'
            if self.ids and self.can_approve_credit:
                alert['action_text'] = self.env._("Approve…")
                alert['action'] = self._origin.action_open_credit_approval()
            elif self.ids and not self.credit_request_date:
                alert['action_text'] = self.env._("Request approval")
                alert['action_call'] = ('account.move', 'action_request_credit_approval', self.ids)
        return alerts

    # === THE GUARD === #

    def _post(self, soft=True):
        if not self.env.su and not self.env.user.has_group('account.group_account_invoice'):
            return super()._post(soft)  # which refuses
        today = fields.Date.context_today(self)
        tested = self.filtered(
            lambda move: move.state == 'draft' and move.move_type in ('out_invoice', 'out_receipt')
            and not (soft and move.auto_post != 'no' and move.date > today) and move.partner_id)
        warned = tested._guard_credit() if tested else {}
        posted = super(AccountMove, self.with_context(ecount_credit_post=_TESTED))._post(soft).with_env(self.env)
        tested._log_credit_warnings({move: verdict for move, verdict in warned.items() if move.state == 'posted'})
        self.env['res.partner']._invalidate_credit()
        return posted

    def _autopost_draft_entries(self, batch_size=100):
        # A person may post an invoice of the same customer at this instant: what is not posted yet is tried again.
        for tries_left in reversed(range(MAX_TRIES_ON_CONCURRENCY_FAILURE)):
            try:
                return super()._autopost_draft_entries(batch_size=batch_size)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                if not tries_left:
                    raise
                self.env.cr.rollback()
        return None

    def action_post_despite_credit(self):
        """Post after the warning was shown; what is refused stays refused."""
        return self.with_context(ecount_credit_ask=False).action_post()

    def write(self, vals):
        if vals.get('state') == 'posted' and self.env.context.get('ecount_credit_post') is not _TESTED:
            drafts = self.filtered(lambda move: move.state != 'posted' and not move._is_credit_exempt())
            drafts._log_credit_warnings(drafts._guard_credit())
        res = super().write(vals)
        if 'state' in vals:
            self.env['res.partner']._invalidate_credit()
        if vals.keys() & {'line_ids', 'invoice_line_ids', 'partner_id', 'currency_id'}:
            self._void_grown_credit_approvals()
        return res
