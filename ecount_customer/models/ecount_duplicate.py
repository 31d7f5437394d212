"""Customers that may be one and the same, as the last search found them."""

import itertools

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .duplicate_keys import sound_alike

MOST_FOUND = 2000
LARGEST_GROUP = 50  # more customers with one phone number or email are no duplicates, it is nobody's own
NEWEST = 5000  # customers whose names are compared by similarity with all others
# What is compared, how sure a match is (percent) and by which column of res_partner.
CRITERIA = {
    'tax_id': (95, 'duplicate_tax_key'),
    'code': (90, 'lower(btrim(ref))'),
    'email': (80, 'email_normalized'),
    'phone': (75, 'phone_sanitized'),
    'name': (60, 'duplicate_name_key'),
}
CONTACT_SCORE = 70
SPELLING_SCORE = 55  # the same name in Thai and in Latin letters
MORE_REASONS = 5  # percent for each further reason


class EcountDuplicate(models.TransientModel):  # pylint: disable=no-wizard-in-models; a list, not a dialog
    _name = 'ecount.duplicate'
    _description = "Possible Duplicates"
    _order = 'score desc, customer_count, id'

    partner_ids = fields.Many2many(
        'res.partner', 'ecount_duplicate_partner_rel', 'duplicate_id', 'partner_id', string="Customers", readonly=True)
    partner_names = fields.Text(string="Names", compute='_compute_partner_names')
    partner_key = fields.Char(readonly=True)
    customer_count = fields.Integer(string="Customers found", readonly=True)
    score = fields.Integer(string="Likeness", readonly=True, aggregator='max', help="How sure it is, in percent.")
    reasons = fields.Char(string="Technical reasons", readonly=True)
    reason = fields.Char(string="What is the same", compute='_compute_reason')

    @api.depends('partner_ids')
    def _compute_partner_names(self):
        for duplicate in self:
            duplicate.partner_names = "\n".join(
                f"{partner.ref or '–'}  {partner.display_name}" for partner in duplicate.partner_ids)

    @api.depends('reasons')
    def _compute_reason(self):
        labels = {
            'tax_id': self.env._("Tax ID and branch"), 'code': self.env._("Code"), 'email': self.env._("Email"),
            'phone': self.env._("Phone"), 'name': self.env._("Name"), 'contact': self.env._("Its own contact"),
            'similar': self.env._("Similar name"), 'spelling': self.env._("Name in Thai and Latin letters"),
        }
        for duplicate in self:
            duplicate.reason = ", ".join(labels.get(reason, reason) for reason in (duplicate.reasons or '').split(','))

    # === FIND === #

    @api.model
    def action_find(self):
        """Search all customers for duplicates and open the result."""
        self._find()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_duplicate_action')
        return {**action, 'target': 'main'}

    @api.model
    def _find(self, criteria=None):
        """Search the customers that the user sees for duplicates; the user's earlier result is replaced.

        :param criteria: some of `tax_id`, `code`, `email`, `phone`, `name`, `contact`, `similar`, `spelling`;
            all if empty
        :return: the groups found, likeliest first, at most 2,000
        :raise AccessError: for other than customer managers
        """
        if not self.env.su and not self.env.user.has_group('ecount_customer.group_customer_manager'):
            raise AccessError(self.env._("Only managers of customer management search for duplicates."))
        criteria = set(criteria or (*CRITERIA, 'contact', 'similar', 'spelling'))
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM ecount_duplicate WHERE create_uid = %s", self.env.uid))
        # A million groups are hashed in memory; for this transaction only.
        self.env.cr.execute("SET LOCAL work_mem = '256MB'")
        queries = [self._get_key_query(name) for name in CRITERIA if name in criteria]
        queries += [self._get_contact_query()] if 'contact' in criteria else []
        queries += [self._get_similar_query()] if 'similar' in criteria and self.env.registry.has_trigram else []
        queries += [self._get_spelling_query()] if 'spelling' in criteria else []
        if queries:
            self._store_found(SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries))
        self.env.cr.execute("RESET work_mem")
        self.invalidate_model()
        return self.search([('create_uid', '=', self.env.uid)])

    def _store_found(self, queries):
        """Keep the likeliest groups of what the queries find; the same group for several reasons is one."""
        self.env.cr.execute(SQL(
            """
            WITH found (reason, score, ids) AS (%(queries)s),
            best AS (
                SELECT ids, array_to_string(array_agg(reason ORDER BY score DESC), ',') AS reasons,
                       LEAST(100, MAX(score) + %(more)s * (COUNT(*) - 1)) AS score
                  FROM found
                 WHERE cardinality(ids) <= %(largest)s
                 GROUP BY ids
            ),
            made AS (
                INSERT INTO ecount_duplicate
                       (partner_key, customer_count, score, reasons, create_uid, write_uid, create_date, write_date)
                SELECT array_to_string(ids, ','), cardinality(ids), score, reasons, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM best
                 WHERE %(unknown)s
                 ORDER BY score DESC, cardinality(ids), ids
                 LIMIT %(most)s
                RETURNING id, partner_key
            )
            INSERT INTO ecount_duplicate_partner_rel (duplicate_id, partner_id)
            SELECT id, unnest(string_to_array(partner_key, ',')::int[]) FROM made
            """,
            queries=queries, more=MORE_REASONS, largest=LARGEST_GROUP, uid=self.env.uid, most=MOST_FOUND,
            now=fields.Datetime.now(), unknown=self._get_unknown_condition(),
        ))

    def _get_customer_query(self):
        """Return the query of the customers that are compared: visible ones, neither colleagues nor put away."""
        query = self.env['res.partner']._search(
            Domain('merged_into_id', '=', False) & Domain('partner_share', '=', True) & Domain('active', '=', True))
        query.add_where(SQL("res_partner.commercial_partner_id = res_partner.id"))
        return query

    def _get_key_query(self, name):
        """Return SQL for the groups of customers with the same key: reason, score, sorted ids."""
        score, key = CRITERIA[name]
        query, key = self._get_customer_query(), SQL(key)
        # With different tax ids, or branches of one, they are different customers whatever else is the same.
        others = SQL("TRUE") if name == 'tax_id' else SQL("COUNT(*) > COUNT(DISTINCT duplicate_tax_key)")
        return SQL(
            """
            SELECT %(name)s, %(score)s, array_agg(res_partner.id ORDER BY res_partner.id)
              FROM %(table)s
              JOIN (SELECT %(key)s AS ecount_key FROM %(table)s WHERE %(where)s AND %(key)s <> ''
                     GROUP BY 1 HAVING COUNT(*) > 1) AS twice ON twice.ecount_key = %(key)s
             WHERE %(where)s
             GROUP BY twice.ecount_key
            HAVING COUNT(*) > 1 AND %(others)s
            """,
            name=name, score=score, key=key, table=query.from_clause, where=query.where_clause, others=others,
        )

    def _get_contact_query(self):
        """Return SQL for the companies with a contact of their own name."""
        query = self._get_customer_query()
        return SQL(
            """
            SELECT 'contact', %s, ARRAY[LEAST(res_partner.id, contact.id), GREATEST(res_partner.id, contact.id)]
              FROM %s JOIN res_partner contact
                ON contact.parent_id = res_partner.id AND contact.active AND contact.type = 'contact'
               AND contact.duplicate_name_key = res_partner.duplicate_name_key
             WHERE %s
            """, CONTACT_SCORE, query.from_clause, query.where_clause,
        )

    def _get_similar_query(self):
        """Return SQL for the newest customers with a name like another's, where the database compares trigrams."""
        query = self._get_customer_query()
        self.env.cr.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.6', TRUE)")
        return SQL(
            """
            SELECT 'similar', (60 * similarity(newest.duplicate_name_key, alike.duplicate_name_key))::int,
                   ARRAY[LEAST(newest.id, alike.id), GREATEST(newest.id, alike.id)]
              FROM (SELECT res_partner.id, duplicate_name_key, duplicate_tax_key FROM %(table)s WHERE %(where)s
                     ORDER BY res_partner.id DESC LIMIT %(newest)s) AS newest
              JOIN LATERAL (
                    SELECT res_partner.id, duplicate_name_key FROM %(table)s
                     WHERE %(where)s AND res_partner.duplicate_name_key %% newest.duplicate_name_key
                       AND res_partner.id <> newest.id
                       AND res_partner.duplicate_name_key <> newest.duplicate_name_key
                       AND (res_partner.duplicate_tax_key IS NULL OR newest.duplicate_tax_key IS NULL)
                   ) AS alike ON TRUE
             GROUP BY 2, 3
            """, table=query.from_clause, where=query.where_clause, newest=NEWEST,
        )

    def _get_spelling_query(self):
        """Return SQL for the customers with the same name in Thai and in Latin letters.

        The consonants are compared by the database, the vowels of those few that have the same ones here.
        """
        query = self._get_customer_query()
        groups = self.env.execute_query(SQL(
            """
            SELECT array_agg(res_partner.id), array_agg(res_partner.name), array_agg(duplicate_tax_key)
              FROM %(table)s
             WHERE %(where)s AND duplicate_sound_key IN (
                   SELECT duplicate_sound_key FROM res_partner
                    WHERE duplicate_sound_key IS NOT NULL AND duplicate_name_key ~ %(thai)s)
             GROUP BY duplicate_sound_key
            HAVING bool_or(duplicate_name_key ~ %(thai)s) AND bool_or(duplicate_name_key !~ %(thai)s)
               AND COUNT(*) <= %(largest)s
             LIMIT %(most)s
            """,
            table=query.from_clause, where=query.where_clause, thai='[ก-ฮ]', largest=LARGEST_GROUP, most=MOST_FOUND,
        ))
        pairs = [
            sorted((first[0], second[0])) for group in groups
            for first, second in itertools.combinations(zip(*group, strict=True), 2)
            if (not first[2] or not second[2] or first[2] == second[2]) and sound_alike(first[1], second[1])
        ]
        return SQL(
            "SELECT 'spelling', %s, ARRAY[first_id, second_id] FROM unnest(%s::int[], %s::int[]) AS pair"
            " (first_id, second_id)", SPELLING_SCORE, [pair[0] for pair in pairs], [pair[1] for pair in pairs])

    def _get_unknown_condition(self):
        """Return the condition that not all pairs of `ids` are remembered as no duplicates."""
        if not self.env['ecount.not.duplicate'].sudo().search_count([], limit=1):
            return SQL("TRUE")
        return SQL(
            "(SELECT COUNT(*) FROM ecount_not_duplicate pair"
            " WHERE pair.partner_id = ANY(ids) AND pair.other_id = ANY(ids))"
            " < cardinality(ids) * (cardinality(ids) - 1) / 2")

    # === ACTIONS === #

    def action_not_duplicate(self):
        """Remember that these customers are different; they are not offered again."""
        for duplicate in self:
            self.env['ecount.not.duplicate']._remember(duplicate.partner_ids)
        self.unlink()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def action_preview(self):
        """Open the preview of merging these customers."""
        self.ensure_one()
        if len(self.partner_ids.filtered(lambda partner: not partner.merged_into_id)) < 2:
            raise UserError(self.env._("These customers have been merged already. Search again."))
        return self.env['ecount.customer.merge']._open(self.partner_ids, duplicate=self)
