"""How own fields become real Odoo fields: columns of the partner table made and dropped through `ir.model.fields`."""

from contextlib import contextmanager

from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extras import Json

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, sql

# Readers and writers of customers wait behind whoever waits for the lock, so not for long.
LOCK_TIMEOUT = '3s'


class EcountCustomField(models.Model):
    """The part of the slots that changes the database."""

    _inherit = 'ecount.custom.field'

    def _sync_fields(self):
        """Make the real fields what these slots say, all in one transaction and the new ones in one call.

        :raise UserError: a used choice or type would go, a field of that name belongs to someone else, or the
            customers are in use by a long operation
        """
        fields_by_slot = self._get_fields()
        retyped = self.filtered(lambda slot: slot in fields_by_slot and fields_by_slot[slot].ttype != slot.field_type)
        missing = self.filtered(lambda slot: slot.active and (slot not in fields_by_slot or slot in retyped))
        kept = self.filtered(lambda slot: slot in fields_by_slot) - retyped
        retyped._check_no_values(fields_by_slot)
        kept._check_removed_choices(fields_by_slot)
        (missing - retyped)._check_not_foreign()
        if missing or retyped:
            self._lock_partners('ACCESS EXCLUSIVE')
            with retyped._keeping_uses(fields_by_slot):
                self._drop_fields(retyped, fields_by_slot)
                missing._create_fields()
        kept._update_fields(fields_by_slot)
        self._sync_translations()
        # Other workers follow through the registry: they reload it, or clear these caches.
        self.env.registry.clear_cache('stable', 'templates')

    def _get_fields(self):
        """Return {slot: its `ir.model.fields` record}, only those that this addon made; elevated.

        :rtype: dict
        """
        rows = self.env['ir.model.data'].sudo().search_read([
            ('module', '=', 'ecount_customer'), ('model', '=', 'ir.model.fields'),
            ('name', 'in', [slot._get_field_xmlid() for slot in self]),
        ], ['name', 'res_id'])
        ids = {row['name']: row['res_id'] for row in rows}
        # Elevated: whoever maintains own fields needs no access to the definitions of all fields.
        found = self.env['ir.model.fields'].sudo().browse(ids.values()).exists()
        return {
            slot: found.browse(ids[slot._get_field_xmlid()]) for slot in self
            if ids.get(slot._get_field_xmlid()) in found._ids
        }

    def _get_field_xmlid(self):
        return f'field_res_partner__{self.technical_name}'

    # === CHECKS === #

    def _count_values(self, choice=None):
        """Return how many partners of all companies, archived ones included, have a value in this own field.

        :param str choice: only those with this choice
        """
        self.ensure_one()
        field = self.env['res.partner']._fields.get(self.technical_name)
        if field is None:
            return 0
        self.env['res.partner'].flush_model([field.name])
        column = SQL.identifier(field.name)
        if choice is not None:
            condition = SQL("%s = %s", column, choice)
        elif field.type in ('integer', 'float'):
            condition = SQL("%s <> 0", column)
        elif field.type == 'boolean':
            condition = SQL("%s", column)
        elif field.type == 'date':
            condition = SQL("%s IS NOT NULL", column)
        else:
            condition = SQL("%s <> ''", column)
        return self.env.execute_query(SQL("SELECT COUNT(*) FROM res_partner WHERE %s", condition))[0][0]

    def _check_no_values(self, fields_by_slot):
        for slot in self:
            if count := slot._count_values():
                type_names = dict(self._fields['field_type']._description_selection(self.env))
                raise UserError(self.env._(
                    "The type of “%(label)s” cannot change from %(old)s to %(new)s: %(count)s customers, put-away "
                    "ones included, have a value. Clear the field first.",
                    label=slot.name, count=count, new=type_names[slot.field_type],
                    old=type_names.get(fields_by_slot[slot].ttype),
                ))

    def _check_removed_choices(self, fields_by_slot):
        for slot in self.filtered(lambda slot: slot.field_type == 'selection'):
            removed = set(fields_by_slot[slot].selection_ids.mapped('value')) - set(
                slot.with_context(lang='en_US')._get_choices())
            for choice in sorted(removed):
                if count := slot._count_values(choice):
                    raise UserError(self.env._(
                        "The choice “%(choice)s” of “%(label)s” cannot be removed: %(count)s customers, put-away "
                        "ones included, have it. Give them another one first.",
                        choice=choice, label=slot.name, count=count,
                    ))

    def _check_not_foreign(self):
        """Raise when a field of that name exists that this addon did not make."""
        for slot in self:
            foreign = self.env['ir.model.fields'].sudo()._get('res.partner', slot.technical_name)
            if foreign or slot.technical_name in self.env['res.partner']._fields:
                owner = foreign.modules or self.env._("%s, by hand", foreign.create_uid.name or foreign.name)
                raise UserError(self.env._(
                    "Own field %(number)s cannot be used: customers already have a field %(name)s (“%(label)s”), "
                    "made by %(owner)s. Use another own field.",
                    number=slot.number, name=slot.technical_name, label=foreign.field_description, owner=owner,
                ))

    # === CHANGES === #

    def _lock_partners(self, mode):
        """Lock the customers for a change of columns, before anything is touched.

        :param str mode: lock mode of PostgreSQL
        :raise UserError: somebody else uses the customers for longer than a few seconds
        """
        cr = self.env.cr
        try:
            with cr.savepoint():
                cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
                cr.execute(SQL("LOCK TABLE res_partner IN %s MODE", SQL(mode)), log_exceptions=False)
        except (LockNotAvailable, DeadlockDetected) as error:
            raise UserError(self.env._(
                "Customers are busy: somebody is saving or importing them, or a long report is running. "
                "Nothing was changed. Please try again in a moment.",
            )) from error

    def _create_fields(self):
        """Create the real fields of these slots in one call, and give them the external ids of this addon."""
        if not self:
            return
        self.env.flush_all()  # what waits in memory knows nothing of the new columns
        model_id = self.env['ir.model']._get_id('res.partner')
        created = self.env['ir.model.fields'].sudo().with_context(lang='en_US').create([
            {'name': slot.technical_name, 'model_id': model_id, 'state': 'manual', 'ttype': slot.field_type,
             **slot._prepare_field_values()}
            for slot in self
        ])
        # `noupdate`: an upgrade of the addon leaves them alone, uninstalling it removes them.
        self.env['ir.model.data'].sudo()._update_xmlids([
            {'xml_id': f'ecount_customer.{slot._get_field_xmlid()}', 'record': field, 'noupdate': True}
            for slot, field in zip(self, created)
        ])
        self._update_index()

    def _prepare_field_values(self):
        """Return the values of `ir.model.fields` that follow this slot.

        :rtype: dict
        """
        self.ensure_one()
        slot = self.with_context(lang='en_US')
        values = {'field_description': slot.name, 'help': slot.help, 'index': slot.searchable}
        if slot.field_type == 'selection':
            values['selection'] = str([(choice, choice) for choice in slot._get_choices()])
        return values

    def _update_fields(self, fields_by_slot):
        """Write what changed to the real fields of these slots."""
        for slot in self:
            field = fields_by_slot[slot].with_context(lang='en_US')
            changes = {
                name: value for name, value in slot._prepare_field_values().items()
                if (field[name] or False) != (value or False)
            }
            if 'index' in changes:
                self._lock_partners('ACCESS EXCLUSIVE')
            if changes:
                field.write(changes)
            if 'index' in changes:
                slot._update_index()

    def _update_index(self):
        """Add the index that Odoo does not make, drop the one that it leaves behind.

        Without PostgreSQL's trigram extension text gets a hash index: a b-tree refuses long values.
        """
        for slot in self:
            name = sql.make_index_name('res_partner', slot.technical_name)
            if not slot.searchable:
                self.env.cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
            elif slot.field_type in ('char', 'text'):
                column = SQL.identifier(slot.technical_name)
                self.env.cr.execute(SQL(
                    "CREATE INDEX IF NOT EXISTS %s ON res_partner USING hash (%s) WHERE %s IS NOT NULL",
                    SQL.identifier(name), column, column,
                ))

    @contextmanager
    def _keeping_uses(self, fields_by_slot):
        """Require and list fields again that are dropped and made anew: what refers to a field goes with it."""
        models_using = [self.env[name].sudo() for name in ('ecount.required.field', 'ecount.list.column')]
        uses = [
            (slot, record.browse(), record.copy_data()[0]) for slot in self for model in models_using
            for record in model.search([('field_id', '=', fields_by_slot[slot].id)])
        ]
        yield
        made = self._get_fields()
        for slot, model, values in uses:
            if slot in made:
                model.create({**values, 'field_id': made[slot].id})

    def _drop_fields(self, slots, fields_by_slot):
        """Drop the real fields of these slots with all that is in them."""
        if slots:
            self.env['ir.model.fields'].sudo().union(*(fields_by_slot[slot] for slot in slots)).unlink()

    def clear_values(self):
        """Delete what customers have in these own fields, by dropping the columns: quick on any number of rows.

        Active fields are made again, empty. There is no way back; `action_clear` asks before.

        :raise UserError: the customers are in use by a long operation
        """
        self.check_access('write')
        fields_by_slot = self._get_fields()
        filled = self.filtered(lambda slot: slot in fields_by_slot)
        if filled:
            self._lock_partners('ACCESS EXCLUSIVE')
            with filled._keeping_uses(fields_by_slot):
                self._drop_fields(filled, fields_by_slot)
                filled.filtered('active')._create_fields()
            self._sync_fields()

    def _sync_translations(self):
        """Copy labels, helps and choices in all languages to the real fields."""
        self.flush_recordset()
        for slot, field in self._get_fields().items():
            field.flush_recordset()
            self.env.cr.execute(SQL(
                """
                UPDATE ir_model_fields field SET field_description = slot.name, help = slot.help
                  FROM ecount_custom_field slot
                 WHERE field.id = %s AND slot.id = %s
                   AND (field.field_description, field.help) IS DISTINCT FROM (slot.name, slot.help)
                """, field.id, slot.id,
            ))
            field.invalidate_recordset(['field_description', 'help'])
            if slot.field_type == 'selection':
                field.selection_ids.flush_recordset()
                for choice, labels in slot._get_choice_labels().items():
                    self.env.cr.execute(SQL(
                        "UPDATE ir_model_fields_selection SET name = %s WHERE field_id = %s AND value = %s",
                        Json(labels), field.id, choice,
                    ))
                field.selection_ids.invalidate_recordset(['name'])
