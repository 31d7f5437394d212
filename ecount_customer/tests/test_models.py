from odoo import models
from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestModels(TransactionCase):

    def test_no_field_hides_a_method_of_the_orm(self):
        # A field named `search` made the nightly clean-up of its dialog fail.
        own = {*models.MAGIC_COLUMNS, 'display_name'}
        hidden = [
            f"{name}.{field}"
            for name, model in self.env.items() if name.startswith('ecount.')
            for field in model._fields if hasattr(models.TransientModel, field) and field not in own
        ]
        self.assertEqual(hidden, [])

    def test_the_nightly_clean_up_removes_old_dialogs(self):
        sheet = self.env['ecount.price.sheet'].create({})
        self.env.flush_all()
        self.env.cr.execute("UPDATE ecount_price_sheet SET write_date = write_date - interval '3 days'")
        sheet.invalidate_recordset()
        sheet._transient_vacuum()
        self.assertFalse(sheet.exists())
