from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .merge_common import MergeCommon


@tagged('post_install', '-at_install')
class TestMergeLimits(MergeCommon):

    # === LIMITS === #

    def test_only_customer_managers_merge_and_undo(self):
        user = self._create_user('nok', 'ecount_customer.group_all_customers', 'base.group_system')
        with self.assertRaises(AccessError):
            self.Partner.with_user(user)._merge_customers(self.loser.with_user(user), self.kept.with_user(user))
        log = self._merge()
        with self.assertRaises(AccessError):
            log.with_user(user).action_undo()
        manager = self._create_user('dao', 'ecount_customer.group_customer_manager')
        log.with_user(manager).action_undo()
        order = self._create_order(self.loser, self.product)
        self._create_invoice(self.loser, 10)
        log = self.Partner.with_user(manager)._merge_customers(
            self.loser.with_user(manager), self.kept.with_user(manager))
        self.assertEqual((order.partner_id, log.state), (self.kept, 'done'))

    def test_secured_entries_are_refused_and_the_other_direction_offered(self):
        invoice = self._create_invoice(self.loser, 100)
        invoice.journal_id.restrict_mode_hash_table = True
        invoice.button_hash()
        self.assertTrue(invoice.inalterable_hash)
        with self.assertRaisesRegex(UserError, "secured.*Keep .*Fresh Mart Co., Ltd. instead"):
            self._merge()
        self._merge(self.kept, survivor=self.loser)
        self.assertTrue(self.kept.merged_into_id)

    def test_two_logins_are_found_even_when_archived(self):
        for number, partner in enumerate(self.kept + self.loser):
            self.env['res.users'].with_context(no_reset_password=True).create({
                'login': f'twin{number}', 'partner_id': partner.id, 'active': not number,
                'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        with self.assertRaisesRegex(UserError, "several logins.*twin0.*twin1"):
            self._merge()

    def test_one_login_moves_with_its_customer(self):
        user = self.env['res.users'].with_context(no_reset_password=True).create({
            'login': 'shop', 'partner_id': self.loser.id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        log = self._merge()
        self.assertEqual(user.partner_id, self.kept)
        log.action_undo()
        self.assertEqual(user.partner_id, self.loser)

    def test_a_contact_is_absorbed_into_its_own_company_but_not_the_reverse(self):
        contact = self.Partner.create({'name': "Fresh Mart", 'parent_id': self.kept.id, 'email': 'nok@example.com'})
        order = self._create_order(contact, self.product)
        with self.assertRaisesRegex(UserError, "the contact is then absorbed"):
            self._merge(self.kept, survivor=contact)
        log = self._merge(contact)
        self.assertEqual((order.partner_id, self.kept.email, contact.active), (self.kept, 'nok@example.com', False))
        self.assertEqual(self.kept.commercial_partner_id, self.kept)
        log.action_undo()
        self.assertEqual((order.partner_id, self.kept.email, contact.active), (contact, False, True))

    def test_a_customer_is_not_merged_into_the_contact_of_another(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.kept.id})
        with self.assertRaisesRegex(UserError, "Keep Fresh Mart instead"):
            self._merge(self.loser, survivor=contact)
        stranger = self._create_customer("Sea Food")
        with self.assertRaisesRegex(UserError, "another customer than Sea Food"):
            self._merge(contact, survivor=stranger)

    def test_the_kept_default_delivery_address_stays_and_undo_gives_the_other_its_own_back(self):
        kept, lost = [self.Partner.create({
            'name': name, 'type': 'delivery', 'parent_id': partner.id, 'is_default_delivery': True,
        }) for name, partner in (("Shop", self.kept), ("Dock", self.loser))]
        log = self._merge()
        self.assertEqual([lost.parent_id, lost.is_default_delivery, kept.is_default_delivery], [self.kept, False, True])
        log.action_undo()
        self.assertEqual([lost.parent_id, lost.is_default_delivery, kept.is_default_delivery], [self.loser, True, True])

    def test_different_tax_ids_need_a_reason(self):
        self.kept.vat, self.loser.vat = '1111111111', '2222222222'
        with self.assertRaisesRegex(UserError, "tax IDs or branches differ"):
            self._merge()
        log = self._merge(choices={'reason': "New tax ID after the change of the legal form"})
        self.assertEqual(log.reason, "New tax ID after the change of the legal form")

    def test_branches_of_one_tax_id_need_a_reason_too(self):
        thailand = self.env.ref('base.th').id
        (self.kept + self.loser).write({'country_id': thailand, 'vat': '0105536000001'})
        self.kept.company_registry = '00000'
        self.loser.company_registry = '00002'
        with self.assertRaisesRegex(UserError, "branches differ"):
            self._merge()
        self.loser.company_registry = False
        self.assertTrue(self._merge())

    def test_a_customer_of_one_company_does_not_get_documents_of_another(self):
        other = self.env['res.company'].create({'name': "Branch"})
        self.kept.company_id = self.env.company
        self.assertTrue(self._create_order(self.loser, self.product))
        order = self.env['sale.order'].with_company(other).create({'partner_id': self.loser.id, 'company_id': other.id})
        with self.assertRaisesRegex(UserError, "belongs to .* only, but other companies have records"):
            self._merge()
        order.unlink()
        self._merge()

    def test_companies_of_the_database_put_away_and_merged_customers_are_refused(self):
        with self.assertRaisesRegex(UserError, "can only be kept"):
            self._merge(self.env.company.partner_id)
        self.kept.active = False
        with self.assertRaisesRegex(UserError, "put away"):
            self._merge()
        self.kept.active = True
        self._merge()
        with self.assertRaisesRegex(UserError, "was merged into"):
            self._merge()
        with self.assertRaisesRegex(UserError, "at least one"):
            self.Partner._merge_customers(self.kept, self.kept)

    def test_a_failure_leaves_nothing_half_done(self):
        order = self._create_order(self.loser, self.product)
        self.patch(type(self.env['res.partner']), '_put_away_merged', lambda *args: 1 / 0)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._merge()
        self.assertEqual((order.partner_id, self.loser.ref, self.loser.active), (self.loser, 'M-002', True))
        self.assertFalse(self.env['ecount.merge.log'].search([('partner_id', '=', self.kept.id)]))

    def test_the_native_merge_stays_native_and_leaves_the_code(self):
        order = self._create_order(self.loser, self.product)
        self.loser.email = self.kept.email = 'same@example.com'
        self.env['base.partner.merge.automatic.wizard']._merge((self.kept + self.loser).ids, self.kept)
        self.assertEqual((order.partner_id, self.loser.exists()), (self.kept, self.Partner))
        self.assertEqual(self.kept.former_code_ids.name, 'M-002')

    def test_twin_addresses_become_one_when_asked(self):
        kept_dock, lost_dock = (self.Partner.create({
            'name': "Dock", 'type': 'delivery', 'street': "Harbour 1", 'parent_id': partner.id,
        }) for partner in self.kept + self.loser)
        order = self._create_order(self.loser, self.product, partner_shipping_id=lost_dock.id)
        log = self._merge(choices={'twins': True})
        self.assertEqual((order.partner_shipping_id, self.kept.child_ids), (kept_dock, kept_dock))
        log.action_undo()
        self.assertEqual(
            (order.partner_shipping_id, lost_dock.parent_id, lost_dock.active), (lost_dock, self.loser, True))
        self._merge()
        self.assertEqual(self.kept.child_ids, kept_dock + lost_dock)

    # === UNDO === #

    def test_undo_puts_documents_values_and_the_customer_back(self):
        self.loser.write({'phone': '+66 53 222 222'})
        order, invoice = self._create_order(self.loser, self.product), self._create_invoice(self.loser, 100)
        log = self._merge()
        later = self._create_order(self.kept, self.product)
        log.action_undo()
        self.assertEqual((order.partner_id, invoice.partner_id, invoice.line_ids.partner_id), (self.loser,) * 3)
        self.assertEqual(invoice.invoice_partner_display_name, "Fresh Mart Co., Ltd.")
        self.assertEqual(later.partner_id, self.kept)
        self.assertRecordValues(self.loser, [{'active': True, 'merged_into_id': False, 'ref': 'M-002'}])
        self.assertEqual((self.kept.phone, self.kept.former_code_ids.ids, log.state), (False, [], 'undone'))
        with self.assertRaisesRegex(UserError, "undone already"):
            log.action_undo()
        self.assertEqual(self._merge().state, 'done', "and merged again")

    def test_what_was_changed_since_is_left_and_listed(self):
        self.loser.phone = '+66 53 222 222'
        order = self._create_order(self.loser, self.product)
        log = self._merge()
        self.kept.phone = '+66 53 333 333'
        stranger = self._create_customer("Sea Food")
        order.partner_id = stranger
        log.action_undo()
        self.assertEqual((self.kept.phone, order.partner_id), ('+66 53 333 333', stranger))
        self.assertIn("Phone", log.undo_note)
        self.assertIn(order.name, log.undo_note)

    def test_deleted_records_do_not_disturb_the_undo(self):
        order = self._create_order(self.loser, self.product)
        other = self._create_order(self.loser, self.product)
        log = self._merge()
        order.unlink()
        log.action_undo()
        self.assertEqual(other.partner_id, self.loser)

    def test_undo_is_refused_when_an_entry_was_secured_since(self):
        invoice = self._create_invoice(self.loser, 100)
        log = self._merge()
        invoice.journal_id.restrict_mode_hash_table = True
        invoice.button_hash()
        with self.assertRaisesRegex(UserError, f"{invoice.name}.*secured"):
            log.action_undo()

    def test_undo_is_refused_when_a_period_was_locked_since(self):
        invoice = self._create_invoice(self.loser, 100)
        self.env.company.fiscalyear_lock_date = '2025-02-28'
        log = self._merge()
        self.env.company.sale_lock_date = '2025-03-31'
        with self.assertRaisesRegex(UserError, f"{invoice.name}.*2025-03-01.*locked"):
            log.action_undo()
        self.env.company.sale_lock_date = False
        log.action_undo()
        self.assertEqual(invoice.partner_id, self.loser)

    def test_a_period_locked_before_the_merge_does_not_stop_the_undo(self):
        invoice = self._create_invoice(self.loser, 100)
        self.env.company.fiscalyear_lock_date = '2025-03-31'
        log = self._merge()
        log.action_undo()
        self.assertEqual(invoice.partner_id, self.loser)

    def test_undo_is_refused_when_an_item_was_matched_with_one_that_stays(self):
        invoice, payment = self._create_invoice(self.loser, 100), self._create_payment(self.kept, 100)
        own = self._create_invoice(self.loser, 30)
        (own.line_ids + self._create_payment(self.loser, 30).move_id.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable').reconcile()
        log = self._merge()
        lines = (invoice.line_ids + payment.move_id.line_ids).filtered(
            lambda line: line.account_type == 'asset_receivable')
        lines.reconcile()
        with self.assertRaisesRegex(UserError, f"{invoice.name} has been matched with {payment.move_id.name}"):
            log.action_undo()
        lines.remove_move_reconcile()
        log.action_undo()
        self.assertEqual(own.partner_id, self.loser)

    def test_dates_of_the_log_are_kept(self):
        log = self._merge()
        log.action_undo()
        self.assertEqual((log.undo_user_id, log.undo_date.date()), (self.env.user, fields.Date.today()))
