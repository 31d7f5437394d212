"""Documents found by the groups of their customer."""

from odoo import fields, models


class CustomerGroupMixin(models.AbstractModel):
    """Gives a document or report with a `partner_id` the search field "Customer group".

    The fields are not stored: a customer moved to another group takes all documents along.
    """

    _name = 'ecount.customer.group.mixin'
    _inherit = ['ecount.joined.field.mixin']
    _description = "Document of a customer with groups"

    partner_id = fields.Many2one('res.partner')
    customer_group_ids = fields.Many2many(
        'ecount.customer.group', string="Customer group", related='partner_id.customer_group_ids',
        help="Finds the documents of customers of this group and of the groups below it.",
    )
    # The web client's search panel shows trees for many2one fields only.
    customer_group_id = fields.Many2one(
        'ecount.customer.group', string="Customer group (deepest)", related='partner_id.customer_group_id',
        export_string_translation=False,
    )
