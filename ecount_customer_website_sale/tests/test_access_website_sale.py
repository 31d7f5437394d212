from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ecount_customer.tests import test_access_leaks


@tagged('post_install', '-at_install')
class TestAccessLeaksWebsiteSale(test_access_leaks.TestAccessLeaks):
    """The leak matrix once more, with the models of the web shop, and for its visitors too."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        portal = cls.env['res.users'].with_context(no_reset_password=True).create({
            'login': 'shopper', 'partner_id': cls.my_contact.id,
            'group_ids': [Command.set(cls.env.ref('base.group_portal').ids)]})
        cls.readers += (portal, cls.env.ref('base.public_user'))

    @classmethod
    def _create_documents(cls, partner, user):
        documents = super()._create_documents(partner, user)
        website = cls.env['website'].search([], limit=1)
        cls._create_order(partner, cls.product, website_id=website.id)
        visitor = cls.env['website.visitor'].create({'access_token': str(partner.id), 'partner_id': partner.id})
        cls.env['website.track'].create({'visitor_id': visitor.id, 'url': '/shop'})
        cls.env['rating.rating'].create({
            'partner_id': partner.id, 'rating': 5, 'res_id': cls.product.product_tmpl_id.id,
            'res_model_id': cls.env['ir.model']._get_id('product.template')})
        return documents
