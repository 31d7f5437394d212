"""Spellings made comparable: the same customer written twice gets the same key. Plain Python, no ORM."""

import re
import unicodedata

from . import name_sounds

# Countries whose tax id is shared by the branches of a company, and how many digits number a branch.
BRANCH_DIGITS = {'TH': 5, 'KR': 4}
KEY_LENGTH = 120

_LATIN_FORMS = re.compile(
    r'\b(?:company|co|limited|ltd|incorporated|inc|corporation|corp|public|plc|pcl|partnership|part|llc|llp|lp|'
    r'gmbh|pte|pty|sdn|bhd|the)\b')
# Longest first: one form begins like another.
_THAI_START = re.compile(
    r'^(?:ห้างหุ้นส่วนจำกัด|ห้างหุ้นส่วนสามัญ|ห้างหุ้นส่วน|บริษัทมหาชน|บริษัท|บจก|บมจ|บจ(?=[.\s])|หจก|หสม|หสน|ร้าน)')
_THAI_END = re.compile(r'(?:จำกัดมหาชน|มหาชน|จำกัด)$')
_KOREAN_FORMS = re.compile(r'주식회사|유한책임회사|유한회사|\(주\)|\(유\)')


def get_name_key(name):
    """Return a name without company form, case, blanks and punctuation, in any script; None for an empty one.

    :param str name: as typed; Thai, Korean and full-width Latin too
    """
    # The Thai vowel am is two characters in normal form; the forms above are brought into the same form.
    text = _normalize(name or '').strip()
    if not text:
        return None
    short = _THAI_NORMAL_END.sub('', _squeeze(_drop_forms(text)))
    return (short or _squeeze(text) or text)[:KEY_LENGTH]


def get_sound_key(name):
    """Return the same for a name in Thai and in Latin letters, when they sound alike; None where that says too little.

    :param str name: as typed
    """
    return name_sounds.get_sound_key(_get_words(name))


def sound_alike(name, other):
    """Return whether one name is in Thai, the other in Latin letters, and both, of one sound key, sound alike."""
    texts = sorted(map(_get_words, (name, other)), key=name_sounds.is_thai, reverse=True)
    return [*map(name_sounds.is_thai, texts)] == [True, False] and name_sounds.sound_alike(*texts)


def _get_words(name):
    return re.sub(r'[\W_]*(?:(?:จํากัด|มหาชน)[\W_]*)+$', '', _drop_forms(_normalize(name or '').strip()))


def _drop_forms(text):
    short = _KOREAN_FORMS.sub(' ', text)
    if re.search('[a-z]', short):
        short = _LATIN_FORMS.sub(' ', re.sub(r'[.,]', ' ', short))
    return _THAI_NORMAL_START.sub('', short.strip())


def get_tax_key(vat, registry, country_code):
    """Return what tells a taxpayer from others: the tax id and, where branches share it, the branch; else None.

    :param str vat: tax id, with or without blanks, hyphens and the country's prefix
    :param str registry: branch number in Thailand and Korea; empty or of another length: the head office
    :param str country_code: two letters
    """
    number = re.sub(r'[^0-9A-Z]', '', unicodedata.normalize('NFKC', vat or '').upper())
    if country_code and number.startswith(country_code):
        number = number[len(country_code):]
    if len(number) < 2:  # "/" says that there is none
        return None
    if digits := BRANCH_DIGITS.get(country_code):
        branch = re.sub(r'\D', '', unicodedata.normalize('NFKC', registry or ''))
        number += '/' + (branch if len(branch) <= digits else '').zfill(digits)
    return number[:KEY_LENGTH]


def _normalize(text):
    return unicodedata.normalize('NFKC', text).casefold()


def _squeeze(text):
    """Drop all that is neither letter, digit nor a mark (the vowels and tones of Thai are marks)."""
    return ''.join(character for character in text if unicodedata.category(character)[0] in 'LNM')


_THAI_NORMAL_START = re.compile(_normalize(_THAI_START.pattern))
_THAI_NORMAL_END = re.compile(_normalize(_THAI_END.pattern))
