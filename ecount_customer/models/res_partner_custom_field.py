"""Own fields on the screens of customers."""

from lxml.builder import E

from odoo import api, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        result = super().fields_get(allfields, attributes)
        for name in self.env['ecount.custom.field']._get_hidden_names():
            result.pop(name, None)
        return result

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        # Added here and not in view records: no record is to be edited, upgraded or repaired when a field changes.
        arch, view = super()._get_view(view_id, view_type, **options)
        # A worker that has not yet followed a change lacks the newest field.
        slots = [slot for slot in self.env['ecount.custom.field']._get_slots() if slot['name'] in self._fields]
        if slots:
            add = getattr(self, f'_add_own_fields_to_{view.type}', None)
            if add:
                add(arch, slots)
        return arch, view

    def _add_own_fields_to_form(self, arch, slots):
        """Add a page with the own fields to a form with pages."""
        notebook = arch.find('.//notebook')
        if notebook is None:
            return
        page = self._get_own_fields_page(notebook)
        half = (len(slots) + 1) // 2
        page.insert(0, E.group(
            *(E.group(*(E.field(name=slot['name']) for slot in part)) for part in (slots[:half], slots[half:]) if part),
        ))

    def _get_own_fields_page(self, notebook):
        """Return the page of own fields, made when missing; after those for customers, before the native ones."""
        page = notebook.find("page[@name='own_fields']")
        if page is None:
            page = E.page(name='own_fields', string=self.env._("Additional items"),
                          invisible="parent_id and not is_company")
            before = next((
                node for name in ('special_prices', 'contact_addresses')
                if (node := notebook.find(f"page[@name='{name}']")) is not None
            ), None)
            if before is None:
                notebook.append(page)
            else:
                before.addnext(page)
        return page

    def _add_own_fields_to_list(self, arch, slots):
        for slot in slots:
            if slot['show_in_list']:
                arch.append(E.field(name=slot['name'], optional='show'))

    def _add_own_fields_to_kanban(self, arch, slots):
        card = arch.find(".//t[@t-name='card']")
        if card is None:
            return
        main = card.find('main')
        parent = card if main is None else main
        footer = parent.find('footer')
        for slot in slots:
            if slot['show_in_kanban']:
                node = E.div(
                    E.span(slot['label'] + ": ", {'class': 'text-muted'}), E.field(name=slot['name']),
                    {'class': 'o_ecount_own_field small', 't-if': f"record.{slot['name']}.raw_value"},
                )
                if footer is None:
                    parent.append(node)
                else:
                    footer.addprevious(node)

    def _add_own_fields_to_search(self, arch, slots):
        """Add each searchable own field to the search box, and as a filter or grouping where its type has one."""
        last_field = arch.findall('field')[-1:]
        group = arch.find('group')
        if group is None:
            group = E.group()
            arch.append(group)
        for slot in slots:
            if not slot['searchable']:
                continue
            name, label = slot['name'], slot['label']
            node = E.field(name=name)
            if last_field:
                last_field[0].addnext(node)
                last_field = [node]
            else:
                arch.insert(0, node)
            if slot['field_type'] == 'boolean':
                group.addprevious(E.separator())
                group.addprevious(E.filter(name=name, string=label, domain=f"[('{name}', '=', True)]"))
            elif slot['field_type'] == 'date':
                group.addprevious(E.separator())
                group.addprevious(E.filter(name=name, string=label, date=name))
            if slot['field_type'] != 'text':
                group.append(E.filter(name=f'group_by_{name}', string=label, context=f"{{'group_by': '{name}'}}"))
