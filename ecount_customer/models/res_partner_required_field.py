"""Fields that customers must have: shown on the form, enforced on the server, listed where missing."""

from lxml.builder import E

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty

# Written by documents, mails and portals, and by putting a customer away: no editing of the customer.
BOOKKEEPING_FIELDS = {
    'active', 'customer_rank', 'supplier_rank', 'calendar_last_notif_ack', 'last_time_entries_checked',
    'partner_latitude', 'partner_longitude', 'date_localization', 'color',
}
BOOKKEEPING_PREFIXES = (
    'message_', 'activity_', 'signup_', 'website_message_', 'peppol_', 'invoice_', 'rating_', 'dormant_', 'merged_',
)
EMPTY_HTML = ['', '<p></p>', '<p><br></p>', '<p><br/></p>']
ADDRESS_TYPES = ('invoice', 'delivery', 'other')
MAX_LISTED = 10


class ResPartner(models.Model):
    _inherit = 'res.partner'

    required_field_names = fields.Char(
        compute='_compute_required_field_names', help="Technical: what the form shows as required.",
    )
    is_incomplete = fields.Boolean(
        string="Incomplete", compute='_compute_is_incomplete', search='_search_is_incomplete',
        help="A customer that lacks a required field.",
    )
    missing_fields = fields.Char(string="Missing", compute='_compute_is_incomplete')

    # === COMPUTE METHODS === #

    @api.depends('parent_id', 'is_company', 'type', 'customer_group_ids')
    def _compute_required_field_names(self):
        rules = self.env['ecount.required.field']._get_rules()
        must = self._filtered_must_be_complete() if rules else self.browse()
        for partner in self:
            names = partner._get_required_names(rules) if partner in must else []
            partner.required_field_names = f",{','.join(names)}," if names else False

    def _compute_is_incomplete(self):
        missing = self.filtered('partner_share')._get_missing_names()
        labels = self._get_field_labels({name for names in missing.values() for name in names})
        for partner in self:
            names = missing.get(partner)
            partner.is_incomplete = bool(names)
            partner.missing_fields = ", ".join(labels[name] for name in names) if names else False

    def _search_is_incomplete(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return self._get_incomplete_domain(self.env['ecount.required.field']._get_rules())

    # === RULES === #

    def _filtered_must_be_complete(self):
        """Return the customers: no contacts, addresses, put-away ones, users of ours or companies of the database."""
        partners = self.sudo().filtered(lambda partner: (
            (partner.is_company or not partner.parent_id) and partner.type not in ADDRESS_TYPES and partner.active
        ))
        # Elevated, archived ones too: whoever enters the customer may not see the users and companies.
        companies = self.env['res.company'].sudo().with_context(active_test=False).search_fetch(
            [('partner_id', 'in', partners._origin.ids)], ['partner_id']).partner_id
        staff = partners.filtered(lambda partner: not partner.partner_share)
        return (partners.filtered(lambda partner: partner._origin not in companies) - staff).with_env(self.env)

    def _get_required_names(self, rules):
        """Return the technical names of the fields that the rules require of this customer, in their order.

        :param rules: tuples as of `ecount.required.field._get_rules`
        :rtype: list
        """
        self.ensure_one()
        group_ids = None
        names = []
        for name, applies_to, rule_group_ids in rules:
            if name not in self._fields or applies_to != 'all' and self.is_company != (applies_to == 'company'):
                continue
            if rule_group_ids and group_ids is None:
                # Elevated: groups above may belong to a company that the user does not see.
                group_ids = {
                    int(group_id) for group in self.sudo().customer_group_ids
                    for group_id in (group.parent_path or '').split('/') if group_id
                }
            if not rule_group_ids or group_ids & set(rule_group_ids):
                names.append(name)
        return list(dict.fromkeys(names))

    def _get_missing_names(self):
        """Return {customer: technical names of its empty required fields}, only those that lack any.

        :rtype: dict
        """
        rules = self.env['ecount.required.field']._get_rules()
        if not rules:
            return {}
        missing = {}
        for partner in self._filtered_must_be_complete():
            # Elevated: the value may be hidden from the user, whether there is one is all that is told.
            names = [name for name in partner._get_required_names(rules) if partner.sudo()._is_field_empty(name)]
            if names:
                missing[partner] = names
        return missing

    def _is_field_empty(self, name):
        """Whether nothing is filled in: no text but blanks, the number 0, a box not ticked, no record.

        :param str name: technical name of the field
        """
        value = self[name]
        if self._fields[name].type == 'html':
            return is_html_empty(value)
        return not value.strip() if isinstance(value, str) else not value

    @api.model
    def _get_field_labels(self, names):
        """Return {technical name: label in the language of the user}."""
        labels = self.env['ir.model.fields'].get_field_string('res.partner')
        return {name: labels.get(name) or self._fields[name].string for name in names}

    @api.model
    def _get_incomplete_domain(self, rules):
        """Return a domain of the customers that lack a field required by the rules.

        :param rules: tuples as of `ecount.required.field._get_rules`
        :rtype: Domain
        """
        lacking = Domain.FALSE
        for name, applies_to, group_ids in rules:
            field = self._fields.get(name)
            if field is None:
                continue
            values = [False, *EMPTY_HTML] if field.type == 'html' else [False]
            condition = Domain(name, 'in', values)
            if applies_to != 'all':
                condition &= Domain('is_company', '=', applies_to == 'company')
            if group_ids:
                condition &= Domain('customer_group_ids', 'child_of', list(group_ids))
            lacking |= condition
        return lacking & (Domain('parent_id', '=', False) | Domain('is_company', '=', True)) & Domain([
            ('active', '=', True), ('partner_share', '=', True), ('type', 'not in', ADDRESS_TYPES),
            ('ref_company_ids', '=', False),
        ])

    # === ENFORCEMENT === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self._enforces_required_fields():
            return super().create(vals_list)
        # Checked once all that belongs to this call is written, not at each step of it.
        partners = super(ResPartner, self.with_context(ecount_required_later=True)).create(vals_list)
        partners = partners.with_env(self.env)
        partners._check_required_fields()
        return partners

    def write(self, vals):
        if not self._enforces_required_fields(vals):
            return super().write(vals)
        result = super(ResPartner, self.with_context(ecount_required_later=True)).write(vals)
        self._check_required_fields()
        return result

    @api.model
    def _enforces_required_fields(self, vals=None):
        """Whether required fields are checked after this change: somebody edits, no automatic flow.

        :param dict vals: what is written; None: a new partner
        """
        context = self.env.context
        if (
            context.get('ecount_incomplete_ok') or context.get('ecount_required_later') or context.get('install_mode')
            or not self.pool.ready  # modules are being installed
            or not self.env['ecount.required.field']._get_rules()
        ):
            return False
        return vals is None or any(
            name not in BOOKKEEPING_FIELDS and not name.startswith(BOOKKEEPING_PREFIXES) for name in vals)

    def _check_required_fields(self):
        """Raise when a customer lacks a required field. Customers with a login are flagged only: they help
        themselves in the portal and the web shop, which never ask for these fields.

        :raise ValidationError: naming each customer and all that it lacks
        """
        self.invalidate_recordset(['is_incomplete', 'missing_fields'], flush=False)
        missing = {
            partner: [name for name in names if self._has_field_access(self._fields[name], 'write')]
            for partner, names in self._get_missing_names().items()
        }
        with_login = self.env['res.users'].sudo().with_context(active_test=False).search_fetch(
            [('partner_id', 'in', [partner.id for partner in missing])], ['partner_id']).partner_id if missing else ()
        missing = {partner: names for partner, names in missing.items() if names and partner not in with_login}
        if missing:
            raise ValidationError(self._get_missing_message(missing))

    def _get_missing_message(self, missing):
        """Return the text that names what is missing.

        :param dict missing: {customer: technical names}
        """
        labels = self._get_field_labels({name for names in missing.values() for name in names})
        lines = [
            self.env._("%(customer)s: fill in %(fields)s.", customer=partner.name or self.env._("New customer"),
                       fields=", ".join(labels[name] for name in names))
            for partner, names in list(missing.items())[:MAX_LISTED]
        ]
        if len(missing) > MAX_LISTED:
            lines.append(self.env._("… and %s more customers.", len(missing) - MAX_LISTED))
        return "\n".join(lines)

    # === AUTOMATIC FLOWS === #

    @api.model
    def find_or_create(self, email, assert_valid_email=False):
        marked = self.with_context(ecount_incomplete_ok=True)
        return super(ResPartner, marked).find_or_create(email, assert_valid_email=assert_valid_email).with_env(self.env)

    @api.model
    def _find_or_create_from_emails(self, *args, **kwargs):
        marked = self.with_context(ecount_incomplete_ok=True)
        partners = super(ResPartner, marked)._find_or_create_from_emails(*args, **kwargs)
        return [partner.with_env(self.env) for partner in partners]

    # === FORM === #

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.type == 'form':
            names = dict.fromkeys(rule[0] for rule in self.env['ecount.required.field']._get_rules())
            if names:
                self._add_required_fields_to_form(arch, [name for name in names if name in self._fields])
        return arch, view

    def _add_required_fields_to_form(self, arch, names):
        """Mark required fields on a form, add those that it lacks, and a banner with what is missing."""
        added = [name for name in names if not self._mark_required(arch, name)]
        sheet = arch.find('.//sheet')
        notebook = arch.find('.//notebook')
        if added:
            group = E.group(*(E.field(name=name) for name in added), name='required_fields')
            if notebook is not None:
                self._get_own_fields_page(notebook).append(group)
            else:
                (arch if sheet is None else sheet).append(group)
            for name in added:
                self._mark_required(arch, name)
        arch.insert(0, E.field(name='required_field_names', invisible='1'))
        if sheet is not None:
            sheet.addprevious(E.div(
                self.env._("Still to be filled in:"), " ", E.field(name='missing_fields', nolabel='1', readonly='1'),
                {'class': 'alert alert-warning mb-0 o_ecount_missing', 'role': 'alert',
                 'invisible': "not id or not missing_fields"},
            ))

    def _mark_required(self, arch, name):
        """Show a field as required where it is on the form itself, not on that of its contacts.

        :return: whether the form has the field
        :rtype: bool
        """
        # Any group may see the form: without access to a field nothing is required.
        nodes = arch.xpath(f".//field[@name='{name}'][not(ancestor::field)]")
        expression = f"',{name},' in (required_field_names or '')"
        for node in nodes:
            present = node.get('required')
            node.set('required', f"({present}) or {expression}" if present else expression)
        return bool(nodes)
