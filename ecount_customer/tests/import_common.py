"""Sheets to upload, made in memory."""

import base64
import io

import openpyxl

from .common import EcountCommon


class ImportCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Import = cls.env['ecount.customer.import']
        cls.thailand = cls.env.ref('base.th')
        cls.korea = cls.env.ref('base.kr')

    @classmethod
    def _make_file(cls, *rows):
        """Return an .xlsx file, base64, of a header row and rows."""
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        content = io.BytesIO()
        book.save(content)
        return base64.b64encode(content.getvalue())

    @classmethod
    def _upload(cls, *rows, user=None, **values):
        """Return an upload of these rows, checked."""
        Import = cls.Import.with_user(user) if user else cls.Import
        upload = Import.create({'file': cls._make_file(*rows), 'filename': "customers.xlsx", **values})
        upload.action_validate()
        return upload

    @classmethod
    def _find(cls, code):
        return cls.Partner.with_context(active_test=False).search([('ref', '=', code)])

    def assertCounts(self, upload, new=0, changed=0, unchanged=0, wrong=0):
        self.assertEqual(
            (upload.new_count, upload.changed_count, upload.unchanged_count, upload.wrong_count),
            (new, changed, unchanged, wrong),
            upload.error_ids.mapped(lambda error: (error.row, error.column, error.value, error.reason)))
        self.assertEqual(upload.row_count, new + changed + unchanged + wrong)
