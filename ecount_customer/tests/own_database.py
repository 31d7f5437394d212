"""A database of its own, worked on by commands of Odoo as an administrator runs them.

The variable ECOUNT_TEMPLATE may name a database with the dependencies installed, which saves minutes.
"""

import os
import subprocess
import sys
import textwrap

import psycopg2

from odoo.service.db import _create_empty_database
from odoo.sql_db import close_db, connection_info_for
from odoo.tests import BaseCase, get_db_name
from odoo.tools import SQL, config, mute_logger


class OwnDatabaseCase(BaseCase):
    database_suffix = 'own'

    def setUp(self):
        super().setUp()
        self.database = f'{get_db_name()}_{self.database_suffix}'
        self._drop()
        self.addCleanup(self._drop)

    def _execute(self, statement):
        connection = psycopg2.connect(**connection_info_for('postgres')[1])
        connection.autocommit = True
        try:
            with connection.cursor() as cr:
                cr.execute(SQL(statement, SQL.identifier(self.database)).code)
        finally:
            connection.close()

    def _drop(self):
        self._execute('DROP DATABASE IF EXISTS %s WITH (FORCE)')

    def _create(self):
        template = os.environ.get('ECOUNT_TEMPLATE')
        if template:
            self._execute(f'CREATE DATABASE %s TEMPLATE "{template}"')
        else:
            with mute_logger('odoo.service.db'):
                _create_empty_database(self.database)
            close_db(self.database)

    def _get_command(self, *arguments, shell=False):
        """Return the command line of Odoo on the database."""
        options = {
            '--addons-path': ','.join(config['addons_path']), '--data-dir': config['data_dir'],
            '--db_host': config['db_host'], '--db_port': config['db_port'], '--db_user': config['db_user'],
            '--db_password': config['db_password'],
        }
        return [sys.executable, '-m', 'odoo', *(['shell'] if shell else []), '-d', self.database, *arguments,
                *(f'{name}={value}' for name, value in options.items() if value),
                '--no-http', '--log-level=error', '--max-cron-threads=0']

    def _odoo(self, *arguments, script=None):
        """Run Odoo on the database; a script runs in its shell and must end by printing DONE."""
        done = subprocess.run(
            self._get_command(*arguments, shell=bool(script)), input=textwrap.dedent(script or ''),
            text=True, capture_output=True, check=False, timeout=900)
        output = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, output)
        self.assertNotIn(' ERROR ', output)
        if script:
            self.assertEqual(done.stdout.strip().splitlines()[-1:], ['DONE'], output)
