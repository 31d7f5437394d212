"""Bank accounts that two customers share, for people who see only their own customers."""

from odoo import models


class ResPartnerBank(models.Model):
    _inherit = 'res.partner.bank'

    def _compute_duplicate_bank_partner_ids(self):
        if not self.env.user._sees_own_customers_only():
            return super()._compute_duplicate_bank_partner_ids()
        # Elevated: natively found in SQL among all customers, read, and then named in a warning.
        banks = self.sudo()
        super(ResPartnerBank, banks)._compute_duplicate_bank_partner_ids()
        for bank in banks:
            bank.duplicate_bank_partner_ids = bank.duplicate_bank_partner_ids.filtered('is_visible_customer')
        return None
