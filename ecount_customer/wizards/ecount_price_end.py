"""Let a selection of prices end."""

from datetime import datetime, time

import pytz

from odoo import fields, models


class EcountPriceEnd(models.TransientModel):
    """Asks for the last day of the prices."""

    _name = 'ecount.price.end'
    _description = "End prices"

    item_ids = fields.Many2many('product.pricelist.item', string="Prices")
    date = fields.Date(string="Last day", required=True, default=fields.Date.context_today)

    def action_apply(self):
        """Let the prices end with the last day, in the user's time zone."""
        self.ensure_one()
        zone = pytz.timezone(self.env.user.tz or 'UTC')
        end = zone.localize(datetime.combine(self.date, time(23, 59, 59))).astimezone(pytz.utc).replace(tzinfo=None)
        self.item_ids.end_prices(end)
        return {'type': 'ir.actions.act_window_close'}
