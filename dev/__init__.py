"""The development environment: Odoo 19, PostgreSQL, a browser. No part of the addon."""
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - this very line is for older Pythons
    sys.exit("[dev] Python 3.10 or newer is needed, this is %s. Try: make PYTHON=python3.11 …"
             % sys.version.split()[0])
