from . import test_customer_group
