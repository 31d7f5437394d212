"""What a customer owes and has ordered, how old the oldest of it is, and what its terms say to that."""

from collections import namedtuple

from odoo import api, fields, models
from odoo.tools.sql import column_exists

CREDIT_FIELDS = (
    'credit_exposure', 'credit_receivable', 'credit_ordered', 'credit_uncleared', 'credit_available',
    'credit_overdue_days', 'credit_oldest_document', 'credit_state', 'credit_draft_amount', 'credit_limit_effective',
)
# Figures of a customer in the currency of the company; `oldest` is the name of the oldest open document.
CreditFigures = namedtuple('CreditFigures', 'receivable to_invoice uncleared days oldest oldest_date')
NO_FIGURES = CreditFigures(0.0, 0.0, 0.0, 0, False, False)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # For internal users only; the search methods refuse everybody else, which `groups` alone does not.
    credit_exposure = fields.Monetary(
        string="Credit used", compute='_compute_credit_exposure', search='_search_credit_exposure',
        groups='base.group_user',
        help="What the customer owes, ordered and gave as cheques that are not cleared yet.",
    )
    credit_receivable = fields.Monetary(
        string="Open receivable", compute='_compute_credit_exposure', groups='base.group_user',
        help="Posted invoices and other open items less receipts.",
    )
    credit_ordered = fields.Monetary(
        string="Ordered, not invoiced", compute='_compute_credit_exposure', groups='base.group_user',
    )
    credit_uncleared = fields.Monetary(
        string="Cheques not cleared", compute='_compute_credit_exposure', search='_search_credit_uncleared',
        groups='base.group_user',
        help="Receipts in journals of cheques or notes that no bank statement has confirmed yet.",
    )
    credit_available = fields.Monetary(
        string="Credit available", compute='_compute_credit_state', search='_search_credit_available',
        groups='base.group_user', help="Limit less credit used; 0 where there is no limit.",
    )
    credit_overdue_days = fields.Integer(
        string="Oldest unpaid (days)", compute='_compute_credit_exposure', search='_search_credit_overdue_days',
        groups='base.group_user',
        help="Age of the oldest open receivable after unmatched receipts are set off, oldest first.",
    )
    credit_oldest_document = fields.Char(
        string="Oldest unpaid document", compute='_compute_credit_exposure', groups='base.group_user',
    )
    credit_state = fields.Selection(
        [('ok', "Within limit"), ('near', "Near limit"), ('over', "Over limit"), ('overdue', "Over credit period")],
        compute='_compute_credit_state', search='_search_credit_state', groups='base.group_user',
    )
    credit_draft_amount = fields.Monetary(
        string="Quotations and draft invoices", compute='_compute_credit_draft_amount', groups='base.group_user',
        help="Not counted as credit used.",
    )

    credit_limit_effective = fields.Monetary(
        string="Credit limit", compute='_compute_credit_state', groups='base.group_user',
        help="The customer's own, or of its groups, or of the company; 0: no limit.",
    )

    def _auto_init(self):
        # Limits that were typed before the addon was installed are the customers' own. (Odoo keeps no value that
        # equals the default, so every value of the column was typed.)
        fill = not column_exists(self.env.cr, self._table, 'has_own_credit_limit')
        res = super()._auto_init()
        if fill and column_exists(self.env.cr, self._table, 'credit_limit'):
            self.env.cr.execute("""
                UPDATE res_partner SET has_own_credit_limit = (
                    SELECT jsonb_object_agg(key, TRUE) FROM jsonb_each(credit_limit) WHERE value <> 'null')
                 WHERE credit_limit IS NOT NULL""")
        return res

    @api.model
    def _invalidate_credit(self):
        """Forget the credit figures of all customers: a document, receipt or match has changed them."""
        # One of these two is known wherever any of them is; mostly nobody has asked.
        caches = self.env.transaction.field_data
        if caches.get(self._fields['credit_exposure']) or caches.get(self._fields['credit_draft_amount']):
            self.env['res.partner'].invalidate_model(CREDIT_FIELDS, flush=False)

    # === FIGURES === #

    def _get_credit_exposure(self, company):
        """Return what these customers have used of their credit in a company, in its currency, by one statement.

        A contact or address has the figures of its company. Elevated: the test of a document, and the rep who
        may see the customer, need no accounting rights.

        :param res.company company: branches count with their main company, as in the ledger
        :return: by partner id: `receivable` (posted, less receipts), `to_invoice` (ordered, not yet invoiced),
            `uncleared` (cheques given), `total`, `days` (age of the oldest open item), `oldest` (its document)
            and `oldest_date`
        :rtype: dict[int, dict]
        """
        self.with_company(company)._fetch_terms()  # with them come the commercial entities, and what counting asks
        figures = self.commercial_partner_id._get_credit_figures(company)
        return {
            partner.id: {
                **figures[partner.commercial_partner_id.id]._asdict(),
                'total': sum(figures[partner.commercial_partner_id.id][:3]),
            }
            for partner in self
        }

    def _get_credit_figures(self, company, lock_pools=None):
        """Return the `CreditFigures` of these customers by their id.

        :param ecount.customer.group lock_pools: where a document is decided by the figures: the groups with a shared
            limit that it is tested against; they and the customers are locked
        """
        ids = [id_ for id_ in self._ids if isinstance(id_, int)]
        figures = dict.fromkeys(self._ids, NO_FIGURES)
        if not ids:
            return figures
        currency = company.sudo().currency_id
        for customer_id, *amounts, days, oldest, oldest_date in self._read_credit(company, ids, lock_pools):
            figures[customer_id] = CreditFigures(
                *(currency.round(float(amount or 0.0)) for amount in amounts), days or 0, oldest, oldest_date)
        return figures

    # === TERMS === #

    def _fetch_credit_group_terms(self):
        """Load by one statement the terms of the groups of many customers."""
        if self.commercial_partner_id.sudo().customer_group_ids:
            # All of them, there are few: those above are needed too.
            self.env['ecount.customer.group'].sudo().with_context(active_test=False).search_fetch([], [
                'parent_path', 'active', 'company_id', 'level', 'root_id', 'sequence', 'credit_policy',
                'overdue_policy', 'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days',
                'credit_pool'])

    # === COMPUTE METHODS === #

    @api.depends('commercial_partner_id')
    @api.depends_context('company')
    def _compute_credit_exposure(self):
        self._fetch_terms()  # the commercial entities; the rest is mostly asked for next
        figures = self.commercial_partner_id._origin._get_credit_figures(self.env.company)  # also while a form is typed
        for figure, partners in self._group_by_value(
                lambda partner: figures.get(partner.commercial_partner_id._origin.id) or NO_FIGURES).items():
            partners.credit_exposure = sum(figure[:3])
            partners.credit_receivable = figure.receivable
            partners.credit_ordered = figure.to_invoice
            partners.credit_uncleared = figure.uncleared
            partners.credit_overdue_days = figure.days
            partners.credit_oldest_document = figure.oldest

    @api.depends(
        'commercial_partner_id', 'credit_exposure', 'credit_overdue_days', 'credit_policy', 'overdue_policy',
        'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days', 'customer_group_ids')
    @api.depends_context('company')
    def _compute_credit_state(self):
        company = self.env.company
        self._fetch_terms()
        self._fetch_credit_group_terms()
        all_terms = self._get_credit_terms_by_partner()

        def get_values(partner):
            terms, exposure = all_terms[partner], partner.credit_exposure
            state = self._get_credit_state(terms, exposure, partner.credit_overdue_days, company)
            return terms.limit, terms.limit - exposure if terms.limit else 0.0, state

        for (limit, available, state), partners in self._group_by_value(get_values).items():
            partners.credit_limit_effective, partners.credit_available, partners.credit_state = limit, available, state

    @api.model
    def _get_credit_state(self, terms, exposure, days, company):
        """Say where a customer stands: `ok`, `near`, `over` or `overdue`, the graver first.

        :param CreditTerms terms: of the customer
        :param float exposure: credit used, in the currency of the company
        :param int days: age of the oldest open receivable
        """
        if terms.days and days > terms.days:
            return 'overdue'
        compare = company.currency_id.compare_amounts
        if terms.limit and compare(exposure, terms.limit) > 0 or terms.policy == 'stop' and compare(exposure, 0) > 0:
            return 'over'
        if terms.limit and compare(exposure, terms.limit * company.sudo().ecount_near_percent / 100) >= 0:
            return 'near'
        return 'ok'

    @api.depends('commercial_partner_id')
    @api.depends_context('company')
    def _compute_credit_draft_amount(self):
        company, today = self.env.company, fields.Date.context_today(self)
        customers = self.commercial_partner_id
        amounts = dict.fromkeys(customers.ids, 0.0)
        # Elevated as the other figures of the customer.
        for customer, currency, amount in self.env['sale.order'].sudo()._read_group([
            ('partner_invoice_id.commercial_partner_id', 'in', customers.ids), ('state', 'in', ('draft', 'sent')),
            ('company_id', 'child_of', company.root_id.id),
        ], ['partner_invoice_id', 'currency_id'], ['amount_total:sum']):
            amounts[customer.commercial_partner_id.id] += currency._convert(
                amount, company.currency_id, company, today)
        for customer, amount in self.env['account.move'].sudo()._read_group([
            ('commercial_partner_id', 'in', customers.ids), ('state', '=', 'draft'),
            ('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt')),
            ('company_id', 'child_of', company.root_id.id),
        ], ['commercial_partner_id'], ['amount_total_signed:sum']):
            amounts[customer.id] += amount
        for partner in self:
            partner.credit_draft_amount = amounts.get(partner.commercial_partner_id.id, 0.0)
