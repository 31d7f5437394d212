import io

from openpyxl import load_workbook

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .test_custom_field import OwnFieldsCase
from .test_ledger import LedgerCommon


class DeskCommon(LedgerCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids = [Command.link(cls.env.ref(group).id) for group in (
            'sales_team.group_sale_manager', 'purchase.group_purchase_manager',
            'ecount_customer.group_customer_manager')]
        cls.Partner = cls.env['res.partner']
        cls.product_a.write({'invoice_policy': 'order', 'taxes_id': False, 'list_price': 100})

    @classmethod
    def _order(cls, quantity=1):
        return cls.env['sale.order'].create({'partner_id': cls.customer.id, 'order_line': [Command.create({
            'product_id': cls.product_a.id, 'product_uom_qty': quantity, 'price_unit': 100})]})

    @classmethod
    def _user(cls, login, *groups):
        return cls.env['res.users'].create({
            'name': login.capitalize(), 'login': login, 'email': f'{login}@example.com',
            'company_ids': cls.env.company.ids, 'company_id': cls.env.company.id,
            'group_ids': [Command.set([cls.env.ref(group).id for group in ('base.group_user', *groups)])]})


@tagged('post_install', '-at_install')
class TestDesk(DeskCommon):

    def test_one_call_opens_the_desk_with_all_it_shows(self):
        self._invoice(1000, '2025-01-10')
        self._money(300, '2025-01-14')
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self._order()
        desk = self.Partner.desk_open(contact.id)['customer']
        self.assertEqual((desk['header']['id'], desk['header']['ref']), (self.customer.id, "00042"))
        self.assertEqual([row['kind'] for row in desk['ledger']['rows']], ['receipt', 'sale'])  # newest first
        self.assertEqual((desk['figures']['receivable'], desk['ledger']['closing']), (700, 700))
        self.assertEqual(desk['counts'], {'progress': 1, 'prices': 0, 'addresses': 1})

    def test_the_desk_opens_with_at_most_twelve_queries(self):
        group = self.env['ecount.customer.group'].create({'name': "Region"})
        self.customer.customer_group_ids = self.env['ecount.customer.group'].create({
            'name': "North", 'parent_id': group.id, 'discount_rate': 3})
        for day in range(1, 6):
            self._invoice(day, f'2025-01-0{day}')
        self.env.flush_all()
        self.Partner.desk_open(self.customer.id)  # rules and accounts in the caches
        self.env.invalidate_all()
        self.env.company.currency_id.mapped('name')  # every request reads these
        with self.assertQueryCount(12):
            self.Partner.desk_open(self.customer.id)

    def test_a_customer_that_does_not_exist_opens_an_empty_desk(self):
        self.assertFalse(self.Partner.desk_open(2 ** 30)['customer'])
        self.assertFalse(self.Partner.desk_open()['customer'])

    def test_months_show_sales_and_collections_and_ageing_what_is_overdue(self):
        today = self.env.cr.now().date()
        self._invoice(1000, today)
        self._invoice(200, today, 'out_refund')
        self._money(300, today)
        old = self._invoice(70, today.replace(year=today.year - 2), invoice_payment_term_id=self.pay_terms_a)
        desk = self.customer.get_desk()
        self.assertEqual(len(desk['months']), 12)
        self.assertEqual((desk['months'][-1]['sales'], desk['months'][-1]['collected']), (800, 300))
        self.assertEqual(sum(month['sales'] for month in desk['months'][:-1]), 0)
        self.assertEqual(desk['ageing']['buckets'], [1000, 0, 0, 0, 70])
        self.assertEqual(desk['ageing']['unmatched'], 500)
        self.assertEqual(old.amount_residual, 70)

    def test_search_offers_customers_with_their_balance_and_groups(self):
        group = self.env['ecount.customer.group'].create({'name': "Zebra region"})
        self.customer.customer_group_ids = group
        self._invoice(1000, '2025-01-10')
        found = self.Partner.desk_search("fresh mart")
        self.assertEqual([(row['id'], row['balance']) for row in found['customers'] if row['id'] == self.customer.id],
                         [(self.customer.id, 1000)])
        self.assertEqual([row['id'] for row in self.Partner.desk_search("zebra")['groups']], group.ids)
        in_group = self.Partner.desk_search(group_id=group.id)['customers']
        self.assertEqual([row['id'] for row in in_group], self.customer.ids)
        self.assertEqual(self.Partner.desk_search("nobody", group_id=group.id)['customers'], [])

    def test_the_code_of_a_put_away_customer_offers_to_bring_it_back(self):
        self.customer._set_put_away()
        self.customer.invalidate_recordset()
        found = self.Partner.desk_search(" 00042 ")
        self.assertEqual((found['customers'], found['put_away']['id']), ([], self.customer.id))
        self.assertFalse(self.Partner.desk_search("0004")['put_away'], "a part of a code is another code")
        self.assertTrue(self.Partner.desk_open(self.customer.id)['customer']['header']['is_put_away'])
        self.customer.action_restore_customer()
        self.assertFalse(self.Partner.desk_search("00042")['put_away'])

    def test_a_link_to_a_merged_customer_opens_the_survivor_and_so_does_its_code(self):
        merged = self.Partner.create({'name': "Old Fresh", 'is_company': True, 'ref': "OLD-7"})
        self.Partner._merge_customers(merged, self.customer)
        self.assertEqual(merged.merged_into_id, self.customer)
        self.assertEqual(self.Partner.desk_open(merged.id)['customer']['header']['id'], self.customer.id)
        self.assertEqual([row['id'] for row in self.Partner.desk_search("old-7")['customers']], self.customer.ids)

    def test_a_customer_of_a_company_that_is_not_open_is_not_shown(self):
        other = self.env['res.company'].create({'name': "Another"})
        hidden = self.Partner.create({'name': "Theirs", 'company_id': other.id})
        partners = self.Partner.with_user(self._user('one_company', 'ecount_customer.group_all_customers'))
        self.assertFalse(partners.desk_open(hidden.id)['customer'])
        with self.assertRaises(AccessError):
            partners.browse(hidden.id).get_desk()

    def test_terms_say_that_the_credit_is_stopped(self):
        self.assertFalse(self.customer._get_desk_terms())
        self.customer.credit_policy = 'stop'
        term, = self.customer._get_desk_terms()
        self.assertEqual((term['value'], term['is_stop'], term['source']), ("Credit stopped", True, ''))

    def test_a_saved_sale_goes_as_far_as_the_company_says(self):
        company = self.env.company
        for goal, state, invoices in (('quotation', 'draft', 0), ('order', 'sale', 0), ('invoice', 'sale', 1)):
            company.ecount_desk_sale = goal
            order = self._order()
            self.assertEqual(self.Partner.desk_finish('sale.order', order.id), '', goal)
            self.assertEqual((order.state, len(order.invoice_ids)), (state, invoices), goal)
        self.assertEqual(order.invoice_ids.state, 'posted')
        self.assertEqual(self.customer.get_ledger()['closing'], 100)
        self.Partner.desk_finish('sale.order', order.id)
        self.assertEqual(len(order.invoice_ids), 1, "saved twice, invoiced once")

    def test_a_credit_warning_is_asked_about_and_the_answer_yes_goes_all_the_way(self):
        self.env.company.ecount_desk_sale = 'invoice'
        self.customer.write({'credit_policy': 'warn', 'credit_limit': 50})
        order = self._order()
        with self.assertRaisesRegex(RedirectWarning, r"over by .+50\.00"), self.env.cr.savepoint():
            self.Partner.with_context(ecount_credit_ask=True).desk_finish('sale.order', order.id)
        self.env.invalidate_all()
        self.assertEqual((order.state, len(order.invoice_ids)), ('draft', 0))
        self.Partner.desk_finish('sale.order', order.id)
        self.assertEqual((order.state, order.invoice_ids.state), ('sale', 'posted'))

    def test_what_is_refused_is_refused_whatever_was_asked(self):
        self.env.company.ecount_desk_sale = 'order'
        self.customer.write({'credit_policy': 'block', 'credit_limit': 50})
        order = self._order()
        for ask in (True, False):
            with self.assertRaisesRegex(UserError, r"over by .+50\.00"), self.env.cr.savepoint():
                self.Partner.with_context(ecount_credit_ask=ask).desk_finish('sale.order', order.id)
        self.env.invalidate_all()
        self.assertEqual(order.state, 'draft')

    def test_what_cannot_be_invoiced_yet_is_said(self):
        self.env.company.ecount_desk_sale = 'invoice'
        self.product_a.invoice_policy = 'delivery'
        order = self._order()
        self.assertIn("once it is delivered", self.Partner.desk_finish('sale.order', order.id))
        self.assertEqual((order.state, order.invoice_ids.ids), ('sale', []))

    def test_the_desk_lends_no_rights(self):
        self.env.company.ecount_desk_sale = 'invoice'
        user = self._user('nok_desk', 'sales_team.group_sale_salesman')
        order = self._order()
        order.user_id = user
        self.assertIn("left to invoicing", self.Partner.with_user(user).desk_finish('sale.order', order.id))
        self.assertFalse(order.invoice_ids)
        rights = self.Partner.with_user(user).desk_open(self.customer.id)['can']
        self.assertEqual([rights[name] for name in ('sale', 'payment', 'purchase', 'invoice')],
                         [True, False, False, False])

    def test_a_customer_in_the_portal_does_not_read_their_own_desk(self):
        portal = self.env['res.users'].with_context(no_reset_password=True).create({
            'login': 'portal_desk', 'partner_id': self.Partner.create({
                'name': "Portal", 'parent_id': self.customer.id}).id,
            'group_ids': [Command.set(self.env.ref('base.group_portal').ids)]})
        customer = self.customer.with_user(portal)
        for call in (customer.get_desk, lambda: customer.desk_open(customer.id), customer.desk_search):
            with self.assertRaises(AccessError):
                call()

    def test_who_may_not_read_journal_items_still_sees_customer_and_balance(self):
        self._invoice(1000, '2025-01-10')
        user = self._user('lek_desk', 'ecount_customer.group_all_customers')
        desk = self.Partner.with_user(user).desk_open(self.customer.id)['customer']
        self.assertFalse(desk['ledger'])
        self.assertEqual(desk['figures']['receivable'], 1000)

    def test_receipts_are_matched_oldest_first(self):
        first, second = self._invoice(100, '2025-01-01'), self._invoice(100, '2025-02-01')
        self._money(150, '2025-03-01')
        self.customer.desk_match()
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 50))
        self.customer.desk_match()  # nothing to do raises nothing

    def test_a_row_unfolds_to_its_items(self):
        invoice = self._invoice(100, '2025-01-01')
        line, = self.Partner.desk_document_lines('account.move', invoice.id)
        self.assertEqual((line['name'], line['quantity'], line['amount']), ("Fish sauce", 1, 100))
        self.assertEqual(self.Partner.desk_document_lines('res.users', self.env.user.id), [])
        with self.assertRaises(AccessError):
            self.Partner.with_user(self._user('som_desk')).desk_document_lines('account.move', invoice.id)

    def test_orders_in_progress_are_those_not_invoiced_yet(self):
        draft, done = self._order(), self._order()
        done.action_confirm()
        done._create_invoices().action_post()
        purchase = self.env['purchase.order'].create({'partner_id': self.customer.id})
        rows = self.customer.desk_progress()
        self.assertEqual({(row['res_model'], row['res_id']) for row in rows},
                         {('sale.order', draft.id), ('purchase.order', purchase.id)})

    def test_the_form_opens_the_desk_of_the_company(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        action = contact.action_open_desk()
        self.assertEqual((action['tag'], action['context']['active_id']), ('ecount_customer.desk', self.customer.id))


@tagged('post_install', '-at_install')
class TestDeskOwnFields(OwnFieldsCase):

    def test_the_header_shows_own_fields_with_a_value_and_the_chosen_ones_only(self):
        self._activate(1, "Delivery day", 'selection', selection_values="Monday\nFriday")
        self._activate(2, "Frozen", 'boolean')
        values = self.env['res.partner']._fields['x_custom_1'].get_values(self.env)
        customer = self._create_customer(x_custom_1=values[1])

        def shown():
            header = self.env['res.partner'].desk_open(customer.id)['customer']['header']
            return [(own['label'], own['type'], own['value']) for own in header['own_fields']]

        self.assertEqual(shown(), [("Delivery day", 'selection', "Friday")])
        customer['x_custom_2'] = True
        self.assertEqual(shown(), [("Delivery day", 'selection', "Friday"), ("Frozen", 'boolean', True)])
        self._slot(2, show_in_list=True)
        self.assertEqual(shown(), [("Frozen", 'boolean', True)])
        self._slot(2, active=False)
        self.assertEqual(shown(), [("Delivery day", 'selection', "Friday")])


@tagged('post_install', '-at_install')
class TestStatement(DeskCommon):

    def test_a_statement_shows_receivables_only(self):
        self._invoice(1000, '2025-01-10')
        self._invoice(700, '2025-01-12', 'in_invoice')
        self._money(300, '2025-02-14')
        statement = self.customer._get_statement('2025-02-01', '2025-02-28')
        self.assertEqual((statement['opening'], statement['closing']), (1000, 700))
        self.assertEqual([row['kind'] for row in statement['rows']], ['receipt'])

    def test_open_items_are_numbered_and_add_up(self):
        paid = self._invoice(100, '2025-01-01')
        late = self._invoice(200, '2025-02-01', invoice_payment_term_id=self.pay_terms_a)
        self._register_payment(paid, payment_date='2025-01-02')
        self._invoice(50, '2025-02-02', 'out_refund')
        statement = self.customer._get_statement(layout='open', with_lines=True)
        self.assertEqual([(row['number'], row['open']) for row in statement['rows']], [(1, 200), (2, -50)])
        self.assertEqual((statement['open_total'], statement['overdue_total']), (150, 200))
        self.assertEqual([line['name'] for line in statement['rows'][0]['lines']], ["Fish sauce"])
        self.assertEqual(statement['rows'][0]['name'], late.name)

    def test_a_statement_that_would_be_incomplete_is_refused(self):
        user = self._user('nok_statement', 'sales_team.group_sale_salesman')
        with self.assertRaisesRegex(AccessError, "names every receipt"):
            self.customer.with_user(user)._get_statement()

    def test_the_sheet_holds_amounts_as_numbers_and_formulas_as_text(self):
        self._invoice(1000, '2025-01-10', ref="=1+1")
        sheet = load_workbook(io.BytesIO(self.customer._get_statement_xlsx())).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(sheet.title, "00042")
        row = next(row for row in rows if row[0] == 1)
        self.assertEqual((row[4], row[6], row[8]), ("=1+1", 1000, 1000))
        cell = next(cell for line in sheet.iter_rows() for cell in line if cell.value == "=1+1")
        self.assertEqual(cell.data_type, 's')

    def test_the_page_is_in_the_language_of_the_customer(self):
        self.env['res.lang']._activate_lang('th_TH')
        self.customer.lang = 'th_TH'
        self._invoice(1000, '2025-01-10')
        html = self.env['ir.actions.report']._render_qweb_html(
            'ecount_customer.report_statement', self.customer.ids,
            data={'layout': 'open', 'with_lines': True})[0].decode()
        self.assertIn("1,000.00", html)
        self.assertIn("Fish sauce", html)

    def test_sending_needs_an_address_and_keeps_the_statement_in_the_chatter(self):
        self._invoice(1000, '2025-01-10')
        wizard = self.env['ecount.statement.wizard'].create({'partner_ids': self.customer.ids})
        with self.assertRaisesRegex(UserError, "Fresh Mart"):
            wizard.action_send()
        self.customer.email = 'fresh@example.com'
        wizard.action_send()
        message = self.customer.message_ids[0]
        self.assertEqual((message.partner_ids, len(message.attachment_ids)), (self.customer, 1))
        self.assertIn("1,000.00", message.body)

    def test_a_period_ends_after_it_begins(self):
        wizard = self.env['ecount.statement.wizard'].create({
            'partner_ids': self.customer.ids, 'date_from': '2025-02-01', 'date_to': '2025-01-01'})
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            wizard.action_print()
