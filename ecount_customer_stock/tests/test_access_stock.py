from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.ecount_customer.tests import common_access, test_access_flows, test_access_leaks


@tagged('post_install', '-at_install')
class TestAccessLeaksStock(test_access_leaks.TestAccessLeaks):
    """The leak matrix once more, with the models of stock."""

    allow_inherited_tests_method = True

    @classmethod
    def _create_documents(cls, partner, user):
        documents = super()._create_documents(partner, user)
        goods = cls._create_product("Rice", is_storable=True)
        warehouse = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)], limit=1)
        cls.env['stock.quant'].create({
            'product_id': goods.id, 'location_id': warehouse.lot_stock_id.id, 'quantity': 5, 'owner_id': partner.id})
        order = cls._create_order(partner, (goods, 2), user_id=user.id)
        order.action_confirm()
        order.picking_ids.move_ids.write({'quantity': 1})
        order.picking_ids.move_ids.move_line_ids.owner_id = partner
        cls.env['stock.scrap'].create({
            'product_id': goods.id, 'scrap_qty': 1, 'picking_id': order.picking_ids.id, 'owner_id': partner.id})
        purchase = cls.env['purchase.order'].create({
            'partner_id': partner.id,
            'order_line': [Command.create({'product_id': goods.id, 'product_qty': 3, 'price_unit': 7})]})
        purchase.button_confirm()
        return documents


@tagged('post_install', '-at_install')
class TestAccessFlowsWithStock(test_access_flows.TestAccessFlows):
    """The day of a rep, with stock installed."""

    allow_inherited_tests_method = True


@tagged('post_install', '-at_install')
class TestAccessStock(common_access.EcountAccessCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls._create_product("Rice", is_storable=True)
        cls.nok.group_ids = [Command.link(cls.env.ref('stock.group_stock_user').id)]
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_a_rep_opens_and_validates_the_delivery_of_an_own_order(self):
        """Also where it goes to the address of another rep's customer."""
        for address in (self.mine, self.hidden_address):
            order = self._create_order(
                self.mine, (self.goods, 2), user_id=self.nok.id, partner_shipping_id=address.id).with_user(self.nok)
            self.env.flush_all()
            self.env.invalidate_all()
            order.action_confirm()
            picking = self.env['stock.picking'].with_user(self.nok).search([('sale_id', '=', order.id)])
            self.assertEqual(len(picking), 1)
            self.env.invalidate_all()
            values = picking.web_read({
                'partner_id': {'fields': {'display_name': {}}}, 'sale_id': {'fields': {'display_name': {}}},
                'move_ids': {'fields': {'product_id': {}, 'description_picking': {}}},
                'state': {}, 'company_id': {}})[0]
            self.assertEqual(values['partner_id']['id'], address.id)
            picking.move_ids.write({'quantity': 2, 'picked': True})
            picking.button_validate()
            self.assertEqual(picking.state, 'done')
            self.assertEqual(order.order_line.qty_delivered, 2)

    def test_a_delivery_to_a_hidden_address_is_printed_split_and_returned(self):
        self.hidden_address.phone = "+66 81 765 4321"
        if 'stock_confirmation_type' in self.company._fields:  # whether a text message goes out is asked on validation
            self.company.write({'stock_text_confirmation': True, 'stock_confirmation_type': 'sms'})
        order = self._create_order(
            self.mine, (self.goods, 2), user_id=self.nok.id, partner_shipping_id=self.hidden_address.id)
        order.action_confirm()
        picking = self._as_rep(order.picking_ids)
        Report = self._as_rep(self.env['ir.actions.report'])
        html, _type = Report._render_qweb_html('stock.report_deliveryslip', picking.ids)
        self.assertIn(b"Lampang", html)
        picking = self._as_rep(picking)
        picking.move_ids.write({'quantity': 1, 'picked': True})
        wizard = picking.button_validate()
        self._as_rep(self.env[wizard['res_model']]).with_context(**wizard['context']).create({}).process()
        self.assertEqual(picking.state, 'done')
        rest = self._as_rep(self.env['stock.picking']).search([('backorder_id', '=', picking.id)])
        self.assertEqual((rest.sale_id, rest.move_ids.product_uom_qty), (order, 1))
        wizard = self._as_rep(self.env['stock.return.picking']).with_context(
            active_model='stock.picking', active_id=picking.id).create({})
        wizard.product_return_moves.quantity = 1
        returned = self._as_rep(self.env['stock.picking'].browse(wizard.action_create_returns()['res_id']))
        self.assertEqual((returned.sale_id, returned.move_ids.quantity), (order, 1))

    def _as_rep(self, records):
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(self.nok)

    def test_deliveries_of_other_reps_are_hidden(self):
        order = self._create_order(
            self.hidden, (self.goods, 2), user_id=self.somsak.id, partner_shipping_id=self.mine.id)
        order.action_confirm()
        picking = order.picking_ids
        self.env.flush_all()
        self.env.invalidate_all()
        for records in (picking, picking.move_ids):
            self.assertFalse(records.with_user(self.nok).search([('id', 'in', records.ids)]))
            with self.assertRaises(AccessError):
                records.with_user(self.nok).read(['display_name'])
        self.assertEqual(picking.with_user(self.env.ref('base.user_admin')).state, picking.state)

    def test_transfers_without_customer_are_nobodys_secret(self):
        picking_type = self.env['stock.picking.type'].search(
            [('code', '=', 'outgoing'), ('company_id', '=', self.company.id)], limit=1)
        picking = self.env['stock.picking'].create({'picking_type_id': picking_type.id})
        self.assertEqual(picking.with_user(self.nok).search([('id', '=', picking.id)]).id, picking.id)
