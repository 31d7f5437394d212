from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """The contacts of employees stay as they are, whatever is required of customers."""

    _inherit = 'res.partner'

    def _filtered_must_be_complete(self):
        # Elevated: whoever edits a contact may not see employees.
        return super()._filtered_must_be_complete().filtered(
            lambda partner: not partner.sudo().with_context(active_test=False).employee_ids)

    @api.model
    def _get_incomplete_domain(self, rules):
        employees = self.env['hr.employee'].sudo().with_context(active_test=False)
        contacts = employees._search([('work_contact_id', '!=', False)]).subselect('work_contact_id')
        return super()._get_incomplete_domain(rules) & Domain('id', 'not in', contacts)
