"""The sets of users who see the same customers."""

from odoo import api, fields, models
from odoo.tools import SQL


class EcountCustomerPortfolio(models.Model):
    """One row for each distinct set of users in charge of a customer.

    A customer has several people in charge (salesperson, further salespeople, people of its groups), and a list of
    customers is fast only while an index leads with one column. So the customer names its set: a user's customers
    are those of the few sets the user belongs to, read from that index.
    """

    _name = 'ecount.customer.portfolio'
    _description = "Customer Portfolio"
    _log_access = False
    _rec_name = 'key'

    key = fields.Char(required=True, help="The ids of the users, ascending, separated by commas.")
    user_ids = fields.Many2many('res.users', 'ecount_customer_portfolio_user_rel', 'portfolio_id', 'user_id')

    _key_unique = models.UniqueIndex("(key)")

    @api.model
    def _get_ids_by_key(self, keys):
        """Return the id of the portfolio of each key; those that do not exist yet are made.

        :param keys: texts of ascending user ids, separated by commas
        :rtype: dict[str, int]
        """
        keys = sorted(set(keys))
        if not keys:
            return {}
        found = self._read_ids_by_key(keys)
        if missing := [key for key in keys if key not in found]:
            self._insert(SQL("SELECT unnest(%s)", missing))
            found = self._read_ids_by_key(keys)
        return found

    @api.model
    def _read_ids_by_key(self, keys):
        return dict(self.env.execute_query(SQL(
            "SELECT key, id FROM ecount_customer_portfolio WHERE key = ANY(%s)", keys)))

    @api.model
    def _insert(self, keys):
        """Make the portfolios that are missing. Two transactions that need the same one do not wait for an error.

        :param SQL keys: a query with one column, the keys
        """
        self.env.cr.execute(SQL(
            """
            WITH made AS (
                INSERT INTO ecount_customer_portfolio (key) %s ON CONFLICT DO NOTHING RETURNING id, key
            )
            INSERT INTO ecount_customer_portfolio_user_rel (portfolio_id, user_id)
                 SELECT made.id, users.id
                   FROM made JOIN res_users users ON users.id = ANY(string_to_array(made.key, ',')::int[])
            """, keys,
        ))
        self.invalidate_model(['user_ids'])

    @api.autovacuum
    def _gc_unused(self):
        """Remove the sets that no customer has any more."""
        self.env['res.partner'].flush_model(['portfolio_id'])
        self.env.cr.execute(
            "DELETE FROM ecount_customer_portfolio portfolio"
            " WHERE NOT EXISTS (SELECT 1 FROM res_partner WHERE portfolio_id = portfolio.id)")
        self.invalidate_model()
