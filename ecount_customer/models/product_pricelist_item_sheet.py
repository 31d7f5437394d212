"""Special prices in Excel: one row a rule, all or nothing."""

import io
from collections import defaultdict
from datetime import date, datetime, time

import openpyxl
import pytz

from odoo import api, fields, models
from odoo.fields import Domain

COLUMNS = ('customer', 'group', 'product', 'uom', 'min_quantity', 'price', 'discount', 'date_start', 'date_end')


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    @api.model
    def _get_sheet_labels(self):
        return {
            'customer': self.env._("Customer code"),
            'group': self.env._("Group code"),
            'product': self.env._("Product code"),
            'uom': self.env._("Unit"),
            'min_quantity': self.env._("Minimum quantity"),
            'price': self.env._("Price"),
            'discount': self.env._("Discount %"),
            'date_start': self.env._("Valid from"),
            'date_end': self.env._("Valid until"),
        }

    # === OUT === #

    def export_price_sheet(self):
        """Return the special prices among these rules as an Excel file; formulas and categories are left out.

        :return: content of an .xlsx file, which `import_price_sheet` reads unchanged
        :rtype: bytes
        """
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self.env._("Special prices"))
        labels = self._get_sheet_labels()
        sheet.append([labels[name] for name in COLUMNS])
        for item in self:
            if item.is_special_price and item.compute_price != 'formula' and item.product_tmpl_id:
                sheet.append(item._get_sheet_row())
        content = io.BytesIO()
        book.save(content)
        return content.getvalue()

    def _get_sheet_row(self):
        product = self.product_id or self.product_tmpl_id
        return [
            self._quote_formula(self.partner_id.ref or self.partner_id.complete_name),
            self._quote_formula(self.customer_group_id.code or self.customer_group_id.complete_name),
            self._quote_formula(product.default_code or product.display_name), product.uom_id.name,
            self.min_quantity or None,
            self.fixed_price if self.compute_price == 'fixed' else None,
            self.percent_price if self.compute_price == 'percentage' else None,
            self._to_local_day(self.date_start), self._to_local_day(self.date_end),
        ]

    @api.model
    def _quote_formula(self, text):
        # A text that a spreadsheet would run as a formula.
        return f"'{text}" if text and text[0] in '=+-@' else text or None

    @api.model
    def _to_local_day(self, moment):
        return fields.Datetime.context_timestamp(self, moment).date() if moment else None

    # === IN === #

    @api.model
    def import_price_sheet(self, content):
        """Create and change special prices from an Excel file: all rows or none.

        A rule is found by owner, product, minimum quantity and first day; its price, kind and last day are replaced.

        :param bytes content: of an .xlsx file whose first row has the labels of `export_price_sheet`
        :return: `{'created', 'changed', 'unchanged': numbers, 'errors': [(row, column label, value, reason)]}`;
            with errors nothing is written
        :rtype: dict
        """
        rows, errors = self._read_price_sheet(content)
        unreadable = {error[0] for error in errors}
        # What else is wrong is said at once, not after the next upload.
        errors += self._resolve_price_rows([row for row in rows if row['row'] not in unreadable])
        result = dict.fromkeys(('created', 'changed', 'unchanged'), 0)
        if not errors:
            to_create, to_write, result['unchanged'], errors = self._match_price_rows(rows)
        if errors:
            return {**dict.fromkeys(result, 0), 'errors': sorted(errors)}
        result['created'], result['changed'] = len(to_create), len(to_write)
        self.create(to_create)
        before = {item: item._describe_for_history() for item, _vals in to_write}
        for item, vals in to_write:
            item.with_context(ecount_no_price_history=True).write(vals)
        self._log_price_changes(before)
        return {**result, 'errors': []}

    @api.model
    def _read_price_sheet(self, content):
        """Read the cells into dicts by column name; complain about the file, headers and types.

        :return: rows and errors
        :rtype: tuple[list[dict], list[tuple]]
        """
        labels = self._get_sheet_labels()
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            lines = list(book.worksheets[0].iter_rows(values_only=True))
        except Exception:  # whatever a broken file makes openpyxl raise
            return [], [(0, '', '', self.env._("This is no Excel file (.xlsx)."))]
        names = {name: name for name in COLUMNS}
        for language, _name in self.env['res.lang'].get_installed():  # the file may be a colleague's
            translated = self.with_context(lang=language)._get_sheet_labels()
            names.update((label.casefold(), name) for name, label in translated.items())
        header = [names.get(str(cell or '').strip().casefold()) for cell in (lines or [()])[0]]
        if 'product' not in header or not {'customer', 'group'} & set(header):
            return [], [(1, '', '', self.env._(
                "The first row must name the columns: %s.", ", ".join(labels.values())))]
        rows, errors = [], []
        for number, line in enumerate(lines[1:], start=2):
            if any(cell not in (None, '') for cell in line):
                row = {'row': number}
                for name, cell in zip(header, line):
                    if name:
                        row[name] = self._read_price_cell(name, cell, errors, number)
                rows.append(row)
        return rows, errors

    @api.model
    def _read_price_cell(self, name, cell, errors, number):
        label = self._get_sheet_labels()[name]
        if isinstance(cell, str):
            cell = cell.strip().removeprefix("'")
        if cell in (None, ''):
            return None
        if name in ('min_quantity', 'price', 'discount'):
            try:
                value = float(cell.replace(',', '') if isinstance(cell, str) else cell)
            except (TypeError, ValueError):
                errors.append((number, label, str(cell), self.env._("This is no number.")))
                return None
            if value < 0 and name != 'discount':
                errors.append((number, label, str(cell), self.env._("A negative number is not allowed.")))
            return value
        if name in ('date_start', 'date_end'):
            return self._read_price_day(name, cell, errors, number)
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)

    @api.model
    def _read_price_day(self, name, cell, errors, number):
        """Return the beginning or end of a day of the user, in UTC."""
        day = cell.date() if isinstance(cell, datetime) else cell
        if not isinstance(day, date):
            try:
                day = date.fromisoformat(str(cell))
            except ValueError:
                errors.append((number, self._get_sheet_labels()[name], str(cell), self.env._(
                    "This is no date. Write it as 2026-12-31, or let Excel format the cell as a date.")))
                return None
        zone = pytz.timezone(self.env.user.tz or 'UTC')
        moment = datetime.combine(day, time(0, 0) if name == 'date_start' else time(23, 59, 59))
        return zone.localize(moment).astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _resolve_price_rows(self, rows):
        """Replace codes by records, in place, with a query or two for each kind of code; return the errors."""
        labels, errors = self._get_sheet_labels(), []
        records = {
            name: self._find_price_records(name, {row.get(name) for row in rows} - {None})
            for name in ('customer', 'group', 'product')}
        for row in rows:
            for name, found in records.items():
                code = row.get(name)
                record = row[name] = found[code.strip().casefold()] if code else None
                if code and len(record) != 1:
                    reason = self.env._("Several records have this code or name.") if record else self.env._(
                        "There is no such code or name.")
                    errors.append((row['row'], labels[name], code, reason))
            if bool(row['customer']) == bool(row['group']) and not (errors and errors[-1][0] == row['row']):
                errors.append((row['row'], labels['customer'], '', self.env._("Name a customer or a group, not both.")))
            if row['product'] is None:
                errors.append((row['row'], labels['product'], '', self.env._("The product is missing.")))
            elif len(row['product']) == 1:
                self._check_price_row(row, labels, errors)
        return errors

    @api.model
    def _find_price_records(self, name, texts):
        """Return the records that codes, or the names of what has no code, stand for.

        :param str name: column of the sheet
        :param set texts: its cells
        :return: records by text, casefolded; several where a text does not say which one
        :rtype: dict
        """
        model, field = {
            'customer': ('res.partner', 'ref'), 'group': ('ecount.customer.group', 'code'),
            'product': ('product.product', 'default_code')}[name]
        found = defaultdict(self.env[model].browse)
        for record in self.env[model].search(Domain(field, 'in', list(texts))):
            found[record[field].strip().casefold()] |= record
        if name == 'customer':
            for code, partners in found.items():
                found[code] = partners.filtered(lambda partner: not partner.parent_id) or partners
        for text, record in self._find_price_records_by_name(
                name, {text for text in texts if text.strip().casefold() not in found}):
            key = text.strip().casefold()
            if found[key]._name != record._name and found[key]:
                record = record.product_variant_ids  # a product and one with variants have the same name
            found[key] = found[key] | record if found[key] else record
        return found

    @api.model
    def _find_price_records_by_name(self, name, texts):
        """Yield pairs of a text and a record that `export_price_sheet` names so, or that had it as code once."""
        if not texts:
            return
        if name == 'customer':
            for former in self.env['ecount.former.code'].search([('name', 'in', list(texts))]):
                yield former.name, former.partner_id
            for partner in self.env['res.partner'].search([('complete_name', 'in', list(texts))]):
                yield partner.complete_name, partner
        elif name == 'group':
            # Their full names are computed; there are few.
            for group in self.env['ecount.customer.group'].search([]):  # pylint: disable=no-search-all
                yield group.complete_name, group
        else:
            # A variant is named with its attributes behind.
            names = texts | {text.rpartition(' (')[0] for text in texts}
            products = self.env['product.product'].search([('name', 'in', list(names - {''}))])
            for product in products:
                yield product.display_name, product
            # A product with variants has no code of its own: its name means all of them.
            for template in products.product_tmpl_id:
                if len(template.product_variant_ids) > 1:
                    yield template.display_name, template

    @api.model
    def _check_price_row(self, row, labels, errors):
        if (row.get('price') is None) == (row.get('discount') is None):
            errors.append((row['row'], labels['price'], '', self.env._("Give a price or a discount, not both.")))
        start, end = row.get('date_start'), row.get('date_end')
        if start and end and start >= end:
            errors.append((
                row['row'], labels['date_end'], str(self._to_local_day(end)), self.env._("It ends before it starts.")))
        product, unit = row['product'], row.get('uom')
        if unit and unit.casefold() != product.uom_id.name.casefold():
            uom = (product.uom_ids | product.uom_id.related_uom_ids | self.env['uom.uom'].search(
                [('name', '=ilike', unit)])).filtered(lambda uom: uom.name.casefold() == unit.casefold())[:1]
            if not uom or not uom._has_common_reference(product.uom_id):
                errors.append((row['row'], labels['uom'], unit, self.env._(
                    "%(product)s is not sold in this unit; its unit is %(unit)s.",
                    product=product.display_name, unit=product.uom_id.name)))
                return
            # A rule is in the product's own unit.
            if row.get('price') is not None:
                row['price'] = uom._compute_price(row['price'], product.uom_id)
            row['min_quantity'] = uom._compute_quantity(row.get('min_quantity') or 0.0, product.uom_id, round=False)

    @api.model
    def _get_price_target(self, product):
        """Return what a price is written for: the product, or its template where it has no other variant."""
        if product._name == 'product.template':
            return product
        template = product.product_tmpl_id
        return template if len(template.product_variant_ids) == 1 else product

    @api.model
    def _match_price_rows(self, rows):
        """Find the rule of each row; complain about duplicates and overlapping validity.

        :return: values to create, pairs of rule and values to write, number of unchanged rows, errors
        """
        labels = self._get_sheet_labels()
        owners = {row['customer'] or row['group'] for row in rows}
        existing = defaultdict(self.browse)
        if owners:
            for item in self.search(self._get_special_prices_domain(list(owners))):
                target = self._get_price_target(item.product_id) if item.product_id else item.product_tmpl_id
                existing[item._get_owner(), target, item.min_quantity] |= item
        to_create, to_write, unchanged, errors = [], [], 0, []
        matches = {row['row']: self._match_price_row(row, existing) for row in rows}
        # What a row changes is judged by what the row says: the old price ends in one row, the new begins in another.
        matched = {rule.id for _key, rule in matches.values()}
        seen = defaultdict(list)
        for row in rows:
            key, rule = matches[row['row']]
            start, end = row.get('date_start') or False, row.get('date_end') or False
            if rule:
                # The sheet knows days only: a rule that begins or ends in the middle of one stays as it is.
                start = rule.date_start
                end = rule.date_end if self._to_local_day(rule.date_end) == self._to_local_day(end) else end
            others = [(item.date_start, item.date_end, self.env._("a price that exists"))
                      for item in existing[key] if item.id not in matched]
            for other_start, other_end, where in [*others, *seen[key]]:
                if (not start or not other_end or start <= other_end) and (
                        not end or not other_start or other_start <= end):
                    errors.append((row['row'], labels['date_start'], str(self._to_local_day(start) or ''), self.env._(
                        "The same customer, product and quantity on a common day as %s.", where)))
                    break
            seen[key].append((start, end, self.env._("row %s", row['row'])))
            vals = {
                'compute_price': 'fixed' if row.get('price') is not None else 'percentage',
                'fixed_price': row.get('price') or 0.0, 'percent_price': row.get('discount') or 0.0, 'date_end': end,
            }
            if not rule:
                owner = 'partner_id' if row['customer'] else 'customer_group_id'
                record, target, quantity = key
                to_create.append({
                    **vals, owner: record.id, 'min_quantity': quantity, 'date_start': start,
                    'product_id' if target._name == 'product.product' else 'product_tmpl_id': target.id})
            elif any(rule[name] != value for name, value in vals.items()):
                to_write.append((rule, vals))
            else:
                unchanged += 1
        return to_create, to_write, unchanged, errors

    @api.model
    def _match_price_row(self, row, existing):
        """Return what the row is for, and the rule that it changes, if any: the one that begins on the same day.

        :param dict existing: rules by owner, product or template, and minimum quantity
        """
        key = row['customer'] or row['group'], self._get_price_target(row['product']), row.get('min_quantity') or 0.0
        day = self._to_local_day(row.get('date_start') or False)
        return key, existing[key].filtered(lambda item: self._to_local_day(item.date_start) == day)[:1]
