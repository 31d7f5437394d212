from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .test_custom_field import OwnFieldsCase

LIST_VIEW = 'ecount_customer.res_partner_view_list_customer'


@tagged('post_install', '-at_install')
class TestListColumn(OwnFieldsCase):

    def _columns(self, view=LIST_VIEW):
        nodes = etree.fromstring(self._arch('list', view)).iterchildren('field')
        return [(node.get('name'), node.get('optional')) for node in nodes if not node.get('column_invisible')]

    def _set_up(self):
        self.env['ecount.list.column'].action_set_up()
        return {column.field_id.name: column for column in self.env['ecount.list.column'].search([])}

    def test_opening_the_set_up_changes_nothing(self):
        before = self._columns()
        self._set_up()
        self._set_up()
        self.assertEqual(self._columns(), before)
        self.assertEqual(len(self.env['ecount.list.column'].search([])), len(before))

    def test_order_and_default_columns_are_for_everyone(self):
        columns = self._set_up()
        columns['phone'].sequence = 1
        columns['ref'].is_shown = False
        self.env['ecount.list.column'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'website').id, 'sequence': 2})
        shown = self._columns()
        self.assertEqual(shown[:3], [('phone', 'show'), ('website', 'show'), ('ref', 'hide')])
        self.assertIn(('complete_name', None), shown)

    def test_a_new_own_field_comes_after_the_chosen_columns(self):
        self._set_up()
        self._activate(1, "Line ID", show_in_list=True)
        self.assertEqual(self._columns()[-1], ('x_custom_1', 'show'))

    def test_other_lists_stay_as_they_are(self):
        before = self._columns('base.view_partner_tree')
        self._set_up()['phone'].sequence = 1
        self.assertEqual(self._columns('base.view_partner_tree'), before)

    def test_resetting_brings_the_standard_back(self):
        before = self._columns()
        self._set_up()['phone'].sequence = 1
        self.assertNotEqual(self._columns(), before)
        self.env['ecount.list.column'].action_reset()
        self.assertEqual(self._columns(), before)

    def test_only_managers_choose_and_only_columns(self):
        clerk = self._create_user('clerk', 'sales_team.group_sale_salesman', 'ecount_customer.group_own_customers')
        with self.assertRaises(AccessError):
            self.env['ecount.list.column'].with_user(clerk).action_set_up()
        manager = self._create_user('chief', 'ecount_customer.group_customer_manager')
        self.env['ecount.list.column'].with_user(manager).action_set_up()
        for name in ('child_ids', 'image_1920'):
            with self.assertRaisesRegex(ValidationError, "cannot be a column"):
                self.env['ecount.list.column'].create({
                    'field_id': self.env['ir.model.fields']._get('res.partner', name).id})

    def test_the_settings_name_own_and_required_fields_and_columns(self):
        self._activate(1, "Line ID", required=True)
        self._activate(2, "Halal", 'boolean')
        self.env['ecount.required.field'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'vat').id})
        self.env['ecount.list.column'].action_set_up()
        settings = self.env['res.config.settings'].create({})
        self.assertRecordValues(settings, [{
            'ecount_own_field_names': "Line ID, Halal", 'ecount_required_field_names': "Tax ID, Line ID"}])
        self.assertIn("Salesperson", settings.ecount_list_column_names)
