"""Which values the kept customer takes from the merged ones."""

from odoo import api, models
from odoo.fields import Command
from odoo.tools import SQL

ADDRESS = ('street', 'street2', 'zip', 'city', 'state_id', 'country_id')
# Fields that are chosen as one: `{the one that is chosen: those that come with it}`.
TOGETHER = {
    'street': ADDRESS[1:],
    'vat': ('company_registry',),
    'credit_limit': ('has_own_credit_limit', 'use_partner_credit_limit'),
    'credit_days': ('has_own_credit_days',),
    'discount_rate': ('no_discount',),
}
# Of these types an empty value of the kept customer is filled; a flag, a limit or a block never is.
FILLED_TYPES = ('char', 'text', 'html', 'date', 'datetime', 'binary', 'many2one')
NEVER_FILLED = {
    'id', 'ref', 'active', 'type', 'parent_id', 'company_id', 'company_name', 'merged_into_id', 'vat', 'signup_type',
    'create_uid', 'write_uid', 'create_date', 'write_date', 'buyer_id', 'suggest_based_on',
    'invoice_template_pdf_report_id', *ADDRESS,
}
NOT_CHOSEN = {
    'id', 'active', 'parent_id', 'merged_into_id', 'create_uid', 'write_uid', 'create_date', 'write_date', 'color',
    'message_bounce', 'signup_type', 'partner_latitude', 'partner_longitude', 'company_name', 'customer_rank',
    'supplier_rank', 'type', 'main_contact_id', 'suggest_based_on', 'suggest_days', 'suggest_percent',
}


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        # The native step of a merge takes over whatever the kept customer lacks; it is shown what it may take.
        if (names := self.env.context.get('ecount_merge_field_names')) is not None:
            result = {name: description for name, description in result.items() if name in names}
        return result

    @api.model
    def _normalize_merge_choices(self, choices, participants):
        """Return `choices` with a record for each id of a participant, and without choices that change nothing."""
        result = {}
        for name, choice in (choices or {}).items():
            if name in self._fields and isinstance(choice, int) and not isinstance(choice, bool) \
                    and choice in participants.ids:
                choice = participants.browse(choice)
            field = self._fields.get(name)
            if field is not None and field.type == 'many2many' and isinstance(choice, models.BaseModel) \
                    and choice._name == 'res.partner':
                # Read now: in a moment the rows of the relation move.
                choice = [Command.set(choice[name].ids)]
            result[name] = choice
        return result

    def _get_filled_fields(self):
        """Return the names of the fields that the native step may fill or sum for this customer."""
        self.ensure_one()
        summed = self.env['base.partner.merge.automatic.wizard']._get_summable_fields()
        chosen = self.env.context.get('ecount_merge_choices', {})
        return tuple(
            name for name, field in self._fields.items()
            if name in summed or (
                name not in chosen and name not in NEVER_FILLED
                and field.store and not field.company_dependent and not self[name]
                and not name.endswith(('_warn_msg', '_warn'))
                and (field.type in FILLED_TYPES or (name.startswith('x_') and field.type != 'boolean'))
            )
        )

    @api.model
    def _get_default_merge_choices(self, sources, survivor):
        """Return the choices that fill what the survivor lacks and that make sense only together.

        Its code, its tax id with the branch, its address: each whole from the first that has it.
        """
        choices = {}
        for name, names in (('ref', ('ref',)), ('vat', ('vat',)), ('street', ADDRESS)):
            if any(survivor[part] for part in names):
                continue
            givers = sources.filtered(lambda source: any(source[part] for part in names))
            if name == 'ref':
                givers = givers.filtered(lambda source: source.commercial_partner_id == source)
            if givers:
                choices[name] = givers[0]
        return choices

    def _apply_merge_choices(self, choices, codes):
        """Give this customer the chosen values.

        :param dict choices: `{field name: partner that has the value, or the value}`
        :param dict codes: the codes that the merged customers had, `{partner: code}`
        """
        self.ensure_one()
        by_column, values = {}, {}
        for name, choice in choices.items():
            field = self._fields.get(name)
            if field is None or not field.store:
                continue
            if not (isinstance(choice, models.BaseModel) and choice._name == 'res.partner'):
                values[name] = choice
            elif choice == self:
                continue
            elif name == 'ref':
                values['ref'] = codes.get(choice)
            elif field.company_dependent:
                by_column.setdefault(choice, []).append(name)
                self._collect_together(name, choice, values, by_column)
            else:
                values[name] = field.convert_to_write(choice[name], choice)
                self._collect_together(name, choice, values, by_column)
        if values:
            self.write(values)
        for partner, names in by_column.items():
            self._copy_company_values(partner, names)

    def _collect_together(self, name, partner, values, by_column):
        for other in TOGETHER.get(name, ()):
            field = self._fields.get(other)
            if field is None or not field.store:
                continue
            if field.company_dependent:
                by_column.setdefault(partner, []).append(other)
            else:
                values[other] = field.convert_to_write(partner[other], partner)

    def _copy_company_values(self, partner, names):
        """Take the values of all companies from another customer; contacts follow."""
        names = list(dict.fromkeys(names))
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET %s FROM res_partner AS giver WHERE giver.id = %s AND res_partner.id = %s",
            SQL(", ").join(SQL("%s = giver.%s", SQL.identifier(name), SQL.identifier(name)) for name in names),
            partner.id, self.id,
        ))
        self.invalidate_recordset(names)
        self.modified(names)

    # === TWIN ADDRESSES === #

    def _get_twin_addresses(self, sources, survivor):
        """Return which addresses and contacts of the merged customers the survivor has too.

        The same type with the same name and street, or, for a contact, the same name and email.

        :return: `{twin: the survivor's}`
        """
        def get_key(child):
            return (child.type, (child.name or '').strip().lower(), (child.street or '').strip().lower(),
                    (child.zip or '').strip(), child.email_normalized or '')

        children = self.search([('parent_id', 'in', (sources | survivor).ids), ('is_company', '=', False)]).sudo()
        own = {}
        for child in children.filtered(lambda child: child.parent_id == survivor and child not in sources).sorted('id'):
            own.setdefault(get_key(child), child)
        users = self.env['res.users'].sudo().with_context(active_test=False).search(
            [('partner_id', 'in', children.ids)]).partner_id
        return {
            child: own[get_key(child)] for child in children.sorted('id')
            if child.parent_id in sources and child not in sources and get_key(child) in own and child not in users
        }
