from . import ecount_custom_field_clear
from . import portal_wizard
