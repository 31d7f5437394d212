import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .import_common import ImportCommon

HEAD = ("Customer code", "Name", "Phone")


@tagged('post_install', '-at_install')
class TestCustomerImport(ImportCommon):

    # === COUNTS, ALL OR NOTHING === #

    def test_the_check_counts_and_writes_nothing(self):
        known = self._create_customer("Fresh Mart", ref="00042", phone="+66 2 123 4567")
        self._create_customer("Sea Food", ref="00043", phone="+66 2 123 4568")
        before = self.Partner.search_count([])
        upload = self._upload(
            HEAD, ("00042", "Fresh Mart", "+66 2 999 9999"), ("00043", "Sea Food", "+66 2 123 4568"),
            ("00044", "New Mart", None), ("00045", None, None))
        self.assertCounts(upload, new=1, changed=1, unchanged=1, wrong=1)
        self.assertRecordValues(upload.error_ids, [{'row': 5, 'column': "Name", 'reason': "The name is missing."}])
        self.assertRecordValues(upload.change_ids, [{
            'row': 2, 'customer': "Fresh Mart", 'field_label': "Phone", 'old_value': "+66 2 123 4567",
            'new_value': "+66 2 999 9999"}])
        self.assertEqual(self.Partner.search_count([]), before)
        self.assertEqual(known.phone, "+66 2 123 4567")

    def test_all_valid_rows_are_written(self):
        known = self._create_customer("Fresh Mart", ref="00042")
        upload = self._upload(HEAD, ("00042", "Fresh Mart 2", None), ("00044", "New Mart", "02 123 4567"))
        self.assertEqual(upload.action_import(), {'rows': 2, 'new': 1, 'changed': 1, 'unchanged': 0, 'wrong': 0})
        self.assertEqual(upload.state, 'done')
        self.assertEqual(known.name, "Fresh Mart 2")
        self.assertRecordValues(self._find("00044"), [{'name': "New Mart", 'is_company': True, 'customer_rank': 1}])

    def test_nothing_is_written_when_a_row_is_wrong(self):
        upload = self._upload(HEAD, ("00044", "New Mart", None), ("00045", None, None))
        with self.assertRaisesRegex(UserError, "Row 3, Name: The name is missing"):
            upload.action_import()
        self.assertFalse(self._find("00044"))

    def test_wrong_rows_are_left_out_on_request_and_given_back(self):
        upload = self._upload(HEAD, ("00044", "New Mart", "=1+1"), ("0045", None, "'x"))
        upload.action_import(skip_wrong=True)
        self.assertTrue(self._find("00044"))
        self.assertCounts(upload, new=1, wrong=1)
        page = openpyxl.load_workbook(io.BytesIO(base64.b64decode(upload.result_file))).active
        rows = list(page.iter_rows(values_only=True))
        self.assertEqual(rows[0], (*HEAD, "Reason"))
        self.assertEqual(rows[2], ("0045", None, "'x", "Name: The name is missing."))
        self.assertFalse(rows[1][3])

    def test_the_same_file_again_changes_nothing(self):
        rows = (("Customer code", "Name", "Phone", "Region", "Tier", "Credit Limit", "credit_days", "Notes", "Country"),
                ("00044", "New Mart", "081-234-5678 ต่อ 12", "North / Chiang Mai", "Gold", 5000, 30, "Rings", "TH"))
        self._upload(*rows).action_import()
        customer = self._find("00044")
        self.assertEqual(customer.customer_group_ids, self.chiang_mai + self.gold)
        self.assertEqual(customer.phone, "+66 81 234 5678")
        self.assertIn("ext. 12", customer.comment)
        self.assertRecordValues(customer, [{'credit_limit': 5000, 'has_own_credit_limit': True, 'credit_days': 30}])
        self.assertCounts(self._upload(*rows), unchanged=1)

    def test_modes_add_only_or_change_only(self):
        self._create_customer("Fresh Mart", ref="00042")
        rows = (HEAD, ("00042", "Fresh Mart 2", None), ("00044", "New Mart", None))
        self.assertCounts(self._upload(*rows, mode='add'), new=1, wrong=1)
        self.assertCounts(self._upload(*rows, mode='update'), changed=1, wrong=1)

    def test_an_upload_is_imported_once(self):
        upload = self._upload(HEAD, ("00044", "New Mart", None))
        upload.action_import()
        with self.assertRaises(UserError):
            upload.action_import()
        with self.assertRaises(UserError):
            upload.mode = 'add'

    # === KEYS === #

    def test_a_former_code_finds_the_customer_and_stays_former(self):
        customer = self._create_customer("Fresh Mart", ref="00042")
        customer.ref = "A42"
        upload = self._upload(HEAD, ("00042", "Fresh Mart 2", None))
        self.assertCounts(upload, changed=1)
        upload.action_import()
        self.assertRecordValues(customer, [{'ref': "A42", 'name': "Fresh Mart 2"}])

    def test_a_record_number_finds_the_customer_whose_code_changes(self):
        customer = self._create_customer("Fresh Mart", ref="00042")
        upload = self._upload(("ID", *HEAD), (customer.id, "B42", "Fresh Mart", None), (999999999, "B43", "X", None))
        self.assertCounts(upload, changed=1, wrong=1)
        upload.action_import(skip_wrong=True)
        self.assertEqual(customer.ref, "B42")

    def test_without_a_code_name_and_tax_id_find_the_customer(self):
        one = self._create_customer("Fresh Mart", vat="0105536000313")
        self._create_customer("Fresh Mart", vat="0107537000521")
        upload = self._upload(("Name", "Tax ID", "Phone"), ("fresh  mart", "0105536000313", "123"),
                              ("Fresh Mart", None, "123"))
        self.assertCounts(upload, changed=1, wrong=1)
        self.assertEqual(self.env['ecount.customer.import.line'].search([
            ('import_id', '=', upload.id)]).record_id, one.id)

    def test_the_same_customer_twice_in_the_file_is_wrong(self):
        self._create_customer("Fresh Mart", ref="00042")
        upload = self._upload(HEAD, ("00042", "A", None), (" 00042", "B", None), ("77", "C", None), ("77", "D", None))
        self.assertCounts(upload, new=1, changed=1, wrong=2)
        self.assertEqual(upload.error_ids.mapped('row'), [3, 5])

    def test_a_code_that_lost_its_zeros_is_not_another_customer(self):
        customer = self._create_customer("Fresh Mart", ref="00042")
        upload = self._upload(HEAD, (42, "Fresh Mart", "02 123 4567"), (43, "Sea Food", None))
        self.assertCounts(upload, new=1, wrong=1)
        self.assertEqual(upload.error_ids.suggestion, "00042")
        upload.reason_ids.action_use_suggestions()
        self.assertCounts(upload, new=1, changed=1)
        upload.action_import()
        self.assertEqual(customer.ref, "00042")
        self.assertEqual(self._find("43").name, "Sea Food")

    # === CELLS === #

    def test_an_empty_cell_leaves_and_a_dash_clears(self):
        customer = self._create_customer(
            "Fresh Mart", self.north, ref="00042", phone="02 123 4567", city="Lampang", credit_limit=500)
        upload = self._upload(
            ("Customer code", "Name", "Phone", "City", "Region", "Credit Limit"),
            ("00042", None, None, "-", "-", "-"))
        self.assertCounts(upload, changed=1)
        upload.action_import()
        self.assertRecordValues(customer, [{
            'name': "Fresh Mart", 'phone': "02 123 4567", 'city': False, 'has_own_credit_limit': False}])
        self.assertFalse(customer.customer_group_ids)

    def test_relations_are_found_by_code_login_email_name_or_path(self):
        rep = self._create_user("nok")
        self.north.code = "N1"
        rows = [(f"A{number}", f"C{number}", user, group, country) for number, (user, group, country) in enumerate((
            ("nok", "N1", "TH"), ("nok@example.com", "north", "Thailand"), ("Nok", "Region/North", "thailand"),
            ("NOK", "North", "th"), ("Nkk", "Nort", "Thialand")))]
        upload = self._upload(("Customer code", "Name", "Salesperson", "Region", "Country"), *rows)
        self.assertCounts(upload, new=4, wrong=1)
        self.assertEqual(upload.error_ids.mapped('suggestion'), [False, "North", "Thailand"])
        upload.action_import(skip_wrong=True)
        for number in range(4):
            self.assertRecordValues(self._find(f"A{number}"), [{
                'user_id': rep.id, 'customer_group_ids': self.north.ids, 'country_id': self.thailand.id}])

    def test_tax_ids_are_checked_as_natively_and_lost_zeros_come_back(self):
        if hasattr(self.Partner, '_check_vat_number'):
            self.patch(self.registry['res.partner'], '_check_vat_number', lambda *args: False)
        self.patch(self.registry['res.partner'], '_run_vat_checks', _check_last_digit)
        upload = self._upload(
            ("Customer code", "Name", "Tax ID", "Country"), ("A1", "A", 105536000313, "TH"),
            ("A2", "B", "0105536000314", "TH"), ("A3", "C", "anything", None))
        self.assertCounts(upload, new=2, wrong=1)
        self.assertEqual(upload.error_ids.mapped('row'), [3])
        upload.action_import(skip_wrong=True)
        self.assertEqual(self._find("A1").vat, "0105536000313")

    def test_provinces_numbers_and_dates_as_people_write_them(self):
        self.env.company.country_id = self.thailand
        chiang_mai = self.env['res.country.state'].search([
            ('code', '=', 'TH-50'), ('country_id', '=', self.thailand.id)])
        upload = self._upload(
            ("Customer code", "Name", "จังหวัด", "Discount rate (%)", "Credit Limit"),
            ("A1", "A", "จ.เชียงใหม่", "5", "1,234.50"), ("A2", "B", "กทม.", 7.5, "x"))
        self.assertCounts(upload, new=1, wrong=1)
        upload.action_import(skip_wrong=True)
        self.assertRecordValues(self._find("A1"), [{
            'state_id': chiang_mai.id, 'country_id': self.thailand.id, 'discount_rate': 5.0, 'credit_limit': 1234.5}])

    def test_contacts_and_addresses_stand_under_their_customer(self):
        known = self._create_customer("Sea Food", ref="00043")
        upload = self._upload(
            ("Customer code", "Name", "Kind of row", "Belongs to (customer code)", "City", "Phone"),
            ("00042", "Fresh Mart", None, None, None, None), (None, "Nok", "Contact", None, None, "02 123 4567"),
            (None, "Dock", "Delivery address", "00043", "Lampang", None),
            (None, "Gate", "delivery", "none", None, None), ("00043", "Malee", "Contact", None, None, None))
        self.assertCounts(upload, new=4, wrong=1)
        upload.action_import(skip_wrong=True)
        customer = self._find("00042")
        self.assertRecordValues(customer.child_ids, [{
            'name': "Nok", 'type': 'contact', 'is_company': False, 'phone': "02 123 4567"}])
        self.assertEqual(sorted(known.child_ids.mapped(lambda child: (child.name, child.type, child.ref or ''))),
                         [("Dock", 'delivery', ''), ("Malee", 'contact', '')])
        again = self._upload(
            ("Customer code", "Name", "Kind of row", "Belongs to (customer code)", "City"),
            (None, "Dock", "Delivery address", "00043", "Lamphun"), (None, "Malee", "Contact", "00043", None))
        self.assertCounts(again, changed=1, unchanged=1)

    def test_a_contact_of_a_wrong_customer_is_wrong(self):
        upload = self._upload(
            ("Customer code", "Name", "Kind of row", "Country"), ("00042", "Fresh Mart", None, "Nowhere"),
            (None, "Nok", "Contact", None))
        self.assertCounts(upload, wrong=2)

    # === HEADERS AND FILES === #

    def test_the_header_is_the_first_row_with_three_known_labels(self):
        upload = self._upload(("List of customers",), (), ("printed", date(2026, 1, 1)), HEAD, ("A1", "A", None))
        self.assertCounts(upload, new=1)
        with self.assertRaisesRegex(UserError, "No header row"):
            self._upload(("a", "b", "c"), ("Customer", "x", "y"))

    def test_two_columns_of_one_name_are_refused(self):
        with self.assertRaisesRegex(UserError, "Two columns are called “Phone”"):
            self._upload((*HEAD, "Phone"), ("A1", "A", None, None))

    def test_an_unknown_column_is_named_and_what_it_means_is_remembered(self):
        rows = (("Customer code", "Name", "Phnoe", "Alias"), ("A1", "A", "02 123 4567", "Best"))
        upload = self._upload(*rows)
        unknown = upload.column_ids.filtered(lambda column: not column.is_known)
        self.assertEqual(unknown.mapped(lambda column: (column.header, column.suggestion)),
                         [("Phnoe", "Phone"), ("Alias", False)])
        unknown[1].column_name = 'search_words'
        upload.action_check()
        upload.action_import()
        self.assertEqual(self._find("A1").search_words, "Best")
        again = self._upload(*rows)
        self.assertCounts(again, unchanged=1)

    def test_what_is_no_sheet_is_refused_with_what_to_do(self):
        upload = self.Import.create({'file': base64.b64encode(b"%PDF-1.4 nothing"), 'filename': "a.xlsx"})
        with self.assertRaises(UserError):
            upload.action_validate()
        with self.assertRaisesRegex(UserError, "Choose an Excel file"):
            self.Import.create({}).action_validate()

    def test_ecount_s_own_export_is_read_and_what_is_in_doubt_is_asked_once(self):
        rows = (("회사명 : 테스트",),
                ("거래처코드", "거래처명", "사업자등록번호", "전화", "여신한도", "여신기간", "적요"),
                ("00101", "신라상사", "220-81-62517", "02-123-4567", 0, 2, "메모"),
                ("00102", "백제상사", None, "010-1234-5678", 1000000, 1, None))
        self.env.company.country_id = self.korea
        upload = self._upload(*rows)
        self.assertCounts(upload, new=2)
        self.assertEqual(sorted(upload.question_ids.mapped(lambda question: (question.name, question.examples))),
                         [('period', "2 · 1"), ('zero_limit', "0")])
        with self.assertRaisesRegex(UserError, "Answer first"):
            upload.action_import_all()
        for question in upload.question_ids:
            question.answer = {'zero_limit': 'stop', 'period': 'months'}[question.name]
        upload.action_check()
        upload.action_import_all()
        self.assertRecordValues(self._find("00101") + self._find("00102"), [
            {'credit_policy': 'stop', 'has_own_credit_limit': False, 'credit_days': 60, 'phone': "+82 2-123-4567"},
            {'credit_policy': False, 'has_own_credit_limit': True, 'credit_days': 30, 'phone': "+82 10-1234-5678"}])
        again = self._upload(*rows)
        self.assertEqual(sorted(again.question_ids.mapped('answer')), ['months', 'stop'])
        self.assertCounts(again, unchanged=2)

    # === CORRECTION === #

    def test_wrong_cells_are_mended_singly_or_left_out_together(self):
        upload = self._upload(
            ("Customer code", "Name", "Country", "Email"), ("A1", "A", "Tailand", "a@b.c"),
            ("A2", "B", "Thailand", "none"), ("A3", "C", "Thailand", "n/a"))
        self.assertCounts(upload, wrong=3)
        self.assertEqual(upload.reason_ids.mapped(lambda reason: (reason.column, reason.count)),
                         [("Email", 2), ("Country", 1)])
        upload.error_ids.filtered(lambda error: error.row == 3).replacement = "b@c.d"
        upload.reason_ids.filtered(lambda reason: reason.column == "Country").action_use_suggestions()
        self.assertCounts(upload, new=2, wrong=1)
        upload.reason_ids.action_leave_out()
        self.assertCounts(upload, new=3)
        upload.action_import()
        self.assertEqual(self._find("A2").email, "b@c.d")
        self.assertEqual(self._find("A3").email, False)

    def test_required_fields_are_missed_at_the_check(self):
        self.env['ecount.required.field'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'phone').id})
        self._create_customer("Fresh Mart", ref="00042", phone="02 123 4567")
        upload = self._upload(HEAD, ("00042", "Fresh Mart", "-"), ("00044", "New", None), ("00045", "Ok", "02 1234567"))
        self.assertCounts(upload, new=1, wrong=2)

    def test_whatever_a_rule_objects_to_is_found_before_anything_is_written(self):
        self._create_customer("Fresh Mart", ref="00042")
        self.patch(self.registry['res.partner'], '_load_records_create', _refuse_b)
        upload = self._upload(
            ("Customer code", "Name", "Credit Limit"), ("A1", "A", 1), ("A2", "B", 2), ("A3", "C", 3))
        self.assertCounts(upload, new=2, wrong=1)
        self.assertEqual(upload.error_ids.mapped(lambda error: (error.row, error.reason)), [(3, "B")])

    # === ACCESS === #

    def test_a_rep_uploads_own_customers_only(self):
        rep = self._create_user("nok", 'ecount_customer.group_own_customers')
        self._create_customer("Mine", ref="M1", user_id=rep.id)
        hidden = self._create_customer("Hidden", ref="H1", phone="1")
        upload = self._upload(HEAD, ("M1", "Mine 2", None), ("H1", "Hidden", "2"), ("N1", "New", None), user=rep)
        self.assertCounts(upload, new=1, changed=1, wrong=1)
        self.assertNotIn("Hidden", upload.error_ids.reason)
        upload.action_import(skip_wrong=True)
        self.assertEqual(self._find("N1").user_id, rep)
        self.assertEqual(hidden.phone, "1")

    def test_an_upload_is_seen_by_its_user_and_managers_and_keeps_its_user(self):
        nok = self._create_user("nok", 'ecount_customer.group_own_customers')
        somsak = self._create_user("somsak", 'ecount_customer.group_own_customers')
        upload = self._upload(HEAD, ("A1", None, None), user=nok)
        self.assertFalse(self.Import.with_user(somsak).search([('id', '=', upload.id)]))
        with self.assertRaises(AccessError):
            upload.error_ids.with_user(somsak).read(['value'])
        with self.assertRaises(AccessError):
            upload.with_user(nok).user_id = self.env.user
        manager = self._create_user("boss", 'ecount_customer.group_customer_manager')
        self.assertTrue(self.Import.with_user(manager).search([('id', '=', upload.id)]))

    # === IN THE BACKGROUND === #

    def _upload_in_background(self, *rows, **values):
        self.patch(type(self.Import), '_get_sync_rows', lambda upload: 1)
        self.patch(self.registry['ecount.customer.import'], '_get_todo', _get_two)
        upload = self._upload(*rows, **values)
        upload.action_import(skip_wrong=True)
        self.assertEqual(upload.state, 'running')
        return upload

    def test_a_large_file_is_written_step_by_step(self):
        upload = self._upload_in_background(
            ("Customer code", "Name", "Kind of row"), *((f"A{number}", f"C{number}", None) for number in range(5)),
            (None, "Nok", "contact"))
        self.assertEqual(upload._process_step(), 2)
        upload.invalidate_recordset()
        self.assertEqual(upload.done_count, 2)
        steps = [upload._process_step() for _step in range(4)]
        self.assertEqual(steps, [2, 1, 1, 0])
        self.assertEqual(upload.state, 'done')
        self.assertCounts(upload, new=6)
        self.assertEqual(self._find("A4").child_ids.name, "Nok")

    def test_a_row_that_is_refused_on_the_way_is_named_and_the_others_are_written(self):
        self.patch(self.registry['ecount.customer.import'], '_try_rows', lambda upload, check: None)
        upload = self._upload_in_background(HEAD, *((f"A{number}", f"C{number}", None) for number in range(3)))
        self._create_customer("Meanwhile", ref="A1")
        while upload._process_step():
            pass
        self.assertCounts(upload, new=2, wrong=1)
        self.assertIn("A1", upload.error_ids.reason)

    def test_a_cancelled_upload_stops_and_keeps_what_was_written(self):
        upload = self._upload_in_background(HEAD, *((f"A{number}", f"C{number}", None) for number in range(5)))
        upload._process_step()
        upload.action_cancel()
        self.assertRecordValues(upload, [{'state': 'cancelled', 'new_count': 2, 'left_count': 3}])
        upload.action_validate()
        self.assertCounts(upload, new=3, unchanged=2)


def _check_last_digit(_partner, country, vat, partner_name='', validation='error'):
    if country and vat and validation == 'error' and not vat.endswith('3'):
        raise ValidationError(country.name)
    return vat, country and country.code


def _refuse_b(partners, vals_list):
    if any(vals['name'] == "B" for vals in vals_list):
        raise UserError(vals_list[0]['name'])
    return partners.create(vals_list)


def _get_two(upload, _limit):
    upload.env.cr.execute(
        "SELECT id, row, level, kind, record_id, parent_row, vals FROM ecount_customer_import_line"
        " WHERE import_id = %s AND state = 'todo' ORDER BY level, row LIMIT 2", [upload.id])
    return upload.env.cr.dictfetchall()
