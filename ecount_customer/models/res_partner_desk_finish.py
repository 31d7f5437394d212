"""How far one save on the customer desk goes."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def action_open_desk(self):
        """Open the customer desk with this customer, or with that of this contact."""
        self.ensure_one()
        action = self.env['ir.actions.client']._for_xml_id('ecount_customer.ecount_customer_desk_action')
        action['context'] = {'active_id': self.commercial_partner_id.id}
        return action

    @api.model
    def desk_finish(self, res_model, res_id):
        """Take a document that was saved on the desk as far as its kind goes there.

        A sale as the company says: it stays a quotation, is confirmed, or is confirmed and invoiced. A receipt or
        payment is posted, an invoice where sales are invoiced at once. No rights are lent: what the user may not do
        is left to who may. The context key `ecount_credit_ask` asks where the credit warns, as the buttons do.

        :param str res_model: `sale.order`, `account.move`, `account.payment`; others stay as they are
        :param int res_id: the document
        :return: what the user should know, or an empty text
        :rtype: str
        :raise UserError: as the buttons of the document do; it stays saved
        :raise RedirectWarning: the question of a credit warning; the answer yes is the same call without the key
        """
        step = getattr(self, f"_desk_finish_{res_model.replace('.', '_')}", None)
        # What the buttons test, the desk tests too.
        return step(self.env[res_model].with_context(validate_analytic=True).browse(res_id)) or '' if step else ''

    @api.model
    def _desk_finish_sale_order(self, order):
        goal = order.company_id.sudo().ecount_desk_sale
        if goal == 'quotation' or order.state not in ('draft', 'sent', 'sale'):
            return ''
        if order.state != 'sale':
            order.action_confirm()
        if goal == 'order' or order.state != 'sale':
            return ''
        if not self.env.user.has_group('account.group_account_invoice'):
            return self.env._("%s is confirmed. Its invoice is left to invoicing.", order.name)
        if not order._get_invoiceable_lines():
            return self.env._("%s is confirmed. It can be invoiced once it is delivered.", order.name)
        order._create_invoices().action_post()
        return ''

    @api.model
    def _desk_finish_account_move(self, move):
        if move.state == 'draft' and move.company_id.sudo().ecount_desk_sale == 'invoice':
            move.action_post()

    @api.model
    def _desk_finish_account_payment(self, payment):
        if payment.state == 'draft':
            payment.action_post()
