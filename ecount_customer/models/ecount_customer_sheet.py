"""The columns of the Excel sheet of customers: one description each, for the form, the download and the upload."""

import difflib
import unicodedata

from odoo import api, models

# In the order of the sheet; the groups, own fields and further columns of the list are put in between.
BEFORE_GROUPS = ('ref', 'name', 'row_type', 'parent_id')
AFTER_GROUPS = (
    'phone', 'mobile', 'email', 'vat', 'company_registry', 'user_id', 'salesperson_ids',
    'street', 'street2', 'city', 'state_id', 'zip', 'country_id', 'website', 'search_words',
    'specific_property_product_pricelist', 'discount_rate', 'no_discount', 'credit_policy', 'credit_limit',
    'overdue_policy', 'credit_days', 'property_payment_term_id', 'property_supplier_payment_term_id',
    'category_id', 'lang', 'company_id', 'function', 'is_default_delivery', 'delivery_contact', 'delivery_note',
    'comment',
)
LAST = ('former_codes', 'status', 'id')
# A column of the list that the sheet writes in another way.
LIST_COLUMNS = {
    'complete_name': 'name', 'display_name': 'name',
    'property_product_pricelist': 'specific_property_product_pricelist',
    'customer_group_id': 'customer_group_ids', 'parent_name': 'parent_id', 'active': 'status', 'type': 'row_type',
}
# Text that looks like a number and is none: leading zeros count.
CODE_FIELDS = {'ref', 'vat', 'company_registry', 'zip', 'phone', 'mobile'}
KINDS = {
    'char': 'char', 'text': 'text', 'html': 'html', 'integer': 'integer', 'float': 'float', 'monetary': 'float',
    'date': 'date', 'datetime': 'datetime', 'boolean': 'boolean', 'selection': 'selection', 'many2one': 'many2one',
    'many2many': 'many2many',
}
# Nothing that a person types: kept by the system, or a way around the rules.
NEVER_WRITTEN = {
    'active', 'commercial_partner_id', 'merged_into_id', 'customer_rank', 'supplier_rank', 'has_own_credit_limit',
    'has_own_credit_days', 'use_partner_credit_limit', 'create_uid', 'write_uid', 'create_date', 'write_date',
    'portfolio_id', 'complete_name', 'message_follower_ids',
}


def normalize_header(text):
    """Return a header without case, blanks, punctuation and the star of required columns.

    :param text: as it stands in the cell
    """
    text = unicodedata.normalize('NFKC', '' if text is None else str(text)).casefold()
    # The vowels and tones of Thai are marks.
    return ''.join(character for character in text if unicodedata.category(character)[0] in 'LNM')


class SheetColumn:
    """What stands in one column of the sheet.

    name        technical name: of the field, `group_<id of a root>`, or row_type, status, former_codes, id
    label       in the language of the user
    kind        char, code (text that looks like a number), text, html, integer, float, date, datetime, boolean,
                selection, many2one, many2many, parent, group, groups, row_type, status, former_codes, id
    field       the field of the customer, or None
    choices     {stored value: label} of a selection, else None
    comment     what the column takes, in the language of the user
    readonly    written by the download and passed over by the upload
    required    a new customer must have a value
    root_id     id of the root whose groups the column takes
    """

    __slots__ = ('choices', 'comment', 'field', 'kind', 'label', 'name', 'readonly', 'required', 'root_id')

    def __init__(self, name, kind, label, field=None, choices=None, comment='', readonly=False, root_id=None):
        self.name, self.kind, self.label, self.field = name, kind, label, field
        self.choices, self.comment, self.readonly, self.root_id = choices, comment, readonly, root_id
        self.required = name == 'name'

    def __repr__(self):
        return f"SheetColumn({self.name!r})"


