from . import test_access_stock
