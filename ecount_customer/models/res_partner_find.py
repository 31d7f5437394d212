"""Finding a customer by whatever a clerk knows of it, and fast among a million."""

import re

import phonenumbers

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Legal forms in front of a name; whoever types a name begins with what comes after them.
LEGAL_FORMS = (
    r'^\s*(บริษัทมหาชนจำกัด|บริษัทจำกัด|บริษัท|บมจ\.?|บจก\.?|บจ\.|ห้างหุ้นส่วนจำกัด|ห้างหุ้นส่วนสามัญ|ห้างหุ้นส่วน|หจก\.?|หสน\.?'
    r'|\(주\)|㈜|\(유\)|\(재\)|\(사\)|주식회사|유한책임회사|유한회사|합자회사|합명회사|재단법인|사단법인)\s*'
)
EXACT_CODE, EXACT_NUMBER, EXACT_NAME, PREFIX, PART = range(5)
CANDIDATES = 200  # of each way to match; only these are ranked by their business
RECENT_IDS = 1_000  # among these a text too short for the trigram index is looked for inside names
WHOLE_NUMBER = re.compile(r'(\D{0,3}\d){5,}\D*')
PHONE_CHARACTERS = re.compile(r'[\d\s+().\-/]+')
FIND_FIELDS = (
    'name', 'complete_name', 'ref', 'vat', 'email', 'company_registry', 'search_words', 'phone', 'mobile', 'active',
    'commercial_partner_id', 'country_id',
)


def fold_sql(value, registry):
    """Lower case, and without accents where the database can index that."""
    return f"lower({registry.unaccent(value)})"


def name_key_sql(value, registry):
    """What a name begins with for whoever looks for it."""
    return f"regexp_replace({fold_sql(value, registry)}, '{LEGAL_FORMS}', '')"


def haystack_sql(registry, table=''):
    """All texts of a partner in which a part is looked for, in one, so that one index serves them."""
    columns = ('complete_name', 'ref', 'search_words', 'email', 'vat', 'company_registry')
    return fold_sql(" || E'\\n' || ".join(f"COALESCE({table}{column}, '')" for column in columns), registry)


def digits_sql(column):
    return f"regexp_replace({column}, '[^0-9]', '', 'g')"


def tax_id_key_sql(value):
    """A tax id without its country's letters and separators."""
    return f"regexp_replace(upper({value}), '^[A-Z]{{2}}(?=[ 0-9])|[^0-9A-Z]', '', 'g')"


def escape_like(term):
    return re.sub(r'([%_\\])', r'\\\1', term)


def _phone_index(column, reverse=False):
    key = f"reverse({digits_sql(column)})" if reverse else digits_sql(column)
    return models.Index(f"(({key}) text_pattern_ops) WHERE {column} IS NOT NULL")


