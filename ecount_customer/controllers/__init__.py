from . import balance_sms
