"""Customer groups on the lists and reports of documents: group by each root and level, and the tree beside them."""

from lxml import etree

from odoo import api, models
from odoo.tools import SQL

from .customer_group_mixin_level import DIMENSIONS

VIEW_TYPES = 'list,kanban,pivot,graph'


class CustomerGroupMixin(models.AbstractModel):
    _inherit = 'ecount.customer.group.mixin'

    @api.model
    def _get_dimension_labels(self):
        """Return the labels of the fields that can be grouped by, by their names.

        Level 2 is left out where it is the deepest: it is the customer's own group then.

        :rtype: dict[str, str]
        """
        labels = {}
        dimensions = self.env['ecount.customer.group']._get_dimensions()
        names = self.env['ecount.customer.group'].sudo().browse(root_id for root_id, _depth in dimensions)
        for name, (slot, level) in DIMENSIONS.items():
            if slot > len(dimensions):
                continue
            root, depth = names[slot - 1].name, dimensions[slot - 1][1]
            if not level:
                labels[name] = root
            elif level < depth:
                labels[name] = self.env._("%(grouping)s: level %(level)s", grouping=root, level=level)
        return labels

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        if names := DIMENSIONS.keys() & result.keys():
            labels = self._get_dimension_labels()
            for name in names:
                if name not in labels:
                    del result[name]
                elif 'string' in result[name]:
                    result[name]['string'] = labels[name]
        return result

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.company.id) if view_type == 'search' else key  # companies may have roots of their own

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        # Views that search by group; a view of journal entries does not.
        if view_type == 'search' and arch.xpath("//field[@name='customer_group_ids']"):
            self._add_customer_groups_to_search(arch)
        return arch, view

    @api.model
    def _add_customer_groups_to_search(self, arch):
        """Add a way of grouping for each root and level, and the tree of groups, to the arch of a search view."""
        labels = self._get_dimension_labels()
        if not labels:
            return
        grouped = arch.xpath("//filter[contains(@context, 'group_by')]")
        place = grouped[-1].getparent() if grouped else arch
        place.append(etree.Element('separator'))
        for name in sorted(labels, key=lambda name: (DIMENSIONS[name][0], DIMENSIONS[name][1] or 0)):
            place.append(etree.Element(
                'filter', name=f'group_by_{name}', string=labels[name], context=str({'group_by': name})))
        if not arch.xpath('//searchpanel'):
            panel = etree.SubElement(
                arch, 'searchpanel', {'class': 'o_ecount_customer_group_panel', 'view_types': VIEW_TYPES})
            etree.SubElement(
                panel, 'field', name='customer_group_id', icon='fa-sitemap', string=self.env._("Groups"))

    @api.model
    def search_panel_select_range(self, field_name, **kwargs):
        if field_name != 'customer_group_id':
            return super().search_panel_select_range(field_name, **kwargs)
        counts = {}
        if kwargs.get('enable_counters'):
            query = self._search([
                *(kwargs.get('search_domain') or []), *(kwargs.get('filter_domain') or []),
            ])
            partner = self._field_to_sql(self._table, 'partner_id', query)
            counts = dict(self.env.execute_query(SQL(
                "SELECT rel.group_id, SUM(document.number)::int FROM (%s) document"
                " JOIN ecount_customer_group_partner_rel rel ON rel.partner_id = document.partner_id"
                " GROUP BY rel.group_id",
                SQL("%s GROUP BY 1", query.select(SQL("%s AS partner_id", partner), SQL("COUNT(*) AS number"))),
            )))
        return self.env['ecount.customer.group']._get_search_panel_values(counts, **kwargs)
