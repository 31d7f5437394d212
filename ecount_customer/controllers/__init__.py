from . import balance_sms
from . import statement
