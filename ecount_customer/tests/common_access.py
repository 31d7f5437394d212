"""Two reps, their customers, and the documents of both."""

from odoo import fields
from odoo.fields import Command

from .common import EcountCommon

OWN = 'ecount_customer.group_own_customers'
SALES = 'sales_team.group_sale_salesman'


class EcountAccessCommon(EcountCommon):
    """Nok sees own customers only; `hidden` belongs to Somsak, `mine` to Nok."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        if not cls.company.chart_template:
            cls.env['account.chart.template'].try_loading('generic_coa', cls.company, install_demo=False)
        cls.nok = cls._create_user("nok", OWN, SALES)
        cls.somsak = cls._create_user("somsak", OWN, SALES)
        cls.mine = cls._create_customer("Mine Mart", user_id=cls.nok.id, email='mine@example.com')
        cls.hidden = cls._create_customer(
            "Hidden Mart", user_id=cls.somsak.id, email='hidden@example.com', phone='+66 81 999 8888')
        cls.nobodys = cls._create_customer("Nobody Mart", user_id=False)
        cls.my_contact = cls.Partner.create({'name': "Mine Contact", 'parent_id': cls.mine.id})
        cls.hidden_contact = cls.Partner.create({'name': "Hidden Contact", 'parent_id': cls.hidden.id})
        cls.hidden_address = cls.Partner.create({
            'name': "Hidden Dock", 'parent_id': cls.hidden.id, 'type': 'delivery', 'city': "Lampang",
            'country_id': cls.env.ref('base.th').id})
        cls.all_partners = (
            cls.mine + cls.hidden + cls.nobodys + cls.my_contact + cls.hidden_contact + cls.hidden_address)
        cls.product = cls._create_product(invoice_policy='order')
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _seen_by(cls, user, records=None):
        """Return which of `records` (the partners of this class) the user finds."""
        records = cls.all_partners if records is None else records
        return records.browse(records.with_user(user).search([('id', 'in', records.ids)]).ids)

    @classmethod
    def _create_documents(cls, partner, user):
        """Create one of each kind of document of a customer."""
        env = cls.env
        order = cls._create_order(partner, (cls.product, 2), user_id=user.id)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids).create({})._create_payments()
        env['account.bank.statement.line'].create({
            'payment_ref': "Transfer", 'amount': 50, 'partner_id': partner.id,
            'journal_id': env['account.journal'].search([('type', '=', 'bank')], limit=1).id})
        purchase = env['purchase.order'].create({
            'partner_id': partner.id,
            'order_line': [Command.create({'product_id': cls.product.id, 'product_qty': 3, 'price_unit': 7})]})
        purchase.button_confirm()
        env['account.move'].create({
            'move_type': 'in_invoice', 'partner_id': partner.id, 'ref': partner.name,
            'invoice_date': fields.Date.today(),
            'invoice_line_ids': [Command.create({'product_id': cls.product.id, 'price_unit': 7})]}).action_post()
        cls._create_special_price(partner, 50, cls.product)
        for document in (partner, order, invoice, purchase):
            document.message_post(body=f"About {partner.name}", message_type='comment', subtype_xmlid='mail.mt_note')
            document.activity_schedule('mail.mail_activity_data_todo', summary=partner.name, user_id=env.uid)
            env['ir.attachment'].create({
                'name': f"{partner.name}.txt", 'raw': b"secret", 'res_model': document._name, 'res_id': document.id})
        method = {
            'provider_id': env['payment.provider'].search([], limit=1).id,
            'payment_method_id': env.ref('payment.payment_method_unknown').id}
        env['payment.transaction'].create({
            'partner_id': partner.id, 'amount': 10, 'currency_id': order.currency_id.id, 'reference': f"TX{partner.id}",
            **method})
        env['payment.token'].create({'partner_id': partner.id, 'provider_ref': "card", **method})
        env['snailmail.letter'].create({
            'partner_id': partner.id, 'model': 'account.move', 'res_id': invoice.id, 'company_id': cls.company.id})
        env['sms.sms'].create({'partner_id': partner.id, 'number': "+66819998888", 'body': "You owe 200"})
        env['res.users'].with_context(no_reset_password=True).create({
            'login': f"portal{partner.id}", 'group_ids': [Command.set(env.ref('base.group_portal').ids)],
            'partner_id': cls.Partner.create({'name': "Portal Contact", 'parent_id': partner.id}).id})
        env['ecount.statement.batch'].create({
            'user_id': env.uid, 'company_id': cls.company.id, 'layout': 'open', 'date_to': fields.Date.today(),
            'line_ids': [Command.create({'partner_id': partner.id})]})
        env['res.partner.bank'].create({'acc_number': f"TH{partner.id}", 'partner_id': partner.id})
        return order, invoice, purchase
