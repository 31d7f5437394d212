"""Own customers only: models of apps that may be missing, and errors that do not tell what they hide."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Models of apps that install themselves beside ours and that we do not depend on: there is no external id to write a
# rule for. Each with the path to its customer, see `res.users._get_own_customers_domain`.
OPTIONAL_MODELS = {
    'snailmail.letter': 'partner_id',
}


class IrRule(models.Model):
    _inherit = 'ir.rule'

    @api.model
    def _compute_domain(self, model_name, mode='read'):
        domain = super()._compute_domain(model_name, mode)
        if model_name in OPTIONAL_MODELS and not self.env.su:
            own = self.env.user._get_own_customers_domain(OPTIONAL_MODELS[model_name])
            domain = (Domain(domain) & own).optimize(self.env[model_name])
        return domain

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
