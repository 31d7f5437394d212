"""The customer code: the native reference, unique among customers and never given twice."""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

CODE_MAX_LENGTH = 30
# What decides whether a code is a customer's and where it must be unique.
CODE_FIELDS = ('ref', 'company_id', 'parent_id', 'is_company')


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # Case and blanks around a code do not make another code.
    _ref_normalized_idx = models.Index("(lower(btrim(ref))) WHERE ref IS NOT NULL")

    def init(self):
        super().init()
        if not self.env.context.get('update_custom_fields'):  # else a field was added, on a table that stays locked
            self._init_unique_code_index()

    def _init_unique_code_index(self):
        """Create the unique index that decides between two simultaneous registrations of one code.

        Left out, until the next update, while the database holds a code twice: those stay as they are.
        """
        key = SQL("lower(btrim(ref)), COALESCE(company_id, 0)")
        condition = SQL("commercial_partner_id = id AND btrim(ref) <> ''")
        self.env.cr.execute(SQL(
            "SELECT 1 FROM res_partner WHERE %s GROUP BY %s HAVING COUNT(*) > 1 LIMIT 1", condition, key,
        ))
        if not self.env.cr.fetchone():
            self.env.cr.execute(SQL(
                "CREATE UNIQUE INDEX IF NOT EXISTS res_partner_ecount_code_unique ON res_partner (%s) WHERE %s",
                key, condition,
            ))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._normalize_code(vals)
        self._number_customers(vals_list)
        self._check_codes([
            (0, vals['ref'], vals.get('company_id'))
            for vals in vals_list if vals.get('ref') and (not vals.get('parent_id') or vals.get('is_company'))
        ])
        return super().create(vals_list)

    def write(self, vals):
        self._normalize_code(vals)
        if not vals.keys().isdisjoint(CODE_FIELDS):
            self._check_codes([
                (partner.id, code, vals.get('company_id', partner.company_id.id))
                for partner in self.sudo()  # whoever may write one of these fields need not read the others
                if (code := vals.get('ref', partner.ref))
                and (not vals.get('parent_id', partner.parent_id.id) or vals.get('is_company', partner.is_company))
            ])
        return super().write(vals)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default=default)
        if 'ref' not in (default or {}):  # the copy of a customer is another customer; a contact's reference is no code
            for partner, vals in zip(self, vals_list):
                if partner == partner.commercial_partner_id:
                    vals.pop('ref', None)
        return vals_list

    @api.model
    def _normalize_code(self, vals):
        """Drop the blanks around a typed code, in place. Leading zeros and case are kept."""
        if isinstance(vals.get('ref'), str):
            vals['ref'] = vals['ref'].strip() or False

    # === UNIQUENESS === #

    @api.model
    def _check_codes(self, wanted):
        """Refuse codes that are too long, given twice, or that another customer has or had.

        Before anything is written, because the unique index answers without naming the customer.

        :param list wanted: tuples of partner id (0 for a new one), code and company id
        :raise ValidationError: naming the code and the customer that has it
        """
        seen = {}
        for _partner_id, code, company_id in wanted:
            if len(code.strip()) > CODE_MAX_LENGTH:
                raise ValidationError(self.env._(
                    "The customer code “%(code)s” has %(length)s characters; at most %(max)s are allowed.",
                    code=code.strip(), length=len(code.strip()), max=CODE_MAX_LENGTH,
                ))
            for taken_in in seen.setdefault(code.strip().lower(), []):
                if taken_in == (company_id or 0) or not taken_in or not company_id:
                    raise ValidationError(self.env._(
                        "The customer code “%s” is given to two customers at once. Choose another one for one of them.",
                        code.strip(),
                    ))
            seen[code.strip().lower()].append(company_id or 0)
        for code, holder in self._find_code_holders(wanted).items():
            raise ValidationError(self.env._(
                "The customer code “%(code)s” already belongs to %(customer)s. Choose another one.",
                code=code.strip(), customer=self._get_holder_name(holder),
            ))

    @api.model
    def _find_code_holders(self, wanted):
        """Return which other customer has or had each code, in one query.

        Compared regardless of case and surrounding blanks; archived customers and former codes count. A code of one
        company is free in another, a shared customer's is taken everywhere.

        :param list wanted: see `_check_codes`
        :return: the customers (elevated: a code is taken even by a customer that the user does not see) by code
        :rtype: dict[str, res.partner]
        """
        if not wanted:
            return {}
        self.flush_model(['ref', 'company_id', 'commercial_partner_id'])
        self.env['ecount.former.code'].flush_model()
        partner_ids, codes, company_ids = zip(*((pid, code, company_id or 0) for pid, code, company_id in wanted))
        rows = self.env.execute_query(SQL(
            """
            WITH wanted (partner_id, code, company_id) AS (SELECT * FROM unnest(%s::int[], %s::text[], %s::int[]))
            SELECT wanted.code, holder.partner_id
              FROM wanted
              JOIN LATERAL (
                    SELECT id AS partner_id, company_id
                      FROM res_partner
                     WHERE lower(btrim(ref)) = lower(btrim(wanted.code)) AND commercial_partner_id = id
                     UNION ALL
                    SELECT partner_id, company_id
                      FROM ecount_former_code
                     WHERE lower(btrim(name)) = lower(btrim(wanted.code))
                   ) holder ON holder.partner_id <> wanted.partner_id
             WHERE COALESCE(holder.company_id, 0) IN (0, wanted.company_id) OR wanted.company_id = 0
            """, list(partner_ids), list(codes), list(company_ids),
        ))
        elevated = self.sudo()
        return {code: elevated.browse(partner_id) for code, partner_id in rows}

    @api.model
    def _get_holder_name(self, holder):
        """Name a customer, unless the user does not see it."""
        visible = self.with_env(self.env)._search([('id', '=', holder.id)], active_test=False)
        return holder.name if visible.get_result_ids() else self.env._("a customer that you do not see")

    # === NUMBERING === #

    @api.model
    def _number_customers(self, vals_list):
        """Give, in place, the next codes to new customers without one, where their company says so."""
        if self.env.context.get('ecount_incomplete_ok'):
            return  # the partner of a user or a company is no customer
        todo = {}
        for vals in vals_list:
            if not vals.get('ref') and (not vals.get('parent_id') or vals.get('is_company')):
                todo.setdefault(vals.get('company_id') or self.env.company.id, []).append(vals)
        for company in self.env['res.company'].sudo().browse(todo):
            if company.ecount_use_customer_code:
                taken = {vals['ref'].lower() for vals in vals_list if vals.get('ref')}
                for vals, code in zip(todo[company.id], self._draw_codes(company, len(todo[company.id]), taken)):
                    vals['ref'] = code

    @api.model
    def _draw_codes(self, company, count, taken=()):
        """Return the next free codes of the sequence, passing over those that were typed by hand.

        :param company: the company whose sequence is used
        :param int count: how many
        :param taken: codes, in lower case, that are about to be given to others
        :rtype: list[str]
        :raise ValidationError: without a sequence
        """
        # Elevated: whoever may register a customer draws from the sequence.
        sequence = self.env['ir.sequence'].sudo().with_company(company)
        codes = []
        while len(codes) < count:
            drawn = [sequence.next_by_code('ecount.customer.code') for _missing in range(count - len(codes))]
            if not all(drawn):
                raise ValidationError(self.env._(
                    "There is no sequence for customer codes. Create one with the code “ecount.customer.code”.",
                ))
            # Checked as a shared customer's code: free in every company.
            holders = self._find_code_holders([(0, code, False) for code in drawn])
            codes += [code for code in drawn if code not in holders and code.lower() not in taken]
        return codes
