"""The orders of each set of reps, kept by the database, so that a page of one's own orders is read from an index."""

from odoo import api, fields, models
from odoo.tools import SQL

# An order comes, goes, or gets another customer, company or date, by statements of the ORM or without it.
ORDER_FUNCTION = """
CREATE OR REPLACE FUNCTION ecount_portfolio_order() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM ecount_order_portfolio;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM ecount_order_portfolio WHERE id = OLD.id;
    ELSE
        INSERT INTO ecount_order_portfolio (id, portfolio_id, partner_id, company_id, date_order)
             SELECT NEW.id, partner.portfolio_id, NEW.partner_id, NEW.company_id, NEW.date_order
               FROM res_partner partner WHERE partner.id = NEW.partner_id
        ON CONFLICT (id) DO UPDATE
                SET portfolio_id = EXCLUDED.portfolio_id, partner_id = EXCLUDED.partner_id,
                    company_id = EXCLUDED.company_id, date_order = EXCLUDED.date_order;
    END IF;
    RETURN NULL;
END $body$
"""
# A customer, or a contact with its company, changes hands.
PARTNER_FUNCTION = """
CREATE OR REPLACE FUNCTION ecount_portfolio_partner() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    UPDATE ecount_order_portfolio SET portfolio_id = NEW.portfolio_id
     WHERE partner_id = NEW.id AND portfolio_id IS DISTINCT FROM NEW.portfolio_id;
    IF OLD.portfolio_id IS NOT NULL THEN
        INSERT INTO ecount_order_portfolio_doubt (portfolio_id, partner_id, since)
             VALUES (OLD.portfolio_id, NEW.id, now() AT TIME ZONE 'UTC');
    END IF;
    RETURN NULL;
END $body$
"""
TRIGGERS = (
    ('sale_order', 'ecount_portfolio_come',
     "AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION ecount_portfolio_order()"),
    ('sale_order', 'ecount_portfolio_changed',
     "AFTER UPDATE OF partner_id, company_id, date_order ON %s FOR EACH ROW WHEN ("
     " (OLD.partner_id, OLD.company_id, OLD.date_order) IS DISTINCT FROM"
     " (NEW.partner_id, NEW.company_id, NEW.date_order)"
     ") EXECUTE FUNCTION ecount_portfolio_order()"),
    ('sale_order', 'ecount_portfolio_gone',
     "AFTER DELETE ON %s FOR EACH ROW EXECUTE FUNCTION ecount_portfolio_order()"),
    ('sale_order', 'ecount_portfolio_emptied',
     "AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION ecount_portfolio_order()"),
    ('res_partner', 'ecount_portfolio_handed_over',
     "AFTER UPDATE OF portfolio_id ON %s FOR EACH ROW WHEN (OLD.portfolio_id IS DISTINCT FROM NEW.portfolio_id)"
     " EXECUTE FUNCTION ecount_portfolio_partner()"),
)


class EcountOrderPortfolio(models.Model):
    """One narrow row for each order, with its id: whose customer it is of, and what the list of orders is sorted by.

    Not columns of the orders: handing customers over would rewrite all their orders with twenty indexes each, and run
    into whoever edits one of them. Not computed by the ORM: an order's customer changes by SQL as well, and whoever
    forgot to tell would hide orders.

    An order that is entered while its customer changes hands is a stale row, because neither transaction sees the
    other: those are what `ecount.order.portfolio.doubt` is for. Nothing is shown because of a row here alone.
    """

    _name = 'ecount.order.portfolio'
    _description = "Order of a Portfolio"
    _log_access = False

    # No foreign keys: the triggers know before these would. The columns have the names of the order's, so that
    # conditions fit both.
    portfolio_id = fields.Integer()
    partner_id = fields.Integer(required=True)
    company_id = fields.Integer()
    date_order = fields.Datetime()

    # The order of the list follows; with the rest a page and the count need not look at the table.
    _page_idx = models.Index(
        "(portfolio_id, date_order DESC, id DESC) INCLUDE (partner_id, company_id) WHERE portfolio_id IS NOT NULL")
    _partner_idx = models.Index("(partner_id)")

    @api.model
    def _start(self):
        """Let the database keep the rows from now on, and make those that are missing."""
        self.env.cr.execute(ORDER_FUNCTION)
        self.env.cr.execute(PARTNER_FUNCTION)
        for table, name, event in TRIGGERS:
            self.env.cr.execute(SQL("DROP TRIGGER IF EXISTS %s ON %s", SQL.identifier(name), SQL.identifier(table)))
            self.env.cr.execute(SQL(f"CREATE TRIGGER %s {event}", SQL.identifier(name), SQL.identifier(table)))
        self._mend()

    @api.model
    def _stop(self):
        """Take the triggers out of the database, before the addon goes."""
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_portfolio_order, ecount_portfolio_partner CASCADE")

    @api.autovacuum
    def _mend(self):
        """Compare the rows with the orders and their customers, and put right what differs.

        Doubts of former days are over then: no transaction of that time is open any more.
        """
        self.env['sale.order'].flush_model(['partner_id', 'company_id', 'date_order'])
        self.env['res.partner'].flush_model(['portfolio_id'])
        self.env.cr.execute("""
            DELETE FROM ecount_order_portfolio own
             WHERE NOT EXISTS (SELECT FROM sale_order WHERE sale_order.id = own.id)
        """)
        self.env.cr.execute("""
            INSERT INTO ecount_order_portfolio (id, portfolio_id, partner_id, company_id, date_order)
                 SELECT sale.id, partner.portfolio_id, sale.partner_id, sale.company_id, sale.date_order
                   FROM sale_order sale
                   JOIN res_partner partner ON partner.id = sale.partner_id
              LEFT JOIN ecount_order_portfolio own ON own.id = sale.id
                  WHERE own.id IS NULL
                     OR (own.portfolio_id, own.partner_id, own.company_id, own.date_order) IS DISTINCT FROM
                        (partner.portfolio_id, sale.partner_id, sale.company_id, sale.date_order)
            ON CONFLICT (id) DO UPDATE
                    SET portfolio_id = EXCLUDED.portfolio_id, partner_id = EXCLUDED.partner_id,
                        company_id = EXCLUDED.company_id, date_order = EXCLUDED.date_order
        """)
        self.env.cr.execute("""
            DELETE FROM ecount_order_portfolio_doubt WHERE since < now() AT TIME ZONE 'UTC' - interval '1 day'
        """)
        self.invalidate_model()

    @api.model
    def _get_certain_sql(self, alias, portfolios):
        """Return the condition that the customer of a row is of the row's portfolio indeed.

        Only customers that left one of the portfolios lately are looked at, so that counting thousands stays fast.

        :param str alias: of this table
        :param SQL portfolios: the query for the ids of the portfolios that are searched
        :rtype: SQL
        """
        portfolio, partner = SQL.identifier(alias, 'portfolio_id'), SQL.identifier(alias, 'partner_id')
        return SQL(
            """
            ((%(portfolio)s, %(partner)s) NOT IN (
                SELECT doubt.portfolio_id, doubt.partner_id
                  FROM ecount_order_portfolio_doubt doubt WHERE doubt.portfolio_id = ANY(ARRAY(%(portfolios)s)))
             OR EXISTS (
                SELECT FROM res_partner live WHERE live.id = %(partner)s AND live.portfolio_id = %(portfolio)s))
            """, portfolio=portfolio, partner=partner, portfolios=portfolios)
