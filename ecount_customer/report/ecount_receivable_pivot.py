"""Sums of many open items: once, by the finest grouping of a pivot, and without asking each item its currency."""

from odoo import api, models
from odoo.tools import SQL

MERGE = {
    '__count': lambda left, right: left + right,
    'sum': lambda left, right: (left or 0) + (right or 0),
    'sum_currency': lambda left, right: (left or 0) + (right or 0),
    'max': lambda left, right: max(left, right) if left and right else left or right,
    'min': lambda left, right: min(left, right) if left and right else left or right,
    'array_agg_distinct': lambda left, right: sorted({*left, *right}, key=lambda item: (item is None, item)),
}


class EcountReceivableReport(models.Model):
    _inherit = 'ecount.receivable.report'

    def _read_group_select(self, aggregate_spec, query):
        # Lists ask for the currencies of each group. Sorting a million items by them takes seconds; where all companies
        # shown have one currency it is known.
        currency = self.env.companies.currency_id
        name, _colon, function = aggregate_spec.partition(':')
        if len(currency) == 1 and name in self._fields:
            if aggregate_spec == 'company_currency_id:array_agg_distinct':
                return SQL("CASE WHEN COUNT(*) > 0 THEN ARRAY[%s] END", currency.id)
            if function == 'sum_currency' and self._fields[name].currency_field == 'company_currency_id':
                return super()._read_group_select(f'{name}:sum', query)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        # PostgreSQL adds up one grouping with all its processes, several groupings with one: seconds for a million.
        specs = list(dict.fromkeys(spec for groupby in grouping_sets for spec in groupby))
        merges = [MERGE.get(aggregate.rpartition(':')[2]) for aggregate in aggregates]
        if order or len(grouping_sets) < 2 or None in merges or any(
                self._fields[spec.split(':')[0].split('.')[0]].type == 'many2many' for spec in specs):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        rows = self._read_group(domain, specs, aggregates)
        return [self._merge_groups(rows, [specs.index(spec) for spec in groupby], len(specs), merges)
                for groupby in grouping_sets]

    @api.model
    def _merge_groups(self, rows, positions, width, merges):
        """Return the rows of a coarser grouping.

        :param list positions: which of the values that `rows` are grouped by stay
        :param int width: how many values `rows` are grouped by; aggregates follow
        :param merges: the function that merges two aggregates, for each
        """
        merged = {}
        for row in rows:
            key, values = tuple(row[position] for position in positions), row[width:]
            if key in merged:
                values = [merge(left, right) for merge, left, right in zip(merges, merged[key], values)]
            merged[key] = values

        def sorting(key):  # as in SQL: records by id, what is empty last
            return [(not value, value.id if isinstance(value, models.BaseModel) else value or 0) for value in key]

        return [(*key, *merged[key]) for key in sorted(merged, key=sorting)]
