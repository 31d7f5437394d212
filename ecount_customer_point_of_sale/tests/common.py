"""A shop with customers, special prices and products of every kind of rule."""

from odoo.fields import Command

from odoo.addons.ecount_customer.tests.common import EcountCommon
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon


class PointOfSaleCommon(TestPointOfSaleHttpCommon):
    """The factories of our own tests under names that the accounting tests have not taken."""

    _create_group = classmethod(EcountCommon._create_group.__func__)
    _create_customer = classmethod(EcountCommon._create_customer.__func__)
    _create_shop_product = classmethod(EcountCommon._create_product.__func__)
    _create_shop_user = classmethod(EcountCommon._create_user.__func__)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref('ecount_customer.group_customer_manager')
        cls.Rule = cls.env['product.pricelist.item']
        cls.region = cls._create_group("Region", sequence=10)
        cls.north = cls._create_group("North", cls.region)
        cls.chiang_mai = cls._create_group("Chiang Mai", cls.north)
        cls.tier = cls._create_group("Tier", sequence=20)
        cls.gold = cls._create_group("Gold", cls.tier)
        cls.env['product.product'].search([('available_in_pos', '=', True)]).write({'available_in_pos': False})
        cls.category = cls.env['product.category'].create({'name': "Sauces"})
        cls.fish, cls.rice, cls.chili, cls.soap, cls.tea = (
            cls._create_shop_product(name, available_in_pos=True, **values) for name, values in (
                ("POS fish sauce", {}), ("POS rice", {}), ("POS chili", {'categ_id': cls.category.id}),
                ("POS soap", {'standard_price': 60}), ("POS tea", {}),
            ))
        cls.customer = cls._create_customer("POS Fresh Mart", cls.gold, cls.chiang_mai)
        cls.stranger = cls._create_customer("POS Stranger")
        cls._create_special_price(cls.customer, 80, cls.fish)
        cls._create_special_price(cls.customer, 70, cls.fish, min_quantity=10)
        cls._create_special_price(cls.gold, 85, cls.fish)
        cls._create_special_price(cls.gold, 91, cls.rice)
        cls._create_special_price(cls.tier, 95, cls.rice)
        cls._create_special_price(cls.tier, 50, cls.tea, date_end='2020-01-01 00:00:00')
        cls._create_special_price(
            cls.gold, 0, applied_on='2_product_category', categ_id=cls.category.id, compute_price='percentage',
            percent_price=12.5)
        base = cls.env['product.pricelist'].create({'name': "POS base", 'item_ids': [
            Command.create({'compute_price': 'formula', 'base': 'standard_price', 'price_discount': -50})]})
        cls._create_special_price(
            cls.customer, 0, cls.soap, compute_price='formula', base='pricelist', base_pricelist_id=base.id,
            price_discount=10, price_round=5, price_surcharge=-0.01)

    @classmethod
    def _create_special_price(cls, owner, price, product=None, **values):
        if product:
            values.setdefault('product_tmpl_id', product.product_tmpl_id.id)
        return EcountCommon._create_special_price.__func__(cls, owner, price, product, **values)

    def _open_session(self):
        self.main_pos_config.with_user(self.pos_user).open_ui()
        return self.main_pos_config.current_session_id
