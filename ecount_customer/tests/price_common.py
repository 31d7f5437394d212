"""What tests of prices share."""

from odoo.fields import Command

from .common import EcountCommon


class SpecialPriceCommon(EcountCommon):
    """A customer with groups, a contact and a delivery address, and one product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Fresh Mart", cls.chiang_mai, cls.gold)
        cls.contact = cls.Partner.create({'name': "Nok", 'parent_id': cls.customer.id})
        cls.address = cls.Partner.create({'name': "Dock", 'parent_id': cls.customer.id, 'type': 'delivery'})
        cls.product = cls._create_product("Fish sauce", 100.0)

    def _set_feature(self, group, enabled):
        group = self.env.ref(group)
        user_group = self.env.ref('base.group_user')
        if enabled:
            user_group._apply_group(group)
        else:
            user_group._remove_group(group)

    def _price(self, partner=None, quantity=1, product=None, **values):
        return self._create_order(
            partner or self.customer, (product or self.product, quantity), **values).order_line.price_unit


class PriceListingCommon(EcountCommon):
    """Two customers and a group with codes, two products, and no pricelists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref('base.group_user').write(
            {'implied_ids': [Command.unlink(cls.env.ref('product.group_product_pricelist').id)]})
        cls.product = cls._create_product(default_code='F1')
        cls.rice = cls._create_product("Rice", 10, default_code='R1')
        cls.customer = cls._create_customer("Fresh Mart", cls.gold, ref='00042')
        cls.other = cls._create_customer("Big C", ref='00043')
        cls.gold.code = 'GOLD'
