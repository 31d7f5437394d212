import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import EcountCommon

PICTURE = base64.b64encode(base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))


@tagged('post_install', '-at_install')
class TestMerge(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls._create_customer("Fresh Mart", ref='M-001')
        cls.loser = cls._create_customer("Fresh Mart Co., Ltd.", ref='M-002')
        cls.product = cls._create_product()

    @classmethod
    def _merge(cls, *sources, choices=None, survivor=None):
        return cls.Partner._merge_customers(
            cls.Partner.union(*sources or [cls.loser]), survivor or cls.kept, choices)

    @classmethod
    def _create_invoice(cls, partner, amount, post=True, **values):
        invoice = cls.env['account.move'].create({
            'move_type': 'out_invoice', 'partner_id': partner.id, 'invoice_date': '2025-03-01',
            'invoice_line_ids': [Command.create({'name': "Goods", 'price_unit': amount, 'tax_ids': []})], **values})
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _create_payment(cls, partner, amount):
        payment = cls.env['account.payment'].create({
            'partner_id': partner.id, 'amount': amount, 'payment_type': 'inbound', 'partner_type': 'customer'})
        payment.action_post()
        return payment

    def _count(self, log, model):
        return sum(log.line_ids.filtered(lambda line: line.model == model).mapped('count'))

    # === WHAT MOVES === #

    def test_documents_of_all_merged_customers_move(self):
        third = self._create_customer("Fresh Mart Ltd", ref='M-003')
        orders = self._create_order(self.loser, self.product) + self._create_order(third, self.product)
        purchase = self.env['purchase.order'].create({'partner_id': third.id})
        invoice = self._create_invoice(self.loser, 100)
        log = self._merge(self.loser, third)
        self.assertEqual(orders.partner_id + orders.partner_invoice_id + orders.partner_shipping_id, self.kept)
        self.assertEqual(purchase.partner_id, self.kept)
        self.assertRecordValues(invoice, [{
            'partner_id': self.kept.id, 'commercial_partner_id': self.kept.id,
            'invoice_partner_display_name': "Fresh Mart"}])
        self.assertEqual(invoice.line_ids.partner_id, self.kept)
        self.assertRecordValues(log, [{
            'partner_id': self.kept.id, 'source_ids': (self.loser + third).ids, 'state': 'done'}])
        self.assertEqual([self._count(log, model) for model in ('sale.order', 'purchase.order', 'account.move')], [2, 1, 1])

    def test_balances_and_open_items_are_the_sums(self):
        self._create_invoice(self.kept, 100)
        self._create_invoice(self.loser, 250)
        self._create_payment(self.loser, 50)
        self.assertEqual([self.kept.customer_balance, self.loser.customer_balance], [100, 200])
        self._merge()
        self.assertEqual([self.kept.customer_balance, self.loser.customer_balance], [300, 0])
        open_items = self.env['account.move.line'].search([
            ('partner_id', '=', self.kept.id), ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False)])
        self.assertEqual(sorted(open_items.mapped('amount_residual')), [-50, 100, 250])

    def test_messages_attachments_followers_activities_and_external_ids_move(self):
        follower = self._create_customer("Follower")
        self.loser.message_subscribe(follower.ids)
        message = self.loser.message_post(body="Likes mangos")
        attachment = self.env['ir.attachment'].create({
            'name': "contract", 'res_model': 'res.partner', 'res_id': self.loser.id})
        activity = self.loser.activity_schedule('mail.mail_activity_data_todo', user_id=self.env.uid)
        self.env['ir.model.data'].create({
            'module': '__import__', 'name': 'm002', 'model': 'res.partner', 'res_id': self.loser.id})
        self._merge()
        self.assertEqual([message.res_id, attachment.res_id, activity.res_id], [self.kept.id] * 3)
        self.assertIn(follower, self.kept.message_partner_ids)
        self.assertEqual(self.env.ref('__import__.m002'), self.kept)

    def test_tags_special_prices_and_contacts_move(self):
        tag = self.env['res.partner.category'].create({'name': "Restaurant"})
        self.loser.category_id = tag
        price = self._create_special_price(self.loser, 80, self.product)
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.loser.id})
        self._merge()
        self.assertEqual(self.kept.category_id, tag)
        self.assertEqual(price.partner_id, self.kept)
        self.assertRecordValues(contact, [{
            'parent_id': self.kept.id, 'commercial_partner_id': self.kept.id, 'complete_name': "Fresh Mart, Nok"}])
        self.assertFalse(self.loser.child_ids)

    def test_default_values_that_name_the_merged_customer_follow(self):
        default = self.env['ir.default'].create({
            'field_id': self.env['ir.model.fields']._get('sale.order', 'partner_id').id,
            'json_value': str(self.loser.id)})
        self._merge()
        self.assertEqual(default.json_value, str(self.kept.id))

    def test_contacts_get_the_commercial_values_of_the_kept_customer(self):
        self.kept.write({'customer_group_ids': [Command.set(self.gold.ids)], 'credit_limit': 500})
        self.loser.write({'customer_group_ids': [Command.set(self.south.ids)], 'credit_limit': 900})
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.loser.id})
        log = self._merge(choices={'customer_group_ids': self.kept})
        self.assertEqual((contact.customer_group_ids, contact.credit_limit), (self.gold, 500))
        log.action_undo()
        self.assertEqual((contact.customer_group_ids, contact.credit_limit), (self.south, 900))

    # === WHAT STAYS === #

    def test_no_row_is_deleted_when_a_unique_key_collides(self):
        reader = self._create_customer("Reader")
        (self.kept + self.loser).message_subscribe(reader.ids)
        order = self._create_order(reader, self.product)
        order.message_subscribe((self.kept + self.loser).ids)
        other = self._create_order(reader, self.product)
        other.message_subscribe(self.loser.ids)
        Followers = self.env['mail.followers']
        everyone = Followers.search([])
        log = self._merge()
        self.assertEqual(everyone.exists(), everyone)
        line = log.line_ids.filtered(lambda line: line.model == 'mail.followers')
        self.assertEqual(line.stayed_count, 2)
        self.assertTrue(line.stayed_names)
        self.assertIn(self.kept, other.message_partner_ids)
        self.assertNotIn(self.loser, other.message_partner_ids)
        self.assertTrue(
            Followers.search([('res_id', '=', order.id), ('partner_id', '=', self.loser.id)]),
            "the colliding row stays with the merged customer")

    def test_a_unique_index_with_a_condition_collides_only_where_it_holds(self):
        self.env.cr.execute(
            "CREATE TABLE x_merge_test (id serial PRIMARY KEY, customer int REFERENCES res_partner, kind text, done bool);"
            "CREATE UNIQUE INDEX ON x_merge_test (customer, lower(kind)) WHERE NOT done;"
            "INSERT INTO x_merge_test (customer, kind, done) VALUES (%(kept)s, 'Rent', FALSE), (%(loser)s, 'rent', FALSE),"
            " (%(loser)s, 'rent', TRUE), (%(loser)s, 'tax', FALSE)", {'kept': self.kept.id, 'loser': self.loser.id})
        log = self._merge()
        self.env.cr.execute("SELECT customer FROM x_merge_test ORDER BY id")
        kept, loser = self.kept.id, self.loser.id
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], [kept, loser, kept, kept])
        line = log.line_ids.filtered(lambda line: line.table_name == 'x_merge_test')
        self.assertEqual((line.count, line.stayed_count), (2, 1))
        log.action_undo()
        self.env.cr.execute("SELECT customer FROM x_merge_test ORDER BY id")
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], [kept, loser, loser, loser])

    def test_a_check_or_exclusion_leaves_only_its_own_rows_behind(self):
        self.env.cr.execute(
            "CREATE TABLE x_merge_test (id serial PRIMARY KEY, customer int REFERENCES res_partner, enemy int,"
            " CHECK (customer <> enemy));"
            "INSERT INTO x_merge_test (customer, enemy) VALUES (%(loser)s, 1), (%(loser)s, %(kept)s), (%(loser)s, 2)",
            {'kept': self.kept.id, 'loser': self.loser.id})
        self._merge()
        self.env.cr.execute("SELECT customer FROM x_merge_test ORDER BY id")
        self.assertEqual([row[0] for row in self.env.cr.fetchall()], [self.kept.id, self.loser.id, self.kept.id])

    def test_of_the_same_special_price_the_kept_customers_holds(self):
        own = self._create_special_price(self.kept, 80, self.product)
        twin = self._create_special_price(self.loser, 90, self.product)
        larger = self._create_special_price(self.loser, 70, self.product, min_quantity=10)
        log = self._merge()
        self.assertEqual(self.kept.special_price_ids, own + larger)
        self.assertEqual(twin.partner_id, self.loser)
        line = log.line_ids.filtered(lambda line: line.model == 'product.pricelist.item')
        self.assertEqual((line.count, line.stayed_count), (1, 1))
        self.assertIn("Fish sauce", line.stayed_names)

    def test_bank_accounts_with_the_same_number_stay(self):
        Bank = self.env['res.partner.bank']
        own = Bank.create({'partner_id': self.kept.id, 'acc_number': '123-4-56789-0'})
        same = Bank.create({'partner_id': self.loser.id, 'acc_number': '1234567890'})
        other = Bank.create({'partner_id': self.loser.id, 'acc_number': '999-9-99999-9'})
        self._merge()
        self.assertEqual((own + other).partner_id, self.kept)
        self.assertEqual((same.exists(), same.partner_id), (same, self.loser))

    # === VALUES === #

    def test_the_kept_customers_values_win_and_empty_contact_details_are_filled(self):
        self.kept.write({'phone': '+66 53 111 111', 'street': "Old road 1"})
        self.loser.write({'phone': '+66 53 222 222', 'email': 'shop@example.com', 'street': "New road 9", 'city': "Lamphun"})
        self._merge()
        self.assertRecordValues(self.kept, [{
            'phone': '+66 53 111 111', 'email': 'shop@example.com', 'street': "Old road 1", 'city': False}])

    def test_no_block_limit_or_flag_slips_onto_the_kept_customer(self):
        self.loser.write({
            'credit_limit': 777, 'credit_policy': 'stop', 'credit_days': 3, 'no_discount': True, 'discount_rate': 5,
            'sale_warn_msg': "Do not sell", 'company_id': self.env.company.id, 'trust': 'bad'})
        strict = self._create_group("Strict", self.tier, credit_policy='stop')
        self.loser.customer_group_ids = strict + self.chiang_mai
        self._merge()
        self.assertRecordValues(self.kept, [{
            'credit_limit': 0, 'has_own_credit_limit': False, 'credit_policy': False, 'credit_days': 0,
            'no_discount': False, 'discount_rate': 0, 'sale_warn_msg': False, 'company_id': False,
            'customer_group_ids': self.chiang_mai.ids, 'trust': 'normal'}])

    def test_chosen_values_are_taken(self):
        self.loser.write({'credit_limit': 777, 'street': "New road 9", 'city': "Lamphun", 'user_id': self.env.uid,
                          'customer_group_ids': [Command.set((self.south + self.gold).ids)]})
        self.kept.write({'street': "Old road 1", 'customer_group_ids': [Command.set(self.north.ids)]})
        log = self._merge(choices={
            'credit_limit': self.loser.id, 'street': self.loser, 'user_id': self.loser, 'name': self.loser,
            'customer_group_ids': self.loser, 'comment': "Merged by hand"})
        self.assertRecordValues(self.kept, [{
            'credit_limit': 777, 'has_own_credit_limit': True, 'street': "New road 9", 'city': "Lamphun",
            'user_id': self.env.uid, 'name': "Fresh Mart Co., Ltd.",
            'customer_group_ids': (self.south + self.gold).ids}])
        self.assertIn("Merged by hand", self.kept.comment)
        log.action_undo()
        self.assertRecordValues(self.kept, [{
            'credit_limit': 0, 'has_own_credit_limit': False, 'street': "Old road 1", 'city': False, 'user_id': False,
            'name': "Fresh Mart", 'customer_group_ids': self.north.ids, 'comment': False}])
        self.assertEqual(self.loser.customer_group_ids, self.south + self.gold)

    def test_groups_under_the_same_root_do_not_come_together(self):
        self.kept.customer_group_ids = self.north
        self.loser.customer_group_ids = self.south + self.gold
        self._merge()
        self.assertEqual(self.kept.customer_group_ids, self.north + self.gold)
        self.assertEqual(self.loser.customer_group_ids, self.south)

    def test_the_picture_is_taken_and_given_back(self):
        self.loser.image_1920 = PICTURE
        log = self._merge()
        self.assertTrue(self.kept.image_1920)
        log.action_undo()
        self.assertFalse(self.kept.image_1920)
        self.assertTrue(self.loser.image_1920)

    # === CODES === #

    def test_the_merged_customer_is_put_away_and_its_code_and_name_find_the_kept_one(self):
        self._merge()
        self.assertRecordValues(self.loser, [{'active': False, 'merged_into_id': self.kept.id, 'ref': False}])
        self.assertRecordValues(self.kept.former_code_ids, [{
            'name': 'M-002', 'customer_name': "Fresh Mart Co., Ltd.", 'merged_partner_id': self.loser.id}])
        for term in ('M-002', "Fresh Mart Co., Ltd."):
            self.assertEqual([pair[0] for pair in self.Partner.name_search(term)], self.kept.ids, term)
        with self.assertRaisesRegex(UserError, "M-002.*Fresh Mart"):
            self._create_customer("Another", ref='M-002')

    def test_a_customer_without_code_gets_that_of_the_merged_one(self):
        self.kept.ref = False
        log = self._merge()
        self.assertEqual(self.kept.ref, 'M-002')
        log.action_undo()
        self.assertEqual((self.kept.ref, self.loser.ref), (False, 'M-002'))

    def test_the_code_of_the_merged_customer_can_be_chosen(self):
        log = self._merge(choices={'ref': self.loser})
        self.assertEqual(self.kept.ref, 'M-002')
        self.assertEqual(set(self.kept.former_code_ids.mapped('name')), {'M-001', 'M-002'})
        log.action_undo()
        self.assertEqual((self.kept.ref, self.loser.ref, self.kept.former_code_ids.ids), ('M-001', 'M-002', []))

    def test_a_chain_of_merges_leads_to_the_last_one(self):
        last = self._create_customer("Fresh Group", ref='M-009')
        first, second = self._merge(), self._merge(self.kept, survivor=last)
        self.assertEqual(self.loser.merged_into_id, last)
        self.assertEqual(self.Partner.search([('former_code_ids.name', '=', 'M-002')]), last)
        with self.assertRaisesRegex(UserError, "Fresh Mart was itself merged into Fresh Group"):
            first.action_undo()
        second.action_undo()
        first.action_undo()
        self.assertFalse((self.loser + self.kept).merged_into_id)
        self.assertEqual([self.kept.ref, self.loser.ref], ['M-001', 'M-002'])

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
        self.assertEqual((order.partner_shipping_id, lost_dock.parent_id, lost_dock.active), (lost_dock, self.loser, True))
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
