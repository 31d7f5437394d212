"""Fields without a column that lists sort and group by: what they are read from is joined to the query."""

from odoo import api, fields, models
from odoo.tools import Query

_QUERY = 'ecount_joined_field_query'


class _JoinedField:
    """`to_sql` is not told the query; the two methods that sort and group by a field tell it by the context.

    On the field rather than in `_field_to_sql`, which is asked for each column of each record that is read.
    """

    def to_sql(self, model, alias):
        query = model.env.context.get(_QUERY)
        if not isinstance(query, Query):
            return super().to_sql(model, alias)  # refuses what is not stored
        return model._join_field(self.name, alias, query)


class JoinedDate(_JoinedField, fields.Date):
    """A day that `_join_field` of its model joins."""


class JoinedMany2one(_JoinedField, fields.Many2one):
    """A record that `_join_field` of its model joins."""


class JoinedFieldMixin(models.AbstractModel):
    _name = 'ecount.joined.field.mixin'
    _description = "Sorts and groups by fields without a column"

    @api.model
    def _join_field(self, name, alias, query):
        """Join what a field is read from to a query, and return the field's value.

        :param str name: of the field
        :param str alias: of this model in the query
        :param Query query: what is joined to
        :rtype: SQL
        :raise ValueError: where the field means nothing at present
        """
        raise ValueError(f"{self._name}: nothing to join for {name}")

    def _read_group_groupby(self, alias, groupby_spec, query):
        name = groupby_spec.partition(':')[0]
        return super(JoinedFieldMixin, self._with_joined_query(name, query))._read_group_groupby(
            alias, groupby_spec, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        return super(JoinedFieldMixin, self._with_joined_query(field_name, query))._order_field_to_sql(
            alias, field_name, direction, nulls, query)

    def _with_joined_query(self, name, query):
        return self.with_context(**{_QUERY: query}) if isinstance(self._fields.get(name), _JoinedField) else self
