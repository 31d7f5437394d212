"""Terms of a customer: its own, or inherited from its groups or the company, nearest first."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ecount_customer_group import CREDIT_POLICIES, OVERDUE_POLICIES


class ResPartner(models.Model):
    _inherit = 'res.partner'

    discount_rate = fields.Float(
        string="Discount rate (%)", company_dependent=True, digits='Discount', tracking=True,
        help="Default discount on order and invoice lines, in percent. Negative is a surcharge. 0: as the groups.",
    )
    no_discount = fields.Boolean(
        string="No discount", company_dependent=True, tracking=True,
        help="This customer gets no discount rate, whatever the groups say.",
    )
    credit_policy = fields.Selection(
        CREDIT_POLICIES, string="Credit policy", company_dependent=True, tracking=True,
        help="What happens when an order or invoice passes the credit limit.",
    )
    overdue_policy = fields.Selection(
        OVERDUE_POLICIES, string="Overdue policy", company_dependent=True, tracking=True,
        help="What happens when the oldest invoice is older than the credit period. Empty: as the groups or company.",
    )
    credit_limit = fields.Float(tracking=True)
    credit_days = fields.Integer(
        string="Credit period (days)", company_dependent=True, tracking=True,
        help="Days from the invoice until it must be paid; exactly this many pass. 0: no period.",
    )
    has_own_credit_limit = fields.Boolean(
        string="Own credit limit", company_dependent=True, copy=False, tracking=True,
        help="Set when a limit is typed: tells an own 0 (no limit) from an empty field.",
    )
    has_own_credit_days = fields.Boolean(
        string="Own credit period", company_dependent=True, copy=False, tracking=True,
        help="Set when a period is typed: tells an own 0 (no period) from an empty field.",
    )

    def _commercial_fields(self):
        return [
            *super()._commercial_fields(),
            'discount_rate', 'no_discount', 'credit_policy', 'overdue_policy', 'credit_days',
            'has_own_credit_limit', 'has_own_credit_days',
        ]

    @api.constrains('discount_rate')
    def _check_discount_rate(self):
        for partner in self:
            if not -100 <= partner.discount_rate <= 100:
                raise ValidationError(self.env._(
                    "%(customer)s: the discount rate must lie between −100 and 100 percent, not %(rate)s.",
                    customer=partner.display_name, rate=partner.discount_rate,
                ))

    @api.constrains('credit_limit', 'credit_days')
    def _check_credit_terms(self):
        for partner in self.sudo():  # the limit is hidden from users without accounting rights
            if partner.credit_limit < 0 or partner.credit_days < 0:
                raise ValidationError(self.env._(
                    "%s: a credit limit or period cannot be negative.", partner.display_name,
                ))

    @api.model_create_multi
    def create(self, vals_list):
        mark = self.env['ecount.customer.group']._mark_own_credit_terms
        return super().create([mark(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self.env['ecount.customer.group']._mark_own_credit_terms(vals))

    def _inverse_use_partner_credit_limit(self):
        # The native box for an own limit: without it there is none, not one of 0.
        super()._inverse_use_partner_credit_limit()
        for partner in self:
            partner.has_own_credit_limit = partner.use_partner_credit_limit

    def _get_term(self, name):
        """Return the value of a term for this customer and the record that it comes from.

        Nearest wins: the customer, its groups from the deepest up (ties by the roots' sequence), the company.

        :param str name: `pricelist_id`, `discount_rate` (percent), `credit_policy`, `overdue_policy`,
            `credit_limit` (in the currency of the current company) or `credit_days` (days)
        :return: value, and the `res.partner`, `ecount.customer.group` or `res.company` that has it
        :rtype: tuple
        """
        for source in self._get_term_sources():
            value = source._get_own_term(name)
            if value is not None:
                return value, source
        raise AssertionError("the company has a default for every term")

    def _get_term_sources(self):
        """Yield the records that may give this customer a term, nearest first; the company is the last.

        Elevated, because prices and credit tests hold for whoever enters a document.
        """
        self.ensure_one()
        customer = self.sudo().commercial_partner_id
        yield customer
        yield from customer._get_group_sources()
        yield self.env.company.sudo()

    def _get_group_sources(self):
        """Return the customer's groups and all above them, deepest first, ties by the roots' sequence.

        Archived groups and those of other companies give nothing.
        """
        self.ensure_one()
        return self.env['ecount.customer.group'].sudo().union(*self._get_group_sources_by_partner()[self])

    def _get_group_sources_by_partner(self):
        """Return the groups that give terms to these partners, see `_get_group_sources`.

        :return: lists of single groups (elevated) by partner
        :rtype: dict[res.partner, list]
        """
        branches, givers, ranks, sorted_branches, result = {}, {}, {}, {}, {}
        elevated = self.sudo().with_context(active_test=False)  # archived groups are left out below, once each
        for partner, elevated_partner in zip(self, elevated):
            groups = elevated_partner.commercial_partner_id.customer_group_ids
            if groups._ids not in sorted_branches:
                for group in groups.browse(id_ for id_ in groups._ids if id_ not in branches):
                    branch = group._get_giving_branch()
                    branches[group.id] = [giver.id for giver in branch]
                    for giver in branch:
                        givers[giver.id] = giver
                        ranks[giver.id] = (-giver.level, giver.root_id.sequence, giver.root_id.id)
                ids = {id_ for group_id in groups._ids for id_ in branches[group_id]}
                sorted_branches[groups._ids] = [givers[id_] for id_ in sorted(ids, key=ranks.__getitem__)]
            result[partner] = sorted_branches[groups._ids]
        return result

    def _get_own_term(self, name):
        """Return the customer's own value of an inherited term, or None where its groups or the company decide.

        :param str name: see `_get_term`
        """
        self.ensure_one()
        if name == 'pricelist_id':
            return self.specific_property_product_pricelist.filtered('active') or None
        if name == 'discount_rate' and self.no_discount:
            return 0.0
        if name in ('credit_limit', 'credit_days'):
            return self[name] if self[f'has_own_{name}'] else None
        if name == 'credit_policy' and self.credit_policy == 'inherit':
            return None
        return self[name] or None
