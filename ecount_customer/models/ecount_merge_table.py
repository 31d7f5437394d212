"""Moves the rows of database tables from merged customers to the kept one, and remembers which.

One UPDATE a table sets all its columns that name a customer. Rows that would break a unique key stay.
"""

import contextlib
import json
import re
from typing import NamedTuple

import psycopg2

from odoo import api, models
from odoo.tools import SQL, mute_logger
from odoo.tools.sql import table_columns


class MergeColumn(NamedTuple):
    """A column to rewrite: where it `moved` and to which `value`, as SQL over the table's own row."""
    name: str
    moved: SQL
    value: SQL


class MergeTable(NamedTuple):
    """A table with its columns to rewrite; `key` tells a row from others, `among` which rows are looked at."""
    name: str
    model: str
    columns: list
    key: SQL
    among: SQL

    @property
    def moved(self):
        return SQL("(%s) AND %s", SQL(" OR ").join(SQL("(%s)", column.moved) for column in self.columns), self.among)


# Rows that are the same thing for people, though no unique key says so: the survivor's stays alone.
# SQL over the row's own columns; empty values are equal to each other.
BUSINESS_KEYS = {
    'product_pricelist_item': [
        'partner_id', 'company_id', 'applied_on', 'product_tmpl_id', 'product_id', 'categ_id', 'min_quantity',
        'date_start', 'date_end',
    ],
    'ecount_customer_group_partner_rel': [
        'partner_id', '(SELECT root_id FROM ecount_customer_group WHERE id = group_id)',
    ],
    'res_partner_bank': ['partner_id', 'sanitized_acc_number'],
}


