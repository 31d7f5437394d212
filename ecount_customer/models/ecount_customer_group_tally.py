"""How many partners each group has, kept by the database, so that opening a list never counts them one by one."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What tells apart the partners of a group; the columns have the names of the partner's, so that domains fit both.
TALLIED = ('active', 'parent_id', 'partner_share', 'company_id')

# A membership comes or goes. Where a partner is deleted the memberships follow by the foreign key, when there is no
# partner left to look at: `ecount_tally_partner` has counted them out before. OFFSET 0: one look-up by id for each,
# whatever the planner thought of the first statement of a connection.
MEMBER_FUNCTION = """
CREATE OR REPLACE FUNCTION ecount_tally_member() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM ecount_customer_group_tally;
    END IF;
    IF TG_OP IN ('UPDATE', 'DELETE') THEN
        INSERT INTO ecount_customer_group_tally
                    (group_id, active, parent_id, partner_share, company_id, members)
             SELECT member.group_id, p.active, p.parent_id, p.partner_share, p.company_id, -COUNT(*)
               FROM gone member CROSS JOIN LATERAL (
                    SELECT active, CASE WHEN parent_id IS NOT NULL THEN 1 END AS parent_id, partner_share, company_id
                      FROM res_partner WHERE id = member.partner_id OFFSET 0) p
              GROUP BY 1, 2, 3, 4, 5;
    END IF;
    IF TG_OP IN ('UPDATE', 'INSERT') THEN
        INSERT INTO ecount_customer_group_tally
                    (group_id, active, parent_id, partner_share, company_id, members)
             SELECT member.group_id, p.active, p.parent_id, p.partner_share, p.company_id, COUNT(*)
               FROM come member CROSS JOIN LATERAL (
                    SELECT active, CASE WHEN parent_id IS NOT NULL THEN 1 END AS parent_id, partner_share, company_id
                      FROM res_partner WHERE id = member.partner_id OFFSET 0) p
              GROUP BY 1, 2, 3, 4, 5;
    END IF;
    RETURN NULL;
END $body$
"""
# A partner with memberships is archived, gets a parent or company, or is deleted.
PARTNER_FUNCTION = """
CREATE OR REPLACE FUNCTION ecount_tally_partner() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO ecount_customer_group_tally (group_id, active, parent_id, partner_share, company_id, members)
         SELECT group_id, OLD.active, CASE WHEN OLD.parent_id IS NOT NULL THEN 1 END, OLD.partner_share,
                OLD.company_id, -1
           FROM ecount_customer_group_partner_rel WHERE partner_id = OLD.id;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    INSERT INTO ecount_customer_group_tally (group_id, active, parent_id, partner_share, company_id, members)
         SELECT group_id, NEW.active, CASE WHEN NEW.parent_id IS NOT NULL THEN 1 END, NEW.partner_share,
                NEW.company_id, 1
           FROM ecount_customer_group_partner_rel WHERE partner_id = NEW.id;
    RETURN NULL;
