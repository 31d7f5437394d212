"""Preview of a merge: who is kept, which values, what moves, what stands in the way."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_amount, format_date, format_datetime, html2plaintext

from ..models.res_partner_merge_value import NOT_CHOSEN, TOGETHER

FIRST_FIELDS = (
    'name', 'ref', 'vat', 'street', 'phone', 'mobile', 'email', 'customer_group_ids', 'user_id', 'credit_limit')
COMPARED_RELATIONS = ('customer_group_ids',)  # other relations are united
NOT_COMPARED_TYPES = ('one2many', 'binary', 'json', 'properties', 'properties_definition', 'reference')
LONGEST_TEXT = 120


class EcountCustomerMerge(models.TransientModel):
    _name = 'ecount.customer.merge'
    _description = "Merge Customers"

    partner_ids = fields.Many2many(
        'res.partner', 'ecount_customer_merge_partner_rel', string="Customers", context={'active_test': False})
    survivor_id = fields.Many2one('res.partner', string="Kept customer", domain="[('id', 'in', partner_ids)]")
    duplicate_id = fields.Many2one('ecount.duplicate', ondelete='set null')
    # {'customers': [{id, name, code, note}], 'rows': [{name, label, values: [text], chosen, default: id}]}
    comparison = fields.Json(compute='_compute_comparison', store=True, readonly=False)
    moves = fields.Json(compute='_compute_moves')
    problem = fields.Text(compute='_compute_problem')
    warning = fields.Text(compute='_compute_problem')
    needs_reason = fields.Boolean(compute='_compute_problem')
    reason = fields.Char(help="Why customers with different tax IDs or branches are merged.")
    twin_count = fields.Integer(compute='_compute_twin_count')
    join_twins = fields.Boolean(string="Make addresses that both have into one")

    @api.model
    def _open(self, partners, duplicate=None):
        """Return the action that previews the merge of `partners`.

        :raise AccessError: for other than customer managers
        :raise UserError: when there is nothing to merge
        """
        if not self.env.user.has_group('ecount_customer.group_customer_manager'):
            raise AccessError(self.env._("Only managers of customer management may merge customers."))
        if len(partners) < 2:
            raise UserError(self.env._("Select two customers or more to merge them."))
        wizard = self.create({
            'partner_ids': [fields.Command.set(partners.ids)], 'survivor_id': self._get_default_survivor(partners).id,
            'duplicate_id': duplicate.id if duplicate else False,
        })
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Merge customers"), 'res_model': self._name,
            'res_id': wizard.id, 'view_mode': 'form', 'views': [(False, 'form')], 'target': 'new',
            'context': {'dialog_size': 'extra-large'},
        }

    @api.model
    def _get_default_survivor(self, partners):
        """Return the customer with the most orders and entries; of a company and its own contact, the company."""
        candidates = partners.filtered(lambda partner: partner.active and not partner.merged_into_id) or partners
        customers = candidates.filtered(lambda partner: partner.commercial_partner_id == partner) or candidates
        counts = dict(self.env.execute_query(SQL(
            "SELECT partner_id, COUNT(*) FROM (SELECT partner_id FROM sale_order WHERE partner_id IN %(ids)s UNION ALL "
            "SELECT partner_id FROM purchase_order WHERE partner_id IN %(ids)s UNION ALL "
            "SELECT commercial_partner_id FROM account_move WHERE commercial_partner_id IN %(ids)s) AS document "
            "GROUP BY partner_id", ids=customers._ids)))
        return max(customers, key=lambda partner: (counts.get(partner.id, 0), -partner.id))

    # === COMPUTE METHODS === #

    def _get_sources(self):
        return self.partner_ids._origin - self.survivor_id._origin

    @api.depends('partner_ids', 'survivor_id')
    def _compute_comparison(self):
        for wizard in self:
            survivor, sources = wizard.survivor_id._origin, wizard._get_sources()
            wizard.comparison = {
                'customers': [{
                    'id': partner.id, 'name': partner.display_name, 'code': partner.ref or '',
                    'note': partner.company_id.name or '',
                } for partner in wizard.partner_ids._origin],
                'rows': wizard._get_rows(sources, survivor) if survivor else [],
            }

    def _get_rows(self, sources, survivor):
        """Return one row for each field that differs, with the texts of all customers and the default choice."""
        partners = self.partner_ids._origin
        known, rows = partners.fields_get(attributes=['string']), []
        names = [name for name in known if self._is_compared(partners._fields[name])]
        defaults = partners._get_default_merge_choices(sources.sudo(), survivor.sudo())
        filled = survivor.sudo()._get_filled_fields()
        labels = {'street': self.env._("Address"), 'ref': self.env._("Customer code")}
        for name in sorted(names, key=lambda name: (
                FIRST_FIELDS.index(name) if name in FIRST_FIELDS else len(FIRST_FIELDS), known[name]['string'])):
            texts = [self._get_text(partner, name) for partner in partners]
            if len(set(texts)) < 2:
                continue
            chosen = defaults.get(name, survivor)
            if name in filled and name not in defaults:  # the native step takes the last one's
                chosen = (sources.filtered(name) or survivor)[-1]
            label = labels.get(name) or known[name]['string']
            rows.append({'name': name, 'label': label, 'values': texts, 'chosen': chosen.id, 'default': chosen.id})
        return rows

    def _is_compared(self, field):
        followers = {follower for names in TOGETHER.values() for follower in names}
        return (
            field.store and field.name not in NOT_CHOSEN and field.name not in followers
            and field.type not in NOT_COMPARED_TYPES
            and (field.type != 'many2many' or field.name in COMPARED_RELATIONS)
            and not (field.compute and field.readonly) and not field.related
        )

    def _get_text(self, partner, name):
        """Return how the value of a field reads."""
        field, value = partner._fields[name], partner[name]
        if name == 'street':
            return " ".join((partner._display_address(without_company=True) or '').split())
        if field.type == 'boolean':
            return self.env._("Yes") if value else self.env._("No")
        if not value:
            return ''
        if field.type in ('many2one', 'many2many'):
            text = ", ".join(value.sudo().mapped('display_name'))
        elif field.type == 'selection':
            text = dict(field._description_selection(self.env)).get(value, value)
        elif field.type == 'html':
            text = html2plaintext(value)
        elif field.type == 'date':
            text = format_date(self.env, value)
        elif field.type == 'datetime':
            text = format_datetime(self.env, value)
        elif field.type == 'monetary' or name == 'credit_limit':
            text = format_amount(self.env, value, self.env.company.currency_id)
        else:
            text = f"{value:g}" if field.type == 'float' else str(value)
        return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + '…'

    @api.depends('partner_ids', 'survivor_id')
    def _compute_moves(self):
        engine = self.env['ecount.merge.table']
        for wizard in self:
            # Elevated: all of it moves, also what the user does not see.
            survivor, sources = wizard.survivor_id._origin.sudo(), wizard._get_sources().sudo()
            wizard.moves = engine._count_moves(sources, survivor) if survivor and sources else []

    @api.depends('partner_ids', 'survivor_id')
    def _compute_problem(self):
        for wizard in self:
            # Elevated: what stands in the way may be hidden from the user.
            survivor, sources = wizard.survivor_id._origin.sudo(), wizard._get_sources().sudo()
            Partner = self.env['res.partner'].sudo()
            wizard.needs_reason = bool(survivor and Partner._get_merge_tax_problem(sources, survivor, {}))
            wizard.problem = "\n".join(Partner._get_merge_problems(sources, survivor, {'reason': "typed below"}))
            wizard.warning = "\n".join(Partner._get_merge_warnings(sources, survivor)) if survivor else False

    @api.depends('partner_ids', 'survivor_id')
    def _compute_twin_count(self):
        for wizard in self:
            wizard.twin_count = len(self.env['res.partner']._get_twin_addresses(
                wizard._get_sources().sudo(), wizard.survivor_id._origin.sudo()))

    # === ACTIONS === #

    def action_merge(self):
        """Merge as chosen and open the log, where the merge can be undone."""
        self.ensure_one()
        choices = {
            row['name']: row['chosen'] for row in (self.comparison or {}).get('rows', [])
            if row['chosen'] != row['default']
        }
        choices.update({'reason': self.reason, 'twins': self.join_twins})
        log = self.env['res.partner']._merge_customers(self._get_sources(), self.survivor_id, choices)
        self.duplicate_id.unlink()
        return {
            'type': 'ir.actions.act_window', 'res_model': log._name, 'res_id': log.id, 'view_mode': 'form',
            'views': [(False, 'form')], 'target': 'current',
        }

    def action_not_duplicate(self):
        """Remember that these customers are different."""
        self.ensure_one()
        self.env['ecount.not.duplicate']._remember(self.partner_ids)
        self.duplicate_id.unlink()
        return {'type': 'ir.actions.act_window_close'}
