"""What every way of reading does to a cell, so that all give the same values."""

import math
import re
from datetime import date, datetime, time, timedelta

# A row whose first text begins so is an example or a remark, no data.
REMARK = '✎'
# What a spreadsheet shows instead of the result of a formula that failed.
ERROR_TEXTS = frozenset({
    '#NULL!', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#N/A', '#GETTING_DATA', '#SPILL!', '#CALC!'})

# Control characters, and the underscore of a text that looks like one of them.
_ESCAPED = re.compile(r'_x(00[01][0-9A-Fa-f]|005[Ff]|FFF[EF])_')
_FORMAT_TOKEN = re.compile(r'\[[^\]]*\]|"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|(?P<char>.)', re.DOTALL)
_LITERALS = frozenset(' -/()+')


def is_error(value):
    """Tell whether a value is the error of a formula ('#N/A', '#REF!', …)."""
    return isinstance(value, str) and value in ERROR_TEXTS


def normalize(value):
    """Return a cell's value as str, int, float, bool, date, datetime or None.

    A whole number is an int, midnight is a date, a time of the day or a duration is text, an empty text is None.
    """
    if value is None or value == '':
        return None
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value if value.time() != time() else value.date()
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        return str(timedelta(seconds=round(value.total_seconds())))
    return value if isinstance(value, (int, date)) else str(value)


def unescape(text):
    """Return the text of a cell of an .xlsx file, where control characters are written _x000D_."""
    if '_x' not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def get_code_pattern(number_format):
    """Return the parts of a number format that shows a number as a code with leading zeros, or None.

    `00000` and Thailand's `0 0000 00000 00 0` are such formats, `0.00`, `#,##0` and dates are not.

    :rtype: list[str | None] | None
    :return: literals, and None for each digit
    """
    parts = []
    for match in _FORMAT_TOKEN.finditer(number_format.split(';')[0]):
        char = match['char']
        if char == '0':
            parts.append(None)
        elif char is not None and char not in _LITERALS:
            return None
        elif literal := char or match['escaped'] or match['quoted']:
            parts.append(literal)
    return parts if parts.count(None) >= 2 else None


def format_code(value, pattern):
    """Return a number as its number format shows it: 42 as '00042'.

    :param list pattern: of `get_code_pattern`
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return value
    digits = str(value).zfill(pattern.count(None))
    first, rest = digits[:len(digits) - pattern.count(None) + 1], iter(digits[len(digits) - pattern.count(None) + 1:])
    text, is_first = [], True
    for part in pattern:
        if part is not None:
            text.append(part)
        elif is_first:
            text.append(first)
            is_first = False
        else:
            text.append(next(rest))
    return ''.join(text)