class EcountCustomerSheet(models.AbstractModel):
    """The sheet of customers. An override of `_get_column` or `_get_column_names` adds a column everywhere."""

    _name = 'ecount.customer.sheet'
    _description = "Sheet of Customers"

    @api.model
    def _get_column_names(self):
        """Return the technical names of the columns of form and download, in their order.

        The columns that an administrator chose for the list come in that order, before the others.
        """
        groups = [f'group_{root.id}' for root in self._get_roots()]
        own = [slot['name'] for slot in self.env['ecount.custom.field']._get_slots()]
        chosen = []
        for name, _shown in self.env['ecount.list.column']._get_columns():
            name = LIST_COLUMNS.get(name, name)
            chosen += groups if name == 'customer_group_ids' else [name]
        names = [*BEFORE_GROUPS, *(name for name in chosen if name not in LAST), *groups, *AFTER_GROUPS, *own, *LAST]
        return list(dict.fromkeys(names))

    @api.model
    def _get_columns(self, names=None):
        """Return the columns that the user may read, in their order.

        :param names: technical names; None: those of form and download
        :rtype: list[SheetColumn]
        """
        columns = (self._get_column(name) for name in names or self._get_column_names())
        return [column for column in columns if column]

    @api.model
    def _get_column(self, name):
        """Return one column, or None where there is no such column for the user.

        :param str name: technical name of a column or of any field of customers
        :rtype: SheetColumn
        """
        special = self._get_special_column(name)
        if special:
            return special
        Partner = self.env['res.partner']
        field = Partner._fields.get(name)
        if (
            field is None or field.type not in KINDS or name in self.env['ecount.custom.field']._get_hidden_names()
            or not Partner._has_field_access(field, 'read')
            or name == 'company_id' and not self.env.user.has_group('base.group_multi_company')
        ):
            return None
        kind = 'code' if name in CODE_FIELDS else KINDS[field.type]
        choices = dict(field._description_selection(self.env)) if kind == 'selection' else None
        column = SheetColumn(
            name, kind, self._get_field_label(name), field, choices, self._get_comment(name, kind),
            readonly=name in NEVER_WRITTEN or field.readonly and not field.store
            or field.compute is not None and not field.store and not field.inverse
            or not Partner._has_field_access(field, 'write'),
        )
        column.required = column.required or name in self._get_required_names()
        return column

    @api.model
    def _get_special_column(self, name):
        """Return a column that is not simply a field, else None."""
        own_labels = self._get_own_labels()
        field = self.env['res.partner']._fields.get(name)
        if name == 'id':
            return SheetColumn(name, 'id', own_labels[name], field, comment=self.env._(
                "Number of the record. Leave it as it is: a row with a number changes that record."))
        if name == 'row_type':
            return SheetColumn(name, 'row_type', own_labels[name], choices=self._get_row_types(), comment=self.env._(
                "What the row is. Empty: a customer, or with a customer's code in the column beside it a contact."))
        if name == 'status':
            return SheetColumn(name, 'status', own_labels[name], choices=self._get_states(), readonly=True,
                               comment=self.env._("For information. Customers are put away under Tools."))
        if name == 'former_codes':
            return SheetColumn(name, 'former_codes', own_labels[name], readonly=True,
                               comment=self.env._("For information. A customer is found by its former codes too."))
        if name == 'parent_id':
            return SheetColumn(name, 'parent', own_labels[name], field, comment=self.env._(
                "The code of the customer that this contact or address belongs to."))
        if name == 'customer_group_ids':
            return SheetColumn(name, 'groups', own_labels[name], field, comment=self.env._(
                "Codes or paths of the customer's groups, one under each root, with ; between them."))
        if name.startswith('group_') and name[6:].isdecimal():
            root = self._get_roots().filtered(lambda group: group.id == int(name[6:]))
            return root and SheetColumn(
                name, 'group', self._get_root_label(root), self.env['res.partner']._fields['customer_group_ids'],
                root_id=root.id, comment=self.env._("Name, path or code of a group under “%s”.", root.name)) or None
        return None

    # === WORDS === #

    @api.model
    def _get_roots(self):
        return self.env['ecount.customer.group'].search([('parent_id', '=', False)])

    @api.model
    def _get_root_label(self, root):
        """Return the name of a root, told from a field of the same name."""
        labels = {normalize_header(self._get_field_label(name)) for name in (*BEFORE_GROUPS[:2], *AFTER_GROUPS)
                  if name in self.env['res.partner']._fields}
        return self.env._("%s (group)", root.name) if normalize_header(root.name) in labels else root.name

    @api.model
    def _get_row_types(self):
        """Return {kind of row: label}."""
        return {
            'customer': self.env._("Customer"),
            'person': self.env._("Customer (person)"),
            'contact': self.env._("Contact"),
            'delivery': self.env._("Delivery address"),
            'invoice': self.env._("Invoice address"),
            'other': self.env._("Other address"),
        }

    @api.model
    def _get_states(self):
        """Return {status: label}."""
        return {
            'active': self.env._("Active"),
            'put_away': self.env._("Put away"),
            'merged': self.env._("Merged"),
        }

    @api.model
    def _get_own_labels(self):
        """Return {technical name: label} of the columns that are not called as their field."""
        return {
            'ref': self.env._("Customer code"),
            'row_type': self.env._("Kind of row"),
            'parent_id': self.env._("Belongs to (customer code)"),
            'customer_group_ids': self.env._("Customer groups"),
            'specific_property_product_pricelist': self.env._("Price group"),
            'company_registry': self.env._("Branch / company ID"),
            'comment': self.env._("Notes"),
            'former_codes': self.env._("Former codes"),
            'status': self.env._("Status"),
            'id': self.env._("Record number"),
        }

    @api.model
    def _get_field_label(self, name):
        return self._get_own_labels().get(name) or self.env['ir.model.fields'].get_field_string(
            'res.partner').get(name) or self.env['res.partner']._fields[name].string

    @api.model
    def _get_comment(self, name, kind):
        """Return what a column takes, in a sentence."""
        special = {
            'ref': self.env._("The code that the customer is known by. Leading zeros count. "
                              "A row whose code exists changes that customer."),
            'vat': self.env._("Checked as on the form. Format the cells as text so that Excel keeps a leading 0."),
            'user_id': self.env._("Login, email or name of the salesperson."),
            'salesperson_ids': self.env._("Logins, emails or names, with ; between them."),
            'credit_limit': self.env._("0: no limit. Empty: leave as it is. -: as the group or company."),
            'credit_days': self.env._("Days. 0: no period. Empty: leave as it is. -: as the group or company."),
            'discount_rate': self.env._("Percent, 5 for 5 %. Negative: a surcharge."),
            'phone': self.env._("One number, with or without country code. Further numbers go to the notes."),
        }
        by_kind = {
            'date': self.env._("A date of Excel, or text as 2026-12-31."),
            'boolean': self.env._("Yes or no."),
            'selection': self.env._("One of the choices of the list."),
            'many2many': self.env._("Names, with ; between them."),
            'integer': self.env._("A whole number."),
            'float': self.env._("A number."),
        }
        return special.get(name) or by_kind.get(kind, '')

    @api.model
    def _get_required_names(self):
        """Return the fields that every customer must have."""
        return {name for name, applies_to, group_ids in self.env['ecount.required.field']._get_rules()
                if applies_to == 'all' and not group_ids}

    # === FINDING A COLUMN BY ITS HEADER === #

    @api.model
    def _get_header_names(self):
        """Return {normalized header: technical name}: labels in all installed languages, technical names, synonyms.

        Where two columns share a label, the one of our own sheet wins.
        """
        Partner = self.env['res.partner']
        names = dict(self.env['ecount.customer.sheet.synonym']._get_names())
        fields = [name for name, field in Partner._fields.items() if field.type in KINDS]
        written = [name for name in fields if Partner._fields[name].store and not Partner._fields[name].readonly]
        langs = [code for code, _name in self.env['res.lang'].get_installed()]
        langs.sort(key=lambda code: code == self.env.lang)  # the user's own language has the last word
        sheets = [self.with_context(lang=lang) for lang in langs]

        def add_labels(candidates):
            for sheet in sheets:
                labels = sheet.env['ir.model.fields'].get_field_string('res.partner')
                names.update({normalize_header(labels[name]): LIST_COLUMNS.get(name, name)
                              for name in candidates if labels.get(name)})

        add_labels(fields)
        add_labels(written)
        for sheet in sheets:
            for root in sheet._get_roots():
                names[normalize_header(root.name)] = f'group_{root.id}'
        add_labels([name for name in self._get_column_names() if name in Partner._fields])
        for sheet in sheets:
            for root in sheet._get_roots():
                names[normalize_header(sheet._get_root_label(root))] = f'group_{root.id}'
            names.update({normalize_header(label): name for name, label in sheet._get_own_labels().items()})
        names.update({normalize_header(name): LIST_COLUMNS.get(name, name) for name in fields})
        names.update({normalize_header(name): name for name in self._get_own_labels()})
        return names

    @api.model
    def _match_headers(self, headers):
        """Find the column of each header.

        :param headers: cells of the header row
        :return: for each header the technical name, or None; and {header: nearest known label} of the unknown ones
        :rtype: tuple[list, dict]
        """
        known = self._get_header_names()
        found = [known.get(normalize_header(header)) if header not in (None, '') else None for header in headers]
        found = [name if name and self._get_column(name) else None for name in found]
        columns = {column.name: column.label for column in self._get_columns() if not column.readonly}
        suggestions = {}
        for header, name in zip(headers, found):
            if name is None and header not in (None, ''):
                near = difflib.get_close_matches(normalize_header(header), [
                    label for label, known_name in known.items() if known_name in columns], n=1, cutoff=0.6)
                suggestions[header] = columns[known[near[0]]] if near else ''
        return found, suggestions
