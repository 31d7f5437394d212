"""What is asked where the meaning of a column of an upload is in doubt."""

from odoo import api, fields, models

from .ecount_customer_sheet_synonym import QUESTIONS

ANSWERS = {
    'zero_limit': ['no_limit', 'leave', 'stop'],
    'rate': ['discount', 'surcharge', 'price', 'leave'],
    'period': ['days', 'months', 'leave'],
}


class EcountCustomerImportQuestion(models.Model):
    """A question with examples from the file. Until it is answered such cells are left out; it is remembered."""

    _name = 'ecount.customer.import.question'
    _description = "Question about an Upload"
    _order = 'id'

    import_id = fields.Many2one('ecount.customer.import', required=True, readonly=True, index=True, ondelete='cascade')
    name = fields.Selection(QUESTIONS, string="Question", required=True, readonly=True)
    column = fields.Char(readonly=True)
    examples = fields.Char(readonly=True)
    answer = fields.Selection([
        ('no_limit', "0 is no limit"),
        ('stop', "0 is no credit at all"),
        ('discount', "5 is a discount of 5 %"),
        ('surcharge', "5 is a surcharge of 5 %"),
        ('price', "95 is 95 % of the price"),
        ('days', "Days"),
        ('months', "Months of 30 days"),
        ('leave', "Leave these cells out"),
    ])
    allowed_answers = fields.Json(compute='_compute_allowed_answers')

    @api.depends('name')
    def _compute_allowed_answers(self):
        for question in self:
            question.allowed_answers = ANSWERS.get(question.name, [])

    def write(self, vals):
        result = super().write(vals)
        if vals.get('answer') and self.env['ecount.customer.sheet.synonym'].has_access('create'):
            for question in self:
                # Elevated: the company keeps it, whoever may say what headers mean may say this.
                company = question.import_id.company_id.sudo()
                company.ecount_sheet_answers = {**(company.ecount_sheet_answers or {}), question.name: question.answer}
        return result
