"""The nine fields of their own that a company may give its customers."""

import re

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

SLOT_COUNT = 9
FIELD_TYPES = [
    ('char', "Text"),
    ('text', "Long text"),
    ('integer', "Whole number"),
    ('float', "Decimal number"),
    ('date', "Date"),
    ('boolean', "Checkbox"),
    ('selection', "Choice"),
]
HTML_TAG = re.compile(r'<\s*[/!?a-zA-Z]')


class EcountCustomField(models.Model):
    """One of nine slots. While active it is a real field of the customer, `x_custom_1` to `x_custom_9`."""

    _name = 'ecount.custom.field'
    _description = "Own Field"
    _order = 'sequence, number'

    number = fields.Integer(required=True, readonly=True)
    name = fields.Char(string="Label", required=True, translate=True)
    field_type = fields.Selection(FIELD_TYPES, string="Type", default='char', required=True)
    selection_values = fields.Text(string="Choices", translate=True, help="One choice a line.")
    help = fields.Text(translate=True, help="Shown when the mouse rests on the label.")
    required = fields.Boolean(
        help="Customers must have a value. A number must then not be 0, and a checkbox must be ticked.",
    )
    show_in_list = fields.Boolean(string="In list", help="A column of the list; each user may hide it.")
    show_in_kanban = fields.Boolean(string="On card", help="Shown on the customer's card in the kanban view.")
    searchable = fields.Boolean(help="In the search box, filters and groupings; the database gets an index.")
    sequence = fields.Integer(default=10, help="Position on the form, in lists and on cards.")
    active = fields.Boolean(default=False, help="Inactive fields are hidden; what was typed is kept.")
    technical_name = fields.Char(compute='_compute_technical_name')
    field_id = fields.Many2one('ir.model.fields', compute='_compute_field_id', compute_sudo=True)
    value_count = fields.Integer(
        string="Customers with a value", compute='_compute_value_count',
        help="In all companies, put-away customers included.",
    )

    _number_range = models.Constraint(
        f'CHECK (number BETWEEN 1 AND {SLOT_COUNT})', "Own fields are numbered from 1 to 9.",
    )
    _number_unique = models.UniqueIndex('(number)', "There is an own field of this number already.")

    # === COMPUTE METHODS === #

    @api.depends('number')
    def _compute_technical_name(self):
        for slot in self:
            slot.technical_name = f'x_custom_{slot.number}'

    @api.depends('number', 'active', 'field_type')
    def _compute_field_id(self):
        fields_by_slot = self._get_fields()
        for slot in self:
            slot.field_id = fields_by_slot.get(slot._origin)

    def _compute_value_count(self):
        fields_by_slot = self._get_fields()
        for slot in self:
            slot.value_count = slot._count_values() if slot._origin in fields_by_slot else 0

    @api.depends('name', 'number')
    def _compute_display_name(self):
        for slot in self:
            slot.display_name = slot.name or f'x_custom_{slot.number}'

    # === CONSTRAINTS === #

    @api.constrains('name', 'help', 'active')
    def _check_label(self):
        for slot in self:
            labels = slot._fields['name']._get_stored_translations(slot) or {}
            if not labels or not all(label and label.strip() for label in labels.values()):
                raise ValidationError(self.env._("Own field %s needs a label.", slot.number))
            for text in (*labels.values(), *(slot._fields['help']._get_stored_translations(slot) or {}).values()):
                if text and HTML_TAG.search(text):
                    raise ValidationError(self.env._(
                        "Own field %(number)s: “%(text)s” contains HTML. Type plain text.",
                        number=slot.number, text=text,
                    ))
        self._check_label_unique()

    def _check_label_unique(self):
        """Raise when an active slot has the label of another one or of a native field, in any language."""
        for lang, _name in self.env['res.lang'].get_installed():
            taken = self._get_native_labels(lang)
            for slot in self.with_context(lang=lang, active_test=False).search([('active', '=', True)]):
                key = slot.name.strip().casefold()
                if key in taken:
                    raise ValidationError(self.env._(
                        "Two fields of customers would be called “%(label)s”: %(one)s and %(other)s. "
                        "Give own field %(number)s another label.",
                        label=slot.name, one=taken[key], other=slot.technical_name, number=slot.number,
                    ))
                taken[key] = slot.technical_name

    @api.model
    def _get_native_labels(self, lang):
        """Return {label: technical name} of the partner fields in which something is typed.

        :param str lang: code of the language of the labels
        """
        Partner = self.env['res.partner']
        labels = self.env['ir.model.fields'].with_context(lang=lang).get_field_string('res.partner')
        own_names = {f'x_custom_{number}' for number in range(1, SLOT_COUNT + 1)}
        return {
            label.strip().casefold(): name for name, label in labels.items()
            if name not in own_names and (field := Partner._fields.get(name))
            and field.store and not field.readonly and name not in models.MAGIC_COLUMNS
        }

    @api.constrains('field_type', 'selection_values', 'active')
    def _check_choices(self):
        for slot in self.filtered(lambda slot: slot.field_type == 'selection'):
            choices = slot.with_context(lang='en_US')._get_choices()
            if slot.active and not choices:
                raise ValidationError(self.env._("“%s” needs choices. Type one a line.", slot.name))
            double = next((choice for choice in choices if choices.count(choice) > 1), None)
            if double:
                raise ValidationError(self.env._(
                    "“%(label)s”: the choice “%(choice)s” stands there twice.", label=slot.name, choice=double,
                ))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        slots = self.with_context(active_test=False).search([], limit=SLOT_COUNT)
        free = set(range(1, SLOT_COUNT + 1)) - set(slots.mapped('number'))
        for vals in vals_list:
            if vals.get('number') not in free:
                raise UserError(self.env._(
                    "There are nine own fields, and no more can be added. "
                    "Activate one that is not in use, or change one.",
                ))
            free.remove(vals['number'])
        slots = super().create(vals_list)
        slots.filtered('active')._sync_fields()
        return slots

    def write(self, vals):
        if self.env.context.get('ecount_ready_choices'):
            return super().write(vals)
        if 'name' in vals and not (vals['name'] or '').strip():
            raise ValidationError(self.env._("Own field %s needs a label.", self[:1].number))
        if self._is_only_translated(vals):
            for slot in self:
                slot._translate_choices(vals['selection_values'])
            vals = {name: value for name, value in vals.items() if name != 'selection_values'}
        elif 'selection_values' in vals:
            self._carry_choice_translations(vals['selection_values'])
        result = super().write(vals)
        self._sync_fields()
        return result

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=''):
        result = super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)
        self._check_label()
        self._check_choices()
        self._sync_fields()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_slot(self):
        raise UserError(self.env._("Own fields are not deleted. Deactivate them: what was typed is kept."))

    # === CHOICES === #

    def _get_choices(self):
        """Return the choices in the language of the context, one a line of the field; blank lines are left out.

        The English lines are what is stored on customers, those of other languages are their labels in that order.

        :rtype: list
        """
        self.ensure_one()
        return [line.strip() for line in (self.selection_values or '').splitlines() if line.strip()]

    def _get_choice_labels(self):
        """Return {choice: {language: label}}; where a language has another number of lines, the choice itself."""
        self.ensure_one()
        choices = self.with_context(lang='en_US')._get_choices()
        labels = {choice: {'en_US': choice} for choice in choices}
        for lang in self._fields['selection_values']._get_stored_translations(self) or {}:
            lines = self.with_context(lang=lang)._get_choices()
            if len(lines) == len(choices):
                for choice, line in zip(choices, lines):
                    labels[choice][lang] = line
        return labels

    def _is_only_translated(self, vals):
        """Whether choices are typed in another language than English, the language of what is stored."""
        return bool(vals.get('selection_values')) and (self.env.lang or 'en_US') != 'en_US' and all(
            slot.with_context(lang='en_US')._get_choices() for slot in self)

    def _translate_choices(self, text):
        """Take choices typed in the language of the user: known lines keep their stored choice, the others are
        new labels when as many went as came, else added and removed choices.

        :param str text: one choice a line
        """
        self.ensure_one()
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        labels = self._get_choice_labels()
        by_label = {names.get(self.env.lang, choice): choice for choice, names in labels.items()}
        gone = [choice for label, choice in by_label.items() if label not in lines]
        new = [line for line in lines if line not in by_label]
        renamed = dict(zip(new, gone)) if len(new) == len(gone) else {}
        choices = [by_label.get(line) or renamed.get(line) or line for line in lines]
        self._write_choices(choices, {
            lang: [line if lang == self.env.lang else labels.get(choice, {}).get(lang, choice)
                   for choice, line in zip(choices, lines)]
            for lang in {self.env.lang, *(lang for names in labels.values() for lang in names)}
        })

    def _carry_choice_translations(self, text):
        """Keep the labels of choices in other languages where lines are added, moved or removed in English."""
        choices = [line.strip() for line in (text or '').splitlines() if line.strip()]
        for slot in self:
            labels = slot._get_choice_labels()
            langs = {lang for names in labels.values() for lang in names}
            slot._write_choices(choices, {
                lang: [labels.get(choice, {}).get(lang, choice) for choice in choices] for lang in langs})

    def _write_choices(self, choices, labels):
        """Store choices and their labels.

        :param list choices: what is stored on customers
        :param dict labels: {language: labels in the order of the choices}
        """
        for lang, lines in {**labels, 'en_US': choices}.items():
            self.with_context(lang=lang, ecount_ready_choices=True).write({'selection_values': "\n".join(lines)})

    # === WHAT OTHERS ASK === #

    @api.model
    @tools.ormcache('self.env.lang', cache='stable')
    def _get_slots(self):
        """Return the definitions of the active own fields in their order, labels in the language of the user.

        :return: frozen dicts with name (technical), label, field_type, required, show_in_list, show_in_kanban,
            searchable
        :rtype: tuple
        """
        slots = self.sudo().search([('active', '=', True)])  # labels are no secret
        made = slots._get_fields()
        return tuple(tools.frozendict(
            name=slot.technical_name, label=slot.name, field_type=slot.field_type, required=slot.required,
            show_in_list=slot.show_in_list, show_in_kanban=slot.show_in_kanban, searchable=slot.searchable,
        ) for slot in slots if slot in made)

    @api.model
    @tools.ormcache(cache='stable')
    def _get_hidden_names(self):
        """Return the technical names of the fields whose slots are inactive.

        :rtype: frozenset
        """
        slots = self.sudo().with_context(active_test=False).search([('active', '=', False)])
        return frozenset(slot.technical_name for slot in slots._get_fields())

    # === ACTIONS === #

    def action_activate(self):
        """Activate the selected own fields, in one go: adding a column locks the customers until it is saved."""
        self.active = True

    def action_deactivate(self):
        """Hide the selected own fields; what was typed is kept."""
        self.active = False

    def action_clear(self):
        """Ask before the values of this own field are deleted, saying how many customers lose one."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Clear %s", self.name),
            'res_model': 'ecount.custom.field.clear',
            'view_mode': 'form',
            'target': 'new',
            'context': {'default_custom_field_id': self.id},
        }
