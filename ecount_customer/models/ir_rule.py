"""Errors about hidden records that do not tell what they hide."""

from odoo import models
from odoo.exceptions import AccessError


class IrRule(models.Model):
    _inherit = 'ir.rule'

    def _make_access_error(self, operation, records):
        error = super()._make_access_error(operation, records)
        if not self.env.user._sees_own_customers_only():
            return error
        # In developer mode the native text names the records, whoever's customers they are.
        texts = {
            'read': self.env._("You cannot open this record (%(document)s)."),
            'write': self.env._("You cannot change this record (%(document)s)."),
            'create': self.env._("You cannot create this record (%(document)s)."),
            'unlink': self.env._("You cannot delete this record (%(document)s)."),
        }
        document = self.env['ir.model']._get(records._name).name or records._name
        plain_error = AccessError(" ".join((
            texts[operation] % {'document': document},
            self.env._("It belongs to a customer of somebody else, or lies outside your companies or rights. "
                       "Ask your manager to make you a salesperson of the customer."),
        )))
        if context := getattr(error, 'context', None):
            plain_error.context = context
        return plain_error
