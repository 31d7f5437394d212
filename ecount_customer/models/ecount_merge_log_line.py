"""One table of a merge: which rows moved, from whom, and which stayed."""

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.sql import table_columns

NAMED_ROWS = 50  # how many records that stayed, or were changed since, are named


class EcountMergeLogLine(models.Model):
    _name = 'ecount.merge.log.line'
    _description = "Moved by a Merge"
    _order = 'count desc, id'

    log_id = fields.Many2one('ecount.merge.log', required=True, readonly=True, index=True, ondelete='cascade')
    model = fields.Char(string="Technical name", required=True, readonly=True)
    model_name = fields.Char(string="What", compute='_compute_model_name')
    table_name = fields.Char(required=True, readonly=True)
    count = fields.Integer(string="Moved", readonly=True)
    stayed_count = fields.Integer(
        string="Stayed", readonly=True,
        help="The kept customer already had the same: these stay, untouched, with the merged customer.",
    )
    stayed_names = fields.Text(string="What stayed", readonly=True)
    # {column: [[old value, [keys of rows], new value], …]}; a row's key is its id, in a relation the other column.
    moves = fields.Json(readonly=True)

    @api.depends('model')
    def _compute_model_name(self):
        names = {
            model.model: model.name
            for model in self.env['ir.model'].sudo().search([('model', 'in', self.mapped('model'))])
        }
        for line in self:
            line.model_name = names.get(line.model, line.model)

    def action_open(self):
        """Open the records that moved, where they are records of a screen."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'name': self.model_name, 'res_model': self.model,
            'view_mode': 'list,form', 'domain': [('id', 'in', self._get_moved_ids())],
            'context': {'active_test': False, 'create': False},
        }

    def _get_moved_ids(self):
        """Return the keys of the moved rows of this table."""
        return [key for key, in self.env.execute_query(SQL(
            "SELECT DISTINCT (ecount_key #>> '{}')::int FROM (%s) AS flat", self._get_flat_moves()))]

    def _get_flat_moves(self):
        """Return SQL with one row for each moved value: `ecount_column`, `ecount_key`, `old` and `new` as text."""
        self.flush_recordset(['moves'])
        return SQL(
            """
            SELECT moved.key AS ecount_column, ecount_key, entry ->> 0 AS old, entry ->> 2 AS new
              FROM ecount_merge_log_line line, jsonb_each(line.moves) AS moved,
                   jsonb_array_elements(moved.value) AS entry, jsonb_array_elements(entry -> 1) AS ecount_key
             WHERE line.id IN %s
            """, self._ids or (0,),
        )

    # === MERGE === #

    @api.model
    def _log_rows(self, log, table, staying):
        """Write down the rows of a table that are about to move, with their present values.

        :param table: `MergeTable` of `ecount.merge.table`
        :param list staying: keys of rows that stay
        """
        stored = SQL(", ").join(
            SQL("(%s) AS %s, %s AS %s, %s AS %s", column.moved, SQL.identifier(f'moved{index}'),
                SQL.identifier(column.name), SQL.identifier(f'old{index}'), column.value, SQL.identifier(f'new{index}'))
            for index, column in enumerate(table.columns)
        )
        moves = SQL(", ").join(SQL(
            """
            %(name)s, (SELECT jsonb_agg(jsonb_build_array(old, keys, new)) FROM (
                SELECT %(old)s AS old, jsonb_agg(ecount_key) AS keys, %(new)s AS new
                  FROM moving WHERE %(moved)s GROUP BY %(old)s, %(new)s) AS entry)
            """, name=column.name, old=SQL.identifier(f'old{index}'), new=SQL.identifier(f'new{index}'),
            moved=SQL.identifier(f'moved{index}'),
        ) for index, column in enumerate(table.columns))
        rows = self.env.execute_query(SQL(
            """
            WITH moving AS MATERIALIZED (SELECT %(key)s AS ecount_key, %(stored)s FROM %(table)s WHERE %(moved)s)
            INSERT INTO ecount_merge_log_line
                   (log_id, model, table_name, count, stayed_count, stayed_names, moves,
                    create_uid, write_uid, create_date, write_date)
            SELECT %(log)s, %(model)s, %(table_name)s, (SELECT COUNT(*) FROM moving), %(stayed)s, %(stayed_names)s,
                   jsonb_strip_nulls(jsonb_build_object(%(moves)s)), %(uid)s, %(uid)s, %(now)s, %(now)s
            RETURNING id
            """,
            key=table.key, stored=stored, table=SQL.identifier(table.name), log=log.id, model=table.model,
            moved=self.env['ecount.merge.table']._except(table, staying), table_name=table.name, moves=moves,
            stayed=len(staying), stayed_names=self._get_names(table, staying), uid=self.env.uid,
            now=fields.Datetime.now(),
        ))
        return self.browse(rows[0][0])

    def _get_names(self, table, keys):
        """Return the names of records of a table, one a line, or None."""
        if not keys:
            return None
        related = next((field for field in self.env['res.partner']._fields.values()
                        if field.type == 'many2many' and field.store and field.relation == table.name), None)
        if related and isinstance(keys[0], int):  # the key is what the customer is related to
            return "\n".join(self.env[related.comodel_name].sudo().browse(keys[:NAMED_ROWS]).mapped('display_name'))
        Model = self.env[table.model].sudo() if table.model in self.env else None
        if Model is None or Model._table != table.name or not isinstance(keys[0], int):
            return ", ".join(map(str, keys[:NAMED_ROWS]))
        return "\n".join(Model.browse(keys[:NAMED_ROWS]).mapped('display_name'))

    # === UNDO === #

    def _move_back(self):
        """Give the moved rows back; those that name somebody else by now are left alone.

        :return: the names of the records left alone
        :rtype: list
        """
        self.ensure_one()
        if not self.moves or not (stored := table_columns(self.env.cr, self.table_name)):
            return []  # nothing moved, or the app was uninstalled since
        names = [name for name in self.moves if name in stored]
        columns = [
            (SQL.identifier(name), SQL(stored[name]['udt_name']), SQL.identifier(f'old{index}'),
             SQL.identifier(f'new{index}'), SQL.identifier(f'moved{index}'), name)
            for index, name in enumerate(names)
        ]
        if not columns:
            return []
        old = self._get_old_values(columns)
        join = self._get_join(stored, columns)
        changed = self._find_changed(old, join, columns) if 'id' in stored else []
        self.env.cr.execute(SQL(
            "UPDATE %s AS t SET %s FROM (%s) AS old WHERE %s", SQL.identifier(self.table_name),
            SQL(", ").join(
                SQL("%(name)s = CASE WHEN old.%(moved)s AND t.%(name)s IS NOT DISTINCT FROM old.%(new)s "
                    "THEN old.%(old)s ELSE t.%(name)s END", name=name, moved=moved, new=new, old=old_name)
                for name, _type, old_name, new, moved, _raw in columns
            ), old, join,
        ))
        return changed

    def _get_old_values(self, columns):
        return SQL(
            "SELECT ecount_key, %s FROM (%s) AS flat GROUP BY ecount_key",
            SQL(", ").join(SQL(
                "bool_or(ecount_column = %(raw)s) AS %(moved)s, "
                "(max(old) FILTER (WHERE ecount_column = %(raw)s))::%(type)s AS %(old)s, "
                "(max(new) FILTER (WHERE ecount_column = %(raw)s))::%(type)s AS %(new)s",
                raw=raw, moved=moved, type=type_name, old=old, new=new,
            ) for _name, type_name, old, new, moved, raw in columns),
            self._get_flat_moves(),
        )

    def _get_join(self, stored, columns):
        if 'id' in stored:
            return SQL("t.id = (old.ecount_key #>> '{}')::int")
        name, _type, _old, new, _moved, raw = columns[0]
        rest = [other for other in stored if other != raw]
        if len(rest) == 1:
            same = SQL(
                "t.%s = (old.ecount_key #>> '{}')::%s", SQL.identifier(rest[0]), SQL(stored[rest[0]]['udt_name']))
        else:
            same = SQL("to_jsonb(t) - %s = old.ecount_key", raw)
        return SQL("%s AND t.%s = old.%s", same, name, new)

    def _find_changed(self, old, join, columns):
        rows = self.env.execute_query(SQL(
            "SELECT t.id FROM %s AS t JOIN (%s) AS old ON %s WHERE %s ORDER BY t.id LIMIT %s",
            SQL.identifier(self.table_name), old, join, SQL(" OR ").join(
                SQL("(old.%s AND t.%s IS DISTINCT FROM old.%s AND t.%s IS DISTINCT FROM old.%s)",
                    moved, name, new, name, old_name)
                for name, _type, old_name, new, moved, _raw in columns
            ), NAMED_ROWS,
        ))
        if not rows:
            return []
        ids = [row_id for row_id, in rows]
        if self.model in self.env and self.env[self.model]._table == self.table_name:
            records = self.env[self.model].sudo().browse(ids)
            return [f"{self.model_name}: {name}" for name in records.mapped('display_name')]
        return [f"{self.model_name}: {row_id}" for row_id in ids]
