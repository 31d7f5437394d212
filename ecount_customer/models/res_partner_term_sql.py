"""Own terms and groups of customers, read by a function of the database."""

from odoo import api, models
from odoo.tools import SQL, ormcache

# What a customer has of its own; `active` for the check of those put away.
TERM_FIELDS = (
    'commercial_partner_id', 'type', 'active', 'discount_rate', 'no_discount', 'credit_policy', 'overdue_policy',
    'credit_limit', 'credit_days', 'has_own_credit_limit', 'has_own_credit_days',
)
# What the company has to say where neither the customer nor a group does, how it counts and tests credit, and what
# each desk asks besides.
COMPANY_TERM_FIELDS = (
    'ecount_credit_policy', 'ecount_overdue_policy', 'ecount_credit_limit', 'ecount_credit_days',
    'ecount_check_orders', 'ecount_check_invoices', 'ecount_age_basis', 'ecount_near_percent', 'ecount_ageing_days',
    'ecount_desk_sale', 'currency_id', 'parent_path',
)
# By name: a function that was made before one of these was added must not be read as if it knew it.
COLUMNS = SQL(", ").join(map(SQL.identifier, ('id', *TERM_FIELDS, *COMPANY_TERM_FIELDS, 'groups')))


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def init(self):
        super().init()
        if not self.env.context.get('update_custom_fields'):
            self._make_terms_function()

    @api.model
    def _make_terms_function(self):
        """Put the statement into the database, where each connection plans it once.

        Every price and every document that is tested for credit reads terms, mostly of one customer: planning takes
        several times as long as that.
        """
        self._drop_terms_function()
        # Any company will do, it is told to the function; but the user's is not read: while another app is being
        # installed, users may have fields that have no column yet.
        self.env.cr.execute("SELECT min(id) FROM res_company")
        columns = self.with_company(self.env.cr.fetchone()[0])._get_terms_sql()
        company_fields = self.env['res.company']._fields
        term_fields = [
            *(self._fields[name] for name in TERM_FIELDS), *(company_fields[name] for name in COMPANY_TERM_FIELDS)]
        self.env.cr.execute(SQL(
            """
            CREATE FUNCTION ecount_customer_terms(int[], text[], int)
            RETURNS TABLE (id int, %s, groups int[])
            LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
            AS $body$ #variable_conflict use_column
            BEGIN RETURN QUERY
                SELECT res_partner.id, %s, %s,
                       ARRAY(SELECT rel.group_id
                               FROM ecount_customer_group_partner_rel rel
                               JOIN ecount_customer_group grp ON grp.id = rel.group_id
                              WHERE rel.partner_id = res_partner.id
                              ORDER BY grp.hierarchy_order, grp.id) -- as the ORM reads the field
                  FROM res_partner
             LEFT JOIN res_company company ON company.id = $3
                 WHERE res_partner.id = ANY($1 || ARRAY(
                       SELECT partner.commercial_partner_id FROM res_partner partner WHERE partner.id = ANY($1)));
            END $body$
            """,
            SQL(", ").join(
                SQL("%s %s", SQL.identifier(field.name), SQL(field._column_type[0])) for field in term_fields),
            # What differs between companies is told to the function, in the order in which it is mentioned.
            SQL(columns.code, *(SQL(f"$2[{number}]") for number in range(1, len(columns.params) + 1))),
            SQL(", ").join(SQL.identifier('company', name) for name in COMPANY_TERM_FIELDS)))

    @api.model
    def _drop_terms_function(self):
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_customer_terms")

    @api.model
    def _get_terms_sql(self):
        return SQL(", ").join(self._field_to_sql(self._table, name) for name in TERM_FIELDS)

    @api.model
    @ormcache('self.env.company.id')
    def _get_terms_arguments(self):
        """Return what the function is told of the current company: its key in the columns, and its fallbacks."""
        return [None if value is None else str(value) for value in self._get_terms_sql().params]

    def _fetch_terms(self):
        """Load by one statement own values and the groups of these partners and of their commercial entities.

        With them come the terms of the current company. Left to itself the ORM reads them by four, and composes each
        anew.
        """
        stored, company = self._origin.sudo(), self.env.company.sudo()
        term_fields = [self._fields[name] for name in (*TERM_FIELDS, 'customer_group_ids')]
        # The others are read together with these.
        if any(any(self._fields[name]._cache_missing_ids(stored)) for name in ('credit_policy', 'customer_group_ids')):
            company_fields = [company._fields[name] for name in COMPANY_TERM_FIELDS]
            is_company_missing = any(company_fields[0]._cache_missing_ids(company))
            # Other pending values are in the cache, and stay there: they need not be flushed.
            rows = self.env.execute_query(SQL(
                "SELECT %s FROM ecount_customer_terms(%s, %s, %s)", COLUMNS, list(stored._ids),
                stored._get_terms_arguments(), company.id if is_company_missing else None,
                to_flush=self._fields['commercial_partner_id']))
            if not rows:
                return  # deleted: whoever reads them says so
            ids, *columns, groups = zip(*rows)
            own, of_company = columns[:len(TERM_FIELDS)], columns[len(TERM_FIELDS):]
            for field, values in zip(term_fields, (*own, map(tuple, groups))):
                field._insert_cache(stored.browse(ids), values)
            for field, values in zip(company_fields if is_company_missing else (), of_company):
                field._insert_cache(company, values[:1])
        if others := stored.commercial_partner_id - stored:
            others._fetch_terms()  # read above, unless the partners were known and these were not
