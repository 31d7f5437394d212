"""Handing customers over from one salesperson to another."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _transfer_customers(self, from_user, to_user, with_documents=True):
        """Hand these customers, and the contacts that go with them, over to another salesperson.

        :param from_user: who has them now, as salesperson or further salesperson
        :param to_user: who gets them
        :param bool with_documents: open quotations, orders and invoices of these customers go along
        :return: how many customers and documents were handed over
        :rtype: dict[str, int]
        :raise UserError: if both are the same, or nothing is to hand over
        """
        if from_user == to_user:
            raise UserError(self.env._("%s has these customers already. Choose another salesperson.", to_user.name))
        self.check_access('write')
        partners = self.search([('id', 'child_of', self.ids), ('active', 'in', (True, False))])
        of_user = partners.filtered(lambda partner: partner.user_id == from_user)
        further = partners.filtered(lambda partner: from_user in partner.sudo().salesperson_ids)
        customers = (of_user | further).filtered(lambda partner: partner == partner.commercial_partner_id)
        if not customers:
            raise UserError(self.env._(
                "%s is salesperson of none of these customers, so there is nothing to hand over.", from_user.name))
        # Elevated: afterwards the customers may be out of sight of the one who hands them over.
        documents = customers.sudo()._get_open_documents(from_user) if with_documents else []
        for records, field_name in documents:
            records.write({field_name: to_user.id})
        of_user.sudo().write({'user_id': to_user.id})
        further.sudo().write({'salesperson_ids': [Command.unlink(from_user.id), Command.link(to_user.id)]})
        return {
            'customers': len(customers),
            'documents': sum(len(records) for records, _field_name in documents),
        }

    def _get_open_documents(self, user):
        """Return the open documents of these customers that a salesperson has; glue addons append theirs.

        :param user: the salesperson
        :return: pairs of records and the name of the field with the salesperson
        :rtype: list[tuple]
        """
        of_customers = Domain('partner_id.commercial_partner_id', 'in', self.ids)
        orders = self.env['sale.order'].search(of_customers & Domain('user_id', '=', user.id) & (
            Domain('state', 'in', ('draft', 'sent'))
            | Domain('state', '=', 'sale') & Domain('invoice_status', '!=', 'invoiced')))
        invoices = self.env['account.move'].search(
            Domain('commercial_partner_id', 'in', self.ids) & Domain('invoice_user_id', '=', user.id)
            & Domain('move_type', 'in', ('out_invoice', 'out_refund')) & Domain('state', '!=', 'cancel')
            & Domain('payment_state', 'in', ('not_paid', 'partial')))
        return [(orders, 'user_id'), (invoices, 'invoice_user_id')]
