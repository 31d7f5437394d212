"""Order lines: the customer's price, and why."""

from odoo import api, fields, models
from odoo.tools import formatLang, sql


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

    def _auto_init(self):
        # A column that exists is not computed for all the order lines of a database on which the addon is installed.
        if not sql.column_exists(self.env.cr, 'sale_order_line', 'price_rule_id'):
            sql.create_column(self.env.cr, 'sale_order_line', 'price_rule_id', 'int4')
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
