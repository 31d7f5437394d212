"""The native steps of a merge, in the merges of this addon: nothing is deleted, everything is logged."""

from odoo import api, models
from odoo.tools import SQL

# Tables in which a merge changes more than whose the row is: the holder's name follows the customer's, points are
# added up and cards put away.
EXTRA_TABLES = {'res_partner_bank': 'partner_id', 'loyalty_card': 'partner_id'}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    def _get_ecount_merge_log(self):
        return self.env['ecount.merge.log'].sudo().browse(self.env.context.get('ecount_merge_log_id'))

    @api.model
    def _update_foreign_keys_generic(self, model, src_records, dst_record):
        log = self._get_ecount_merge_log()
        if not log or model != 'res.partner':
            return super()._update_foreign_keys_generic(model, src_records, dst_record)
        self.env.flush_all()
        engine = self.env['ecount.merge.table']
        for table in engine._find_tables(engine._get_tables(src_records, dst_record)):
            engine._move(table, log, dst_record)
        self.env.invalidate_all()
        return None

    @api.model
    def _update_reference_fields_generic(
            self, referenced_model, src_records, dst_record, additional_update_records=None):
        log = self._get_ecount_merge_log()
        if not log or referenced_model != 'res.partner':
            return super()._update_reference_fields_generic(
                referenced_model, src_records, dst_record, additional_update_records)
        # References moved together with the foreign keys of their table. What is left are those that only another
        # app knows. Values that differ between companies are a matter of choice, see `_update_values`.
        for update in additional_update_records or []:
            self._update_additional_references(update, log, src_records, dst_record)
        return None

    def _update_additional_references(self, update, log, src_records, dst_record):
        Model = self.env.get(update['model'])
        model_field, id_field = update.get('field_model', 'model'), update.get('field_id', 'res_id')
        if Model is None or id_field not in Model._fields or Model._fields[id_field].type == 'many2one_reference':
            return
        records = Model.sudo().with_context(active_test=False).search([
            (model_field, '=', 'res.partner'), (id_field, 'in', src_records.ids)])
        if records:
            engine = self.env['ecount.merge.table']
            table = engine._get_record_table(records, id_field, dst_record)
            engine._move(table, log, dst_record)

    @api.model
    def _update_values(self, src_partners, dst_partner):
        if not self._get_ecount_merge_log():
            return super()._update_values(src_partners, dst_partner)
        names = dst_partner.with_env(self.env)._get_filled_fields()
        result = super()._update_values(src_partners, dst_partner.with_context(ecount_merge_field_names=names))
        codes = {code.merged_partner_id: code.name for code in dst_partner.former_code_ids if code.merged_partner_id}
        choices = dst_partner._get_default_merge_choices(src_partners, dst_partner)
        if not dst_partner.ref and (coded := src_partners.filtered(codes.get)):
            choices['ref'] = coded[0]
        dst_partner._apply_merge_choices({**choices, **self.env.context.get('ecount_merge_choices', {})}, codes)
        return result

    def _log_merge_operation(self, src_partners, dst_partner):
        if not self._get_ecount_merge_log():  # natively the merged ones are deleted right after
            self.env['ecount.former.code'].sudo()._remember({
                source: source.ref for source in src_partners
                if source.ref and not source.parent_id  # the commercial entity is the survivor already
            }, dst_partner)
        return super()._log_merge_operation(src_partners, dst_partner)

    # === WHAT OTHER APPS' MERGING CHANGES === #

    def _read_extra_rows(self, partners):
        """Return the rows that other apps' own merging may change: `{table: {id: row}}`."""
        rows = {}
        stored = {Model._table for Model in self.env.registry.values() if not Model._abstract}
        for table, column in EXTRA_TABLES.items():
            if table in stored:
                rows[table] = dict(self.env.execute_query(SQL(
                    "SELECT id::text, to_jsonb(t) FROM %s AS t WHERE %s IN %s", SQL.identifier(table),
                    SQL.identifier(column), partners._ids)))
        return rows

    def _get_extra_changes(self, before):
        """Return what became of the rows that `_read_extra_rows` returned: `{table: {id: [before, after]}}`."""
        self.env.flush_all()
        changes = {}
        for table, rows in before.items():
            after = dict(self.env.execute_query(SQL(
                "SELECT id::text, to_jsonb(t) FROM %s AS t WHERE id = ANY(%s)", SQL.identifier(table),
                [int(row_id) for row_id in rows])))
            changes[table] = {
                row_id: [row, after[row_id]] for row_id, row in rows.items()
                if row_id in after and row != after[row_id]
            }
        return changes
