"""What the rows of an upload would change, found without writing: thousands of customers with a few queries."""

from datetime import date

from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext, plaintext2html

from ..sheets.places import split_address
from .ecount_customer_sheet_value import CLEAR

CHUNK = 1000
# Said by where the row belongs, or what a customer is found by.
NOT_COMPARED = {'id', 'row_type', 'parent_id'}
LEFT_OUT = object()


class EcountCustomerImport(models.Model):
    _inherit = 'ecount.customer.import'

    def _compare_rows(self, check):
        """Set on each row the values to write."""
        rows = [row for row in check.rows if not row.is_wrong]
        known = [row for row in rows if row.record_id]
        for start in range(0, len(known), CHUNK):
            self._compare_known(check, known[start:start + CHUNK])
        new = [row for row in rows if not row.record_id]
        for row in new:
            self._read_new(check, row)
        self._check_required_of_new(check, [row for row in new if not row.is_wrong])
        wrong = {row.number for row in new if row.is_wrong}
        for row in new:
            if row.parent_row in wrong and not row.is_wrong:
                check.add_error(row, 'parent_wrong', self.env._(
                    "The row of its customer is wrong: row %s.", row.parent_row), 'parent_id')

    # === KNOWN CUSTOMERS === #

    def _compare_known(self, check, rows):
        sheet = self.env['ecount.customer.sheet']
        partners = self.env['res.partner'].with_context(active_test=False).browse([row.record_id for row in rows])
        columns = [column for column in check.columns if column]
        cells = sheet._read_cells(partners, columns)
        plain = [(position, cells[column.name]) for position, column in enumerate(check.columns)
                 if column and column.name not in NOT_COMPARED]
        kinds = [sheet._get_row_type(*values) for values in zip(
            *(sheet._get_values(partners, name) for name in ('parent_id', 'is_company', 'type')))]
        parent_ids = sheet._get_values(partners, 'parent_id')
        # A person says what a limit of 0 means, or what all cells of some other column mean.
        zero = check.positions.get(check.questions.get('zero_limit'))
        asked = {check.positions[name] for name in check.questions.values()} - {zero}
        changed = []
        for index, row in enumerate(rows):
            values = row.values
            width = len(values)
            # Nearly all cells of a sheet that was downloaded end here.
            todo = [position for position, current in plain if position < width
                    and (cell := values[position]) is not None
                    and (cell != current[index] or position in asked or position == zero and not cell)]
            if todo or (row.row_type or kinds[index]) != kinds[index] or (
                    row.parent_id and row.parent_id != parent_ids[index]):
                self._compare_row(check, row, partners[index], index, todo, cells)
                if row.vals and not row.is_wrong:
                    changed.append(row)
        if changed:
            self._check_changed(check, changed)

    def _compare_row(self, check, row, partner, index, todo, cells):
        """Compare the cells that look different; set the values to write."""
        row.vals, reading = {}, check.reading
        reading.remarks.clear()
        self._compare_kind(check, row, partner)
        names = {check.columns[position].name for position in todo}
        country = None
        if not names.isdisjoint(('state_id', 'vat', 'phone', 'mobile', 'zip', 'company_registry')):
            country = self._get_row_country(check, row, partner)
        groups = {}
        # Notes last: remarks about phones are added to them.
        for position in sorted(todo, key=lambda position: check.columns[position].kind == 'html'):
            column, cell = check.columns[position], row.get(position)
            if cell is None or column.name in row.passed:
                continue
            value = self._read_value(check, row, column, cell, country, partner)
            if value is LEFT_OUT:
                continue
            if column.kind in ('group', 'groups'):
                groups[column] = value
            elif not self._is_same(partner, column, value, reading.remarks):
                row.vals[column.name] = self._to_vals(column, value)
                check.add_change(row, partner.display_name, column.label, cells[column.name][index],
                                 value if column.kind not in ('many2one', 'many2many', 'selection') else cell)
        self._compare_groups(check, row, partner, groups, cells, index)
        if reading.remarks and not row.vals.keys().isdisjoint(('phone', 'mobile', 'comment')):
            self._add_remarks(check, row, partner)
        if row.vals.get('street'):
            country = country or self._get_row_country(check, row, partner)
            self._take_address_apart(check, row, partner, country)
        self._add_country(row, partner, country)

    def _compare_kind(self, check, row, partner):
        """Compare what the row is and where it belongs."""
        current = self.env['ecount.customer.sheet']._get_row_type(
            partner.parent_id.id, partner.is_company, partner.type)
        wanted = row.row_type or current
        if wanted != current:
            if {wanted, current} == {'customer', 'person'}:
                row.vals['is_company'] = wanted == 'customer'
            elif wanted in ('customer', 'person') or current in ('customer', 'person'):
                check.add_error(row, 'kind', self.env._(
                    "A customer does not become a contact by an upload, nor a contact a customer."), 'row_type')
            else:
                row.vals['type'] = wanted
        if row.parent_id and row.parent_id != partner.parent_id.id:
            if current in ('customer', 'person'):
                check.add_error(row, 'kind', self.env._(
                    "A customer does not become a contact by an upload, nor a contact a customer."), 'parent_id')
            else:
                row.vals['parent_id'] = row.parent_id

    def _is_same(self, partner, column, value, remarks=()):
        """Whether a customer has a value already; notes also with the remarks that belong to them."""
        current = self.env['ecount.customer.sheet']._get_values(partner, column.name)[0]
        if column.kind == 'many2one':
            return (current or False) == (value or False)
        if column.kind == 'many2many':
            return set(current or ()) == set(value or ())
        if column.kind == 'html':
            present, wanted = html2plaintext(current or ''), html2plaintext(value or '')
            for remark in remarks:
                present = present.replace(remark, '')
            return present.split() == wanted.split()
        if column.name in ('credit_limit', 'credit_days'):
            is_own = partner[f'has_own_{column.name}']
            return not is_own if value is None else is_own and abs((current or 0) - value) < 1e-9
        if column.kind == 'float':
            return abs((current or 0.0) - (value or 0.0)) < 1e-9
        return (current or False) == (value or False)

    def _compare_groups(self, check, row, partner, groups, cells, index):
        """Replace the groups under the roots of the columns; those under other roots stay."""
        if not groups:
            return
        current = set(self.env['ecount.customer.sheet']._get_values(partner, 'customer_group_ids')[0] or ())
        wanted = self._get_wanted_groups(check, current, groups)
        if wanted != current:
            row.vals['customer_group_ids'] = [[6, 0, sorted(wanted)]]
            for column in groups:
                check.add_change(row, partner.display_name, column.label, cells[column.name][index],
                                 row.get(check.positions[column.name]))

    def _get_wanted_groups(self, check, current, groups):
        roots = check.reading.get('roots', lambda: {
            group.id: group.root_id.id for group in
            self.env['ecount.customer.group'].with_context(active_test=False).search_fetch(
                Domain.TRUE, ['root_id'])})
        wanted = set(current)
        for column, value in groups.items():
            if column.kind == 'groups':
                wanted = set(value or ())
            else:
                wanted = {group_id for group_id in wanted if roots.get(group_id) != column.root_id}
                wanted |= {value} if value else set()
        return wanted

    def _check_changed(self, check, rows):
        """Refuse changes of records that the user may not write, or that lack a required field afterwards."""
        partners = self.env['res.partner'].browse([row.record_id for row in rows])
        writable = set(partners._filtered_access('write')._ids)
        missing = {partner.id: names for partner, names in partners._get_missing_names().items()}
        rules = {name for name, _applies_to, _groups in self.env['ecount.required.field']._get_rules()}
        labels = partners._get_field_labels(rules)
        for row in rows:
            if row.record_id not in writable:
                check.add_error(row, 'access', self.env._("You may not change this customer."), 'ref', row.code)
            lacking = [name for name in missing.get(row.record_id, ()) if not row.vals.get(name)]
            lacking += [name for name in rules & row.vals.keys() if not row.vals[name] and name not in lacking]
            if lacking:
                self._note_missing(check, row, lacking, labels)

    def _note_missing(self, check, row, names, labels):
        for name in names:
            check.add_error(row, 'missing', self.env._("A customer must have this: %s.", labels[name]), name)

    # === NEW CUSTOMERS === #

    def _read_new(self, check, row):
        """Set the values of a row that is about a new customer, contact or address."""
        vals = row.vals = {}
        check.reading.remarks.clear()
        country = self._get_row_country(check, row, None)
        groups = {}
        for position, column in enumerate(check.columns):
            cell = row.get(position)
            if cell is None or not column or column.name in NOT_COMPARED or column.name in row.passed or cell == CLEAR:
                continue
            value = self._read_value(check, row, column, cell, country)
            if value is LEFT_OUT or value is None:
                continue
            if column.kind in ('group', 'groups'):
                groups[column] = value
            else:
                vals[column.name] = self._to_vals(column, value)
        if groups:
            vals['customer_group_ids'] = [[6, 0, sorted(self._get_wanted_groups(check, set(), groups))]]
        if row.level:
            vals.update(is_company=False, type=row.row_type or 'contact', parent_id=row.parent_id)
        else:
            vals.setdefault('is_company', row.row_type != 'person')
            vals['customer_rank'] = 1
        if check.reading.remarks:
            self._add_remarks(check, row, None)
        if 'street' in vals:
            self._take_address_apart(check, row, None, country)
        self._add_country(row, None, country)
        if not vals.get('name') and not (row.level and row.row_type not in (None, 'contact')):
            if not row.is_wrong:
                check.add_error(row, 'name', self.env._("The name is missing."), 'name')

    def _check_required_of_new(self, check, rows):
        """Refuse new customers that lack a required field. Rows with the same cells filled are asked once."""
        rules = self.env['ecount.required.field']._get_rules()
        if not rules:
            return
        Partner = self.env['res.partner']
        labels = Partner._get_field_labels({rule[0] for rule in rules})
        numbered = self.company_id.sudo().ecount_use_customer_code  # a setting
        shapes = {}
        for row in rows:
            if row.level:
                continue
            groups = row.vals.get('customer_group_ids')
            shape = (frozenset(name for name, value in row.vals.items() if value), str(groups))
            if shape not in shapes:
                partner = Partner.new({**Partner.default_get([rule[0] for rule in rules]), **row.vals})
                shapes[shape] = [
                    name for name in partner._get_required_names(rules)
                    if partner._is_field_empty(name) and not (name == 'ref' and numbered)]
            if shapes[shape]:
                self._note_missing(check, row, shapes[shape], labels)

    # === CELLS === #

    def _get_row_country(self, check, row, partner):
        """Return the country that a row is about, or None; the company's own serves phones and provinces."""
        position = check.positions.get('country_id')
        cell = row.get(position)
        Country = self.env['res.country']
        if cell is not None and cell != CLEAR:
            # What is wrong with the cell is said when it is its turn.
            country_id = check.reading.get(('country', cell), lambda: self._find_country(check, position, cell))
            return Country.browse(country_id) if country_id else None
        country = partner.commercial_partner_id.country_id if partner else Country
        if not country and row.parent_id:
            country = self.env['res.partner'].browse(row.parent_id).country_id
        if not country and self._names_own_province(check, row):
            country = self.env.company.country_id
        return country or None

    def _names_own_province(self, check, row):
        """Whether a row without a country says a province of the country of the company."""
        country = self.env.company.country_id
        cell = row.get(check.positions.get('state_id'))
        if cell is None and self._is_address_whole(check):
            street = row.get(check.positions.get('street'))
            return bool(street is not None and split_address(str(street), country.code).state_code)
        if cell is None or cell == CLEAR or not country:
            return False
        try:
            column = check.columns[check.positions['state_id']]
            return bool(self.env['ecount.customer.sheet']._parse_cell(cell, column, check.reading, country))
        except ValueError:
            return False

    def _is_address_whole(self, check):
        """Whether the whole address stands in one column."""
        return check.positions.keys().isdisjoint(('zip', 'state_id', 'city', 'street2'))

    def _find_country(self, check, position, cell):
        sheet = self.env['ecount.customer.sheet']
        try:
            return sheet._parse_cell(cell, check.columns[position], check.reading)
        except ValueError:
            return None

    def _read_value(self, check, row, column, cell, country, partner=None):
        """Return the value of a cell; None to clear the field, LEFT_OUT to leave it as it is."""
        if cell == CLEAR or isinstance(cell, str) and cell.strip() == CLEAR:
            if column.name == 'name':
                check.add_error(row, 'name', self.env._("The name is missing."), 'name', cell)
                return LEFT_OUT
            return None
        value = self._parse_or_note(check, row, column, cell, country)
        if value is None:
            return LEFT_OUT
        if check.questions:
            for question, name in check.questions.items():
                if name == column.name:
                    return self._apply_answer(row, question, check.answers[question], value, partner)
        return value

    def _apply_answer(self, row, question, answer, value, partner):
        """Return a value as a person said it is meant."""
        if question == 'zero_limit' and value:
            return value
        if not answer or answer == 'leave':
            return LEFT_OUT
        if answer == 'stop':
            if not partner or partner.credit_policy != 'stop':
                row.vals['credit_policy'] = 'stop'
            return LEFT_OUT
        if answer == 'months':
            return value * 30
        return {'surcharge': -value, 'price': 100 - value}.get(answer, value)

    def _to_vals(self, column, value):
        """Return a value as `create` and `write` take it, and JSON keeps it."""
        if column.kind == 'many2many':
            return [[6, 0, list(value or ())]]
        if isinstance(value, date):
            return str(value)
        return False if value is None else value

    def _add_remarks(self, check, row, partner):
        """Add to the notes what has no field: further phone numbers, extensions."""
        remarks = list(check.reading.remarks)
        present = row.vals.get('comment') or partner and partner.comment or ''
        text = html2plaintext(present)
        missing = [remark for remark in remarks if remark not in text]
        if missing:
            row.vals['comment'] = f"{present}{''.join(plaintext2html(remark) for remark in missing)}"
            check.remarks.append(self.env._(
                "Row %(row)s, to the notes: %(remark)s", row=row.number, remark=", ".join(missing)))

    def _take_address_apart(self, check, row, partner, country):
        """Take postcode and province out of an address in one cell, where they are certain and have no column."""
        if not self._is_address_whole(check):
            return
        country = country or self.env.company.country_id
        parts = split_address(row.vals['street'], country.code)
        if parts.zip and not (partner and partner.zip):
            row.vals['zip'] = parts.zip
        if parts.state_code and not (partner and partner.state_id):
            states = check.reading.get(('state_codes', country.id), lambda: {
                state.code: state.id for state in
                self.env['res.country.state'].search([('country_id', '=', country.id)])})
            if state_id := states.get(parts.state_code):
                row.vals['state_id'] = state_id

    def _add_country(self, row, partner, country):
        """A province without a country brings its country along, as on the form."""
        if row.vals.get('state_id') and country and not (partner and partner.country_id):
            row.vals.setdefault('country_id', country.id)
