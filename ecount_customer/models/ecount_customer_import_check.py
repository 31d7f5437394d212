"""Checking an upload: headers, questions, and what is kept of the check."""

import itertools
import json
from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..sheets.errors import SheetError
from .ecount_customer_import_question import ANSWERS
from .ecount_customer_sheet import normalize_header
from .ecount_customer_sheet_value import SheetReading
from .sheet_check import SheetCheck, SheetRow

HEADER_ROWS = 10
KNOWN_LABELS = 3
KEY_COLUMNS = {'ref', 'name', 'id'}
CHUNK = 2000


class EcountCustomerImport(models.Model):
    _inherit = 'ecount.customer.import'

    def _check_file(self):
        """Read the file, compare it with the customers, and keep what would happen. No customer is written."""
        check = self._read_file()
        self._match_rows(check)
        self._compare_rows(check)
        self._try_rows(check)
        self._store_check(check)

    # === HEADERS === #

    def _read_file(self):
        """Return the check of this file with its rows read and its columns known.

        :rtype: SheetCheck
        :raise UserError: when the file cannot be read, has no header row or two columns of the same name
        """
        sheet = self._open_sheet()
        try:
            lines = iter(sheet)
            head = list(itertools.islice(lines, HEADER_ROWS))
            index = self._find_header_row([values for _number, values in head])
            rows = [SheetRow(number, values) for number, values in itertools.chain(head[index + 1:], lines)]
        except SheetError as error:
            raise UserError(self._get_sheet_error_text(error)) from error
        headers = head[index][1]
        columns, suggestions = self._get_file_columns(headers)
        check = SheetCheck(headers, columns, rows, SheetReading(), self.fixes or {}, self.replacements or {})
        self._replace_cells(check)
        self._note_questions(check)
        self._store_columns(check, suggestions)
        check.notes += self._get_file_notes(sheet)
        return check

    def _find_header_row(self, rows):
        """Return the index of the header row: the first with three known labels.

        A short sheet has fewer columns: then the first row of which all is known, with what tells customers apart.
        """
        names = self.env['ecount.customer.sheet']._get_header_names()
        chosen = {normalize_header(column.header) for column in self.column_ids if column.column_name}
        few = None
        for index, values in enumerate(rows):
            keys = [normalize_header(value) for value in values if value is not None]
            found = {names.get(key, key) for key in keys if key in names or key in chosen}
            if len(found) >= KNOWN_LABELS:
                return index
            if few is None and len(found) > 1 and found & KEY_COLUMNS:
                few = index
        if few is None:
            raise UserError(self.env._(
                "No header row was found: none of the first %(rows)s rows has %(labels)s names of columns that are "
                "known here, such as %(examples)s. Download the form and compare.",
                rows=HEADER_ROWS, labels=KNOWN_LABELS, examples=", ".join(column.label for column in self.env[
                    'ecount.customer.sheet']._get_columns(('ref', 'name', 'phone')))))
        return few

    def _get_file_columns(self, headers):
        """Return the column of each header, None for those that are not read, and suggestions for unknown ones.

        :raise UserError: when two headers are the same
        """
        sheet = self.env['ecount.customer.sheet']
        names, suggestions = sheet._match_headers(headers)
        keys = [normalize_header(header) for header in headers]
        # What a person chose holds; an emptied one is left out.
        chosen = {normalize_header(column.header): column.column_name for column in self.column_ids}
        names = [chosen.get(key, name) or None for key, name in zip(keys, names)]
        seen, columns = {}, []
        for position, (key, name) in enumerate(zip(keys, names)):
            column = sheet._get_column(name) if name else None
            if key and key in keys[:position] and column:
                raise UserError(self.env._(
                    "Two columns are called “%s”. Delete or rename one of them.", headers[position]))
            columns.append(None if column is None or column.readonly or name in seen else column)
            if columns[-1]:
                seen[name] = position
        return columns, suggestions

    def _store_columns(self, check, suggestions):
        old = {column.header: column for column in self.column_ids}
        vals_list = []
        for position, (header, column) in enumerate(zip(check.headers, check.columns)):
            if header is None or str(header) in old:
                continue
            examples = itertools.islice(
                (str(cell) for row in check.rows if (cell := row.get(position)) is not None), 3)
            vals_list.append({
                'import_id': self.id, 'position': position, 'header': str(header),
                'column_name': column.name if column else False, 'suggestion': suggestions.get(header) or False,
                'is_known': header not in suggestions, 'examples': " · ".join(examples),
            })
        # Elevated: kept by the system; what a column means is chosen with the rights of the user.
        self.env['ecount.customer.import.column'].sudo().create(vals_list)

    def _replace_cells(self, check):
        """Put what was typed instead of wrong cells in their place."""
        if not check.replacements:
            return
        rows = {row.number: row for row in check.rows}
        for key, text in check.replacements.items():
            number, _separator, name = key.partition('|')
            row, position = rows.get(int(number)), check.positions.get(name)
            if row and position is not None:
                row.values = [*row.values, *[None] * (position + 1 - len(row.values))]
                row.values[position] = text

    def _keep_replacements(self):
        """Remember what was typed into the list of wrong cells."""
        typed = {f'{error.row}|{error.column_name}': error.replacement.strip()
                 for error in self.error_ids if error.replacement and error.column_name}
        if typed:
            self.replacements = {**(self.replacements or {}), **typed}

    # === QUESTIONS === #

    def _note_questions(self, check):
        """Find the columns whose meaning is in doubt; answers given before hold."""
        synonyms = self.env['ecount.customer.sheet.synonym']
        asked = synonyms._get_questions()
        own = {normalize_header(column.label) for column in self.env['ecount.customer.sheet']._get_columns()}
        keys = {name: normalize_header(check.headers[position]) for name, position in check.positions.items()}
        known = synonyms._get_names()
        is_foreign = sum(key in known and key not in own and key != normalize_header(name)
                         for name, key in keys.items()) > 1
        for name, key in keys.items():
            question = asked.get(key) if key not in own else None
            if name == 'credit_limit' and is_foreign:
                question = 'zero_limit'
            cells = (row.get(check.positions[name]) for row in check.rows) if question else ()
            doubtful = (cell for cell in cells if cell is not None and (
                question != 'zero_limit' or cell in (0, '0', '0.00')))
            examples = list(itertools.islice(doubtful, 5))
            if examples:
                check.questions[question] = name
                self._store_question(check, question, examples)

    def _store_question(self, check, question, examples):
        record = self.question_ids.filtered(lambda record: record.name == question)
        if not record:
            remembered = (self.company_id.sudo().ecount_sheet_answers or {}).get(question)  # no secret
            record = self.env['ecount.customer.import.question'].sudo().create({
                'import_id': self.id, 'name': question, 'examples': " · ".join(map(str, examples)),
                'column': check.headers[check.positions[check.questions[question]]],
                'answer': remembered if remembered in ANSWERS[question] else False,
            })
        check.answers[question] = record.answer

    def _check_questions(self):
        if open_questions := self.question_ids.filtered(lambda question: not question.answer):
            raise UserError(self.env._(
                "Answer first what these columns mean: %s.", ", ".join(open_questions.mapped('column'))))

    def _get_file_notes(self, sheet):
        texts = {
            'macros': self.env._("The file contains macros. They were not run."),
            'formulas': self.env._("The file contains formulas. Their last results were read."),
            'merged': self.env._("The file contains merged cells. Their value was read in the first row only."),
            'hidden': self.env._("Hidden sheets were not read."),
        }
        return [texts[note] for note in sorted(sheet.notes) if note in texts]

    # === KEEPING THE RESULT === #

    def _store_check(self, check):
        """Replace what an earlier check found."""
        self.env.flush_all()
        for table in ('error', 'reason', 'change', 'line'):
            self.env.cr.execute(SQL(
                "DELETE FROM %s WHERE import_id = %s", SQL.identifier(f'ecount_customer_import_{table}'), self.id))
        self._insert_errors(check.errors)
        self._insert('change', ('row', 'customer', 'field_label', 'old_value', 'new_value'), check.changes)
        self._insert_lines(check)
        self.env.invalidate_all(flush=False)
        new, changed, unchanged, wrong = check.count()
        for text, count in check.fixed.items():
            check.notes.append(f"{text}: {count}")
        self.with_context(ecount_import_checks=True).write({
            'state': 'checked', 'row_count': len(check.rows), 'new_count': new, 'changed_count': changed,
            'unchanged_count': unchanged, 'wrong_count': wrong, 'created_count': 0, 'left_count': 0,
            'notes': "\n".join([*check.notes, *check.remarks[:20]]),
            'runs_in_background': new + changed > self._get_sync_rows(),
        })

    def _insert_errors(self, errors):
        self._insert('error', ('row', 'column', 'column_name', 'value', 'code', 'reason', 'suggestion'), errors)
        groups = defaultdict(list)
        for _row, column, name, value, code, reason, suggestion in errors:
            groups[column, name, code].append((value, reason, suggestion))
        self._insert('reason', (
            'column', 'column_name', 'code', 'reason', 'example', 'count', 'suggestion_count', 'suggestion'), [
            (*key, cells[0][1], cells[0][0], len(cells), sum(cell[2] is not None for cell in cells),
             next((f"{cell[0]} → {cell[2]}" for cell in cells if cell[2] is not None), None))
            for key, cells in groups.items()])

    def _insert_lines(self, check):
        written = [row for row in check.rows if row.vals and not row.is_wrong]
        for start in range(0, len(written), CHUNK):
            self._insert('line', ('row', 'level', 'kind', 'state', 'record_id', 'parent_row', 'vals'), [
                (row.number, row.level, 'changed' if row.record_id else 'new', 'todo', row.record_id, row.parent_row,
                 json.dumps(row.vals))
                for row in written[start:start + CHUNK]])

    def _insert(self, table, names, rows):
        """Add rows to a table of this upload in one statement: there may be a hundred thousand."""
        if not rows:
            return
        model = self.env[f'ecount.customer.import.{table}']
        casts = [SQL(model._fields[name]._column_type[1]) for name in names]
        self.env.cr.execute(SQL(
            "INSERT INTO %s (import_id, %s) SELECT %s, * FROM unnest(%s)",
            SQL.identifier(model._table), SQL(", ").join(map(SQL.identifier, names)), self.id,
            SQL(", ").join(SQL("%s::%s[]", list(values), cast) for values, cast in zip(zip(*rows), casts)),
        ))
