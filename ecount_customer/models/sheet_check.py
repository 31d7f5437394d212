"""What is known while an uploaded file is checked. Plain Python, no ORM."""


class SheetRow:
    """One row of the file.

    number      as the spreadsheet counts
    values      the cells, as read
    level       0: a customer, 1: a contact or address
    row_type    kind of row, see `ecount.customer.sheet._get_row_types`
    code        text of the code cell; code_is_number: the cell is a number
    record_id   id of the customer or contact that the row is about; 0: a new one
    parent_id   of a contact, its customer; parent_row: the row of that customer where it is new too
    passed      names of columns that are not written: the code by which a customer was known before
    vals        what is to be written
    is_wrong    whether anything in the row is wrong
    """

    __slots__ = ('code', 'code_is_number', 'is_wrong', 'level', 'number', 'parent_id', 'parent_row', 'passed',
                 'record_id', 'row_type', 'vals', 'values')

    def __init__(self, number, values):
        self.number, self.values = number, values
        self.level = self.record_id = self.parent_id = self.parent_row = 0
        self.row_type = self.code = None
        self.code_is_number = self.is_wrong = False
        self.passed = ()
        self.vals = None

    def get(self, position):
        """Return the cell of a column, None where there is none or nothing but blanks in it."""
        if position is None or position >= len(self.values):
            return None
        cell = self.values[position]
        return None if isinstance(cell, str) and not cell.strip() else cell


class SheetCheck:
    """One check of one file.

    headers, columns    of the file; a column that is not read is None
    positions           {technical name of a column: position}
    rows                `SheetRow`s
    reading             see `ecount_customer_sheet_value.SheetReading`
    questions           {name of a question: its column}, of what is in doubt in this file
    answers             {name of a question: answer}
    fixes, replacements see `ecount.customer.import`
    errors, changes     tuples for the tables of wrong cells and of first changes
    """

    MAX_CHANGES = 100

    def __init__(self, headers, columns, rows, reading, fixes, replacements):
        self.headers, self.columns, self.rows, self.reading = headers, columns, rows, reading
        self.positions = {column.name: position for position, column in enumerate(columns) if column}
        self.fixes, self.replacements = fixes, replacements
        self.questions, self.answers = {}, {}
        self.errors, self.changes, self.remarks = [], [], []
        self.notes, self.fixed = [], {}

    def add_error(self, row, code, reason, name=None, value=None, suggestion=None):
        """Note that a cell, or without a column name the whole row, is wrong."""
        row.is_wrong = True
        position = self.positions.get(name)
        self.errors.append((
            row.number, None if position is None else str(self.headers[position]), name,
            None if value is None else str(value), code, reason, None if suggestion is None else str(suggestion)))

    def add_change(self, row, customer, label, old, new):
        """Note a change, among the first ones."""
        if len(self.changes) < self.MAX_CHANGES:
            self.changes.append((row.number, customer, label, *(
                None if value is None else str(value) for value in (old, new))))

    def count(self):
        """Return the numbers of new, changed, unchanged and wrong rows, which make up all rows."""
        wrong = sum(row.is_wrong for row in self.rows)
        written = [row for row in self.rows if not row.is_wrong and row.vals]
        new = sum(not row.record_id for row in written)
        return new, len(written) - new, len(self.rows) - wrong - len(written), wrong
