from . import test_access_point_of_sale
from . import test_point_of_sale
from . import test_point_of_sale_tour
