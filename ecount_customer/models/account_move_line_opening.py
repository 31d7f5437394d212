"""The day of a document that was taken over from another program."""

from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # An opening entry holds many documents; natively only an invoice has a date of its own.
    ecount_document_date = fields.Date(
        string="Document date", readonly=True, copy=False,
        help="Of a document whose balance was brought forward: its age counts from here.")
