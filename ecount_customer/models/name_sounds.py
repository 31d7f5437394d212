"""Thai names made comparable with the same names in Latin letters. Plain Python, no ORM.

A Thai name is written in Latin letters, about as the Royal Institute does it, and what remains of both spellings is
compared: first the consonants, as one key that an index serves, then all letters.
"""

import functools
import re

SHORTEST = 4  # consonants; shorter names sound like too many others
LETTERS_PER_MISTAKE = 8  # one other vowel in so many letters is another spelling, more are another name
UNWRITTEN = '*'  # a vowel that Thai does not write: o or a in Latin letters, or none
KEY_LENGTH = 120

# Words of business that are translated rather than spelled.
_WORDS = {
    'trading': "การค้า เทรดดิ้ง เทรดดิง", 'food': "ฟู้ดส์ ฟู้ด ฟูดส์ ฟูด", 'mart': "มาร์ท มาร์ต", 'farm': "ฟาร์ม",
    'group': "กรุ๊ป กรุ๊พ", 'service': "เซอร์วิส บริการ", 'transport': "ขนส่ง ทรานสปอร์ต", 'fresh': "เฟรช",
    'hotel': "โรงแรม โฮเทล โฮเต็ล", 'resort': "รีสอร์ท รีสอร์ต", 'shop': "ช็อป ช้อป", 'market': "ตลาด มาร์เก็ต",
    'golden': "โกลเด้น โกลเด็น", 'gold': "โกลด์", 'thailand': "ประเทศไทย ไทยแลนด์", 'supply': "ซัพพลาย",
    'engineering': "วิศวกรรม เอ็นจิเนียริ่ง", 'construction': "ก่อสร้าง คอนสตรัคชั่น", 'coffee': "คอฟฟี่ กาแฟ",
    'industry': "อุตสาหกรรม อินดัสตรี้ อินดัสทรี", 'international': "อินเตอร์เนชั่นแนล อินเตอร์", 'bakery': "เบเกอรี่",
    'import': "อิมปอร์ต นำเข้า", 'export': "เอ็กซ์พอร์ต เอ็กซ์ปอร์ต ส่งออก",
}
# Parts of many names that are not said as they are written.
_NAMES = {
    'charoen': "เจริญ", 'nakhon': "นคร", 'phet': "เพชร", 'ratcha': "ราช", 'samut': "สมุทร", 'amnat': "อำนาจ",
    'sawat': "สวัสดิ์", 'wong': "วงศ์ วงษ์", 'phong': "พงศ์ พงษ์",
}
_ENGLISH = {
    'trade': 'trading', 'trader': 'trading', 'traders': 'trading', 'foods': 'food', 'farms': 'farm', 'marts': 'mart',
    'services': 'service', 'transportation': 'transport', 'hotels': 'hotel', 'supplies': 'supply',
    'industries': 'industry', 'industrial': 'industry', 'inter': 'international',
}
_THAI = re.compile('[ก-ฮ]')
_WORD = re.compile('[a-z0-9ก-๎]+')
_FOREIGN = re.compile(r'[^\W_a-z0-9ก-๎]')
_VOWEL_SIGN = '[ะ-ฺ็ํ]'
_ONSETS = dict(zip(
    'กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ',
    ['k', *['kh'] * 5, 'ng', *['ch'] * 3, 's', 'ch', 'y', 'd', 't', 'th', 'th', 'th', 'n', 'd', 't', 'th', 'th', 'th',
     'n', 'b', 'p', 'ph', 'f', 'ph', 'f', 'ph', 'm', 'y', 'r', 'l', 'w', 's', 's', 's', 'h', 'l', '', 'h'],
    strict=True))
