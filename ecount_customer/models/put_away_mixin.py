"""Documents refuse a customer that was put away."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class PutAwayMixin(models.AbstractModel):
    """For a document with a `partner_id` and a `state`: not entered, nor taken up again, for a put-away customer."""

    _name = 'ecount.put.away.mixin'
    _description = "Document that refuses customers put away"

    partner_id = fields.Many2one('res.partner')

    @api.constrains('partner_id', 'state')
    def _check_not_put_away(self):
        # Elevated: whether it was put away does not depend on who enters the document.
        documents = self.sudo().filtered(lambda document: document._needs_customer_in_use())
        documents.partner_id.fetch(['commercial_partner_id', 'active'])  # most need nothing else of the customer
        for document in documents:
            customer = document.partner_id.commercial_partner_id
            if customer.is_put_away:
                raise UserError(self.env._(
                    "%(customer)s was put away on %(date)s. "
                    "Bring the customer back first (Customers > Tools > Put away).",
                    customer=customer.display_name, date=fields.Date.to_string(customer.dormant_since),
                ))

    def _needs_customer_in_use(self):
        """Whether this document is refused for a put-away customer. Cancelling always goes.

        :rtype: bool
        """
        self.ensure_one()
        return self.state != 'cancel'
