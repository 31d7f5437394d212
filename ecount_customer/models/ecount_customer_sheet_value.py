"""Cells of an uploaded sheet as values of customers: each cell is understood, or refused with a reason."""

import difflib
import re
from datetime import date, datetime

from odoo import api, models
from odoo.tools import plaintext2html

from ..sheets.cells import is_error
from ..sheets.phones import split_phones
from ..sheets.places import find_state_code
from ..sheets.values import fix_tax_id, parse_boolean, parse_date, parse_datetime, parse_number
from .duplicate_keys import BRANCH_DIGITS
from .ecount_customer_sheet import normalize_header

CLEAR = '-'
MAX_RECORDS = 20_000  # of a related model that are looked through by name
MAX_SUGGESTED = 3000
HEAD_OFFICE = {'สำนักงานใหญ่', 'สนญ', 'headoffice', 'hq', 'ho', 'main', '본사', '본점'}
POSTCODE_DIGITS = {'TH': 5, 'KR': 5, 'US': 5, 'DE': 5}
_CONTROL = re.compile(r'[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_PATH = re.compile(r'\s*[/>›»|\\]\s*')
_LIST = re.compile(r'[;\n]')


class CellError(ValueError):
    """A cell that is not understood.

    :ivar str code: the kind of mistake: cells with the same code and column are mended together
    :ivar str reason: in the language of the user
    :ivar suggestion: what may have been meant, as it would stand in the cell, or None
    """

    def __init__(self, code, reason, suggestion=None):
        super().__init__(reason)
        self.code, self.reason, self.suggestion = code, reason, suggestion


class SheetReading:
    """What is known while one file is read: names looked up once.

    :ivar list remarks: what of the present row goes to the notes of the customer
    """

    def __init__(self):
        self.remarks = []
        self._memo, self._maps = {}, {}

    def get(self, key, function):
        """Return what is kept under a key, made by the function the first time."""
        try:
            return self._maps[key]
        except KeyError:
            self._maps[key] = function()
            return self._maps[key]

    def recall(self, key, function):
        """Return the value of a cell, or raise its error, understood once for all equal cells."""
        found = self._memo.get(key)
        if found is None:
            try:
                found = (function(), None)
            except CellError as error:
                found = (None, error)
            self._memo[key] = found
        if found[1]:
            raise found[1]
        return found[0]


class EcountCustomerSheet(models.AbstractModel):
    _inherit = 'ecount.customer.sheet'

    @api.model
    def _parse_cell(self, cell, column, reading, country=None):
        """Return the value of a cell that is not empty, in the format of the ORM's cache; ids of a relation as tuple.

        :param cell: text, number, date or boolean
        :param SheetColumn column: where it stands
        :param SheetReading reading: of this file
        :param country: `res.country` that phones, provinces and tax ids are read for
        :raise CellError: with the reason and, where there is one, a suggestion
        """
        if isinstance(cell, str) and is_error(cell):
            raise CellError('error_value', self.env._("The formula in this cell has an error."))
        parse = getattr(self, f'_parse_{column.name}', None) or getattr(self, f'_parse_{column.kind}', None)
        if column.kind in ('char', 'code', 'text', 'html', 'float', 'integer') and column.name != 'state_id':
            return parse(cell, column, reading, country)
        key = (column.name, type(cell), cell, country.id if column.name == 'state_id' and country else None)
        return reading.recall(key, lambda: parse(cell, column, reading, country))

    # === TEXT === #

    @api.model
    def _get_text(self, cell):
        """Return the text of a cell whatever its type, without blanks around it."""
        if isinstance(cell, str):
            return _CONTROL.sub('', cell).strip()
        if isinstance(cell, bool):
            return str(cell).upper()
        if isinstance(cell, float):
            return f'{cell:.15g}'
        return cell.isoformat() if isinstance(cell, (date, datetime)) else str(cell)

    def _parse_char(self, cell, column, _reading, _country):
        text = self._get_text(cell)
        if column.field.type == 'char':
            text = " ".join(text.split())
        size = getattr(column.field, 'size', None)
        if size and len(text) > size:
            raise CellError('too_long', self.env._("At most %s characters.", size), text[:size])
        return text

    _parse_code = _parse_text = _parse_char

    def _parse_html(self, cell, _column, _reading, _country):
        return str(plaintext2html(self._get_text(cell)))

    def _parse_zip(self, cell, _column, _reading, country):
        text = self._get_text(cell)
        is_number = not isinstance(cell, str)  # zeros in front are lost
        return text.zfill(POSTCODE_DIGITS.get(country.code, 0)) if country and is_number else text

    def _parse_company_registry(self, cell, _column, _reading, country):
        text = self._get_text(cell)
        digits = BRANCH_DIGITS.get((country or self.env.company.country_id).code)
        if digits and normalize_header(text) in HEAD_OFFICE:
            return '0' * digits
        return text.zfill(digits) if digits and text.isdecimal() and len(text) < digits else text

    def _parse_email(self, cell, column, reading, country):
        text = self._parse_char(cell, column, reading, country)
        if '@' not in text:
            raise CellError('email', self.env._("This is no email address."))
        return text

    def _parse_phone(self, cell, column, reading, country):
        code = (country or self.env.company.country_id).code
        phones = split_phones(cell if not isinstance(cell, (bool, date)) else self._get_text(cell), code)
        if not phones.first:
            return self._parse_char(cell, column, reading, country)  # kept as typed, as natively
        if phones.notes:
            reading.remarks.append(f"{column.label}: {phones.notes}")
        return phones.first.international

    _parse_mobile = _parse_phone

    def _parse_vat(self, cell, _column, _reading, country):
        code = country.code if country else None
        text, _padded = fix_tax_id(self._get_text(cell), code or self.env.company.country_id.code)
        if not country:
            return text  # as natively: without a country nothing is checked
        if not text[:2].isalpha() and re.fullmatch(r'[\d\s./-]+', text):
            # What the native check does in the end, without its queries for each number.
            Partner = self.env['res.partner']
            if hasattr(Partner, '_check_vat_number'):  # of the app that checks tax ids
                cleaned = Partner._format_vat_number(code, text)
                if Partner._check_vat_number(code, cleaned):
                    return cleaned
        try:
            return self.env['res.partner']._run_vat_checks(country, text)[0]
        except Exception as error:  # ValidationError natively; an app of a country may raise another
            raise CellError('vat', self.env._(
                "This tax ID is not valid in %(country)s: a digit is missing or wrong.", country=country.name,
            )) from error

    # === NUMBERS AND DATES === #

    def _parse_float(self, cell, column, reading, _country):
        number = self._get_number(cell, reading)
        digits = column.field.get_digits(self.env) if hasattr(column.field, 'get_digits') else None
        number = round(number, digits[1]) if digits else number
        if column.name == 'discount_rate' and not -100 <= number <= 100:
            raise CellError('range', self.env._("A rate lies between −100 and 100 percent."))
        if column.name == 'credit_limit' and number < 0:
            raise CellError('range', self.env._("A credit limit or period cannot be negative."))
        return number

    def _parse_integer(self, cell, column, reading, _country):
        number = self._get_number(cell, reading)
        if number != int(number):
            raise CellError('integer', self.env._("A whole number is wanted."), str(round(number)))
        if not -2**31 <= number < 2**31:
            raise CellError('range', self.env._("The number is too large."))
        if column.name == 'credit_days' and number < 0:
            raise CellError('range', self.env._("A credit limit or period cannot be negative."))
        return int(number)

    def _get_number(self, cell, reading):
        lang = self._get_lang(reading)
        try:
            return parse_number(cell, lang.decimal_point, lang.thousands_sep)
        except ValueError:
            raise CellError('number', self.env._("This is no number.")) from None

    def _get_lang(self, reading):
        return reading.get('lang', lambda: self.env['res.lang']._get_data(code=self.env.lang or 'en_US'))

    def _parse_date(self, cell, _column, reading, _country, parse=parse_date):
        try:
            return parse(cell, self._get_lang(reading).date_format)
        except ValueError:
            raise CellError('date', self.env._("This is no date. Write it as 2026-12-31.")) from None

    def _parse_datetime(self, cell, column, reading, country):
        return self._parse_date(cell, column, reading, country, parse_datetime)

    # === CHOICES === #

    def _parse_boolean(self, cell, _column, _reading, _country):
        if isinstance(cell, str) and cell.strip().casefold() in (
                yes := self.env._("Yes").casefold(), self.env._("No").casefold()):
            return cell.strip().casefold() == yes
        try:
            return parse_boolean(cell)
        except ValueError:
            raise CellError('boolean', self.env._("Write yes or no.")) from None

    def _parse_selection(self, cell, column, reading, _country):
        def read_choices():
            choices = {}
            for lang, _name in self.env['res.lang'].get_installed():
                for value, label in column.field._description_selection(self.with_context(lang=lang).env):
                    choices.setdefault(normalize_header(label), value)
            choices.update({normalize_header(value): value for value in column.choices})
            return choices
        return self._choose(cell, reading.get(('selection', column.name), read_choices), column.choices.values())

    def _parse_row_type(self, cell, column, reading, _country):
        def read_types():
            types = {normalize_header(label): value for lang, _name in self.env['res.lang'].get_installed()
                     for value, label in self.with_context(lang=lang)._get_row_types().items()}
            types.update({normalize_header(value): value for value in column.choices})
            return types | {'company': 'customer', 'companyaddress': 'contact', 'address': 'delivery',
                            'individual': 'person', 'vendor': 'customer', 'supplier': 'customer'}
        return self._choose(cell, reading.get('row_type', read_types), column.choices.values())

    def _choose(self, cell, values, labels):
        text = self._get_text(cell)
        try:
            return values[normalize_header(text)]
        except KeyError:
            raise self._unknown(text, labels) from None

    def _unknown(self, text, names):
        """Return the error of a name that is not found, with the nearest known one."""
        near = difflib.get_close_matches(text, list(names)[:MAX_SUGGESTED], n=1, cutoff=0.6)
        return CellError('unknown', self.env._("This is not known here."), near[0] if near else None)

    # === RELATIONS === #

    def _parse_many2one(self, cell, column, reading, _country):
        return self._find_record(self._get_text(cell), column.field.comodel_name, reading)

    def _parse_many2many(self, cell, column, reading, _country):
        return self._find_list(cell, lambda text: self._find_record(text, column.field.comodel_name, reading), ',')

    def _find_list(self, cell, find, more=''):
        """Return the ids of several names in one cell, which may themselves hold the separators."""
        text = self._get_text(cell)
        for pattern in (None, _LIST, re.compile(f'[;\n{more}]')):
            parts = [text] if pattern is None else [part.strip() for part in pattern.split(text) if part.strip()]
            try:
                return tuple(dict.fromkeys(find(part) for part in parts))
            except CellError as error:
                last_error = error
        raise last_error

    def _find_record(self, text, model, reading):
        """Return the id of the one record of a model that is called so."""
        names = reading.get(('names', model), lambda: self._get_ids_by_name(model))
        ids = names.get(text.casefold()) or names.get(normalize_header(text))
        if not ids:
            raise self._unknown(text, reading.get(('labels', model), lambda: self._get_record_labels(model)))
        if len(ids) > 1:
            raise CellError('ambiguous', self.env._("Several are called so. Write the login or code instead."))
        return next(iter(ids))

    @api.model
    def _get_records_to_choose(self, model):
        if model == 'res.company':
            return self.env.companies
        domain = [('share', '=', False)] if model == 'res.users' else []
        return self.env[model].search(domain, limit=MAX_RECORDS)

    @api.model
    def _get_ids_by_name(self, model):
        """Return {name in any installed language, code, login or email: ids}."""
        records = self._get_records_to_choose(model)
        names = [name for name in ('login', 'email', 'name', 'code', 'display_name')
                 if name in records._fields and (name != 'code' or records._fields[name].type == 'char')]
        if model == 'res.users':
            names = ['login', 'email', 'name']
        found = {}
        exact = {}
        for lang, _name in self.env['res.lang'].get_installed():
            for record in records.with_context(lang=lang):
                for name in names:
                    if text := record[name]:
                        for key in (text.strip().casefold(), normalize_header(text)):
                            (exact if name == 'login' else found).setdefault(key, set()).add(record.id)
        return found | exact  # a login is one user's, whoever has it as a name

    @api.model
    def _get_record_labels(self, model):
        name = self._get_name_field(model)
        return [record[name] for record in self._get_records_to_choose(model) if record[name]]

    def _parse_state_id(self, cell, _column, reading, country):
        country = country or self.env.company.country_id
        text = self._get_text(cell)

        def read_states():
            states = self.env['res.country.state'].search([('country_id', '=', country.id)])
            names = {}
            for state in states:
                names[state.code.casefold()] = state.id
                names[normalize_header(state.name)] = state.id
            return names, {state.code: state.id for state in states}, states.mapped('name')

        names, codes, labels = reading.get(('states', country.id), read_states)
        state_id = (
            names.get(text.casefold()) or names.get(normalize_header(text))
            or codes.get(find_state_code(text, country.code)))
        if not state_id:
            raise self._unknown(text, labels)
        return state_id

    # === GROUPS === #

    def _parse_group(self, cell, column, reading, _country):
        names = reading.get(('groups', column.root_id), lambda: self._get_group_ids(column.root_id))
        return self._find_group(self._get_text(cell), names)

    def _parse_groups(self, cell, _column, reading, _country):
        names = reading.get(('groups', None), lambda: self._get_group_ids(None))
        group_ids = self._find_list(cell, lambda text: self._find_group(text, names), ',')
        roots = [self.env['ecount.customer.group'].browse(group_id).root_id.id for group_id in group_ids]
        if len(set(roots)) < len(roots):
            raise CellError('one_per_root', self.env._("A customer has at most one group under each root."))
        return tuple(sorted(group_ids))

    def _find_group(self, text, names):
        ids = names.get(_PATH.sub('/', text).casefold())
        if not ids:
            raise self._unknown(text, names.get('', ()))
        if len(ids) > 1:
            raise CellError('ambiguous', self.env._("Several groups are called so. Write the path or code."))
        return next(iter(ids))

    @api.model
    def _get_group_ids(self, root_id):
        """Return {code, path or name, in any installed language: ids of groups}, and all paths under ''."""
        groups = self.env['ecount.customer.group'].search([('id', 'child_of', root_id)] if root_id else [])
        names, paths = {}, {}
        for lang, _name in self.env['res.lang'].get_installed():
            for group in groups.with_context(lang=lang):
                names.setdefault(_PATH.sub('/', group.name).casefold(), set()).add(group.id)
                path = _PATH.sub('/', group.complete_name).casefold()
                paths.setdefault(path, set()).add(group.id)
                if group.parent_id:  # the root's name may be left out
                    below = path.removeprefix(_PATH.sub('/', group.root_id.name).casefold() + '/')
                    paths.setdefault(below, set()).add(group.id)
        # A path is surer than a name that several groups have.
        names.update({path: ids for path, ids in paths.items() if len(ids) == 1 or path not in names})
        names.update({group.code.strip().casefold(): {group.id} for group in groups if group.code})
        root = groups.browse(root_id) if root_id else None
        return {**names, '': list(self._get_group_paths(root).values())}
