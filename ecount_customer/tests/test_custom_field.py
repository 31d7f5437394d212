from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import EcountCommon


class OwnFieldsCase(EcountCommon):
    """Tests that add real fields to customers: the registry is put right after each."""

    def setUp(self):
        self.addCleanup(self.registry.reset_changes)  # before super: it runs after the test was rolled back
        super().setUp()
        self.Slot = self.env['ecount.custom.field'].with_context(active_test=False)

    def _slot(self, number, **values):
        slot = self.env.ref(f'ecount_customer.custom_field_{number}')
        if values:
            slot.write(values)
        return slot

    def _activate(self, number, name, field_type='char', **values):
        return self._slot(number, name=name, field_type=field_type, active=True, **values)

    def _column_exists(self, name):
        self.env.cr.execute(
            "SELECT 1 FROM information_schema.columns WHERE table_name = 'res_partner' AND column_name = %s", [name])
        return bool(self.env.cr.fetchone())

    def _index_of(self, name):
        self.env.cr.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'res_partner' AND indexdef LIKE %s", [f'%{name}%'])
        return [row[0] for row in self.env.cr.fetchall()]

    def _arch(self, view_type, view=None, lang=None):
        view_id = self.env.ref(view).id if view else False
        return self.env['res.partner'].with_context(lang=lang).get_view(view_id, view_type)['arch']


