from . import ir_actions_report
from . import res_users
from . import sale_order_line
from . import stock_move
from . import stock_picking