class ResPartner(models.Model):
    _inherit = 'res.partner'

    _find_name_idx = models.Index(lambda registry: f"(({name_key_sql('name', registry)}) text_pattern_ops)")
    _find_words_idx = models.Index(
        lambda registry: f"(({fold_sql('search_words', registry)}) text_pattern_ops) WHERE search_words IS NOT NULL")
    _find_word_idx = models.Index(
        lambda registry: "USING gin (regexp_split_to_array("
        f"{fold_sql('search_words', registry)}, '[\\s,;/]+')) WHERE search_words IS NOT NULL")
    _find_code_idx = models.Index("((lower(btrim(ref))) text_pattern_ops) WHERE ref IS NOT NULL")
    _find_tax_id_idx = models.Index(f"(({tax_id_key_sql('vat')})) WHERE vat IS NOT NULL")
    # From the front as it is typed, from the back because country code and leading zero come and go.
    _find_phone_idx = _phone_index('phone')
    _find_phone_end_idx = _phone_index('phone', reverse=True)
    _find_mobile_idx = _phone_index('mobile')
    _find_mobile_end_idx = _phone_index('mobile', reverse=True)
    _find_part_idx = models.Index(
        lambda registry: f"USING gin (({haystack_sql(registry)}) gin_trgm_ops)" if registry.has_trigram else "")

    @api.readonly
    @api.model
    def find_customers(self, term, limit=8):
        """Return the customers that a clerk means by `term`, best first.

        Looks at codes, former codes, tax ids, phone numbers in any format, names, search words, emails, and at the
        same of their contacts and addresses. Exact ones come first (code, number, name), then those that begin with
        the term, legal forms skipped, then those that contain it; among equals the most recent business. Archived
        customers, and those that the user may not see, are not found.

        :param str term: what was typed; empty: those with the most recent business
        :param int limit: most customers returned; None: as many as are ranked
        :rtype: res.partner
        """
        limit = None if limit is None or limit is False else max(limit, 0)  # XML-RPC has no None
        term = self._get_find_term(term)
        if not term:
            return self.browse(self._find_recent_customers(limit))
        return self.browse(self._find_ids(term, Domain('partner_share', '=', True), limit, customers=True))

    @api.readonly
    @api.model
    def name_search(self, name='', domain=None, operator='ilike', limit=100):
        term = self._get_find_term(name)
        if operator != 'ilike' or not term or not limit or limit > CANDIDATES:
            return super().name_search(name, domain, operator, limit)
        # Elevated: whom the user sees was asked for in the search.
        partners = self.browse(self._find_ids(term, Domain(domain or Domain.TRUE), limit)).sudo()
        partners.fetch(['display_name'])
        return [(partner.id, partner.display_name) for partner in partners]

    @api.model
    def _get_find_term(self, term):
        """Return what was typed with single blanks, and without the one character that the database refuses."""
        return " ".join(term.replace('\x00', ' ').split()) if isinstance(term, str) else ''

    @api.model
    def _search_display_name(self, operator, value):
        if operator == 'not ilike':
            return ~self._search_display_name('ilike', value)
        if operator == 'ilike' and (term := self._get_find_term(value)):
            # One condition that indexes serve; natively it is one for each field.
            self._flush_find_fields()
            return Domain.OR([
                Domain.custom(to_sql=lambda model, alias, query: model._get_find_part_sql(term, alias)),
                *(Domain(name, 'ilike', term) for name in self._get_find_other_names()),
            ])
        domain = super()._search_display_name(operator, value)
        if operator not in ('like', '=ilike', '=like') or not value:
            return domain
        return Domain(domain) | Domain('search_words', operator, value)

    # === THE SEARCH === #

    @api.model
    def _find_ids(self, term, domain, limit, customers=False):
        """Return the ids of at most `limit` partners that match `term` and `domain`, best first.

        :param customers: the customers of the matching partners instead of these themselves, one's companies left out
        """
        self._flush_find_fields()
        domain = domain.optimize_full(self)  # what it looks up by statements of its own, it does without ours around
        found = self._rank_found(self._get_find_queries(term, domain), limit, customers)
        ids = [partner_id for partner_id, _rank in found]
        # Whoever types a whole code or number means that one; digits inside of other numbers are noise, and many.
        is_whole = found and found[0][1] <= EXACT_NUMBER and WHOLE_NUMBER.fullmatch(term)
        missing = None if limit is None else limit - len(ids)
        if missing != 0 and not is_whole and not self._is_written_phone_number(term):
            parts = self._rank_found(self._get_find_part_queries(term, domain), missing, customers, without=ids)
            ids += [partner_id for partner_id, _rank in parts]
        return ids

    @api.model
    def _look_at_few(self):
        """Return the model with rules for rows that are found otherwise: not all that a rep may see is read first.

        Whom the rep may see is planned once for all conditions, at the beginning of the statement of `_rank_found`.
        """
        return self.with_context(ecount_few_partners=True, ecount_visible_named=True)

    @api.model
    def _flush_find_fields(self):
        self.flush_model(FIND_FIELDS)
        self.env['ecount.former.code'].flush_model(['name', 'customer_name', 'partner_id'])

    @api.model
    def _get_find_queries(self, term, domain):
        """Return rank, query, condition and order of each way to match, each served by an index of its own.

        The order is the index's: without one the planner reads the table when very many begin with a letter.
        """
        text = SQL("%s::text", term)
        pattern = SQL("%s::text", escape_like(term))
        fold, name_key = self._get_find_sql(fold_sql), self._get_find_sql(name_key_sql)
        code, vat = SQL("lower(btrim(res_partner.ref))"), SQL(tax_id_key_sql("res_partner.vat"))
        words, name = SQL("res_partner.search_words"), SQL("res_partner.name")
        typed_vat = re.sub(r'^[A-Z]{2}(?=[ 0-9])|[^0-9A-Z]', '', term.upper())
        conditions = [
            (EXACT_CODE, SQL("%s = lower(btrim(%s))", code, text), None),
            (EXACT_CODE, SQL("res_partner.id IN (SELECT partner_id FROM ecount_former_code"
                             " WHERE lower(btrim(name)) = lower(btrim(%s)))", text), None),
            (EXACT_NAME, SQL("regexp_split_to_array(%s, '[\\s,;/]+') @> ARRAY[%s]", fold(words), fold(text)), None),
            # Not LIKE: where the database sorts by bytes, the index of whole codes would serve it, out of this order.
            (PREFIX, SQL("%(code)s ~>=~ lower(btrim(%(text)s))"
                         " AND %(code)s ~<~ (lower(btrim(%(text)s)) || chr(1114111))",
                         code=code, text=text), code),
            (PREFIX, SQL("%s LIKE %s || '%%'", fold(words), fold(pattern)), fold(words)),
        ]
        if re.sub(LEGAL_FORMS, '', term.lower()):  # more than a legal form
            conditions += [
                (EXACT_NAME, SQL("%s = %s", name_key(name), name_key(text)), None),
                (PREFIX, SQL("%s LIKE %s || '%%'", name_key(name), name_key(pattern)), name_key(name)),
            ]
        if len(typed_vat) > 4 and re.search(r'\d', typed_vat):
            conditions.append((EXACT_NUMBER, SQL("%s = %s", vat, typed_vat), None))
        conditions += [
            (EXACT_NUMBER if is_whole else PREFIX, condition, None)
            for is_whole, condition in self._get_find_phone_conditions(term, 'res_partner')
        ]
        base = self._look_at_few()._search(domain)  # its rules once for all of them
        return [(rank, base, condition, order) for rank, condition, order in conditions]

    @api.model
    def _get_find_part_queries(self, term, domain):
        """Return, as `_get_find_queries`, what contains `term`; telephone numbers are found by those.

        One or two characters have no trigram, and nothing else finds them inside a text but reading all: there only
        the latest partners are read.
        """
        others = Domain.OR(Domain(name, 'ilike', term) for name in self._get_find_other_names())
        condition = self._get_find_part_sql(term, 'res_partner', with_phones=False)
        domain &= Domain.custom(to_sql=lambda model, alias, query: condition) | others
        if not self.env.registry.has_trigram:
            # No index finds a part: among the rep's customers, not among all, where it may take long to meet them.
            return [(PART, self._search_some(domain, CANDIDATES), SQL("TRUE"), None)]
        base = self._look_at_few()._search(domain)
        if self._has_trigram(term) or self.env.context.get('ecount_delivery_address'):  # those of one customer are few
            return [(PART, base, SQL("TRUE"), None)]
        return [(PART, base, SQL("res_partner.id > (SELECT MAX(id) - %s FROM res_partner)", RECENT_IDS), None)]

    @api.model
    def _has_trigram(self, term):
        """Whether an index of trigrams finds the term among other texts. Of +66 it finds whatever begins with 66."""
        return len(term) > 2 and bool(not PHONE_CHARACTERS.fullmatch(term) or re.search(r'\d{3}', term))

    @api.model
    def _get_find_other_names(self):
        """Return the fields that other addons look for names in, beside those of ours."""
        known = {'complete_name', 'email', 'ref', 'vat', 'company_registry'}
        return [name for name in self._rec_names_search if name not in known]

    @api.model
    def _get_find_part_sql(self, term, alias, with_phones=True):
        """Return the condition that partner `alias` has `term` somewhere: a list filter's, and the last resort here."""
        pattern = SQL("%s::text", f"%{escape_like(term)}%")
        fold = self._get_find_sql(fold_sql)
        haystack = SQL(haystack_sql(self.env.registry, f'"{alias}".').replace('%', '%%'))
        if self.env.registry.has_trigram and not self._has_trigram(term):
            haystack = SQL("(%s || '')", haystack)  # without a trigram the index is slower than the table
        others = [SQL(
            "SELECT partner_id FROM ecount_former_code WHERE %s LIKE %s",
            fold(SQL("COALESCE(name, '') || E'\\n' || COALESCE(customer_name, '')")), fold(pattern),
        )]
        if with_phones:
            others += [
                SQL("SELECT found.id FROM res_partner found WHERE %s", condition)
                for _is_whole, condition in self._get_find_phone_conditions(term, 'found')]
        # An array, so that the primary key serves this condition beside the index of the other, and each of these
        # its own.
        return SQL("(%s LIKE %s OR %s = ANY(ARRAY(%s)))", haystack, fold(pattern), SQL.identifier(alias, 'id'),
                   SQL(" UNION ALL ").join(others))

    @api.model
    def _get_find_sql(self, function):
        """Return `function`, which makes text of text, as one that makes SQL of SQL."""
        before, after = function('{}', self.env.registry).split('{}')
        return lambda value: SQL("%s%s%s", SQL(before), value, SQL(after))

    @api.model
    def _get_find_phone_conditions(self, term, alias):
        """Return pairs of whether a whole number was typed, and condition, for both numbers of partner `alias`.

        A number is compared by what both spellings of it have at the end, +66 81 999 8888 and 081-999-8888 alike.
        """
        digits = re.sub(r'\D', '', term)
        if len(digits) < 4 or not PHONE_CHARACTERS.fullmatch(term):
            return []
        calling_code = self._get_calling_code()
        national = self._get_national_digits(digits, calling_code)
        conditions = []
        for column in ('phone', 'mobile'):
            stored = SQL(digits_sql(f'"{alias}"."{column}"'))
            if len(national) >= 8:
                # The rest of the longer one is the country code or the leading zero, at most four digits.
                conditions.append((True, SQL("(reverse(%s) LIKE %s AND length(%s) <= %s)",
                                             stored, national[::-1] + '%', stored, len(national) + 4)))
            beginnings = {digits, '0' + national, calling_code + national}
            conditions.append((False, SQL("(%s)", SQL(" OR ").join(
                SQL("%s LIKE %s", stored, beginning + '%') for beginning in sorted(beginnings)))))
            if not term.startswith('+'):
                conditions.append((False, SQL("reverse(%s) LIKE %s", stored, digits[::-1] + '%')))
        return conditions

    @api.model
    def _is_written_phone_number(self, term):
        """Whether the term is a telephone number as people write one: nobody looks for that inside of other texts."""
        if term.isdecimal() or not PHONE_CHARACTERS.fullmatch(term):
            return False
        try:
            return phonenumbers.is_valid_number(phonenumbers.parse(term, self._get_phone_region()))
        except phonenumbers.NumberParseException:
            return False

    @api.model
    def _get_calling_code(self):
        return str(phonenumbers.country_code_for_region(self._get_phone_region()) or '')

    @api.model
    def _get_phone_region(self):
        # One statement instead of reading three records whole.
        rows = self.env.execute_query(SQL(
            """SELECT country.code FROM res_company company
                 JOIN res_partner partner ON partner.id = company.partner_id
                 JOIN res_country country ON country.id = partner.country_id
                WHERE company.id = %s""", self.env.company.id))
        return rows[0][0] if rows else None

    @api.model
    def _get_national_digits(self, digits, calling_code):
        """Return the digits of a number without leading zeros and the calling code of the company's country."""
        if calling_code and digits.removeprefix('00').startswith(calling_code) and len(digits) > 9:
            digits = digits.removeprefix('00').removeprefix(calling_code)
        return digits.lstrip('0') or digits

    @api.model
    def _rank_found(self, queries, limit, customers, without=()):
        """Run the queries as one statement and return id and rank of the best `limit`.

        :param queries: see `_get_find_queries`; each is cut before anything is ranked
        :param customers: rank the customers of what was found, but for one's companies: they are few, so they are
            left out here and not from each of the queries, which would take longer to plan
        :param without: ids to leave out
        """
        self.env['account.move'].flush_model(['commercial_partner_id', 'date', 'state'])
        self.env['sale.order'].flush_model(['partner_id', 'date_order', 'state'])
        column = 'commercial_partner_id' if customers else 'id'
        found = SQL(" UNION ALL ").join(
            SQL("(SELECT %s AS id, %s AS rank FROM %s WHERE %s AND %s %s LIMIT %s)",
                SQL.identifier(query.table, column), rank, query.from_clause, condition,
                query.where_clause or SQL("TRUE"),
                SQL("ORDER BY %s USING ~<~", order) if order else SQL(), CANDIDATES)
            for rank, query, condition, order in queries)
        # What was found may be a contact whose company is not visible.
        visible = self._look_at_few()._search(Domain('ref_company_ids', '=', False) if customers else Domain.TRUE)
        return self.env.execute_query(SQL(
            """
            WITH %(named)s, found AS (%(found)s),
            best AS (SELECT id, MIN(rank) AS rank FROM found GROUP BY id),
            seen AS MATERIALIZED (
                SELECT res_partner.id, res_partner.commercial_partner_id, res_partner.complete_name, best.rank
                  FROM %(visible)s JOIN best ON best.id = res_partner.id
                 WHERE %(where)s AND NOT res_partner.id = ANY(%(without)s)
            )
            SELECT seen.id, seen.rank
              FROM seen LEFT JOIN LATERAL (%(business)s) business ON TRUE
             ORDER BY seen.rank, business.date DESC NULLS LAST, seen.complete_name, seen.id DESC
             LIMIT %(limit)s
            """,
            named=self._get_visible_named_sql(), found=found,
            visible=visible.from_clause, where=visible.where_clause or SQL("TRUE"),
            business=self._get_last_business_sql(), without=list(without), limit=limit,
        ))

    @api.model
    def _get_last_business_sql(self):
        """Return the date of the last posted document or confirmed order of a row `seen`; each from an index."""
        return SQL(
            """
            SELECT MAX(last.date) AS date FROM (
                (SELECT move.date FROM account_move move
                  WHERE move.commercial_partner_id = seen.commercial_partner_id AND move.state = 'posted'
                  ORDER BY move.date DESC LIMIT 1)
                UNION ALL
                (SELECT sale.date_order::date FROM sale_order sale
                  WHERE sale.partner_id = seen.id AND sale.state = 'sale'
                  ORDER BY sale.date_order DESC LIMIT 1)
            ) last""")

    @api.model
    def _find_recent_customers(self, limit):
        """Return the ids of the customers with the latest posted documents: what the desk offers before a search."""
        self.env['account.move'].flush_model(['commercial_partner_id', 'date', 'state', 'company_id'])
        visible = self.with_context(ecount_few_partners=True)._search(
            Domain('partner_share', '=', True) & Domain('ref_company_ids', '=', False))
        visible.add_where(SQL("res_partner.id = recent.id"))
        rows = self.env.execute_query(SQL(
            """
            SELECT recent.id FROM (
                SELECT latest.commercial_partner_id AS id, MAX(latest.date) AS date FROM (
                    SELECT move.commercial_partner_id, move.date FROM account_move move
                     WHERE move.state = 'posted' AND move.commercial_partner_id IS NOT NULL
                       AND move.company_id IN %s AND move.date <= %s
                     ORDER BY move.date DESC LIMIT %s) latest
                 GROUP BY latest.commercial_partner_id) recent
             WHERE EXISTS (SELECT FROM %s WHERE %s)
             ORDER BY recent.date DESC, recent.id DESC LIMIT %s
            """,
            tuple(self.env.companies.ids), fields.Date.context_today(self), 5 * CANDIDATES,
            visible.from_clause, visible.where_clause, limit,
        ))
        return [partner_id for partner_id, in rows]
