from . import test_customer
from . import test_customer_group
from . import test_special_price
from . import test_former_code
from . import test_discount_rate
from . import test_find
from . import test_ledger
from . import test_access
