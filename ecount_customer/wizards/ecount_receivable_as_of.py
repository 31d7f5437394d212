"""The dialog that asks as of which date receivables and payables are shown."""

from odoo import fields, models


class EcountReceivableAsOf(models.TransientModel):
    """Collects date and ageing; the report reads both from the context, see `ecount.receivable.report`."""

    _name = 'ecount.receivable.as.of'
    _description = "Receivables as of a Date"

    date = fields.Date(string="As of", required=True, default=fields.Date.context_today)
    side = fields.Selection(
        [('receivable', "Receivables"), ('payable', "Payables"), ('both', "Both")], required=True, default='receivable')
    age_basis = fields.Selection(
        [('invoice_date', "Invoice date"), ('due_date', "Due date")], string="Age counts from", required=True,
        default=lambda self: self.env.company.sudo().ecount_age_basis,
    )

    def action_open(self):
        """Return the action that shows what was open at the end of the day."""
        self.ensure_one()
        xmlid = 'ecount_customer.ecount_receivable_report_action'
        action = self.env['ir.actions.act_window']._for_xml_id(
            f'{xmlid}_payable' if self.side == 'payable' else xmlid)
        date = self.env['ir.qweb.field.date'].value_to_html(self.date, {})
        titles = {
            'receivable': self.env._("Receivables as of %s", date), 'payable': self.env._("Payables as of %s", date),
            'both': self.env._("Receivables and payables as of %s", date),
        }
        return {
            **action, 'name': titles[self.side], 'display_name': titles[self.side], 'path': False,
            'context': {
                'ecount_as_of': fields.Date.to_string(self.date), 'ecount_age_basis': self.age_basis,
                'search_default_group_by_partner': 1,
                **({f'search_default_{self.side}': 1} if self.side != 'both' else {}),
            },
        }
