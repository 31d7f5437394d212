"""The wide sheet: products down, price groups across, each cell the price of a product in a pricelist."""

import io
from collections import Counter

import openpyxl

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ProductPricelist(models.Model):
    _inherit = 'product.pricelist'

    @api.model
    def _get_wide_sheet_rules(self, pricelists, templates=None):
        """The fixed prices of whole products without minimum quantity and dates: what a cell holds.

        :return: `{(pricelist, product.template): rule}`
        """
        domain = (
            Domain('pricelist_id', 'in', pricelists.ids) & Domain('compute_price', '=', 'fixed')
            & Domain('applied_on', '=', '1_product') & Domain('min_quantity', '=', 0)
            & Domain('date_start', '=', False) & Domain('date_end', '=', False)
        )
        if templates is not None:
            domain &= Domain('product_tmpl_id', 'in', templates.ids)
        return {(rule.pricelist_id, rule.product_tmpl_id): rule
                for rule in self.env['product.pricelist.item'].search(domain)}

    def export_wide_sheet(self):
        """Return the prices of all products with a code in these pricelists as an Excel file.

        :return: content of an .xlsx file, which `import_wide_sheet` reads unchanged
        :rtype: bytes
        """
        rules = self._get_wide_sheet_rules(self)
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self.env._("Price groups"))
        sheet.append([self.env._("Product code"), self.env._("Product"), self.env._("Standard price"),
                      *self.mapped('name')])
        for template in self.env['product.template'].search(
                [('sale_ok', '=', True), ('default_code', '!=', False)], order='default_code'):
            sheet.append([template.default_code, template.name, template.list_price, *(
                rules[pricelist, template].fixed_price if (pricelist, template) in rules else None
                for pricelist in self)])
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    @api.model
    def import_wide_sheet(self, content):
        """Write the cells of a wide sheet into the pricelists named in its first row: all cells or none.

        An empty cell leaves the price as it is.

        :param bytes content: of an .xlsx file; the first column holds product codes, the first row pricelist names
        :return: as `product.pricelist.item.import_price_sheet`
        """
        Item = self.env['product.pricelist.item']
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            lines = list(book.worksheets[0].iter_rows(values_only=True))
        except Exception:  # whatever a broken file makes openpyxl raise
            raise UserError(self.env._("This is no Excel file (.xlsx)."))
        names = [str(cell or '').strip() for cell in (lines or [('',)])[0]]
        columns, errors = self._read_wide_sheet_header(names)
        codes = [str(line[0]).strip() if line and line[0] is not None else '' for line in lines[1:]]
        templates = {template.default_code: template for template in self.env['product.template'].search(
            [('default_code', 'in', codes)])}
        twice = {code for code, count in Counter(codes).items() if code and count > 1}
        cells = {}
        for number, (code, line) in enumerate(zip(codes, lines[1:]), start=2):
            if not code:
                continue
            if code not in templates or code in twice:
                errors.append((number, names[0], code, self.env._("This code stands in several rows.")
                               if code in twice else self.env._("There is no such code.")))
                continue
            for place, pricelist in columns.items():
                # Rows end with their last cell that is filled.
                cell = line[place] if place < len(line) else None
                value = Item._read_price_cell('price', cell, cell_errors := [], number)
                errors += [(number, pricelist.name, *error[2:]) for error in cell_errors]
                if value is not None:
                    cells[pricelist, templates[code]] = value
        if errors:
            return {'created': 0, 'changed': 0, 'unchanged': 0, 'errors': sorted(errors)}
        return {**self._write_wide_sheet(cells), 'errors': []}

    @api.model
    def _read_wide_sheet_header(self, names):
        """Find the pricelists that the first row of a wide sheet names.

        :return: `{place of the column: product.pricelist}` and errors
        """
        pricelists = self.search([('name', 'in', names)]).grouped('name')
        columns, errors, no_prices = {}, [], {''}
        for language, _name in self.env['res.lang'].get_installed():  # the file may be a colleague's
            env = self.with_context(lang=language).env
            no_prices |= {env._("Product"), env._("Standard price")}
        for place, name in enumerate(names[1:], start=1):
            if name in no_prices:
                continue
            if name not in pricelists:
                errors.append((1, name, name, self.env._("There is no pricelist of this name.")))
            elif len(pricelists[name]) > 1 or pricelists[name] in columns.values():
                errors.append((1, name, name, self.env._("Several pricelists or columns have this name.")))
            else:
                columns[place] = pricelists[name]
        if not columns and not errors:
            errors.append((1, '', '', self.env._(
                "The first row must name the columns: %s.",
                ", ".join([self.env._("Product code"), *self.search([], limit=3).mapped('name')]))))
        return columns, errors

    @api.model
    def _write_wide_sheet(self, cells):
        """Create and change the rules of the cells.

        :param dict cells: `{(pricelist, product.template): price}`
        """
        rules = self._get_wide_sheet_rules(
            self.concat(*{pricelist for pricelist, _template in cells}),
            self.env['product.template'].concat(*{template for _pricelist, template in cells}))
        changed = [(rules[cell], price) for cell, price in cells.items()
                   if cell in rules and rules[cell].fixed_price != price]
        created = self.env['product.pricelist.item'].create([{
            'pricelist_id': pricelist.id, 'product_tmpl_id': template.id, 'compute_price': 'fixed',
            'fixed_price': price,
        } for (pricelist, template), price in cells.items() if (pricelist, template) not in rules])
        for rule, price in changed:
            rule.fixed_price = price
        return {'created': len(created), 'changed': len(changed),
                'unchanged': len(cells) - len(created) - len(changed)}
