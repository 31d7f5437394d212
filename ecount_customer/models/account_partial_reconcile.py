"""What was matched after a date, for reports as of that date."""

from odoo import models


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    _max_date_idx = models.Index("(max_date)")
