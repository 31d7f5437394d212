"""What the customer desk asks the server: everything of a customer in one call, then only what changes."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.date_utils import add, start_of

AGEING_DAYS = (0, 30, 60, 90)  # last day overdue of each bucket; the last bucket is open
MONTHS = 12
HEADER_FIELDS = (
    'name', 'ref', 'active', 'is_company', 'phone', 'mobile', 'email', 'vat', 'city', 'user_id', 'comment', 'parent_id',
    'commercial_partner_id', 'dormant_since', 'merged_into_id',
)
RECONCILE_ORDER = 'date_maturity, date, id'


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # === OPENING === #

    @api.readonly
    @api.model
    def desk_open(self, partner_id=None, ledger=None):
        """Return all that the desk shows when it opens, in one call.

        :param int partner_id: a customer, or one of its contacts; None: no customer yet
        :param dict ledger: see `desk_ledger`
        :return: `customer` (see `get_desk`; False without one), `recent` (see `desk_search`), `can`: what this user
            may enter
        """
        self._check_desk_user()
        # Its rights, its existence and its fields in one query.
        found = self.with_context(active_test=False).search_fetch(
            [('id', '=', partner_id or False)], [*HEADER_FIELDS, *self._get_desk_own_field_names()]).with_env(self.env)
        customer = found.commercial_partner_id
        while survivor := customer.sudo().merged_into_id:  # a link from before the merge; tested below
            customer = survivor.with_env(self.env)
        if customer != found and not customer.has_access('read'):
            customer = self.browse()
        return {
            'customer': customer._get_desk(ledger) if customer else False,  # first: reads what the company has set, too
            'recent': self.desk_search(limit=12)['customers'] if not customer else [],
            'can': self._get_desk_rights(),
        }

    @api.model
    def _get_desk_rights(self):
        def may(model, operation='create'):
            return self.env[model].has_access(operation)

        return {
            'sale': may('sale.order'), 'purchase': may('purchase.order'), 'payment': may('account.payment'),
            'invoice': self.env.user.has_group('account.group_account_invoice'),
            'partner': may('res.partner'), 'price': self.env.user.has_group('ecount_customer.group_customer_manager'),
            'ledger': may('account.move.line', 'read'), 'finish': self.env.company.sudo().ecount_desk_sale,
            'sms': may('ecount.balance.sms'),
        }

    @api.readonly
    def get_desk(self, ledger=None):
        """Return what the desk shows of one customer: header, figures, months, ageing, first page of the ledger.

        Amounts are in the currency of the current company. Figures of receivables are for whoever may see the
        customer; ledger and documents are what the user's rights let through.
        """
        self.ensure_one()
        self._check_desk_user()
        customer = self.commercial_partner_id
        customer.check_access('read')
        return customer._get_desk(ledger)

    @api.model
    def _check_desk_user(self):
        """Keep customers who log in to the portal from what the desk tells of their credit; employees read groups.

        :raise AccessError: for who is no employee
        """
        self.env['ecount.customer.group'].check_access('read')

    @api.model
    def _get_desk_own_field_names(self):
        return [slot['name'] for slot in self._get_desk_own_field_slots()]

    @api.model
    def _get_desk_own_field_slots(self):
        """Return the own fields of the header: those that are columns of the list too, else all in use."""
        slots = [slot for slot in self.env['ecount.custom.field']._get_slots() if slot['name'] in self._fields]
        return [slot for slot in slots if slot['show_in_list']] or slots

    def _get_desk(self, ledger=None):
        self._fetch_terms()
        counts, contact = self._get_desk_counts_and_contact()
        months, ageing = self._get_desk_months_and_ageing()
        return {
            'header': {**self._get_desk_header(), 'contact': contact},
            'figures': self._get_desk_figures(),
            'months': months,
            'ageing': ageing,
            'counts': counts,
            'ledger': self._get_desk_ledger(**(ledger or {})),
        }

    @api.readonly
    def desk_ledger(self, date_from=None, date_to=None, kinds=None, side='both', limit=80, offset=0,
                    newest_first=True, open_only=False):
        """As `get_ledger`, newest first, with `complete`: whether the user's rights show all entries.

        False without rights on journal items.
        """
        self.check_access('read')
        return self._get_desk_ledger(date_from, date_to, kinds, side, limit, offset, newest_first, open_only)

    def _get_desk_ledger(self, date_from=None, date_to=None, kinds=None, side='both', limit=80, offset=0,
                         newest_first=True, open_only=False):
        if not self.env['account.move.line'].has_access('read'):
            return False
        ledger = self._get_ledger(
            date_from, date_to, kinds, side, limit, offset, newest_first=newest_first, open_only=open_only)
        ledger['complete'] = self.env.user.has_groups('account.group_account_invoice,account.group_account_readonly')
        return ledger

    def _get_desk_header(self):
        # Of all that were read with the terms.
        groups = self.customer_group_ids._filtered_access('read').sorted(
            lambda group: (group.root_id.sequence, group.root_id.id))
        # Elevated: the terms hold for whoever enters a document.
        payment_term = self.sudo().property_payment_term_id
        return {
            'id': self.id, 'name': self.name or '', 'ref': self.ref or '', 'active': self.active,
            'is_company': self.is_company, 'phone': self.phone or '', 'mobile': self.mobile or '',
            'email': self.email or '', 'vat': self.vat or '', 'city': self.city or '',
            'salesperson': self.user_id.name or '', 'is_put_away': self.is_put_away,
            'no_balance_sms': self.no_balance_sms, 'own_fields': self._get_desk_own_fields(),
            'comment': self.comment or '', 'currency_id': self.env.company.currency_id.id,
            'groups': [{'id': group.id, 'name': group.complete_name, 'color': group.color} for group in groups],
            'terms': [
                *([{'name': self.env._("Payment terms"), 'value': payment_term.name, 'source': ''}]
                  if payment_term else []),
                *self._get_desk_terms(),
            ],
        }

    def _get_desk_own_fields(self):
        """Return the own fields with a value: dicts of `label`, `type`, `value` (of a choice its name)."""
        own_fields = []
        for slot in self._get_desk_own_field_slots():
            value = self[slot['name']]
            if slot['field_type'] == 'selection' and value:
                value = dict(self._fields[slot['name']]._description_selection(self.env)).get(value, value)
            if value or (slot['field_type'] in ('integer', 'float') and slot['required']):
                own_fields.append({'label': slot['label'], 'type': slot['field_type'], 'value': value})
        return own_fields

    def _get_desk_terms(self):
        """Return the inherited terms that say something, each with the group or company that it comes from."""
        terms = []
        policy, source = self._get_term('credit_policy')
        if policy != 'none':
            policies = self.env['res.company']._fields['ecount_credit_policy']
            label = dict(policies._description_selection(self.env))[policy]
            terms.append({'name': self.env._("Credit policy"), 'value': label, 'is_stop': policy == 'stop',
                          'source': '' if source == self else source.sudo().display_name})
        for name, label in (('pricelist_id', self.env._("Price group")), ('discount_rate', self.env._("Discount rate")),
                            ('credit_days', self.env._("Credit period"))):
            value, source = self._get_term(name)
            if not value:
                continue
            if name == 'pricelist_id':
                value = value.name
            elif name == 'discount_rate':
                value = self.env._("%s %%", f'{value:g}')
            else:
                value = self.env._("%s days", value)
            own = source == self
            terms.append({'name': label, 'value': value, 'source': '' if own else source.sudo().display_name})
        return terms

    def _get_desk_figures(self):
        """Return what the customer owes, what it may owe and since when, for whoever may see the customer."""
        limit, source = self._get_term('credit_limit')
        period, _source = self._get_term('credit_days')
        company = self.env.company
        used = self._get_credit_exposure(company)[self.id]
        percent = used['total'] / limit * 100 if limit else 0.0
        state = 'over' if percent > 100 else 'near' if limit and percent >= company.sudo().ecount_near_percent else 'ok'
        return {
            **{name: used[name] for name in ('receivable', 'to_invoice', 'uncleared', 'total', 'days')},
            'oldest': used['oldest'] or '', 'is_over_period': bool(period and used['days'] > period),
            'limit': limit, 'limit_source': '' if source == self else source.sudo().display_name,
            'available': company.currency_id.round(limit - used['total']) if limit else 0.0,
            'used': percent, 'state': state,
        }

    def _get_desk_counts_and_contact(self):
        """Return how much is in each tab, and the name of the first contact person, by one statement."""
        contacts = Domain('commercial_partner_id', '=', self.id)
        parts = {
            'progress': self._get_desk_progress_domains(),
            'prices': [('product.pricelist.item', Domain('partner_id', 'any', contacts))],
            'addresses': [('res.partner', contacts & Domain('id', '!=', self.id))],
        }
        counted = [
            (name, SQL("(%s)", self.env[model]._search(domain).select(SQL("COUNT(*)"))))
            for name, domains in parts.items() for model, domain in domains if self.env[model].has_access('read')
        ]
        counts = dict.fromkeys(parts, 0)
        first = self._search(
            Domain('parent_id', '=', self.id) & Domain('type', '=', 'contact'), order='id', limit=1).select('name')
        (contact, *numbers), = self.env.execute_query(SQL(
            "SELECT (%s), %s", first, SQL(", ").join(count for _name, count in counted)))
        for (name, _count), number in zip(counted, numbers):
            counts[name] += number
        return counts, contact or ''

    def _get_desk_months_and_ageing(self):
        """Return sales and collections of the last twelve months, and open receivables by days overdue.

        Elevated, like the balance: sums of a customer that the user may see, no documents.
        """
        self.env['account.move.line'].flush_model()
        self.env['account.move'].flush_model(['move_type', 'origin_payment_id'])
        today = fields.Date.context_today(self)
        first = add(start_of(today, 'month'), months=1 - MONTHS)
        amount = self._get_ledger_amount_sql
        company = SQL("aml.company_id")
        rows = self.env.execute_query(SQL(
            """
            SELECT line.month, line.bucket, SUM(line.balance) FILTER (WHERE line.move_type <> 'entry'),
                   -SUM(line.balance) FILTER (
                       WHERE line.move_type = 'entry' AND line.journal_type IN ('bank', 'cash', 'credit')),
                   SUM(line.residual)
              FROM (SELECT CASE WHEN aml.date >= %(first)s THEN date_trunc('month', aml.date)::date END AS month,
                           CASE WHEN aml.amount_residual > 0 THEN width_bucket(
                                    %(today)s - COALESCE(aml.date_maturity, aml.date), ARRAY[1, 31, 61, 91])
                                WHEN aml.amount_residual < 0 THEN -1 END AS bucket,
                           %(balance)s AS balance, %(residual)s AS residual,
                           -- not of old open items, which may be many
                           CASE WHEN aml.date >= %(first)s THEN (
                               SELECT move.move_type FROM account_move move WHERE move.id = aml.move_id
                           ) END AS move_type, journal.type AS journal_type
                      FROM account_move_line aml
                      JOIN account_account account ON account.id = aml.account_id
                      JOIN account_journal journal ON journal.id = aml.journal_id
                     WHERE aml.parent_state = 'posted' AND account.account_type = 'asset_receivable'
                       AND aml.partner_id IN %(partners)s AND aml.company_id IN %(companies)s
                       AND (aml.date >= %(first)s OR aml.reconciled IS NOT TRUE)) AS line
             GROUP BY line.month, line.bucket
            """,
            partners=self._get_ledger_partners_sql(), companies=tuple(self.env.companies.ids), first=first,
            today=SQL("%s::date", today), balance=amount(SQL("aml.balance"), company),
            residual=amount(SQL("aml.amount_residual"), company),
        ))
        by_month, buckets = {}, dict.fromkeys(range(-1, len(AGEING_DAYS) + 1), 0.0)
        for month, bucket, sales, collected, residual in rows:
            known = by_month.get(month, (0.0, 0.0))
            by_month[month] = (known[0] + (sales or 0.0), known[1] + (collected or 0.0))
            if bucket is not None:
                buckets[bucket] += residual or 0.0
        currency = self.env.company.currency_id
        months = []
        for index in range(MONTHS):
            month = add(first, months=index)
            sales, collected = by_month.get(month, (0.0, 0.0))
            months.append({'month': fields.Date.to_string(month), 'sales': currency.round(sales),
                           'collected': currency.round(collected)})
        return months, {
            'buckets': [currency.round(buckets[index]) for index in range(len(AGEING_DAYS) + 1)],
            'unmatched': currency.round(-buckets[-1]),
        }

    # === TABS === #

    def _get_desk_progress_domains(self):
        """Return pairs of model and domain: quotations, orders and purchases that are not done yet."""
        mine = Domain('partner_id', 'any', [('commercial_partner_id', '=', self.id)]) & Domain(
            'company_id', 'in', self.env.companies.ids)
        return [
            ('sale.order', mine & (
                Domain('state', 'in', ('draft', 'sent'))
                | (Domain('state', '=', 'sale') & Domain('invoice_status', 'in', ('to invoice', 'no'))))),
            ('purchase.order', mine & (
                Domain('state', 'in', ('draft', 'sent', 'to approve'))
                | (Domain('state', '=', 'purchase') & Domain('invoice_status', 'in', ('to invoice', 'no'))))),
        ]

    @api.readonly
    def desk_progress(self, limit=80):
        """Return the quotations, orders and purchases in progress, newest first.

        :return: list of dicts: `res_model`, `res_id`, `name`, `date`, `state`, `status`, `amount`, `currency_id`
        """
        self.ensure_one()
        rows = []
        for model, domain in self.commercial_partner_id._get_desk_progress_domains():
            if not self.env[model].has_access('read'):
                continue
            states = dict(self.env[model]._fields['state']._description_selection(self.env))
            statuses = dict(self.env[model]._fields['invoice_status']._description_selection(self.env))
            for order in self.env[model].search_fetch(
                    domain, ['name', 'date_order', 'state', 'invoice_status', 'amount_total', 'currency_id'],
                    limit=limit):
                rows.append({
                    'res_model': model, 'res_id': order.id, 'name': order.name,
                    'date': fields.Date.to_string(fields.Datetime.context_timestamp(order, order.date_order)),
                    'state': states[order.state],
                    'status': statuses[order.invoice_status] if order.state in ('sale', 'purchase') else '',
                    'amount': order.amount_total, 'currency_id': order.currency_id.id,
                })
        return sorted(rows, key=lambda row: (row['date'], row['res_id']), reverse=True)[:limit]

    @api.readonly
    def desk_addresses(self):
        """Return the contacts and addresses of the customer: dicts of what a card shows."""
        self.ensure_one()
        types = dict(self._fields['type']._description_selection(self.env))
        addresses = self.search(
            Domain('commercial_partner_id', '=', self.commercial_partner_id.id), order='type, complete_name, id')
        return [{
            'id': address.id, 'name': address.name or address.parent_id.name or '',
            'type': self.env._("Main address") if address == self.commercial_partner_id else types[address.type],
            'is_main': address == self.commercial_partner_id, 'function': address.function or '',
            'phone': address.phone or '', 'mobile': address.mobile or '', 'email': address.email or '',
            'address': "\n".join(
                filter(None, map(str.strip, address._display_address(without_company=True).split('\n')))),
        } for address in addresses.sorted(lambda address: address != self.commercial_partner_id)]

    @api.readonly
    @api.model
    def desk_document_lines(self, res_model, res_id):
        """Return the item lines of a row of the ledger: dicts of `name`, `quantity`, `price`, `discount`, `amount`.

        A payment shows the documents that it settles, a journal entry its items.

        :param str res_model: `account.move` or `account.payment`
        """
        if res_model not in ('account.move', 'account.payment'):
            return []
        document = self.env[res_model].browse(res_id)
        document.check_access('read')
        if res_model == 'account.payment':
            settled = document.reconciled_invoice_ids + document.reconciled_bill_ids
            return [{'name': move.name, 'quantity': 0, 'unit': '', 'price': 0, 'discount': 0,
                     'amount': move.amount_total_signed} for move in settled]
        if document.is_invoice(include_receipts=True):
            return [{
                'name': (line.name or line.product_id.display_name or '').replace('\n', ' · '),
                'quantity': line.quantity, 'unit': line.product_uom_id.name or '', 'price': line.price_unit,
                'discount': line.discount, 'amount': line.price_subtotal,
            } for line in document.invoice_line_ids if line.display_type == 'product']
        return [{'name': line.account_id.display_name, 'quantity': 0, 'unit': '', 'price': 0, 'discount': 0,
                 'amount': line.balance} for line in document.line_ids]

    # === DOING === #

    def desk_match(self):
        """Match unmatched receipts with the oldest open documents, and the same on the payable side.

        :raise AccessError: without accounting rights
        """
        self.ensure_one()
        groups = self.env['account.move.line']._read_group(
            [('partner_id.commercial_partner_id', '=', self.commercial_partner_id.id), ('parent_state', '=', 'posted'),
             ('account_id.account_type', 'in', ('asset_receivable', 'liability_payable')),
             ('account_id.reconcile', '=', True), ('reconciled', '=', False),
             ('company_id', 'in', self.env.companies.ids)],
            ['account_id', 'company_id', 'currency_id'], ['id:recordset'])
        for _account, _company, _currency, lines in groups:
            debits = lines.filtered(lambda line: line.amount_residual > 0)
            if debits and debits != lines:
                lines.sorted(RECONCILE_ORDER).reconcile()
