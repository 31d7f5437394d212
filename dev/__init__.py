"""The development environment: Odoo 19, PostgreSQL, a browser. No part of the addon."""
import sys

# Kept to what the oldest Python 3 understands.
if sys.version_info < (3, 10):
    sys.exit("[dev] Python 3.10 or newer is needed, this is " + sys.version.split()[0] +
             ". Where there is another one: make PYTHON=python3.11 test")
