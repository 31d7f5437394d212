"""Text files: which letters, which separator. Thai and Korean Excel write .csv in the code page of the country."""

import csv
import io
import re
from collections import Counter

from . import errors

SEPARATORS = ',;\t|'
_SAMPLE_LINES, _SAMPLE_SIZE = 30, 100_000

# A Thai vowel or tone mark without a consonant before it, a leading vowel without one after it.
_THAI_MISTAKE = re.compile(
    r'(?<![ก-ฮ\u0e31\u0e34-\u0e3a\u0e47-\u0e4eฤฦำ])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[เ-ไ](?![ก-ฮฤ])')
_THAI_VOWEL = re.compile(r'[\u0e30-\u0e39\u0e40-\u0e44\u0e47-\u0e4c]')
_THAI = re.compile(r'[ก-๛]')
_HANGUL = re.compile(r'[가-힣]')
_NO_HANGUL = re.compile(r'[^\x00-\x7f가-힣]')
_CONTROL = re.compile(r'[\x00-\x08\x0e-\x1f]')


def decode_text(content, encoding=None):
    """Return the text of a .csv file: UTF-8 or UTF-16 where it is, else the likelier of cp874 (Thai), cp949 (Korean).

    :param bytes content: of the file
    :param str encoding: to use instead of finding out
    :rtype: str
    :raise SheetError: when it is no text
    """
    if encoding:
        candidates = [encoding]
    elif content.startswith((b'\xff\xfe', b'\xfe\xff')):
        candidates = ['utf-16']
    elif b'\x00' in content:
        raise errors.unknown_kind()
    else:
        candidates = ['utf-8-sig']
    for candidate in candidates:
        try:
            return _check_text(content.decode(candidate))
        except (UnicodeDecodeError, LookupError):
            if encoding:
                raise errors.unreadable_text()
    texts = []
    for candidate, count_mistakes in (('cp874', _count_thai_mistakes), ('cp949', _count_korean_mistakes)):
        try:
            text = content.decode(candidate)
        except UnicodeDecodeError:
            continue
        texts.append((count_mistakes(text[:200_000]), candidate, text))
    if not texts:
        raise errors.unreadable_text()
    return _check_text(min(texts, key=lambda found: found[0])[2])


def _check_text(text):
    if _CONTROL.search(text):
        raise errors.unknown_kind()
    return text


def _count_thai_mistakes(text):
    """Return the share of signs that do not stand in a Thai text this way."""
    total = len(_THAI.findall(text))
    if not total:
        return 1.0
    # Four signs of ten are vowels and tone marks in Thai; one of ten in Korean read as Thai.
    return len(_THAI_MISTAKE.findall(text)) / total + max(0.0, 0.3 - len(_THAI_VOWEL.findall(text)) / total)


def _count_korean_mistakes(text):
    hangul = _HANGUL.findall(text)
    # Syllables outside the 2,350 of the old standard are rare in Korean, and frequent in Thai read as Korean.
    rare = sum(1 for char in hangul if not _is_in_old_standard(char))
    other = len(_NO_HANGUL.findall(text))
    total = len(hangul) + other
    return (rare + other) / total if total else 1.0


def _is_in_old_standard(char):
    try:
        return len(char.encode('euc-kr')) == 2
    except UnicodeEncodeError:
        return False


def find_separator(text):
    """Return the separator that gives the same number of cells, more than one, in the most of the first lines."""
    first_lines = ''.join(text[:_SAMPLE_SIZE].splitlines(keepends=True)[:_SAMPLE_LINES])
    best, best_score = ',', (0, 0)
    for separator in SEPARATORS:
        try:
            widths = Counter(
                len(row) for row in csv.reader(io.StringIO(first_lines, newline=''), delimiter=separator) if row)
        except csv.Error:
            continue
        widths.pop(1, None)
        if widths:
            width, lines = widths.most_common(1)[0]
            if (lines, width) > best_score:
                best, best_score = separator, (lines, width)
    return best


def read_csv_rows(text):
    """Yield (row number as a spreadsheet counts, list of texts or None) of a text, also with line ends of a Mac."""
    reader = csv.reader(io.StringIO(text, newline=''), delimiter=find_separator(text))
    for number, row in enumerate(reader, start=1):
        yield number, [value or None for value in row]
