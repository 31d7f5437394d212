from odoo import models

from .ecount_custom_field import SLOT_COUNT

OWN_NAMES = {f'x_custom_{number}' for number in range(1, SLOT_COUNT + 1)}


class IrModelFields(models.Model):
    _inherit = 'ir.model.fields'

    def _instanciate_attrs(self, field_data):
        """Give own fields the index that serves them; natively a manual field has a b-tree or none."""
        attrs = super()._instanciate_attrs(field_data)
        if attrs and attrs.get('index') and field_data['model'] == 'res.partner' and field_data['name'] in OWN_NAMES:
            attrs['index'] = 'trigram' if field_data['ttype'] in ('char', 'text') else 'btree_not_null'
        return attrs
