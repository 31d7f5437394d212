"""What a cell means: dates, numbers, yes or no, tax ids. Plain Python; a ValueError is a value that means nothing."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from stdnum import get_cc_module

BUDDHIST_OFFSET = 543
BUDDHIST_YEARS = range(2400, 2601)
_EXCEL_EPOCH = date(1899, 12, 30)
_MAX_SERIAL = 2_958_465  # 31 December 9999
# Countries whose tax id has a fixed number of digits.
TAX_ID_DIGITS = {'TH': 13, 'KR': 10}

_MONTHS = {
    month: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "มค กพ มีค เมย พค มิย กค สค กย ตค พย ธค",
        "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    )
    for number, month in enumerate(names.split(), start=1)
}
_DATE_PART = re.compile(r'\d+|[^\W\d_][^\d\s/,-]*')
_TIME = re.compile(r'(?<=\d)[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*$')
# Not x: a tick in English, a no in Korean.
_TRUE = {'1', 'true', 't', 'yes', 'y', 'o', 'v', '✓', '✔', 'ใช่', 'จริง', 'มี', '예', '네', '참', '사용'}
_FALSE = {'0', 'false', 'f', 'no', 'n', '✗', 'ไม่', 'ไม่ใช่', 'เท็จ', 'ไม่มี', '아니오', '아니요', '거짓', '미사용'}


# === DATES === #


def parse_date(value, date_format='%d/%m/%Y'):
    """Return the day that a cell means.

    Days of Excel and their numbers (45292), ISO text in any case (2026-12-31, 20261231), else text in the order of
    the user's format, with any separators or the name of a month in Thai or English; Korean 2026년 12월 31일. Years
    2400–2600 are Buddhist ones and lose 543. A time behind the day is dropped.

    :param value: date, datetime, int, float or str
    :param str date_format: `date_format` of the user's `res.lang`: tells day-first from month-first
    :rtype: date
    :raise ValueError: for what is no day, and for a year of two digits (67 may be 2567 or 1967)
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _fix_year(value)
    if isinstance(value, bool):
        raise ValueError(value)
    if isinstance(value, (int, float)):
        if 1 <= value <= _MAX_SERIAL:
            return _fix_year(_EXCEL_EPOCH + timedelta(days=int(value)))
        value = f"{value:.0f}"
    text = _plain(value)
    return _make_date(*_split_date(_TIME.sub('', text), date_format))


def parse_datetime(value, date_format='%d/%m/%Y'):
    """Return the moment that a cell means: `parse_date` with the time that stands behind the day, else midnight.

    :rtype: datetime
    :raise ValueError: see `parse_date`
    """
    day = parse_date(value, date_format)
    if isinstance(value, datetime):
        return datetime.combine(day, value.time())
    if isinstance(value, float):
        seconds = round((value - int(value)) * 86400)
        return datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds)
    match = _TIME.search(_plain(value)) if isinstance(value, str) else None
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _split_date(text, date_format):
    """Return year, month and day as numbers."""
    if re.fullmatch(r'\d{8}', text):
        return int(text[:4]), int(text[4:6]), int(text[6:])
    parts = [part for part in _DATE_PART.findall(text) if part not in ('년', '월', '일')]
    if re.search(r'[년월일]', text):
        parts = re.findall(r'\d+', text)
    if len(parts) != 3:
        raise ValueError(text)
    months = [_MONTHS.get(re.sub(r'[.\s]', '', part).casefold()) for part in parts]
    if len(parts[0]) == 4 and parts[0].isdecimal():
        year, month, day = parts[0], months[1] or parts[1], parts[2]
    else:
        # 31 Dec 2026, Dec 31 2026, or numbers in the order of the user.
        month_first = bool(months[0]) or not months[1] and _is_month_first(date_format)
        month, day = (months[0] or parts[0], parts[1]) if month_first else (months[1] or parts[1], parts[0])
        year = parts[2]
    if len(year) != 4:
        raise ValueError(text)
    return int(year), int(month), int(day)


