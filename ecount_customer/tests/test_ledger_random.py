"""Random books: every page of the ledger beside one that is computed from the records, item by item."""

import itertools
import random
from unittest.mock import patch

from odoo.fields import Command, Date
from odoo.tests import tagged

from odoo.addons.ecount_customer.tests.test_ledger import LedgerCommon

SEED = 20250110
DAYS = [f'2025-01-{day:02}' for day in range(1, 9)]
PERIODS = ((None, None), ('2025-01-03', None), (None, '2025-01-05'), ('2025-01-02', '2025-01-06'), ('2026-01-01', None))
FILTERS = ((None, False), (['sale', 'other'], False), (None, True), (['receipt', 'payment', 'purchase'], True))
PAGES = ((None, 100), (7, 7), (3, 11), (0, 50))  # limit, and from one offset to the next
AMOUNTS = ('debit', 'credit', 'receivable', 'payable', 'balance', 'open')


@tagged('post_install', '-at_install')
class TestLedgerRandom(LedgerCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.contact = cls.env['res.partner'].create({'name': "Nok", 'parent_id': cls.customer.id})
        cls.stranger = cls.env['res.partner'].create({'name': "Corner Shop", 'is_company': True})
        cls.term = cls.env['account.payment.term'].create({'name': "30/70", 'line_ids': [
            Command.create({'value': 'percent', 'value_amount': 30, 'nb_days': 10}),
            Command.create({'value': 'percent', 'value_amount': 70, 'nb_days': 40}),
        ]})
        cls.env.company.account_storno = True  # credit notes are negative debits
        cls.salesman = cls.env['res.users'].create({
            'name': "Nok", 'login': 'nok_random_ledger',
            'company_ids': cls.env.company.ids, 'company_id': cls.env.company.id,
            'group_ids': [Command.set([
                cls.env.ref('base.group_user').id, cls.env.ref('sales_team.group_sale_salesman').id])],
        })
        for _number in range(14):
            cls._random_invoice()
            cls._random_payment()
        for _number in range(5):
            cls._random_netting()
        cls._pending_payments()
        cls._entries_of_another_company()
        cls.env.flush_all()

    @classmethod
    def _amount(cls):
        return cls.random.randint(1, 200000) / 100

    @classmethod
    def _partner(cls):
        return cls.random.choice([cls.customer, cls.customer, cls.contact, cls.stranger])

    @classmethod
    def _random_invoice(cls):
        invoice = cls._invoice(
            cls._amount(), cls.random.choice(DAYS),
            cls.random.choice(['out_invoice', 'out_invoice', 'out_refund', 'in_invoice', 'in_refund']),
            partner_id=cls._partner(), invoice_payment_term_id=cls.random.choice([False, cls.term.id]))
        invoice.invoice_user_id = cls.random.choice([cls.salesman, cls.env.user])
        if cls.random.random() < 0.5:
            cls._register_payment(
                invoice, amount=cls.random.choice([invoice.amount_total, invoice.amount_total / 3]),
                payment_date=cls.random.choice(DAYS), payment_difference_handling='open')

    @classmethod
    def _random_payment(cls):
        cls._money(cls._amount(), cls.random.choice(DAYS), inbound=cls.random.random() < 0.6,
                   supplier=cls.random.random() < 0.4, partner_id=cls._partner().id)

    @classmethod
    def _random_netting(cls):
        """Both sides in one entry, whose items may be of several days where a database was filled by other means."""
        amount, partner = cls._amount(), cls._partner()
        move = cls._entry(
            cls.random.choice(DAYS), (cls.payable, 2 * amount, 0, partner), (cls.receivable, 0, amount, partner),
            (cls.receivable, 0, amount, cls._partner()))
        if cls.random.random() < 0.5:
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE account_move_line SET date = %s WHERE id = %s",
                (cls.random.choice(DAYS), cls.random.choice(move.line_ids.ids)))
            cls.env.invalidate_all()

    @classmethod
    def _pending_payments(cls):
        Move = cls.env.registry['account.move']
        account = cls.inbound_payment_method_line.payment_account_id
        with patch.object(Move, '_get_invoice_in_payment_state', lambda self: 'in_payment'):
            cls.inbound_payment_method_line.payment_account_id = False
            for supplier, day in itertools.product((False, False, True), DAYS[2:5]):
                cls._money(cls._amount(), day, supplier=supplier, partner_id=cls._partner().id)
        cls.inbound_payment_method_line.payment_account_id = account

    @classmethod
    def _entries_of_another_company(cls):
        currency = cls.setup_other_currency('EUR', rates=[('1900-01-01', 0.4)])
        currency.rate_ids.company_id = False
        cls.other_company = cls.setup_other_company(name="Branch B", currency_id=currency.id)['company']
        for day in DAYS[1:4]:
            cls.env['account.move'].with_company(cls.other_company).create({
                'move_type': 'out_invoice', 'partner_id': cls.customer.id, 'invoice_date': day,
                'invoice_line_ids': [Command.create({'name': "Sauce", 'price_unit': cls._amount(), 'tax_ids': []})],
            }).action_post()

    # === THE SAME, FROM THE RECORDS === #

    def _compute_entries(self, env, side):
        """Return all entries in their order, without balances: one of each document and day."""
        entries = {}
        lines = env['account.move.line'].search([
            ('parent_state', '=', 'posted'), ('partner_id', 'child_of', self.customer.id),
            ('company_id', 'in', env.companies.ids),
            ('account_id.account_type', 'in', ('asset_receivable', 'liability_payable'))])
        for line in lines.sudo():
            self._add_item(
                entries.setdefault((line.date, 0, line.move_id.id), self._new_entry(line, line.move_id)), env, side,
                line, line.account_id.account_type == 'asset_receivable', line.balance, line.debit, line.credit,
                line.amount_residual)
        payments = env['account.payment'].sudo()
        if env['account.payment'].has_access('read'):
            payments = env['account.payment'].search([
                ('state', '=', 'in_process'), ('move_id', '=', False), ('partner_id', 'child_of', self.customer.id),
                ('company_id', 'in', env.companies.ids)])
        for payment in payments.sudo():
            amount = payment.amount_company_currency_signed
            entry = entries[payment.date, 1, payment.id] = self._new_entry(payment, payment.move_id)
            self._add_item(entry, env, side, payment, payment.partner_type == 'customer', -amount,
                           max(-amount, 0), max(amount, 0), -amount)
        for entry in entries.values():
            entry['kind'] = self._compute_kind(entry)
        return [entry for _key, entry in sorted(entries.items())]

    def _new_entry(self, record, move):
        payment = move.origin_payment_id if move else record
        return {
            'date': record.date, 'move': move, 'payment': payment, 'res_model': (payment or move)._name,
            'res_id': (payment or move).id, 'pending': not move, 'on_side': False, 'due_dates': [],
            **dict.fromkeys(AMOUNTS, 0.0),
        }

    def _add_item(self, entry, env, side, item, is_receivable, balance, debit, credit, residual):
        def convert(amount):
            return item.company_id.currency_id._convert(
                amount, env.company.currency_id, env.company, Date.context_today(item))

        entry['receivable' if is_receivable else 'payable'] += convert(balance) * (1 if is_receivable else -1)
        if side in ('both', 'receivable' if is_receivable else 'payable'):
            entry['on_side'] = True
            for name, amount in (('debit', debit), ('credit', credit), ('open', residual)):
                entry[name] += convert(amount)
        if item._name == 'account.move.line' and item.date_maturity:
            entry['due_dates'].append((item.reconciled, item.date_maturity))

    def _compute_kind(self, entry):
        move, payment = entry['move'], entry['payment']
        if move.is_sale_document(include_receipts=True):
            return 'sale'
        if move.is_purchase_document(include_receipts=True):
            return 'purchase'
        if payment:
            return 'receipt' if payment.payment_type == 'inbound' else 'payment'
        return 'other'

    def _compute_ledger(self, env, date_from, date_to, kinds, side, open_only):
        date_from, date_to = Date.to_date(date_from), Date.to_date(date_to)
        signs = {'receivable': (1, 0), 'payable': (0, 1), 'both': (1, -1)}[side]
        result, rows, receivable, payable = {'opening': 0.0}, [], 0.0, 0.0
        for entry in self._compute_entries(env, side):
            if date_to and entry['date'] > date_to:
                continue
            receivable, payable = receivable + entry['receivable'], payable + entry['payable']
            balance = signs[0] * receivable + signs[1] * payable
            if date_from and entry['date'] < date_from:
                result['opening'] = balance
                continue
            if entry['on_side'] and not (open_only and not round(entry['open'], 2)) and (
                    not kinds or entry['kind'] in kinds):
                due_dates = [day for is_matched, day in entry['due_dates'] if not is_matched]
                rows.append({
                    **entry, 'receivable': receivable, 'payable': payable, 'balance': balance,
                    'due_date': not entry['payment'] and bool(entry['due_dates']) and (
                        min(due_dates) if due_dates else max(day for _is_matched, day in entry['due_dates'])),
                })
        result.update(
            closing=signs[0] * receivable + signs[1] * payable, total=len(rows),
            **{name: sum(row[name] for row in rows) for name in ('debit', 'credit')})
        return result, rows

    # === THE TESTS === #

    def _assert_pages(self, customer, sides=('both', 'receivable', 'payable')):
        names = ('date', 'kind', 'res_model', 'res_id', 'due_date', 'pending')
        for side, (date_from, date_to), (kinds, open_only) in itertools.product(sides, PERIODS, FILTERS):
            totals, rows = self._compute_ledger(customer.env, date_from, date_to, kinds, side, open_only)
            for newest_first, (limit, step) in itertools.product((False, True), PAGES):
                ordered = rows[::-1] if newest_first else rows
                for offset in range(0, len(rows) + step, step):
                    with self.subTest(seed=SEED, side=side, date_from=date_from, date_to=date_to, kinds=kinds,
                                      open_only=open_only, newest_first=newest_first, limit=limit, offset=offset):
                        ledger = customer._get_ledger(
                            date_from, date_to, kinds, side, limit, offset, newest_first=newest_first,
                            open_only=open_only)
                        page = ordered[offset:] if limit is None else ordered[offset:offset + limit]
                        self.assertEqual([[row[name] for name in names] for row in ledger['rows']],
                                         [[row[name] for name in names] for row in page])
                        for row, expected in zip([ledger, *ledger['rows']], [totals, *page]):
                            for name in {*AMOUNTS, *totals} & {*row} & {*expected}:
                                self.assertAlmostEqual(row[name], expected[name], 2, name)
        return rows

    def test_every_page_is_what_the_records_say(self):
        _totals, rows = self._compute_ledger(self.env, None, None, None, 'both', False)
        self.assertGreater(len(rows), 30)
        self.assertEqual({row['kind'] for row in rows}, {'sale', 'purchase', 'receipt', 'payment', 'other'})
        self.assertTrue(any(row['pending'] for row in rows) and any(row['debit'] < 0 for row in rows))
        self._assert_pages(self.customer)

    def test_every_page_of_several_companies_is_what_the_records_say(self):
        for companies in (self.env.company + self.other_company, self.other_company + self.env.company):
            self._assert_pages(self.customer.with_context(allowed_company_ids=companies.ids), sides=('both',))

    def test_every_page_of_a_salesperson_is_what_they_may_read(self):
        customer = self.customer.with_user(self.salesman)
        _totals, rows = self._compute_ledger(customer.env, None, None, None, 'receivable', False)
        self.assertTrue(rows)
        self._assert_pages(customer, sides=('receivable',))
