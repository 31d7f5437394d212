from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class LedgerCommon(AccountTestInvoicingCommon):
    """A customer in its own company with a chart of accounts, and one-line documents without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env['res.partner'].create({'name': "Fresh Mart", 'is_company': True, 'ref': "00042"})
        cls.receivable = cls.company_data['default_account_receivable']
        cls.payable = cls.company_data['default_account_payable']

    @classmethod
    def _invoice(cls, amount, date, move_type='out_invoice', **values):
        values = {'partner_id': cls.customer, **values}
        return cls._create_invoice_one_line(
            price_unit=amount, name="Fish sauce", tax_ids=[], move_type=move_type, invoice_date=date, post=True,
            **values)

    @classmethod
    def _money(cls, amount, date, *, inbound=True, supplier=False, **values):
        payment = cls.env['account.payment'].create({
            'amount': amount, 'date': date, 'payment_type': 'inbound' if inbound else 'outbound',
            'partner_type': 'supplier' if supplier else 'customer', 'partner_id': cls.customer.id, **values})
        payment.action_post()
        return payment

    @classmethod
    def _entry(cls, date, *lines, journal=None):
        """Post an entry; lines are tuples of account, debit, credit, partner or None."""
        move = cls.env['account.move'].create({
            'move_type': 'entry', 'date': date,
            'journal_id': (journal or cls.company_data['default_journal_misc']).id,
            'line_ids': [Command.create({
                'account_id': account.id, 'debit': debit, 'credit': credit, 'partner_id': partner and partner.id,
            }) for account, debit, credit, partner in lines],
        })
        move.action_post()
        return move

    def assertLedger(self, ledger, expected):
        """Compare kind, debit, credit and balance of the rows."""
        self.assertEqual(
            [(row['kind'], row['debit'], row['credit'], row['balance']) for row in ledger['rows']], expected)


@tagged('post_install', '-at_install')
class TestLedger(LedgerCommon):

    def test_every_kind_of_document_moves_the_balance_that_it_should(self):
        self._entry('2024-12-31', (self.receivable, 250, 0, self.customer),
                    (self.company_data['default_account_revenue'], 0, 250, None))
        self._invoice(1000, '2025-01-10')
        self._invoice(200, '2025-01-11', 'out_refund')
        self._invoice(700, '2025-01-12', 'in_invoice')
        self._invoice(100, '2025-01-13', 'in_refund')
        self._money(300, '2025-01-14')
        self._money(50, '2025-01-15', inbound=False)
        self._money(400, '2025-01-16', inbound=False, supplier=True)
        self._money(20, '2025-01-17', supplier=True)
        ledger = self.customer.get_ledger()
        self.assertLedger(ledger, [
            ('other', 250, 0, 250),
            ('sale', 1000, 0, 1250),
            ('sale', 0, 200, 1050),
            ('purchase', 0, 700, 350),
            ('purchase', 100, 0, 450),
            ('receipt', 0, 300, 150),
            ('payment', 50, 0, 200),
            ('payment', 400, 0, 600),
            ('receipt', 0, 20, 580),
        ])
        self.assertEqual([row['receivable'] for row in ledger['rows']],
                         [250, 1250, 1050, 1050, 1050, 750, 800, 800, 800])
        self.assertEqual([row['payable'] for row in ledger['rows']], [0, 0, 0, 700, 600, 600, 600, 200, 220])
        self.assertEqual((ledger['opening'], ledger['closing'], ledger['total']), (0, 580, 9))
        self.assertEqual(ledger['currency_id'], self.env.company.currency_id.id)

    def test_a_side_shows_its_entries_and_its_balance(self):
        self._invoice(1000, '2025-01-10')
        self._invoice(700, '2025-01-12', 'in_invoice')
        netting = self._entry(
            '2025-01-20', (self.payable, 700, 0, self.customer), (self.receivable, 0, 700, self.customer))
        self.assertLedger(
            self.customer.get_ledger(side='receivable'), [('sale', 1000, 0, 1000), ('other', 0, 700, 300)])
        self.assertLedger(self.customer.get_ledger(side='payable'), [('purchase', 0, 700, 700), ('other', 700, 0, 0)])
        both = self.customer.get_ledger()
        self.assertLedger(both, [('sale', 1000, 0, 1000), ('purchase', 0, 700, 300), ('other', 700, 700, 300)])
        self.assertEqual((both['rows'][2]['res_model'], both['rows'][2]['res_id']), ('account.move', netting.id))
        self.assertEqual([both['rows'][2][name] for name in ('receivable', 'payable')], [300, 0])

    def test_what_precedes_the_period_is_the_opening_and_what_follows_is_left_out(self):
        self._invoice(100, '2025-01-31')
        self._invoice(10, '2025-02-01')
        self._invoice(1, '2025-02-28')
        self._invoice(1000, '2025-03-01')
        ledger = self.customer.get_ledger('2025-02-01', '2025-02-28')
        self.assertLedger(ledger, [('sale', 10, 0, 110), ('sale', 1, 0, 111)])
        self.assertEqual((ledger['opening'], ledger['closing'], ledger['total']), (100, 111, 2))
        empty = self.customer.get_ledger('2026-01-01', '2026-01-31')
        self.assertEqual((empty['opening'], empty['closing'], empty['total'], empty['rows']), (1111, 1111, 0, []))

    def test_rows_of_other_kinds_move_the_balance_though_left_out(self):
        self._invoice(1000, '2025-01-10')
        self._money(300, '2025-01-14')
        self._invoice(50, '2025-01-20')
        ledger = self.customer.get_ledger(kinds=['sale'])
        self.assertLedger(ledger, [('sale', 1000, 0, 1000), ('sale', 50, 0, 750)])
        self.assertEqual((ledger['closing'], ledger['total']), (750, 2))
        self.assertLedger(self.customer.get_ledger(kinds=['receipt', 'payment']), [('receipt', 0, 300, 700)])

    def test_pages_join_without_gap_or_overlap(self):
        for day in range(1, 8):
            self._invoice(day, f'2025-01-0{day}')
        whole = self.customer.get_ledger(limit=None)
        self.assertEqual(self.customer.get_ledger(limit=False), whole)  # what XML-RPC sends for None
        pages = [self.customer.get_ledger(limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        self.assertEqual([row for page in pages for row in page['rows']], whole['rows'])
        self.assertEqual([len(page['rows']) for page in pages], [3, 3, 1, 0])
        self.assertEqual({(page['total'], page['closing']) for page in pages}, {(7, 28)})

    def test_entries_of_one_day_come_in_the_order_they_were_made(self):
        moves = [self._invoice(amount, '2025-01-10') for amount in (1, 2, 3)]
        self.assertEqual([row['name'] for row in self.customer.get_ledger()['rows']], [move.name for move in moves])

    def test_newest_first_has_the_same_balances(self):
        for day in range(1, 5):
            self._invoice(day, f'2025-01-0{day}')
        rows = self.customer.get_ledger()['rows']
        self.assertEqual(self.customer._get_ledger(newest_first=True)['rows'], rows[::-1])

    def test_open_is_what_is_not_matched_yet(self):
        invoice = self._invoice(1000, '2025-01-10')
        self._register_payment(invoice, amount=400, payment_date='2025-01-20', payment_difference_handling='open')
        self._money(70, '2025-01-21')
        self.assertEqual([row['open'] for row in self.customer.get_ledger()['rows']], [600, 0, -70])
        self.assertEqual(self.customer._get_ledger(open_only=True)['total'], 2)

    def test_a_write_off_settles_the_whole_invoice(self):
        invoice = self._invoice(1000, '2025-01-10')
        self._register_payment(
            invoice, amount=990, payment_date='2025-01-20', payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_expense'].id, writeoff_label="Bank fee")
        ledger = self.customer.get_ledger()
        self.assertLedger(ledger, [('sale', 1000, 0, 1000), ('receipt', 0, 1000, 0)])
        self.assertEqual([row['open'] for row in ledger['rows']], [0, 0])

    def test_an_exchange_difference_is_a_row_and_brings_the_balance_to_nothing(self):
        currency = self.setup_other_currency('EUR', rates=[('2025-01-01', 0.5), ('2025-02-01', 0.4)])
        invoice = self._invoice(100, '2025-01-10', currency_id=currency)
        self._register_payment(invoice, payment_date='2025-02-10', currency_id=currency.id)
        ledger = self.customer.get_ledger()
        # 100 / 0.5 = 200 owed, 100 / 0.4 = 250 received, 50 gained.
        self.assertEqual(sorted((row['kind'], row['debit'], row['credit']) for row in ledger['rows']),
                         [('other', 50, 0), ('receipt', 0, 250), ('sale', 200, 0)])
        self.assertEqual(ledger['closing'], 0)

    def test_instalments_are_one_row_with_the_next_due_date(self):
        term = self.env['account.payment.term'].create({'name': "30/70", 'line_ids': [
            Command.create({'value': 'percent', 'value_amount': 30, 'nb_days': 10}),
            Command.create({'value': 'percent', 'value_amount': 70, 'nb_days': 40}),
        ]})
        invoice = self._invoice(1000, '2025-01-01', invoice_payment_term_id=term)
        row, = self.customer.get_ledger()['rows']
        self.assertEqual((row['debit'], str(row['due_date'])), (1000, '2025-01-11'))
        self._register_payment(invoice, amount=300, payment_date='2025-01-11', payment_difference_handling='open')
        row = self.customer.get_ledger()['rows'][0]
        self.assertEqual((row['open'], str(row['due_date'])), (700, '2025-02-10'))

    def test_drafts_and_cancelled_documents_are_not_in_the_books(self):
        draft = self._invoice(1000, '2025-01-10')
        draft.button_draft()
        cancelled = self._invoice(500, '2025-01-10')
        cancelled.button_draft()
        cancelled.button_cancel()
        self.assertEqual(self.customer.get_ledger()['rows'], [])

    def test_a_payment_in_process_without_an_entry_counts_once(self):
        Move = self.env.registry['account.move']
        with patch.object(Move, '_get_invoice_in_payment_state', lambda self: 'in_payment'):  # the full accounting app
            self.inbound_payment_method_line.payment_account_id = False
            payment = self._money(300, '2025-01-14', memo="Cheque 17")
        self.assertRecordValues(payment, [{'state': 'in_process', 'move_id': False}])
        ledger = self.customer.get_ledger(side='receivable')
        self.assertLedger(ledger, [('receipt', 0, 300, -300)])
        row = ledger['rows'][0]
        self.assertEqual((row['res_model'], row['res_id'], row['label'], row['open'], row['pending']),
                         ('account.payment', payment.id, "Cheque 17", -300, True))
        self.assertEqual(self.customer.get_ledger(side='payable')['rows'], [])

    def test_a_bank_statement_line_is_a_receipt(self):
        invoice = self._invoice(1000, '2025-01-10')
        self.pay_with_statement_line(invoice, self.company_data['default_journal_bank'].id, '2025-01-20', 1000)
        self.env['account.bank.statement.line'].search([('amount', '=', 1000)]).move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable).partner_id = self.customer
        self.assertLedger(self.customer.get_ledger(), [('sale', 1000, 0, 1000), ('receipt', 0, 1000, 0)])

    def test_rows_name_their_document(self):
        invoice = self._invoice(1000, '2025-01-10', ref="PO 77")
        payment = self._money(300, '2025-01-14', memo="Transfer")
        rows = self.customer.get_ledger()['rows']
        self.assertEqual([(row['res_model'], row['res_id'], row['name'], row['label']) for row in rows], [
            ('account.move', invoice.id, invoice.name, "PO 77"),
            ('account.payment', payment.id, payment.move_id.name, "Transfer"),
        ])
        self.assertEqual((str(rows[0]['due_date']), rows[1]['due_date']), (str(invoice.invoice_date_due), False))

    def test_a_contact_has_the_ledger_of_its_company(self):
        contact = self.env['res.partner'].create({'name': "Nok", 'parent_id': self.customer.id})
        self._invoice(1000, '2025-01-10', partner_id=contact)
        self.assertEqual(contact.get_ledger(), self.customer.get_ledger())
        self.assertEqual(contact.get_ledger()['closing'], 1000)

    def test_an_archived_customer_keeps_its_ledger(self):
        self._invoice(1000, '2025-01-10')
        self.customer.active = False
        self.assertEqual(self.customer.get_ledger()['closing'], 1000)

    def test_only_the_companies_at_hand_count_each_in_the_currency_of_the_first(self):
        currency = self.setup_other_currency('EUR', rates=[('1900-01-01', 0.5)])
        currency.rate_ids.company_id = False
        other = self.setup_other_company(name="Branch B", currency_id=currency.id)['company']
        self._invoice(1000, '2025-01-10')
        self.env['account.move'].with_company(other).create({
            'move_type': 'out_invoice', 'partner_id': self.customer.id, 'invoice_date': '2025-01-11',
            'invoice_line_ids': [Command.create({'name': "Fish sauce", 'price_unit': 30, 'tax_ids': []})],
        }).action_post()
        here = self.env.company
        self.assertEqual(self.customer.with_context(allowed_company_ids=here.ids).get_ledger()['closing'], 1000)
        there = self.customer.with_context(allowed_company_ids=other.ids).get_ledger()
        self.assertEqual((there['closing'], there['currency_id']), (30, currency.id))
        together = self.customer.with_context(allowed_company_ids=(here + other).ids).get_ledger()
        self.assertLedger(together, [('sale', 1000, 0, 1000), ('sale', 60, 0, 1060)])
        swapped = self.customer.with_context(allowed_company_ids=(other + here).ids).get_ledger()
        self.assertLedger(swapped, [('sale', 500, 0, 500), ('sale', 30, 0, 530)])

    def test_a_salesperson_sees_the_entries_they_may_read(self):
        salesman = self.env['res.users'].create({
            'name': "Nok", 'login': 'nok_ledger',
            'company_ids': self.env.company.ids, 'company_id': self.env.company.id,
            'group_ids': [Command.set([
                self.env.ref('base.group_user').id, self.env.ref('sales_team.group_sale_salesman').id])],
        })
        mine = self._invoice(1000, '2025-01-10')
        mine.invoice_user_id = salesman
        self._invoice(70, '2025-01-11').invoice_user_id = self.env.user
        self._money(300, '2025-01-14')
        self.assertLedger(self.customer.with_user(salesman).get_ledger(), [('sale', 1000, 0, 1000)])

    def test_without_rights_on_journal_items_or_the_customer_there_is_no_ledger(self):
        user = self.env['res.users'].create({
            'name': "Lek", 'login': 'lek_ledger',
            'company_ids': self.env.company.ids, 'company_id': self.env.company.id,
            'group_ids': [Command.set(self.env.ref('base.group_user').ids)],
        })
        with self.assertRaises(AccessError):
            self.customer.with_user(user).get_ledger()
        self.customer.company_id = self.setup_other_company(name="Branch B")['company']
        with self.assertRaises(AccessError):
            self.customer.with_user(self.simple_accountman).with_context(
                allowed_company_ids=self.env.company.ids).get_ledger()

    def test_unknown_kinds_sides_and_negative_pages_are_refused(self):
        for arguments, message in (
            ({'kinds': ['sales']}, "no entries of kind sales"), ({'side': 'left'}, "no side “left”"),
            ({'limit': -1}, "negative"), ({'offset': -1}, "negative"),
            ({'date_from': "soon"}, "“soon” is not a date"), ({'date_to': '2025-02-30'}, "is not a date"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.customer.get_ledger(**arguments)

    def test_one_kind_need_not_be_in_a_list(self):
        self._invoice(1000, '2025-01-10')
        self._money(300, '2025-01-14')
        self.assertEqual([row['kind'] for row in self.customer.get_ledger(kinds='receipt')['rows']], ['receipt'])

    def test_the_ledger_is_one_statement(self):
        self._invoice(1000, '2025-01-10')
        self._money(300, '2025-01-14')
        self.env.flush_all()
        self.env.invalidate_all()
        self.customer.get_ledger()  # rules and accounts in the caches
        with self.assertQueryCount(1):
            self.customer.get_ledger('2025-01-01', kinds=['sale'])

    def test_the_balance_agrees_with_the_native_one(self):
        self._invoice(1000, '2025-01-10')
        self._invoice(700, '2025-01-12', 'in_invoice')
        self._money(300, '2025-01-14')
        self.assertEqual(self.customer.get_ledger(side='receivable')['closing'], self.customer.credit)
        self.assertEqual(self.customer.get_ledger(side='payable')['closing'], self.customer.debit)
