"""Text messages without the ORM: how many parts a text takes, and its placeholders."""

import math
import re

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
GSM7_EXTENDED = frozenset("^{}\\[~]|€\f")  # two characters each
PLACEHOLDER = re.compile(r'\{([^{}]*)\}')


def count_parts(text):
    """Return the length of a text in units of its encoding and the number of SMS that it takes.

    160 units of GSM-7 or 70 of UCS-2 (Thai, Korean) fit one SMS; of several, each holds 153 or 67.

    :rtype: tuple[int, int]
    """
    if not text:
        return 0, 0
    if all(char in GSM7_BASIC or char in GSM7_EXTENDED for char in text):
        length, single, several = sum(2 if char in GSM7_EXTENDED else 1 for char in text), 160, 153
    else:
        length, single, several = len(text.encode('utf-16-le')) // 2, 70, 67
    return length, 1 if length <= single else math.ceil(length / several)


def find_placeholders(text):
    """Return the names in braces of a text, in order.

    :rtype: list[str]
    """
    return PLACEHOLDER.findall(text or '')


def has_stray_brace(text):
    """Say whether a brace is left over when all placeholders are taken out."""
    return not {'{', '}'}.isdisjoint(PLACEHOLDER.sub('', text or ''))


def fill_placeholders(text, values):
    """Return the text with its placeholders replaced; blanks that empty ones leave are closed up.

    :param dict values: text for each placeholder; only plain names, nothing is evaluated
    """
    filled = PLACEHOLDER.sub(lambda match: str(values[match.group(1)]), text)
    return re.sub(r'[ \t]{2,}', ' ', filled).strip()