END $body$
"""
TRIGGERS = (
    ('ecount_customer_group_partner_rel', 'ecount_tally_come',
     "AFTER INSERT ON %s REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ecount_tally_member()"),
    ('ecount_customer_group_partner_rel', 'ecount_tally_gone',
     "AFTER DELETE ON %s REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ecount_tally_member()"),
    ('ecount_customer_group_partner_rel', 'ecount_tally_moved',
     "AFTER UPDATE ON %s REFERENCING OLD TABLE AS gone NEW TABLE AS come"
     " FOR EACH STATEMENT EXECUTE FUNCTION ecount_tally_member()"),
    ('ecount_customer_group_partner_rel', 'ecount_tally_emptied',
     "AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ecount_tally_member()"),
    ('res_partner', 'ecount_tally_changed',
     "AFTER UPDATE OF active, parent_id, partner_share, company_id ON %s FOR EACH ROW WHEN ("
     " (OLD.active, OLD.parent_id IS NULL, OLD.partner_share, OLD.company_id) IS DISTINCT FROM"
     " (NEW.active, NEW.parent_id IS NULL, NEW.partner_share, NEW.company_id)"
     ") EXECUTE FUNCTION ecount_tally_partner()"),
    ('res_partner', 'ecount_tally_deleted',
     "BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ecount_tally_partner()"),
)


class EcountCustomerGroupTally(models.Model):
    """Partners come and go by rows of +1 and -1, which add up to what a group has.

    Counting the memberships of 200,000 customers takes several times as long as reading a page of their list. So
    the database adds a row with each change, whoever makes it, by statements of the ORM or without it. Rows are only
    ever added: two who put customers into the same group do not wait for each other. Once a day they are summed up,
    from the memberships themselves: should two transactions change a partner and its memberships at one instant,
    each without seeing the other, the count is right again then.
    """

    _name = 'ecount.customer.group.tally'
    _description = "Tally of a Customer Group"
    _log_access = False

    # No foreign keys: the last rows of a group are added while it is deleted.
    group_id = fields.Integer(required=True)
    active = fields.Boolean()
    parent_id = fields.Integer(help="Whether the partner has a parent: 1, else empty.")
    partner_share = fields.Boolean()
    company_id = fields.Integer()
    members = fields.Integer(required=True)

    def init(self):
        if not self.env.context.get('update_custom_fields'):
            self.pool.post_init(self._start)  # once the memberships have their table

    @api.model
    def _start(self):
        """Let the database keep the tally from now on, and count what there is."""
        self.env.cr.execute(MEMBER_FUNCTION)
        self.env.cr.execute(PARTNER_FUNCTION)
        for table, name, event in TRIGGERS:
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
            self.env.cr.execute(SQL(f"CREATE TRIGGER %s {event}", SQL.identifier(name), SQL.identifier(table)))
        self._sum_up()

    @api.model
    def _stop(self):
        """Take the triggers out of the database, before the addon goes."""
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_tally_member, ecount_tally_partner CASCADE")

    @api.autovacuum
    def _sum_up(self):
        """Replace the rows of all changes by one row for each kind of partner, counted anew."""
        self.env['res.partner'].flush_model(['customer_group_ids', *TALLIED])
        self.env.cr.execute("""
            WITH gone AS (DELETE FROM ecount_customer_group_tally)
            INSERT INTO ecount_customer_group_tally
                        (group_id, active, parent_id, partner_share, company_id, members)
                 SELECT member.group_id, partner.active, CASE WHEN partner.parent_id IS NOT NULL THEN 1 END,
                        partner.partner_share, partner.company_id, COUNT(*)
                   FROM ecount_customer_group_partner_rel member
                   JOIN res_partner partner ON partner.id = member.partner_id
                  GROUP BY 1, 2, 3, 4, 5
        """)
        self.invalidate_model()

    # === COUNTING === #

    @api.model
    def _count_members(self, domain):
        """Count the partners that match `domain` and the user sees, for each group without its descendants.

        :return: by id of the group; None where the domain, or the rules for this user, tell apart partners that the
            tally does not
        :rtype: dict[int, int] or None
        """
        Partner = self.env['res.partner']
        Partner.browse().check_access('read')
        domain, leaves_out_companies = self._take_out_companies(Domain(domain).optimize(Partner))
        if Partner.env.context.get('active_test', True) and not any(
                condition.field_expr == 'active' for condition in domain.iter_conditions()):
            domain &= Domain('active', '=', True)
        domain = domain.optimize_full(Partner)
        if not self.env.su:
            rules = self.env['ir.rule']._compute_domain(Partner._name, 'read')
            domain &= rules.optimize_full(Partner.sudo().with_context(active_test=False))
        if not self._is_tallied(domain):
            return None
        Partner.flush_model(['customer_group_ids', *TALLIED])
        parts = [SQL(
            "SELECT group_id, members FROM ecount_customer_group_tally WHERE %s",
            self._get_condition(domain, self._table))]
        if leaves_out_companies:
            # Few, and a partner becomes a company's without a change of its own: looked at one by one.
            self.env['res.company'].flush_model(['partner_id'])
            parts.append(SQL(
                "SELECT member.group_id, -1 FROM ecount_customer_group_partner_rel member"
                " JOIN res_partner ON res_partner.id = member.partner_id"
                " WHERE member.partner_id IN (SELECT partner_id FROM res_company) AND %s",
                self._get_condition(domain, Partner._table)))
        return dict(self.env.execute_query(SQL(
            "SELECT group_id, SUM(members) FROM (%s) part GROUP BY group_id HAVING SUM(members) <> 0",
            SQL(" UNION ALL ").join(parts))))

    def _take_out_companies(self, domain):
        """Split the condition for partners that are no company of the database from a domain.

        :return: the rest of the domain, and whether it had that condition
        :rtype: tuple[Domain, bool]
        """
        conditions = domain.children if getattr(domain, 'OPERATOR', None) == '&' else [domain]
        rest = [condition for condition in conditions if not (
            getattr(condition, 'field_expr', None) == 'ref_company_ids'
            and condition.operator == 'in' and set(condition.value) == {False})]
        return Domain.AND(rest), len(rest) < len(conditions)

    def _is_tallied(self, domain):
        """Whether the tally tells apart what an optimized domain does. Conditions in SQL are about the partners."""
        if domain.is_true() or domain.is_false():
            return True
        if hasattr(domain, 'children'):
            return all(map(self._is_tallied, domain.children))
        if getattr(domain, 'field_expr', None) not in TALLIED or domain.operator not in ('in', 'not in'):
            return False
        return domain.field_expr != 'parent_id' or set(domain.value) == {False}

    def _get_condition(self, domain, table):
        query = self.env['res.partner']._as_query()
        return domain._to_sql(self.env['res.partner'].sudo(), table, query)
