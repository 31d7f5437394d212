"""The statement as PDF."""

from odoo import api, models


class ReportStatement(models.AbstractModel):
    """Values of the QWeb report: a statement for each customer, in its own language."""

    _name = 'report.ecount_customer.report_statement'
    _description = "Statement of Account"

    @api.model
    def _get_report_values(self, docids, data=None):
        options = {name: (data or {}).get(name) for name in ('date_from', 'date_to', 'layout', 'with_lines')}
        options['layout'] = options['layout'] or 'ledger'
        partners = self.env['res.partner'].browse(docids or (data or {}).get('partner_ids') or []).commercial_partner_id
        return {
            'doc_ids': partners.ids,
            'doc_model': 'res.partner',
            'docs': partners,
            'get_statement': lambda partner: partner._get_statement(**options),
            'company': self.env.company,
        }
