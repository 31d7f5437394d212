import base64
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..models.duplicate_keys import get_name_key, get_sound_key, get_tax_key, sound_alike
from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestDuplicate(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.thailand = cls.env.ref('base.th')
        cls.env.company.country_id = cls.thailand
        cls.customer = cls._create_customer("บริษัท สมชายการค้า จำกัด", ref='D-001')

    def _find(self, *criteria):
        """Return the found groups that have a customer of this test, as pairs of records and reasons."""
        own = self.Partner.search([('ref', '=like', 'D-%')])
        return {
            (duplicate.partner_ids, duplicate.reasons)
            for duplicate in self.env['ecount.duplicate']._find(criteria) if duplicate.partner_ids & own
        }

    # === WHAT IS THE SAME === #

    def test_company_forms_case_and_punctuation_make_no_other_name(self):
        for key, *names in (
            ('สมชายการค้า', "บริษัท สมชายการค้า จำกัด", "บจก.สมชายการค้า", "บจก. สมชายการค้า", "สมชายการค้า",
             "หจก. สมชายการค้า", "บริษัท สมชายการค้า จำกัด (มหาชน)", "ห้างหุ้นส่วนจำกัด สมชายการค้า"),
            ('freshmart', "Fresh Mart", "FRESH MART CO., LTD.", "Fresh-Mart Company Limited", "The Fresh Mart Co.,Ltd",
             "Ｆｒｅｓｈ　Ｍａｒｔ", "Fresh Mart Public Co., Ltd."),
            ('서울상사', "서울상사", "(주)서울상사", "㈜ 서울상사", "주식회사 서울 상사"),
        ):
            for name in names:
                self.assertEqual(get_name_key(name), get_name_key(key), name)
        for name, other in (("สมชาย", "สมหญิง"), ("Company", "Limited"), ("Fresh Mart 1", "Fresh Mart 2")):
            self.assertNotEqual(get_name_key(name), get_name_key(other))
        self.assertEqual([get_name_key(empty) for empty in (False, None, '', '  ')], [None] * 4)

    def test_a_tax_id_is_told_by_number_and_branch(self):
        for vat, branch in (('0105536000001', False), ('0-1055-36000-00-1', '00000'), ('TH0105536000001', 'สำนักงานใหญ่'),
                            ('0105536000001', '0'), ('0105536000001', '0105536000001')):
            self.assertEqual(get_tax_key(vat, branch, 'TH'), '0105536000001/00000', (vat, branch))
        self.assertEqual(get_tax_key('0105536000001', '2', 'TH'), '0105536000001/00002')
        self.assertEqual(get_tax_key('123-45-67890', '0001', 'KR'), '1234567890/0001')
        self.assertEqual(get_tax_key('BE0477472701', False, 'BE'), '0477472701')
        self.assertEqual([get_tax_key(empty, '1', 'TH') for empty in (False, '', '/')], [None] * 3)

    def test_a_name_sounds_the_same_in_thai_and_latin_letters(self):
        for thai, latin, key in (
            ("บริษัท สมชายการค้า จำกัด", "Somchai Trading Co., Ltd.", 'SMCTRTN'),
            ("บจก. รุ่งเรืองกิจ", "Rung Rueang Kit", 'RNRNKT'),
            ("ทองดีพาณิชย์", "Thongdee Panich", 'TNTPNT'),
            ("ธนพงศ์ฟาร์ม", "Thanapong Farm", 'TNPNPM'),
            ("ประเสริฐขนส่ง จำกัด (มหาชน)", "Prasert Transport Public Co., Ltd.", 'PRSTRNTPT'),
            ("เชียงใหม่ โฟรเซ่น ฟู้ดส์", "Chiangmai Frozen Foods", 'CNMPRSNPT'),
            ("ทองดี 2 พาณิชย์", "Thongdee 2 Panich", 'TNT2PNT'),
        ):
            self.assertEqual((get_sound_key(thai), get_sound_key(latin)), (key, key), thai)
            self.assertTrue(sound_alike(thai, latin) and sound_alike(latin, thai), latin)

    def test_other_vowels_other_numbers_and_the_same_letters_are_no_other_spelling(self):
        self.assertEqual(get_sound_key("ลำพูน"), get_sound_key("Lampang"))
        self.assertFalse(sound_alike("ลำพูนการค้า", "Lampang Trading"))
        self.assertFalse(sound_alike("สมชายพาณิชย์", "Somchoo Pinit"))
        self.assertNotEqual(get_sound_key("ทองดี 2 พาณิชย์"), get_sound_key("Thongdee 3 Panich"))
        self.assertFalse(sound_alike("Thongdee Panich", "Thongdi Panich"), "both are Latin")
        for nothing in ("ทองดี", "Tong Di", "서울상사", "서울 Thongdee Panich", "12345", '', False, "บริษัท จำกัด"):
            self.assertIsNone(get_sound_key(nothing), nothing)

    # === FIND === #

    def test_customers_with_the_same_key_are_found_with_the_reason(self):
        twins = {}
        for reason, values in {
            'tax_id': {'vat': '0105536000001'}, 'email': {'email': 'Shop@Example.com'},
            'phone': {'phone': '081 999 8888'},
        }.items():
            first = self._create_customer(f"One {reason}", ref=f'D-{reason}-1', country_id=self.thailand.id, **values)
            values = {name: value.replace('081 ', '+66 81 ').lower() for name, value in values.items()}
            twins[reason] = first + self._create_customer(
                f"Two {reason}", ref=f'D-{reason}-2', country_id=self.thailand.id, **values)
        named = self.customer + self._create_customer("สมชายการค้า", ref='D-003')
        self.assertEqual(self._find(), {
            (twins['tax_id'], 'tax_id'), (twins['email'], 'email'), (twins['phone'], 'phone'), (named, 'name')})

    def test_several_reasons_make_it_surer(self):
        self.customer.email = 'a@example.com'
        self._create_customer("สมชายการค้า", ref='D-002', email='a@example.com')
        self.assertEqual({reasons for _partners, reasons in self._find()}, {'email,name'})
        duplicate = self.env['ecount.duplicate'].search([('reasons', '=', 'email,name')], limit=1)
        self.assertEqual((duplicate.score, duplicate.reason), (85, "Email, Name"))

    def test_similar_names_are_found_where_the_database_compares_trigrams(self):
        frozen = self._create_customer("Chiang Mai Frozen Foods Co., Ltd.", ref="D-004")
        twin = self._create_customer("Chiangmai Frozen Food", ref="D-005")
        self._create_customer("Chiang Rai Fresh Fruit", ref="D-006")
        found = self._find('similar')
        if self.env.registry.has_trigram:
            self.assertEqual(found, {(frozen | twin, 'similar')})
        else:
            self.assertFalse(found, "without trigrams only equal names are compared")

    def test_the_same_name_in_thai_and_latin_letters_is_found(self):
        latin = self._create_customer("Somchai Trading Co., Ltd.", ref='D-004')
        self._create_customer("Somchoo Trading", ref='D-005')
        self._create_customer("Samechai Trading", ref='D-006', vat='0105536000001')
        self.assertEqual(self._find(), {(self.customer | latin, 'spelling')})
        self.assertEqual(self.env['ecount.duplicate'].search([('reasons', '=', 'spelling')], limit=1).score, 55)
        self.customer.vat, latin.vat = '0105536000001', '0105536000002'
        self.assertNotIn((self.customer | latin, 'spelling'), self._find())

    def test_the_form_warns_of_the_same_name_in_other_letters(self):
        with Form(self.Partner) as form:
            form.name = "Somchai Trading"
            self.assertEqual(form.possible_duplicate_id, self.customer)
            self.assertEqual(form.possible_duplicate_reason, "same name in Thai and Latin letters")
            form.name = "Somchoo Trading"
            self.assertFalse(form.possible_duplicate_id)

    def test_branches_of_one_tax_id_are_no_duplicates(self):
        self.customer.write({'vat': '0105536000001', 'company_registry': '00000'})
        branch = self._create_customer(
            "สมชายการค้า", ref='D-002', vat='0105536000001', company_registry='00001', phone='021234567')
        self.customer.phone = '021234567'
        self.assertFalse(self._find())
        self.assertFalse(branch.same_vat_partner_id)
        self.assertFalse(branch.same_company_registry_partner_id)
        branch.company_registry = False
        self.assertEqual(branch.same_vat_partner_id, self.customer)
        self.Partner._merge_customers(branch, self.customer)
        self.assertFalse(branch.same_vat_partner_id, "merged into the other one already")

    def test_a_company_and_its_own_contact_are_found(self):
        contact = self.Partner.create({'name': "บจก. สมชายการค้า", 'parent_id': self.customer.id})
        self.assertEqual(self._find('contact'), {(self.customer + contact, 'contact')})

    def test_put_away_merged_customers_and_colleagues_are_left_out(self):
        self._create_customer("สมชายการค้า", ref='D-002', active=False)
        merged = self._create_customer("สมชายการค้า", ref='D-003')
        self.Partner._merge_customers(merged, self.customer)
        self.customer.name = "Dao"
        self._create_user('dao')
        self.assertFalse(self._find())

    def test_not_a_duplicate_is_remembered(self):
        other = self._create_customer("สมชายการค้า", ref='D-002')
        found = self.env['ecount.duplicate']._find().filtered(lambda found: found.partner_ids == self.customer + other)
        found.action_not_duplicate()
        self.assertFalse(self._find())
        third = self._create_customer("สมชายการค้า", ref='D-003')
        self.assertEqual(self._find(), {(self.customer + other + third, 'name')})
        third.active = False
        self.assertFalse(self._find())
        self.env['ecount.not.duplicate'].search([('partner_id', '=', self.customer.id)]).unlink()
        self.assertEqual(self._find(), {(self.customer + other, 'name')})

    def test_what_was_said_of_both_stays_with_the_merged_one(self):
        other, third = (self._create_customer(f"Other {number}", ref=f'D-00{number}') for number in (2, 3))
        self.env['ecount.not.duplicate']._remember(self.customer + third)
        self.env['ecount.not.duplicate']._remember(other + third)
        log = self.Partner._merge_customers(other, self.customer)
        self.assertEqual(log.line_ids.filtered(lambda line: line.model == 'ecount.not.duplicate').stayed_count, 1)

    def test_only_customer_managers_search(self):
        user = self._create_user('nok', 'ecount_customer.group_all_customers')
        with self.assertRaises(AccessError):
            self.env['ecount.duplicate'].with_user(user).action_find()
        manager = self._create_user('dao', 'ecount_customer.group_customer_manager')
        action = self.env['ecount.duplicate'].with_user(manager).action_find()
        self.assertEqual(action['res_model'], 'ecount.duplicate')

    def test_another_companys_customers_are_not_found(self):
        other = self.env['res.company'].create({'name': "Branch"})
        self._create_customer("สมชายการค้า", ref='D-002', company_id=other.id)
        manager = self._create_user('dao', 'ecount_customer.group_customer_manager')
        self.assertFalse(self.env['ecount.duplicate'].with_user(manager)._find().filtered(
            lambda found: self.customer in found.partner_ids))

    # === WARNING === #

    def test_the_form_warns_while_a_known_customer_is_typed(self):
        self.customer.write({'vat': '0105536000001', 'email': 'a@example.com', 'phone': '+66 81 999 8888'})
        for values, reason in (
            ({'name': "บจก.สมชายการค้า"}, "same name"), ({'email': 'A@example.com'}, "same email"),
            ({'phone': '081-999-8888'}, "same phone"), ({'ref': 'd-001'}, "same code"),
            ({'vat': '0105536000001'}, "same tax ID"),
        ):
            new = self.Partner.new({'country_id': self.thailand.id, **values})
            self.assertEqual((new.possible_duplicate_id, new.possible_duplicate_reason), (self.customer, reason))
        self.assertFalse(self.Partner.new({'name': "Sea Food"}).possible_duplicate_id)
        self.assertFalse(self.Partner.new({'name': "สมชายการค้า", 'parent_id': self.customer.id}).possible_duplicate_id)
        branch = self.Partner.new({
            'name': "สมชายการค้า", 'vat': '0105536000001', 'company_registry': '00002', 'country_id': self.thailand.id})
        self.assertFalse(branch.possible_duplicate_id)

    def test_the_warning_does_not_block(self):
        form = Form(self.Partner.with_context(default_is_company=True))
        form.name = "สมชายการค้า"
        self.assertEqual(form.possible_duplicate_id, self.customer)
        self.assertTrue(form.save())

    def test_the_warning_betrays_no_hidden_customer(self):
        rep = self._create_user('rep', 'ecount_customer.group_own_customers')
        self.assertFalse(self.Partner.with_user(rep).new({'name': "สมชายการค้า"}).possible_duplicate_id)
        self.customer.user_id = rep
        self.assertEqual(self.Partner.with_user(rep).new({'name': "สมชายการค้า"}).possible_duplicate_id, self.customer)

    # === PREVIEW === #

    def _preview(self, *partners):
        action = self.env['ecount.customer.merge']._open(self.Partner.union(*partners))
        return self.env['ecount.customer.merge'].browse(action['res_id'])

    def test_the_preview_keeps_the_one_with_most_documents(self):
        other = self._create_customer("สมชายการค้า", ref='D-002')
        self.assertEqual(self._preview(self.customer, other).survivor_id, self.customer)
        self._create_order(other, self._create_product())
        self.assertEqual(self._preview(self.customer, other).survivor_id, other)

    def test_the_preview_shows_differences_counts_and_collisions(self):
        product = self._create_product()
        other = self._create_customer("สมชายการค้า", ref='D-002', phone='+66 81 999 8888', credit_limit=500)
        for customer, price in ((self.customer, 80), (other, 90)):
            self._create_special_price(customer, price, product)
        self._create_special_price(other, 70, product, min_quantity=5)
        wizard = self._preview(self.customer, other)
        rows = {row['name']: row for row in wizard.comparison['rows']}
        self.assertEqual(rows['ref']['values'], ['D-001', 'D-002'])
        self.assertEqual(rows['phone']['chosen'], other.id, "an empty phone is filled")
        self.assertEqual(rows['credit_limit']['chosen'], self.customer.id, "a limit is not")
        self.assertNotIn('email', rows)
        moves = {move['model']: (move['count'], move['stays']) for move in wizard.moves}
        self.assertEqual(moves['product.pricelist.item'], (1, 1))
        self.assertFalse(wizard.problem)

    def test_what_is_chosen_in_the_preview_is_merged(self):
        other = self._create_customer("Somchai Trading", ref='D-002', phone='+66 81 999 8888', credit_limit=500)
        wizard = self._preview(self.customer, other)
        comparison = wizard.comparison
        for row in comparison['rows']:
            row['chosen'] = {'phone': self.customer.id, 'credit_limit': other.id, 'name': other.id}.get(
                row['name'], row['chosen'])
        wizard.comparison = comparison
        action = wizard.action_merge()
        self.assertRecordValues(self.customer, [{
            'name': "Somchai Trading", 'phone': False, 'credit_limit': 500, 'has_own_credit_limit': True,
            'ref': 'D-001'}])
        self.env[action['res_model']].browse(action['res_id']).action_undo()
        self.assertRecordValues(self.customer, [{
            'name': "บริษัท สมชายการค้า จำกัด", 'phone': False, 'credit_limit': 0, 'has_own_credit_limit': False}])

    def test_the_preview_asks_for_a_reason_and_shows_what_forbids_it(self):
        other = self._create_customer("สมชายการค้า", ref='D-002', vat='0105536000002')
        self.customer.vat = '0105536000001'
        wizard = self._preview(self.customer, other)
        self.assertTrue(wizard.needs_reason)
        with self.assertRaisesRegex(UserError, "tax IDs or branches differ"):
            wizard.action_merge()
        wizard.reason = "Changed its legal form"
        wizard.action_merge()
        with self.assertRaisesRegex(UserError, "Select two"):
            self._preview(self.customer)

    # === EXCEL === #

    def _upload(self, *rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        return self.env['ecount.merge.pairs'].create(
            {'file': base64.b64encode(content.getvalue()), 'filename': "pairs.xlsx"})

    def test_pairs_of_an_excel_file_are_merged_with_a_report(self):
        others = [self._create_customer(f"Other {code}", ref=code) for code in ('D-002', 'D-003', '00042')]
        taxed = self._create_customer("Taxed", ref='D-005', vat='0105536000001')
        self.customer.vat = '0105536000002'
        wizard = self._upload(
            ("Keep", "Drop", "Reason"), ('D-001', 'd-002'), ('D-002', 'D-003'), ('D-001', 'D-999'), ('D-001', 'D-005'),
            ('D-001', '00042'), ('D-001', 'D-001'))
        wizard.action_check()
        self.assertEqual((wizard.ready_count, wizard.wrong_count), (3, 3))
        self.assertTrue(all(other.active for other in others))
        wizard.action_merge()
        self.assertEqual(
            [other.merged_into_id for other in others], [self.customer] * 3, "also through the merged code")
        self.assertTrue(taxed.active)
        report = openpyxl.load_workbook(io.BytesIO(base64.b64decode(wizard.result_file))).active
        results = [row[3].value for row in list(report.rows)[1:]]
        self.assertEqual([results[index] for index in (0, 1, 4)], ["Merged"] * 3)
        self.assertIn("D-999", results[2])
        self.assertIn("tax IDs or branches differ", results[3])
        self.assertIn("same customer", results[5])

    def test_a_reason_in_the_sheet_lets_different_tax_ids_pass(self):
        other = self._create_customer("Taxed", ref='D-005', vat='0105536000001')
        self.customer.vat = '0105536000002'
        wizard = self._upload(('D-001', 'D-005', "Same owner"))
        wizard.action_check()
        wizard.action_merge()
        self.assertEqual(other.merged_into_id, self.customer)

    def test_files_that_cannot_be_read_are_refused_in_words(self):
        for content, message in ((b'nonsense', "not an Excel file"), (b'', "Choose an Excel file")):
            wizard = self.env['ecount.merge.pairs'].create({'file': base64.b64encode(content), 'filename': "x.xlsx"})
            with self.assertRaisesRegex(UserError, message):
                wizard.action_check()
        with self.assertRaisesRegex(UserError, "no rows"):
            self._upload(("Keep", "Drop")).action_check()
