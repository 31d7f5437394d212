"""Special prices: rules that belong to one customer, delivery address or customer group instead of a pricelist."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

OWNER_FIELDS = ('pricelist_id', 'partner_id', 'customer_group_id')


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    partner_id = fields.Many2one(
        'res.partner', string="Customer", ondelete='cascade', index='btree_not_null', check_company=True,
        domain="['|', ('parent_id', '=', False), '|', ('is_company', '=', True), ('type', '=', 'delivery')]",
        help="The customer with this special price. A delivery address: the price of what is delivered there.",
    )
    customer_group_id = fields.Many2one(
        'ecount.customer.group', string="Customer group", ondelete='cascade', index='btree_not_null',
        check_company=True, help="All customers of this group and of the groups below it have this price.",
    )
    # Natively both follow the pricelist; a special price has its own.
    company_id = fields.Many2one(readonly=False)
    currency_id = fields.Many2one(readonly=False)
    is_special_price = fields.Boolean(compute='_compute_is_special_price', search='_search_is_special_price')
    validity = fields.Selection(
        [('current', "In force"), ('future', "Future"), ('expired', "Expired")],
        compute='_compute_validity', search='_search_validity',
    )

    _one_owner = models.Constraint(
        'CHECK(num_nonnulls(pricelist_id, partner_id, customer_group_id) = 1)',
        "A price rule belongs to exactly one of pricelist, customer or customer group.",
    )
    _special_price_currency = models.Constraint(
        'CHECK(currency_id IS NOT NULL OR (partner_id IS NULL AND customer_group_id IS NULL))',
        "A special price needs a currency.",
    )
    # The look-ups of a document: one owner, many products. The native index on product alone would read the rules
    # of all other customers for the same product.
    _partner_product_idx = models.Index("(partner_id, product_tmpl_id, product_id) WHERE partner_id IS NOT NULL")
    _customer_group_product_idx = models.Index(
        "(customer_group_id, product_tmpl_id, product_id) WHERE customer_group_id IS NOT NULL")

    # === COMPUTE METHODS === #

    @api.depends('partner_id', 'customer_group_id')
    def _compute_is_special_price(self):
        for item in self:
            item.is_special_price = item._is_special()

    def _search_is_special_price(self, operator, value):
        if operator != 'in':
            return NotImplemented
        special = Domain('partner_id', '!=', False) | Domain('customer_group_id', '!=', False)
        return Domain.OR(special if item else ~special for item in value)

    def _compute_validity(self):
        now = fields.Datetime.now()
        for item in self:
            if item.date_end and item.date_end < now:
                item.validity = 'expired'
            else:
                item.validity = 'future' if item.date_start and item.date_start > now else 'current'

    def _search_validity(self, operator, value):
        if operator != 'in':
            return NotImplemented
        now = fields.Datetime.now()
        expired = Domain('date_end', '!=', False) & Domain('date_end', '<', now)
        future = ~expired & Domain('date_start', '!=', False) & Domain('date_start', '>', now)
        domains = {'expired': expired, 'future': future, 'current': ~expired & ~future}
        return Domain.OR(domains[key] for key in value if key in domains)

    @api.depends('partner_id', 'customer_group_id')
    def _compute_is_pricelist_required(self):
        super()._compute_is_pricelist_required()
        self.filtered('is_special_price').is_pricelist_required = False

    @api.depends('partner_id', 'customer_group_id')
    def _compute_company_id(self):
        special = self.filtered('is_special_price')
        super(ProductPricelistItem, self - special)._compute_company_id()
        for item in special:
            # An unsaved rule proposes a company; on a saved one empty means all companies, and nothing recomputes it.
            proposal = item._default_special_company(item.partner_id, item.customer_group_id)
            item.company_id = item.company_id or (False if item._origin else proposal)

    @api.depends('partner_id', 'customer_group_id')
    def _compute_currency_id(self):
        special = self.filtered('is_special_price')
        super(ProductPricelistItem, self - special)._compute_currency_id()
        for item in special:
            item.currency_id = item.currency_id or item.company_id.currency_id or self.env.company.currency_id

    # === CONSTRAINTS === #

    @api.constrains('partner_id')
    def _check_partner_id(self):
        for item in self.sudo():
            partner = item.partner_id
            if partner and partner != partner.commercial_partner_id and partner.type != 'delivery':
                raise ValidationError(self.env._(
                    "%(contact)s is a contact of %(customer)s. Give the special price to %(customer)s, "
                    "or to one of its delivery addresses.",
                    contact=partner.display_name, customer=partner.commercial_partner_id.display_name,
                ))

    @api.constrains('min_quantity', 'partner_id', 'customer_group_id')
    def _check_min_quantity(self):
        for item in self:
            if item.is_special_price and item.min_quantity < 0:
                raise ValidationError(self.env._(
                    "%(rule)s: the minimum quantity cannot be negative (%(quantity)s).",
                    rule=item.display_name, quantity=item.min_quantity,
                ))

    @api.constrains('currency_id', 'company_id', 'partner_id', 'customer_group_id')
    def _check_currency_rate(self):
        for item in self.sudo():  # rates are read by accountants
            if not item.is_special_price:
                continue
            company = item.company_id or self.env.company
            currency = item.currency_id
            if currency and currency != company.currency_id and not currency.rate_ids.filtered(
                lambda rate: not rate.company_id or rate.company_id == company.root_id,
            ):
                raise ValidationError(self.env._(
                    "%(currency)s has no exchange rate in %(company)s, so a special price in it cannot be converted. "
                    "Enter a rate first, or choose another currency.",
                    currency=currency.name, company=company.name,
                ))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._prepare_special_price(vals)
            self._check_one_owner(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys().isdisjoint(OWNER_FIELDS):
            owners = [name for name in OWNER_FIELDS if vals.get(name)]
            if len(owners) == 1:
                # Handing a rule to another kind of owner takes it away from the present one.
                vals = {**dict.fromkeys(OWNER_FIELDS, False), **vals}
            for item in self:
                self._check_one_owner({**{name: item[name].id for name in OWNER_FIELDS}, **vals})
        return super().write(vals)

    @api.model
    def _check_one_owner(self, vals):
        """Refuse values of a rule with several owners or none, before the database does with a bare error.

        :raise ValidationError: saying which owners were given
        """
        owners = [name for name in OWNER_FIELDS if vals.get(name)]
        if len(owners) != 1 and (owners or 'pricelist_id' in vals):
            labels = [self._fields[name]._description_string(self.env) for name in owners]
            raise ValidationError(self.env._(
                "A price rule belongs to exactly one of pricelist, customer or customer group; this one has %s. "
                "Keep one of them and empty the others.", ", ".join(labels) or self.env._("none"),
            ))

    @api.model
    def _prepare_special_price(self, vals):
        """Complete, in place, the values of a new rule whose owner is a customer or a group."""
        if 'pricelist_id' not in vals:
            # The context's owner (the list of a customer's prices) counts, but beside an explicit one it does not.
            for name in ('partner_id', 'customer_group_id'):
                default = self.env.context.get(f'default_{name}')
                if default and not vals.get('partner_id') and not vals.get('customer_group_id'):
                    vals.setdefault(name, default)
        if not vals.get('partner_id') and not vals.get('customer_group_id'):
            return
        vals.setdefault('pricelist_id', False)
        if vals.get('partner_id'):
            vals.setdefault('customer_group_id', False)
        elif vals.get('customer_group_id'):
            vals.setdefault('partner_id', False)
        partner = self.env['res.partner'].browse(vals.get('partner_id'))
        group = self.env['ecount.customer.group'].browse(vals.get('customer_group_id'))
        if 'company_id' not in vals:
            vals['company_id'] = self._default_special_company(partner, group).id
        if not vals.get('currency_id'):
            company = self.env['res.company'].browse(vals['company_id']) or self.env.company
            vals['currency_id'] = company.sudo().currency_id.id

    @api.model
    def _default_special_company(self, partner, group):
        """Return the company of a new special price: that of its owner, else the active one."""
        return partner.sudo().company_id or group.sudo().company_id or self.env.company

    # === BUSINESS METHODS === #

    @api.model
    def _get_special_price_owners(self, partner):
        """Return who may have a special price for `partner`, first match first.

        :param partner: a customer, or one of its contacts or delivery addresses; possibly empty
        :return: list of `res.partner` and `ecount.customer.group` records, elevated
        """
        if not partner:
            return []
        partner = partner.sudo()
        customer = partner.commercial_partner_id
        addresses = [partner] if partner != customer and partner.type == 'delivery' else []
        return [*addresses, customer, *customer._get_group_sources()]

    @api.model
    def _get_special_prices(self, partner, products, date):
        """Return the special prices of `partner` that may apply to `products` at `date`, first match first.

        One query, whatever the number of products and owners. Elevated: an order line never needs read access to
        the rule that made its price.

        :param partner: see `_get_special_price_owners`
        :param products: `product.product` or `product.template` records
        :param date: date or datetime
        :rtype: product.pricelist.item
        """
        owners = self._get_special_price_owners(partner)
        if not owners:
            return self.browse()
        rules = self.sudo().search_fetch(
            self._get_special_prices_domain(owners) & self._get_product_and_date_domain(products, date))
        if len(owners) == 1:
            return rules
        ranks = {(owner._name, owner.id): rank for rank, owner in enumerate(owners)}
        return rules.sorted(lambda rule: ranks[(owner := rule._get_owner())._name, owner.id])  # stable within owners

    @api.model
    def _get_special_prices_domain(self, owners):
        partner_ids = [owner.id for owner in owners if owner._name == 'res.partner']
        group_ids = [owner.id for owner in owners if owner._name == 'ecount.customer.group']
        domain = Domain('partner_id', 'in', partner_ids)
        if group_ids:
            domain |= Domain('customer_group_id', 'in', group_ids)
        company_ids = self.env.company._get_price_settings()[0]
        return domain & Domain('company_id', 'in', [False, *company_ids])

    @api.model
    def _get_product_and_date_domain(self, products, date):
        """The part of the native look-up that does not name the owner of a rule."""
        native = self.env['product.pricelist']._get_applicable_rules_domain(products=products, date=date)
        return Domain(native).map_conditions(
            lambda condition: Domain.TRUE if condition.field_expr in OWNER_FIELDS else condition)

    def _is_special(self):
        """Whether the rule is a customer's or a group's. For prices: the field computes those of a whole page first."""
        rule = self.sudo()
        return bool(rule.partner_id or rule.customer_group_id)

    def _get_owner(self):
        """Return the customer, group or pricelist that the rule belongs to."""
        self.ensure_one()
        return self.partner_id or self.customer_group_id or self.pricelist_id

    def _compute_price(self, product, quantity, uom, date, currency=None, **kwargs):
        if not self._is_special():
            return super()._compute_price(product, quantity, uom, date, currency=currency, **kwargs)
        rule = self.sudo()
        if rule.compute_price == 'percentage':
            return super(ProductPricelistItem, rule)._compute_price(
                product, quantity, uom, date, currency=currency, **kwargs)
        # Its amounts are in its own currency, whatever the currency of the order.
        price = super(ProductPricelistItem, rule)._compute_price(
            product, quantity, uom, date, currency=rule.currency_id, **kwargs)
        if currency and currency != rule.currency_id:
            price = rule.currency_id._convert(price, currency, self.env.company, date, round=False)
        return price

    def _compute_price_in_currency(self, product, quantity, uom, date, currency):
        """Compute the unit price in any currency: natively the amounts of a pricelist's rule are not converted.

        :param currency: the currency wanted, needed for an empty rule (the product's own price) too
        :rtype: float
        """
        own_currency = self.pricelist_id.currency_id or currency
        price = self._compute_price(product, quantity, uom, date, currency=own_currency)
        if own_currency != currency:
            price = own_currency._convert(price, currency, self.env.company, date, round=False)
        return price

    def _compute_base_price(self, product, quantity, uom, date, currency, **kwargs):
        return super()._compute_base_price(product, quantity, uom, date, currency, **self._get_base_kwargs(kwargs))

    def _compute_price_before_discount(self, *args, **kwargs):
        return super(ProductPricelistItem, self.sudo())._compute_price_before_discount(
            *args, **self._get_base_kwargs(kwargs))

    @api.model
    def _get_base_kwargs(self, kwargs):
        """Return the keywords for asking a base pricelist: it is not asked for the customer, nor by the rules found.

        The customer counts for the outermost look-up only: a special price that asks its base pricelist would find
        itself again.
        """
        return {**{name: value for name, value in kwargs.items() if name != 'applicable_rules'}, 'partner': None}

    def _show_discount(self):
        # A special price is the customer's price: it stands in the unit price, with pricelists and discounts switched
        # on or off, so that the subtotal is the same and the discount column stays free for discount rates.
        return not self._is_special() and super()._show_discount()

    def _gives_percentage(self, product, quantity, uom, date, currency):
        """Whether the rule of a pricelist is a percentage off (or on) the price, shown as discount or not.

        A discount rate does not come on top of it unless the company says so.
        """
        rule = self.sudo()  # its owner may be hidden from the user
        if rule.compute_price != 'percentage' or rule._is_special():
            return False
        if rule.percent_price or rule.base != 'pricelist':
            return bool(rule.percent_price)
        # Nothing on its own, but the pricelist that it is based on may give a percentage.
        price = rule._compute_price(product, quantity, uom, date, currency=currency)
        base_price = rule._compute_price_before_discount(
            product=product, quantity=quantity, uom=uom, date=date, currency=currency)
        return currency.compare_amounts(price, base_price) != 0

    def _get_price_source(self):
        """Return where a price made by this rule comes from; an empty rule stands for the product's own price.

        :return: `customer`, `group`, `pricelist` or `list`
        """
        if not self:
            return 'list'
        rule = self.sudo()
        if rule.partner_id:
            return 'customer'
        return 'group' if rule.customer_group_id else 'pricelist'

    def _describe_special_price(self):
        """Say the price, quantity and dates of a special price in the user's language.

        :rtype: str
        """
        self.ensure_one()
        parts = [self._describe_price()]
        if self.min_quantity:
            parts.append(self.env._(
                "from %(quantity)s %(unit)s", quantity=formatLang(self.env, self.min_quantity, dp='Product Unit'),
                unit=self.product_uom_name or self.env._("units"),
            ))
        if self.date_start:
            parts.append(self.env._("from %s", format_date(
                self.env, fields.Datetime.context_timestamp(self, self.date_start).date())))
        if self.date_end:
            parts.append(self.env._("until %s", format_date(
                self.env, fields.Datetime.context_timestamp(self, self.date_end).date())))
        return ", ".join(parts)

    def _describe_price(self):
        """Say what the rule makes of a price; natively percentages and formulas are in English in many languages."""
        if self.compute_price == 'fixed':
            return self.price
        base = self.env._("the standard price")
        if self.base == 'pricelist' and self.base_pricelist_id:
            base = self.base_pricelist_id.display_name
        elif self.base == 'standard_price' and self.compute_price == 'formula':
            base = self.env._("the cost")
        rate = self.percent_price if self.compute_price == 'percentage' else self.price_discount
        text, rate_text = base, formatLang(self.env, abs(rate), dp='Discount')
        if rate > 0:
            text = self.env._("%(price)s less %(rate)s %%", price=base, rate=rate_text)
        elif rate < 0:
            text = self.env._("%(price)s plus %(rate)s %%", price=base, rate=rate_text)
        if self.compute_price == 'formula' and self.price_round:
            text = self.env._("%(price)s, rounded to %(step)s", price=text, step=formatLang(
                self.env, self.price_round, dp='Product Price'))
        if self.compute_price == 'formula' and self.price_surcharge:
            amount = formatLang(self.env, abs(self.price_surcharge), dp='Product Price', currency_obj=self.currency_id)
            text += f" {'+' if self.price_surcharge > 0 else '−'} {amount}"
        return text

    def action_open_special_price(self):
        """Open the whole rule in a dialog: formulas and margins do not fit a list."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Special price"),
            'res_model': self._name,
            'res_id': self.id,
            'views': [(self.env.ref('ecount_customer.product_pricelist_item_view_form_special').id, 'form')],
            'target': 'new',
        }