def _is_month_first(date_format):
    month = min((date_format.find(code) for code in ('%m', '%b', '%B') if code in date_format), default=0)
    return month < date_format.find('%d')


def _make_date(year, month, day):
    # Before the day is made: 29 February of the Buddhist leap year 2567 is none of the year 2567.
    return date(year - BUDDHIST_OFFSET if year in BUDDHIST_YEARS else year, month, day)


def _fix_year(day):
    return _make_date(day.year, day.month, day.day)


# === NUMBERS AND YES OR NO === #


def parse_number(value, decimal_point='.', thousands_sep=','):
    """Return the number that a cell means: an int where it is whole.

    Text as the user writes it: separators where they belong, a currency (฿, ₩, บาท, 원, THB …), a minus, brackets for a
    negative number, Thai digits. A percent sign is dropped: 5 % is 5.

    :param value: int, float or str
    :param str decimal_point: of the user's `res.lang`
    :param str thousands_sep: of the user's `res.lang`; None or '': blanks only
    :rtype: int | float
    :raise ValueError: for what is no number, also for 1,5 where the comma separates thousands
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError(value)
    if isinstance(value, str):
        value = float(_normalize_number(value, decimal_point, thousands_sep))
    if value != value or value in (float('inf'), float('-inf')):
        raise ValueError(value)
    return int(value) if float(value).is_integer() else value


def _normalize_number(text, decimal_point, thousands_sep):
    """Return a number's text as Python writes it."""
    number = _plain(text)
    if number.startswith('(') and number.endswith(')'):
        number = '-' + number[1:-1]
    number = re.sub(r'(?i)฿|₩|\$|€|บาท|원|thb|krw|usd|baht|won|%', '', number).strip()
    match = re.fullmatch(r'([-+]?)\s*(.*?)\s*(-?)', number)
    sign, digits = ('-' if '-' in (match[1], match[3]) else ''), match[2]
    whole, point, fraction = digits.partition(decimal_point or '.')
    separator = re.escape(thousands_sep) + r'|\s' if thousands_sep and thousands_sep.strip() else r'\s|,'
    if not re.fullmatch(rf'\d*|\d{{1,3}}(?:(?:{separator})\d{{3}})+', whole) or not re.fullmatch(r'\d*', fraction):
        raise ValueError(text)
    whole = re.sub(separator, '', whole)
    if not whole and not fraction:
        raise ValueError(text)
    return f'{sign}{whole or 0}{"." if point else ""}{fraction or ("0" if point else "")}'


def parse_boolean(value):
    """Return True or False for what people write for yes and no, in English, Thai and Korean.

    :raise ValueError: for anything else
    """
    if isinstance(value, (bool, int, float)) and value in (0, 1):
        return bool(value)
    text = _plain(value).casefold() if isinstance(value, str) else ''
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise ValueError(value)


# === TAX IDS === #


def fix_tax_id(value, country_code):
    """Return a tax id as digits, with the leading 0 that a spreadsheet took where the check digit then fits.

    :param value: str or int
    :param str country_code: two letters
    :return: the id and whether a 0 was put in front; what is no valid id of the country comes back as it was
    :rtype: tuple[str, bool]
    """
    text = str(value).strip() if not isinstance(value, float) else f"{value:.0f}"
    number = re.sub(r'[\s.\-–]', '', _plain(text)).upper()
    digits = number.removeprefix(country_code or ' ')
    length = TAX_ID_DIGITS.get(country_code)
    checker = length and get_cc_module(country_code.lower(), 'vat')
    if not checker or not re.fullmatch(r'[0-9]+', digits):
        return text, False
    if len(digits) == length:
        return (digits if checker.is_valid(digits) else text), False
    padded = '0' + digits
    if len(padded) == length and checker.is_valid(padded):
        return padded, True
    return text, False


def _plain(value):
    """Return text with Latin digits, half-width letters and single blanks."""
    if not isinstance(value, str):
        raise ValueError(value)
    text = unicodedata.normalize('NFKC', value).replace('\u2212', '-')
    return ' '.join(''.join(
        str(unicodedata.digit(character)) if character.isdecimal() else character for character in text).split())
