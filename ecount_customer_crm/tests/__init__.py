from . import test_access_crm
