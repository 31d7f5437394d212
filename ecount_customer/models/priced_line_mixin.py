"""What order lines and invoice lines share: a price that knows where it comes from."""

from odoo import api, fields, models
from odoo.tools import float_compare, formatLang, sql


class PricedLineMixin(models.AbstractModel):
    """Gives a document line the rule that made its price, an explanation, and a memory of what was typed.

    The line has `product_id`, `display_type`, `price_unit`, `technical_price_unit`, `discount` and `currency_id`,
    and fills the fields below in its `_compute_price_unit` and `_compute_discount`.
    """

    _name = 'ecount.priced.line.mixin'
    _description = "Document line with the price of a customer"

    # `prefetch`: read where a line is priced or shown, not with every order that is confirmed or invoice that is paid.

    # Computed together with the price: the rule that made the price the line has now, also when rules have changed.
    price_rule_id = fields.Many2one(
        'product.pricelist.item', string="Price rule", compute='_compute_price_unit', prefetch='ecount_price',
        store=True, readonly=False, precompute=True, index='btree_not_null', ondelete='set null',
    )
    # What `discount` was computed as: another value was typed, and stays. As `technical_price_unit` for the price.
    technical_discount = fields.Float(
        compute='_compute_discount', digits='Discount', store=True, readonly=False, precompute=True,
        prefetch='ecount_price',
    )
    price_source = fields.Selection(
        [
            ('customer', "Special price of the customer"),
            ('group', "Price of a customer group"),
            ('pricelist', "Pricelist"),
            ('list', "Standard price"),
            ('last', "Last price"),
            ('manual', "Price typed by hand"),
        ],
        string="Price from", compute='_compute_price_source',
    )
    # Names groups and the prices that it beat: not for portal users, who read the lines of their own documents.
    price_explanation = fields.Char(
        string="Why this price", compute='_compute_price_explanation', groups='base.group_user')

    def _auto_init(self):
        # Columns that exist are not computed for all the lines of a database on which the addon is installed.
        if not self._abstract:
            for name in self._get_fields_of_new_lines():
                if not sql.column_exists(self.env.cr, self._table, name):
                    sql.create_column(self.env.cr, self._table, name, self._fields[name].column_type[1])
        return super()._auto_init()

    @api.model
    def _get_fields_of_new_lines(self):
        """Return the stored fields that stay empty on lines from before the installation."""
        return ['price_rule_id', 'technical_discount']

    # === TYPED OR COMPUTED === #

    def _has_manual_price(self):
        """Whether the price was typed: the test by which native code protects it from recomputation."""
        self.ensure_one()
        currency = self.currency_id or self.company_id.currency_id or self.env.company.currency_id
        return bool(currency.compare_amounts(self.technical_price_unit, self.price_unit))

    def _has_typed_discount(self):
        """Whether the discount is another one than was computed, so that it must stay."""
        self.ensure_one()
        digits = self._fields['technical_discount'].get_digits(self.env)
        return bool(float_compare(self.discount, self.technical_discount, precision_digits=digits and digits[1] or 2))

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

    def _compute_price_source(self):
        for line in self:
            if line.display_type not in (False, 'product') or not line.product_id:
                line.price_source = False
            else:
                line.price_source = 'manual' if line._has_manual_price() else line.price_rule_id._get_price_source()

    @api.depends_context('lang', 'tz')
    @api.depends('price_source', 'price_rule_id', 'price_unit', 'discount')
    def _compute_price_explanation(self):
        beaten = self._get_beaten_prices()
        for line in self:
            line.price_explanation = line._explain_price(beaten.get(line)) if line.price_source else False

    def _get_beaten_prices(self):
        """Return the prices that the rule of each line came before; a hook of the kind of document.

        :return: `{line: [(rule, price)]}`, an empty rule standing for the standard price
        """
        return {}

    def _explain_price(self, beaten=None):
        """Say in one sentence where the price of the line comes from, and what it beat.

        :param beaten: see `_get_beaten_prices`
        :rtype: str
        """
        self.ensure_one()
        rule = self.price_rule_id.sudo()  # whoever sees the line sees where its price comes from
        price = self._format_price(self.price_unit)
        if self.price_source == 'manual':
            return self.env._("%s — typed by hand", price)
        if self.price_source == 'last':
            return self.env._("%s — the price that the customer paid last", price)
        if not rule:
            text = self.env._("%s — standard price", price)
        elif self.price_source == 'customer':
            text = self.env._(
                "%(price)s — special price of %(customer)s: %(rule)s",
                price=price, customer=rule.partner_id.display_name, rule=rule._describe_special_price())
        elif self.price_source == 'group':
            text = self.env._(
                "%(price)s — price of the customer group %(group)s (level %(level)s): %(rule)s", price=price,
                group=rule.customer_group_id.complete_name, level=rule.customer_group_id.level,
                rule=rule._describe_special_price())
        else:
            text = self.env._(
                "%(price)s — pricelist %(pricelist)s: %(rule)s",
                price=price, pricelist=rule.pricelist_id.name, rule=rule._describe_special_price())
        text = self._explain_discount_rate(text)
        if beaten:
            standard = self.env._("standard price")
            text = self.env._("%(explanation)s. Beats: %(prices)s", explanation=text, prices=" · ".join(
                f"{other._get_owner().display_name if other else standard} {self._format_price(amount)}"
                for other, amount in beaten))
        return text

    def _get_explained_rate(self):
        """Return the discount rate of the customer that is in the price or discount of the line; a hook.

        :return: percent; 0 where there is none, or where the line is priced with another one than today's
        :rtype: float
        """
        return 0.0

    def _explain_discount_rate(self, text):
        rate = self._get_explained_rate()
        if not rate:
            return text
        values = {'explanation': text, 'rate': formatLang(self.env, abs(rate), dp='Discount')}
        if rate > 0:
            return self.env._("%(explanation)s, less the customer's discount rate of %(rate)s %%", **values)
        return self.env._("%(explanation)s, plus the customer's surcharge of %(rate)s %%", **values)

    def _format_price(self, price, discount=0.0):
        """Format a unit price in the currency of the document, with its discount if any."""
        text = formatLang(self.env, price, dp='Product Price', currency_obj=self.currency_id)
        if discount:
            text += f" −{formatLang(self.env, discount, dp='Discount')} %"
        return text
