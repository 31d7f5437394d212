"""The customer: code, search words, main contact, balance."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

CODE_MAX_LENGTH = 30


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # Gone from Odoo 19; the name and type are those of the community's `partner_mobile`.
    mobile = fields.Char()
    search_words = fields.Char(
        string="Search words", help="Nicknames and other spellings. The customer is found by them as by its name.",
    )
    main_contact_id = fields.Many2one(
        'res.partner', string="Main contact", compute='_compute_main_contact',
        help="The first contact person of the customer.",
    )
    # Not `related`: a change of any partner's name would search the field above, which is not stored.
    main_contact_name = fields.Char(string="Contact name", compute='_compute_main_contact')
    main_contact_mobile = fields.Char(string="Contact mobile", compute='_compute_main_contact')
    customer_balance = fields.Monetary(
        string="Balance", compute='_compute_customer_balance', currency_field='currency_id',
        help="What the customer owes, in the currency of the company. Vendors' bills are not deducted.",
    )

    # Case and blanks around a code do not make another code. Not unique in the database, because a database
    # on which the addon is installed may hold the same code twice; `init` adds the unique one where it can.
    _ref_normalized_idx = models.Index("(lower(btrim(ref))) WHERE ref IS NOT NULL")

    def init(self):
        super().init()
        self._init_unique_code_index()

    def _init_unique_code_index(self):
        """Create the unique index that decides between two simultaneous registrations of one code.

        Left out, until the next update, while the database holds a code twice: those stay as they are.
        """
        code_key = SQL(
            "lower(btrim(ref)), COALESCE(company_id, 0)",
        )
        condition = SQL("commercial_partner_id = id AND btrim(ref) <> ''")
        self.env.cr.execute(SQL(
            "SELECT 1 FROM res_partner WHERE %s GROUP BY %s HAVING COUNT(*) > 1 LIMIT 1", condition, code_key,
        ))
        if not self.env.cr.fetchone():
            self.env.cr.execute(SQL(
                "CREATE UNIQUE INDEX IF NOT EXISTS res_partner_ecount_code_unique ON res_partner (%s) WHERE %s",
                code_key, condition,
            ))

    # === COMPUTE METHODS === #

    @api.depends('child_ids.type', 'child_ids.active', 'child_ids.name', 'child_ids.mobile')
    def _compute_main_contact(self):
        rows = self.env['res.partner']._read_group(
            [('parent_id', 'in', self.ids), ('type', '=', 'contact')], ['parent_id'], ['id:min'],
        )
        main_contacts = self.browse(contact_id for _parent, contact_id in rows)
        by_customer = {parent: contact for (parent, _id), contact in zip(rows, main_contacts)}
        for partner in self:
            contact = by_customer.get(partner._origin, self.browse())
            partner.main_contact_id = contact
            partner.main_contact_name = contact.name
            partner.main_contact_mobile = contact.mobile

    @api.depends_context('company')
    def _compute_customer_balance(self):
        # Elevated: a salesperson who sees the customer sees what it owes, without accounting rights.
        rows = self.env['account.move.line'].sudo()._read_group([
            ('partner_id', 'in', self.commercial_partner_id.ids),
            ('account_id.account_type', '=', 'asset_receivable'),
            ('parent_state', '=', 'posted'),
            ('reconciled', '=', False),
            ('company_id', 'child_of', self.env.company.root_id.id),
        ], ['partner_id'], ['amount_residual:sum'])
        balances = {partner.id: balance for partner, balance in rows}
        for partner in self:
            partner.customer_balance = balances.get(partner.commercial_partner_id.id, 0.0)

    # === CONSTRAINTS === #

    @api.constrains('ref', 'company_id', 'parent_id', 'is_company')
    def _check_code(self):
        customers = self.filtered(lambda partner: partner.ref and partner.commercial_partner_id == partner)
        for customer in customers:
            code = customer.ref.strip()
            if len(code) > CODE_MAX_LENGTH:
                raise ValidationError(self.env._(
                    "The customer code “%(code)s” has %(length)s characters; at most %(max)s are allowed.",
                    code=code, length=len(code), max=CODE_MAX_LENGTH,
                ))
            if taken_by := customer._find_code_holder(code):
                raise ValidationError(self.env._(
                    "The customer code “%(code)s” already belongs to %(customer)s. Choose another one.",
                    code=code, customer=taken_by,
                ))

    def _find_code_holder(self, code):
        """Return the name of another customer of the same or of no company that has or had `code`, else an empty text.

        :param str code: compared regardless of case and surrounding blanks
        """
        company_ids = (False, self.company_id.id) if self.company_id else None
        # Elevated and archived ones too: a code is taken even by a customer that the user does not see.
        Partner = self.env['res.partner'].sudo().with_context(active_test=False)
        present = Partner._search(Domain('company_id', 'in', company_ids) if company_ids else Domain.TRUE)
        present.add_where(SQL(
            "lower(btrim(%s)) = lower(btrim(%s)) AND %s = %s",
            SQL.identifier(present.table, 'ref'), code,
            SQL.identifier(present.table, 'commercial_partner_id'), SQL.identifier(present.table, 'id'),
        ))
        former = self.env['ecount.former.code'].sudo()._search(
            Domain('company_id', 'in', company_ids) if company_ids else Domain.TRUE)
        former.add_where(SQL("lower(btrim(%s)) = lower(btrim(%s))", SQL.identifier(former.table, 'name'), code))
        rows = self.env.execute_query(SQL(
            "SELECT id FROM (%s UNION ALL %s) AS holder (id) WHERE id <> %s LIMIT 1",
            present.subselect(), former.subselect('partner_id'), self._origin.id or 0,
        ))
        if not rows:
            return ''
        holder = Partner.browse(rows[0][0])
        return holder.name if self.env['res.partner'].with_context(active_test=False).search_count(
            [('id', '=', holder.id)]) else self.env._("a customer that you do not see")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize_code(vals)
            if self._needs_code(vals):
                vals['ref'] = self._next_customer_code(vals.get('company_id'))
        return super().create(vals_list)

    def write(self, vals):
        self._normalize_code(vals)
        return super().write(vals)

    @api.model
    def _normalize_code(self, vals):
        """Drop the blanks around a typed code, in place. Leading zeros and case are kept."""
        if isinstance(vals.get('ref'), str):
            vals['ref'] = vals['ref'].strip() or False

    @api.model
    def _needs_code(self, vals):
        """Whether a new partner gets its code from the sequence: a customer without one, where the company says so."""
        return (
            not vals.get('ref')
            and (not vals.get('parent_id') or vals.get('is_company'))
            and not self.env.context.get('ecount_incomplete_ok')
            and self.env['res.company'].browse(vals.get('company_id') or self.env.company.id)
                .sudo().ecount_use_customer_code
        )

    @api.model
    def _next_customer_code(self, company_id=None):
        """Return the next free code of the sequence, passing over those that were typed by hand.

        :param int company_id: the customer's company; the current one if empty
        """
        company = self.env['res.company'].browse(company_id or self.env.company.id)
        # Elevated: whoever may register a customer draws from the sequence.
        Sequence = self.env['ir.sequence'].sudo().with_company(company)
        customer = self.new({'company_id': company_id})
        while True:
            code = Sequence.next_by_code('ecount.customer.code')
            if not code:
                raise ValidationError(self.env._(
                    "There is no sequence for customer codes. Create one with the code “ecount.customer.code”.",
                ))
            if not customer._find_code_holder(code):
                return code

    # === SEARCH === #

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator not in ('ilike', 'like', '=ilike') or not value:
            return domain
        return Domain(domain) | Domain('search_words', operator, value)
