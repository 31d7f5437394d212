"""Provinces and postcodes as people write them. Plain Python."""

import functools
import re
import unicodedata
from dataclasses import dataclass

from .provinces import PROVINCES

_BEFORE = re.compile(r'^(?:จังหวัด|จ\.|จว\.|province of|changwat)\s*')
_AFTER = re.compile(r'\s*(?:province|metropolitan city|special city|-do)$')
_MARKED = re.compile(r'(?:จังหวัด|จ\.|จว\.)\s*([^\s,\d()]+(?:\s+[A-Za-z]+)*)')
# Behind the postcode only the country may follow, else the number may be anything.
_TAIL = re.compile(r'(?i)[\s,.]*(?:ประเทศไทย|ไทย|thailand|대한민국|korea|south korea)?[\s,.]*$')
_FIVE_DIGITS = re.compile(r'(?<![\d/.\-])\d{5}(?![\d/.\-])')
_BRACKETED = re.compile(r'^\s*[\[(]?(?:우편번호\s*:?\s*)?(\d{5})[\])]?')


@dataclass(frozen=True)
class AddressParts:
    """What is certain of an address in one cell.

    :ivar str zip: postcode, or ''
    :ivar str state_code: code of `res.country.state` (TH-50), or ''
    """

    zip: str = ''
    state_code: str = ''


def get_place_key(text):
    """Return the name of a province made comparable: without จ., จังหวัด, province, case, blanks and dots."""
    text = unicodedata.normalize('NFKC', text or '').casefold().strip()
    text = _AFTER.sub('', _BEFORE.sub('', text))
    return re.sub(r"[\s.\-'ฯ]", '', text)


@functools.lru_cache(maxsize=8)
def _get_keys(country_code):
    return {
        get_place_key(name): code
        for code, names in PROVINCES.get(country_code, {}).items() for name in (*names, code)
    }


def find_state_code(text, country_code):
    """Return the code of a province of Thailand or Korea however it is written (กทม., จ.เชียงใหม่, Chiangmai), or None.

    :param str text: of a cell that holds the province only
    :param str country_code: two letters
    """
    return _get_keys(country_code).get(get_place_key(text))


def split_address(text, country_code):
    """Return the postcode and the province of an address written in one cell, where they are certain; text is kept.

    Certain is a postcode that is the only one, at the end (in Korea also at the beginning); a province that is named
    as such (จ., จังหวัด), or that stands right before the postcode or at the end, and is the only one.

    :param str text: the address
    :param str country_code: two letters; other countries than TH and KR: nothing is certain
    :rtype: AddressParts
    """
    text = unicodedata.normalize('NFKC', text or '')
    if country_code not in PROVINCES:
        return AddressParts()
    codes = _FIVE_DIGITS.findall(text)
    postcode, before = '', text
    if len(codes) == 1:
        match = _FIVE_DIGITS.search(text)
        if _TAIL.fullmatch(text[match.end():]) and (country_code == 'KR' or codes[0][0] != '0'):
            postcode, before = codes[0], text[:match.start()]
        elif country_code == 'KR' and _BRACKETED.match(text):
            postcode, before = codes[0], text[match.end():]
    return AddressParts(postcode, _find_state_in(_TAIL.sub('', before), country_code))


def _find_state_in(text, country_code):
    if country_code == 'KR':
        # From the large to the small: the province comes first.
        words = text.strip(' ,[]()').split()
        return (words and find_state_code(words[0], country_code)) or ''
    marked = {find_state_code(name, country_code) for name in _MARKED.findall(text)} - {None}
    if marked:
        return marked.pop() if len(marked) == 1 else ''
    text = re.sub(r'(?:รหัสไปรษณีย์|ไปรษณีย์)[\s:.]*$', '', text).strip(' ,.')
    words = re.split(r'[\s,]+', text)
    for count in (4, 3, 2, 1):  # Phra Nakhon Si Ayutthaya
        if len(words) > count and (code := find_state_code(' '.join(words[-count:]), country_code)):
            return code
    return ''
