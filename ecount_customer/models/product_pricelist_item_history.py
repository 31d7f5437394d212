"""Who changed which special price: kept in the chatter of the customer or group."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, models

TRACKED_FIELDS = {
    'partner_id', 'customer_group_id', 'compute_price', 'fixed_price', 'percent_price', 'price_discount',
    'price_surcharge', 'price_markup', 'price_round', 'base', 'base_pricelist_id', 'min_quantity', 'date_start',
    'date_end', 'product_id', 'product_tmpl_id', 'categ_id', 'applied_on', 'currency_id',
}
MAX_LINES = 50  # of one message


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        items._log_price_changes({item: None for item in items if item.is_special_price})
        return items

    def write(self, vals):
        if TRACKED_FIELDS.isdisjoint(vals) or self.env.context.get('ecount_no_price_history'):
            return super().write(vals)
        before = {item: item._describe_for_history() for item in self if item.is_special_price}
        res = super().write(vals)
        self._log_price_changes(before)
        return res

    def unlink(self):
        self._log_price_changes({item: item._describe_for_history() for item in self if item.is_special_price}, True)
        return super().unlink()

    def _describe_for_history(self):
        return f"{self.name}: {self._describe_special_price()}"

    def _log_price_changes(self, before, deleted=False):
        """Write into the chatter of each owner what became of its prices.

        :param dict before: the description of each special price before the change; None: it is new
        :param bool deleted: whether the prices are about to be deleted
        """
        changes = defaultdict(list)
        for item, old in before.items():
            new = None if deleted else item._describe_for_history()
            if old != new and (owner := item._get_owner()) and item.is_special_price:
                changes[owner].append((old, new))
        # Elevated: a price is written by managers of prices, who need no right to write on the customer.
        for model_name, owners in self.env['product.pricelist.item']._group_by_model(changes):
            records = self.env[model_name].sudo().browse(owner.id for owner in owners)
            if model_name == 'res.partner':
                bodies = defaultdict(list)
                for owner in owners:  # what is agreed for an address is found on its customer
                    bodies[owner.sudo().commercial_partner_id.id] += changes[owner]
                records = records.commercial_partner_id
            else:
                bodies = {owner.id: changes[owner] for owner in owners}
            records._message_log_batch(
                bodies={record_id: self._format_price_changes(lines) for record_id, lines in bodies.items()})

    @api.model
    def _group_by_model(self, owners):
        by_model = defaultdict(list)
        for owner in owners:
            by_model[owner._name].append(owner)
        return by_model.items()

    def _format_price_changes(self, changes):
        lines = []
        for old, new in changes[:MAX_LINES]:
            if old is None:
                lines.append(self.env._("New: %s", new))
            elif new is None:
                lines.append(self.env._("Deleted: %s", old))
            else:
                lines.append(self.env._("%(old)s → %(new)s", old=old, new=new))
        if len(changes) > MAX_LINES:
            lines.append(self.env._("and %s more", len(changes) - MAX_LINES))
        return Markup("<b>%s</b><ul>%s</ul>") % (
            self.env._("Special prices"), Markup().join(Markup("<li>%s</li>") % line for line in lines))
