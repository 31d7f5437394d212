from . import ecount_customer_statement
from . import ecount_receivable_report
from . import ecount_receivable_dashboard
from . import ecount_receivable_pivot
from . import sale_report
from . import account_invoice_report
from . import purchase_report
