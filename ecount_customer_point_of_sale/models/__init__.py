from . import pos_order_line
from . import product_pricelist_item
from . import res_partner
from . import res_users
