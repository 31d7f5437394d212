"""Customers as an Excel sheet that can be uploaded again: the form to fill in, and the download."""

from odoo import api, models
from odoo.fields import Domain

from ..sheets.cells import REMARK
from ..sheets.writer import SheetWriter, WriterColumn

BATCH_SIZE = 2000
MAX_CHOICES = 1000
WRITER_KINDS = {
    'code': 'code', 'integer': 'number', 'float': 'number', 'id': 'number', 'date': 'date', 'datetime': 'datetime',
    'boolean': 'boolean',
}


class EcountCustomerSheet(models.AbstractModel):
    _inherit = 'ecount.customer.sheet'

    # === THE FORM TO FILL IN === #

    @api.model
    def _write_form(self, target):
        """Write the empty sheet with drop-downs, what each column takes, and an example that the upload passes over.

        :param target: binary file, or path
        """
        columns = [column for column in self._get_columns() if not column.readonly]
        with self._open_writer(target, columns) as writer:
            writer.write_rows([self._get_example_row(columns, writer.columns)])

    @api.model
    def _get_example_row(self, columns, looks):
        """Return the cells of an example: made up where any text will do, the first choice where there are choices."""
        country = self.env.company.country_id
        examples = {
            'name': self.env._("Fresh Mart Co., Ltd."),
            'phone': {'TH': "02-123-4567", 'KR': "02-555-1234"}.get(country.code),
            'email': "info@example.com", 'street': self.env._("99/1 Charoen Mueang Road"),
            'vat': {'TH': "0994000617721", 'KR': "1348672683"}.get(country.code), 'country_id': country.name or None,
            'user_id': self.env.user.login, 'credit_limit': 100000.0, 'credit_days': 30,
        }
        row = []
        for column, look in zip(columns, looks):
            value = examples.get(column.name)
            if value is None and column.kind in ('group', 'row_type') and look.choices:
                value = look.choices[0]
            row.append(value)
        # Whoever writes over it writes over the mark: it stands in the first cell.
        row[0] = " ".join((REMARK, self.env._("Example")))
        return row

    # === DOWNLOAD === #

    @api.model
    def _write_customers(self, target, ids, columns=None, with_contacts=True, on_progress=None):
        """Write customers, each followed by its contacts and addresses, with the rights of the user.

        Memory does not grow with their number.

        :param target: binary file, or path
        :param ids: of customers, in the order of the sheet; hidden ones are left out
        :param list columns: see `_get_columns`; None: all of them
        :param bool with_contacts: False: the given records only
        :param on_progress: called with the number of customers written so far, after each batch
        :return: number of rows
        :rtype: int
        """
        columns = self._get_columns() if columns is None else columns
        ids = list(ids)
        with self._open_writer(target, columns) as writer:
            for start in range(0, len(ids), BATCH_SIZE):
                partners = self._get_sheet_partners(ids[start:start + BATCH_SIZE], with_contacts)
                writer.write_rows(self._read_rows(partners, columns))
                self.env.invalidate_all()
                if on_progress:
                    on_progress(min(start + BATCH_SIZE, len(ids)))
            return writer.row_count

    @api.model
    def _get_sheet_partners(self, ids, with_contacts):
        """Return the customers of a batch that the user sees, in their order, each followed by what belongs to it."""
        Partner = self.env['res.partner'].with_context(active_test=False)
        domain = Domain('id', 'in', ids)
        if with_contacts:
            domain |= Domain('commercial_partner_id', 'in', ids)
        position = {id_: index for index, id_ in enumerate(ids)}
        partners = Partner.search_fetch(domain, ['commercial_partner_id', 'active'], order='id')
        active = {partner.id for partner in partners if partner.active}

        def get_place(partner):
            if partner.id in position:
                return position[partner.id], 0, partner.id
            return position[partner.commercial_partner_id.id], 1, partner.id

        # Of an active customer those in use; of a put-away one all that was put away with it.
        return partners.filtered(
            lambda partner: partner.id in position or partner.active or partner.commercial_partner_id.id not in active
        ).sorted(get_place)

    # === HOW COLUMNS LOOK === #

    @api.model
    def _open_writer(self, target, columns):
        looks = [self._get_writer_column(column) for column in columns]
        lang = self.env['res.lang']._get_data(code=self.env.user.lang or 'en_US')
        return SheetWriter(target, self.env._("Customers"), looks, lang.date_format or '%Y-%m-%d')

    @api.model
    def _get_writer_column(self, column):
        return WriterColumn(
            column.label, WRITER_KINDS.get(column.kind, 'text'), column.comment,
            choices=() if column.readonly else tuple(self._get_choices(column)),
            strict=column.kind in ('selection', 'row_type') and not column.field, required=column.required,
            muted=column.readonly or column.kind == 'id',
        )

    @api.model
    def _get_choices(self, column):
        """Return the texts of a column's drop-down; none where there are too many to choose from.

        :rtype: list[str]
        """
        if column.choices is not None:
            return list(filter(None, column.choices.values()))
        if column.kind == 'group':
            root = self.env['ecount.customer.group'].browse(column.root_id)
            paths = self._get_group_paths(root)
            active = set(self.env['ecount.customer.group'].search([('id', 'child_of', root.id)]).ids) - {root.id}
            return sorted(path for id_, path in paths.items() if id_ in active)[:MAX_CHOICES]
        if column.kind != 'many2one' or column.field.comodel_name == 'res.partner':
            return []
        Model = self.env[column.field.comodel_name]
        if not Model.has_access('read'):
            return []
        records = Model.search(self._get_choice_domain(Model), limit=MAX_CHOICES + 1)
        return list(self._get_record_names(Model._name, records.ids).values()) if len(records) <= MAX_CHOICES else []

    @api.model
    def _get_choice_domain(self, Model):
        if Model._name == 'res.users':
            return Domain('share', '=', False)
        if Model._name == 'res.country.state':
            return Domain('country_id', '=', self.env.company.country_id.id)
        return Domain.TRUE
