"""A year in the life of a Thai distributor, entered as its people would: through the ORM.

The customers, groups and products stand in the CSV files beside this one.
"""

import random

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Command

ORDER_COUNT = 96
PURCHASE_COUNT = 24


class EcountDemo(models.AbstractModel):
    _name = 'ecount.demo'
    _description = "Demo data of a distributor"

    @api.model
    def _load_company(self):
        """Make an untouched company Thai; one that has entries already keeps its name and currency."""
        company = self.env.ref('base.main_company')
        if not self.env['account.move'].search_count([('company_id', '=', company.id)], limit=1):
            baht = self.env.ref('base.THB')
            baht.active = True
            self.env['product.pricelist'].search([('company_id', 'in', (False, company.id))]).currency_id = baht
            company.write({
                'name': "Siam Fresh Distribution Co., Ltd.", 'country_id': self.env.ref('base.th').id,
                'currency_id': baht.id, 'city': "Bangkok", 'zip': "10900", 'street': "99 Phahonyothin Road",
                'phone': "+66 2 512 9900", 'email': "hello@siamfresh.example.com",
            })
        company.ecount_use_customer_code = True

    @api.model
    def _load_documents(self):
        """Create prices, orders, invoices, bills and payments over the past year; some unpaid, some overdue."""
        self.with_context(tracking_disable=True, mail_notrack=True)._load_year()  # of mails that nobody reads

    def _load_year(self):
        dice = random.Random(19)
        self._load_salespeople(dice)
        self._load_taxes()
        self._load_special_prices()
        self._load_sales(dice)
        self._load_purchases(dice)
        self._load_idle()
        self._load_duplicates()
        self._load_credit_terms()

    def _records(self, prefix, count):
        return [self.env.ref(f'ecount_customer.{prefix}_{number:02d}') for number in range(1, count + 1)]

    def _load_salespeople(self, dice):
        reps = [self.env.ref('ecount_customer.user_nok'), self.env.ref('ecount_customer.user_somsak')]
        for customer in self._records('partner_buyer', 46):
            customer.user_id = dice.choice(reps)
        self.env.ref('ecount_customer.group_north').user_ids = reps[0]

    def _load_credit_terms(self):
        """Last, so that nothing of the past year is refused."""
        for name, policy, limit, days in (('gold', 'warn', 50000, 45), ('silver', 'block', 20000, 30),
                                          ('bronze', 'block', 5000, 15)):
            self.env.ref(f'ecount_customer.group_{name}').write({
                'credit_policy': policy, 'credit_limit': limit, 'overdue_policy': 'warn', 'credit_days': days})

    def _load_taxes(self):
        company = self.env.company
        vat = self.env['account.tax.group'].create({
            'name': "VAT 7%", 'company_id': company.id, 'country_id': company.account_fiscal_country_id.id})
        taxes = self.env['account.tax'].create([{
            'name': "VAT 7%", 'amount': 7, 'type_tax_use': use, 'company_id': company.id,
            'country_id': company.account_fiscal_country_id.id,
            'tax_group_id': vat.id,
        } for use in ('sale', 'purchase')])
        for product in self._records('product', 25):
            product.write({
                'taxes_id': [Command.set(taxes[0].ids)], 'supplier_taxes_id': [Command.set(taxes[1].ids)],
                'invoice_policy': 'order', 'purchase_method': 'purchase',
            })

    def _load_special_prices(self):
        customers, products = self._records('partner_buyer', 46), self._records('product', 25)
        gold, silver, north, bangkok = (
            self.env.ref(f'ecount_customer.group_{name}') for name in ('gold', 'silver', 'north', 'bangkok'))
        today = fields.Datetime.now()
        in_a_month, last_month = today + relativedelta(months=1), today - relativedelta(months=1)
        self.env['product.pricelist.item'].create([
            {'customer_group_id': gold.id, 'compute_price': 'percentage', 'percent_price': 8},
            {'customer_group_id': silver.id, 'compute_price': 'percentage', 'percent_price': 4},
            {'customer_group_id': gold.id, 'product_tmpl_id': products[4].id, 'fixed_price': 189},
            {'customer_group_id': north.id, 'product_tmpl_id': products[5].id, 'fixed_price': 152},
            {'customer_group_id': bangkok.id, 'product_tmpl_id': products[15].id, 'fixed_price': 275,
             'date_end': in_a_month},
            *({'partner_id': customer.id, 'product_tmpl_id': product.id, 'min_quantity': quantity,
               'fixed_price': round(product.list_price * factor)}
              for customer in customers[:8]
              for product, quantity, factor in (
                  (products[0], 0, .86), (products[0], 24, .8), (products[3], 12, .88), (products[17], 0, .9))),
            {'partner_id': customers[0].id, 'product_tmpl_id': products[9].id, 'fixed_price': 40,
             'date_end': last_month},
            {'partner_id': customers[0].id, 'product_tmpl_id': products[10].id, 'fixed_price': 26,
             'date_start': in_a_month},
            {'partner_id': self.env.ref('ecount_customer.partner_buyer_01_delivery_2').id,
             'product_tmpl_id': products[6].id, 'fixed_price': 24},
        ])

    def _load_sales(self, dice):
        customers, products = self._records('partner_buyer', 46), self._records('product', 25)
        days = sorted((dice.randint(0, 360) for _order in range(ORDER_COUNT)), reverse=True)
        buyers = [customers[min(int(dice.expovariate(.09)), 39)] for _day in days]  # a few buy most, some never
        orders = self.env['sale.order'].create([{
            'partner_id': buyer.id,
            'user_id': buyer.user_id.id,
            'order_line': [Command.create({
                'product_id': product.product_variant_id.id, 'product_uom_qty': dice.choice((6, 12, 24, 36, 60)),
            }) for product in dice.sample(products, dice.randint(2, 6))],
        } for buyer in buyers])
        confirmed = orders[:-6]  # the newest are quotations
        confirmed.action_confirm()
        invoices = self.env['account.move']
        for order, day in zip(orders, days):
            ordered_on = fields.Datetime.now() - relativedelta(days=day)
            order.date_order = ordered_on
            if order not in confirmed[-5:] and order in confirmed:  # five are ordered and not yet invoiced
                invoice = order._create_invoices()
                invoice.write({
                    'invoice_date': ordered_on.date(),
                    'invoice_date_due': ordered_on.date() + relativedelta(days=30),
                    'invoice_payment_term_id': False,
                })
                invoices += invoice
        invoices.action_post()
        self._pay(invoices, dice)

    def _load_purchases(self, dice):
        vendors, products = self._records('partner_seller', 15), self._records('product', 25)
        bills = self.env['account.move'].create([{
            'move_type': 'in_invoice',
            'partner_id': dice.choice(vendors).id,
            'invoice_date': fields.Date.today() - relativedelta(days=day),
            'invoice_date_due': fields.Date.today() - relativedelta(days=day - 45),
            'invoice_line_ids': [Command.create({
                'product_id': product.product_variant_id.id, 'quantity': dice.choice((120, 240, 600)),
                'price_unit': product.standard_price,
            }) for product in dice.sample(products, dice.randint(1, 4))],
        } for day in sorted((dice.randint(0, 360) for _bill in range(PURCHASE_COUNT)), reverse=True)])
        bills.action_post()
        self._pay(bills, dice)
        self.env['purchase.order'].create([{
            'partner_id': vendor.id,
            'order_line': [Command.create({'product_id': product.product_variant_id.id, 'product_qty': 240})
                           for product in dice.sample(products, 2)],
        } for vendor in vendors[:5]]).filtered(lambda order: order.id % 2).button_confirm()

    def _load_idle(self):
        """Three who bought once, long ago, and have paid."""
        long_ago = fields.Date.today() - relativedelta(months=20)
        invoices = self.env['account.move'].create([{
            'move_type': 'out_invoice', 'partner_id': customer.id, 'invoice_date': long_ago,
            'invoice_date_due': long_ago,
            'invoice_line_ids': [Command.create({'product_id': product.product_variant_id.id, 'quantity': 12})],
        } for customer, product in zip(self._records('partner_buyer', 43)[-3:], self._records('product', 3))])
        invoices.action_post()
        for invoice in invoices:
            wizard = self.env['account.payment.register'].with_context(
                active_model='account.move', active_ids=invoice.ids).create({'payment_date': long_ago})
            wizard._create_payments()

    def _load_duplicates(self):
        """Two who were entered a second time, as it happens, each with a quotation."""
        fresh_mart, charoen = self.env.ref('ecount_customer.partner_buyer_01'), self.env.ref(
            'ecount_customer.partner_buyer_03')
        product = self.env.ref('ecount_customer.product_01').product_variant_id
        for vals in (
            {'name': "Fresh Mart", 'mobile': "081-501-0037", 'city': fresh_mart.city},
            {'name': "เจริญพาณิชย์", 'email': charoen.email, 'city': charoen.city},
        ):
            customer = self.env['res.partner'].create({
                **vals, 'is_company': True, 'country_id': fresh_mart.country_id.id})
            self.env['sale.order'].create({
                'partner_id': customer.id, 'order_line': [Command.create({
                    'product_id': product.id, 'product_uom_qty': 6})]})

    def _pay(self, moves, dice):
        """Pay four documents of five, one of them in part, some weeks after their date."""
        for move in moves:
            if dice.random() > .8:
                continue
            paid_on = move.invoice_date + relativedelta(days=dice.randint(3, 60))
            if paid_on > fields.Date.today():
                continue
            wizard = self.env['account.payment.register'].with_context(
                active_model='account.move', active_ids=move.ids).create({'payment_date': paid_on})
            if dice.random() < .1:
                wizard.amount = move.currency_id.round(move.amount_total / 2)
            wizard._create_payments()
