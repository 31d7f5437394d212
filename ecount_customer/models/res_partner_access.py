"""Who sees a customer: its salespeople and the people in charge of its groups."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, sql

# Changing one of them may give a customer away; a rep may do that with what is theirs.
HAND_OVER_FIELDS = ('user_id', 'salesperson_ids', 'customer_group_ids')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    salesperson_ids = fields.Many2many(
        'res.users', 'ecount_customer_salesperson_rel', 'partner_id', 'user_id', string="Further salespeople",
        domain="[('share', '=', False)]", copy=False,
        help="They see the customer as its salesperson does, where people see only their own customers.",
    )
    # Of the commercial entity; a contact has its company's. Stored: the record rule compares it.
    portfolio_id = fields.Many2one(
        'ecount.customer.portfolio', compute='_compute_portfolio_id', store=True, copy=False, prefetch=False,
        ondelete='set null', groups=fields.NO_ACCESS, export_string_translation=False,
    )
    is_visible_customer = fields.Boolean(
        compute='_compute_is_visible_customer', search='_search_is_visible_customer', compute_sudo=True,
        string="Visible to me",
    )

    # The order of the lists follows, so that the first page of a portfolio is read without sorting all of it; what
    # lists and the rules of companies ask for is in it, so that counting does not look at the customers.
    _portfolio_idx = models.Index(
        "(portfolio_id, complete_name, id DESC) INCLUDE (active, is_company, parent_id, partner_share, company_id)"
        " WHERE portfolio_id IS NOT NULL")

    def _auto_init(self):
        # Filled for all partners in one statement below, not computed record by record.
        if not sql.column_exists(self.env.cr, 'res_partner', 'portfolio_id'):
            sql.create_column(self.env.cr, 'res_partner', 'portfolio_id', 'int4')
        return super()._auto_init()

    # === FIELDS === #

    def _has_field_access(self, field, operation):
        # One for all fields of customers: it is asked twice for each column of each page that is read.
        if operation == 'write' and (decision := self._decide_write_access(field.name)) is not None:
            return decision
        return super()._has_field_access(field, operation)

    def _decide_write_access(self, name):
        """Return whether the user may write a field, or None where the groups of the field say that.

        :param str name: of the field
        """
        return None

    # === COMPUTE METHODS === #

    @api.depends(
        'commercial_partner_id.user_id', 'commercial_partner_id.salesperson_ids',
        'commercial_partner_id.customer_group_ids',
    )
    def _compute_portfolio_id(self):
        customers = self.commercial_partner_id
        people = self.env['ecount.customer.group']._get_people_in_charge(customers.customer_group_ids)
        keys = {}
        for customer in customers:
            user_ids = {*customer.user_id.ids, *customer.salesperson_ids.ids}
            user_ids.update(*(people[group.id] for group in customer.customer_group_ids._origin))
            keys[customer] = ",".join(map(str, sorted(user_ids)))
        portfolio_ids = self.env['ecount.customer.portfolio']._get_ids_by_key(filter(None, (
            keys[customer] for customer in customers if customer.id)))
        for partner in self:
            partner.portfolio_id = portfolio_ids.get(keys.get(partner.commercial_partner_id))

    @api.depends('portfolio_id')
    @api.depends_context('uid')
    def _compute_is_visible_customer(self):
        if not self.env.user._sees_own_customers_only():
            self.is_visible_customer = True
            return
        # Mostly all are the user's: those whom everybody sees are looked for among the rest.
        visible_ids = self._select_visible(self._origin.ids, SQL(
            "portfolio_id = ANY(ARRAY(%s))", self._get_portfolios_sql(), to_flush=self._fields['portfolio_id']))
        rest = [id_ for id_ in self._origin.ids if id_ not in visible_ids]
        visible_ids |= self._select_visible(rest, SQL("id = ANY(ARRAY(%s))", self._get_always_visible_sql()))
        visible = self.filtered(lambda partner: not partner._origin or partner._origin.id in visible_ids)
        visible.is_visible_customer = True
        (self - visible).is_visible_customer = False

    @api.model
    def _select_visible(self, ids, condition):
        return {id_ for id_, in self.env.execute_query(SQL(
            "SELECT id FROM res_partner WHERE id = ANY(%s) AND %s", ids, condition))} if ids else set()

    def _search_is_visible_customer(self, operator, value):
        if operator != 'in':
            return NotImplemented
        if not self.env.user._sees_own_customers_only():
            visible = Domain.TRUE
        else:
            visible = Domain.custom(
                to_sql=lambda model, alias, query: model._get_visible_partner_sql(alias),
                predicate=lambda partner: partner.is_visible_customer,
            )
        return Domain.OR(visible if item else ~visible for item in value)

    # === SQL === #

    @api.model
    def _get_visible_customer_sql(self, column):
        """Return the condition that `column` is a partner visible to the current user, who sees own customers only.

        The ids are read first, in the database: the planner takes the index on `column` then, and does not walk
        through all names or dates until it has met enough of the user's customers to fill a page.

        :param SQL column: the id of a partner
        :rtype: SQL
        """
        return SQL(
            "%s = ANY(ARRAY("
            " SELECT mine.id FROM res_partner mine WHERE mine.portfolio_id = ANY(ARRAY(%s))"
            " UNION ALL %s))",
            column, self._get_portfolios_sql(), self._get_always_visible_sql(),
            to_flush=self._fields['portfolio_id'],
        )

    @api.model
    def _get_visible_partner_sql(self, alias):
        """Return the same condition for the rows of `res_partner` themselves.

        With the context key `ecount_few_partners` the rows are named or found otherwise, and each is looked at; with
        `ecount_visible_named` the statement begins with `_get_visible_named_sql`.
        """
        identifier = SQL.identifier(alias, 'id')
        if not self.env.context.get('ecount_few_partners'):
            return self._get_visible_customer_sql(identifier)
        portfolios, always = self._get_portfolios_sql(), self._get_always_visible_sql()
        if self.env.context.get('ecount_visible_named'):
            portfolios = SQL("SELECT portfolio_id FROM ecount_my_portfolio", to_flush=portfolios.to_flush)
            always = SQL("SELECT partner_id FROM ecount_always_visible", to_flush=always.to_flush)
        return SQL(
            "(%s = ANY(ARRAY(%s)) OR %s = ANY(ARRAY(%s)))",
            SQL.identifier(alias, 'portfolio_id'), portfolios, identifier, always,
            to_flush=self._fields['portfolio_id'],
        )

    @api.model
    def _get_visible_named_sql(self):
        """Return the beginning of a WITH clause: whose customers the user sees, planned once for many conditions."""
        return SQL(
            "ecount_my_portfolio AS MATERIALIZED (%s), ecount_always_visible (partner_id) AS MATERIALIZED (%s)",
            self._get_portfolios_sql(), self._get_always_visible_sql())

    @api.model
    def _get_portfolios_sql(self):
        return SQL("SELECT portfolio_id FROM ecount_customer_portfolio_user_rel WHERE user_id = %s", self.env.uid)

    @api.model
    def _get_always_visible_sql(self):
        """Return the query for those whom everybody sees: colleagues, and one's companies with their addresses."""
        user_fields, company_fields = self.env['res.users']._fields, self.env['res.company']._fields
        return SQL(
            "SELECT partner_id FROM ecount_always_visible(%s)", self.env.uid,
            to_flush=(
                user_fields['share'], user_fields['partner_id'], user_fields['company_ids'],
                company_fields['active'], company_fields['parent_path'], company_fields['partner_id'],
                self._fields['commercial_partner_id'],
            ),
        )

    @api.model
    def _make_always_visible_function(self):
        """Put that query into the database, where each connection plans it once, and not with every page of a list."""
        self._drop_always_visible_function()
        self.env.cr.execute(
            """
            CREATE FUNCTION ecount_always_visible(int) RETURNS TABLE (partner_id int)
            LANGUAGE plpgsql STABLE ROWS 100 AS $body$ #variable_conflict use_column
            BEGIN RETURN QUERY
                SELECT partner_id FROM res_users WHERE NOT COALESCE(share, FALSE)
                 UNION ALL
                SELECT own.id FROM res_partner own WHERE own.commercial_partner_id = ANY(ARRAY(
                    SELECT partner.commercial_partner_id
                      FROM res_company_users_rel rel
                      JOIN res_company mine ON mine.id = rel.cid AND mine.active
                      JOIN res_company company
                           ON company.id = ANY(string_to_array(btrim(mine.parent_path, '/'), '/')::int[])
                      JOIN res_partner partner ON partner.id = company.partner_id
                     WHERE rel.user_id = $1));
            END $body$
            """)

    @api.model
    def _drop_always_visible_function(self):
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_always_visible")

    def init(self):
        super().init()
        if not self.env.context.get('update_custom_fields'):  # else a field was added, on a table that stays locked
            self._make_always_visible_function()
            # Once the tables of the other models are there too.
            self.pool.post_init(self._refresh_portfolios, SQL("TRUE"))
            # After that: the orders of a million customers are filed by one statement, not customer by customer.
            self.pool.post_init(self.env['ecount.order.portfolio']._start)

    @api.model
    def _refresh_portfolios(self, condition):
        """Bring the stored portfolios up to date, in two statements whatever their number.

        For changes that concern too many customers to compute each, or that bypass the ORM.

        :param SQL condition: which customers; restricts the rows `customer` of `res_partner`
        """
        self.flush_model([
            'user_id', 'salesperson_ids', 'customer_group_ids', 'commercial_partner_id', 'portfolio_id'])
        self.env['ecount.customer.group'].flush_model(['user_ids', 'parent_path', 'active'])
        keys = self._get_portfolio_keys_sql(condition)
        self.env['ecount.customer.portfolio']._insert(SQL(
            "SELECT DISTINCT keys.key FROM (%s) keys WHERE keys.key IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ecount_customer_portfolio made WHERE made.key = keys.key)", keys))
        self.env.cr.execute(SQL(
            """
            UPDATE res_partner partner
               SET portfolio_id = portfolio.id
              FROM (%s) keys LEFT JOIN ecount_customer_portfolio portfolio ON portfolio.key = keys.key
             WHERE partner.commercial_partner_id = keys.id
               AND partner.portfolio_id IS DISTINCT FROM portfolio.id
            """, keys,
        ))
        self.invalidate_model(['portfolio_id', 'is_visible_customer'], flush=False)

    @api.model
    def _get_portfolio_keys_sql(self, condition):
        """Return the query for the id of each customer and the key of its portfolio, see `_refresh_portfolios`."""
        return SQL(
            """
            SELECT customer.id, string_agg(people.user_id::text, ',' ORDER BY people.user_id) AS key
              FROM res_partner customer
         LEFT JOIN LATERAL (
                       SELECT customer.user_id WHERE customer.user_id IS NOT NULL
                        UNION
                       SELECT seller.user_id
                         FROM ecount_customer_salesperson_rel seller WHERE seller.partner_id = customer.id
                        UNION
                       SELECT charge.user_id
                         FROM ecount_customer_group_partner_rel member
                         JOIN (%s) charge ON charge.group_id = member.group_id
                        WHERE member.partner_id = customer.id
                   ) people ON TRUE
             WHERE customer.commercial_partner_id = customer.id AND (%s)
             GROUP BY customer.id
            """, self.env['ecount.customer.group']._get_people_in_charge_sql(), condition,
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and self.env.user._sees_own_customers_only():
            parent_id = self.env.context.get('default_parent_id')
            for vals in vals_list:
                if vals.get('is_company') or not vals.get('parent_id', parent_id):
                    # Their new customer is theirs; without a salesperson it would be nobody's and refused.
                    vals['user_id'] = vals.get('user_id') or self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        handed_over = {name: vals[name] for name in HAND_OVER_FIELDS if name in vals}
        if not handed_over or self.env.su or not self.env.user._sees_own_customers_only():
            return super().write(vals)
        self.check_access('write')
        if rest := {name: value for name, value in vals.items() if name not in handed_over}:
            super().write(rest)
        # Elevated: native code reads the customer after the write, when it may be out of the rep's sight already.
        return super(ResPartner, self.sudo()).write(handed_over)

    # === HANDING OVER ON SCREEN === #

    def web_save(self, vals, specification, next_id=None):
        if not self._may_be_handed_over([vals]):
            return super().web_save(vals, specification, next_id=next_id)
        before = self.web_read(specification)
        marked = self.with_context(ecount_saved_ids=self.ids)
        saved = super(ResPartner, marked).web_save(vals, specification, next_id=next_id)
        return saved if next_id else self._complete_saved(saved, before, specification)

    def web_save_multi(self, vals_list, specification):
        if not self._may_be_handed_over(vals_list):
            return super().web_save_multi(vals_list, specification)
        before = self.web_read(specification)
        marked = self.with_context(ecount_saved_ids=self.ids)
        saved = super(ResPartner, marked).web_save_multi(vals_list, specification)
        return self._complete_saved(saved, before, specification)

    def _may_be_handed_over(self, vals_list):
        return (
            bool(self) and not self.env.su and self.env.user._sees_own_customers_only()
            and any(name in vals for vals in vals_list for name in HAND_OVER_FIELDS)
        )

    def _complete_saved(self, saved, before, specification):
        """Return what the client shows after saving: of customers that are out of sight now, what it showed before.

        :param saved: values of the customers that the rep still sees
        :param before: values of all, read with the rep's rights before they were handed over
        """
        saved = {values['id']: values for values in saved}
        for values in before:
            if values['id'] not in saved:
                for name in {*HAND_OVER_FIELDS} & specification.keys():
                    # Elevated: who has the customer now, which the rep has just said.
                    records = self.browse(values['id']).sudo()[name].sudo(False)
                    rows = records.web_read(specification[name].get('fields') or {'id': {}})
                    rows = rows if 'fields' in specification[name] else [row['id'] for row in rows]
                    is_single = self._fields[name].type == 'many2one'
                    values[name] = (rows and rows[0]) if is_single else rows
        return [saved.get(values['id'], values) for values in before]

    def web_read(self, specification):
        # A customer handed over to a colleague is saved, and then out of sight: reading it back would undo that.
        partners = self
        if self and self.env.context.get('ecount_saved_ids') == self.ids:
            partners = self.with_context(ecount_saved_ids=None)._filtered_access('read')
        return super(ResPartner, partners).web_read(specification)

    # === DUPLICATES === #

    def _compute_same_vat_partner_id(self):
        super()._compute_same_vat_partner_id()
        if self.env.user._sees_own_customers_only():
            # Natively searched among all, and then named in a warning.
            for partner in self:
                for name in ('same_vat_partner_id', 'same_company_registry_partner_id'):
                    if partner[name] and not partner[name].is_visible_customer:
                        partner[name] = False
