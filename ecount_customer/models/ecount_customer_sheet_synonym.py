"""Other names of the sheet's columns: those of ECOUNT's export, and what people said a header means."""

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .ecount_customer_sheet import normalize_header

QUESTIONS = [
    ('zero_limit', "What a credit limit of 0 means"),
    ('rate', "Whether a rate is a discount or a surcharge"),
    ('period', "What the credit period counts"),
]


class EcountCustomerSheetSynonym(models.Model):
    """Another header of a column. ECOUNT's Thai, Korean and English names are data of the addon."""

    _name = 'ecount.customer.sheet.synonym'
    _description = "Column Name of Customer Sheets"
    _order = 'is_own, column_name, id'

    name = fields.Char(string="Header", required=True, help="As it stands in the file; case and blanks do not count.")
    column_name = fields.Char(string="Column", required=True, help="Technical name of the column that it means.")
    question = fields.Selection(
        QUESTIONS, help="What is asked once where the meaning of such a column is in doubt.")
    is_own = fields.Boolean(
        string="Said here", default=True, readonly=True, help="Wins over a name that the addon brought along.")
    key = fields.Char(compute='_compute_key', store=True)

    _key_unique = models.UniqueIndex('(key, is_own)', "This header has a meaning already.")

    @api.depends('name')
    def _compute_key(self):
        for synonym in self:
            synonym.key = normalize_header(synonym.name)

    @api.constrains('name', 'column_name')
    def _check_column(self):
        for synonym in self:
            if not synonym.key:
                raise ValidationError(self.env._("A header needs at least one letter or digit."))
            # Elevated: a column may be hidden from the user who says what the header means.
            if not self.env['ecount.customer.sheet'].sudo()._get_column(synonym.column_name):
                raise ValidationError(self.env._("There is no column “%s” of customers.", synonym.column_name))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _get_names(self):
        """Return {normalized header: technical name of the column}."""
        # Elevated: what a header means is no secret.
        return tools.frozendict({synonym.key: synonym.column_name for synonym in self.sudo().search([])})

    @api.model
    @tools.ormcache()
    def _get_questions(self):
        """Return {normalized header: question} of the columns whose meaning is in doubt."""
        return tools.frozendict({
            synonym.key: synonym.question for synonym in self.sudo().search([('question', '!=', False)])})

    @api.model
    def _remember(self, header, column_name):
        """Keep what a person said a header means; replaces what it meant before."""
        known = self.search([('key', '=', normalize_header(header)), ('is_own', '=', True)])
        if known:
            known.column_name = column_name
        else:
            self.create({'name': str(header), 'column_name': column_name})
