"""Rows that two documents of one customer cannot both pass at the same instant."""

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL


class EcountCreditLock(models.Model):
    """One row for each customer, or group with a shared limit, and company; written by each test of a document.

    Not a row of `res_partner`: native code updates those in other transactions. Plain numbers, not relations:
    a merge of customers would stumble over the unique index.
    """

    _name = 'ecount.credit.lock'
    _description = "Credit Lock"
    _log_access = False

    company_id = fields.Integer(required=True)
    group_id = fields.Integer(required=True, default=0)
    customer_id = fields.Integer(required=True, default=0)
    tested_at = fields.Datetime()

    _one_row = models.UniqueIndex("(company_id, group_id, customer_id)")

    @api.model
    def _lock(self, company, customers, groups):
        """Write the rows of customers and groups; the transaction that comes second is retried by Odoo.

        :raise psycopg2.errors.SerializationFailure: when another transaction has tested the same customer since
            this one began; it must start again to see what the other one confirmed
        """
        keys = sorted({(0, id_) for id_ in customers.ids} | {(id_, 0) for id_ in groups.ids})
        if not keys:
            return
        rows = SQL(", ").join(SQL("(%s, %s, %s, now() AT TIME ZONE 'UTC')", company.id, *key) for key in keys)
        self.env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
        nothing_written = self.env.cr.fetchone()[0]
        # The order of the rows is the order of the locks: two batches cannot wait for each other.
        # Not logged as an error: it is how the second one learns that it must look again.
        try:
            self.env.cr.execute(SQL(
                "INSERT INTO ecount_credit_lock (company_id, group_id, customer_id, tested_at) VALUES %s"
                " ON CONFLICT (company_id, group_id, customer_id) DO UPDATE SET tested_at = EXCLUDED.tested_at", rows,
            ), log_exceptions=False)
        except SerializationFailure as error:
            # Then the caller may look at what is committed now: it has nothing of its own to add to it.
            error.ecount_nothing_written = nothing_written
            raise
