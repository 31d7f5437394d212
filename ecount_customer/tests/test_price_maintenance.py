"""Maintenance of special prices: raise, copy, end, ask, type, Excel."""

import base64
import io
from datetime import datetime

import openpyxl
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import EcountCommon

HEADER = ["Customer code", "Group code", "Product code", "Unit", "Minimum quantity", "Price", "Discount %",
          "Valid from", "Valid until"]


def make_sheet(*rows, header=HEADER):
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@tagged('post_install', '-at_install')
class TestPriceMaintenance(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.unlink(cls.env.ref('product.group_product_pricelist').id)]})
        cls.product = cls._create_product(default_code='F1')
        cls.rice = cls._create_product("Rice", 10, default_code='R1')
        cls.customer = cls._create_customer("Fresh Mart", cls.gold, ref='00042')
        cls.other = cls._create_customer("Big C", ref='00043')
        cls.gold.code = 'GOLD'

    def _import(self, *rows, **kwargs):
        return self.Rule.import_price_sheet(make_sheet(*rows, **kwargs))

    def _get_rules(self, owner=None):
        owner = owner or self.customer
        field = 'partner_id' if owner._name == 'res.partner' else 'customer_group_id'
        return self.Rule.search([(field, '=', owner.id)], order='id')

    # --- raise or lower ---

    def test_prices_are_raised_by_percent_and_rounded_to_a_step(self):
        rules = self.Rule.concat(*(self._create_special_price(self.customer, price, self.product, min_quantity=quantity)
                                   for quantity, price in ((0, 80), (10, 77.77), (20, 3))))
        for step, expected in (('0', [84, 81.6585, 3.15]), ('0.05', [84, 81.65, 3.15]), ('1', [84, 82, 3]),
                               ('10', [80, 80, 0])):
            with self.subTest(step=step):
                prices = rules.get_changed_prices('percent', 5, float(step))
                for rule, price in zip(rules, expected):
                    self.assertAlmostEqual(prices[rule], price)
        wizard = Form(self.env['ecount.price.change'].with_context(default_item_ids=rules.ids))
        wizard.value = 5
        wizard.step = '1'
        wizard = wizard.save()
        self.assertEqual(sorted(wizard.line_ids.mapped('new_price')), [3, 82, 84])
        self.assertEqual(rules.mapped('fixed_price'), [80, 77.77, 3], "the preview writes nothing")
        wizard.action_apply()
        self.assertEqual(rules.mapped('fixed_price'), [84, 82, 3])

    def test_percentages_are_left_out_of_a_raise(self):
        rules = self._create_special_price(self.customer, 80, self.product) + self._create_special_price(
            self.customer, 0, self.rice, compute_price='percentage', percent_price=10)
        wizard = self.env['ecount.price.change'].create({'item_ids': rules.ids, 'method': 'amount', 'value': -5})
        self.assertEqual((wizard.line_ids.mapped('new_price'), wizard.left_out_count), ([75], 1))
        wizard.action_apply()
        self.assertEqual((rules[0].fixed_price, rules[1].percent_price), (75, 10))

    def test_a_price_does_not_become_negative(self):
        rules = self._create_special_price(self.customer, 80, self.product) + self._create_special_price(
            self.customer, 4, self.rice)
        with self.assertRaisesRegex(UserError, "Rice"):
            rules.set_prices(rules.get_changed_prices('amount', -5))
        self.assertEqual(rules.mapped('fixed_price'), [80, 4])

    # --- end ---

    def test_prices_end_with_the_last_day(self):
        price = self._create_special_price(self.customer, 80, self.product)
        soon = self._create_special_price(self.customer, 9, self.rice, date_end='2025-01-31 00:00:00')
        self.env.user.tz = 'Asia/Bangkok'
        self.env['ecount.price.end'].create({
            'item_ids': (price + soon).ids, 'date': '2025-06-30'}).action_apply()
        self.assertEqual(price.date_end, datetime(2025, 6, 30, 16, 59, 59))
        self.assertEqual(soon.date_end, datetime(2025, 1, 31), "ends earlier already")

    def test_a_price_that_begins_later_cannot_end_before(self):
        price = self._create_special_price(self.customer, 80, self.product, date_start='2025-07-01 00:00:00')
        with self.assertRaisesRegex(UserError, "Fresh Mart: .*Fish sauce"):
            price.end_prices(datetime(2025, 6, 30))

    # --- copy ---

    def test_prices_are_copied_and_conflicts_kept_or_replaced(self):
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(self.customer, 70, self.product, min_quantity=10)
        self._create_special_price(self.customer, 5, self.rice, date_end='2020-01-01 00:00:00')  # expired
        self._create_special_price(self.other, 88, self.product)
        copy = self.env['ecount.price.copy']
        values = {'source_partner_id': self.customer.id, 'partner_ids': self.other.ids, 'group_ids': self.south.ids}
        copy.create(values).action_apply()
        self.assertEqual(sorted(self._get_rules(self.other).mapped('fixed_price')), [70, 88])
        self.assertEqual(sorted(self._get_rules(self.south).mapped('fixed_price')), [70, 80])
        copy.create({**values, 'conflict': 'replace'}).action_apply()
        self.assertEqual(sorted(self._get_rules(self.other).mapped('fixed_price')), [70, 80])
        self.assertEqual(len(self._get_rules(self.customer)), 3, "the source stays")

    def test_copying_needs_one_source_and_another_target(self):
        for values in ({}, {'source_partner_id': self.customer.id},
                       {'source_partner_id': self.customer.id, 'partner_ids': self.customer.ids},
                       {'source_partner_id': self.customer.id, 'source_group_id': self.gold.id,
                        'partner_ids': self.other.ids}):
            with self.assertRaises(UserError):
                self.env['ecount.price.copy'].create(values).action_apply()

    # --- which price would they get ---

    def test_the_price_is_answered_without_an_order(self):
        self._create_special_price(self.gold, 85, self.product)
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        orders = self.env['sale.order'].search_count([])
        wizard = self.env['ecount.price.check'].create({
            'partner_id': self.customer.id, 'product_id': self.product.id, 'quantity': 10})
        self.assertEqual(wizard.price, 80)
        self.assertIn("Fresh Mart", wizard.explanation)
        self.assertIn("85.00", wizard.ladder)
        wizard.quantity = 9
        self.assertEqual(wizard.price, 85)
        self.assertEqual(self.env['sale.order'].search_count([]), orders)

    # --- the screen of customers × products ---

    def test_a_price_typed_on_the_screen_is_the_price(self):
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            self.assertEqual((line.native_price, line.special_price), (100, 0))
            line.special_price = 80
        sheet.save().action_save()
        self.assertEqual(self._get_rules().mapped('fixed_price'), [80])
        self.assertEqual(self._create_order(self.customer, self.product).order_line.price_unit, 80)
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.only_special = True
        with sheet.line_ids.edit(0) as line:
            self.assertEqual(line.special_price, 80)
            line.special_price = 78
        sheet.save().action_save()
        self.assertEqual(self._get_rules().mapped('fixed_price'), [78], "changed, not added")
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            line.special_price = 0
        sheet.save().action_save()
        self.assertFalse(self._get_rules())

    def test_the_screen_serves_groups(self):
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.customer_group_id = self.gold
        sheet.product_search = 'F1'
        with sheet.line_ids.edit(0) as line:
            line.special_price = 85
        sheet.save().action_save()
        self.assertEqual(self._get_rules(self.gold).mapped('fixed_price'), [85])

    def _type_price(self, product, **values):
        """Type values into the screen's line of a product, and save."""
        sheet = Form(self.env['ecount.price.sheet'])
        sheet.partner_id = self.customer
        sheet.product_search = product.name
        index = next(number for number, line in enumerate(sheet.line_ids._records) if line['product_id'] == product.id)
        with sheet.line_ids.edit(index) as line:
            for name, value in values.items():
                setattr(line, name, value)
        sheet.save().action_save()

    def _get_price_on(self, product, day):
        return self._create_order(self.customer, product, date_order=f'{day} 12:00:00').order_line.price_unit

    @freeze_time('2025-06-15 10:00:00')
    def test_a_price_that_begins_later_leaves_the_present_one_until_then(self):
        self._type_price(self.product, special_price=80)
        self._type_price(self.product, special_price=70, date_start=datetime(2025, 7, 1))
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-01')], [80, 70])
        # Another present price lasts until the next one begins.
        self._type_price(self.product, special_price=77, date_end=False)
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-01')], [77, 70])

    def test_a_price_says_whether_vat_is_in_it(self):
        taxes = self.env['account.tax'].create([
            {'name': f"7 % {kind}", 'amount': 7, 'price_include_override': f'tax_{kind}'}
            for kind in ('included', 'excluded')])
        rule = self._create_special_price(self.customer, 80, self.product)
        for tax, text in ((taxes[0], "VAT included"), (taxes[1], "VAT excluded"), (taxes[:0], '')):
            self.product.taxes_id = tax
            rule.invalidate_recordset(['vat'])
            self.assertEqual(rule.vat or '', text)

    @freeze_time('2025-06-15 10:00:00')
    def test_a_price_typed_before_a_future_one_ends_with_its_beginning(self):
        self._create_special_price(self.customer, 70, product_tmpl_id=self.product.product_tmpl_id.id,
                                   date_start='2025-07-01 00:00:00')
        self._type_price(self.product, special_price=80)
        self.assertEqual([self._get_price_on(self.product, day) for day in ('2025-06-20', '2025-07-02')], [80, 70])

    def test_the_price_of_one_variant_leaves_that_of_the_others(self):
        attribute = self.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': "Small"}), Command.create({'name': "Large"})]})
        tea = self.env['product.template'].create({'name': "Tea", 'list_price': 100, 'attribute_line_ids': [
            Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})]})
        small, large = tea.product_variant_ids
        self._create_special_price(self.customer, 77, product_tmpl_id=tea.id)
        self._type_price(large, special_price=88)
        self.assertEqual([self._get_price_on(product, '2025-06-20') for product in (small, large)], [77, 88])
        self._type_price(large, special_price=0)
        self.assertEqual(self._get_price_on(large, '2025-06-20'), 77)
        with self.assertRaisesRegex(UserError, "all variants"):
            self._type_price(large, special_price=0)

    # --- Excel ---

    def test_a_file_creates_and_changes_prices(self):
        self._create_special_price(self.customer, 80, self.product)
        result = self._import(
            ['00042', None, 'F1', None, None, 75, None, None, None],
            ['00042', None, 'F1', None, 10, 70, None, None, None],
            [None, 'GOLD', 'R1', None, None, None, 12, datetime(2025, 1, 1), datetime(2025, 12, 31)])
        self.assertEqual(result, {'created': 2, 'changed': 1, 'unchanged': 0, 'errors': []})
        self.assertEqual(sorted(self._get_rules().mapped('fixed_price')), [70, 75])
        rule = self._get_rules(self.gold)
        self.assertEqual((rule.compute_price, rule.percent_price), ('percentage', 12))

    def test_prices_that_begin_and_end_in_the_middle_of_a_day_come_back_unchanged(self):
        self.env.user.tz = 'Asia/Bangkok'
        self._create_special_price(self.customer, 80, self.product, date_end='2025-06-15 09:59:59')
        later = self._create_special_price(self.customer, 70, self.product, date_start='2025-06-15 10:00:00')
        content = self._get_rules().export_price_sheet()
        self.assertEqual(
            self.Rule.import_price_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 2, 'errors': []})
        result = self._import(['00042', None, 'F1', None, None, 75, None, datetime(2025, 6, 15), None])
        self.assertEqual((result['changed'], later.fixed_price, str(later.date_start)), (1, 75, '2025-06-15 10:00:00'))

    def test_the_download_uploaded_again_changes_nothing(self):
        self.env.user.tz = 'Asia/Bangkok'
        self._create_special_price(
            self.customer, 80, self.product, min_quantity=3, date_start='2024-12-31 17:00:00',
            date_end='2025-12-31 16:59:59')
        self._create_special_price(self.gold, 0, self.rice, compute_price='percentage', percent_price=12)
        content = (self._get_rules() + self._get_rules(self.gold)).export_price_sheet()
        row = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))[1]
        self.assertEqual(row[0], '00042', "leading zeros are kept")
        self.assertEqual((row[7].date().isoformat(), row[8].date().isoformat()), ('2025-01-01', '2025-12-31'))
        self.assertEqual(
            self.Rule.import_price_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 2, 'errors': []})

    def test_who_and_what_has_no_code_is_named(self):
        customer = self._create_customer("No Code Mart")
        address = self.Partner.create({'name': "Dock", 'type': 'delivery', 'parent_id': customer.id})
        group = self.Group.create({'name': "No code", 'parent_id': self.gold.parent_id.id})
        product = self._create_product(name="Loose tea", default_code=False)
        self.assertFalse(customer.ref or group.code or product.default_code)
        for owner in (customer, address, group):
            self._create_special_price(owner, 80, product)
        rules = self._get_rules(customer) + self._get_rules(address) + self._get_rules(group)
        self.assertEqual(len(rules), 3)
        content = rules.export_price_sheet()
        cells = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, max_col=3, values_only=True))
        self.assertEqual(cells, [
            ("No Code Mart", None, "Loose tea"), ("No Code Mart, Dock", None, "Loose tea"),
            (None, group.complete_name, "Loose tea")])
        self.assertEqual(
            self.Rule.import_price_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 3, 'errors': []})
        self._create_customer("No Code Mart")
        [error] = self.Rule.import_price_sheet((rules - self._get_rules(address) - self._get_rules(group)).export_price_sheet())['errors']
        self.assertEqual((error[0], error[2], error[3]), (2, "No Code Mart", "Several records have this code or name."))

    def test_a_former_code_means_the_customer_who_had_it(self):
        self.customer.ref = "00042-NEW"
        self.env.flush_all()
        self.assertEqual(self._import(['00042', None, 'F1', None, None, 75])['created'], 1)
        self.assertEqual(self._get_rules().fixed_price, 75)

    def test_another_unit_is_converted(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        dozen.active = True
        result = self._import(['00042', None, 'F1', dozen.name, 2, 960, None, None, None])
        self.assertFalse(result['errors'])
        rule = self._get_rules()
        self.assertEqual((rule.fixed_price, rule.min_quantity), (80, 24))

    def test_one_wrong_row_and_nothing_is_written(self):
        cases = [
            (['99999', None, 'F1', None, None, 75], "Customer code", "no such code"),
            ([None, 'NONE', 'F1', None, None, 75], "Group code", "no such code"),
            (['00042', None, 'NONE', None, None, 75], "Product code", "no such code"),
            (['00042', None, None, None, None, 75], "Product code", "missing"),
            (['00042', 'GOLD', 'F1', None, None, 75], "Customer code", "not both"),
            ([None, None, 'F1', None, None, 75], "Customer code", "Name a customer"),
            (['00042', None, 'F1', None, None, "cheap"], "Price", "no number"),
            (['00042', None, 'F1', None, None, -1], "Price", "negative"),
            (['00042', None, 'F1', None, None, None], "Price", "a price or a discount"),
            (['00042', None, 'F1', None, None, 75, 5], "Price", "not both"),
            (['00042', None, 'F1', None, "ten", 75], "Minimum quantity", "no number"),
            (['00042', None, 'F1', 'kg', None, 75], "Unit", "not sold in this unit"),
            (['00042', None, 'F1', None, None, 75, None, "soon"], "Valid from", "no date"),
            (['00042', None, 'F1', None, None, 75, None, '2025-02-01', '2025-01-01'], "Valid until", "before"),
        ]
        for row, column, reason in cases:
            with self.subTest(row=row):
                result = self._import(['00043', None, 'F1', None, None, 75], row)
                self.assertEqual([(error[0], error[1]) for error in result['errors']], [(3, column)])
                self.assertIn(reason, result['errors'][0][3])
                self.assertEqual((result['created'], len(self._get_rules(self.other))), (0, 0))

    def test_duplicate_and_overlapping_rows_are_refused(self):
        result = self._import(
            ['00042', None, 'F1', None, None, 75, None, '2025-01-01', '2025-06-30'],
            ['00042', None, 'F1', None, None, 76, None, '2025-06-30', None],
            ['00042', None, 'F1', None, 5, 70, None, '2025-06-30', None])
        self.assertEqual([error[0] for error in result['errors']], [3])
        self.assertIn("row 2", result['errors'][0][3])
        self._create_special_price(self.customer, 80, self.product, date_start='2025-03-01 00:00:00')
        result = self._import(['00042', None, 'F1', None, None, 75, None, '2025-05-01', None])
        self.assertIn("exists", result['errors'][0][3])

    def test_a_file_that_is_no_sheet_is_refused(self):
        self.assertIn("no Excel file", self.Rule.import_price_sheet(b"hello")['errors'][0][3])
        self.assertIn("first row", self._import(['x'], header=["Something"])['errors'][0][3])

    def test_the_dialog_gives_wrong_rows_back_with_reasons(self):
        wizard = self.env['ecount.price.import'].create({
            'file': base64.b64encode(make_sheet(['00042', None, 'F1', None, None, "cheap"]))})
        wizard.action_import()
        self.assertEqual(wizard.state, 'wrong')
        self.assertIn("Row 2, Price “cheap”", wizard.message)
        sheet = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.result_file))).active
        self.assertIn("no number", sheet.cell(2, 10).value)
        wizard.file = base64.b64encode(make_sheet(['00042', None, 'F1', None, None, 75]))
        wizard.action_import()
        self.assertEqual((wizard.state, self._get_rules().fixed_price), ('done', 75))

    def test_who_may_not_write_prices_cannot_upload_them(self):
        user = self._create_user('prices_reader', 'sales_team.group_sale_salesman_all_leads')
        with self.assertRaises(AccessError):
            self.Rule.with_user(user).import_price_sheet(make_sheet(['00042', None, 'F1', None, None, 75]))
        self.assertFalse(self._get_rules())

    # --- the wide sheet: products down, price groups across ---

    def _create_price_groups(self):
        self.env.ref('base.group_user').write(
            {'implied_ids': [Command.link(self.env.ref('product.group_product_pricelist').id)]})
        retail, wholesale = self.env['product.pricelist'].create([{'name': "Wide retail"}, {'name': "Wide wholesale"}])
        self.gold.pricelist_id, self.south.pricelist_id = wholesale, retail
        return retail, wholesale

    def test_a_wide_sheet_prices_the_groups(self):
        retail, wholesale = self._create_price_groups()
        header = ["Product code", "Wide retail", "Wide wholesale"]
        import_sheet = self.env['product.pricelist'].import_wide_sheet
        result = import_sheet(make_sheet(['F1', 95, 85], ['R1', None, 8], header=header))
        self.assertEqual(result, {'created': 3, 'changed': 0, 'unchanged': 0, 'errors': []})
        self.assertEqual(self._create_order(self.customer, self.product, self.rice).order_line.mapped('price_unit'),
                         [85, 8])
        result = import_sheet(make_sheet(['F1', 94, 85], ['R1', None, None], header=header))
        self.assertEqual(result, {'created': 0, 'changed': 1, 'unchanged': 1, 'errors': []})
        self.assertEqual(retail._get_product_price(self.product, 1), 94)
        content = (retail + wholesale).export_wide_sheet()
        self.assertEqual(import_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 3, 'errors': []})

    def test_a_wrong_cell_of_a_wide_sheet_and_nothing_is_written(self):
        retail, _wholesale = self._create_price_groups()
        result = self.env['product.pricelist'].import_wide_sheet(make_sheet(
            ['F1', 95, None], ['R1', "cheap", None], ['NONE', 5, None], ['F1', 94, None],
            header=["Product code", "Wide retail", "Unknown"]))
        self.assertEqual([error[:2] for error in result['errors']], [
            (1, "Unknown"), (2, "Product code"), (3, "Wide retail"), (4, "Product code"), (5, "Product code")])
        self.assertFalse(retail.item_ids)
