from . import ecount_customer_statement
