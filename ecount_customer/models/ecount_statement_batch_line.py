"""One customer of the statements sent in the background."""

import logging

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class EcountStatementBatchLine(models.Model):
    """The statement of one customer: waiting, sent, or why not."""

    _name = 'ecount.statement.batch.line'
    _description = "Statement Sent"
    _order = 'id'
    _rec_name = 'partner_id'

    batch_id = fields.Many2one(
        'ecount.statement.batch', required=True, readonly=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(
        'res.partner', string="Customer", required=True, readonly=True, index=True, ondelete='cascade')
    email = fields.Char(related='partner_id.email')
    state = fields.Selection(
        [('waiting', "Waiting"), ('sent', "Sent"), ('failed', "Not sent"), ('stopped', "Stopped")],
        required=True, readonly=True, default='waiting',
    )
    reason = fields.Char(readonly=True)

    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    def _send(self):
        """Send these statements; one that fails says why and does not hold up the others."""
        for line in self:
            wizard = line.batch_id._get_dialog(line.partner_id)
            partner = wizard.env['res.partner'].browse(line.partner_id.id)
            try:
                with self.env.cr.savepoint():
                    partner.check_access('read')
                    wizard._send_to(partner.with_context(lang=line.partner_id.lang or wizard.env.lang))
                line.write({'state': 'sent', 'reason': False})
            except UserError as error:
                line.write({'state': 'failed', 'reason': str(error)})
            except psycopg2.OperationalError:
                raise  # somebody else wrote the same rows: the job runs again
            except Exception:
                _logger.exception("Statement of customer %s", line.partner_id.id)
                line.write({'state': 'failed', 'reason': wizard.env._(
                    "The statement could not be made. The log of the server says why.")})
