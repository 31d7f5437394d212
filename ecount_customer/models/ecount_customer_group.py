"""The tree of customer groups and the terms that its customers inherit."""

import time
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

MANY_MEMBERS = 100_000
KEEP_COUNTS_SECONDS = 300

CREDIT_POLICIES = [
    ('inherit', "As the group or company"),
    ('none', "No check"),
    ('warn', "Warn"),
    ('block', "Block"),
    ('stop', "Credit stopped"),
]
OVERDUE_POLICIES = [
    ('same', "As for the amount"),
    ('none', "No check"),
    ('warn', "Warn"),
    ('block', "Block"),
]


class EcountCustomerGroup(models.Model):
    """A node of the group tree. Roots are the ways to divide customers (Region, Tier, …)."""

    _name = 'ecount.customer.group'
    _description = "Customer Group"
    _inherit = ['mail.thread']
    _parent_store = True
    _order = 'hierarchy_order, id'
    _rec_names_search = ['name', 'code']
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(copy=False, help="Short code, used in Excel files.")
    parent_id = fields.Many2one(
        'ecount.customer.group', string="Parent Group", index=True, ondelete='restrict',
        check_company=True, tracking=True,
    )
    child_ids = fields.One2many('ecount.customer.group', 'parent_id', string="Subgroups")
    parent_path = fields.Char(index=True)
    root_id = fields.Many2one(
        'ecount.customer.group', string="Grouping", compute='_compute_root_id',
        store=True, recursive=True, index=True,
        help="The root of the tree: the way of dividing customers that this group belongs to.",
    )
    level = fields.Integer(
        compute='_compute_level', store=True, recursive=True,
        help="Depth in the tree; the root is level 1.",
    )
    # Not recursive, which would compute one group after the other: `write` forgets the names of those below.
    complete_name = fields.Char(compute='_compute_complete_name')
    hierarchy_order = fields.Char(
        compute='_compute_hierarchy_order', store=True, recursive=True, index=True,
        help="Sorts the tree: parents first, siblings by sequence and name.",
    )
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', help="Leave empty to share the group between companies.")
    user_ids = fields.Many2many(
        'res.users', 'ecount_customer_group_users_rel', 'group_id', 'user_id',
        string="People in charge", domain="[('share', '=', False)]",
        help="They see all customers of this group and of the groups below it.",
    )
    partner_ids = fields.Many2many(
        'res.partner', 'ecount_customer_group_partner_rel', 'group_id', 'partner_id',
        string="Customers", copy=False,
    )
    customer_count = fields.Integer(
        compute='_compute_customer_count', help="Customers of this group and of the groups below it.",
    )

    # Terms that customers inherit, for the current company like the customer's own
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    pricelist_id = fields.Many2one(
        'product.pricelist', string="Price group", company_dependent=True,
        domain="[('company_id', 'in', (False, allowed_company_ids[0]))]",
        help="Pricelist of the customers of this group that have none of their own.",
    )
    discount_rate = fields.Float(
        string="Discount rate (%)", company_dependent=True, digits='Discount', tracking=True,
        help="Default discount on order and invoice lines, in percent. Negative is a surcharge. 0: as the group above.",
    )
    credit_policy = fields.Selection(
        CREDIT_POLICIES, company_dependent=True, tracking=True,
        help="What happens when an order or invoice passes the credit limit. "
             "Empty: as the group above, or the company.",
    )
    overdue_policy = fields.Selection(
        OVERDUE_POLICIES, company_dependent=True, tracking=True,
        help="What happens when the oldest invoice is older than the credit period. "
             "Empty: as the group above, or the company.",
    )
    credit_limit = fields.Float(
        company_dependent=True, tracking=True, help="In the currency of the company. 0: no limit.",
    )
    credit_days = fields.Integer(
        string="Credit period (days)", company_dependent=True, tracking=True, help="0: no period.",
    )
    has_own_credit_limit = fields.Boolean(
        company_dependent=True, help="Set when a limit is typed: tells an own 0 (no limit) from an empty field.",
    )
    has_own_credit_days = fields.Boolean(
        company_dependent=True, help="Set when a period is typed: tells an own 0 (no period) from an empty field.",
    )

    _code_unique = models.UniqueIndex(
        "(lower(btrim(code)), COALESCE(company_id, 0)) WHERE btrim(code) <> ''",
        "Another customer group has this code. Choose a different one.",
    )

    # === COMPUTE METHODS === #

    @api.depends('parent_id.root_id')
    def _compute_root_id(self):
        for group in self:
            group.root_id = group.parent_id.root_id or group.parent_id or group._origin or group

    @api.depends('parent_id.level')
    def _compute_level(self):
        for group in self:
            group.level = group.parent_id.level + 1

    @api.depends_context('lang')
    @api.depends('name', 'parent_id', 'parent_path')
    def _compute_complete_name(self):
        branches = {
            group: [int(id_) for id_ in group._origin.parent_path.split('/')[:-2]]
            for group in self if group._origin.parent_path and group.parent_id == group._origin.parent_id}
        all_above = self.browse({id_ for branch in branches.values() for id_ in branch})
        for group in self:
            if group in branches:  # not one by one: the names of all are read at once
                above = all_above.browse(branches[group]).with_prefetch(all_above._ids)
                names = [*above.mapped('name'), group.name]
            else:  # while it is typed
                names = [group.parent_id.complete_name, group.name]
            group.complete_name = " / ".join(name for name in names if name)

    @api.depends('name', 'sequence', 'parent_id.hierarchy_order')
    def _compute_hierarchy_order(self):
        for group in self.with_context(lang=None):
            group.hierarchy_order = f"{group.parent_id.hierarchy_order or ''}{group.sequence:08d} {group.name}/"

    @api.depends_context('hierarchical_naming', 'lang')
    @api.depends('complete_name')
    def _compute_display_name(self):
        full = self.env.context.get('hierarchical_naming', True)
        for group in self:
            group.display_name = group.complete_name if full else group.name

    @api.depends_context('company')
    def _compute_currency_id(self):
        self.currency_id = self.env.company.currency_id

    @api.depends_context('uid', 'allowed_company_ids')
    def _compute_customer_count(self):
        counts = self._count_customers(Domain('parent_id', '=', False))
        for group in self:
            group.customer_count = counts.get(group.id, 0)

    # === CONSTRAINTS === #

    @api.constrains('parent_id', 'active')
    def _check_one_group_per_root(self):
        # Moving a branch under another root may bring a customer two groups of one root.
        self.env['res.partner']._check_one_group_per_root_sql(SQL(
            "rel.group_id IN (SELECT id FROM ecount_customer_group WHERE root_id IN %s)",
            tuple(self.root_id.ids) or (0,),
        ))

    @api.constrains('discount_rate')
    def _check_discount_rate(self):
        for group in self:
            if not -100 <= group.discount_rate <= 100:
                raise ValidationError(self.env._(
                    "%(group)s: the discount rate must lie between −100 and 100 percent, not %(rate)s.",
                    group=group.display_name, rate=group.discount_rate,
                ))

    @api.constrains('credit_limit', 'credit_days')
    def _check_credit_terms(self):
        for group in self:
            if group.credit_limit < 0 or group.credit_days < 0:
                raise ValidationError(self.env._(
                    "%s: a credit limit or period cannot be negative.", group.display_name,
                ))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for group in self.with_context(active_test=False):
            if count := len(group.sudo().partner_ids):
                raise UserError(self.env._(
                    "%(group)s still has %(count)s customers or contacts. Move them to another group first, "
                    "or archive the group.", group=group.display_name, count=count,
                ))
            if group.child_ids - self:
                raise UserError(self.env._(
                    "%s still has subgroups. Delete or move them first.", group.display_name,
                ))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create([self._mark_own_credit_terms(vals) for vals in vals_list])
        groups._forget_named_roots()
        return groups

    def write(self, vals):
        vals = self._mark_own_credit_terms(vals)
        if vals.get('parent_id'):
            self._check_new_parent(self.browse(vals['parent_id']))
        res = super().write(vals)
        if 'name' in vals:
            self.invalidate_model(['complete_name', 'display_name'], flush=False)
        self.env['res.partner']._invalidate_credit()
        self.env['res.partner']._invalidate_group_terms()
        if not vals.keys().isdisjoint(('name', 'parent_id', 'sequence', 'active', 'company_id')):
            self.env.registry.clear_cache('templates')  # views name roots and levels
        if 'active' in vals:
            self._archive_with_tree(vals['active'])
        return res

    @api.model
    def _mark_own_credit_terms(self, vals):
        """Return `vals` with `has_own_…` for each credit term that stands in them.

        A typed number, 0 included, is the record's own; False empties the field, so that it inherits again.
        """
        return {
            **{f'has_own_{name}': vals[name] is not False and vals[name] is not None
               for name in ('credit_limit', 'credit_days') if name in vals},
            **vals,
        }

    def _check_new_parent(self, parent):
        """Refuse a cycle before the ORM does, which would not say which group it is about."""
        ancestors = (parent.sudo().parent_path or '').split('/')
        for group in self:
            if str(group.id) in ancestors:
                raise ValidationError(self.env._(
                    "%(group)s cannot be placed under %(parent)s: that is the group itself or lies below it.",
                    group=group.display_name, parent=parent.display_name,
                ))

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache('templates')  # views name roots and levels
        return res

    def _archive_with_tree(self, active):
        """Archive the groups below; activate the groups above: no active group hangs on an archived one."""
        others = self.with_context(active_test=False)
        if active:
            others = others.search([('id', 'parent_of', self.ids), ('active', '=', False)])
        else:
            others = others.search([('id', 'child_of', self.ids), ('active', '=', True)])
        if others:
            others.write({'active': active})

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if 'name' not in (default or {}):
            for group, vals in zip(self, vals_list):
                vals['name'] = self.env._("%s (copy)", group.name)
        return vals_list

    # === BUSINESS METHODS === #

    @api.model
    def _count_customers(self, domain):
        """Count the customers that match `domain`, for each group over its descendants, in one query.

        :param domain: domain on `res.partner`; the user's record rules apply
        :rtype: dict[int, int]
        """
        return self._add_up_branches(self._count_members(Domain(domain)))

    @api.model
    def _add_up_branches(self, members):
        """Return the numbers of each group with those of the groups below it, from numbers of single groups."""
        counts = defaultdict(int)
        # A customer has one group under a root, so adding up a branch counts nobody twice.
        for group in self.sudo().browse(members):
            for ancestor_id in group.parent_path.split('/')[:-1]:
                counts[int(ancestor_id)] += members[group.id]
        return counts

    @api.model
    def _count_members(self, domain):
        """Count the customers that match `domain`, for each group without its descendants.

        What a list opens with the database has counted already. With filters, large counts are kept for some minutes:
        reading hundreds of thousands of memberships takes longer than the page that they stand beside, and nobody
        notices one customer more or less among them. Users whom the record rules show the same customers share them:
        the kept counts belong to the query that the rules result in.
        """
        counts = self.env['ecount.customer.group.tally']._count_members(domain)
        if counts is not None:
            return counts
        customers = self.env['res.partner']._search(domain).subselect()
        kept = self._get_kept_counts(repr(customers))
        if kept.get('until', 0) > time.monotonic():
            return kept['counts']
        counts = dict(self.env.execute_query(SQL(
            "SELECT rel.group_id, COUNT(*) FROM ecount_customer_group_partner_rel rel"
            " WHERE rel.partner_id IN %s GROUP BY rel.group_id", customers,
        )))
        if sum(counts.values()) >= MANY_MEMBERS:
            kept.update(counts=counts, until=time.monotonic() + KEEP_COUNTS_SECONDS)
        return counts

    @api.model
    @tools.ormcache('query')
    def _get_kept_counts(self, query):
        """Return the place where this worker keeps the counts of a query; see `_count_members`."""
        return {}

    @api.model
    def _get_search_panel_range(self, domain, comodel_domain=(), **kwargs):
        """Values of a search panel that shows the tree, counted over descendants.

        :param domain: what the list shows apart from the chosen group, on `res.partner`
        :param comodel_domain: restricts the groups shown
        :return: as `search_panel_select_range`
        """
        members = self._count_members(Domain(domain)) if kwargs.get('enable_counters') else {}
        return self._get_search_panel_values(members, comodel_domain, **kwargs)

    @api.model
    def _get_search_panel_values(self, members, comodel_domain=(), **kwargs):
        """Values of a search panel that shows the tree.

        :param dict members: what to count, by id of a group without those below it
        """
        groups = self.search_fetch(Domain(comodel_domain), ['name', 'parent_id'])
        counts = self._add_up_branches(members)
        return {
            'parent_field': 'parent_id',
            'values': [{
                'id': group.id,
                'display_name': group.name,
                'parent_id': group.parent_id.id if group.parent_id in groups else False,
                '__count': counts.get(group.id, 0),
            } for group in groups],
        }

    def action_view_customers(self):
        """Open the customers of this group and of the groups below it."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.res_partner_action_customer')
        action['context'] = {'searchpanel_default_customer_group_id': self.id, 'default_customer_group_ids': self.ids}
        return action

    def action_view_special_prices(self):
        """Open the special prices of this group."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.product_pricelist_item_action_special')
        action['domain'] = [('customer_group_id', '=', self.id)]
        action['context'] = {'default_customer_group_id': self.id, 'default_pricelist_id': False}
        return action
