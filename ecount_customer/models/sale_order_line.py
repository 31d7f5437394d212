"""Order lines: the customer's price, and why."""

from odoo import api, fields, models
from odoo.tools import float_compare, formatLang


class SaleOrderLine(models.Model):
    _name = 'sale.order.line'
    _inherit = ['sale.order.line', 'ecount.priced.line.mixin']

    # Only where the company wants it filled.
    last_price = fields.Float(compute='_compute_last_price', min_display_digits='Product Price')
    is_last_price = fields.Boolean(
        compute='_compute_price_unit', store=True, readonly=False, precompute=True, prefetch='ecount_price')

    @api.model
    def _get_fields_of_new_lines(self):
        return [*super()._get_fields_of_new_lines(), 'is_last_price']

    # === PRICE === #

    @api.depends('order_id.partner_id', 'order_id.partner_shipping_id', 'order_id.pricelist_id')
    def _compute_pricelist_item_id(self):
        # Natively one look-up a line, and none without a pricelist; here one for all lines of an order.
        priced = self.filtered(lambda line: line.product_id and not line.display_type)
        (self - priced).pricelist_item_id = False
        for order, lines in priced.grouped('order_id').items():
            pricelist = order.pricelist_id.with_company(order.company_id or self.env.company)
            rules = pricelist._get_rules_by_product(
                lines.product_id, lines[0]._get_order_date(), partner=order._get_price_partner())
            for line in lines:
                line.pricelist_item_id = pricelist._get_product_rule(
                    line.product_id, applicable_rules=rules[line.product_id], **line._get_pricelist_kwargs())

    def _get_pricelist_kwargs(self):
        return {**super()._get_pricelist_kwargs(), 'partner': self.order_id._get_price_partner()}

    def _reset_price_unit(self):
        super()._reset_price_unit()
        self.price_rule_id = self._get_priced_line().pricelist_item_id
        self.is_last_price = bool(self.last_price) and not self.pricelist_item_id.sudo().is_special_price
        if self.is_last_price:
            self.update({'price_unit': self.last_price, 'technical_price_unit': self.last_price,
                         'price_rule_id': False})

    @api.depends('product_id', 'product_uom_id', 'order_id.partner_id', 'order_id.currency_id')
    def _compute_last_price(self):
        self.last_price = 0.0
        for order, lines in self.filtered('product_id').grouped('order_id').items():
            company = order.company_id or self.env.company
            if not company._get_price_settings()[3]:
                continue
            customer = order.partner_id.with_company(company)
            paid = customer._get_last_prices(lines.product_id, limit=1)
            for line in lines:
                if line.combo_item_id:
                    continue  # its price is a share of the combo's
                if line._is_discount_rate_allowed() and (last := paid.get(line.product_id._origin)):
                    line.last_price = customer._convert_last_price(
                        last[0], line.product_uom_id or line.product_id.uom_id, order.currency_id,
                        line._get_order_date())

    def _add_precomputed_values(self, vals_list):
        # A price or discount that comes with the values was typed (or imported), 0 too: it stays, and the quantity does
        # not change it later. That is said by a technical value of another amount. An empty cell says nothing.
        for vals in vals_list:
            for name, technical_name in (('price_unit', 'technical_price_unit'), ('discount', 'technical_discount')):
                if not vals.get('product_id') or name not in vals or technical_name in vals:
                    continue
                if vals[name] is False or vals[name] is None:
                    del vals[name]
                else:
                    vals[technical_name] = 0.0 if vals[name] else 1.0
        super()._add_precomputed_values(vals_list)

    def _get_product_catalog_lines_data(self, **kwargs):
        kwargs.setdefault('partner', self.order_id[:1]._get_price_partner())
        kwargs.setdefault('with_discount_rate', True)
        return super()._get_product_catalog_lines_data(**kwargs)

    @api.onchange('product_id')
    def _onchange_product_id(self):
        super()._onchange_product_id()
        # Another product has another price, and with it another discount; what was typed was for the former one.
        if self.product_id:
            self.with_context(ecount_reset_discount=True)._compute_discount()

    # === DISCOUNT === #

    def _compute_discount(self):
        computed = self if self.env.context.get('ecount_reset_discount') else self.filtered(
            lambda line: not line._has_typed_discount())
        # Natively the discount of an earlier product or quantity stays where nothing gives a new one.
        computed.discount = 0.0
        super(SaleOrderLine, computed)._compute_discount()
        if self.env['product.pricelist.item']._is_discount_feature_enabled():
            for line in computed:
                if line.is_last_price:
                    line.discount = 0.0  # it is what was paid, less the discount of then
                    continue
                if line.combo_item_id:
                    line.discount = line._get_linked_line().discount  # natively only with a pricelist
                elif rate := line._get_discount_rate():
                    line.discount = 100 - (100 - line.discount) * (100 - rate) / 100
        for line in computed:
            line.technical_discount = line.discount

    def _get_discount_rate(self):
        """Return the discount rate of the customer (percent) where it applies to the line, else 0.

        :rtype: float
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        if not line._is_discount_rate_allowed():
            return 0.0
        rule = line.pricelist_item_id
        return line.order_id.partner_id._get_discount_rate(rule, rule._gives_percentage(
            line.product_id, line.product_uom_qty or 1.0, line.product_uom_id, line._get_order_date(),
            line.currency_id))

    def _is_discount_rate_allowed(self):
        """Whether the line is one whose price may be discounted by the customer's rate; a hook.

        Not so are lines whose price is an amount of its own: down payments, re-invoiced costs, delivery, rewards.
        """
        self.ensure_one()
        return bool(
            self.product_id and not self.display_type and not self.is_downpayment and not self.is_expense
            and not self._is_global_discount() and not self._is_discount_line() and not self._is_delivery()
            and not ('is_reward_line' in self._fields and self.is_reward_line)
        )

    def _get_display_price(self):
        price = super()._get_display_price()
        if not price or self.env['product.pricelist.item']._is_discount_feature_enabled():
            return price
        # Without the discount column the rate goes into the price, before taxes are adapted, as pricelists do it.
        # A discount that was imported takes its place here too.
        if self.discount:
            return price
        return price * (100 - self._get_priced_line()._get_discount_rate()) / 100

    def _get_priced_line(self):
        """Return the line whose product has the price: that of the combo for its parts, which share it."""
        return self._get_linked_line() if self.combo_item_id else self

    # === WHY THIS PRICE === #

    @api.depends(
        'price_unit', 'technical_price_unit', 'price_rule_id', 'is_last_price', 'product_id', 'display_type')
    def _compute_price_source(self):
        super()._compute_price_source()
        for line in self:
            if line.is_last_price and line.price_source == 'list':
                line.price_source = 'last'

    @api.depends('order_id.partner_id', 'order_id.partner_shipping_id', 'product_uom_qty', 'product_uom_id')
    def _compute_price_explanation(self):
        super()._compute_price_explanation()

    def _get_explained_rate(self):
        rate = self._get_priced_line()._get_discount_rate()
        if rate and self.env['product.pricelist.item']._is_discount_feature_enabled():
            return rate if not self._has_typed_discount() and not float_compare(self.discount, rate, 2) else 0.0
        if not rate or self.discount or self.currency_id.compare_amounts(self._get_display_price(), self.price_unit):
            return 0.0
        return rate

    def _get_beaten_prices(self):
        result = {}
        ruled = self.filtered(
            lambda line: line.price_rule_id and line.price_source != 'manual' and not line.combo_item_id)
        for order, lines in ruled.grouped('order_id').items():
            pricelist = order.pricelist_id.with_company(order.company_id or self.env.company)
            ladders = pricelist._get_price_ladders([
                (line.product_id, line.product_uom_qty or 1.0, line.product_uom_id or line.product_id.uom_id)
                for line in lines
            ], date=lines[0]._get_order_date(), currency=order.currency_id, partner=order._get_price_partner())
            for line, ladder in zip(lines, ladders):
                result[line] = [step for step in ladder if step[0] != line.price_rule_id]
        return result

    @api.readonly
    @api.model
    def get_price_info(self, values):
        """Return what the price popover of an order or invoice line shows; the line need not be saved.

        :param dict values: `partner_id`, `partner_shipping_id`, `product_id`, `quantity`, `uom_id`, `currency_id`,
            `date` (and time, of an order) or `day` (of an invoice), `pricelist_id` (left out: the customer's)
        :return: `ladder`: the prices that this customer could get, the one that holds first; `last_prices`: the five
            that it paid last; `price_groups`: those of the other price groups. Lists of dicts, each with `price` in
            the given currency and unit
        """
        partner = self.env['res.partner'].browse(values.get('partner_id'))
        product = self.env['product.product'].browse(values.get('product_id'))
        if not product:
            return {'ladder': [], 'last_prices': [], 'price_groups': []}
        currency = self.env['res.currency'].browse(values.get('currency_id')) or self.env.company.currency_id
        uom = self.env['uom.uom'].browse(values.get('uom_id')) or product.uom_id
        date = fields.Datetime.to_datetime(values.get('date')) or self.env['account.move']._get_price_moment(
            fields.Date.to_date(values.get('day')))
        quantity = abs(values.get('quantity') or 1.0)
        pricelist = partner.property_product_pricelist
        if 'pricelist_id' in values:
            pricelist = pricelist.browse(values['pricelist_id'] or [])
        address = partner.browse(values.get('partner_shipping_id'))
        ladder = pricelist._get_price_ladder(
            product, quantity, partner=partner._get_price_partner(address), currency=currency, uom=uom, date=date)
        # The prices of other groups and the past are for those who price; the customer must be one they see.
        partner.check_access('read')
        return {
            'ladder': [{
                'source': rule._get_price_source(),
                'label': rule._get_owner().display_name if rule else self.env._("Standard price"),
                'price': price,
                'price_text': formatLang(self.env, price, dp='Product Price', currency_obj=currency),
            } for rule, price in ladder],
            'last_prices': partner._describe_last_prices(product, uom, currency, date),
            'price_groups': [{
                'label': group.name,
                'price': price,
                'price_text': formatLang(self.env, price, dp='Product Price', currency_obj=currency),
            } for group in partner._get_price_groups() - pricelist for price in [
                group._get_price_ladder(product, quantity, currency=currency, uom=uom, date=date)[0][1]]],
        }
