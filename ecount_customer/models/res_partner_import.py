"""Creating many customers at once from a sheet: what is the same for all of them is done once."""

from odoo import api, models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _create_from_sheet(self, vals_list):
        """Create customers as an import does: without a message for each, which would say no more than its date.

        :param list vals_list: values of one customer each
        :return: the customers, in the same order
        """
        given = tuple({name for vals in vals_list for name in vals})
        partners = self.with_context(
            tracking_disable=True, ecount_given_fields=given, ecount_known_defaults={},
        )._load_records_create(vals_list).with_env(self.env)
        if 'image_1920' not in given:  # no picture: there are no smaller ones of it to make
            for field in self._fields.values():
                if field.type == 'binary' and field.store and field.related == 'image_1920':
                    self.env.remove_to_compute(field, partners)
        return partners

    @api.model
    def default_get(self, fields):
        known = self.env.context.get('ecount_known_defaults')
        if known is None:
            return super().default_get(fields)
        # Asked for each row, about some hundred fields that no row gives.
        key = (self.env.uid, self.env.company.id, *fields)
        if key not in known:
            known[key] = super().default_get(fields)
        return dict(known[key])

    def _check_company(self, fnames=None):
        given = self.env.context.get('ecount_given_fields')
        if fnames is None and given is not None and len(self) > 1:
            # Company-dependent values that no row gives are those of the company: the first customer tells for all.
            super(ResPartner, self[0])._check_company()
            fnames = [name for name, field in self._fields.items() if field.relational and field.check_company
                      and (not field.company_dependent or name in given)]
        return super()._check_company(fnames)
