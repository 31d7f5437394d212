"""Balances that customers bring along from another program: one balanced entry, a line for each document."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AccountMove(models.Model):
    _inherit = 'account.move'

    @api.model
    def _create_opening_balances(self, rows, date, journal, account):
        """Create and post the opening entry of the active company: all rows, or none.

        An amount that a customer owes is positive, what they have paid in advance negative. Each line has the
        customer's receivable account, the number and day of its document and its due date, so that ageing, credit and
        statements see the documents; one line balances them.

        :param list rows: dicts of `row` (number in the file), `customer` (code), `number`, `date`, `due` (or None),
            `amount`, `currency` (record, or None: the company's)
        :param date date: of the entry
        :param journal: miscellaneous journal
        :param account: account that balances
        :return: entry (empty where a row is wrong) and reasons: (row, column name, value, reason)
        :rtype: tuple[account.move, list[tuple]]
        :raise UserError: where accounting is not set up, or the period is locked
        """
        company = self.env.company
        self._check_opening_possible(company, date, journal, account)
        errors = self._check_opening_balances(rows, date)
        if errors:
            return self.browse(), errors
        customers = self._get_opening_customers(rows)
        commands, total = [], 0.0
        for row in rows:
            vals = self._get_opening_line(row, customers[self._get_code_key(row['customer'])], company, date)
            total += vals['balance']
            commands.append(Command.create(vals))
        if not company.currency_id.is_zero(total):
            commands.append(Command.create({
                'name': self.env._("Opening balances"), 'account_id': account.id,
                'balance': company.currency_id.round(-total)}))
        move = self.with_company(company).create({
            'move_type': 'entry', 'journal_id': journal.id, 'date': date, 'ref': self.env._("Opening balances"),
            'line_ids': commands,
        })
        move.action_post()
        return move, []

    @api.model
    def _check_opening_possible(self, company, date, journal, account):
        if not journal or not account:
            raise UserError(self.env._(
                "%(company)s has no accounting yet. Install its chart of accounts in the settings of Invoicing first.",
                company=company.name))
        if violated := company._get_violated_lock_dates(date, False, journal):
            raise UserError(self.env._(
                "The entry cannot have this date: the period is locked. %(locks)s. Choose a later day.",
                locks=self.env['res.company']._format_lock_dates(violated)))

    # === ROWS === #

    @api.model
    def _get_code_key(self, code):
        return code.strip().lower()

    @api.model
    def _get_opening_customers(self, rows):
        """Return {code key: customer} of the active company: put-away ones and former codes too."""
        company = self.env.company
        codes = {row['customer'] for row in rows if row['customer']}
        found = self.env['res.partner']._find_code_holders([(0, code, company.id) for code in codes])
        # A holder is found for whoever asks; a customer that the user does not see is none.
        visible = self.env['res.partner'].with_context(active_test=False).search(
            [('id', 'in', [holder.id for holder in found.values()])])
        return {
            self._get_code_key(code): holder.with_env(self.env).commercial_partner_id
            for code, holder in found.items()
            if holder.id in visible._ids and (not holder.company_id or holder.company_id == company)
        }

    @api.model
    def _check_opening_balances(self, rows, date):
        """Return the reasons why rows are wrong; nothing is written.

        :return: tuples of row, column name, value and reason
        :rtype: list[tuple]
        """
        errors, customers = [], self._get_opening_customers(rows)
        entered = self._get_entered_documents(customers)
        seen = {}
        for row in rows:
            number = row['row']
            customer = customers.get(self._get_code_key(row['customer'])) if row['customer'] else None
            if not row['customer']:
                errors.append((number, 'customer', '', self.env._("The customer code is missing.")))
            elif not customer:
                errors.append((number, 'customer', row['customer'], self.env._("No customer has this code.")))
            else:
                errors += self._check_opening_account(row, customer)
            errors += self._check_opening_document(row, date)
            if not row['number'] or not customer:
                continue
            key = (customer.id, row['number'].strip().casefold())
            if key in seen:
                errors.append((number, 'number', row['number'], self.env._(
                    "The same document stands in row %s.", seen[key])))
            elif key in entered:
                errors.append((number, 'number', row['number'], self.env._(
                    "This document was brought forward before, in entry %s.", entered[key])))
            seen.setdefault(key, number)
        return errors

    @api.model
    def _check_opening_document(self, row, date):
        errors, number = [], row['row']
        if not row['number']:
            errors.append((number, 'number', '', self.env._("The document number is missing.")))
        if not row['date']:
            errors.append((number, 'date', '', self.env._("The date is missing.")))
        elif row['date'] > date:
            errors.append((number, 'date', str(row['date']), self.env._(
                "It is after the day of the opening entry, %s.", date)))
        if row['date'] and row['due'] and row['due'] < row['date']:
            errors.append((number, 'due', str(row['due']), self.env._("It is due before its date.")))
        currency = row['currency'] or self.env.company.currency_id
        if not row['amount']:
            errors.append((number, 'amount', '', self.env._("The amount is missing or 0.")))
        elif abs(row['amount'] - currency.round(row['amount'])) > currency.rounding / 1000:
            errors.append((number, 'amount', str(row['amount']), self.env._(
                "It has more decimals than %s.", currency.name)))
        return errors

    @api.model
    def _check_opening_account(self, row, customer):
        account = customer.with_company(self.env.company).property_account_receivable_id
        if not account or not account.active:
            reason = self.env._("%s has no receivable account.", customer.display_name)
        elif account.currency_id and account.currency_id != (row['currency'] or self.env.company.currency_id):
            reason = self.env._(
                "The receivable account %(account)s takes %(currency)s only.",
                account=account.display_name, currency=account.currency_id.name)
        else:
            return []
        return [(row['row'], 'customer', row['customer'], reason)]

    @api.model
    def _get_entered_documents(self, customers):
        """Return {(customer id, number): name of the entry} of documents brought forward before."""
        lines = self.env['account.move.line'].search_fetch([
            ('ecount_document_date', '!=', False), ('company_id', '=', self.env.company.id),
            ('parent_state', '!=', 'cancel'),
            ('partner_id', 'in', [customer.id for customer in customers.values()]),
            ('move_id.reversal_move_ids', '=', False),  # an entry taken back was none
        ], ['partner_id', 'name', 'move_id'])
        return {(line.partner_id.id, (line.name or '').strip().casefold()): line.move_id.display_name for line in lines}

    @api.model
    def _get_opening_line(self, row, customer, company, date):
        currency = row['currency'] or company.currency_id
        amount = currency.round(row['amount'])
        return {
            'account_id': customer.with_company(company).property_account_receivable_id.id,
            'partner_id': customer.id, 'name': row['number'].strip(),
            'currency_id': currency.id, 'amount_currency': amount,
            'balance': currency._convert(amount, company.currency_id, company, date),
            'date_maturity': row['due'] or row['date'], 'ecount_document_date': row['date'],
        }

    # === DEFAULTS === #

    @api.model
    def _get_opening_account(self):
        """Return the account that balances opening entries: of undistributed profits, as natively; may be empty."""
        company = self.env.company
        Account = self.env['account.account'].with_company(company)
        return Account.search([
            *Account._check_company_domain(company), ('account_type', '=', 'equity_unaffected')], limit=1)

    @api.model
    def _get_opening_journal(self):
        """Return the journal of opening entries: the native one, else the first for miscellaneous operations."""
        company = self.env.company
        return company.account_opening_move_id.journal_id or self.env['account.journal'].search([
            *self.env['account.journal']._check_company_domain(company), ('type', '=', 'general')], limit=1)
