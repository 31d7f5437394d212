from . import test_access_website_sale
from . import test_credit_web_shop
from . import test_price_beside
from . import test_required_field_web_shop
from . import test_web_shop
