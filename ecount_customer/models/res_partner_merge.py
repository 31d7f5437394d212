"""Merging customers: one is kept, the others are put away with a link to it, and nothing is lost."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, LockError, UserError
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    merged_into_id = fields.Many2one(
        'res.partner', string="Merged into", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        help="The customer that was kept. Documents and balances are there.",
    )
    former_code_ids = fields.One2many(
        'ecount.former.code', 'partner_id', string="Former codes", readonly=True, copy=False,
        help="Earlier codes of this customer and those of customers merged into it. They still find it.",
    )

    def _decide_write_access(self, name):
        # Merging says where a customer went, nobody's hand.
        return self.env.su if name == 'merged_into_id' else super()._decide_write_access(name)

    def write(self, vals):
        if 'ref' not in vals:
            return super().write(vals)
        code = (vals['ref'] or '').strip().lower()
        # Elevated: whoever may change the code leaves the former one behind, seen customer or not.
        former_codes = {
            customer: customer.ref for customer in self.sudo()
            if customer.ref and customer.ref.strip().lower() != code and customer.commercial_partner_id == customer
        }
        result = super().write(vals)
        FormerCode = self.env['ecount.former.code'].sudo()
        if former_codes:
            FormerCode._remember(former_codes)
        if code:
            FormerCode._forget_retaken(self)
        return result

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator not in ('in', 'ilike', 'like', '=ilike', '=like') or not value:
            return domain
        # any!: a search of customers needs no access to the table of codes.
        return Domain(domain) | Domain('former_code_ids', 'any!', [
            '|', ('name', operator, value), ('customer_name', operator, value)])

    # === MERGE === #

    @api.model
    def _merge_customers(self, sources, survivor, choices=None):
        """Merge `sources` into `survivor`: their rows in every table, references, messages, values as chosen.

        No row is deleted. What the survivor already has stays with the merged customer and is named in the log.
        The merged customers are put away; their codes become former codes of the survivor.

        :param sources: `res.partner` records, any number; a contact of the survivor is absorbed into it
        :param survivor: the `res.partner` that is kept
        :param dict choices: which values the survivor takes, as `{field name: the partner that has the value}`
            (record or id; anything else is taken as the value itself). Without a choice the survivor keeps its own,
            empty contact details are filled, and no block, limit, flag or term is taken over. `'reason'`: why
            customers with different tax IDs are merged. `'twins'`: whether addresses that both have become one.
        :return: the `ecount.merge.log` with `partner_id`, `source_ids`, `line_ids` (model, count), `state`
        :raise AccessError: for other than customer managers
        :raise UserError: naming what forbids the merge and what to do
        """
        if not self.env.su and not self.env.user.has_group('ecount_customer.group_customer_manager'):
            raise AccessError(self.env._("Only managers of customer management may merge customers."))
        (sources | survivor).check_access('write')
        # Elevated from here: the rows of every app move, whoever may write them.
        sources, survivor = (sources - survivor).sudo(), survivor.sudo()
        (sources | survivor)._lock_for_merge()
        choices = self._normalize_merge_choices(choices, sources | survivor)
        if problems := self._get_merge_problems(sources, survivor, choices):
            raise UserError("\n".join(problems))
        twins = self._get_twin_addresses(sources, survivor) if choices.get('twins') else {}
        self.union(*twins, *twins.values())._lock_for_merge()
        sources.union(*twins)._check_merge_sees_all()
        return self._merge_into(sources, survivor, choices, twins).with_env(self.env)

    def _lock_for_merge(self):
        """Hold these customers until the end of the transaction.

        :raise UserError: when somebody else merges, or enters a document for, one of them at this moment
        """
        try:
            self.sorted('id').lock_for_update()
        except LockError:
            raise UserError(self.env._(
                "Somebody is merging one of these customers, or entering something for it, at this moment: %s. "
                "Try again in a minute.", ", ".join(self.exists().mapped('display_name')),
            ))
        self.invalidate_recordset()

    def _check_merge_sees_all(self):
        """Make sure that no document of these locked customers was committed after this transaction began reading.

        The lock keeps new ones out. What came between the first read and the lock is there, but not seen by this
        transaction: it would go on naming the merged customer. A second connection sees it.

        :raise ConcurrencyError: if there is one; Odoo then repeats the request, which sees it
        """
        if not self:
            return
        columns = {}
        for table, column in self.env['base.partner.merge.automatic.wizard']._get_fk_on('res_partner'):
            columns.setdefault(table, []).append(SQL("%s IN %s", SQL.identifier(column), self._ids))
        # A table that this very transaction is changing would be waited for without end.
        changing = {name for name, in self.env.execute_query(SQL(
            "SELECT relation::regclass::text FROM pg_locks "
            "WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode = 'AccessExclusiveLock'"))}
        counting = SQL(" UNION ALL ").join(
            SQL("SELECT %s, COUNT(*) FROM %s WHERE %s", table, SQL.identifier(table), SQL(" OR ").join(conditions))
            for table, conditions in columns.items() if table not in changing)
        seen = dict(self.env.execute_query(counting))
        with self.env.registry.cursor() as cr:
            cr.execute(counting)
            if any(count > seen[table] for table, count in cr.fetchall()):
                raise ConcurrencyError(self.env._(
                    "Something was entered for one of these customers at this moment: %s. Try again.",
                    ", ".join(self.mapped('display_name'))))

    @api.model
    def _merge_into(self, sources, survivor, choices, twins=None, parent_log=None):
        """Merge without asking; the work of `_merge_customers`."""
        self.env.flush_all()
        Log = self.env['ecount.merge.log'].sudo()
        log = Log.create({
            'partner_id': survivor.id, 'source_ids': [fields.Command.set(sources.ids)],
            'reason': choices.get('reason'), 'parent_id': parent_log.id if parent_log else False,
            'memory': Log._get_accounting_state(),
        })
        children = self._get_merged_children(sources)
        # The kept customer's contacts too: an address that it takes over becomes theirs.
        family = survivor | sources | children | (self._get_merged_children(survivor) - sources)
        before = Log._read_partners(family, choices)
        images = survivor._get_binary_values()
        wizard = self.env['base.partner.merge.automatic.wizard'].sudo().with_context(
            ecount_merge_log_id=log.id, ecount_incomplete_ok=True, no_vat_validation=True, active_test=False,
            ecount_merge_choices=choices,
        ).new({})
        extra = wizard._read_extra_rows(sources | survivor)
        former_codes = self._release_codes(sources, survivor)
        wizard._update_foreign_keys(sources, survivor)
        wizard._update_reference_fields(sources, survivor)
        self.env.invalidate_all()
        wizard._update_values(sources, survivor)
        survivor._adopt_children(children)
        sources._put_away_merged(survivor)
        wizard._log_merge_operation(sources, survivor)
        log._remember_changes(before, family, choices)
        log.memory = {
            **log.memory,
            'former_codes': (former_codes | survivor.former_code_ids.filtered(
                lambda code: code.id > max(former_codes.ids))).ids,
            'attachments': (survivor._get_binary_values() - images).ids,
            'extra': wizard._get_extra_changes(extra),
        }
        for twin, kept in (twins or {}).items():
            self._merge_into(twin, kept, {}, parent_log=log)
        self._refresh_portfolios(SQL("customer.id = ANY(%s)", (survivor | sources | children).ids))
        self.env.flush_all()
        self.env.invalidate_all()
        return log

    def _get_merged_children(self, sources):
        """Return all that hangs below these customers: contacts, addresses, branches, put-away ones too."""
        return self.with_context(active_test=False).search([('id', 'child_of', sources.ids)]).sudo() - sources

    def _get_binary_values(self):
        """Return the attachments that hold the pictures of these customers."""
        return self.env['ir.attachment'].sudo().search([
            ('res_model', '=', 'res.partner'), ('res_id', 'in', self.ids), ('res_field', '!=', False)])

    @api.model
    def _release_codes(self, sources, survivor):
        """Turn the codes and names of the merged customers into former codes of the survivor, and return these."""
        former_codes = self.env['ecount.former.code'].sudo().create([
            {'name': source.ref if source.commercial_partner_id == source else False, 'customer_name': source.name,
             'partner_id': survivor.id, 'merged_partner_id': source.id, 'company_id': source.company_id.id}
            for source in sources
        ])
        # By SQL, because the code is not changed but handed over: the ORM would leave another former code.
        self.env.flush_all()
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET ref = NULL WHERE id IN %s AND commercial_partner_id = id", sources._ids))
        sources.invalidate_recordset(['ref'])
        return former_codes

    def _adopt_children(self, children):
        """Make the contacts of merged customers contacts of this one: commercial values and stored names follow."""
        self.ensure_one()
        own = children.filtered(lambda child: child.parent_id and not child.is_company
                                and child.commercial_partner_id == self.commercial_partner_id)
        if own:
            self._copy_commercial_values(own)
        computed = [
            field for field in self._fields.values()
            if field.store and field.compute and (field.readonly or field.name == 'partner_share')
            and field.type != 'binary' and field.name != 'commercial_partner_id'
        ]
        for field in computed:
            self.env.add_to_compute(field, self | children)
        self.env.flush_all()

    def _copy_commercial_values(self, contacts):
        """Give contacts the commercial values of this customer, in all companies, empty ones included."""
        customer = self.commercial_partner_id
        self.env.flush_all()
        names, relations = [], []
        for name in self._commercial_fields():
            field = self._fields[name]
            if field.store and field.column_type:
                names.append(name)
            elif field.store and field.type == 'many2many':
                relations.append(name)
        self.env.cr.execute(SQL(
            "UPDATE res_partner SET %s FROM res_partner AS customer WHERE customer.id = %s AND res_partner.id IN %s",
            SQL(", ").join(SQL("%s = customer.%s", SQL.identifier(name), SQL.identifier(name)) for name in names),
            customer.id, contacts._ids,
        ))
        contacts.invalidate_recordset()
        contacts.modified(names)
        if relations:
            contacts.write({name: [fields.Command.set(customer[name].ids)] for name in relations})

    def _put_away_merged(self, survivor):
        self.invalidate_recordset()
        self.with_context(tracking_disable=True, ecount_incomplete_ok=True).write({
            'active': False, 'merged_into_id': survivor.id})
        for source in self:
            source._message_log(body=self.env._("Merged into %s", survivor._get_html_link()))
