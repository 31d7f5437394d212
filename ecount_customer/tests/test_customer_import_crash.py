"""A server killed in the middle of a large upload: another one goes on, no row is lost and none written twice."""

import contextlib
import subprocess
import textwrap

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tests import tagged

from .own_database import OwnDatabaseCase

ROWS, STEP = 60, 7

PREPARE = f"""
    import base64, io, openpyxl
    book = openpyxl.Workbook()
    book.active.append(["Customer code", "Name", "Kind of row"])
    for number in range({ROWS}):
        book.active.append([f"K{{number:03d}}", f"Customer {{number}}", None])
        book.active.append([None, f"Contact {{number}}", "Contact"])
    content = io.BytesIO()
    book.save(content)
    Import = type(env['ecount.customer.import'])
    Import._get_sync_rows = lambda upload: 1
    upload = env['ecount.customer.import'].create({{
        'file': base64.b64encode(content.getvalue()), 'filename': "large.xlsx"}})
    upload.action_import()
    assert upload.state == 'running' and upload.row_count == {2 * ROWS}, (upload.state, upload.row_count)
    env.cr.commit()
    print("DONE")
"""

WORK = f"""
    import time
    from odoo.addons.ecount_customer.models import ecount_customer_import_apply
    ecount_customer_import_apply.CHUNK = {STEP}
    Import = type(env['ecount.customer.import'])
    apply = Import._apply_lines

    def apply_slowly(upload, lines):
        failures = apply(upload, lines)
        time.sleep({{seconds}})  # written and not yet committed
        return failures

    Import._apply_lines = apply_slowly
    env['ecount.customer.import']._cron_import()
    print("DONE")
"""

CHECK = f"""
    upload = env['ecount.customer.import'].search([])
    counts = (upload.new_count, upload.changed_count, upload.unchanged_count, upload.wrong_count)
    assert upload.state == 'done' and counts == ({2 * ROWS}, 0, 0, 0), (upload.state, counts)
    customers = env['res.partner'].search([('ref', '=like', 'K%')])
    assert sorted(customers.mapped('ref')) == [f"K{{number:03d}}" for number in range({ROWS})], customers.mapped('ref')
    for customer in customers:
        assert customer.child_ids.mapped('name') == [f"Contact {{int(customer.ref[1:])}}"], customer.child_ids
    print("DONE")
"""


@tagged('post_install', '-at_install')
class TestCustomerImportCrash(OwnDatabaseCase):
    database_suffix = 'crash'

    def _count_written(self):
        connection = psycopg2.connect(**connection_info_for(self.database)[1])
        try:
            with connection.cursor() as cr:
                cr.execute("SELECT COUNT(*) FROM ecount_customer_import_line WHERE state = 'created'")
                return cr.fetchone()[0]
        finally:
            connection.close()

    def _work_and_be_killed(self, at_least):
        """Let a server work until so many rows are committed, and kill it in the middle of the next step."""
        with subprocess.Popen(
            self._get_command(shell=True), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, text=True,
        ) as process:
            process.stdin.write(textwrap.dedent(WORK.format(seconds=1)))
            process.stdin.close()
            try:
                for _turn in range(600):
                    if self._count_written() >= at_least or process.poll() is not None:
                        break
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(0.2)
                self.assertIsNone(process.poll(), "it was to be killed while it works")
            finally:
                process.kill()

    def test_another_server_goes_on_where_one_was_killed(self):
        self._create()
        self._odoo('-i', 'ecount_customer', '--stop-after-init')
        self._odoo(script=PREPARE)
        self._work_and_be_killed(2 * STEP)
        first = self._count_written()
        self.assertEqual(first % STEP, 0)
        self.assertLess(first, ROWS)
        self._work_and_be_killed(first + STEP)
        self.assertGreater(self._count_written(), first)
        self._odoo(script=WORK.format(seconds=0))
        self._odoo(script=CHECK)
