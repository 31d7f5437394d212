"""Exports of documents that name a hidden customer."""

from odoo import api, models


class _Names:
    """Marks an export in the context: an object, because no caller from outside can send one."""


NAMES = _Names()


class Base(models.AbstractModel):
    _inherit = 'base'

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        documents = self
        if (
            _is_toplevel_call and self._name != 'res.partner'
            and not self.env.su and self.env.user._sees_own_customers_only()
        ):
            documents = self.with_context(ecount_export=NAMES)
        return super(Base, documents)._export_rows(fields, _is_toplevel_call=_is_toplevel_call)


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.private
    def fetch(self, field_names=None):
        if self.env.context.get('ecount_export') is NAMES and field_names and {*field_names} == {'display_name'}:
            # A name on a document that the user may read, as the client shows it; nothing else of who has it. Read
            # here, because the export looks at it as the user.
            self.sudo().mapped('display_name')
            return None
        return super().fetch(field_names)
