"""Requests of the portal, the public and the web shop: what they register may be incomplete."""

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = 'ir.http'

    @classmethod
    def _pre_dispatch(cls, rule, args):
        # Sign-up, portal, web shop and web forms: what their pages do not ask for, nobody can fill in there.
        super()._pre_dispatch(rule, args)
        if request.env.uid and (getattr(request, 'is_frontend', False) or not request.env.user._is_internal()):
            request.update_context(ecount_incomplete_ok=True)
            for key, value in args.items():
                if isinstance(value, models.BaseModel):
                    args[key] = value.with_context(ecount_incomplete_ok=True)