_CODAS = {
    **dict.fromkeys('กขคฆ', 'k'), **dict.fromkeys('จชซฎฏฐฑฒดตถทธศษส', 't'), **dict.fromkeys('ญณนรลฬ', 'n'),
    **dict.fromkeys('บปพฟภ', 'p'), 'ง': 'ng', 'ม': 'm', 'ย': 'i', 'ว': 'o',
}
# What is written and not said, and what is said otherwise than written.
_UNSAID = [(re.compile(pattern), said) for pattern, said in (
    ('[่-๋ๆ๎]', ''), ('(?:[ทตด]ร|[ก-ฮ])[ิุ]?์', ''), ('ฤๅ?', 'ริ'), ('ฦๅ?', 'ลิ'),
    ('ทร(?=ัพ|าย|ง)', 'ซ'), (f'[สศ]ร(?={_VOWEL_SIGN})', 'ส'),
    (f'(?<=[ะ-ฺ็])([ตทกช])ร(?!{_VOWEL_SIGN})', r'\1'), (f'(?<=[ะ-ฺ])([ตด])[ิุ](?!{_VOWEL_SIGN}|[ก-ฮ]์)', r'\1'),
)]
_C = '[ก-ฮ]'
_ONSET = f'((?:[กขคตปพทบดฟ]ร|[กขคปผพบฟ]ล|[กขค]ว|ห[งญนมยรลว]|{_C}))'
_CODA = f'({_C}(?!{_VOWEL_SIGN}|รร|อ(?!{_VOWEL_SIGN})))?'
# A syllable's onset and coda and the vowel between them; the first that fits, so the longest come first.
_SYLLABLES = [(re.compile(pattern), vowel) for pattern, vowel in (
    (f'เ{_ONSET}ียว', 'iao'), (f'เ{_ONSET}ีย{_CODA}', 'ia'), (f'เ{_ONSET}ือ{_CODA}', 'uea'), (f'เ{_ONSET}าะ', 'o'),
    (f'เ{_ONSET}า', 'ao'), (f'เ{_ONSET}ย(?!{_VOWEL_SIGN})', 'oei'), (f'เ{_ONSET}ิ{_CODA}', 'oe'),
    (f'เ{_ONSET}อ{_CODA}', 'oe'), (f'เ{_ONSET}[ะ็]?{_CODA}', 'e'), (f'แ{_ONSET}[ะ็]?{_CODA}', 'ae'),
    (f'โ{_ONSET}ะ?{_CODA}', 'o'), (f'[ใไ]{_ONSET}ย?(?!{_VOWEL_SIGN})', 'ai'), (f'[ใไ]{_ONSET}', 'ai'),
    (f'{_ONSET}ัวะ?', 'ua'), (f'{_ONSET}รร{_CODA}(?={_C})', 'a'), (f'{_ONSET}รร({_C})(?!{_VOWEL_SIGN})', 'a'),
    (f'{_ONSET}รร', 'an'), (f'{_ONSET}ํา', 'am'), (f'{_ONSET}ะ', 'a'), (f'{_ONSET}[ัา]{_CODA}', 'a'),
    (f'{_ONSET}[ิี]{_CODA}', 'i'), (f'{_ONSET}[ึื]อ?{_CODA}', 'ue'), (f'{_ONSET}[ุู]{_CODA}', 'u'),
    (f'{_ONSET}็?อ{_CODA}', 'o'), (f'({_C})ว({_C})(?!{_VOWEL_SIGN})', 'ua'),
    (f'({_C})({_C})(?!{_VOWEL_SIGN}|อ|รร)', UNWRITTEN), (f'({_C})', UNWRITTEN),
)]
_SOUNDED = {*'aeiouy', UNWRITTEN}
_LATIN = re.compile('ch|sh|ph|th|kh|gh|ng|ck|.')
_CLASSES = {
    **dict.fromkeys(('k', 'kh', 'g', 'gh', 'ck', 'c', 'q', 'x'), 'K'), **dict.fromkeys(('t', 'th', 'd'), 'T'),
    **dict.fromkeys(('p', 'ph', 'b', 'f'), 'P'), **dict.fromkeys(('ch', 'sh', 'j'), 'C'),
    **dict.fromkeys(('s', 'z'), 'S'), **dict.fromkeys(('n', 'ng'), 'N'), **dict.fromkeys(('w', 'v'), 'W'),
    **dict.fromkeys(('r', 'l'), 'R'), 'm': 'M', 'h': '',
}
_HEARD_ALIKE = dict.fromkeys('SC', 'T')  # at the end of a syllable; elsewhere the consonants have been compared
_VOWELS = [(re.compile(pattern), vowel) for pattern, vowel in (
    ('ee|ea|ie(?![a-z])|y', 'i'), ('oo|ue|eu|ou', 'u'), ('ae|oe|er(?![aeiou])', 'e'), ('ao|or(?![aeiou])', 'o'),
)]


def is_thai(text):
    """Return whether a text has Thai letters."""
    return bool(_THAI.search(text or ''))