@tagged('post_install', '-at_install')
class TestCustomField(OwnFieldsCase):

    def test_there_are_nine_slots_and_none_is_active(self):
        slots = self.Slot.search([])
        self.assertEqual(sorted(slots.mapped('number')), list(range(1, 10)))
        self.assertFalse(slots.filtered('active'))
        self.assertFalse(self._column_exists('x_custom_1'))

    def test_every_type_is_stored_searched_grouped_and_exported(self):
        cases = [
            ('char', "Line ID", "@fresh", "@fresh"),
            ('text', "Directions", "Behind the\nmarket", "Behind the\nmarket"),
            ('integer', "Shops", 12, 12),
            ('float', "Floor space", 33.5, 33.5),
            ('date', "Founded", date(1999, 5, 17), date(1999, 5, 17)),
            ('boolean', "Halal", True, True),
            ('selection', "Size", "Large", "Large"),
        ]
        for number, (field_type, name, _value, _exported) in enumerate(cases, start=1):
            self._slot(number, name=name, field_type=field_type, searchable=True, selection_values="Small\nLarge")
        self.Slot.search([('number', '<=', len(cases))]).active = True
        other = self._create_customer("Sea Food")
        customer = self._create_customer("Fresh Mart", **{
            f'x_custom_{number}': value for number, (_type, _name, value, _exported) in enumerate(cases, start=1)})
        self.env.flush_all()
        self.env.invalidate_all()
        for number, (field_type, _name, value, exported) in enumerate(cases, start=1):
            name = f'x_custom_{number}'
            with self.subTest(field_type=field_type):
                self.assertEqual(customer[name], value)
                both = [('id', 'in', (customer + other).ids)]
                self.assertEqual(self.Partner.search([*both, (name, '=', value)]), customer)
                self.assertEqual(customer.export_data([name])['datas'], [[exported]])
                groupby = f'{name}:month' if field_type == 'date' else name
                self.assertEqual(len(self.Partner._read_group(both, [groupby], ['__count'])), 2)
                self.assertTrue(self._index_of(name))

    def test_values_come_in_by_excel_headings_and_rpc(self):
        self._activate(1, "Line ID")
        self._activate(2, "Size", 'selection', selection_values="Small\nLarge")
        result = self.Partner.load(['name', 'x_custom_1', 'x_custom_2'], [["Fresh Mart", "@fresh", "Large"]])
        self.assertFalse(result['messages'])
        customer = self.Partner.browse(result['ids'])
        self.assertEqual((customer.x_custom_1, customer.x_custom_2), ("@fresh", "Large"))
        self.assertEqual(customer.web_read({'x_custom_2': {}})[0]['x_custom_2'], "Large")
        wrong = self.Partner.load(['name', 'x_custom_2'], [["Sea Food", "Huge"]])
        self.assertFalse(wrong['ids'])

    def test_a_long_text_fits_into_a_searchable_field(self):
        self._activate(1, "Line ID", searchable=True)
        long_text = "ตลาดสด" * 3000
        customer = self._create_customer("Fresh Mart", x_custom_1=long_text)
        self.env.flush_all()
        self.assertEqual(self.Partner.search([('x_custom_1', '=', long_text)]), customer)

    def test_labels_and_choices_follow_the_language_of_the_user(self):
        self.env['res.lang']._activate_lang('th_TH')
        slot = self._activate(1, "Size", 'selection', selection_values="Small\nLarge", help="Of the shop")
        thai = slot.with_context(lang='th_TH')
        thai.write({'name': "ขนาด", 'selection_values': "เล็ก\nใหญ่"})
        thai_field = self.Partner.with_context(lang='th_TH').fields_get(['x_custom_1'])['x_custom_1']
        self.assertEqual(thai_field['string'], "ขนาด")
        self.assertEqual(thai_field['selection'], [('Small', "เล็ก"), ('Large', "ใหญ่")])
        english = self.Partner.with_context(lang='en_US').fields_get(['x_custom_1'])['x_custom_1']
        self.assertEqual((english['string'], english['help']), ("Size", "Of the shop"))
        self.assertEqual(english['selection'], [('Small', "Small"), ('Large', "Large")])
        slot.update_field_translations('name', {'th_TH': "ขนาดร้าน"})
        thai_field = self.Partner.with_context(lang='th_TH').fields_get(['x_custom_1'])['x_custom_1']
        self.assertEqual(thai_field['string'], "ขนาดร้าน")

    def test_choices_moved_or_added_keep_their_translations(self):
        self.env['res.lang']._activate_lang('th_TH')
        slot = self._activate(1, "Size", 'selection', selection_values="Small\nLarge")
        slot.with_context(lang='th_TH').selection_values = "เล็ก\nใหญ่"
        slot.selection_values = "Large\nMedium\nSmall"
        thai = self.Partner.with_context(lang='th_TH').fields_get(['x_custom_1'])['x_custom_1']['selection']
        self.assertEqual(thai, [('Large', "ใหญ่"), ('Medium', "Medium"), ('Small', "เล็ก")])
        slot.with_context(lang='th_TH').selection_values = "เล็ก\nใหญ่\nMedium"
        english = self.Partner.fields_get(['x_custom_1'])['x_custom_1']['selection']
        self.assertEqual([value for value, _label in english], ['Small', 'Large', 'Medium'])

    def test_renaming_reaches_the_field_at_once(self):
        slot = self._activate(1, "Line ID")
        slot.name = "LINE account"
        self.assertEqual(self.Partner.fields_get(['x_custom_1'])['x_custom_1']['string'], "LINE account")
        self.assertEqual(slot.field_id.field_description, "LINE account")

    def test_deactivating_hides_and_keeps_the_data(self):
        slot = self._activate(1, "Line ID", show_in_list=True, searchable=True, show_in_kanban=True)
        customer = self._create_customer("Fresh Mart", x_custom_1="@fresh")
        for view_type in ('form', 'list', 'search', 'kanban'):
            self.assertIn('x_custom_1', self._arch(view_type), view_type)
        slot.active = False
        for model in ('res.partner', 'res.users'):
            self.assertNotIn('x_custom_1', self.env[model].fields_get())
        for view_type in ('form', 'list', 'search', 'kanban'):
            self.assertNotIn('x_custom_1', self._arch(view_type), view_type)
        slot.active = True
        self.assertIn('x_custom_1', self.Partner.fields_get())
        self.assertEqual(customer.x_custom_1, "@fresh")

    def test_slots_activated_together_are_made_in_one_call(self):
        calls = []
        Fields = type(self.env['ir.model.fields'])
        native = Fields.create
        self.patch(Fields, 'create', lambda model, vals_list: calls.append(len(vals_list)) or native(model, vals_list))
        self.Slot.search([]).action_activate()
        self.assertEqual(calls, [9])
        self.assertTrue(all(self._column_exists(f'x_custom_{number}') for number in range(1, 10)))

    def test_clearing_says_how_many_lose_a_value_and_empties_the_field(self):
        slot = self._activate(1, "Line ID", searchable=True)
        customer = self._create_customer("Fresh Mart", x_custom_1="@fresh")
        self._create_customer("Old Mart", x_custom_1="@old", active=False)
        action = slot.action_clear()
        wizard = self.env[action['res_model']].with_context(**action['context']).create({})
        self.assertEqual(wizard.value_count, 2)
        wizard.action_confirm()
        customer = self.Partner.browse(customer.id)
        self.assertFalse(customer.x_custom_1)
        self.assertEqual(slot.value_count, 0)
        self.assertTrue(self._index_of('x_custom_1'))

    def test_another_type_is_refused_while_anybody_has_a_value(self):
        slot = self._activate(1, "Shops")
        other_company = self.env['res.company'].create({'name': "Other"})
        self._create_customer("Old Mart", x_custom_1="12", active=False, company_id=other_company.id)
        with self.assertRaisesRegex(UserError, "Shops.*1 customers"):
            slot.field_type = 'integer'
        self.assertEqual(slot.field_id.ttype, 'char')
        slot.clear_values()
        slot.field_type = 'integer'
        customer = self._create_customer("Fresh Mart", x_custom_1=3)
        self.assertEqual(self.Partner.search([('x_custom_1', '>', 2)]), customer)

    def test_a_choice_in_use_is_not_removed(self):
        slot = self._activate(1, "Size", 'selection', selection_values="Small\nMedium\nLarge")
        customer = self._create_customer("Fresh Mart", x_custom_1='Large')
        with self.assertRaisesRegex(UserError, "“Large” of “Size”.*1 customers"):
            slot.selection_values = "Small\nMedium"
        with self.assertRaisesRegex(UserError, "“Large”"):
            slot.selection_values = "Small\nMedium\nHuge"
        self.assertEqual(customer.x_custom_1, 'Large')
        slot.selection_values = "Small\nLarge"
        self.assertEqual(slot.field_id.selection_ids.mapped('value'), ['Small', 'Large'])

    def test_bad_input_is_refused_with_a_reason(self):
        self._activate(1, "Line ID")
        attempts = [
            ({'name': "  "}, "needs a label"),
            ({'name': False}, "needs a label"),
            ({'name': "line id "}, "would be called"),
            ({'name': "Phone"}, "would be called"),
            ({'name': "<b>Grade</b>"}, "contains HTML"),
            ({'help': "<script>alert(1)</script>"}, "contains HTML"),
            ({'name': "Size", 'field_type': 'selection'}, "needs choices"),
            ({'name': "Size", 'field_type': 'selection', 'selection_values': " \n"}, "needs choices"),
            ({'name': "Size", 'field_type': 'selection', 'selection_values': "S\nS"}, "twice"),
        ]
        for values, reason in attempts:
            with self.subTest(values=values), self.assertRaisesRegex(ValidationError, reason):
                self._slot(2, active=True, **values)
        self.assertFalse(self._column_exists('x_custom_2'))

    def test_there_is_no_tenth_field_and_none_is_deleted(self):
        with self.assertRaisesRegex(UserError, "nine own fields"):
            self.Slot.create({'number': 10, 'name': "Tenth"})
        with self.assertRaisesRegex(UserError, "nine own fields"):
            self._slot(1).copy()
        with self.assertRaisesRegex(UserError, "Deactivate"):
            self._slot(1).unlink()

    def test_a_foreign_field_of_that_name_is_refused_and_its_owner_named(self):
        self.env['ir.model.fields'].create({
            'name': 'x_custom_4', 'model_id': self.env['ir.model']._get_id('res.partner'), 'ttype': 'char',
            'field_description': "Foreign"})
        with self.assertRaisesRegex(UserError, f"x_custom_4.*Foreign.*{self.env.user.name}"):
            self._activate(4, "Mine")
        self.assertIn('x_custom_4', self.Partner.fields_get())

    def test_the_order_of_slots_is_the_order_on_the_form(self):
        self._activate(1, "Line ID", sequence=20)
        self._activate(2, "Founded", 'date', sequence=10)
        arch = self._arch('form', 'base.view_partner_form')
        self.assertLess(arch.index('"x_custom_2"'), arch.index('"x_custom_1"'))

    def test_the_forms_of_contacts_are_left_alone(self):
        self._activate(1, "Line ID")
        arch = self._arch('form', 'base.view_partner_form')
        self.assertEqual(arch.count('name="x_custom_1"'), 1)

    def test_only_managers_change_own_fields(self):
        clerk = self._create_user('clerk', 'sales_team.group_sale_salesman', 'ecount_customer.group_own_customers')
        manager = self._create_user('chief', 'ecount_customer.group_customer_manager')
        with self.assertRaises(AccessError):
            self._slot(1).with_user(clerk).write({'active': True})
        with self.assertRaises(AccessError):
            self._slot(1).with_user(clerk).clear_values()
        self._slot(1).with_user(manager).write({'name': "Line ID", 'active': True})
        customer = self._create_customer("Fresh Mart", user_id=clerk.id)
        customer.with_user(clerk).x_custom_1 = "@fresh"
        with Form(customer.with_user(clerk)) as form:
            self.assertEqual(form.x_custom_1, "@fresh")

    def test_changes_are_signalled_to_other_workers(self):
        self._activate(1, "Line ID")
        self.assertTrue(self.registry.registry_invalidated)
        self.registry.registry_invalidated = False
        self.registry.cache_invalidated.clear()
        self._slot(1, show_in_list=True)
        self.assertTrue({'stable', 'templates'} <= self.registry.cache_invalidated)
        self.registry.registry_invalidated = True  # the field is to be taken back after the test
