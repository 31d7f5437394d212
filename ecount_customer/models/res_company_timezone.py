"""In which time zone a company gets its alerts."""

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    ecount_timezone = fields.Selection(
        related='partner_id.tz', string="Time zone", readonly=False,
        help="In which alerts are sent. Empty: that of the company's country, where it has a single one.",
    )

    def _get_alert_timezone(self):
        """Return the name of the company's time zone: its own, that of its country, or UTC."""
        self.ensure_one()
        company = self.sudo()
        if company.partner_id.tz in pytz.all_timezones_set:
            return company.partner_id.tz
        zones = pytz.country_timezones.get(company.country_id.code or '', [])
        return zones[0] if len(zones) == 1 else 'UTC'
