"""Which customer a row is about: by record number, code, former code, or name and tax ID; contacts below theirs."""

import re
from collections import defaultdict

from odoo import models

from .duplicate_keys import get_name_key
from .ecount_customer_sheet_value import CLEAR, CellError
from .res_partner_code import CODE_MAX_LENGTH

CHUNK = 5000
LONGEST_PADDED_CODE = 12
CONTACT_TYPES = ('contact', 'delivery', 'invoice', 'other')


class EcountCustomerImport(models.Model):
    _inherit = 'ecount.customer.import'

    def _match_rows(self, check):
        """Set, on each row, the record that it is about; rows that are about none, twice, or too many are wrong."""
        self._classify_rows(check)
        customers = [row for row in check.rows if not row.level]
        self._match_numbers(check)
        self._match_codes(check, [row for row in customers if row.code and not row.record_id and not row.is_wrong])
        self._match_names(check, [row for row in customers if not row.code and not row.record_id and not row.is_wrong])
        contacts = [row for row in check.rows if row.level and not row.is_wrong]
        if contacts:
            self._match_parents(check, contacts)
            self._match_contacts(check, [row for row in contacts if not row.record_id and not row.is_wrong])
        self._refuse_twice(check)
        self._apply_mode(check)

    # === KINDS OF ROWS === #

    def _classify_rows(self, check):
        sheet = self.env['ecount.customer.sheet']
        positions = check.positions
        code_at, type_at, parent_at = (positions.get(name) for name in ('ref', 'row_type', 'parent_id'))
        for row in check.rows:
            cell = row.get(type_at)
            if cell is not None and cell != CLEAR:
                row.row_type = self._parse_or_note(check, row, check.columns[type_at], cell)
            parent = row.get(parent_at)
            row.level = int(row.row_type in CONTACT_TYPES or row.row_type is None and parent not in (None, CLEAR))
            cell = row.get(code_at)
            if cell is not None and cell != CLEAR:
                row.code = sheet._get_text(cell)
                row.code_is_number = not isinstance(cell, (str, bool))
                if len(row.code) > CODE_MAX_LENGTH:
                    check.add_error(row, 'too_long', self.env._("At most %s characters.", CODE_MAX_LENGTH), 'ref', cell)

    def _parse_or_note(self, check, row, column, cell, country=None):
        """Return the value of a cell, or None after noting what is wrong with it.

        Where the person chose one fix for all such cells, that is done instead.
        """
        sheet = self.env['ecount.customer.sheet']
        try:
            return sheet._parse_cell(cell, column, check.reading, country)
        except CellError as error:
            return self._mend(check, row, column, cell, error, lambda value: sheet._parse_cell(
                value, column, check.reading, country))

    def _mend(self, check, row, column, cell, error, parse):
        """Return the value that the chosen fix gives a wrong cell, or None after noting the error."""
        fix = check.fixes.get(f'{column.name}|{error.code}')
        if fix == 'leave':
            text = self.env._("Left out, %(column)s: %(reason)s", column=column.label, reason=error.reason)
            check.fixed[text] = check.fixed.get(text, 0) + 1
            return None
        if fix == 'suggestion' and error.suggestion is not None:
            try:
                value = parse(error.suggestion)
                text = self.env._("Mended as suggested, %s", column.label)
                check.fixed[text] = check.fixed.get(text, 0) + 1
                return value
            except CellError as second:
                error = second
        check.add_error(row, error.code, error.reason, column.name, cell, error.suggestion)
        return None

    # === BY NUMBER AND CODE === #

    def _match_numbers(self, check):
        """Match by the column of record numbers: ids, or external ids as of Odoo's own export."""
        position = check.positions.get('id')
        if position is None:
            return
        wanted, names = {}, {}
        for row in check.rows:
            cell = row.get(position)
            if isinstance(cell, str) and '.' in cell and not cell.strip().replace('.', '').isdecimal():
                names[row] = cell.strip()
            elif cell is not None:
                text = str(cell).strip()
                wanted[row] = int(text) if text.isdecimal() and len(text) < 10 else 0
        if names:
            # Elevated: external ids are no secret; the records are read with the rights of the user below.
            data = self.env['ir.model.data'].sudo().search_fetch([
                ('model', '=', 'res.partner'), ('name', 'in', [name.partition('.')[2] for name in names.values()])],
                ['module', 'name', 'res_id'])
            ids = {f'{item.module}.{item.name}': item.res_id for item in data}
            wanted.update((row, ids.get(name, 0)) for row, name in names.items())
        visible = self._filter_visible(wanted.values())
        for row, record_id in wanted.items():
            if record_id in visible:
                row.record_id = record_id
            else:
                check.add_error(row, 'number', self.env._(
                    "There is no customer with this record number. Empty the cell to find the customer by its code."),
                    'id', row.get(position))

    def _filter_visible(self, ids):
        """Return those of the ids whose records the user sees, put-away ones included."""
        ids = list({id_ for id_ in ids if id_})
        Partner = self.env['res.partner'].with_context(active_test=False, ecount_few_partners=True)
        return {id_ for start in range(0, len(ids), CHUNK)
                for id_ in Partner._search([('id', 'in', ids[start:start + CHUNK])]).get_result_ids()}

    def _find_codes(self, codes):
        """Return {code: customer that has or had it} in this company, whoever sees the customer."""
        Partner = self.env['res.partner']
        codes, holders = list(codes), {}
        for start in range(0, len(codes), CHUNK):
            holders.update(Partner._find_code_holders(
                [(0, code, self.company_id.id) for code in codes[start:start + CHUNK]]))
        # Of one set, so that their codes are read at once.
        together = Partner.sudo().browse(dict.fromkeys(holder.id for holder in holders.values()))
        together.fetch(['ref'])
        by_id = {holder.id: holder for holder in together}
        return {code: by_id[holder.id] for code, holder in holders.items()}

    def _match_codes(self, check, rows):
        holders = self._find_codes({row.code for row in rows})
        missing = [row for row in rows if row.code_is_number and row.code not in holders]
        padded = self._find_codes({
            row.code.zfill(length) for row in missing for length in range(len(row.code) + 1, LONGEST_PADDED_CODE + 1)})
        for row in missing:
            variants = {code for length in range(len(row.code) + 1, LONGEST_PADDED_CODE + 1)
                        if (code := row.code.zfill(length)) in padded}
            if variants:
                self._mend_zeros(check, row, sorted(variants, key=len))
        holders |= padded
        visible = self._filter_visible(holder.id for holder in holders.values())
        for row in rows:
            holder = holders.get(row.code)
            if holder and not row.is_wrong:
                if holder.id not in visible:
                    check.add_error(row, 'hidden', self.env._(
                        "This code belongs to a customer that you do not see. Ask your manager."), 'ref', row.code)
                    continue
                row.record_id = holder.id
                if (holder.ref or '').strip().lower() != row.code.lower():
                    row.passed = ('ref',)  # a former code finds the customer and stays a former one

    def _mend_zeros(self, check, row, codes):
        column = check.columns[check.positions['ref']]
        error = CellError('zeros', self.env._(
            "The code is a number in this file, so zeros in front of it may be lost: there is a customer %s.",
            ", ".join(codes)), codes[0] if len(codes) == 1 else None)
        if code := self._mend(check, row, column, row.code, error, lambda code: code):
            row.code = code
            row.passed = ('ref',)

    # === BY NAME AND TAX ID === #

    def _match_names(self, check, rows):
        """Match rows without a code: the same name and, where the row has one, the same tax ID."""
        name_at, vat_at = check.positions.get('name'), check.positions.get('vat')
        if name_at is None:
            return
        found = self._find_names({str(row.get(name_at)) for row in rows if row.get(name_at) is not None})
        for row in rows:
            name = row.get(name_at)
            if name is None:
                continue
            partners = found[self._get_plain_name(name)]
            if (vat := row.get(vat_at)) is not None:
                partners = [partner for partner in partners
                            if self._get_plain_vat(partner.vat) == self._get_plain_vat(vat)]
            elif len(partners) > 1:
                partners = [partner for partner in partners if not partner.vat] or partners
            if len(partners) > 1:
                check.add_error(row, 'ambiguous', self.env._(
                    "%(count)s customers are called so. Write the code: %(codes)s", count=len(partners),
                    codes=", ".join(partner.ref or '-' for partner in partners[:5])), 'name', name)
            elif partners:
                row.record_id = partners[0].id

    def _find_names(self, names):
        """Return {plain name: customers that the user sees}, put-away ones included, merged ones not."""
        found, names = defaultdict(list), list(names)
        Partner = self.env['res.partner'].with_context(active_test=False)
        for start in range(0, len(names), CHUNK):
            keys = {get_name_key(name) for name in names[start:start + CHUNK]} - {None}
            for partner in Partner.search_fetch([
                ('duplicate_name_key', 'in', list(keys)), ('parent_id', '=', False), ('merged_into_id', '=', False),
            ], ['name', 'vat', 'ref']):
                found[self._get_plain_name(partner.name)].append(partner)
        return found

    def _get_plain_name(self, name):
        return " ".join(str(name).split()).casefold()

    def _get_plain_vat(self, vat):
        # Without a country's letters, and without zeros that a spreadsheet may have lost.
        return re.sub(r'^[A-Z]{2}(?=\d)|[^0-9A-Z]', '', str(vat or '').upper()).lstrip('0')

    # === CONTACTS AND ADDRESSES === #

    def _match_parents(self, check, contacts):
        """Find the customer of each contact: named by code, or else the last customer above it."""
        parent_at = check.positions.get('parent_id')
        in_file = {row.code.lower(): row for row in check.rows if row.code and not row.level}
        above, last = {}, None
        for row in check.rows:
            if row.level:
                above[row] = last
            else:
                last = row
        sheet = self.env['ecount.customer.sheet']
        wanted = {row: sheet._get_text(cell) for row in contacts
                  if (cell := row.get(parent_at)) is not None and cell != CLEAR}
        self._keep_parents(contacts, wanted)
        holders = self._find_codes({*wanted.values(), *(row.code for row in contacts if row.code)})
        names = self._find_names({code for code in wanted.values() if code not in holders})
        visible = self._filter_visible(holder.id for holder in holders.values())
        for row in contacts:
            if row.parent_id:
                continue
            code = wanted.get(row)
            if code is None and row.code and (row.code.lower() in in_file or row.code in holders):
                code, row.passed = row.code, ('ref',)  # the customer's code, repeated beside its contact
            self._set_parent(check, row, code, in_file.get((code or '').lower()) if code else above[row],
                             holders.get(code), names.get(self._get_plain_name(code or ''), ()), visible)

    def _keep_parents(self, contacts, wanted):
        """Leave contacts known by their record number where they are, when the sheet says so as the download does."""
        known = [row for row in contacts if row.record_id]
        partners = self.env['res.partner'].browse([row.record_id for row in known])
        partners.fetch(['parent_id'])
        sheet = self.env['ecount.customer.sheet']
        for row, text, parent_id in zip(
                known, sheet._get_parent_cells(partners, None), sheet._get_values(partners, 'parent_id')):
            if text and wanted.get(row, text) == text:
                row.parent_id = parent_id

    def _set_parent(self, check, row, code, parent_row, holder, named, visible):
        if parent_row and not parent_row.is_wrong:
            if parent_row.record_id:
                row.parent_id = parent_row.record_id
            else:
                row.parent_row = parent_row.number
        elif holder and holder.id in visible:
            row.parent_id = holder.id
        elif len(named) == 1 and not holder:
            row.parent_id = named[0].id
        elif row.record_id and code is None:
            return  # known by its record number: it stays where it is
        elif parent_row:
            check.add_error(row, 'parent_wrong', self.env._(
                "The row of its customer is wrong: row %s.", parent_row.number), 'parent_id', code)
        else:
            check.add_error(row, 'parent', self.env._(
                "There is no customer with this code for the contact or address to belong to."), 'parent_id', code)

    def _match_contacts(self, check, rows):
        """Match contacts and addresses by kind and name, or by a code of their own, below their customer."""
        name_at = check.positions.get('name')
        parent_ids = list({row.parent_id for row in rows if row.parent_id})
        Partner = self.env['res.partner'].with_context(active_test=False)
        found = defaultdict(list)
        for start in range(0, len(parent_ids), CHUNK):
            for partner in Partner.search_fetch(
                [('parent_id', 'in', parent_ids[start:start + CHUNK]), ('is_company', '=', False)],
                ['name', 'type', 'ref', 'parent_id'],
            ):
                kind = partner.type if partner.type in CONTACT_TYPES else 'contact'
                found[partner.parent_id.id, kind, self._get_plain_name(partner.name or '')].append(partner.id)
                if partner.ref:
                    found[partner.parent_id.id, 'ref', partner.ref.strip().lower()].append(partner.id)
        for row in rows:
            row.row_type = row.row_type or 'contact'
            own_code = row.code if row.code and 'ref' not in row.passed else None
            ids = found.get((row.parent_id, 'ref', own_code.lower())) if own_code else None
            ids = ids or found.get((row.parent_id, row.row_type, self._get_plain_name(row.get(name_at) or '')))
            if ids and len(ids) > 1:
                check.add_error(row, 'ambiguous', self.env._(
                    "The customer has several of this kind and name. Name the one by its record number."), 'name',
                    row.get(name_at))
            elif ids:
                row.record_id = ids[0]

    # === TWICE, AND MODES === #

    def _refuse_twice(self, check):
        name_at = check.positions.get('name')
        seen = {}
        for row in check.rows:
            if row.is_wrong:
                continue
            if row.record_id:
                keys = [row.record_id]
            elif row.code and 'ref' not in row.passed:
                keys = [('code', row.level and (row.parent_id, row.parent_row), row.code.lower())]
            else:
                keys = [(row.level, row.parent_id, row.parent_row, row.row_type,
                         self._get_plain_name(row.get(name_at) or ''))]
            first = seen.setdefault(keys[0], row.number)
            if first != row.number:
                check.add_error(row, 'twice', self.env._("The same customer as in row %s.", first),
                                'ref' if row.code else 'name', row.code or row.get(name_at))

    def _apply_mode(self, check):
        may_create = self.env['res.partner'].has_access('create')
        for row in check.rows:
            if row.is_wrong:
                continue
            name = 'ref' if row.code else 'name'
            if row.record_id and self.mode == 'add':
                check.add_error(row, 'exists', self.env._(
                    "This customer exists already, and only new ones are to be added."), name, row.code)
            elif not row.record_id and self.mode == 'update':
                check.add_error(row, 'unknown_customer', self.env._(
                    "There is no such customer, and only known ones are to be changed."), name, row.code)
            elif not row.record_id and not may_create:
                check.add_error(row, 'access', self.env._("You may not register customers."), name, row.code)
