from odoo.tests import TransactionCase, tagged


@tagged('post_install', '-at_install')
class TestEmployee(TransactionCase):

    def test_employees_are_registered_and_edited_whatever_customers_must_have(self):
        self.env['ecount.required.field'].create({
            'field_id': self.env['ir.model.fields']._get('res.partner', 'vat').id})
        employee = self.env['hr.employee'].create({'name': "Somsak", 'work_email': "somsak@example.com"})
        employee.work_phone = "+66 2 123 4567"
        contact = employee.work_contact_id
        self.assertEqual(contact.phone, "+66 2 123 4567")
        self.assertFalse(contact.is_incomplete)
        self.assertFalse(self.env['res.partner'].search([('id', '=', contact.id), ('is_incomplete', '=', True)]))
        customer = self.env['res.partner'].with_context(ecount_incomplete_ok=True).create({'name': "Fresh Mart"})
        self.assertTrue(customer.is_incomplete)
        self.assertEqual(
            self.env['res.partner'].search([('id', '=', customer.id), ('is_incomplete', '=', True)]), customer)
