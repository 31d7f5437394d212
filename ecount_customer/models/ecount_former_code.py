"""Codes that customers had before: of a changed code, and of customers merged into another."""

from odoo import api, fields, models
from odoo.tools import SQL


class EcountFormerCode(models.Model):
    _name = 'ecount.former.code'
    _description = "Former Customer Code"
    _order = 'id desc'

    name = fields.Char(
        string="Former code", readonly=True, index=True,
        help="Finds the customer like its present code and is never given to another one. "
             "Empty where a merged customer had none.",
    )
    customer_name = fields.Char(
        string="Former name", readonly=True, help="What the customer was called under this code.",
    )
    partner_id = fields.Many2one(
        'res.partner', string="Customer", required=True, readonly=True, index=True, ondelete='cascade',
    )
    merged_partner_id = fields.Many2one(
        'res.partner', string="Merged customer", readonly=True, index='btree_not_null', ondelete='set null',
        help="The put-away customer that had the code. Empty where a customer's own code was changed.",
    )
    company_id = fields.Many2one(
        'res.company', readonly=True, ondelete='cascade',
        help="Where the code was valid: that of the customer then. Empty: in all companies.",
    )

    _normalized_idx = models.Index("(lower(btrim(name))) WHERE name IS NOT NULL")

    @api.depends('name', 'customer_name')
    def _compute_display_name(self):
        for former in self:
            former.display_name = former.name or former.customer_name

    @api.model
    def _remember(self, former_codes, holder=None):
        """Keep codes that customers no longer have.

        :param dict former_codes: the code that each customer had until now
        :param holder: the `res.partner` that the codes find from now on, if another than who had them
        :return: the created records
        """
        return self.create([
            {'name': code, 'partner_id': (holder or customer).id, 'customer_name': customer.name,
             'company_id': customer.company_id.id}
            for customer, code in former_codes.items()
        ])

    @api.model
    def _forget_retaken(self, customers):
        """Drop the former codes that customers have again as their present one; merged customers' codes stay."""
        customers.flush_recordset(['ref'])
        self.flush_model(['name', 'partner_id', 'merged_partner_id'])
        rows = self.env.execute_query(SQL(
            """
            SELECT former.id FROM ecount_former_code former
              JOIN res_partner partner ON partner.id = former.partner_id
             WHERE partner.id IN %s AND former.merged_partner_id IS NULL
               AND lower(btrim(former.name)) = lower(btrim(partner.ref))
            """, tuple(customers.ids) or (0,),
        ))
        self.browse(former_id for former_id, in rows).unlink()
