"""Customers found by their credit, by those who may read it."""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _search_credit_exposure(self, operator, value):
        return self._search_credit_figure(operator, value, lambda row: sum(map(float, row[1:4])))

    def _search_credit_uncleared(self, operator, value):
        return self._search_credit_figure(operator, value, lambda row: float(row[3]))

    def _search_credit_overdue_days(self, operator, value):
        return self._search_credit_figure(operator, value, lambda row: row[4] or 0)

    def _search_credit_available(self, operator, value):
        self._check_credit_search()
        rows = self._get_all_credit_figures()
        customers = self.sudo().browse(row[0] for row in rows) | self.sudo()._search_customers_with_limit()
        exposures = {row[0]: sum(map(float, row[1:4])) for row in rows}
        limits = {customer.id: customer._get_term('credit_limit')[0] for customer in customers}
        round_ = self.env.company.currency_id.round
        return self._get_credit_domain(operator, value, {
            id_: round_(limit - exposures.get(id_, 0.0)) if limit else 0.0 for id_, limit in limits.items()}, 0.0)

    def _search_credit_state(self, operator, value):
        self._check_credit_search()
        company = self.env.company
        rows = self._get_all_credit_figures()
        customers = self.sudo().browse(row[0] for row in rows)
        customers._fetch_terms()
        customers._fetch_credit_group_terms()
        round_ = company.currency_id.round
        return self._get_credit_domain(operator, value, {
            customer.id: self._get_credit_state(
                customer._get_credit_terms(), round_(sum(map(float, row[1:4]))), row[4] or 0, company)
            for customer, row in zip(customers, rows)
        }, 'ok')

    def _search_credit_figure(self, operator, value, figure):
        self._check_credit_search()
        round_ = self.env.company.currency_id.round
        return self._get_credit_domain(
            operator, value, {row[0]: round_(figure(row)) for row in self._get_all_credit_figures()}, 0.0)

    def _check_credit_search(self):
        """Refuse whoever may not read the figures: else a search would tell who owes."""
        if not self.env.su and not self.env.user._is_internal():
            raise AccessError(self.env._("You may not search customers by their credit."))

    @api.model
    def _asset_difference_search(self, account_type, operator, operand):
        # Natively receivable and payable are hidden from users without accounting rights, and yet a search tells
        # who owes.
        self._check_ledger_search()
        return super()._asset_difference_search(account_type, operator, operand)

    def _check_ledger_search(self):
        """Refuse whoever may not read receivables and payables."""
        if not self.env.su and not self.env.user.has_groups(
                'account.group_account_invoice,account.group_account_readonly'):
            raise AccessError(self.env._("You may not search customers by what they owe."))

    def _get_all_credit_figures(self):
        self._flush_credit()
        return self.env.execute_query(self._get_credit_sql(self.env.company))

    def _search_customers_with_limit(self):
        """Return the customers that have, or inherit from a group, a limit; all of them if the company has one."""
        if self.env.company.sudo().ecount_credit_limit:
            return self.search([('parent_id', '=', False)])
        return self.search([
            '|', ('has_own_credit_limit', '=', True),
            ('customer_group_ids', 'child_of', self.env['ecount.customer.group'].sudo().search(
                [('has_own_credit_limit', '=', True)]).ids),
        ]).commercial_partner_id

    @api.model
    def _get_credit_domain(self, operator, value, values, default):
        """Return the domain of the customers, with their contacts, whose value matches.

        :param dict values: by customer id
        :param default: value of all other customers
        """
        compare = {
            '=': lambda left: left == value, '!=': lambda left: left != value,
            '<': lambda left: left < value, '<=': lambda left: left <= value,
            '>': lambda left: left > value, '>=': lambda left: left >= value,
            'in': lambda left: left in value, 'not in': lambda left: left not in value,
        }.get(operator)
        if not compare:
            return NotImplemented
        if compare(default):
            return Domain('commercial_partner_id', 'not in', [id_ for id_, left in values.items() if not compare(left)])
        return Domain('commercial_partner_id', 'in', [id_ for id_, left in values.items() if compare(left)])
