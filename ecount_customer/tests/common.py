"""What the tests of this addon share: a company without surprises and factories for its records."""

from odoo.fields import Command

from odoo.addons.base.tests.common import BaseCommon


class EcountCommon(BaseCommon):
    """A tree of groups, a product and factories. Nothing here depends on demo data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Group = cls.env['ecount.customer.group']
        cls.Partner = cls.env['res.partner']
        cls.Rule = cls.env['product.pricelist.item']
        cls.region = cls._create_group("Region", sequence=10)
        cls.north = cls._create_group("North", cls.region)
        cls.chiang_mai = cls._create_group("Chiang Mai", cls.north)
        cls.south = cls._create_group("South", cls.region)
        cls.tier = cls._create_group("Tier", sequence=20)
        cls.gold = cls._create_group("Gold", cls.tier)

    @classmethod
    def _create_group(cls, name, parent=None, **values):
        return cls.env['ecount.customer.group'].create({
            'name': name, 'parent_id': parent.id if parent else False, **values})

    @classmethod
    def _create_customer(cls, name="Fresh Mart", *groups, **values):
        return cls.env['res.partner'].create({
            'name': name, 'is_company': True,
            'customer_group_ids': [Command.set([group.id for group in groups])], **values})

    @classmethod
    def _create_product(cls, name="Fish sauce", list_price=100.0, **values):
        return cls.env['product.product'].create({
            'name': name, 'list_price': list_price, 'taxes_id': [Command.clear()], **values})

    @classmethod
    def _create_order(cls, partner, *lines, **values):
        """Create a quotation.

        :param lines: products, pairs of product and quantity, or dicts of line values
        """
        line_values = []
        for line in lines:
            if isinstance(line, dict):
                line_values.append(line)
            else:
                product, quantity = line if isinstance(line, tuple) else (line, 1)
                line_values.append({'product_id': product.id, 'product_uom_qty': quantity})
        return cls.env['sale.order'].create({
            'partner_id': partner.id, 'order_line': [Command.create(vals) for vals in line_values], **values})

    @classmethod
    def _create_special_price(cls, owner, price, product=None, **values):
        """Create a fixed special price of a customer, delivery address or customer group."""
        field = 'partner_id' if owner._name == 'res.partner' else 'customer_group_id'
        return cls.env['product.pricelist.item'].create({
            field: owner.id, 'compute_price': 'fixed', 'fixed_price': price,
            'product_id': product.id if product else False, **values})

    @classmethod
    def _create_user(cls, login, *groups, **values):
        """Create an internal user with the groups of the given external ids."""
        return cls.env['res.users'].with_context(no_reset_password=True).create({
            'name': login.capitalize(), 'login': login, 'email': f'{login}@example.com',
            'group_ids': [Command.set([cls.env.ref(group).id for group in ('base.group_user', *groups)])], **values})
