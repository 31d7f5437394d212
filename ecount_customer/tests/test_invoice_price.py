"""Prices and discount rates on customer invoices that are entered directly."""

from odoo.fields import Command, Date
from odoo.tests import Form, tagged

from .invoice_price_common import InvoicePriceCommon


@tagged('post_install', '-at_install')
class TestInvoicePrice(InvoicePriceCommon):

    # --- who gets which price ---

    def test_an_invoice_without_any_rule_has_the_standard_price(self):
        move = self._create_document()
        self.assertPrices(move, (100, 0))
        self.assertEqual(move.invoice_line_ids.price_source, 'list')

    def test_invoices_refunds_and_receipts_have_the_special_price(self):
        self._create_special_price(self.customer, 80, self.product)
        for move_type in ('out_invoice', 'out_refund', 'out_receipt'):
            move = self._create_document({'quantity': 2}, move_type=move_type)
            self.assertPrices(move, (80, 0))
            self.assertEqual(move.amount_untaxed, 160)
            self.assertEqual(move.invoice_line_ids.price_source, 'customer')
            self.assertIn("Fresh Mart", move.invoice_line_ids.price_explanation)

    def test_vendor_documents_and_entries_do_not_have_it(self):
        self._create_special_price(self.customer, 80, self.product)
        self.product.standard_price = 55
        for move_type in ('in_invoice', 'in_refund'):
            move = self._create_document(move_type=move_type)
            self.assertPrices(move, (55, 0))
            self.assertFalse(move.invoice_line_ids.price_source)

    def test_a_vendor_bill_that_is_filled_from_a_purchase_has_the_price_of_that(self):
        order = self.env['purchase.order'].create({
            'partner_id': self.customer.id,
            'order_line': [Command.create({'product_id': self.product.id, 'product_qty': 2, 'price_unit': 7})]})
        order.button_confirm()
        order.order_line.qty_received = 2
        form = Form(self.env['account.move'].with_context(default_move_type='in_invoice'))
        form.purchase_vendor_bill_id = self.env['purchase.bill.union'].browse(-order.id)
        move = form.save()
        self.assertEqual(move.invoice_line_ids.price_unit, 7)
        self.assertEqual(move.amount_untaxed, 14)

    def test_a_typed_vendor_price_stays_when_the_quantity_changes(self):
        move = self._create_document({'price_unit': 44, 'discount': 7}, move_type='in_invoice')
        move.invoice_line_ids.quantity = 12
        self.assertPrices(move, (44, 7))

    def test_a_contact_has_the_price_of_its_company_and_groups_come_after_the_customer(self):
        contact = self.Partner.create({'name': "Nok", 'parent_id': self.customer.id})
        self._create_special_price(self.gold, 90, self.product)
        self.assertPrices(self._create_document(partner=contact), (90, 0))
        self._create_special_price(self.customer, 80, self.product)
        self.assertPrices(self._create_document(partner=contact), (80, 0))

    def test_a_delivery_address_comes_before_the_customer(self):
        dock = self.Partner.create({'name': "Dock", 'parent_id': self.customer.id, 'type': 'delivery'})
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(dock, 70, self.product)
        self.assertPrices(self._create_document(partner_shipping_id=dock.id), (70, 0))
        self.assertPrices(self._create_document(partner_shipping_id=self.customer.id), (80, 0))

    def test_the_pricelist_of_the_customer_or_its_group_holds(self):
        self._enable_feature('product.group_product_pricelist')
        wholesale, gold_list = self.env['product.pricelist'].create([
            {'name': name, 'item_ids': [Command.create({'compute_price': 'fixed', 'fixed_price': price})]}
            for name, price in (("Wholesale", 85), ("Gold list", 95))
        ])
        self.gold.pricelist_id = gold_list
        self.assertPrices(self._create_document(), (95, 0))
        self.customer.property_product_pricelist = wholesale
        move = self._create_document()
        self.assertPrices(move, (85, 0))
        self.assertEqual(move.invoice_line_ids.price_source, 'pricelist')

    def test_a_percentage_of_the_pricelist_stands_in_the_discount_or_in_the_price(self):
        self._enable_feature('product.group_product_pricelist')
        self.customer.discount_rate = 5
        self.customer.property_product_pricelist = self.env['product.pricelist'].create({
            'name': "Ten", 'item_ids': [Command.create({'compute_price': 'percentage', 'percent_price': 10})]})
        self.assertPrices(self._create_document(), (100, 10))
        self.env.company.ecount_discount_on_top = True
        self.assertPrices(self._create_document(), (100, 14.5))
        self._enable_feature('sale.group_discount_per_so_line', False)
        self.assertPrices(self._create_document(), (85.5, 0))
        self.env.company.ecount_discount_on_top = False
        self.assertPrices(self._create_document(), (90, 0))

    # --- unit, currency, date, quantity, taxes ---

    def test_the_unit_of_the_line_is_respected(self):
        self._create_special_price(self.customer, 80, self.product)
        dozen = self.env.ref('uom.product_uom_dozen')
        move = self._create_document({'product_uom_id': dozen.id, 'quantity': 2})
        self.assertPrices(move, (960, 0))
        self._create_special_price(self.customer, 75, self.product, min_quantity=24)
        self.assertPrices(self._create_document({'product_uom_id': dozen.id, 'quantity': 2}), (900, 0))
        self.assertPrices(self._create_document({'product_uom_id': dozen.id, 'quantity': 1}), (960, 0))

    def test_the_currency_of_the_document_is_respected(self):
        self._enable_feature('product.group_product_pricelist')
        foreign = self.other_currency  # 3 for 1 in 2016, 2 for 1 since 2017
        self._create_special_price(self.customer, 80, self.product)
        self.assertPrices(self._create_document(currency_id=foreign.id, invoice_date='2020-05-05'), (160, 0))
        self.assertPrices(self._create_document(currency_id=foreign.id, invoice_date='2016-05-05'), (240, 0))
        rice = self._create_product(name="Rice", list_price=100.0, taxes_id=False)
        self.customer.property_product_pricelist = self.env['product.pricelist'].create({
            'name': "Foreign", 'currency_id': foreign.id,
            'item_ids': [Command.create({'compute_price': 'fixed', 'fixed_price': 150})]})
        move = self._create_document({'product_id': rice.id}, invoice_date='2020-05-05')
        self.assertEqual(move.currency_id, self.env.company.currency_id)
        self.assertPrices(move, (75, 0))

    def test_another_currency_prices_the_lines_again(self):
        self._create_special_price(self.customer, 80, self.product)
        move = self._create_document({}, {'price_unit': 33}, invoice_date='2020-05-05')
        move.currency_id = self.other_currency
        self.assertPrices(move, (160, 0), (33, 0))

    def test_a_standard_price_stays_when_the_currency_changes_as_natively(self):
        move = self._create_document(invoice_date='2020-05-05')
        with Form(move) as form:
            form.currency_id = self.other_currency
        self.assertPrices(move, (100, 0))
        move.invoice_line_ids.quantity = 3
        self.assertPrices(move, (100, 0))

    def test_the_invoice_date_decides_which_rule_is_valid(self):
        self._create_special_price(
            self.customer, 70, self.product, date_start='2024-03-01 00:00:00', date_end='2024-03-31 23:59:59')
        self.assertPrices(self._create_document(invoice_date='2024-02-29'), (100, 0))
        self.assertPrices(self._create_document(invoice_date='2024-03-01'), (70, 0))
        self.assertPrices(self._create_document(invoice_date='2024-03-31'), (70, 0))
        self.assertPrices(self._create_document(invoice_date='2024-04-01'), (100, 0))

    def test_the_quantity_chooses_the_rule_also_when_it_changes(self):
        self.customer.discount_rate = 5
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        move = self._create_document({'quantity': 9})
        self.assertPrices(move, (100, 5))
        move.invoice_line_ids.quantity = 10
        self.assertPrices(move, (80, 0))
        self.assertEqual(move.amount_untaxed, 800)
        move.write({'invoice_line_ids': [Command.update(move.invoice_line_ids.id, {'quantity': 3})]})
        self.assertPrices(move, (100, 5))
        self.assertEqual(move.amount_untaxed, 285)

    def test_a_return_of_ten_on_an_invoice_has_the_price_of_ten(self):
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        self.assertPrices(self._create_document({'quantity': -10}, {'quantity': 20}), (80, 0), (80, 0))

    def test_tax_included_prices_follow_the_fiscal_position(self):
        included = self.env['account.tax'].create({
            'name': "7 % incl", 'amount': 7, 'price_include_override': 'tax_included'})
        none = self.env['account.tax'].create({'name': "0 %", 'amount': 0, 'original_tax_ids': included.ids})
        position = self.env['account.fiscal.position'].create({'name': "Export", 'tax_ids': none.ids})
        self.product.taxes_id = included
        self._create_special_price(self.customer, 107, self.product)
        move = self._create_document()
        self.assertPrices(move, (107, 0))
        self.assertEqual((move.amount_untaxed, move.amount_total), (100, 107))
        move = self._create_document(fiscal_position_id=position.id)
        self.assertPrices(move, (100, 0))
        self.assertEqual((move.amount_untaxed, move.amount_total), (100, 100))

    # --- discount rates ---

    def test_the_discount_rate_is_the_default_discount(self):
        self.gold.discount_rate = 5
        self.assertPrices(self._create_document(), (100, 5))
        self._enable_feature('sale.group_discount_per_so_line', False)
        move = self._create_document({'quantity': 4})
        self.assertPrices(move, (95, 0))
        self.assertEqual(move.amount_untaxed, 380)
        self.assertIn("less the customer's discount rate of 5.00 %", move.invoice_line_ids.price_explanation)

    def test_special_prices_are_not_discounted_unless_the_company_says_so(self):
        self.customer.discount_rate = 5
        self._create_special_price(self.customer, 80, self.product)
        self.assertPrices(self._create_document(), (80, 0))
        self.env.company.ecount_discount_on_special_prices = True
        self.assertPrices(self._create_document(), (80, 5))

    def test_a_surcharge_is_a_negative_discount(self):
        self.customer.discount_rate = -10
        move = self._create_document()
        self.assertPrices(move, (100, -10))
        self.assertEqual(move.amount_untaxed, 110)

    # --- what was typed stays ---

    def test_prices_and_discounts_given_on_creation_stay(self):
        self.customer.discount_rate = 5
        self._create_special_price(self.customer, 80, self.product)
        move = self._create_document({'price_unit': 66}, {'price_unit': 0, 'discount': 0}, {'discount': 12})
        self.assertPrices(move, (66, 0), (0, 0), (80, 12))
        move.invoice_line_ids.quantity = 5
        self.assertPrices(move, (66, 0), (0, 0), (80, 12))
        self.assertEqual(move.invoice_line_ids.mapped('price_source'), ['manual', 'manual', 'customer'])

    def test_prices_and_discounts_typed_in_the_form_stay(self):
        self.customer.discount_rate = 5
        with Form(self.env['account.move'].with_context(default_move_type='out_invoice')) as form:
            form.partner_id = self.customer
            for _line in range(3):
                with form.invoice_line_ids.new() as line:
                    line.product_id = self.product
                    self.assertEqual((line.price_unit, line.discount), (100, 5))
            with form.invoice_line_ids.edit(0) as line:
                line.price_unit = 90
                line.quantity = 2
            with form.invoice_line_ids.edit(1) as line:
                line.discount = 15
                line.quantity = 2
        move = form.record
        self.assertPrices(move, (90, 5), (100, 15), (100, 5))
        self.customer.discount_rate = 6
        self._create_special_price(self.customer, 70, self.product, min_quantity=3)
        with Form(move) as form:
            for index in range(3):
                with form.invoice_line_ids.edit(index) as line:
                    line.quantity = 3
        self.assertPrices(move, (90, 5), (70, 15), (70, 0))

    def test_another_product_has_its_own_price_and_discount(self):
        self.customer.discount_rate = 5
        rice = self._create_product(name="Rice", list_price=10.0, taxes_id=False)
        move = self._create_document()
        with Form(move) as form, form.invoice_line_ids.edit(0) as line:
            line.discount = 15
            line.product_id = rice
        self.assertPrices(move, (10, 5))

    def test_an_empty_cell_of_an_import_is_no_typed_price(self):
        self._create_special_price(self.customer, 80, self.product)
        header = ['move_type', 'partner_id/.id', 'invoice_line_ids/product_id/.id', 'invoice_line_ids/price_unit',
                  'invoice_line_ids/discount']
        result = self.env['account.move'].load(header, [
            ['out_invoice', str(self.customer.id), str(self.product.id), '', ''],
            ['out_invoice', str(self.customer.id), str(self.product.id), '0', '']])
        moves = self.env['account.move'].browse(result['ids'])
        self.assertEqual(moves.invoice_line_ids.mapped('price_unit'), [80, 0])

    # --- another customer ---

    def test_a_line_that_was_entered_before_the_customer_gets_its_price(self):
        self._create_special_price(self.customer, 80, self.product)
        with Form(self.env['account.move'].with_context(default_move_type='out_invoice')) as form:
            for _line in range(2):
                with form.invoice_line_ids.new() as line:
                    line.product_id = self.product
            self.assertEqual(line.price_unit, 100)
            with form.invoice_line_ids.edit(1) as line:
                line.price_unit = 90
            form.partner_id = self.customer
        self.assertPrices(form.record, (80, 0), (90, 0))

    def test_another_customer_prices_the_lines_again_except_typed_ones(self):
        other = self._create_customer("Big C")
        self._create_special_price(self.customer, 80, self.product)
        self._create_special_price(other, 75, self.product)
        move = self._create_document({}, {'price_unit': 66}, {'discount': 9})
        move.partner_id = other
        self.assertPrices(move, (75, 0), (66, 0), (75, 9))
        with Form(move) as form:
            form.partner_id = self.customer
        self.assertPrices(move, (80, 0), (66, 0), (80, 9))

    def test_a_posted_invoice_is_never_priced_again(self):
        price = self._create_special_price(self.customer, 80, self.product)
        move = self._create_document()
        move.action_post()
        price.fixed_price = 70
        move.invoice_line_ids._reprice()
        self.assertPrices(move, (80, 0))

    # --- lines that come from another document ---

    def test_lines_of_an_order_keep_what_was_agreed_there(self):
        self.customer.discount_rate = 5
        self.product.invoice_policy = 'order'
        order = self._create_order(self.customer, {'product_id': self.product.id, 'product_uom_qty': 20})
        order.order_line.write({'price_unit': 91, 'discount': 3})
        order.action_confirm()
        self._create_special_price(self.customer, 80, self.product)
        invoice = order._create_invoices()
        self.assertPrices(invoice, (91, 3))
        invoice.invoice_line_ids.quantity = 12
        self.assertPrices(invoice, (91, 3))
        with Form(invoice) as form, form.invoice_line_ids.edit(0) as line:
            line.quantity = 15
        self.assertPrices(invoice, (91, 3))
        self.assertFalse(invoice.invoice_line_ids.price_source)
        invoice.action_post()
        refund = invoice._reverse_moves()
        refund.invoice_line_ids.quantity = 2
        self.assertPrices(refund, (91, 3))

    def test_a_credit_note_has_the_prices_of_its_invoice(self):
        self._create_special_price(self.customer, 80, self.product, min_quantity=10)
        move = self._create_document({'quantity': 10}, {'price_unit': 0})
        move.action_post()
        refund = move._reverse_moves()
        refund.invoice_line_ids[0].quantity = 2
        refund.invoice_line_ids[1].quantity = 2
        self.assertPrices(refund, (80, 0), (0, 0))
        refund.invoice_line_ids = [Command.create({'product_id': self.product.id, 'quantity': 10})]
        self.assertEqual(refund.invoice_line_ids[2].price_unit, 80, "a line added by hand is a line entered directly")

    def test_a_copy_of_an_invoice_keeps_its_prices(self):
        price = self._create_special_price(self.customer, 80, self.product)
        move = self._create_document({}, {'discount': 4})
        price.fixed_price = 70
        copy = move.copy()
        self.assertPrices(copy, (80, 0), (80, 4))
        copy.invoice_line_ids.quantity = 3
        self.assertPrices(copy, (80, 0), (80, 4))

    def test_a_hundred_lines_take_as_many_look_ups_as_one(self):
        products = self.env['product.product'].create([
            {'name': f"Product {number}", 'list_price': 100, 'taxes_id': False} for number in range(100)])
        for product in products[:3]:
            self._create_special_price(self.customer, 80, product)
        counts = []
        original = type(self.Rule)._get_special_prices

        def count(records, *args):
            counts[-1] += 1
            return original(records, *args)

        self.patch(type(self.Rule), '_get_special_prices', count)
        for number in (1, 100):
            counts.append(0)
            move = self._create_document(*({'product_id': product.id} for product in products[:number]))
        self.assertEqual(move.invoice_line_ids[3].price_unit, 100)
        self.assertEqual(move.amount_untaxed, 9940)
        self.assertEqual(counts, [1, 1])

    def test_an_electronic_invoice_keeps_what_it_says(self):
        self._create_special_price(self.customer, 80, self.product)
        self.customer.discount_rate = 5
        move = self._create_document({'is_imported': True, 'price_unit': 12})
        self.assertPrices(move, (12, 0))
        self.assertEqual(move.invoice_date or Date.today(), Date.today())
