from . import test_employee
from . import test_expense_price
