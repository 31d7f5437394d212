"""Dialog that changes the credit terms of many customers."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..models.ecount_customer_group import CREDIT_POLICIES, OVERDUE_POLICIES


class EcountCreditTerms(models.TransientModel):
    """Writes the chosen terms to the selected customers; what is not chosen stays."""

    _name = 'ecount.credit.terms'
    _description = "Credit Terms"

    partner_ids = fields.Many2many(
        'res.partner', string="Customers", required=True,
        default=lambda self: self.env['res.partner'].browse(self.env.context.get('active_ids')).commercial_partner_id)
    currency_id = fields.Many2one('res.currency', default=lambda self: self.env.company.currency_id)
    change_policy = fields.Boolean(string="Change the credit policy")
    credit_policy = fields.Selection(CREDIT_POLICIES, default='inherit')
    change_limit = fields.Selection(
        [('keep', "Keep"), ('own', "Set to"), ('inherit', "As the group or company")],
        string="Credit limit", default='keep', required=True)
    credit_limit = fields.Monetary(help="0: no limit.")
    change_overdue_policy = fields.Boolean(string="Change the overdue policy")
    overdue_policy = fields.Selection(OVERDUE_POLICIES, help="Empty: as the group or company.")
    change_days = fields.Selection(
        [('keep', "Keep"), ('own', "Set to"), ('inherit', "As the group or company")],
        string="Credit period", default='keep', required=True)
    credit_days = fields.Integer(string="Days", help="0: no period.")

    def action_apply(self):
        """Write the terms.

        :raise UserError: when nothing is to be changed
        """
        self.ensure_one()
        values = {}
        if self.change_policy:
            values['credit_policy'] = self.credit_policy
        if self.change_overdue_policy:
            values['overdue_policy'] = self.overdue_policy
        for name, change in (('credit_limit', self.change_limit), ('credit_days', self.change_days)):
            if change != 'keep':
                values[name] = self[name] if change == 'own' else False
        if not values:
            raise UserError(self.env._("Choose at least one term to change."))
        self.partner_ids.write(values)
        return {'type': 'ir.actions.act_window_close'}
