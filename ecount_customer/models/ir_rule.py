"""Own customers only: models of apps that may be missing, and errors that do not tell what they hide."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Models of apps that install themselves beside ours and that we do not depend on: there is no external id to write a
# rule for. Each with the path to its customer, see `res.users._get_own_customers_domain`.
OPTIONAL_MODELS = {
    'calendar.attendee': 'partner_id',
    'product.wishlist': 'partner_id',
    'snailmail.letter': 'partner_id',
}


class IrRule(models.Model):
    _inherit = 'ir.rule'

    @api.model
    def _compute_domain(self, model_name, mode='read'):
        domain = super()._compute_domain(model_name, mode)
        path = self._get_own_customers_path(model_name)
        if path and not self.env.su:
            own = self.env.user._get_own_customers_domain(path)
            domain = (Domain(domain) & own).optimize(self.env[model_name])
        return domain

    @api.model
    def _get_own_customers_path(self, model_name):
        """Return the path to the customer of a model that has no record rule in XML for it, else None.

        Models of this addon with a stored `partner_id` are restricted by themselves: none can be forgotten.
        """
        if model_name in OPTIONAL_MODELS:
            return OPTIONAL_MODELS[model_name]
        if model_name.startswith('ecount.'):
            field = self.env[model_name]._fields.get('partner_id')
            if field and field.store and field.comodel_name == 'res.partner':
                return 'partner_id'
        return None

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
