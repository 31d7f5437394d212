"""Dialog: hand customers over from one salesperson to another."""

from odoo import api, fields, models


class EcountCustomerTransfer(models.TransientModel):
    _name = 'ecount.customer.transfer'
    _description = "Hand over customers"

    partner_ids = fields.Many2many(
        'res.partner', string="Customers", default=lambda self: self._default_partner_ids(),
        help="Empty: all customers of the salesperson.",
    )
    from_user_id = fields.Many2one(
        'res.users', string="From", required=True, default=lambda self: self.env.user, domain=[('share', '=', False)],
    )
    to_user_id = fields.Many2one('res.users', string="To", required=True, domain=[('share', '=', False)])
    with_documents = fields.Boolean(
        string="Open documents too", default=True,
        help="Quotations, orders not yet invoiced and unpaid invoices go to the new salesperson. "
             "What is done stays with the one who did it.",
    )
    customer_count = fields.Integer(compute='_compute_customer_count', string="Customers to hand over")
    is_restricted = fields.Boolean(compute='_compute_is_restricted')

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get('active_model') != 'res.partner':
            return False
        return self.env['res.partner'].browse(self.env.context.get('active_ids', ())).commercial_partner_id

    @api.depends('partner_ids', 'from_user_id')
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard._get_customers())

    @api.depends_context('uid')
    def _compute_is_restricted(self):
        self.is_restricted = self.env.user._sees_own_customers_only()

    def _get_customers(self):
        """Return the customers of the salesperson among those chosen, or all; those of the user's companies.

        :rtype: res.partner
        """
        self.ensure_one()
        if not self.from_user_id:
            return self.env['res.partner']
        domain = [
            '|', ('user_id', '=', self.from_user_id.id), ('salesperson_ids', 'in', self.from_user_id.ids),
            '|', ('parent_id', '=', False), ('is_company', '=', True)]
        if self.partner_ids:
            domain.append(('id', 'in', self.partner_ids.ids))
        return self.env['res.partner'].with_context(active_test=False).search(domain)

    def action_transfer(self):
        """Hand the customers over and say how many customers and documents that were."""
        self.ensure_one()
        counts = self._get_customers()._transfer_customers(self.from_user_id, self.to_user_id, self.with_documents)
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success',
                'message': self.env._(
                    "%(to_user)s has %(customers)s customers and %(documents)s open documents of %(from_user)s now.",
                    to_user=self.to_user_id.name, from_user=self.from_user_id.name, **counts),
                'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
            },
        }
