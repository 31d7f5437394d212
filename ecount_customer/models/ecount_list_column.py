"""The columns of the list of customers that everyone sees by default, and their order."""

from lxml import etree

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

LIST_VIEW = 'ecount_customer.res_partner_view_list_customer'


class EcountListColumn(models.Model):
    """A column of the list of customers. Users show and hide columns for themselves as in any list."""

    _name = 'ecount.list.column'
    _description = "List Column"
    _order = 'sequence, id'

    sequence = fields.Integer(default=100)
    field_id = fields.Many2one(
        'ir.model.fields', string="Column", required=True, ondelete='cascade',
        domain=[('model', '=', 'res.partner'),
                ('ttype', 'not in', ('one2many', 'binary', 'json', 'properties', 'html'))],
    )
    name = fields.Char(string="Label", compute='_compute_name')
    is_shown = fields.Boolean(string="Shown", default=True, help="Off: hidden until a user shows it.")

    _field_unique = models.UniqueIndex('(field_id)', "This column is in the list already.")

    @api.depends('field_id')
    @api.depends_context('lang')
    def _compute_name(self):
        # Elevated: the label is on every list, the definition of the field is for administrators.
        for column in self:
            column.name = column.field_id.sudo().field_description

    @api.depends('field_id')
    def _compute_display_name(self):
        for column in self:
            column.display_name = column.name

    @api.constrains('field_id')
    def _check_field(self):
        for column in self:
            definition = column.field_id.sudo()
            field = self.env['res.partner']._fields.get(definition.name)
            if definition.model != 'res.partner' or field is None or field.type in ('one2many', 'binary', 'json'):
                raise ValidationError(self.env._(
                    "“%s” cannot be a column of the list of customers. Choose another field.",
                    definition.field_description,
                ))

    @api.model_create_multi
    def create(self, vals_list):
        columns = super().create(vals_list)
        self.env.registry.clear_cache('stable', 'templates')
        return columns

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache('stable', 'templates')
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache('stable', 'templates')
        return result

    @api.model
    @tools.ormcache(cache='stable')
    def _get_columns(self):
        """Return (technical name, shown by default) of the columns in their order; empty: as the view says.

        :rtype: tuple
        """
        # Elevated: the list is the same for all.
        return tuple((column.field_id.name, column.is_shown) for column in self.sudo().search([]))

    @api.model
    def action_set_up(self):
        """Open the columns, after adding those of the view that are not among them yet.

        :return: a window action
        """
        self.check_access('write')
        view = self.env['res.partner'].get_view(self.env.ref(LIST_VIEW).id, 'list')
        known = {name for name, _shown in self._get_columns()}
        Fields = self.env['ir.model.fields']
        self.create([
            {'field_id': Fields._get('res.partner', node.get('name')).id, 'sequence': 100 + index,
             'is_shown': node.get('optional') != 'hide'}
            for index, node in enumerate(etree.fromstring(view['arch']).iterchildren('field'))
            if node.get('name') not in known and node.get('column_invisible') not in ('1', 'True')
        ])
        return self.env['ir.actions.act_window']._for_xml_id('ecount_customer.ecount_list_column_action')

    @api.model
    def action_reset(self):
        """Go back to the columns of the view."""
        self.search([('field_id', '!=', False)]).unlink()
        return self.env['ir.actions.act_window']._for_xml_id('ecount_customer.res_partner_action_customer')
