"""Pairs of customers of which somebody said that they are not the same."""

from odoo import api, fields, models


class EcountNotDuplicate(models.Model):
    _name = 'ecount.not.duplicate'
    _description = "Not a Duplicate"
    _order = 'id desc'

    partner_id = fields.Many2one('res.partner', string="Customer", required=True, index=True, ondelete='cascade')
    other_id = fields.Many2one('res.partner', string="Is not", required=True, index=True, ondelete='cascade')

    _pair_unique = models.UniqueIndex("(partner_id, other_id)")
    _pair_in_order = models.Constraint('CHECK(partner_id < other_id)', "The elder customer comes first.")

    @api.depends('partner_id', 'other_id')
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = f"{pair.partner_id.display_name} ≠ {pair.other_id.display_name}"

    @api.model
    def _remember(self, partners):
        """Remember that none of these customers is another one of them.

        :param partners: `res.partner` records, two or more
        """
        ids = sorted(partners.ids)
        known = {(pair.partner_id.id, pair.other_id.id) for pair in self.search([
            ('partner_id', 'in', ids), ('other_id', 'in', ids)])}
        self.create([
            {'partner_id': first, 'other_id': second}
            for index, first in enumerate(ids) for second in ids[index + 1:] if (first, second) not in known
        ])
