from odoo.fields import Command
from odoo.tests import tagged

from .common import EcountCommon
from .test_custom_field import OwnFieldsCase


@tagged('post_install', '-at_install')
class TestSheetColumns(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sheet = cls.env['ecount.customer.sheet']

    def _cells(self, partner, *names):
        return self.Sheet._read_rows(partner, self.Sheet._get_columns(names))[0]

    def test_a_customer_is_written_as_text_that_finds_everything_again(self):
        rep = self._create_user("nok")
        customer = self._create_customer(
            "Fresh Mart", self.chiang_mai, self.gold, ref="00042", user_id=rep.id, vat="0105536000315",
            country_id=self.env.ref('base.th').id, comment="<p>Rings <b>twice</b></p>", phone="+66 81 234 5678")
        self.assertEqual(
            self._cells(customer, 'ref', 'name', 'row_type', f'group_{self.region.id}', f'group_{self.tier.id}',
                        'user_id', 'country_id', 'customer_group_ids', 'status', 'id', 'phone', 'zip'),
            ("00042", "Fresh Mart", "Customer", "North / Chiang Mai", "Gold", "nok", "Thailand",
             "Region / North / Chiang Mai; Tier / Gold", "Active", customer.id, "+66 81 234 5678", None))
        self.assertIn("Rings *twice*", self._cells(customer, 'comment')[0])

    def test_an_own_limit_of_0_is_0_and_no_limit_is_an_empty_cell(self):
        self.assertEqual(self._cells(self._create_customer(), 'credit_limit', 'credit_days'), (None, None))
        customer = self._create_customer("Zero", credit_limit=0, credit_days=30)
        self.assertEqual(self._cells(customer, 'credit_limit', 'credit_days'), (0.0, 30))

    def test_contacts_and_addresses_name_their_customer(self):
        customer = self._create_customer("Fresh Mart", ref="00042")
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        dock = self.Partner.create({'name': "Dock", 'parent_id': customer.id, 'type': 'delivery'})
        self.assertEqual(self._cells(contact, 'row_type', 'parent_id'), ("Contact", "00042"))
        self.assertEqual(self._cells(dock, 'row_type', 'parent_id'), ("Delivery address", "00042"))

    def test_headers_are_labels_of_any_language_technical_names_or_ecount_s_names(self):
        headers = ["Customer code", "거래처명", "เลขประจำตัวผู้เสียภาษี", "x", "street2", "Region", "  phone * ", None]
        found, unknown = self.Sheet._match_headers(headers)
        self.assertEqual(
            found, ['ref', 'name', 'vat', None, 'street2', f'group_{self.region.id}', 'phone', None])
        self.assertEqual(unknown, {"x": ''})

    def test_an_unknown_header_gets_the_nearest_label(self):
        _found, unknown = self.Sheet._match_headers(["Custmer code", "Salespreson"])
        self.assertEqual(unknown, {"Custmer code": "Customer code", "Salespreson": "Salesperson"})

    def test_every_column_of_the_sheet_is_found_by_its_label(self):
        columns = self.Sheet._get_columns()
        found, _unknown = self.Sheet._match_headers([column.label for column in columns])
        self.assertEqual(found, [column.name for column in columns])

    def test_a_grouping_called_like_a_field_is_told_from_it(self):
        city = self._create_group("City")
        column = self.Sheet._get_column(f'group_{city.id}')
        self.assertEqual(column.label, "City (group)")
        self.assertEqual(self.Sheet._match_headers(["City", "City (group)"])[0], ['city', f'group_{city.id}'])

    def test_reading_many_customers_costs_no_more_queries_than_reading_one(self):
        customers = self.Partner.concat(*(
            self._create_customer(f"C{number}", self.north, ref=f"C{number}",
                                  category_id=[Command.create({'name': f"Tag {number}"})]) for number in range(20)))
        columns = self.Sheet._get_columns()
        self.Sheet._read_rows(customers[:1], columns)
        counts = []
        for some in (customers[:1], customers):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Sheet._read_rows(some, columns)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)

    def test_a_word_said_here_wins_over_the_addon_s(self):
        self.env['ecount.customer.sheet.synonym']._remember("거래처명", 'search_words')
        self.assertEqual(self.Sheet._match_headers(["거래처명"])[0], ['search_words'])


@tagged('post_install', '-at_install')
class TestSheetOwnFields(OwnFieldsCase):

    def test_own_fields_are_columns_while_they_are_active(self):
        slot = self._activate(1, "Line ID")
        Sheet = self.env['ecount.customer.sheet']
        self.assertEqual(Sheet._match_headers(["Line ID"])[0], ['x_custom_1'])
        self.assertIn('x_custom_1', [column.name for column in Sheet._get_columns()])
        slot.active = False
        self.assertEqual(Sheet._match_headers(["Line ID"])[0], [None])
        self.assertNotIn('x_custom_1', [column.name for column in Sheet._get_columns()])
