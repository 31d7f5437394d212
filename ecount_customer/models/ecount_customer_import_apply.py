"""Writing what a check found: in one transaction, or step by step in the background, each row once."""

import json
import logging
from collections import defaultdict
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ecount_customer_import import SYNC_ROWS

_logger = logging.getLogger(__name__)

CHUNK = 500  # rows written in one go; also what a crash costs at most
TRIED_ROWS = 300  # up to so many rows the check writes them and takes it back, which finds whatever any rule objects to
KEEP_DAYS = 90


class EcountCustomerImport(models.Model):
    _inherit = 'ecount.customer.import'

    @api.model
    def _get_sync_rows(self):
        """Return up to how many rows are written in one transaction."""
        return SYNC_ROWS

    # === ALL OR NOTHING === #

    def _import_lines(self):
        """Write the rows of the check now, or start writing them in the background."""
        self.started_at = fields.Datetime.now()
        if self.runs_in_background:
            self.state = 'running'
            # Elevated: whoever may upload may have it done.
            self.env.ref('ecount_customer.ir_cron_customer_import').sudo()._trigger()
            return
        failures = []
        with self.env.cr.savepoint() as savepoint:
            while lines := self._get_todo(CHUNK):
                failures += self._apply_lines(lines)
                if failures and not self.skip_wrong:
                    savepoint.rollback()
                    break
        if failures and not self.skip_wrong:
            # The rows were valid when they were checked; since then a rule or a customer has changed.
            raise UserError("\n".join([self.env._("Nothing was imported. Check the file again."), *(
                self.env._("Row %(row)s: %(reason)s", row=line['row'], reason=reason)
                for line, reason in failures[:5])]))
        self._finish('done')

    def _finish(self, state):
        """End an upload: what was written is counted, rows that were refused on the way are wrong."""
        counts = self._count_lines()
        created, changed, left = (counts.get(name, 0) for name in ('created', 'changed', 'todo'))
        self.with_context(ecount_import_checks=True).write({
            'state': state, 'finished_at': fields.Datetime.now(), 'new_count': created, 'created_count': created,
            'changed_count': changed, 'left_count': left,
            'wrong_count': self.row_count - created - changed - self.unchanged_count - left,
        })

    def _count_lines(self):
        """Return {state: number of rows to write}."""
        if not self.ids:
            return {}
        self.env['ecount.customer.import.line'].flush_model(['state', 'import_id'])
        return dict(self.env.execute_query(SQL(
            "SELECT state, COUNT(*) FROM ecount_customer_import_line WHERE import_id = %s GROUP BY state", self.id)))

    # === STEPS === #

    def _get_todo(self, limit):
        """Return the next rows to write, locked: customers before contacts, in the order of the file.

        :return: dicts with row, kind, record_id, parent_row and vals
        :rtype: list[dict]
        """
        self.env.cr.execute(SQL(
            """
            SELECT id, row, level, kind, record_id, parent_row, vals FROM ecount_customer_import_line
             WHERE import_id = %s AND state = 'todo'
             ORDER BY level, row LIMIT %s FOR UPDATE SKIP LOCKED
            """, self.id, limit))
        return self.env.cr.dictfetchall()

    def _apply_lines(self, lines):
        """Write rows and mark each in the same transaction. Rows that are refused are named, the others written.

        :param list lines: of `_get_todo`, of one level
        :return: pairs of row and reason of those that were refused
        :rtype: list[tuple]
        """
        level = lines[0]['level']
        lines = [line for line in lines if line['level'] == level]
        failures = self._set_parents(lines)
        refused = {line['id'] for line, _reason in failures}
        ids, more = self._write_isolated([line for line in lines if line['id'] not in refused])
        failures += more
        self._mark_lines(ids, failures)
        return failures

    def _set_parents(self, lines):
        """Give contacts of customers that were new themselves their customer, in place; return those without one."""
        rows = list({line['parent_row'] for line in lines if line['parent_row']})
        parents = {} if not rows else dict(self.env.execute_query(SQL(
            "SELECT row, record_id FROM ecount_customer_import_line"
            " WHERE import_id = %s AND row = ANY(%s) AND state IN ('created', 'changed')", self.id, rows)))
        failures = []
        for line in lines:
            if line['parent_row']:
                line['vals']['parent_id'] = parents.get(line['parent_row'])
                if not line['vals']['parent_id']:
                    failures.append((line, self.env._(
                        "The row of its customer is wrong: row %s.", line['parent_row'])))
        return failures

    def _write_isolated(self, lines):
        """Write rows; where one is refused find it by halves, and write the others.

        :return: {id of line: id of record}, and pairs of row and reason
        :rtype: tuple[dict, list]
        """
        if not lines:
            return {}, []
        try:
            with self.env.cr.savepoint():
                return self._write_lines(lines), []
        except psycopg2.OperationalError:
            raise  # two at the same time: the transaction is tried again as a whole
        except Exception as error:  # whatever any addon's rule raises
            if len(lines) == 1:
                return {}, [(lines[0], self._get_reason(error, lines[0]))]
        half = len(lines) // 2
        ids, failures = self._write_isolated(lines[:half])
        more_ids, more_failures = self._write_isolated(lines[half:])
        return ids | more_ids, failures + more_failures

    def _get_reason(self, error, line):
        if isinstance(error, (UserError, psycopg2.IntegrityError)):
            return str(error.args[0] if error.args else error).strip().partition("\n")[0]
        _logger.exception("Row %s of upload %s", line['row'], self.id)
        return self.env._("This row cannot be written: %s", error)

    def _write_lines(self, lines):
        """Write rows through `create` and `write`, with the rights and rules of the user.

        :return: {id of line: id of record}
        """
        Partner = self.env['res.partner'].with_context(active_test=False)
        ids = {line['id']: line['record_id'] for line in lines}
        new = [line for line in lines if line['kind'] == 'new']
        if new:
            created = Partner._create_from_sheet([line['vals'] for line in new])
            ids.update((line['id'], partner.id) for line, partner in zip(new, created))
        changed = [line for line in lines if line['kind'] == 'changed']
        partners = Partner.browse([line['record_id'] for line in changed])
        if len(partners.exists()) < len(set(partners._ids)):
            raise UserError(self.env._("This customer was deleted after the file was checked."))
        groups = defaultdict(list)
        for partner, line in zip(partners, changed):  # of one set, so that what they read is read for all
            groups[json.dumps(line['vals'], sort_keys=True)].append((partner, line['vals']))
        tracked = Partner._track_get_fields()
        for members in groups.values():
            vals = members[0][1]
            some = members[0][0] if len(members) == 1 else Partner.concat(*(partner for partner, _vals in members))
            # Only fields whose history is kept need what keeping it costs.
            some.with_context(tracking_disable=tracked.isdisjoint(vals)).write(dict(vals))
        self.env.flush_all()
        return ids

    def _mark_lines(self, ids, failures):
        """Mark rows as written or wrong; the reasons go to the table of wrong cells."""
        if ids:
            self.env.cr.execute(SQL(
                """
                UPDATE ecount_customer_import_line line
                   SET state = CASE line.kind WHEN 'new' THEN 'created' ELSE 'changed' END,
                       record_id = done.record_id, vals = NULL
                  FROM unnest(%s::int[], %s::int[]) AS done (id, record_id) WHERE line.id = done.id
                """, list(ids), list(ids.values())))
        if failures:
            self.env.cr.execute(SQL(
                "UPDATE ecount_customer_import_line SET state = 'wrong', vals = NULL WHERE id = ANY(%s)",
                [line['id'] for line, _reason in failures]))
            self._insert_errors([
                (line['row'], None, None, None, 'rule', reason, None) for line, reason in failures])
        self.env['ecount.customer.import.line'].invalidate_model(flush=False)
        self.env['ecount.customer.import.error'].invalidate_model(flush=False)

    # === TRYING === #

    def _try_rows(self, check):
        """Write the rows of a small file and take it back: finds what no check in advance knows of."""
        rows = [row for row in check.rows if row.vals and not row.is_wrong]
        if not rows or len(rows) > TRIED_ROWS:
            return
        failures = []
        with self.env.cr.savepoint() as savepoint:
            done = {}
            for level in (0, 1):
                lines = [self._get_tried_line(row, done) for row in rows if row.level == level]
                ids, more = self._write_isolated([line for line in lines if line['vals'].get('parent_id') != 0])
                done.update(ids)
                failures += more
            savepoint.rollback()
        numbers = {row.number: row for row in rows}
        for line, reason in failures:
            check.add_error(numbers[line['row']], 'rule', reason)
        for row in rows:
            if row.parent_row and numbers.get(row.parent_row, row).is_wrong and not row.is_wrong:
                check.add_error(row, 'parent_wrong', self.env._(
                    "The row of its customer is wrong: row %s.", row.parent_row), 'parent_id')

    def _get_tried_line(self, row, done):
        vals = dict(row.vals)
        if row.parent_row:
            vals['parent_id'] = done.get(row.parent_row, 0)
        if not row.record_id and not row.level and not vals.get('ref') and (
                self.company_id.sudo().ecount_use_customer_code):  # a setting
            vals['ref'] = f'~{self.id}~{row.number}'  # no number of the sequence is drawn for a trial
        return {'id': row.number, 'row': row.number, 'kind': 'changed' if row.record_id else 'new',
                'record_id': row.record_id, 'vals': vals}

    # === IN THE BACKGROUND === #

    def _process_step(self):
        """Write the next rows of an upload that runs in the background, without committing.

        :return: number of rows that were written or refused; 0: there are none left
        :rtype: int
        """
        self.ensure_one()
        upload = self.with_user(self.user_id).with_company(self.company_id).with_context(
            lang=self.user_id.lang, tz=self.user_id.tz, allowed_company_ids=self.company_id.ids)
        lines = upload._get_todo(CHUNK)
        if not lines:
            upload.sudo()._finish('done')
            return 0
        upload._apply_lines(lines)
        return sum(line['level'] == lines[0]['level'] for line in lines)

    @api.model
    def _cron_import(self):
        """Go on with the uploads that run in the background, committing after each step."""
        cron = self.env['ir.cron']
        uploads = self.search([('state', '=', 'running')], order='id')
        cron._commit_progress(remaining=sum(upload._count_lines().get('todo', 0) for upload in uploads))
        for upload in uploads:
            # A step may find that the upload was cancelled in the meantime.
            while upload.exists() and upload.state == 'running':
                done = upload._process_step()
                seconds = cron._commit_progress(done)
                self.env.invalidate_all()
                if not seconds:
                    return

    @api.autovacuum
    def _gc_unfinished(self):
        """Delete uploads that nobody imported: their files and what was found in them."""
        self.search([
            ('state', 'in', ('draft', 'checked', 'cancelled')),
            ('write_date', '<', fields.Datetime.now() - timedelta(days=KEEP_DAYS))]).unlink()

