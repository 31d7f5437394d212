"""The screen of customers × products: all prices of one customer or group, to be typed."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

MAX_PRODUCTS = 200


class EcountPriceSheet(models.TransientModel):
    """Pick a customer or group, see its products with native and special price, type a price, save."""

    _name = 'ecount.price.sheet'
    _description = "Prices of a customer"

    partner_id = fields.Many2one(
        'res.partner', string="Customer",
        domain="['|', ('parent_id', '=', False), '|', ('is_company', '=', True), ('type', '=', 'delivery')]")
    customer_group_id = fields.Many2one('ecount.customer.group', string="Customer group")
    product_search = fields.Char(string="Product", help="Code or part of the name.")
    categ_id = fields.Many2one('product.category', string="Product category")
    only_special = fields.Boolean(string="With special price only")
    line_ids = fields.One2many('ecount.price.sheet.line', 'sheet_id', string="Products")
    is_limited = fields.Boolean(compute='_compute_is_limited')

    @api.depends('partner_id', 'customer_group_id')
    def _compute_display_name(self):
        for sheet in self:
            owner = sheet._get_owner()
            sheet.display_name = (
                self.env._("Prices of %s", owner.display_name) if owner else self.env._("Prices of a customer"))

    @api.depends('line_ids')
    def _compute_is_limited(self):
        for sheet in self:
            sheet.is_limited = len(sheet.line_ids) >= MAX_PRODUCTS

    @api.onchange('partner_id')
    def _onchange_partner_id(self):
        if self.partner_id:
            self.customer_group_id = False
        self._load_lines()

    @api.onchange('customer_group_id')
    def _onchange_customer_group_id(self):
        if self.customer_group_id:
            self.partner_id = False
        self._load_lines()

    @api.onchange('product_search', 'categ_id', 'only_special')
    def _onchange_filter(self):
        self._load_lines()

    def _get_owner(self):
        return self.partner_id or self.customer_group_id

    def _load_lines(self):
        """Fill the lines: two look-ups, whatever the number of products."""
        self.ensure_one()
        owner = self._get_owner()
        self.line_ids = [Command.clear()]
        if not owner:
            return
        rules = self._get_own_rules(owner)
        domain = Domain('sale_ok', '=', True)
        if self.product_search:
            wanted = self.product_search
            domain &= Domain('default_code', 'ilike', wanted) | Domain('name', 'ilike', wanted)
        if self.categ_id:
            domain &= Domain('categ_id', 'child_of', self.categ_id.id)
        if self.only_special:
            domain &= Domain('product_tmpl_id', 'in', rules.product_tmpl_id.ids)
        products = self.env['product.product'].search(domain, limit=MAX_PRODUCTS)
        pricelist = (
            self.partner_id.property_product_pricelist if self.partner_id else self.customer_group_id.pricelist_id)
        prices = pricelist._get_products_price(products, 1.0, currency=self.env.company.currency_id)
        by_product = {}
        for rule in rules:  # first match first
            for product in rule.product_id or rule.product_tmpl_id.product_variant_ids:
                by_product.setdefault(product, rule)
        self.line_ids = [Command.create({
            'product_id': product.id, 'native_price': prices[product.id], 'rule_id': rule.id,
            'special_price': rule.fixed_price, 'date_start': rule.date_start, 'date_end': rule.date_end,
        }) for product in products for rule in [by_product.get(product, rules.browse())]]

    @api.model
    def _get_own_rules(self, owner):
        """The fixed prices without minimum quantity that hold now: what is typed on this screen."""
        Item = self.env['product.pricelist.item']
        return Item.search(
            Item._get_special_prices_domain([owner]) & Domain('validity', '=', 'current')
            & Domain('compute_price', '=', 'fixed') & Domain('min_quantity', '=', 0)
            & Domain('product_tmpl_id', '!=', False) & Domain('currency_id', '=', self.env.company.currency_id.id))

    def action_save(self):
        """Write what was typed: a price makes or changes the rule, an emptied one ends it."""
        self.ensure_one()
        owner = self._get_owner()
        if not owner:
            raise UserError(self.env._("Choose a customer or a customer group."))
        self.line_ids._save_prices(owner)
        self._load_lines()
        return True  # the form shows what is there now; an action would open it once more


class EcountPriceSheetLine(models.TransientModel):
    """One product on the screen."""

    _name = 'ecount.price.sheet.line'
    _description = "Price of a product for a customer"

    sheet_id = fields.Many2one('ecount.price.sheet', ondelete='cascade')
    product_id = fields.Many2one('product.product', required=True)
    product_code = fields.Char(related='product_id.default_code', string="Code")
    uom_id = fields.Many2one(related='product_id.uom_id', string="Unit")
    currency_id = fields.Many2one('res.currency', default=lambda self: self.env.company.currency_id)
    vat = fields.Char(string="VAT", compute='_compute_vat', help="Whether the price is typed with VAT included.")
    native_price = fields.Float(string="Normal price", digits='Product Price', help="Without a special price.")
    special_price = fields.Float(
        string="Special price", digits='Product Price', help="Empty it to end the special price.",
    )
    margin = fields.Float(
        string="Margin %", compute='_compute_margin', digits='Discount', groups='product.group_product_manager',
        help="Of the price that holds, over the cost.",
    )
    date_start = fields.Datetime(string="From")
    date_end = fields.Datetime(string="Until")
    rule_id = fields.Many2one('product.pricelist.item')

    @api.depends('product_id')
    def _compute_vat(self):
        for line in self:
            line.vat = line.product_id.product_tmpl_id._describe_vat() if line.product_id else False

    @api.depends('special_price', 'native_price', 'product_id')
    def _compute_margin(self):
        for line in self:
            price = line.special_price or line.native_price
            cost = line.product_id.standard_price
            line.margin = (price - cost) / price * 100 if price and cost else 0.0

    def _save_prices(self, owner):
        """Create, change or delete the rules of these lines.

        :param owner: `res.partner` or `ecount.customer.group`
        :raise UserError: where one variant's price was emptied that is the price of all variants
        """
        emptied = self.filtered(lambda line: line.rule_id.exists() and not line.special_price)
        for rule, lines in emptied.grouped('rule_id').items():
            if not lines[0]._get_own_rule() and (self - lines).filtered(lambda line: line.rule_id == rule):
                raise UserError(self.env._(
                    "%(product)s: the price is that of all variants. Type a price for this variant, or empty the price "
                    "of all of them.", product=lines[0].product_id.display_name))
        typed = self.filtered(lambda line: line.special_price and not line._is_unchanged())
        next_starts = typed._get_next_starts(owner)
        vals_list = [vals for line in typed if (vals := line._save_price(next_starts.get(line)))]
        owner_field = 'partner_id' if owner._name == 'res.partner' else 'customer_group_id'
        emptied.rule_id.unlink()
        self.env['product.pricelist.item'].create([{**vals, owner_field: owner.id} for vals in vals_list])

    def _save_price(self, next_start):
        """Write the price where the line has a rule of its own, else return the values of a new one.

        A price that begins later ends the present one just before; one without an end lasts until the next begins.
        """
        self.ensure_one()
        vals, rule = self._get_typed_values(), self._get_own_rule()
        begins_later = self.date_start and self.date_start > fields.Datetime.now()
        if next_start and not vals['date_end'] and not begins_later:
            vals['date_end'] = next_start - timedelta(seconds=1)
        if rule and not begins_later:
            rule.write(vals)
            return None
        if rule and not (rule.date_end and rule.date_end < self.date_start):
            rule.date_end = self.date_start - timedelta(seconds=1)
        target = rule._get_scope_product() or rule._get_price_target(self.product_id)
        return {**vals, 'compute_price': 'fixed',
                'product_id' if target._name == 'product.product' else 'product_tmpl_id': target.id}

    def _get_typed_values(self):
        return {'fixed_price': self.special_price, 'date_start': self.date_start, 'date_end': self.date_end}

    def _is_unchanged(self):
        rule = self.rule_id.exists()
        return bool(rule) and all(rule[name] == value for name, value in self._get_typed_values().items())

    def _get_own_rule(self):
        """Return the rule of the line, unless it is also that of other variants."""
        rule = self.rule_id.exists()
        is_shared = not rule.product_id and len(rule.product_tmpl_id.product_variant_ids) > 1
        return rule.browse() if is_shared else rule

    def _get_next_starts(self, owner):
        """Return when the next price of the owner begins, for the lines whose product has one: `{line: moment}`."""
        Item = self.env['product.pricelist.item']
        future = Item.search(
            Item._get_special_prices_domain([owner]) & Domain('validity', '=', 'future')
            & Domain('min_quantity', '=', 0) & Domain('product_tmpl_id', 'in', self.product_id.product_tmpl_id.ids))
        starts = {}
        for line in self:
            target = line._get_own_rule()._get_scope_product() or Item._get_price_target(line.product_id)
            if moments := future.filtered(lambda rule: rule._get_scope_product() == target).mapped('date_start'):
                starts[line] = min(moments)
        return starts
