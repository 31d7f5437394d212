"""Which fields of a customer must be filled."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class EcountRequiredField(models.Model):
    """A field that customers must have, for all of them, or for companies, persons or some groups only."""

    _name = 'ecount.required.field'
    _description = "Required Field"
    _order = 'sequence, id'

    sequence = fields.Integer(default=10)
    field_id = fields.Many2one(
        'ir.model.fields', required=True, ondelete='cascade',
        domain=[('model', '=', 'res.partner'), ('store', '=', True), ('readonly', '=', False)],
    )
    name = fields.Char(string="Label", compute='_compute_name')
    applies_to = fields.Selection(
        [('all', "All customers"), ('company', "Companies"), ('person', "Persons")], default='all', required=True,
    )
    group_ids = fields.Many2many(
        'ecount.customer.group', string="Only in groups",
        help="Required of the customers of these groups and of those below them. Empty: whatever the group.",
    )
    incomplete_count = fields.Integer(
        string="Customers without", compute='_compute_incomplete_count', help="Customers that you see and lack it.",
    )

    _field_unique = models.UniqueIndex(
        '(field_id, applies_to)', "This field is in the list already. Change that line instead.",
    )

    @api.depends('field_id')
    @api.depends_context('lang')
    def _compute_name(self):
        # Elevated: the label of a field is on every form, its definition is for administrators.
        for requirement in self:
            requirement.name = requirement.field_id.sudo().field_description

    @api.depends('field_id')
    def _compute_display_name(self):
        for requirement in self:
            requirement.display_name = requirement.name

    @api.depends('field_id', 'applies_to', 'group_ids')
    def _compute_incomplete_count(self):
        Partner = self.env['res.partner']
        for requirement in self:
            rule = requirement.field_id and requirement._get_rule()
            requirement.incomplete_count = Partner.search_count(
                Partner._get_incomplete_domain([rule])) if rule and rule[0] in Partner._fields else 0

    @api.constrains('field_id')
    def _check_field(self):
        hidden = self.env['ecount.custom.field']._get_hidden_names()
        for requirement in self:
            definition = requirement.field_id.sudo()
            field = self.env['res.partner']._fields.get(definition.name)
            if definition.model != 'res.partner' or field is None:
                raise ValidationError(self.env._(
                    "“%s” is no field of customers. Choose one of theirs.", definition.field_description,
                ))
            if (
                not field.store or field.readonly or field.name in models.MAGIC_COLUMNS or field.name in hidden
                or field.groups == '.'
            ):
                raise ValidationError(self.env._(
                    "“%s” cannot be required: nobody can type a value there. Choose a field that can be edited.",
                    definition.field_description,
                ))

    @api.model_create_multi
    def create(self, vals_list):
        requirements = super().create(vals_list)
        self._clear_caches()
        return requirements

    def write(self, vals):
        result = super().write(vals)
        self._clear_caches()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_caches()
        return result

    def _clear_caches(self):
        """Make this and the other workers follow a change: rules and forms are cached."""
        self.env.registry.clear_cache('stable', 'templates')

    def _get_rule(self):
        """Return (technical name of the field, applies_to, ids of the groups).

        :rtype: tuple
        """
        self.ensure_one()
        return self.field_id.sudo().name, self.applies_to, tuple(self.group_ids.ids)

    @api.model
    @tools.ormcache(cache='stable')
    def _get_rules(self):
        """Return the rules of all required fields, those of own fields included; empty for most databases.

        :return: tuples as of `_get_rule`
        :rtype: tuple
        """
        hidden = self.env['ecount.custom.field']._get_hidden_names()
        # Elevated: what is required holds for whoever enters a customer.
        rules = [requirement._get_rule() for requirement in self.sudo().search([])]
        slots = self.env['ecount.custom.field']._get_slots()
        rules += [(slot['name'], 'all', ()) for slot in slots if slot['required']]
        return tuple(dict.fromkeys(rule for rule in rules if rule[0] not in hidden))

    def action_view_incomplete(self):
        """Open the customers that lack this field."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('ecount_customer.res_partner_action_incomplete')
        action['domain'] = list(self.env['res.partner']._get_incomplete_domain([self._get_rule()]))
        return action
