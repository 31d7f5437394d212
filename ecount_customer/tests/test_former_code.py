from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import EcountCommon


@tagged('post_install', '-at_install')
class TestFormerCode(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Fresh Mart", ref='F-001')

    def test_a_changed_code_becomes_a_former_code(self):
        self.customer.ref = 'F-002'
        self.assertRecordValues(self.customer.former_code_ids, [
            {'name': 'F-001', 'customer_name': "Fresh Mart", 'company_id': False}])
        self.customer.ref = False
        self.assertEqual(set(self.customer.former_code_ids.mapped('name')), {'F-001', 'F-002'})

    def test_another_spelling_of_the_same_code_leaves_no_former_code(self):
        self.customer.ref = ' f-001 '
        self.assertFalse(self.customer.former_code_ids)

    def test_a_former_code_finds_the_customer(self):
        self.customer.ref = 'F-002'
        for found in (self.Partner.search([('display_name', 'ilike', 'F-001')]),
                      self.Partner.search([('former_code_ids.name', 'ilike', 'F-001')]),
                      self.Partner.browse(pair[0] for pair in self.Partner.name_search('F-001', operator='='))):
            self.assertEqual(found, self.customer)

    def test_a_former_code_is_never_given_again(self):
        self.customer.ref = 'F-002'
        with self.assertRaisesRegex(ValidationError, "f-001.*already belongs to Fresh Mart"):
            self._create_customer("Sea Food", ref='f-001 ')
        self.env['ir.sequence'].search([('code', '=', 'ecount.customer.code')]).unlink()
        self.env['ir.sequence'].create({
            'name': "Codes", 'code': 'ecount.customer.code', 'prefix': 'F-', 'padding': 3})
        self.env.company.ecount_use_customer_code = True
        self.assertEqual(self._create_customer("Sea Food").ref, 'F-003')

    def test_a_customer_takes_its_own_former_code_back(self):
        self.customer.ref = 'F-002'
        self.customer.ref = 'F-001'
        self.assertEqual(self.customer.former_code_ids.mapped('name'), ['F-002'])

    def test_codes_of_different_companies_do_not_meet(self):
        other = self.env['res.company'].create({'name': "Branch"})
        self.customer.company_id = self.env.company
        self.customer.ref = 'F-002'
        self.assertEqual(self._create_customer("Sea Food", ref='F-001', company_id=other.id).ref, 'F-001')
        with self.assertRaises(ValidationError):
            self._create_customer("Everywhere", ref='F-001')

    def test_contacts_leave_no_former_code(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id, 'ref': 'desk 4'})
        contact.ref = 'desk 5'
        self.assertFalse(contact.former_code_ids)

    def test_whoever_changes_a_code_leaves_a_former_code(self):
        user = new_test_user(self.env, 'nok', 'base.group_user,base.group_partner_manager')
        self.customer.with_user(user).ref = 'F-002'
        self.assertEqual(self.customer.former_code_ids.name, 'F-001')
        self.assertEqual(self.Partner.with_user(user).search([('display_name', '=', 'F-001')]), self.customer)
