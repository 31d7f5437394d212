"""Dialog that asks an approver for the reason."""

from odoo import api, fields, models


class EcountCreditApproval(models.TransientModel):
    """Collects reason and amount for `action_approve_credit`."""

    _name = 'ecount.credit.approval'
    _description = "Approve Credit"

    res_model = fields.Selection([('sale.order', "Order"), ('account.move', "Invoice")], required=True)
    res_ids = fields.Char(required=True, help="Ids of the documents, separated by commas.")
    document_names = fields.Text(compute='_compute_documents')
    currency_id = fields.Many2one('res.currency', compute='_compute_documents')
    is_single = fields.Boolean(compute='_compute_documents')
    amount = fields.Monetary(
        string="Approved up to", compute='_compute_amount', store=True, readonly=False,
        help="The document may grow up to this amount.",
    )
    reason = fields.Char(required=True)

    def _get_documents(self):
        return self.env[self.res_model].browse(int(id_) for id_ in self.res_ids.split(',')).exists()

    @api.depends('res_model', 'res_ids')
    def _compute_documents(self):
        for wizard in self:
            documents = wizard._get_documents() if wizard.res_model and wizard.res_ids else self.env['sale.order']
            wizard.is_single = len(documents) == 1
            wizard.currency_id = documents[:1].currency_id
            verdicts = documents._get_credit_verdicts()
            wizard.document_names = "\n\n".join(
                document._describe_credit(verdicts[document]) if document in verdicts else document.display_name
                for document in documents)

    @api.depends('res_model', 'res_ids')
    def _compute_amount(self):
        for wizard in self:
            documents = wizard._get_documents() if wizard.res_model and wizard.res_ids else self.env['sale.order']
            wizard.amount = documents.amount_total if len(documents) == 1 else 0.0

    def action_approve(self):
        """Approve the documents; an order on hold is confirmed."""
        self.ensure_one()
        self._get_documents().action_approve_credit(self.reason, self.amount if self.is_single else None)
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}
