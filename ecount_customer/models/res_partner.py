"""The customer: search words, main contact, balance."""

from collections import defaultdict

from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    # Gone from Odoo 19; the name and type are those of the community's `partner_mobile`.
    mobile = fields.Char()
    search_words = fields.Char(
        string="Search words", help="Nicknames and other spellings. The customer is found by them as by its name.",
    )
    main_contact_id = fields.Many2one(
        'res.partner', string="Main contact", compute='_compute_main_contact',
        help="The first contact person of the customer.",
    )
    # Not `related`: a change of any partner's name would search the field above, which is not stored.
    main_contact_name = fields.Char(string="Contact name", compute='_compute_main_contact')
    main_contact_mobile = fields.Char(string="Contact mobile", compute='_compute_main_contact')
    customer_balance = fields.Monetary(
        string="Balance", compute='_compute_customer_balance', currency_field='currency_id',
        help="What the customer owes, in the currency of the company. Vendors' bills are not deducted.",
    )

    # === COMPUTE METHODS === #

    @api.depends('child_ids.type', 'child_ids.active', 'child_ids.name', 'child_ids.mobile')
    def _compute_main_contact(self):
        rows = self.env['res.partner']._read_group(
            [('parent_id', 'in', self.ids), ('type', '=', 'contact')], ['parent_id'], ['id:min'],
        )
        main_contacts = self.browse(contact_id for _parent, contact_id in rows)
        by_customer = {parent.id: contact for (parent, _id), contact in zip(rows, main_contacts)}
        for contact, partners in self._group_by_value(
                lambda partner: by_customer.get(partner._origin.id, self.browse())).items():
            partners.main_contact_id = contact
            partners.main_contact_name = contact.name
            partners.main_contact_mobile = contact.mobile

    @api.depends_context('company')
    def _compute_customer_balance(self):
        # Elevated: a salesperson who sees the customer sees what it owes, without accounting rights.
        rows = self.env['account.move.line'].sudo()._read_group([
            ('partner_id', 'in', self.commercial_partner_id.ids),
            ('account_id.account_type', '=', 'asset_receivable'),
            ('parent_state', '=', 'posted'),
            ('reconciled', '=', False),
            ('company_id', 'child_of', self.env.company.root_id.id),
        ], ['partner_id'], ['amount_residual:sum'])
        balances = {partner.id: balance for partner, balance in rows}
        for balance, partners in self._group_by_value(
                lambda partner: balances.get(partner.commercial_partner_id.id, 0.0)).items():
            partners.customer_balance = balance

    def _group_by_value(self, get_value):
        """Return the partners by what a field is computed from, to set it for all that share it at once.

        Most customers of a page owe nothing, have no contact and wait for nothing: one assignment, not 80.

        :param get_value: function of a partner, returns something hashable
        :rtype: dict
        """
        ids = defaultdict(list)
        for partner in self:
            ids[get_value(partner)].append(partner.id)
        return {value: self.browse(ids_) for value, ids_ in ids.items()}
