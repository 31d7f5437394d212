"""Pricelists that know the customer: special prices come first."""

from odoo import api, fields, models


class ProductPricelist(models.Model):
    _inherit = 'product.pricelist'

    def _compute_price_rule(self, products, quantity, *, with_discount_rate=False, **kwargs):
        """Price for a customer, also with its discount rate where a price is shown that no line has yet.

        :param bool with_discount_rate: whether prices are less the discount rate of the customer
        """
        if 'partner' not in kwargs and (partner_id := self.env.context.get('ecount_price_partner_id')):
            # Set where a whole request is one customer's: the web shop. Look-ups of base pricelists name no partner.
            kwargs['partner'] = self.env['res.partner'].browse(partner_id)
            with_discount_rate = True
        if len(products) > 1 and products._name == 'product.product' and 'applicable_rules' not in kwargs:
            results = self._compute_price_rule_by_product(products, quantity, **kwargs)
        else:
            results = super()._compute_price_rule(products, quantity, **kwargs)
        if not with_discount_rate or not kwargs.get('partner') or not kwargs.get('compute_price', True):
            return results
        return self._add_discount_rate(results, products, quantity, **kwargs)

    def _compute_price_rule_by_product(self, products, quantity, *, date=False, **kwargs):
        """Compute as natively, but try on each product only the rules that name it, or none.

        Natively every product tries the rules of all the others on a page of the catalogue.
        """
        date = date or fields.Datetime.now()
        names = ('currency', 'uom', 'compute_price')  # of the computation, not of the look-up
        rules = self._get_rules_by_product(
            products, date, **{name: value for name, value in kwargs.items() if name not in names})
        results = {}
        for product in products:
            results.update(super()._compute_price_rule(  # pylint: disable=super-method-mismatch
                product, quantity, date=date, applicable_rules=rules[product], **kwargs))
        return results

    def _add_discount_rate(self, results, products, quantity, *, partner, currency=None, uom=None, date=False,
                           **kwargs):
        """Return the results of `_compute_price_rule` with prices less the discount rate of the customer."""
        customer = partner.sudo()  # the web shop prices for visitors who read no customers
        date = date or fields.Datetime.now()
        currency = currency or self.currency_id or self.env.company.currency_id
        rules = self.env['product.pricelist.item'].sudo()
        discounted, rates = {}, {}
        for product in products:
            price, rule_id = results[product.id]
            rule = rules.browse(rule_id)
            kind = rule._is_special(), rule._gives_percentage(product, quantity, uom or product.uom_id, date, currency)
            if kind not in rates:
                rates[kind] = customer._get_discount_rate(rule, kind[1])
            discounted[product.id] = (price * (100 - rates[kind]) / 100, rule_id)
        return discounted

    def _get_applicable_rules(self, products, date, partner=None, applicable_rules=None, **kwargs):
        """Put the special prices of a customer before the rules of the pricelist.

        :param partner: the customer, contact or delivery address the price is for (keyword of all pricing methods)
        :param applicable_rules: what an earlier look-up for more products found, see `_get_rules_by_product`
        """
        if applicable_rules is not None:
            return applicable_rules
        rules = super()._get_applicable_rules(products, date, **kwargs)
        if not partner:
            return rules
        special_prices = self.env['product.pricelist.item']._get_special_prices(partner, products, date)
        # One elevated recordset: the caller compares rules with products and returns an id.
        return special_prices + rules.sudo() if special_prices else rules

    def _get_applicable_rules_domain(self, products, date, **kwargs):
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        return [*domain, ('partner_id', '=', False), ('customer_group_id', '=', False)]

    def _get_rules_by_product(self, products, date, partner=None, **kwargs):
        """Look up the rules of many products at once.

        :return: the rules that may apply to each product, first match first, to be passed on as `applicable_rules`
        :rtype: dict[product record, product.pricelist.item]
        """
        rules = self._get_applicable_rules(products, date, partner=partner, **kwargs)
        ranks = {rule_id: rank for rank, rule_id in enumerate(rules.ids)}
        by_product, by_template, general = {}, {}, []
        for rule in rules:
            if rule.applied_on == '0_product_variant':
                by_product.setdefault(rule.product_id.id, []).append(rule.id)
            elif rule.applied_on == '1_product':
                by_template.setdefault(rule.product_tmpl_id.id, []).append(rule.id)
            else:
                general.append(rule.id)
        result = {}
        for product in products:
            ids = by_product.get(product.id, []) + by_template.get(product.product_tmpl_id.id, []) + general
            result[product] = rules.browse(sorted(ids, key=ranks.__getitem__))
        return result

    def _get_price_ladders(self, requests, *, date, currency, partner=None):
        """Return the prices that a customer could get, the one that holds first, for many products at once.

        One step for each owner of a rule that applies (delivery address, customer, groups, pricelist), and the
        product's own price at the end.

        :param list requests: tuples of `product.product`, quantity and unit
        :param date: date or datetime
        :param currency: of the prices returned
        :param partner: see `_get_applicable_rules`
        :return: for each request a list of pairs of rule (elevated; empty for the product's own price) and unit price
        """
        products = self.env['product.product'].browse(product.id for product, _quantity, _uom in requests)
        rules_by_product = self._get_rules_by_product(products, date, partner=partner)
        ladders = []
        for product, quantity, uom in requests:
            product_quantity = uom._compute_quantity(quantity, product.uom_id, raise_if_failure=False)
            steps, owners = [], set()
            for rule in rules_by_product[product].sudo():
                owner = rule._get_owner()
                if owner not in owners and rule._is_applicable_for(product, product_quantity):
                    owners.add(owner)
                    steps.append(rule)
            steps.append(self.env['product.pricelist.item'].sudo())
            ladders.append([
                (rule, rule._compute_price_in_currency(product, quantity, uom, date, currency)) for rule in steps])
        return ladders

    def _get_price_ladder(self, product, quantity, *, uom, date, currency, partner=None):
        """Return the prices that a customer could get for one product; see `_get_price_ladders`."""
        return self._get_price_ladders([(product, quantity, uom)], date=date, currency=currency, partner=partner)[0]

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env['res.groups']._is_feature_enabled('product.group_product_pricelist'):
            return result
        # Customers may be inactive: the web shop's public user is.
        for partner in self.env['res.partner'].with_context(active_test=False).browse(partner_ids):
            if not partner.specific_property_product_pricelist._get_partner_pricelist_multi_filter_hook():
                if group := partner._get_pricelist_group():
                    result[partner.id] = group.pricelist_id.with_env(self.env)
        return result