class EcountMergeTable(models.AbstractModel):
    _name = 'ecount.merge.table'
    _description = "Rows moved by a merge"

    # === WHICH TABLES === #

    @api.model
    def _get_tables(self, sources, survivor):
        """Return every table with a column that may name one of `sources`.

        :return: `MergeTable`s, whether or not they hold such a row
        """
        columns = {}
        for table, column in self.env['base.partner.merge.automatic.wizard']._get_fk_on('res_partner'):
            if column == 'merged_partner_id':  # says whose code it was, whoever is kept
                continue
            columns.setdefault(table, []).append(MergeColumn(
                column, SQL("%s IN %s", SQL.identifier(column), sources._ids), SQL("%s", survivor.id)))
        for Model in self.env.registry.values():
            if not Model._abstract and Model._auto and not Model._transient:
                for column in self._get_model_columns(self.env[Model._name], sources, survivor):
                    columns.setdefault(Model._table, []).append(column)
        columns.setdefault('ir_default', []).append(self._get_default_column(sources, survivor))
        skipped, models_by_table = self._get_skipped_tables(), self._get_models_by_table()
        return [
            table for name, named in columns.items() if name not in skipped
            for table in self._get_table(name, models_by_table.get(name, name), named, sources, survivor)
        ]

    def _get_table(self, name, model, columns, sources, survivor):
        """Return the table as one `MergeTable`; a relation of customers with customers as two."""
        stored = table_columns(self.env.cr, name)
        if 'id' in stored:
            among = SQL("TRUE")
            if name == 'res_partner':  # the merged customers stay what they are, under their own companies
                among = SQL("id NOT IN %s", sources._ids)
            elif name == 'ir_attachment':  # the content of a binary field is a value of the customer, no document
                among = SQL("res_field IS NULL")
            return [MergeTable(name, model, self._with_mirrors(model, columns, survivor), SQL.identifier('id'), among)]
        tables = []
        for column in columns:
            rest = [other for other in stored if other != column.name]
            key = SQL.identifier(rest[0]) if len(rest) == 1 else SQL(
                "to_jsonb(%s) - %s", SQL.identifier(name), column.name)
            tables.append(MergeTable(name, model, [column], key, SQL("TRUE")))
        return tables

    def _get_model_columns(self, Model, sources, survivor):
        """Yield the columns of a model that name a customer other than by a foreign key."""
        for field in Model._fields.values():
            if not field.store or field.inherited or field.model_name != Model._name:
                continue
            name = SQL.identifier(field.name)
            if field.type == 'many2one_reference':
                model_field = Model._fields.get(field.model_field)
                if model_field is not None and model_field.store and model_field.column_type:
                    yield MergeColumn(field.name, SQL(
                        "%s = 'res.partner' AND %s IN %s", SQL.identifier(field.model_field), name, sources._ids,
                    ), SQL("%s", survivor.id))
            elif field.type == 'reference':
                yield MergeColumn(
                    field.name, SQL("%s IN %s", name, tuple(f'res.partner,{source.id}' for source in sources)),
                    SQL("%s", f'res.partner,{survivor.id}'))
            elif field.type == 'many2one' and field.company_dependent and field.comodel_name == 'res.partner':
                yield MergeColumn(field.name, SQL(
                    "EXISTS (SELECT FROM jsonb_each_text(%s) WHERE value IN %s)", name,
                    tuple(str(source.id) for source in sources),
                ), SQL(
                    "(SELECT jsonb_object_agg(key, CASE WHEN value::int IN %s THEN %s ELSE value::int END) "
                    "FROM jsonb_each_text(%s))", sources._ids, survivor.id, name,
                ))

    def _get_default_column(self, sources, survivor):
        return MergeColumn('json_value', SQL(
            "json_value IN %s AND field_id IN "
            "(SELECT id FROM ir_model_fields WHERE ttype = 'many2one' AND relation = 'res.partner')",
            tuple(str(source.id) for source in sources),
        ), SQL("%s", str(survivor.id)))

    def _with_mirrors(self, model, columns, survivor):
        """Return `columns` and, of the model's stored fields that only repeat a value of the customer, theirs."""
        mirrors = {}
        by_name = {column.name: column for column in columns}
        if model in self.env:
            for field in self.env[model]._fields.values():
                if field.store and field.related and field.readonly and field.column_type and not field.translate:
                    base, _dot, name = field.related.partition('.')
                    if base in by_name and name and '.' not in name:
                        mirrors[field.name] = (base, survivor._fields[name].convert_to_column(survivor[name], survivor))
        for name, (mirrored_model, base) in self._get_display_name_mirrors().items():
            if model == mirrored_model and base in by_name and name in self.env[model]._fields:
                mirrors[name] = (base, survivor.display_name)
        return columns + [
            MergeColumn(name, by_name[base].moved, SQL("%s", value)) for name, (base, value) in mirrors.items()
            if name not in by_name
        ]

    def _get_display_name_mirrors(self):
        """Return the stored copies of a customer's display name: `{field: (model, field naming the customer)}`."""
        return {
            'invoice_partner_display_name': ('account.move', 'partner_id'),
            'res_name': ('mail.activity', 'res_id'),
        }

    def _get_skipped_tables(self):
        """Return the tables whose rows stay: dialogs, and the logs of merges, which tell what was."""
        skipped = {'ecount_merge_log', 'ecount_merge_log_source_rel'}
        for Model in self.env.registry.values():
            if Model._transient:
                skipped.add(Model._table)
                skipped.update(field.relation for field in Model._fields.values() if field.type == 'many2many')
        return skipped

    def _get_models_by_table(self):
        tables = {}
        for Model in self.env.registry.values():
            if not Model._abstract and not Model._transient:
                tables.setdefault(Model._table, Model._name)
                for field in Model._fields.values():
                    if field.type == 'many2many' and field.store and field.relation:
                        other = field.comodel_name if Model._name == 'res.partner' else Model._name
                        tables.setdefault(field.relation, other)
        return tables

    def _find_tables(self, tables):
        """Return those of `tables` that hold a row to move; one statement."""
        rows = self.env.execute_query(SQL(" UNION ALL ").join(
            SQL("SELECT %s WHERE EXISTS (SELECT FROM %s WHERE %s)", index, SQL.identifier(table.name), table.moved)
            for index, table in enumerate(tables)
        )) if tables else []
        return [tables[index] for index, in rows]

    @api.model
    def _count_moves(self, sources, survivor):
        """Return what would move and stay, most first: `[{'model', 'name', 'count', 'stays'}]`. Nothing is written."""
        self.env.flush_all()
        counts = []
        for table in self._find_tables(self._get_tables(sources, survivor)):
            (count,), = self.env.execute_query(SQL(
                "SELECT COUNT(*) FROM %s WHERE %s", SQL.identifier(table.name), table.moved))
            stays = len({*self._find_unchosen(table), *self._find_collisions(table, survivor)})
            counts.append({
                'model': table.model, 'count': count - stays, 'stays': stays,
                'name': self.env['ir.model']._get(table.model).name or table.name,
            })
        return sorted(counts, key=lambda count: (-count['count'], count['name']))

    # === MOVE === #

    @api.model
    def _move(self, table, log, survivor):
        """Move the rows of `table`, all its columns in one statement, and log them.

        Rows that would collide with one of the survivor, or break another constraint, stay and are named.
        """
        if staying := self._find_unchosen(table):
            table = table._replace(among=SQL("%s AND NOT (%s)", table.among, self._is_one_of(table, staying)))
        staying += self._find_collisions(table, survivor)
        line = self.env['ecount.merge.log.line']
        try:
            with self.env.cr.savepoint(flush=False), mute_logger('odoo.sql_db'):
                line = line._log_rows(log, table, staying)
                self._update(table, staying)
        except psycopg2.IntegrityError:
            staying += self._find_offenders(table, staying)
            line = line._log_rows(log, table, staying)
            self._update(table, staying)
        return line

    def _except(self, table, staying):
        if not staying:
            return table.moved
        return SQL("%s AND NOT (%s)", table.moved, self._is_one_of(table, staying))

    def _is_one_of(self, table, keys):
        if isinstance(keys[0], dict):
            return SQL("(%s) IN (SELECT jsonb_array_elements(%s::jsonb))", table.key, json.dumps(keys, default=str))
        return SQL("%s = ANY(%s)", table.key, list(keys))

    def _update(self, table, staying, only=None):
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(column.name), column.value) if len(table.columns) == 1 else
            SQL("%(name)s = CASE WHEN %(moved)s THEN %(value)s ELSE %(name)s END",
                name=SQL.identifier(column.name), moved=column.moved, value=column.value)
            for column in table.columns
        )
        where = self._except(table, staying)
        if only is not None:
            where = SQL("%s AND %s", where, self._is_one_of(table, only))
        self.env.cr.execute(SQL("UPDATE %s SET %s WHERE %s", SQL.identifier(table.name), assignments, where))

    @api.model
    def _get_record_table(self, records, field_name, survivor):
        """Return the given records as a table to move: their integer field comes to name the survivor."""
        column = MergeColumn(field_name, SQL("id = ANY(%s)", records.ids), SQL("%s", survivor.id))
        return MergeTable(records._table, records._name, [column], SQL.identifier('id'), SQL("TRUE"))

    # === ROWS THAT STAY === #

    def _find_unchosen(self, table):
        """Return the keys of rows that would give the survivor what nobody chose: groups that set its terms.

        A relation that was chosen as a whole stays as a whole: the choice is written afterwards.
        """
        choices = self.env.context.get('ecount_merge_choices', {})
        Partner = self.env['res.partner']
        chosen = {Partner._fields[name].relation for name in choices
                  if name in Partner._fields and Partner._fields[name].type == 'many2many'}
        if table.name not in chosen and table.name != 'ecount_customer_group_partner_rel':
            return []
        keys = [key for key, in self.env.execute_query(SQL(
            "SELECT DISTINCT %s FROM %s WHERE %s", table.key, SQL.identifier(table.name), table.moved))]
        if table.name in chosen:
            return keys
        return self.env['ecount.customer.group'].sudo().browse(keys).filtered(lambda group: group._gives_terms()).ids

    def _find_collisions(self, table, survivor):
        """Return the keys of the rows that, moved, would be another row's double by a unique or a business key.

        The survivor's row comes first; among those of several merged customers, the eldest.
        """
        staying = set()
        for keys, condition, nulls_are_equal in self._get_unique_keys(table):
            expressions = SQL(", ").join(map(_raw, keys))
            wanted = [_raw(f'({condition})')] if condition else []
            if not nulls_are_equal:
                wanted += [SQL("(%s) IS NOT NULL", _raw(key)) for key in keys]
            rows = self.env.execute_query(SQL(
                """
                SELECT ecount_key FROM (
                    SELECT ecount_key, ecount_moved,
                           row_number() OVER (PARTITION BY %(keys)s ORDER BY ecount_moved, ecount_key) AS position
                      FROM (SELECT %(columns)s, %(key)s AS ecount_key, (%(moved)s) AS ecount_moved
                              FROM %(table)s WHERE (%(moved)s) OR %(is_survivor)s) AS %(table)s
                     WHERE %(wanted)s
                ) AS ranked
                 WHERE ecount_moved AND position > 1
                """,
                keys=expressions, columns=self._get_new_values(table), key=table.key, moved=table.moved,
                table=SQL.identifier(table.name), wanted=SQL(" AND ").join(wanted) if wanted else SQL("TRUE"),
                is_survivor=self._is_survivor(table, survivor),
            ))
            staying.update(_hashable(key) for key, in rows)
        return [_unhashable(key) for key in staying]

    def _is_survivor(self, table, survivor):
        """Return SQL telling whether a row names the survivor where others name a merged customer."""
        return SQL(" OR ").join(
            SQL("%s::text IN %s", SQL.identifier(column.name), (str(survivor.id), f'res.partner,{survivor.id}'))
            if column.name in ('json_value',) or not self._is_integer(table, column) else
            SQL("%s = %s", SQL.identifier(column.name), survivor.id)
            for column in table.columns if self._names_customer(table, column)
        ) or SQL("FALSE")

    def _names_customer(self, table, column):
        field = self.env[table.model]._fields.get(column.name) if table.model in self.env else None
        return field is None or field.type in ('many2one', 'many2one_reference', 'reference')

    def _is_integer(self, table, column):
        return table_columns(self.env.cr, table.name)[column.name]['udt_name'] in ('int4', 'int8')

    def _get_new_values(self, table):
        """Return the table's columns as they would be after the move, under their own names."""
        moved = {column.name: column for column in table.columns}
        return SQL(", ").join(
            SQL("CASE WHEN %(moved)s THEN %(value)s ELSE %(name)s END AS %(name)s",
                name=SQL.identifier(name), moved=moved[name].moved, value=moved[name].value)
            if name in moved else SQL.identifier(name)
            for name in table_columns(self.env.cr, table.name)
        )

    def _get_unique_keys(self, table):
        """Return what must be unique in a row with a moved column: `[(expressions, condition, nulls are equal)]`."""
        rows = self.env.execute_query(SQL(
            """
            SELECT (SELECT array_agg(pg_get_indexdef(i.indexrelid, position, TRUE) ORDER BY position)
                      FROM generate_series(1, i.indnkeyatts) AS position),
                   pg_get_expr(i.indpred, i.indrelid),
                   COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, FALSE)
              FROM pg_index i
             WHERE i.indrelid = %s::regclass AND i.indisunique
            """, f'"{table.name}"',
        ))
        unique = list(rows)
        if business_key := BUSINESS_KEYS.get(table.name):
            unique.append((business_key, None, True))
        names = re.compile(rf"\b({'|'.join(re.escape(column.name) for column in table.columns)})\b")
        return [
            (keys, condition, equal) for keys, condition, equal in unique
            if any(names.search(key) for key in keys) or names.search(condition or '')
        ]

    def _find_offenders(self, table, staying):
        """Return the keys of the rows that cannot be moved, found by trying halves.

        For what `_find_collisions` cannot foresee: checks, exclusions. Nothing is moved.
        """
        rows = self.env.execute_query(SQL(
            "SELECT %s FROM %s WHERE %s", table.key, SQL.identifier(table.name), self._except(table, staying)))
        offenders, parts = [], [[key for key, in rows]]
        with contextlib.closing(self.env.cr.savepoint(flush=False)), mute_logger('odoo.sql_db'):
            while parts:
                part = parts.pop()
                try:
                    with self.env.cr.savepoint(flush=False):
                        self._update(table, staying, only=part)
                except psycopg2.IntegrityError:
                    if len(part) == 1:
                        offenders += part
                    else:
                        parts += [part[len(part) // 2:], part[:len(part) // 2]]
        return offenders


def _raw(expression):
    """Return SQL that PostgreSQL itself wrote down in its catalogue, or a constant of this file."""
    return SQL(expression.replace('%', '%%'))


def _hashable(key):
    return json.dumps(key, sort_keys=True, default=str) if isinstance(key, dict) else key


def _unhashable(key):
    return json.loads(key) if isinstance(key, str) and key.startswith('{') else key
