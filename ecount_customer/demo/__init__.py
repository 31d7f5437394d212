from . import ecount_demo
