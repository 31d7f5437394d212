"""One row of the Excel sheet: a pair of customers to merge."""

from odoo import fields, models
from odoo.exceptions import UserError


class EcountMergePairsLine(models.TransientModel):
    _name = 'ecount.merge.pairs.line'
    _description = "Pair of Customers to Merge"
    _order = 'row'

    wizard_id = fields.Many2one('ecount.merge.pairs', required=True, ondelete='cascade')
    row = fields.Integer()
    keep_code = fields.Char(string="Keep code")
    drop_code = fields.Char(string="Drop code")
    reason = fields.Char()
    keep_id = fields.Many2one('res.partner', string="Kept customer")
    drop_id = fields.Many2one('res.partner', string="Merged customer")
    problem = fields.Char(string="Why not")
    log_id = fields.Many2one('ecount.merge.log', string="Merge", ondelete='cascade')

    def _find_problem(self):
        """Return why this pair cannot be merged, or an empty text."""
        for code, partner in ((self.keep_code, self.keep_id), (self.drop_code, self.drop_id)):
            if not partner:
                return self.env._("There is no customer with the code “%s”.", code or '')
        if self.keep_id == self.drop_id:
            return self.env._("Both codes are of the same customer.")
        # Elevated: what stands in the way may be hidden from the user.
        problems = self.env['res.partner'].sudo()._get_merge_problems(
            self.drop_id.sudo(), self.keep_id.sudo(), {'reason': self.reason})
        return " ".join(problems)

    def _merge(self):
        """Merge the pair, or note why not; whole or not at all."""
        # Codes may lead elsewhere by now: an earlier row merged their customer.
        keep, drop = (partner.merged_into_id or partner for partner in (self.keep_id, self.drop_id))
        try:
            with self.env.cr.savepoint():
                self.log_id = self.env['res.partner']._merge_customers(drop, keep, {'reason': self.reason})
        except UserError as error:
            self.problem = str(error)
