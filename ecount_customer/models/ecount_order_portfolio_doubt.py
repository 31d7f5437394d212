from odoo import fields, models


class EcountOrderPortfolioDoubt(models.Model):
    """A customer that left a portfolio: an order of that moment may still be filed there.

    Rows are only ever added, by the database; `ecount.order.portfolio._mend` takes them away once a day.
    """

    _name = 'ecount.order.portfolio.doubt'
    _description = "Customer That Left a Portfolio"
    _log_access = False

    portfolio_id = fields.Integer(required=True)
    partner_id = fields.Integer(required=True)
    since = fields.Datetime(required=True)

    _portfolio_idx = models.Index("(portfolio_id) INCLUDE (partner_id)")
