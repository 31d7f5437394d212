"""Who is told by an alert, and what the message says."""

import io
from collections import defaultdict, namedtuple

import xlsxwriter

from odoo import models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from .ecount_ledger_alert_figures import COLUMNS

MAX_SHEET_ROWS = 1_000_000  # Excel takes a few more
MAX_LISTED = 100  # customers in the message itself; the sheet has all
Letter = namedtuple('Letter', 'user rows own_only')


class EcountLedgerAlert(models.Model):
    _inherit = 'ecount.ledger.alert'

    # === RECIPIENTS === #

    def _get_letters(self, rows):
        """Return what each recipient gets: the customers that they may see; salespeople only their own.

        Who is both gets the whole list.

        :param list rows: as from `_get_rows`
        :rtype: list[Letter]
        """
        self.ensure_one()
        users = self._get_users()
        letters = [Letter(user, self._filter_visible(user, rows), False) for user in users]
        letters = [letter for letter in letters if letter.rows or self.send_empty]
        if self.to_salespeople:
            for user, own in self._get_rows_by_salesperson(rows).items():
                if user not in users and (visible := self._filter_visible(user, own)):
                    letters.append(Letter(user, visible, True))
        return letters

    def _filter_visible(self, user, rows):
        """Return the rows of the customers that a user may see, by their own access rules."""
        if not rows:
            return []
        companies = self.env['res.company'].sudo().browse(self._get_company_ids()) & user.sudo().company_ids
        Partner = self.env['res.partner'].with_user(user).with_context(
            active_test=False, allowed_company_ids=companies.ids, ecount_few_partners=True)
        query = Partner._search([('id', 'in', [row[0] for row in rows])])
        visible = {id_ for id_, in self.env.execute_query(query.select())}
        return [row for row in rows if row[0] in visible]

    def _get_rows_by_salesperson(self, rows):
        """Return the rows of each active salesperson of the company, by one query whatever their number.

        :rtype: dict[res.users, list]
        """
        by_portfolio = defaultdict(list)
        for row in rows:
            by_portfolio[row[1]].append(row)
        by_portfolio.pop(None, None)
        positions = {row[0]: position for position, row in enumerate(rows)}
        by_user = defaultdict(list)
        for portfolio_id, user_id in self.env.execute_query(SQL(
                "SELECT portfolio_id, user_id FROM ecount_customer_portfolio_user_rel WHERE portfolio_id = ANY(%s)",
                list(by_portfolio))):
            by_user[user_id] += by_portfolio[portfolio_id]
        users = self.env['res.users'].sudo().browse(sorted(by_user)).filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids)
        return {user: sorted(by_user[user.id], key=lambda row: positions[row[0]]) for user in users}

    def _get_responsible(self):
        """Return who is told about failures: the person named, else an administrator."""
        self.ensure_one()
        person = self.responsible_id.sudo()
        alert = self.with_user(person).with_context(allowed_company_ids=person.company_ids.ids)
        if person.active and person.has_group('base.group_user') and alert.has_access('read'):
            return person
        return self.env.ref('base.group_system').sudo().all_user_ids.filtered('active').sorted('id')[:1]

    # === THE MESSAGE === #

    def _send_letters(self, letters, moment, is_test=False):
        """Log each message, with its sheet, and put it into the mail queue.

        :return: the log entries
        """
        alert = self.with_company(self.company_id)
        logs = self.env['ecount.ledger.alert.log'].sudo().create([
            alert._prepare_log_values(letter, moment, is_test) for letter in letters])
        files = [(log, letter) for log, letter in zip(logs, letters) if letter.rows]
        attachments = self.env['ir.attachment'].sudo().create([{
            'name': f"{log.name.replace('/', '-')}.xlsx", 'raw': alert._get_sheet(letter),
            'res_model': log._name, 'res_id': log.id,
            'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        } for log, letter in files])
        for (log, _letter), attachment in zip(files, attachments):
            log.attachment_id = attachment
        logs.filtered('email')._put_into_queue()
        if no_address := logs.filtered(lambda log: not log.email):
            no_address.write({'state': 'error', 'failure_reason': self.env._("The user has no valid email address.")})
        return logs

    def _prepare_log_values(self, letter, moment, is_test):
        alert = self._speak_as(letter.user)
        return {
            'alert_id': self.id, 'company_id': self.company_id.id, 'user_id': letter.user.id,
            'email': letter.user.email_normalized, 'is_test': is_test, 'customer_count': len(letter.rows),
            'name': alert._get_subject(letter), 'body': alert._get_body(letter, moment),
        }

    def _speak_as(self, user):
        """Return this alert in the language of a recipient."""
        return self.with_context(lang=user.lang or self.env.lang, tz=user.tz)

    def _get_subject(self, letter):
        if len(letter.rows) == 1:
            return self.env._("%s: 1 customer", self.name)
        return self.env._("%(alert)s: %(count)s customers", alert=self.name, count=len(letter.rows))

    def _get_body(self, letter, moment):
        """Return the message: condition, table of the first customers with links, and how many more there are."""
        customers = self._fetch_customers(letter.rows[:MAX_LISTED])
        base_url = self.company_id.get_base_url()
        columns = [(name, *self._get_column(name)) for name in COLUMNS[self.measure]]
        return self.env['ir.qweb']._render('ecount_customer.ecount_ledger_alert_message', {
            'alert': self, 'condition': self._describe_condition(moment), 'about': self._describe_customers(letter),
            'more': len(letter.rows) > MAX_LISTED and self.env._(
                "The first %(shown)s of %(total)s customers; the attached sheet has all.",
                shown=MAX_LISTED, total=len(letter.rows)),
            'columns': [(label, kind) for _name, label, kind in columns],
            'rows': [{
                'code': customer.ref or '', 'name': customer.name or '', 'salesperson': customer.user_id.name or '',
                'url': f'{base_url}/odoo/{customer.id}/customer-desk',
                'cells': [self._format(kind, value) for (_name, _label, kind), value in zip(columns, row[2:])],
            } for customer, row in zip(customers, letter.rows)],
        }, lang=self.env.lang)

    def _describe_customers(self, letter):
        names = [self.company_id.name, ", ".join(self.group_ids.sudo().mapped('complete_name'))]
        if letter.own_only:
            names.append(self.env._("My customers"))
        return " · ".join(filter(None, names))

    def _fetch_customers(self, rows):
        # Elevated: which customers are told was decided by the recipient's rights.
        customers = self.env['res.partner'].sudo().browse(row[0] for row in rows)
        customers.fetch(['name', 'ref', 'user_id', 'phone', 'mobile', 'customer_group_ids'])
        return customers

    def _get_column(self, name):
        """Return the title of a figure and its kind: `money`, `days` or `date`."""
        return {
            'sales': (self.env._("Sales"), 'money'),
            'receipts': (self.env._("Receipts"), 'money'),
            'balance': (self.env._("Receivable"), 'money'),
            'overdue': (self.env._("Overdue"), 'money'),
            'due_date': (self.env._("Oldest due date"), 'date'),
            'days': (self.env._("Days overdue"), 'days'),
            'excess': (self.env._("Over limit"), 'money'),
            'exposure': (self.env._("Credit used"), 'money'),
            'credit_limit': (self.env._("Credit limit"), 'money'),
        }[name]

    def _format(self, kind, value):
        if kind == 'date':
            return format_date(self.env, value) if value else ''
        if kind == 'days':
            return str(int(value or 0))
        return formatLang(self.env, float(value or 0), currency_obj=self.currency_id)

    def _describe_condition(self, moment):
        """Return the condition in words, with the days of the period."""
        def label(name):
            return dict(self._fields[name]._description_selection(self.env))[self[name]]

        amount = self.env._("%s days", self.days) if self.measure == 'overdue_days' \
            else self._format('money', self.amount)
        words = {'what': label('measure'), 'comparison': label('operator'), 'amount': amount}
        _today, first, last = self._get_days(moment)
        if self.measure not in ('sales', 'receipts'):
            return self.env._("%(what)s %(comparison)s %(amount)s", **words)
        return self.env._(
            "%(what)s %(comparison)s %(amount)s, %(first)s – %(last)s",
            first=format_date(self.env, first), last=format_date(self.env, last), **words)

    # === THE SHEET === #

    def _get_sheet(self, letter):
        """Return the Excel sheet of all customers of a message. Texts stay texts, whatever they look like.

        :rtype: bytes
        """
        alert = self._speak_as(letter.user)
        customers = alert._fetch_customers(letter.rows)
        columns = [alert._get_column(name) for name in COLUMNS[self.measure]]
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {'in_memory': True, 'constant_memory': True})
        bold = book.add_format({'bold': True})
        formats = {
            'money': book.add_format({'num_format': '#,##0.' + '0' * self.currency_id.decimal_places
                                      if self.currency_id.decimal_places else '#,##0'}),
            'date': book.add_format({'num_format': 'yyyy-mm-dd'}), 'days': None}
        titles = [
            alert.env._("Code"), alert.env._("Customer"), alert.env._("Customer groups"), alert.env._("Salesperson"),
            alert.env._("Phone"), *(title for title, _kind in columns)]
        for position, (customer, row) in enumerate(zip(customers, letter.rows)):
            number = position % MAX_SHEET_ROWS + 1
            if number == 1:
                sheet = self._add_sheet(book, titles, bold)
            groups = ", ".join(customer.customer_group_ids.mapped('complete_name'))
            texts = (customer.ref, customer.name, groups, customer.user_id.name, customer.phone or customer.mobile)
            for column, text in enumerate(texts):
                sheet.write_string(number, column, text or '')
            for column, ((_title, kind), value) in enumerate(zip(columns, row[2:]), len(texts)):
                if kind == 'date' and value:
                    sheet.write_datetime(number, column, value, formats[kind])
                elif kind != 'date':
                    sheet.write_number(number, column, float(value or 0), formats[kind])
        book.close()
        return stream.getvalue()

    def _add_sheet(self, book, titles, title_format):
        sheet = book.add_worksheet()
        sheet.set_column(0, len(titles) - 1, 16)
        sheet.set_column(1, 2, 32)
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, title_format)
        return sheet
