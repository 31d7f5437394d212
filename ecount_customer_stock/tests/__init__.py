from . import test_access_stock, test_credit_stock
