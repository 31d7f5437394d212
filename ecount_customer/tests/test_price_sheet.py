"""Special prices in Excel: one row a price, and the wide sheet of the price groups."""

import base64
import io
from datetime import datetime

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .price_common import PriceListingCommon

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
class TestPriceSheet(PriceListingCommon):

    def _import(self, *rows, **kwargs):
        return self.Rule.import_price_sheet(make_sheet(*rows, **kwargs))

    def _get_rules(self, owner=None):
        owner = owner or self.customer
        field = 'partner_id' if owner._name == 'res.partner' else 'customer_group_id'
        return self.Rule.search([(field, '=', owner.id)], order='id')

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
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = list(sheet.iter_rows(min_row=2, max_col=3, values_only=True))
        self.assertEqual(cells, [
            ("No Code Mart", None, "Loose tea"), ("No Code Mart, Dock", None, "Loose tea"),
            (None, group.complete_name, "Loose tea")])
        self.assertEqual(
            self.Rule.import_price_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 3, 'errors': []})
        self._create_customer("No Code Mart")
        others = rules - self._get_rules(address) - self._get_rules(group)
        [error] = self.Rule.import_price_sheet(others.export_price_sheet())['errors']
        self.assertEqual((error[0], error[2], error[3]), (2, "No Code Mart", "Several records have this code or name."))

    def test_the_price_of_all_variants_comes_back_unchanged(self):
        size = self.env['product.attribute'].create({
            'name': "Size", 'value_ids': [Command.create({'name': "Small"}), Command.create({'name': "Large"})]})
        tea = self.env['product.template'].create({'name': "Hill tea", 'attribute_line_ids': [
            Command.create({'attribute_id': size.id, 'value_ids': [Command.set(size.value_ids.ids)]})]})
        for product, price in zip(tea.product_variant_ids, (77, 88)):
            product.default_code = f'T{price}'
            self._create_special_price(self.customer, price, product)
        self._create_special_price(self.customer, 70, product_tmpl_id=tea.id)
        content = self._get_rules().export_price_sheet()
        self.assertEqual(
            self.Rule.import_price_sheet(content), {'created': 0, 'changed': 0, 'unchanged': 3, 'errors': []})
        self.assertEqual(self._import(['00042', None, tea.name, None, None, 71])['changed'], 1)
        self._create_product(tea.name)
        [error] = self._import(['00042', None, tea.name, None, None, 71])['errors']
        self.assertEqual((error[0], error[3]), (2, "Several records have this code or name."))

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

    def test_the_old_price_ends_and_the_new_begins_in_one_file(self):
        old = self._create_special_price(self.customer, 80, self.product)
        end, begin = datetime(2025, 6, 30), datetime(2025, 7, 1)
        rows = [['00042', None, 'F1', None, None, 85, None, begin, None],
                ['00042', None, 'F1', None, None, 80, None, None, end]]
        self.assertEqual(self._import(*rows), {'created': 1, 'changed': 1, 'unchanged': 0, 'errors': []})
        self.assertEqual(str(old.date_end), '2025-06-30 23:59:59')
        [error] = self._import(['00042', None, 'F1', None, None, 80, None, None, begin])['errors']
        self.assertIn("exists", error[3])

    def test_all_that_is_wrong_is_said_at_once(self):
        result = self._import(
            ['00042', None, 'F1', None, None, "cheap"], ['99999', None, 'F1', None, None, 75],
            ['00042', None, 'F1', None, None, 75, None, '2025-02-01', '2025-01-01'])
        self.assertEqual([error[:2] for error in result['errors']], [
            (2, "Price"), (3, "Customer code"), (4, "Valid until")])

    def test_a_file_of_a_colleague_with_another_language_is_read(self):
        self.env['res.lang']._activate_lang('th_TH')
        self._create_special_price(self.customer, 80, self.product)
        content = self._get_rules().with_context(lang='th_TH').export_price_sheet()
        header = next(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
        self.assertNotIn("Price", header)
        self.assertEqual(self.Rule.import_price_sheet(content)['unchanged'], 1)
        retail, _wholesale = self._create_price_groups()
        result = retail.import_wide_sheet(retail.with_context(lang='th_TH').export_wide_sheet())
        self.assertFalse(result['errors'])

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

    def test_the_present_prices_are_downloaded_without_a_file(self):
        action = Form(self.env['ecount.price.import']).save().action_download()
        self.assertEqual(action['type'], 'ir.actions.act_url')
        with self.assertRaisesRegex(UserError, "Choose a file"):
            self.env['ecount.price.import'].create({}).action_import()

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

    def test_a_wide_sheet_without_prices_comes_back_unchanged(self):
        retail, wholesale = self._create_price_groups()
        pricelists = retail + wholesale
        nothing = {'created': 0, 'changed': 0, 'unchanged': 0, 'errors': []}
        self.assertEqual(pricelists.import_wide_sheet(pricelists.export_wide_sheet()), nothing)

    def test_the_first_row_of_a_wide_sheet_names_each_pricelist_once(self):
        retail, _wholesale = self._create_price_groups()
        for header, reason in (
            (["Product code", "Wide retail", "Wide retail"], "Several pricelists or columns"),
            (["Something"], "The first row must name the columns: Product code, "),
            (["Product code", "Product"], "The first row must name the columns: Product code, "),
        ):
            [error] = retail.import_wide_sheet(make_sheet(['F1', 95, 85], header=header))['errors']
            self.assertEqual(error[0], 1)
            self.assertIn(reason, error[3])
        retail.copy({'name': "Wide retail"})
        [error] = retail.import_wide_sheet(make_sheet(['F1', 95], header=["Product code", "Wide retail"]))['errors']
        self.assertIn("Several pricelists or columns", error[3])
        self.assertFalse(retail.item_ids)
