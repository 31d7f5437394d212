"""A look at an .xlsx file before a library opens it: is it safe, and which library reads all of it right."""

import io
import re
import zipfile
from xml.sax.saxutils import unescape

from . import errors
from .cells import get_code_pattern

MAX_PARTS = 2000
MAX_FAST_CELLS = 8_000_000  # of the rectangle around all values: the fast library takes 32 bytes for each
_PIECE = 2**20

_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
_CELL_WITH_END = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>]*?(/?)>')
_ROW = re.compile(rb'<row r="[0-9]{1,7}"')
_PREFIXED_CELL = re.compile(rb'<[A-Za-z_][\w.-]*:(?:c|row)\b')
_ODD_STARTS = tuple(b'<' + tag + end for tag in (b'c', b'row') for end in (b'\t', b'\r', b'\n', b'/', b'>'))
_ERROR_TYPES = (b'"e"', b"'e'")
_ESCAPE = re.compile(rb'_x[0-9A-Fa-f]{4}_')
_DECLARATION = re.compile(rb'<!\s*(?:DOCTYPE|ENTITY)', re.IGNORECASE)
_FORMAT = re.compile(rb'formatCode="([^"]*)"')


class XlsxFacts:
    """What the scan found.

    :ivar bool is_plain: the fast library reads the file as the thorough one does, and within bounds
    :ivar set notes: 'macros', 'formulas', 'merged': for the person to know
    """

    def __init__(self):
        self.is_plain = True
        self.notes = set()
        self.first_row = self.first_column = None
        self.last_row = self.last_column = 0

    def _add_cells(self, piece):
        """Widen the rectangle by the cells of a piece that have a value; return how many cells it has."""
        cells = _CELL.findall(piece)
        columns, rows = set(), set()
        if b'/>' in piece:
            for column, row, closed in _CELL_WITH_END.findall(piece):
                if not closed:
                    columns.add(column)
                    rows.add(row)
        elif cells:
            columns, rows = map(set, zip(*cells))
        if rows:
            numbers, indexes = list(map(int, rows)), list(map(_get_column_index, columns))
            self.first_row = min([*numbers, self.first_row or numbers[0]])
            self.first_column = min([*indexes, self.first_column or indexes[0]])
            self.last_row = max([*numbers, self.last_row])
            self.last_column = max([*indexes, self.last_column])
        return len(cells)

    def _get_area(self):
        if not self.last_row:
            return 0
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def scan_xlsx(content, limits):
    """Unpack every part once, within the limits, and return what was found.

    :param bytes content: of the file
    :param Limits limits: of `reader`
    :rtype: XlsxFacts
    :raise SheetError: for a file that is no workbook, damaged, protected, dangerous or too large unpacked
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _check_parts(archive, limits)
            facts = XlsxFacts()
            if 'xl/vbaproject.bin' in names:
                facts.notes.add('macros')
            left = limits.unpacked
            for info in archive.infolist():
                with archive.open(info) as part:
                    left = _scan_part(part, info.filename.lower(), facts, left, limits)
    except errors.SheetError:
        raise
    except RuntimeError:  # how the library says that a part is encrypted
        raise errors.has_password()
    except Exception:  # whatever damaged content makes the library raise
        raise errors.broken()
    return facts


def _check_parts(archive, limits):
    """Return the names of the parts; complain when they are not those of a workbook that can be read."""
    parts = archive.infolist()
    names = {info.filename.lower().lstrip('/') for info in parts}
    if 'mimetype' in names and 'content.xml' in names:
        raise errors.other_kind('.ods')
    if 'xl/workbook.bin' in names:
        raise errors.other_kind('.xlsb')
    if 'word/document.xml' in names or 'ppt/presentation.xml' in names or '[content_types].xml' not in names:
        raise errors.unknown_kind()
    # Two parts of one name: each library would read another one.
    if len(names) != len(parts):
        raise errors.broken()
    if len(parts) > MAX_PARTS or sum(info.file_size for info in parts) > limits.unpacked:
        raise errors.unpacked_too_large(limits.unpacked)
    return names


def _scan_part(part, name, facts, left, limits):
    """Read one part piece by piece; return how many bytes may still follow.

    A size that the archive understates ends in a wrong checksum, which the caller takes for damage.
    """
    is_text = name.endswith('sharedstrings.xml')
    budget = min(left, limits.unpacked // 4) if is_text else left
    rest = b''
    while chunk := part.read(_PIECE):
        left, budget = left - len(chunk), budget - len(chunk)
        if budget < 0:
            raise errors.unpacked_too_large(limits.unpacked)
        piece = rest + chunk
        # Cut before a tag, so that none is looked at in halves.
        cut = piece.rfind(b'<')
        rest, piece = (piece[cut:], piece[:cut]) if cut > 0 and len(piece) - cut < _PIECE else (b'', piece)
        _scan_piece(piece, name, facts)
    _scan_piece(rest, name, facts)
    return left


def _scan_piece(piece, name, facts):
    # UTF-16 has a zero in every tag; no spreadsheet program writes it, and no search below sees through it.
    if b'<!' in piece and _DECLARATION.search(piece) or b'\x00' in piece and name.endswith(('.xml', '.rels')):
        raise errors.dangerous()
    if name.endswith('styles.xml'):
        facts.is_plain &= not any(
            get_code_pattern(unescape(code.decode('utf-8', 'replace'), {'&quot;': '"'}))
            for code in _FORMAT.findall(piece))
        return
    if b'_x' in piece and _ESCAPE.search(piece):
        facts.is_plain = False
    if name.endswith('sharedstrings.xml') and b'<c ' not in piece:
        return
    if b'<f' in piece and (b'<f>' in piece or b'<f ' in piece):
        facts.notes.add('formulas')
    if b'<mergeCell ' in piece:
        facts.notes.add('merged')
    if not facts.is_plain or not any(start in piece for start in (b'<c', b'<row', b':c', b':row')):
        return
    # Cells and rows that do not say where they are, or in an unusual way, are for the thorough library.
    facts.is_plain = not (
        any(start in piece for start in _ODD_STARTS) or any(error in piece for error in _ERROR_TYPES)
        or _PREFIXED_CELL.search(piece)
        or piece.count(b'<row ') != len(_ROW.findall(piece)) or piece.count(b'<c ') != facts._add_cells(piece)
    ) and facts._get_area() <= MAX_FAST_CELLS


def _get_column_index(letters):
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index
