"""Customers as cells of the sheet, many at once: what the download writes and the upload compares with."""

import re

from odoo import api, models
from odoo.tools import SQL, html2plaintext

# A paragraph of words with single blanks between them: the text is what stands there.
SIMPLE_HTML = re.compile(r'<p>([^\s<>&\x00-\x1f\x7f-\x9f]+(?: [^\s<>&\x00-\x1f\x7f-\x9f]+)*)</p>')
GROUP_SEPARATOR = ' / '
LIST_SEPARATOR = '; '


class EcountCustomerSheet(models.AbstractModel):
    _inherit = 'ecount.customer.sheet'

    @api.model
    def _read_rows(self, partners, columns):
        """Return the cells of customers, with the rights of the user.

        :param partners: customers, contacts and addresses; a few thousand at a time
        :param list columns: see `_get_columns`
        :return: one tuple of cells for each partner: text, numbers, dates, booleans; None is an empty cell
        :rtype: list[tuple]
        """
        cells = self._read_cells(partners, columns)
        return list(zip(*(cells[column.name] for column in columns))) if columns else [() for _partner in partners]

    @api.model
    def _read_cells(self, partners, columns):
        """Return the same by column: {technical name: cells in the order of the partners}.

        Column by column from the cache of the ORM: what a sheet of a hundred thousand rows has time for.
        """
        names = {column.field.name for column in columns if column.field} - {'id'}
        names |= {'parent_id', 'is_company', 'type', 'active', 'merged_into_id'} & partners._fields.keys()
        if 'credit_limit' in names:
            names.add('has_own_credit_limit')
        if 'credit_days' in names:
            names.add('has_own_credit_days')
        stored = [name for name in names if partners._fields[name].store or partners._fields[name].company_dependent]
        partners.fetch(stored)
        return {column.name: getattr(self, f'_get_{column.kind}_cells', self._get_plain_cells)(partners, column)
                for column in columns}

    @api.model
    def _get_values(self, partners, name):
        """Return the cached values of a field: ids of a relation, None or False for an empty one."""
        field = partners._fields[name]
        cache = field._get_cache(partners.env)
        ids = partners._ids
        try:
            return [cache[id_] for id_ in ids]
        except KeyError:  # not stored, or not to be fetched
            return [field.convert_to_cache(partner[name], partner, validate=False) for partner in partners]

    # === PLAIN === #

    def _get_plain_cells(self, partners, column):
        return [value or None for value in self._get_values(partners, column.name)]

    def _get_integer_cells(self, partners, column):
        values = self._get_values(partners, column.name)
        if column.name == 'credit_days':
            own = self._get_values(partners, 'has_own_credit_days')
            return [value or 0 if is_own else None for value, is_own in zip(values, own)]
        return [value or 0 for value in values]

    def _get_float_cells(self, partners, column):
        values = self._get_values(partners, column.name)
        if column.name == 'credit_limit':
            own = self._get_values(partners, 'has_own_credit_limit')
            return [value or 0.0 if is_own else None for value, is_own in zip(values, own)]
        return [value or 0.0 for value in values]

    def _get_boolean_cells(self, partners, column):
        return [bool(value) for value in self._get_values(partners, column.name)]

    def _get_html_cells(self, partners, column):
        texts = {}  # a note that many have is read once
        for value in filter(None, self._get_values(partners, column.name)):
            if value not in texts:
                # Parsing takes longer than all other cells of a row; most notes are one paragraph of words.
                simple = SIMPLE_HTML.fullmatch(str(value))
                texts[value] = simple[1] if simple else html2plaintext(value) or None
        return [texts.get(value) for value in self._get_values(partners, column.name)]

    def _get_selection_cells(self, partners, column):
        choices = column.choices
        return [choices.get(value, value) or None for value in self._get_values(partners, column.name)]

    def _get_id_cells(self, partners, _column):
        return list(partners.ids)

    # === RELATIONS === #

    def _get_many2one_cells(self, partners, column):
        ids = self._get_values(partners, column.name)
        names = self._get_record_names(column.field.comodel_name, set(ids) - {None, False})
        return [names[id_] if id_ else None for id_ in ids]

    def _get_many2many_cells(self, partners, column):
        values = self._get_values(partners, column.name)
        names = self._get_record_names(column.field.comodel_name, {id_ for ids in values for id_ in ids or ()})
        return [LIST_SEPARATOR.join(names[id_] for id_ in ids) if ids else None for ids in values]

    @api.model
    def _get_record_names(self, model, ids):
        """Return {id: text by which the upload finds the record again}."""
        # Elevated: who sees the customer sees the names of its salesperson and terms on the form.
        records = self.env[model].sudo().with_context(active_test=False).browse(ids)
        name = self._get_name_field(model)
        return {record.id: record[name] or record.display_name for record in records}

    @api.model
    def _get_name_field(self, model):
        """Return the field of a related model that stands in the cell."""
        return 'login' if model == 'res.users' else (
            'name' if model in ('res.country', 'res.country.state', 'product.pricelist', 'account.payment.term')
            else 'display_name')

    def _get_parent_cells(self, partners, _column):
        ids = self._get_values(partners, 'parent_id')
        # Elevated: a contact that the user sees names its company.
        parents = self.env['res.partner'].sudo().browse(set(ids) - {None, False})
        codes = {parent.id: parent.ref or parent.name for parent in parents}
        return [codes[id_] if id_ else None for id_ in ids]

    # === GROUPS === #

    @api.model
    def _get_group_paths(self, root=None):
        """Return {id: path} of all groups that the user sees, put-away ones too.

        :param root: leave this root out of the paths of the groups below it
        """
        groups = self.env['ecount.customer.group'].with_context(active_test=False).search_fetch(
            [('id', 'child_of', root.ids)] if root else [], ['name', 'parent_path'])
        names = {group.id: group.name for group in groups}
        return {
            group.id: GROUP_SEPARATOR.join(
                names[group_id] for group_id in map(int, group.parent_path.split('/')[:-1])
                if group_id in names and not (root and group_id == root.id and group != root))
            for group in groups
        }

    def _get_groups_cells(self, partners, _column):
        paths = self._get_group_paths()
        return [LIST_SEPARATOR.join(sorted(paths[id_] for id_ in ids if id_ in paths)) or None if ids else None
                for ids in self._get_values(partners, 'customer_group_ids')]

    def _get_group_cells(self, partners, column):
        paths = self._get_group_paths(self.env['ecount.customer.group'].browse(column.root_id))
        return [next((paths[id_] for id_ in ids if id_ in paths), None) if ids else None
                for ids in self._get_values(partners, 'customer_group_ids')]

    # === WHAT THE ROW IS === #

    @api.model
    def _get_row_type(self, parent_id, is_company, address_type):
        """Return the kind of row of a partner, see `_get_row_types`."""
        if parent_id and not is_company:
            return address_type if address_type in ('delivery', 'invoice', 'other') else 'contact'
        return 'customer' if is_company else 'person'

    def _get_row_type_cells(self, partners, column):
        return [column.choices[self._get_row_type(*values)] for values in zip(
            *(self._get_values(partners, name) for name in ('parent_id', 'is_company', 'type')))]

    def _get_status_cells(self, partners, column):
        merged = self._get_values(partners, 'merged_into_id')
        # Elevated: a merged customer says into which one.
        codes = {partner.id: partner.ref or partner.name
                 for partner in self.env['res.partner'].sudo().browse(set(merged) - {None, False})}
        return [
            self.env._("Merged into %s", codes[into]) if into else column.choices['active' if active else 'put_away']
            for into, active in zip(merged, self._get_values(partners, 'active'))
        ]

    def _get_former_codes_cells(self, partners, _column):
        self.env['ecount.former.code'].flush_model()
        # The customers are visible, so are the codes that they had.
        codes = dict(self.env.execute_query(SQL(
            "SELECT partner_id, string_agg(name, %s ORDER BY id) FROM ecount_former_code"
            " WHERE partner_id = ANY(%s) AND name IS NOT NULL GROUP BY partner_id",
            LIST_SEPARATOR, list(partners.ids))))
        return [codes.get(id_) for id_ in partners.ids]
