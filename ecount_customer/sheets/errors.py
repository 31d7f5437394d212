"""What is wrong with a file, in a text that is translated when it is shown."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SheetError(Exception):
    """A file that cannot be read, or not safely.

    :ivar str code: what it is, for code: 'empty', 'size', 'unpacked', 'rows', 'columns', 'password', 'kind',
        'broken', 'dangerous', 'no_sheet', 'encoding'
    :ivar reason: the text for people, to be translated: `env._(error.reason)`
    """

    def __init__(self, code, reason):
        super().__init__(code, reason)
        self.code, self.reason = code, reason

    def __str__(self):
        return self.reason._translate('en_US')


def empty():
    return SheetError('empty', _lt("The file is empty."))


def too_large(size, limit):
    return SheetError('size', _lt(
        "The file has %(size)s MB, and at most %(limit)s MB are read at once. Split it into several files.",
        size=-(-size // 2**20), limit=limit // 2**20))


def unpacked_too_large(limit):
    return SheetError('unpacked', _lt(
        "Unpacked, the file has more than %(limit)s MB: far more than its rows need. "
        "Copy the rows into a new workbook and save that one.", limit=limit // 2**20))


def too_many_rows(limit):
    return SheetError('rows', _lt(
        "The sheet has more than %(limit)s rows. Split it into several files.", limit=f"{limit:,}"))


def too_many_columns(limit):
    return SheetError('columns', _lt(
        "The sheet has more than %(limit)s columns. Delete those that are not needed.", limit=limit))


def has_password():
    return SheetError('password', _lt("The file is protected by a password. Save it without one."))


def unknown_kind():
    return SheetError('kind', _lt("This is no Excel file. Save it as .xlsx, or as .csv."))


def other_kind(kind):
    return SheetError('kind', _lt("A file of the kind %(kind)s is not read. Open it and save it as .xlsx.", kind=kind))


def web_page():
    return SheetError('kind', _lt(
        "This is a web page that is named like an Excel file. Open it in Excel and save it as .xlsx."))


def broken():
    return SheetError('broken', _lt("The file is damaged: open it in Excel and save it once more as .xlsx."))


def dangerous():
    return SheetError('dangerous', _lt(
        "The file contains declarations that no spreadsheet program writes, so it is not read. "
        "Copy the rows into a new workbook and save that one."))


def no_sheet(name):
    return SheetError('no_sheet', _lt("The file has no sheet named %(name)s.", name=name))


def no_visible_sheet():
    return SheetError('no_sheet', _lt("The file has no visible sheet with rows."))


def unreadable_text():
    return SheetError('encoding', _lt("The letters of the file cannot be told. Save it as .xlsx, or as CSV UTF-8."))
