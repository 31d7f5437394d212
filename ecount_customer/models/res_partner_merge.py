"""What is left of a merged customer: the link to the one that was kept, and its code."""

from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    merged_into_id = fields.Many2one(
        'res.partner', string="Merged into", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        help="The customer that was kept. Documents and balances are there.",
    )
    former_code_ids = fields.One2many(
        'ecount.former.code', 'partner_id', string="Former codes", readonly=True, copy=False,
        help="Earlier codes of this customer and those of customers merged into it. They still find it.",
    )

    def write(self, vals):
        if 'ref' not in vals:
            return super().write(vals)
        code = (vals['ref'] or '').strip().lower()
        # Elevated: whoever may change the code leaves the former one behind, seen customer or not.
        former_codes = {
            customer: customer.ref for customer in self.sudo()
            if customer.ref and customer.ref.strip().lower() != code and customer.commercial_partner_id == customer
        }
        result = super().write(vals)
        FormerCode = self.env['ecount.former.code'].sudo()
        if former_codes:
            FormerCode._remember(former_codes)
        if code:
            FormerCode._forget_retaken(self)
        return result

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator not in ('in', 'ilike', 'like', '=ilike', '=like') or not value:
            return domain
        # any!: a search of customers needs no access to the table of codes.
        return Domain(domain) | Domain('former_code_ids', 'any!', [('name', operator, value)])
