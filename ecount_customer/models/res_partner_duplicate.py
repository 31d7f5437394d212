"""Whether a customer exists already: comparable keys, and the warning while a new one is typed."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import email_normalize
from odoo.tools.sql import column_exists, create_column

from .duplicate_keys import BRANCH_DIGITS, get_name_key, get_sound_key, get_tax_key, sound_alike

DUPLICATE_KEYS = ('duplicate_name_key', 'duplicate_sound_key', 'duplicate_tax_key')
FILL_BATCH = 50_000
SIMILAR = 0.6  # of the trigrams of two names, from 0 to 1
COMPARED = 50  # names of the same consonants whose vowels are compared


class ResPartner(models.Model):
    _inherit = 'res.partner'

    duplicate_name_key = fields.Char(compute='_compute_duplicate_name_key', store=True, copy=False, prefetch=False)
    duplicate_sound_key = fields.Char(compute='_compute_duplicate_name_key', store=True, copy=False, prefetch=False)
    duplicate_tax_key = fields.Char(compute='_compute_duplicate_tax_key', store=True, copy=False, prefetch=False)
    possible_duplicate_id = fields.Many2one(
        'res.partner', string="May exist already", compute='_compute_possible_duplicate_id',
    )
    possible_duplicate_reason = fields.Char(compute='_compute_possible_duplicate_id')

    _duplicate_name_key_idx = models.Index("(duplicate_name_key) WHERE duplicate_name_key IS NOT NULL")
    _duplicate_sound_key_idx = models.Index("(duplicate_sound_key) WHERE duplicate_sound_key IS NOT NULL")
    _duplicate_tax_key_idx = models.Index("(duplicate_tax_key) WHERE duplicate_tax_key IS NOT NULL")
    _phone_sanitized_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _auto_init(self):
        # The ORM would compute the keys of a million partners one by one; here they are written in large batches.
        missing = [name for name in DUPLICATE_KEYS if not column_exists(self.env.cr, 'res_partner', name)]
        for name in missing:
            create_column(self.env.cr, 'res_partner', name, 'varchar')
        if missing:
            self._fill_duplicate_keys()
        return super()._auto_init()

    def init(self):
        super().init()
        if self.env.registry.has_trigram:
            self.env.cr.execute(
                "CREATE INDEX IF NOT EXISTS res_partner_ecount_name_key_trigram "
                "ON res_partner USING gin (duplicate_name_key gin_trgm_ops)")

    def _fill_duplicate_keys(self):
        last_id, cr = 0, self.env.cr
        company_country = SQL(
            "(SELECT country.code FROM res_company company JOIN res_partner owner ON owner.id = company.partner_id "
            "JOIN res_country country ON country.id = owner.country_id "
            "WHERE company.id = COALESCE(partner.company_id, %s))", self.env.company.id)
        while rows := self.env.execute_query(SQL(
            "SELECT partner.id, partner.name, partner.vat, partner.company_registry, COALESCE(country.code, %s) "
            "FROM res_partner partner LEFT JOIN res_country country ON country.id = partner.country_id "
            "WHERE partner.id > %s ORDER BY partner.id LIMIT %s", company_country, last_id, FILL_BATCH,
        )):
            cr.execute(
                "UPDATE res_partner SET duplicate_name_key = filled.name_key, "
                "duplicate_sound_key = filled.sound_key, duplicate_tax_key = filled.tax_key "
                "FROM unnest(%s::int[], %s::varchar[], %s::varchar[], %s::varchar[]) "
                "AS filled (id, name_key, sound_key, tax_key) WHERE res_partner.id = filled.id",
                ([row[0] for row in rows], [get_name_key(row[1]) for row in rows],
                 [get_sound_key(row[1]) for row in rows], [get_tax_key(*row[2:]) for row in rows]))
            last_id = rows[-1][0]

    # === COMPUTE METHODS === #

    @api.depends('name')
    def _compute_duplicate_name_key(self):
        for partner in self:
            partner.duplicate_name_key = get_name_key(partner.name)
            partner.duplicate_sound_key = get_sound_key(partner.name)

    @api.depends('vat', 'company_registry', 'country_id.code', 'company_id')
    def _compute_duplicate_tax_key(self):
        for partner in self:
            partner.duplicate_tax_key = get_tax_key(
                partner.vat, partner.company_registry, partner._get_tax_country_code())

    def _get_tax_country_code(self):
        company = self.company_id or self.env.company
        return self.country_id.code or company.sudo().country_id.code

    def _compute_same_vat_partner_id(self):
        super()._compute_same_vat_partner_id()
        # A merged customer has its survivor's, as it should.
        merged = self.filtered('merged_into_id')
        merged.same_vat_partner_id = merged.same_company_registry_partner_id = False
        for partner in (self - merged).filtered(lambda partner: partner._get_tax_country_code() in BRANCH_DIGITS):
            # Branches share the tax id, and every head office the number 00000: neither is a duplicate.
            partner.same_company_registry_partner_id = False
            if partner.same_vat_partner_id:
                partner.same_vat_partner_id = self.with_context(active_test=False).search([
                    ('duplicate_tax_key', '=', get_tax_key(
                        partner.vat, partner.company_registry, partner._get_tax_country_code())),
                    ('id', '!=', partner._origin.id), ('parent_id', '=', False), ('merged_into_id', '=', False),
                ], limit=1)

    @api.depends('name', 'vat', 'company_registry', 'phone', 'mobile', 'email', 'ref', 'country_id', 'company_id',
                 'parent_id')
    def _compute_possible_duplicate_id(self):
        self.possible_duplicate_id = self.possible_duplicate_reason = False
        for partner in self:
            if not partner._origin and not partner.parent_id:
                partner.possible_duplicate_id, partner.possible_duplicate_reason = partner._find_possible_duplicate()

    def _find_possible_duplicate(self):
        """Return the customer that is most likely the one being typed, and why.

        With the rights of the user: who does not see a customer is not told of it.

        :rtype: tuple
        """
        self.ensure_one()
        Partner = self.env['res.partner'].with_context(active_test=False)
        tax_key = get_tax_key(self.vat, self.company_registry, self._get_tax_country_code())
        known = Domain('merged_into_id', '=', False) & Domain('id', '!=', self._origin.id)
        if self.company_id:
            known &= Domain('company_id', 'in', (False, self.company_id.id))
        # With another tax id or branch it is somebody else, whatever the name.
        not_another = Domain('duplicate_tax_key', 'in', (False, tax_key)) if tax_key else Domain.TRUE
        for domain, reason in self._get_duplicate_tests(tax_key, not_another):
            if found := Partner.search(known & domain, limit=1, order='id'):
                return found, reason
        return Partner, False

    def _get_duplicate_tests(self, tax_key, not_another):
        """Yield domains, surest first, each with the words for what is alike. An override may add more."""
        if tax_key:
            yield Domain('duplicate_tax_key', '=', tax_key), self.env._("same tax ID")
        if self.ref and self.ref.strip():
            holders = self._find_code_holders([(0, self.ref, self.company_id.id)])
            yield Domain('id', 'in', [holder.id for holder in holders.values()]), self.env._("same code")
        if email := email_normalize(self.email or ''):
            yield not_another & Domain('email_normalized', '=', email), self.env._("same email")
        numbers = [number for name in ('mobile', 'phone') if (number := self._phone_format(fname=name))]
        if numbers:
            yield not_another & Domain('phone_sanitized', 'in', numbers), self.env._("same phone")
        if name_key := get_name_key(self.name):
            yield not_another & Domain('duplicate_name_key', '=', name_key), self.env._("same name")
            if self.env.registry.has_trigram and len(name_key) > 3:
                yield not_another & self._get_similar_domain(name_key), self.env._("similar name")
            if sound_key := get_sound_key(self.name):
                alike = self.search(Domain('duplicate_sound_key', '=', sound_key), limit=COMPARED).filtered(
                    lambda partner: sound_alike(partner.name, self.name))
                yield not_another & Domain('id', 'in', alike.ids), self.env._("same name in Thai and Latin letters")

    def _get_similar_domain(self, name_key):
        self.env.cr.execute(SQL("SELECT set_config('pg_trgm.similarity_threshold', %s, TRUE)", str(SIMILAR)))
        return Domain.custom(to_sql=lambda model, alias, query: SQL(
            "%s %% %s", SQL.identifier(alias, 'duplicate_name_key'), name_key))
