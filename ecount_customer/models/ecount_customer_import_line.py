"""The rows of an upload that are to be written, and what became of each."""

from odoo import fields, models


class EcountCustomerImportLine(models.Model):
    """A row to be written, understood at the check. Its state changes in the transaction that writes its customer, so
    that after a crash the rest goes on and no row is written twice. For the system only: the values are written with
    the rights of the user who uploaded them."""

    _name = 'ecount.customer.import.line'
    _description = "Row of an Upload"
    _order = 'import_id, level, row'

    import_id = fields.Many2one('ecount.customer.import', required=True, ondelete='cascade')
    row = fields.Integer(required=True)
    level = fields.Integer(help="Customers (0) are written before their contacts and addresses (1).")
    kind = fields.Selection([('new', "New"), ('changed', "Changed")], required=True)
    state = fields.Selection(
        [('todo', "To do"), ('created', "Created"), ('changed', "Changed"), ('wrong', "Wrong")], required=True)
    # No relation: the row outlives the customer, and is nobody's document.
    record_id = fields.Integer(help="Id of the customer that is changed or was created.")
    parent_row = fields.Integer(help="Row of the customer that this contact belongs to, where that is new too.")
    vals = fields.Json(help="What is written; emptied when it is.")

    _todo_idx = models.Index("(import_id, level, row) WHERE state = 'todo'")
    _row_unique = models.UniqueIndex('(import_id, row)', "A row is written once.")
