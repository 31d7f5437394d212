"""Documents found by the groups of their customer."""

from odoo import fields, models


class CustomerGroupMixin(models.AbstractModel):
    """Gives a document with a `partner_id` the search field "Customer group".

    The field is not stored: a customer moved to another group takes all documents along.
    """

    _name = 'ecount.customer.group.mixin'
    _description = "Document of a customer with groups"

    partner_id = fields.Many2one('res.partner')
    customer_group_ids = fields.Many2many(
        'ecount.customer.group', string="Customer group", related='partner_id.customer_group_ids',
        help="Finds the documents of customers of this group and of the groups below it.",
    )
