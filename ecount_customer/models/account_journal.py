"""Journals of cheques and notes."""

from odoo import fields, models


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    ecount_uncleared_receipts = fields.Boolean(
        string="Receipts are not money yet",
        help="Cheques or notes: receipts of this journal keep using the customer's credit until they are "
             "matched with a bank statement or marked as cleared.",
    )
