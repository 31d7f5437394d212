from odoo import models


class HrEmployee(models.Model):
    """Odoo makes a contact for each employee; it is no customer."""

    _inherit = 'hr.employee'

    def _create_work_contacts(self):
        return super(HrEmployee, self.with_context(ecount_incomplete_ok=True))._create_work_contacts()
