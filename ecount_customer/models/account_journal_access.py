"""The figures on the accounting dashboard, for people who see only their own customers."""

from datetime import timedelta

from babel.dates import format_datetime

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.misc import get_lang


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
            # Natively the bars add up all customers.
            amounts = self._get_own_open_amounts()
            for journal in self:
                graph = graphs[journal.id][0]
                if not graph['is_sample_data']:
                    currency = journal.currency_id or journal.company_id.sudo().currency_id
                    for bar, amount in zip(graph['values'], amounts[journal.id]):
                        bar['value'] = currency.round(amount)
        return graphs

    def _get_own_open_amounts(self):
        """Return what is open on the documents that the user sees: overdue before last week, for each of four weeks
        from the last one on, and later, as the bars of the dashboard.

        :rtype: dict[int, list[float]]
        """
        today = fields.Date.today()
        this_week = today + timedelta(days=1 - int(format_datetime(today, 'e', locale=get_lang(self.env).code)))
        starts = [this_week + timedelta(days=7 * week) for week in range(-1, 4)]
        amounts = {journal.id: [0.0] * (len(starts) + 1) for journal in self}
        Move = self.env['account.move']
        for journal, day, amount in Move._read_group([
            ('journal_id', 'in', self.ids), ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial')),
            ('move_type', 'in', Move.get_invoice_types(True)), ('invoice_date_due', '!=', False),
        ], ['journal_id', 'invoice_date_due:day'], ['amount_residual_signed:sum']):
            bar = sum(day >= start for start in starts)
            amounts[journal.id][bar] += amount if journal.type == 'sale' else -amount
        return amounts
