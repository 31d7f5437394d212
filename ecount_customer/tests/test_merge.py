import base64

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .merge_common import MergeCommon

PICTURE = base64.b64encode(base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))


@tagged('post_install', '-at_install')
class TestMerge(MergeCommon):

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
        self.assertEqual(
            [self._count(log, model) for model in ('sale.order', 'purchase.order', 'account.move')], [2, 1, 1])

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
            "CREATE TABLE x_merge_test"
            " (id serial PRIMARY KEY, customer int REFERENCES res_partner, kind text, done bool);"
            "CREATE UNIQUE INDEX ON x_merge_test (customer, lower(kind)) WHERE NOT done;"
            "INSERT INTO x_merge_test (customer, kind, done)"
            " VALUES (%(kept)s, 'Rent', FALSE), (%(loser)s, 'rent', FALSE),"
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

    def test_the_log_names_the_group_that_stayed(self):
        silver = self.Group.create({'name': "Silver", 'parent_id': self.gold.parent_id.id})
        self.kept.customer_group_ids = self.gold
        self.loser.customer_group_ids = silver
        log = self._merge()
        self.assertEqual(self.kept.customer_group_ids, self.gold)
        line = log.line_ids.filtered(lambda line: line.table_name == 'ecount_customer_group_partner_rel')
        self.assertEqual(line.stayed_names, silver.display_name)

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
        self.loser.write({
            'phone': '+66 53 222 222', 'email': 'shop@example.com', 'street': "New road 9", 'city': "Lamphun"})
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
