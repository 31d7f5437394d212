from . import balance_sms
from . import customer_sheet
from . import statement
