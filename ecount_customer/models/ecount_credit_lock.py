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

    def init(self):
        super().init()
        self._make_function()

    @api.model
    def _make_function(self):
        """Put the writing of the rows into the database, so that it can stand beside what is read next.

        The order of the rows is the order of the locks: two batches cannot wait for each other. The error says
        whether the transaction had written anything before; afterwards nobody can tell.
        """
        self._drop_function()
        self.env.cr.execute(
            """
            CREATE FUNCTION ecount_credit_lock(company int, groups int[], customers int[]) RETURNS int
            LANGUAGE plpgsql AS $body$
            DECLARE
                nothing_written boolean := pg_current_xact_id_if_assigned() IS NULL;
                locked int;
            BEGIN
                INSERT INTO ecount_credit_lock (company_id, group_id, customer_id, tested_at)
                     SELECT company, key.group_id, key.customer_id, now() AT TIME ZONE 'UTC'
                       FROM (SELECT 0 AS group_id, id AS customer_id FROM unnest(customers) id
                              UNION
                             SELECT id, 0 FROM unnest(groups) id) key
                      ORDER BY key.group_id, key.customer_id
                ON CONFLICT (company_id, group_id, customer_id) DO UPDATE SET tested_at = EXCLUDED.tested_at;
                GET DIAGNOSTICS locked = ROW_COUNT;
                RETURN locked;
            EXCEPTION WHEN serialization_failure THEN
                RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = SQLERRM,
                    DETAIL = CASE WHEN nothing_written THEN 'nothing written' ELSE 'written before' END;
            END $body$
            """)

    @api.model
    def _drop_function(self):
        self.env.cr.execute("DROP FUNCTION IF EXISTS ecount_credit_lock")

    @api.model
    def _lock_and_read(self, company, customers, groups, query):
        """Write the rows of customers and groups, and return what `query` reads, by one statement.

        The transaction that comes second is retried by Odoo: what it reads is as old as its beginning.

        :rtype: list[tuple]
        :raise psycopg2.errors.SerializationFailure: when another transaction has tested the same customer since
            this one began; with `ecount_nothing_written` where the caller may look at what is committed now, because
            it has nothing of its own to add to it
        """
        try:
            # Not logged as an error: it is how the second one learns that it must look again.
            self.env.cr.execute(SQL(
                "SELECT read.* FROM (SELECT ecount_credit_lock(%s, %s, %s) AS locked) lock"
                " LEFT JOIN (%s) read ON lock.locked > 0",
                company.id, list(groups.ids), list(customers.ids), query), log_exceptions=False)
        except SerializationFailure as error:
            error.ecount_nothing_written = error.diag.message_detail == 'nothing written'
            raise
        return [row for row in self.env.cr.fetchall() if any(value is not None for value in row)]
