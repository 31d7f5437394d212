"""Order lines: the customer's price, and why."""

from odoo import api, fields, models
from odoo.tools import float_compare, formatLang, sql


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    # Computed together with the price: the rule that made the price the line has now, also when rules have changed.
    price_rule_id = fields.Many2one(
        'product.pricelist.item', string="Price rule", compute='_compute_price_unit',
        store=True, readonly=False, precompute=True, index='btree_not_null', ondelete='set null',
    )
    price_source = fields.Selection(
        [
            ('customer', "Special price of the customer"),
            ('group', "Price of a customer group"),
            ('pricelist', "Pricelist"),
            ('list', "Standard price"),
            ('manual', "Price typed by hand"),
        ],
        string="Price from", compute='_compute_price_source',
    )
    price_explanation = fields.Char(string="Why this price", compute='_compute_price_explanation')
    # What `discount` was computed as: another value was typed, and stays. As `technical_price_unit` for the price.
    technical_discount = fields.Float(
        compute='_compute_discount', digits='Discount', store=True, readonly=False, precompute=True,
    )

    def _auto_init(self):
        # Columns that exist are not computed for all the order lines of a database on which the addon is installed.
        if not sql.column_exists(self.env.cr, 'sale_order_line', 'price_rule_id'):
            sql.create_column(self.env.cr, 'sale_order_line', 'price_rule_id', 'int4')
        if not sql.column_exists(self.env.cr, 'sale_order_line', 'technical_discount'):
            sql.create_column(self.env.cr, 'sale_order_line', 'technical_discount', 'numeric')
        return super()._auto_init()

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
        self.price_rule_id = self.pricelist_item_id

    def _add_precomputed_values(self, vals_list):
        # A price that comes with the values was typed (or imported): the quantity does not change it later.
        # Natively that is said by a technical price of 0.
        for vals in vals_list:
            if vals.get('price_unit') and 'technical_price_unit' not in vals:
                vals['technical_price_unit'] = 0.0
        super()._add_precomputed_values(vals_list)

    def _get_product_catalog_lines_data(self, **kwargs):
        kwargs.setdefault('partner', self.order_id[:1]._get_price_partner())
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
                if line.combo_item_id:
                    line.discount = line._get_linked_line().discount  # natively only with a pricelist
                elif rate := line._get_discount_rate():
                    line.discount = 100 - (100 - line.discount) * (100 - rate) / 100
        for line in computed:
            line.technical_discount = line.discount

    def _has_typed_discount(self):
        """Whether the discount is another one than was computed, so that it must stay."""
        self.ensure_one()
        digits = self._fields['technical_discount'].get_digits(self.env)
        return bool(float_compare(self.discount, self.technical_discount, precision_digits=digits and digits[1] or 2))

    def _get_discount_rate(self):
        """Return the discount rate of the customer (percent) where it applies to the line, else 0.

        :rtype: float
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        if not line._is_discount_rate_allowed():
            return 0.0
        return line.order_id.partner_id._get_discount_rate(line.pricelist_item_id, line._gives_percentage())

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

    def _gives_percentage(self):
        """Whether the rule of the pricelist is a percentage off (or on) the price, shown as discount or not."""
        self.ensure_one()
        rule = self.pricelist_item_id.sudo()  # its owner may be hidden, see `price_source`
        if rule.compute_price != 'percentage' or rule.is_special_price:
            return False
        if rule.percent_price or rule.base != 'pricelist':
            return bool(rule.percent_price)
        # Nothing on its own, but the pricelist that it is based on may give a percentage.
        return self.currency_id.compare_amounts(
            self._get_pricelist_price(), self._get_pricelist_price_before_discount()) != 0

    def _get_display_price(self):
        price = super()._get_display_price()
        if not price or self.env['product.pricelist.item']._is_discount_feature_enabled():
            return price
        # Without the discount column the rate goes into the price, before taxes are adapted, as pricelists do it.
        # A discount that was imported takes its place here too.
        if self.discount:
            return price
        line = self._get_linked_line() if self.combo_item_id else self
        return price * (100 - line._get_discount_rate()) / 100

    # === CHANGES OF PRICES === #

    def _get_prices_to_compare(self):
        return {line: (line.price_unit, line.discount) for line in self}

    def _describe_price_changes(self, before):
        """Say in a sentence for each line how its price changed.

        :param dict before: what `_get_prices_to_compare` returned then
        :rtype: list[str]
        """
        return [
            self.env._(
                "%(product)s: %(before)s → %(after)s", product=line.product_id.display_name,
                before=line._format_price(*before[line]), after=line._format_price(line.price_unit, line.discount),
            )
            for line in self if line in before and before[line] != (line.price_unit, line.discount)
        ]

    # === WHY THIS PRICE === #

    @api.depends('price_unit', 'technical_price_unit', 'price_rule_id', 'product_id', 'display_type')
    def _compute_price_source(self):
        for line in self:
            if line.display_type or not line.product_id:
                line.price_source = False
            else:
                line.price_source = 'manual' if line._has_manual_price() else line.price_rule_id._get_price_source()

    def _has_manual_price(self):
        """Whether the price was typed: the test by which native code protects it from recomputation."""
        self.ensure_one()
        currency = self.currency_id or self.company_id.currency_id or self.env.company.currency_id
        return bool(currency.compare_amounts(self.technical_price_unit, self.price_unit))

    @api.depends_context('lang', 'tz')
    @api.depends('price_source', 'price_rule_id', 'price_unit')
    def _compute_price_explanation(self):
        for line in self:
            line.price_explanation = line._explain_price() if line.price_source else False

    def _explain_price(self):
        """Say in one sentence where the price of the line comes from.

        :rtype: str
        """
        self.ensure_one()
        rule = self.price_rule_id.sudo()  # whoever sees the line sees where its price comes from
        price = self._format_price(self.price_unit)
        if self.price_source == 'manual':
            return self.env._("%s — typed by hand", price)
        if self.price_source == 'customer':
            return self.env._(
                "%(price)s — special price of %(customer)s: %(rule)s",
                price=price, customer=rule.partner_id.display_name, rule=rule._describe_special_price())
        if self.price_source == 'group':
            return self.env._(
                "%(price)s — price of the customer group %(group)s (level %(level)s): %(rule)s", price=price,
                group=rule.customer_group_id.complete_name, level=rule.customer_group_id.level,
                rule=rule._describe_special_price())
        if self.price_source == 'pricelist':
            return self.env._(
                "%(price)s — pricelist %(pricelist)s: %(rule)s",
                price=price, pricelist=rule.pricelist_id.name, rule=rule._describe_special_price())
        return self.env._("%s — standard price", price)

    @api.readonly
    @api.model
    def get_price_info(self, values):
        """Return what the price popover of an order line shows; the line need not be saved.

        :param dict values: `partner_id`, `product_id`, `quantity`, `uom_id`, `date`, `pricelist_id`, `currency_id`
        :return: `{'ladder': [{'source', 'label', 'price', 'price_text'}]}`: the prices that this customer could get,
            the one that holds first; `price` in the given currency
        """
        partner = self.env['res.partner'].browse(values.get('partner_id'))
        product = self.env['product.product'].browse(values.get('product_id'))
        if not product:
            return {'ladder': []}
        currency = self.env['res.currency'].browse(values.get('currency_id')) or self.env.company.currency_id
        ladder = self.env['product.pricelist'].browse(values.get('pricelist_id') or [])._get_price_ladder(
            product, values.get('quantity') or 1.0, partner=partner, currency=currency,
            uom=self.env['uom.uom'].browse(values.get('uom_id')) or product.uom_id,
            date=fields.Datetime.to_datetime(values.get('date')) or fields.Datetime.now(),
        )
        return {'ladder': [{
            'source': rule._get_price_source(),
            'label': rule._get_owner().display_name if rule else self.env._("Standard price"),
            'price': price,
            'price_text': formatLang(self.env, price, dp='Product Price', currency_obj=currency),
        } for rule, price in ladder]}

    def _format_price(self, price, discount=0.0):
        """Format a unit price in the currency of the order, with its discount if any."""
        text = formatLang(self.env, price, dp='Product Price', currency_obj=self.currency_id)
        if discount:
            text += f" −{formatLang(self.env, discount, dp='Discount')} %"
        return text
