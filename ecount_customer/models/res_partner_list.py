"""The list of customers with the columns that an administrator chose."""

from lxml.builder import E

from odoo import api, models

from .ecount_list_column import LIST_VIEW


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.type == 'list' and view.id == self.env['ir.model.data']._xmlid_to_res_id(LIST_VIEW):
            self._arrange_columns(arch, self.env['ecount.list.column']._get_columns())
        return arch, view

    def _arrange_columns(self, arch, columns):
        """Put the columns in their order, shown or hidden by default; those not chosen stay behind them.

        :param columns: see `ecount.list.column._get_columns`
        """
        hidden = self.env['ecount.custom.field']._get_hidden_names()
        nodes = {node.get('name'): node for node in arch.iterchildren('field') if not node.get('column_invisible')}
        for position, (name, is_shown) in enumerate(
            (name, is_shown) for name, is_shown in columns if name in self._fields and name not in hidden
        ):
            node = nodes.get(name)
            if node is None:
                node = E.field(name=name, optional='show')
            if not is_shown or node.get('optional'):  # a column that cannot be hidden stays so
                node.set('optional', 'show' if is_shown else 'hide')
            arch.insert(position, node)
