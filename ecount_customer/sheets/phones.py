"""Several telephone numbers in one cell, with extensions and remarks, taken apart. Plain Python, by phonenumbers."""

import functools
import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

# Words for an extension, each replaced by one of the same length that phonenumbers knows.
_EXTENSIONS = (('ต่อ', 'ext'), ('내선', ' x'), ('กด', ' x'), ('โทร', '   '), ('교환', ' x'))
# 02-123-4567-9 or 02-1234567 ถึง 9: a row of numbers; the first one is the number.
_ROW = re.compile(r'(?<=\d{3})(\s*(?:[-–~]|ถึง)\s*\d{1,2})(?!\d)(?!\s*[-–]\d)')
_LABELS = re.compile(
    r'(?i)(?:โทรศัพท์|มือถือ|โทรสาร|โทร|เบอร์|แฟกซ์|telephone|tel|phone|mobile|fax|전화|휴대폰|핸드폰|팩스)\s*[.:]*')
# Full-width and Thai digits and signs, each one character.
_LATIN = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x0E50 + n: 0x30 + n for n in range(10)}
_MARGINS = ' \t\n\r,;:/|.-–()'


@dataclass(frozen=True)
class Phone:
    """One number.

    :ivar str e164: +6621234567
    :ivar str international: +66 2 123 4567, as Odoo formats numbers
    :ivar str extension: '101', or ''
    """

    e164: str
    international: str
    extension: str = ''

    def __str__(self):
        return self.international + (f" ext. {self.extension}" if self.extension else '')


@dataclass(frozen=True)
class Phones:
    """What one cell says.

    :ivar Phone first: the number to call; None when the cell has none that is valid: the text is best kept as it is
    :ivar tuple others: further numbers
    :ivar str rest: remarks, without separators and words for telephone
    """

    first: Phone | None
    others: tuple = ()
    rest: str = ''

    @property
    def notes(self):
        """All that has no place in the field of one number, to be kept in the notes; '' when there is nothing."""
        parts = [f"ext. {self.first.extension}"] if self.first and self.first.extension else []
        return ', '.join([*parts, *map(str, self.others), *([self.rest] if self.rest else [])])


@functools.lru_cache(maxsize=4096)
def split_phones(value, country_code):
    """Take the numbers of a cell apart.

    :param value: str, or a number (812345678: Excel took the 0)
    :param str country_code: two letters; numbers without country code are of this country
    :rtype: Phones
    """
    text = f"{value:.0f}" if isinstance(value, float) else str(value)
    text = text.translate(_LATIN).strip()
    country_code = (country_code or '').upper() or None
    if whole := _parse(text, country_code):
        return Phones(whole)
    shown = text
    for word, replacement in _EXTENSIONS:
        text = text.replace(word, replacement)
    found = _match(text, country_code)
    if not found:
        found = _match(_ROW.sub(lambda match: ' ' * len(match[0]), text), country_code)
    phones, rest, end = [], [], 0
    for start, stop, phone in found:
        phones.append(phone)
        rest.append(shown[end:start])
        end = stop
    rest.append(shown[end:])
    # A row of numbers is one remark: its last digits alone say nothing.
    remark = shown if phones and _ROW.search(shown) and len(phones) == 1 else ' '.join(filter(None, (
        _LABELS.sub(' ', part).strip(_MARGINS) for part in rest)))
    if not phones:
        return Phones(None, rest=shown)
    first, *others = dict.fromkeys(phones)
    return Phones(first, tuple(phone for phone in others if phone.e164 != first.e164), remark)


def _match(text, country_code):
    return [
        (match.start, match.end, _make_phone(match.number))
        for match in phonenumbers.PhoneNumberMatcher(text, country_code)
    ]


def _parse(text, country_code):
    """Return the number where the text is one and nothing else, else None."""
    if re.search(r'[^\d\s()+.\-–]', text):
        return None
    try:
        number = phonenumbers.parse(text, country_code)
    except phonenumbers.NumberParseException:
        return None
    return _make_phone(number) if phonenumbers.is_valid_number(number) else None


def _make_phone(number):
    extension, number.extension = number.extension or '', None
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL), extension)
