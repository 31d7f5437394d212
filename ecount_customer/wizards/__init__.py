from . import ecount_custom_field_clear
from . import portal_wizard
from . import base_partner_merge
from . import ecount_dormant_wizard
from . import base_partner_merge_delivery
from . import ecount_customer_merge
from . import ecount_merge_pairs
from . import ecount_merge_pairs_line
