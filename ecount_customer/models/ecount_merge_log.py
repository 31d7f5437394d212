"""What a merge of customers did, row by row, so that it can be undone."""

import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import table_columns

LOCK_DATES = {  # field of the company: which journals it closes
    'fiscalyear_lock_date': None,
    'tax_lock_date': None,
    'hard_lock_date': None,
    'sale_lock_date': 'sale',
    'purchase_lock_date': 'purchase',
}
STAMPS = ('write_date', 'write_uid')


class EcountMergeLog(models.Model):
    _name = 'ecount.merge.log'
    _description = "Merge of Customers"
    _order = 'id desc'

    partner_id = fields.Many2one(
        'res.partner', string="Kept customer", required=True, readonly=True, index=True, ondelete='cascade',
    )
    source_ids = fields.Many2many(
        'res.partner', 'ecount_merge_log_source_rel', 'log_id', 'partner_id', string="Merged customers",
        readonly=True, context={'active_test': False},
    )
    line_ids = fields.One2many('ecount.merge.log.line', 'log_id', string="Moved", readonly=True)
    parent_id = fields.Many2one(
        'ecount.merge.log', string="Part of", readonly=True, index='btree_not_null', ondelete='cascade',
        help="Twin addresses are merged together with their customers, and put back with them.",
    )
    child_ids = fields.One2many('ecount.merge.log', 'parent_id', string="Twin addresses", readonly=True)
    state = fields.Selection(
        [('done', "Merged"), ('undone', "Undone")], default='done', required=True, readonly=True,
    )
    reason = fields.Char(readonly=True, help="Why customers with different tax IDs were merged.")
    undo_user_id = fields.Many2one('res.users', string="Undone by", readonly=True)
    undo_date = fields.Datetime(string="Undone on", readonly=True)
    undo_note = fields.Text(
        string="Left as it was", readonly=True,
        help="What had been changed since the merge and was therefore not put back.",
    )
    moved_count = fields.Integer(string="Moved records", compute='_compute_counts')
    stayed_count = fields.Integer(string="Stayed records", compute='_compute_counts')
    # Values of the customers before and after, and what the undoing is judged by; see `_remember_*`.
    memory = fields.Json(readonly=True)

    @api.depends('line_ids.count', 'line_ids.stayed_count')
    def _compute_counts(self):
        rows = self.env['ecount.merge.log.line']._read_group(
            [('log_id', 'in', self.ids)], ['log_id'], ['count:sum', 'stayed_count:sum'])
        counts = {log.id: (moved, stayed) for log, moved, stayed in rows}
        for log in self:
            log.moved_count, log.stayed_count = counts.get(log.id, (0, 0))

    @api.depends('partner_id', 'source_ids')
    def _compute_display_name(self):
        for log in self:
            log.display_name = self.env._(
                "%(sources)s into %(survivor)s", sources=", ".join(log.source_ids.mapped('display_name')),
                survivor=log.partner_id.display_name,
            )

    # === REMEMBER === #

    @api.model
    def _read_partners(self, partners, names=()):
        """Return the stored values of customers, and their commercial many2many values and those of `names`.

        :return: `{'rows': {id: {column: value}}, 'relations': {id: {field: [ids]}}}`
        """
        partners.env.flush_all()
        rows = self.env.execute_query(SQL(
            "SELECT id, to_jsonb(res_partner) FROM res_partner WHERE id IN %s", partners._ids or (0,)))
        relations = {}
        for name in {*partners._commercial_fields(), *names}:
            field = partners._fields.get(name)
            if field is not None and field.type == 'many2many' and field.store:
                for partner_id, key in self.env.execute_query(SQL(
                    "SELECT %s, %s FROM %s WHERE %s IN %s", SQL.identifier(field.column1),
                    SQL.identifier(field.column2), SQL.identifier(field.relation), SQL.identifier(field.column1),
                    partners._ids or (0,),
                )):
                    relations.setdefault(str(partner_id), {}).setdefault(name, []).append(key)
        return {
            'rows': {str(partner_id): row for partner_id, row in rows},
            'relations': {str(partner.id): relations.get(str(partner.id), {}) for partner in partners},
        }

    def _remember_changes(self, before, partners, names=()):
        """Keep what the merge changed in the customers themselves.

        :param dict before: what `_read_partners` returned before
        """
        after = self._read_partners(partners, names)
        changed = {}
        for partner_id, row in after['rows'].items():
            old = before['rows'][partner_id]
            if columns := {
                name: [old[name], value] for name, value in row.items() if name not in STAMPS and old[name] != value
            }:
                changed[partner_id] = columns
        relations = {}
        for partner_id, fields_after in after['relations'].items():
            fields_before = before['relations'][partner_id]
            for name in fields_after.keys() | fields_before.keys():
                old, new = sorted(fields_before.get(name, [])), sorted(fields_after.get(name, []))
                if old != new:
                    relations.setdefault(partner_id, {})[name] = [old, new]
        self.memory = {**(self.memory or {}), 'rows': changed, 'relations': relations}

    @api.model
    def _get_accounting_state(self):
        """Return what tells, at the time of undoing, whether a period was locked or an item matched since."""
        last_partial = self.env.execute_query(SQL("SELECT COALESCE(max(id), 0) FROM account_partial_reconcile"))
        return {
            'last_partial': last_partial[0][0],
            'locks': {str(company.id): {name: fields.Date.to_string(company[name]) for name in LOCK_DATES}
                      for company in self.env['res.company'].sudo().search([])},
        }

    # === UNDO === #

    def action_undo(self):
        """Put everything back that the merge moved; what was created for the kept customer since stays with it.

        What was changed since is left alone and listed in `undo_note`.

        :raise AccessError: for other than customer managers
        :raise UserError: when it is undone already, a later merge stands in the way, or a moved entry has since been
            secured, locked, or matched with one that stays; the message names it
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group('ecount_customer.group_customer_manager'):
            raise AccessError(self.env._("Only managers of customer management may undo a merge."))
        # Elevated from here: the rows of every app move back, as they moved.
        self.sudo()._action_undo()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def _action_undo(self):
        logs = self | self.child_ids.filtered(lambda log: log.state == 'done')
        partners = (logs.partner_id | logs.with_context(active_test=False).source_ids)
        partners._lock_for_merge()
        self.invalidate_recordset(['state'])
        for log in logs:
            if problem := log._get_undo_problem():
                raise UserError(problem)
        self.env.flush_all()
        self.env.invalidate_all()
        changed = [change for log in (self.child_ids.filtered(lambda log: log.state == 'done') | self)
                   for change in log._undo()]
        self.undo_note = "\n".join(changed) or False
        self.partner_id.message_post(body=self.env._(
            "The merge with %s was undone.", ", ".join(self.source_ids.mapped('display_name'))))

    def _undo(self):
        self.ensure_one()
        changed = self._restore_extra_rows()  # first; what it does not cover moves back after it
        changed += [change for line in self.line_ids.sorted('id', reverse=True) for change in line._move_back()]
        self.env['ecount.former.code'].browse(self.memory.get('former_codes', [])).exists().unlink()
        self.env['ir.attachment'].browse(self.memory.get('attachments', [])).exists().unlink()
        changed += self._restore_partners()
        self.env['res.partner']._refresh_portfolios(SQL(
            "customer.id = ANY(%s)", (self.partner_id | self.source_ids).commercial_partner_id.ids))
        self.write({'state': 'undone', 'undo_user_id': self.env.uid, 'undo_date': fields.Datetime.now()})
        self.env.flush_all()
        return changed

    def _restore_extra_rows(self):
        """Put back what other apps' own merging changed, unless it was changed since.

        Loyalty points that were added up are taken from the kept customer's card again, whatever it earned or spent
        since; what it has spent is not given back to the merged customer's card.

        :return: the names of records with values that were left as they are
        """
        changed = []
        for table, rows in self.memory.get('extra', {}).items():
            if not (stored := table_columns(self.env.cr, table)):
                continue
            present = {str(row_id): row for row_id, row in self.env.execute_query(SQL(
                "SELECT id, to_jsonb(t) FROM %s AS t WHERE id = ANY(%s)", SQL.identifier(table),
                [int(row_id) for row_id in rows]))}
            spent = self._find_spent_programs(rows, present) if table == 'loyalty_card' else ()
            for row_id, (before, after) in rows.items():
                if row_id not in present:
                    continue
                names = {name for name in before if name in stored and name not in STAMPS and
                         before[name] != after.get(name)}
                kept = {'points', 'active'} if before.get('program_id') in spent else set()
                values, left = self._get_extra_values(names - kept, before, after, present[row_id])
                if left or kept & names:
                    changed.append(self._get_row_name(table, row_id))
                self._restore_row(table, int(row_id), values)
        return changed

    def _find_spent_programs(self, rows, present):
        """Return the loyalty programs of which the kept card has less than the merge added to it."""
        return {
            before['program_id'] for row_id, (before, after) in rows.items()
            if row_id in present and (after['points'] or 0) > (before['points'] or 0)
            and (present[row_id]['points'] or 0) < after['points'] - (before['points'] or 0)
        }

    def _get_extra_values(self, names, before, after, present):
        """Return the values to restore in a row, and the names of those that were changed since."""
        values, left = {}, []
        for name in names:
            if present[name] == after[name]:
                values[name] = before[name]
            elif name == 'points':  # added up by the merge: taken away again
                values[name] = (present[name] or 0) - ((after[name] or 0) - (before[name] or 0))
            elif present[name] != before[name]:
                left.append(name)
        return values, left

    def _get_row_name(self, table, row_id):
        Model = next(Model for Model in self.env.registry.values() if not Model._abstract and Model._table == table)
        record = self.env[Model._name].browse(int(row_id)).sudo()
        return f"{self.env['ir.model']._get(Model._name).name}: {record.display_name}"

    def _restore_partners(self):
        """Restore the customers' own values where they are still what the merge made of them."""
        self.env.flush_all()
        Partner = self.env['res.partner']
        remembered = self.memory.get('rows', {})
        partners = Partner.browse(map(int, remembered))
        present = self._read_partners(partners)['rows'] if partners else {}
        changed = []
        # The kept customer first: the code that it took must be free before its former owner has it again.
        for partner in sorted(partners, key=lambda partner: partner != self.partner_id):
            row, values = present.get(str(partner.id)), {}
            for name, (before, after) in (remembered[str(partner.id)] if row else {}).items():
                if name not in row or row[name] == before:
                    continue
                if row[name] == after:
                    values[name] = before
                else:
                    label = Partner._fields[name].string if name in Partner._fields else name
                    changed.append(f"{partner.sudo().display_name}: {label}")
            self._restore_row('res_partner', partner.id, values)
        self.env.invalidate_all()
        self._restore_relations()
        names = {name for values in remembered.values() for name in values if name in Partner._fields}
        partners.exists().modified(names)
        return changed

    def _restore_row(self, table, row_id, values):
        if values:
            self.env.cr.execute(SQL(
                "UPDATE %(table)s AS t SET %(values)s "
                "FROM jsonb_populate_record(NULL::%(table)s, %(old)s::jsonb) AS old WHERE t.id = %(id)s",
                table=SQL.identifier(table), old=json.dumps(values), id=row_id, values=SQL(", ").join(
                    SQL("%s = old.%s", SQL.identifier(name), SQL.identifier(name)) for name in values),
            ))

    def _restore_relations(self):
        for partner_id, relations in self.memory.get('relations', {}).items():
            partner = self.env['res.partner'].browse(int(partner_id)).exists()
            for name, (before, after) in relations.items() if partner else ():
                field = partner._fields.get(name)
                comodel_ids = self.env[field.comodel_name].browse(before).exists().ids if field else []
                present = self.env.execute_query(SQL(
                    "SELECT %s FROM %s WHERE %s = %s", SQL.identifier(field.column2), SQL.identifier(field.relation),
                    SQL.identifier(field.column1), partner.id,
                )) if field else []
                if sorted(key for key, in present) == after:
                    partner.write({name: [fields.Command.set(comodel_ids)]})

    # === WHAT STANDS IN THE WAY === #

    def _get_undo_problem(self):
        """Return why the merge cannot be undone, naming what stands in the way, or None."""
        self.ensure_one()
        if self.state == 'undone':
            return self.env._("This merge was undone already.")
        if self.partner_id.merged_into_id:
            return self.env._(
                "%(kept)s was itself merged into %(survivor)s since. Undo that merge first.",
                kept=self.partner_id.display_name, survivor=self.partner_id.merged_into_id.display_name)
        if lost := self.source_ids.filtered(lambda source: source.merged_into_id != self.partner_id):
            return self.env._("%s is not merged any more.", ", ".join(lost.mapped('display_name')))
        moves = self._get_moved('account_move')
        lines = self.env['account.move.line'].browse(self._get_moved('account_move_line'))
        moves = self.env['account.move'].browse(moves).exists() | lines.exists().move_id
        return (
            self._get_secured_problem(moves) or self._get_locked_problem(moves)
            or self._get_matched_problem(lines)
        )

    def _get_moved(self, table):
        return [key for line in self.line_ids if line.table_name == table for key in line._get_moved_ids()]

    def _get_secured_problem(self, moves):
        secured = moves.search([('id', 'in', moves.ids), ('inalterable_hash', '!=', False)], limit=1)
        return secured and self.env._(
            "The entry %s has been secured since the merge; a secured entry is never changed.", secured.display_name)

    def _get_locked_problem(self, moves):
        for company in self.env['res.company'].search([]):  # pylint: disable=no-search-all
            for name, journal_type in LOCK_DATES.items():
                then = self.memory['locks'].get(str(company.id), {}).get(name)
                if not (now := company[name]) or (then and fields.Date.to_date(then) >= now):
                    continue
                domain = Domain('id', 'in', moves.ids) & Domain('company_id', 'child_of', company.id) \
                    & Domain('date', '<=', now) & Domain('state', '=', 'posted')
                if then:
                    domain &= Domain('date', '>', then)
                if journal_type:
                    domain &= Domain('journal_id.type', '=', journal_type)
                if locked := moves.search(domain, limit=1):
                    return self.env._(
                        "The entry %(entry)s of %(date)s lies in a period that was locked since the merge, "
                        "until %(lock)s.",
                        entry=locked.display_name, date=fields.Date.to_string(locked.date),
                        lock=fields.Date.to_string(now))
        return None

    def _get_matched_problem(self, lines):
        """Return a complaint about a moved item that was matched, since, with an item that stays."""
        rows = self.env.execute_query(SQL(
            """
            SELECT CASE WHEN debit_move_id = ANY(%(lines)s) THEN debit_move_id ELSE credit_move_id END,
                   CASE WHEN debit_move_id = ANY(%(lines)s) THEN credit_move_id ELSE debit_move_id END
              FROM account_partial_reconcile
             WHERE id > %(last)s AND (debit_move_id = ANY(%(lines)s)) <> (credit_move_id = ANY(%(lines)s))
             LIMIT 1
            """, lines=lines.ids, last=self.memory['last_partial'],
        )) if lines else []
        for moved, staying in rows:
            Line = self.env['account.move.line']
            return self.env._(
                "%(moved)s has been matched with %(staying)s since the merge, which stays with %(kept)s. "
                "Undo the matching first.", moved=Line.browse(moved).move_id.display_name,
                staying=Line.browse(staying).move_id.display_name, kept=self.partner_id.display_name)
        return None
