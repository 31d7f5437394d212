"""Lines of invoices that are entered directly: the customer's price, as on an order."""

from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _name = 'account.move.line'
    _inherit = ['account.move.line', 'ecount.priced.line.mixin']

    # Open items with all that their sums by age need; see `ecount.receivable.report`.
    _open_item_idx = models.Index(
        "(account_id, company_id, partner_id) INCLUDE (date, invoice_date, date_maturity, ecount_document_date,"
        " amount_residual, company_currency_id) WHERE reconciled IS NOT TRUE AND parent_state = 'posted'")
    # The ledger of a customer is added up from this alone; see `get_ledger`. Of debit and credit one is enough.
    _ledger_idx = models.Index(
        "(partner_id, account_id, date, move_id) INCLUDE (company_id, balance, debit) WHERE parent_state = 'posted'")
    # Few of many: what is matched with an entry that is a draft again; see `ecount.receivable.report`.
    _draft_match_idx = models.Index("(id) WHERE parent_state <> 'posted' AND matching_number IS NOT NULL")

    # Natively 0. A default would keep the rate from being computed.
    discount = fields.Float(compute='_compute_discount', store=True, readonly=False, precompute=True, default=None)
    # Computes of their own, here and below: what is not among the values of a line must not bring the price with it.
    technical_price_unit = fields.Float(
        compute='_compute_technical_price_unit', store=True, readonly=False, precompute=True, copy=False)
    # Empty on copies, credit notes and lines whose price was given: their price is that of another document.
    is_price_computed = fields.Boolean(
        compute='_compute_technical_price_unit', store=True, readonly=False, precompute=True, copy=False)
    price_rule_id = fields.Many2one(compute='_compute_price_rule_id', copy=False)
    technical_discount = fields.Float(copy=False)

    @api.model
    def _get_fields_of_new_lines(self):
        return [*super()._get_fields_of_new_lines(), 'technical_price_unit', 'is_price_computed']

    # === PRICE AND DISCOUNT === #

    @api.depends('product_id', 'product_uom_id')
    def _compute_price_rule_id(self):
        priced = self.filtered(lambda line: line._is_priced_for_customer())
        (self - priced).price_rule_id = False
        for move, lines in priced.grouped('move_id').items():
            for line, rule in move._get_price_rules(lines).items():
                line.price_rule_id = rule

    def _compute_price_unit(self):
        priced = self.filtered(lambda line: line._is_priced_for_customer())
        super(AccountMoveLine, self - priced)._compute_price_unit()
        for line in priced:
            line.price_unit = line._get_customer_price(line.price_rule_id)[0]

    @api.depends('product_id', 'product_uom_id')
    def _compute_technical_price_unit(self):
        for line in self:
            line.is_price_computed = line._is_priced_for_customer()
            line.technical_price_unit = (
                line._get_customer_price(line.price_rule_id)[0] if line.is_price_computed else 0.0)

    @api.depends('product_id', 'product_uom_id')
    def _compute_discount(self):
        priced = self.filtered(lambda line: line._is_priced_for_customer() and not line._has_typed_discount())
        for line in self - priced:
            line.discount = line.discount
        for line in priced:
            _price, discount = line._get_customer_price(line.price_rule_id)
            line.discount = line.technical_discount = discount

    def _is_priced_for_customer(self):
        """Whether the line is a sale entered directly, so that the prices of its customer hold.

        Not so are lines that come from an order, and what was read from an electronic document. As long as there is no
        customer, they have the standard price.
        """
        self.ensure_one()
        move = self.move_id
        return bool(
            self.product_id and self.display_type == 'product' and move.is_sale_document(include_receipts=True)
            and move.state == 'draft' and not self.is_imported and not self.is_downpayment
            and not self.sale_line_ids
        )

    def _is_repriced(self):
        """Whether the price follows the quantity and the customer: it was computed, and nobody typed another."""
        self.ensure_one()
        return self.is_price_computed and self._is_priced_for_customer() and not self._has_manual_price()

    def _reprice(self, keep_standard=False):
        """Price the lines again, where nobody typed a price or discount.

        On a form the lines are changed in place, else they are written with one write for each document.

        :param bool keep_standard: whether standard prices stay as they are, as natively with another quantity or
            currency
        """
        for move, lines in self.filtered(lambda line: line._is_repriced()).grouped('move_id').items():
            changed = {}
            for line, rule in move._get_price_rules(lines).items():
                if keep_standard and not rule and not line.price_rule_id:
                    continue
                price, discount = line._get_customer_price(rule, keep_taxes=True)
                vals = {'price_unit': price, 'technical_price_unit': price, 'price_rule_id': rule.id}
                if not line._has_typed_discount():
                    vals.update(discount=discount, technical_discount=discount)
                if any(line._fields[name].convert_to_write(line[name], line) != vals[name] for name in vals):
                    changed[line] = vals
            if not lines[0].id:
                for line, vals in changed.items():
                    line.update(vals)
            elif changed:
                move.write({'invoice_line_ids': [
                    fields.Command.update(line.id, vals) for line, vals in changed.items()]})

    @api.onchange('quantity')
    def _onchange_quantity_reprice(self):
        self._reprice(keep_standard=True)

    @api.onchange('product_id')
    def _onchange_product_id_discount(self):
        # What was typed was for the former product.
        if self._is_priced_for_customer():
            self.discount = self.technical_discount
            self._compute_discount()

    @api.model
    def _add_precomputed_values(self, vals_list):
        # A price that comes with the values was typed, imported, or is that of another document; so is its discount.
        # An empty cell says nothing.
        for vals in vals_list:
            for name in ('price_unit', 'discount'):
                if vals.get('product_id') and name in vals and (vals[name] is False or vals[name] is None):
                    del vals[name]
            if 'price_unit' in vals:
                vals.setdefault('is_price_computed', False)
                vals.setdefault('discount', 0.0)
        super()._add_precomputed_values(vals_list)

    def write(self, vals):
        res = super().write(vals)
        if 'quantity' in vals and 'price_unit' not in vals:
            self._reprice(keep_standard=True)
        return res

    def _sale_get_invoice_price(self, order):
        # Re-invoiced at the sales price: that of the customer. Natively the customer is not named, and the price is
        # computed in the currency of the pricelist, which is the order's.
        if self.product_id.expense_policy != 'sales_price':
            return super()._sale_get_invoice_price(order)
        return order.pricelist_id._get_product_price(
            self.product_id, 1.0, uom=self.product_uom_id, date=order.date_order, currency=order.currency_id,
            partner=order._get_price_partner(), with_discount_rate=True)

    # === WHY THIS PRICE === #

    def _has_manual_price(self):
        return not self.is_price_computed or super()._has_manual_price()

    @api.depends('price_unit', 'technical_price_unit', 'is_price_computed', 'price_rule_id', 'product_id')
    def _compute_price_source(self):
        sales = self.filtered(lambda line: (
            line.display_type == 'product' and line.move_id.is_sale_document(include_receipts=True)
            and not line.sale_line_ids))
        (self - sales).price_source = False
        super(AccountMoveLine, sales)._compute_price_source()

    def _get_explained_rate(self):
        rule = self.price_rule_id.sudo()  # as in the explanation
        line = self.with_company(self.move_id.company_id)
        rate = line.move_id.partner_id._get_discount_rate(rule, rule._gives_percentage(**line._get_price_request()))
        if not rate or self._has_typed_discount():
            return 0.0
        price, discount = self._get_customer_price(rule)
        is_same = not self.currency_id.compare_amounts(price, self.price_unit) and discount == self.discount
        return rate if is_same else 0.0

    # === ONE LINE === #

    def _get_price_request(self):
        """Return what a rule needs to know to make the price of the line."""
        return {
            'product': self.product_id, 'quantity': abs(self.quantity) or 1.0, 'date': self.move_id._get_price_date(),
            'uom': self.product_uom_id or self.product_id.uom_id, 'currency': self.move_id.currency_id,
        }

    def _get_customer_price(self, rule, keep_taxes=False):
        """Return the unit price and discount that a rule gives the line.

        :param rule: the `product.pricelist.item` to apply; empty: the standard price
        :param bool keep_taxes: the line keeps its taxes, whatever the fiscal position says now
        :return: price in the currency of the document, discount in percent
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        line = self.with_company(self.move_id.company_id)
        move, product, discount = line.move_id, line.product_id, 0.0
        rule = rule.sudo().with_env(line.sudo().env)  # nobody needs access to the rule that makes a price
        taxes = product.taxes_id._filter_taxes_by_company(move.company_id)
        request = line._get_price_request()
        if rule:
            price = rule._compute_price_in_currency(**request)
            if rule._show_discount():
                base = rule._compute_price_before_discount(**request)
                if base and (base - price) / base > 0:  # a surcharge stays in the price
                    price, discount = base, (base - price) / base * 100
            price = product._get_tax_included_unit_price_from_price(
                price, taxes, fiscal_position=move.fiscal_position_id)
        else:
            price = product._get_tax_included_unit_price(
                move.company_id, move.currency_id, move.date, 'sale', fiscal_position=move.fiscal_position_id,
                product_uom=request['uom'])
        if keep_taxes:
            price = line._adapt_price_to_own_taxes(price, move.fiscal_position_id.map_tax(taxes))
        if rate := move.partner_id._get_discount_rate(rule, rule._gives_percentage(**request)):
            if rule._is_discount_feature_enabled():
                discount = 100 - (100 - discount) * (100 - rate) / 100
            elif not line._has_typed_discount():
                price = price * (100 - rate) / 100
        return price, discount

    def _adapt_price_to_own_taxes(self, price, taxes):
        """Convert a price made for `taxes` where the line has others, of which other ones are in the price."""
        if self.tax_ids.filtered('price_include') == taxes.filtered('price_include'):
            return price
        return self.product_id._get_tax_included_unit_price_from_price(
            price, taxes, product_taxes_after_fp=self.tax_ids)
