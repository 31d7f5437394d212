"""What a cell means, in the three countries' ways of writing."""

from datetime import date, datetime

import hypothesis
from hypothesis import strategies as st

from odoo.tests import BaseCase, TransactionCase, tagged

from odoo.addons.ecount_customer.sheets.phones import split_phones
from odoo.addons.ecount_customer.sheets.places import find_state_code, split_address
from odoo.addons.ecount_customer.sheets.provinces import PROVINCES
from odoo.addons.ecount_customer.sheets.values import (
    fix_tax_id,
    parse_boolean,
    parse_date,
    parse_datetime,
    parse_number,
)


@tagged('post_install', '-at_install')
class TestSheetValues(BaseCase):

    def _assert_meaning(self, function, cases, *args):
        for value, expected in cases.items():
            with self.subTest(value=value):
                result = function(value, *args)
                self.assertEqual(result, expected)
                self.assertIs(type(result), type(expected))

    def _assert_meaningless(self, function, values, *args):
        for value in values:
            with self.subTest(value=value), self.assertRaises(ValueError):
                function(value, *args)

    # === DATES === #

    def test_dates_are_read_as_excel_and_people_write_them(self):
        day = date(2026, 12, 31)
        self._assert_meaning(parse_date, dict.fromkeys([
            day, datetime(2026, 12, 31, 8, 30), 46387, 46387.75, 20261231, '20261231', '2026-12-31', '2026/12/31',
            '31/12/2026', '31-12-2026', '31.12.2026', ' 31 / 12 / 2026 ', '31/12/2026 14:30', '2026-12-31T14:30:00',
            '31 Dec 2026', '31 ธ.ค. 2569', '31 ธันวาคม 2569', '๓๑/๑๒/๒๕๖๙', '2026년 12월 31일', '2026. 12. 31.',
            'December 31, 2026',
        ], day))
        self.assertEqual(parse_date('12/31/2026', '%m/%d/%Y'), day)
        self.assertEqual(parse_date('2/1/2026', '%m/%d/%Y'), date(2026, 2, 1))
        self.assertEqual(parse_date('2/1/2026', '%d/%m/%Y'), date(2026, 1, 2))
        self.assertEqual(parse_date('2026-02-01', '%m/%d/%Y'), date(2026, 2, 1))

    def test_buddhist_years_lose_543(self):
        self._assert_meaning(parse_date, {
            '29/02/2567': date(2024, 2, 29), '2567-02-29': date(2024, 2, 29), date(2567, 3, 1): date(2024, 3, 1),
            '01/01/2400': date(1857, 1, 1), '31/12/2600': date(2057, 12, 31), '31/12/2399': date(2399, 12, 31),
            243984: date(2025, 1, 1),  # 1 January 2568 as Excel keeps it
        })

    def test_what_is_no_day_is_refused(self):
        self._assert_meaningless(parse_date, [
            '31/02/2026', '31/12/67', 'tomorrow', '', '12/2026', '31/12/2026/1', True, 0, -5, 99999999, '29/02/2566',
            '13/13/2026', '1.5', None])
        self._assert_meaningless(parse_date, ['31/12/2026'], '%m/%d/%Y')

    def test_moments_keep_their_time(self):
        self._assert_meaning(parse_datetime, {
            '31/12/2569 14:30': datetime(2026, 12, 31, 14, 30), 46387.5: datetime(2026, 12, 31, 12),
            datetime(2026, 12, 31, 8): datetime(2026, 12, 31, 8), date(2026, 12, 31): datetime(2026, 12, 31),
        })

    # === NUMBERS === #

    def test_numbers_are_read_as_people_write_them(self):
        self._assert_meaning(parse_number, {
            5: 5, 5.25: 5.25, '1,234.50': 1234.5, '1 234 567': 1234567, '-5': -5, '(500)': -500, '500-': -500,
            '฿1,000': 1000, '1,000 บาท': 1000, 'THB 20.50': 20.5, '30,000원': 30000, '5%': 5, '๑๒๓': 123, '.5': 0.5,
            '5.': 5, '\u22127': -7, '0': 0, '+3': 3,
        })
        self.assertEqual(parse_number('1.234,50', ',', '.'), 1234.5)
        self.assertEqual(parse_number('1234,5', ',', ''), 1234.5)

    def test_what_is_no_number_is_refused(self):
        self._assert_meaningless(parse_number, [
            '1,5', '1,23,456', '12,34', 'abc', '', '-', '1.2.3', True, None, '5/8', float('nan'), float('inf'), '1e5'])
        self._assert_meaningless(parse_number, ['1.5'], ',', '.')

    @hypothesis.given(st.floats(-10**12, 10**12).map(lambda number: round(number, 2)))
    def test_a_number_written_with_separators_comes_back(self, number):
        self.assertEqual(parse_number(f"{number:,.2f}"), number)
        thai = f"{number:,.2f}".translate({ord(str(digit)): chr(0x0E50 + digit) for digit in range(10)})
        self.assertEqual(parse_number(thai), number)

    def test_yes_and_no_in_three_languages(self):
        self._assert_meaning(parse_boolean, dict.fromkeys(['Yes', 'TRUE', 1, 1.0, 'ใช่', '예', 'O', '✓'], True))
        self._assert_meaning(parse_boolean, dict.fromkeys(['No', 0, 'ไม่', 'ไม่ใช่', '아니오', False], False))
        self._assert_meaningless(parse_boolean, ['maybe', '', 2, None, 'X'])

    # === TAX IDS === #

    def test_a_tax_id_gets_its_zero_back_where_the_check_digit_fits(self):
        self.assertEqual(fix_tax_id('0994000617721', 'TH'), ('0994000617721', False))
        self.assertEqual(fix_tax_id(994000617721, 'TH'), ('0994000617721', True))
        self.assertEqual(fix_tax_id(994000617721.0, 'TH'), ('0994000617721', True))
        self.assertEqual(fix_tax_id('99-4000-61772-1', 'TH'), ('0994000617721', True))
        self.assertEqual(fix_tax_id('0-99-4-000-61772-1', 'TH'), ('0994000617721', False))
        self.assertEqual(fix_tax_id(994000617722, 'TH'), ('994000617722', False))
        self.assertEqual(fix_tax_id(94000617721, 'TH'), ('94000617721', False))
        self.assertEqual(fix_tax_id('134-86-72683', 'KR'), ('1348672683', False))
        self.assertEqual(fix_tax_id(134867268, 'KR'), ('134867268', False))
        self.assertEqual(fix_tax_id('BE0477472701', 'BE'), ('BE0477472701', False))
        self.assertEqual(fix_tax_id(' - ', ''), ('-', False))

    # === PHONES === #

    def test_a_phone_is_read_with_and_without_its_zero(self):
        for value in (
            '081-999-8888', '0819998888', 819998888, 819998888.0, '+66 81 999 8888', '๐๘๑๙๙๙๘๘๘๘', '08 1999 8888',
        ):
            phones = split_phones(value, 'TH')
            self.assertEqual((phones.first.e164, phones.others, phones.notes), ('+66819998888', (), ''), value)
        self.assertEqual(split_phones('010-1234-5678', 'KR').first.e164, '+821012345678')
        self.assertEqual(split_phones('081-999-8888', 'TH').first.international, '+66 81 999 8888')

    def test_several_phones_and_extensions_are_taken_apart(self):
        for text, first, notes in [
            ('02-123-4567 ต่อ 101', '+6621234567', "ext. 101"),
            ('02-123-4567ต่อ101', '+6621234567', "ext. 101"),
            ('02-123-4567 ext. 101', '+6621234567', "ext. 101"),
            ('02-555-1234 내선 12', '+8225551234', "ext. 12"),
            ('081-999-8888, 02-123-4567', '+66819998888', "+66 2 123 4567"),
            ('0819998888 0812223333', '+66819998888', "+66 81 222 3333"),
            ('081-999-8888 / 081-999-8888', '+66819998888', ""),
            ('โทร. 081-999-8888 คุณสมชาย', '+66819998888', "คุณสมชาย"),
            ('02-123-4567 ต่อ 12, 081-999-8888', '+6621234567', "ext. 12, +66 81 999 8888"),
            ('02-123-4567-9', '+6621234567', "02-123-4567-9"),
            ('053-222333\n081-999-8888', '+6653222333', "+66 81 999 8888"),
        ]:
            phones = split_phones(text, 'KR' if '내선' in text else 'TH')
            self.assertEqual((phones.first and phones.first.e164, phones.notes), (first, notes), text)

    def test_what_is_no_phone_is_kept_as_it_is(self):
        for text in ('191', 'ไม่มี', '-', 'call the shop', '12345'):
            phones = split_phones(text, 'TH')
            self.assertEqual((phones.first, phones.rest), (None, text))

    # === PLACES === #

    def test_provinces_match_however_they_are_written(self):
        for text, code in {
            'กทม.': 'TH-10', 'กทม': 'TH-10',
            'กรุงเทพฯ': 'TH-10', 'กรุงเทพมหานคร': 'TH-10', 'Bangkok': 'TH-10', 'BANGKOK ': 'TH-10',
            'จ.เชียงใหม่': 'TH-50', 'จังหวัด เชียงใหม่': 'TH-50',
            'Chiang Mai': 'TH-50', 'chiangmai': 'TH-50', 'TH-50': 'TH-50',
            'Chiang Mai Province': 'TH-50', 'จ. ลำปาง': 'TH-52',
            'อยุธยา': 'TH-14', 'จันทบุรี': 'TH-22', 'หนองบัวลำภู': 'TH-39',
        }.items():
            self.assertEqual(find_state_code(text, 'TH'), code, text)
        self.assertEqual(find_state_code('서울', 'KR'), 'KR-11')
        self.assertEqual(find_state_code('Gyeonggi-do', 'KR'), 'KR-41')
        for text, country in (('', 'TH'), (None, 'TH'), ('Paris', 'TH'), ('กทม.', 'KR'), ('กทม.', None)):
            self.assertIsNone(find_state_code(text, country))

    def test_all_77_provinces_have_a_thai_and_an_english_name(self):
        self.assertEqual(len(PROVINCES['TH']), 77)
        keys = set()
        for code, names in PROVINCES['TH'].items():
            self.assertGreaterEqual(len(names), 2)
            for name in names:
                self.assertEqual(find_state_code(name, 'TH'), code)
                self.assertEqual(find_state_code(f"จ.{name}", 'TH'), code)
            keys |= set(names)
        self.assertEqual(len(keys), sum(len(names) for names in PROVINCES['TH'].values()))

    def test_of_an_address_only_what_is_certain_is_taken(self):
        for text, expected in {
            "99/1 ถนนเพชรบุรี แขวงมักกะสัน เขตราชเทวี กรุงเทพฯ 10400": ('10400', 'TH-10'),
            "12 หมู่ 3 ต.สุเทพ อ.เมือง จ.เชียงใหม่ 50200 ประเทศไทย": ('50200', 'TH-50'),
            "1 Charoen Krung Rd, Bang Rak, Bangkok 10500, Thailand": ('10500', 'TH-10'),
            "9 อ.พระนครศรีอยุธยา จ.พระนครศรีอยุธยา": ('', 'TH-14'),
            "45 ถนนเชียงใหม่ อ.เมือง": ('', ''),
            "โทร 12345 ถนนสุขุมวิท": ('', ''),
            "12345 ซอย 5 จ.ตรัง 92000": ('', 'TH-92'),
            "จ.ตรัง หรือ จ.ตราด": ('', ''),
            "": ('', ''), "กรุงเทพ": ('', ''),
        }.items():
            parts = split_address(text, 'TH')
            self.assertEqual((parts.zip, parts.state_code), expected, text)
        korean = split_address("서울특별시 강남구 테헤란로 1, 06236", 'KR')
        self.assertEqual((korean.zip, korean.state_code), ('06236', 'KR-11'))
        self.assertEqual(split_address("[06236] 서울 강남구", 'KR').state_code, 'KR-11')
        self.assertEqual(split_address("10 Downing Street London 12345", 'GB').zip, '')


@tagged('post_install', '-at_install')
class TestSheetProvinces(TransactionCase):

    def test_the_codes_of_provinces_are_those_of_odoo(self):
        for country in ('th', 'kr'):
            states = self.env.ref(f'base.{country}').state_ids
            self.assertLessEqual(set(PROVINCES[country.upper()]), set(states.mapped('code')))