def get_sound_key(text):
    """Return the consonants that are heard in a name written in Thai or Latin letters, without blanks.

    :param str text: a name in lower case and normal form (NFKC), without company form
    :return: None for a name of another script, or of fewer than four consonants
    """
    key = ''.join(map(_get_consonants, _get_words(text)))
    key = re.sub(r'([A-Z])\1+', r'\1', key)
    return key[:KEY_LENGTH] if len(re.sub(r'\d', '', key)) >= SHORTEST else None


def sound_alike(thai, latin):
    """Return whether a name in Thai and one in Latin letters, of the same consonants, have about the same vowels."""
    first, second = (
        ''.join(_get_letters(word) for word in _get_words(name) if word not in _WORDS) for name in (thai, latin))
    return _get_distance(first, second) <= min(len(first), len(second)) / LETTERS_PER_MISTAKE


def _get_distance(first, second):
    """Return how many letters differ; a vowel that Thai does not write counts half where Latin letters have it."""
    def get_cost(letter):
        return {UNWRITTEN: 0, 'a': 0.5, 'o': 0.5}.get(letter, 1)

    row = [0]
    for letter in second:
        row.append(row[-1] + get_cost(letter))
    for one in first:
        above, row = row, [row[0] + get_cost(one)]
        for index, other in enumerate(second):
            same = one == other or one == UNWRITTEN and other in 'ao'
            row.append(min(above[index] + (not same), above[index + 1] + get_cost(one), row[-1] + get_cost(other)))
    return row[-1]


def romanize(text):
    """Return a Thai text in Latin letters, word by word where it has blanks; Latin letters stay."""
    if not is_thai(text):
        return ' '.join(_WORD.findall(text))
    for word, thai in _THAI_WORDS:
        if thai in text:
            text = text.replace(thai, word)
    for pattern, said in _UNSAID:
        text = pattern.sub(said, text)
    return ' '.join(_romanize_word(word) for word in _WORD.findall(text))


def _romanize_word(word):
    result, position = [], 0
    while position < len(word):
        for pattern, vowel in _SYLLABLES if 'ก' <= word[position] <= '๎' else ():
            if found := pattern.match(word, position):
                onset, coda = (*found.groups(), None)[:2]
                sonorant = len(onset) == 2 and onset[0] == 'ห'
                result.append(''.join(_ONSETS.get(letter, '') for letter in onset[sonorant:])
                              + vowel + _CODAS.get(coda, ''))
                position = found.end()
                break
        else:
            result.append(word[position])
            position += 1
    return ''.join(result)


def _get_words(text):
    """Return the words of a name in Latin letters; none when one is of another script."""
    if _FOREIGN.search(text):
        return []
    return [_ENGLISH.get(word, word) for word in romanize(text).split()]


@functools.lru_cache(maxsize=20_000)
def _get_consonants(word):
    result = []
    if word.startswith('sr'):  # the r of Sri is not said
        word = 's' + word[2:]
    for found in _LATIN.finditer(word):
        sound, before, after = found.group(), word[found.start() - 1:found.start()], word[found.end():found.end() + 1]
        is_coda = after not in _SOUNDED
        if sound == 'c':
            sound = 's' if after in ('e', 'i', 'y') else 'k'
        heard = _CLASSES.get(sound, sound if sound.isdigit() else '')
        if is_coda and sound in ('r', 'w', 'v'):  # not heard before a consonant, or a vowel
            heard = ''
        elif is_coda and sound == 'l':
            heard = 'N'
        elif is_coda and heard in ('S', 'C') and before in _SOUNDED | {'r', 'l', 'n'}:
            heard = 'T'
        result.append(heard)
    return ''.join(result)


def _get_letters(word):
    for pattern, vowel in _VOWELS:
        word = pattern.sub(vowel, word)
    letters = ''.join(
        letter if letter in _SOUNDED or letter.isdigit() else _HEARD_ALIKE.get(heard := _CLASSES.get(letter, ''), heard)
        for letter in _LATIN.findall(word))
    return re.sub(r'(\D)\1+', r'\1', letters)


_THAI_WORDS = sorted(
    ((latin, thai.replace('ำ', 'ํา')) for latin, spellings in (
        *((f' {word} ', spellings) for word, spellings in _WORDS.items()), *_NAMES.items(),
    ) for thai in spellings.split()),
    key=lambda pair: -len(pair[1]))
