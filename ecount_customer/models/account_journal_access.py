"""The figures on the accounting dashboard, for people who see only their own customers."""

from odoo import fields, models
from odoo.fields import Domain


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    def _fill_sale_purchase_dashboard_data(self, dashboard_data):
        super()._fill_sale_purchase_dashboard_data(dashboard_data)
        if self.env.user._sees_own_customers_only():
            # Natively counted in SQL over the documents of all customers.
            journals = self.filtered(lambda journal: journal.type in ('sale', 'purchase'))
            open_ones = Domain('state', '=', 'posted') & Domain('payment_state', 'in', ('not_paid', 'partial'))
            late = open_ones & Domain('invoice_date_due', '<', fields.Date.context_today(self))
            for key, domain, amount in (
                ('draft', Domain('state', '=', 'draft'), 'amount_total_signed'),
                ('waiting', open_ones, 'amount_residual_signed'),
                ('late', late, 'amount_residual_signed'),
            ):
                rows = self.env['account.move']._read_group(
                    domain & Domain('journal_id', 'in', journals.ids), ['journal_id'], ['__count', f'{amount}:sum'])
                figures = {journal.id: (count, total) for journal, count, total in rows}
                for journal in journals:
                    count, total = figures.get(journal.id, (0, 0.0))
                    dashboard_data[journal.id].update({
                        f'number_{key}': count,
                        f'sum_{key}': journal.company_id.sudo().currency_id.format(abs(total)),
                        'number_to_check': 0, 'to_check_balance': '',
                    })

    def _get_sale_purchase_graph_data(self):
        graphs = super()._get_sale_purchase_graph_data()
        if self.env.user._sees_own_customers_only():
            # The bars add up all customers; the counts beside them say what the user may know.
            for graph in graphs.values():
                for bar in graph[0]['values']:
                    bar['value'] = 0.0
        return graphs
