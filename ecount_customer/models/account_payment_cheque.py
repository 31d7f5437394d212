"""Cheques and notes: received, cleared, bounced."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import sql


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    # Kept on the payment, so that an index holds the few that are not cleared.
    ecount_uncleared = fields.Boolean(
        string="Cheque or note", compute='_compute_ecount_uncleared', store=True,
        help="Received in a journal of cheques or notes.",
    )
    ecount_cleared = fields.Boolean(
        string="Cleared", copy=False, tracking=True,
        help="The cheque or note was paid: it no longer uses the customer's credit.",
    )

    # Payments have no index on the partner; these hold only the few that the credit of a customer asks for.
    _ecount_uncleared_idx = models.Index("(partner_id) WHERE ecount_uncleared AND ecount_cleared IS NOT TRUE")
    _ecount_in_process_idx = models.Index("(partner_id) WHERE move_id IS NULL AND state = 'in_process'")

    def _auto_init(self):
        # No journal is marked when the addon is installed: nothing to compute for the payments of the database.
        if not sql.column_exists(self.env.cr, self._table, 'ecount_uncleared'):
            sql.create_column(self.env.cr, self._table, 'ecount_uncleared', 'bool')
        return super()._auto_init()

    @api.depends('journal_id.ecount_uncleared_receipts', 'payment_type')
    def _compute_ecount_uncleared(self):
        for payment in self:
            payment.ecount_uncleared = (
                payment.payment_type == 'inbound' and payment.journal_id.ecount_uncleared_receipts)

    def write(self, vals):
        res = super().write(vals)
        self.env['res.partner']._invalidate_credit()
        return res

    def action_mark_cleared(self):
        """Say that these cheques or notes were paid.

        :raise UserError: for a payment that is no posted cheque or note
        """
        self._check_is_posted_cheque()
        self.write({'ecount_cleared': True})

    def action_mark_bounced(self):
        """Say that these cheques or notes were not paid: what they had settled is owed again, with its own date.

        :raise UserError: for a payment that is no posted cheque or note
        """
        self._check_is_posted_cheque()
        self.action_reject()

    def action_reject(self):
        for payment in self.filtered(lambda payment: payment.ecount_uncleared and payment.move_id.state == 'posted'):
            # Natively a rejected payment keeps its entry, and the invoice would stay paid. Reversed, not deleted:
            # the month may be closed.
            payment.move_id.line_ids.remove_move_reconcile()
            payment.move_id._reverse_moves([{
                'date': fields.Date.context_today(payment),
                'ref': self.env._("Bounced: %s", payment.name),
            }], cancel=True)
            payment.ecount_cleared = False
        return super().action_reject()

    def _check_is_posted_cheque(self):
        for payment in self:
            if not payment.ecount_uncleared or payment.state not in ('in_process', 'paid'):
                raise UserError(self.env._(
                    "%s is no posted cheque or note. Mark its journal as one of cheques and notes first, "
                    "and confirm the payment.", payment.display_name))
