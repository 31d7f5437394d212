"""Maintenance of many special prices: raise, lower, copy, end."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_round


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    vat = fields.Char(string="VAT", compute='_compute_vat', help="Whether the price is typed with VAT included.")

    @api.depends('product_id', 'product_tmpl_id', 'compute_price')
    @api.depends_context('company', 'lang')
    def _compute_vat(self):
        for item in self:
            template = item.product_tmpl_id or item.product_id.product_tmpl_id
            item.vat = template._describe_vat() if template and item.compute_price == 'fixed' else False

    # === RAISE OR LOWER === #

    def get_changed_prices(self, method, value, step=0.0):
        """Compute what a raise would make of fixed prices; nothing is written.

        :param str method: `percent` or `amount`
        :param float value: percent, or amount in the currency of each price; negative lowers
        :param float step: the new prices are rounded to a multiple of it; 0: not rounded
        :return: `{rule: new price}`; percentages and formulas are left out
        :raise UserError: when a price would become negative, naming it
        """
        result = {}
        for item in self:
            if item.compute_price != 'fixed':
                continue
            price = item.fixed_price * (1 + value / 100) if method == 'percent' else item.fixed_price + value
            if step:
                price = float_round(price, precision_rounding=step)
            if price < 0:
                raise UserError(self.env._(
                    "%(rule)s of %(owner)s would become %(price)s. A price cannot be negative: lower by less.",
                    rule=item.name, owner=item._get_owner().display_name, price=price))
            result[item] = price
        return result

    @api.model
    def set_prices(self, prices):
        """Write many fixed prices, told to each owner in one message.

        :param dict prices: `{rule: price}`
        :return: number of prices that changed
        :rtype: int
        """
        changed = {item: price for item, price in prices.items() if item.fixed_price != price}
        before = {item: item._describe_for_history() for item in changed if item.is_special_price}
        for item, price in changed.items():
            item.with_context(ecount_no_price_history=True).fixed_price = price
        self._log_price_changes(before)
        return len(changed)

    # === END === #

    def end_prices(self, moment):
        """Let prices end; those that end earlier already stay as they are.

        :param datetime moment: the end, in UTC
        :raise UserError: when a price begins only afterwards, naming it
        """
        later = self.filtered(lambda item: item.date_start and item.date_start >= moment)
        if later:
            raise UserError(self.env._(
                "These prices begin only after that date; delete them, or leave them out: %s",
                ", ".join(f"{item._get_owner().display_name}: {item.name}" for item in later[:10])))
        self.filtered(lambda item: not item.date_end or item.date_end > moment).write({'date_end': moment})

    # === COPY === #

    @api.model
    def copy_special_prices(self, source, targets, replace=False):
        """Copy the current and future special prices of one customer or group to others.

        Two prices are in conflict when they are for the same product, category or all products, from the same
        quantity, and valid on a common day. A price that is replaced holds still before and
        after the copied one is valid.

        :param source: `res.partner` or `ecount.customer.group`
        :param targets: list of records of these models
        :param bool replace: in a conflict the target's price is replaced; else it is kept
        :return: counts by `copied`, `replaced`, `kept`
        :rtype: dict[str, int]
        """
        rules = self.search(
            self._get_special_prices_domain([source]) & Domain('validity', 'in', ['current', 'future']))
        counts = dict.fromkeys(('copied', 'replaced', 'kept'), 0)
        vals_list, replaced = [], self.browse()
        for target in targets:
            existing = self.search(self._get_special_prices_domain([target])).grouped(
                lambda rule: rule._get_scope_key())
            for rule in rules:
                conflicts = existing.get(rule._get_scope_key(), self.browse()).filtered(rule._is_valid_together)
                if conflicts and not replace:
                    counts['kept'] += 1
                    continue
                counts['replaced' if conflicts else 'copied'] += 1
                covered, rest = conflicts._make_room(rule.date_start, rule.date_end)
                replaced |= covered
                if rest:
                    existing[rule._get_scope_key()] |= rest
                vals_list.append({
                    **rule.copy_data()[0], 'partner_id': False, 'customer_group_id': False, 'pricelist_id': False,
                    'partner_id' if target._name == 'res.partner' else 'customer_group_id': target.id,
                })
        replaced.unlink()
        self.create(vals_list)
        return counts

    def _make_room(self, start, end):
        """Cut the validity of these rules where another price holds, from `start` to `end` (empty: without bound).

        :return: the rules of which nothing would be left, for the caller to delete, and new ones that hold afterwards
        """
        covered = rest = self.browse()
        for rule in self:
            before = start and (not rule.date_start or rule.date_start < start)
            after = end and (not rule.date_end or rule.date_end > end)
            if not before and not after:
                covered |= rule
                continue
            later = {'date_start': end + timedelta(seconds=1)} if after else {}
            if before and after:
                rest |= rule.copy(later)
            rule.write({'date_end': start - timedelta(seconds=1)} if before else later)
        return covered, rest

    def _get_scope_key(self):
        """What a rule is for, besides owner and dates: two rules with one key must not be valid on a common day."""
        self.ensure_one()
        return self.product_id.id, self.product_tmpl_id.id, self.categ_id.id, self.min_quantity, self.company_id.id

    def _get_scope_product(self):
        """Return the product or template that the rule is for, if it is for one."""
        return self.product_id or self.product_tmpl_id

    def _is_valid_together(self, other):
        """Whether two rules are valid at a common moment."""
        return (
            (not self.date_start or not other.date_end or self.date_start <= other.date_end)
            and (not other.date_start or not self.date_end or other.date_start <= self.date_end)
        )

    # === OPENING THE DIALOGS === #

    def action_change_prices(self):
        """Open the dialog that raises or lowers the selected prices."""
        return self._open_dialog('ecount.price.change', self.env._("Raise or lower prices"))

    def action_end_prices(self):
        """Open the dialog that lets the selected prices end."""
        return self._open_dialog('ecount.price.end', self.env._("End prices"))

    def _open_dialog(self, model, name):
        return {
            'type': 'ir.actions.act_window', 'name': name, 'res_model': model, 'view_mode': 'form', 'target': 'new',
            'context': {**self.env.context, 'default_item_ids': [fields.Command.set(self.ids)]},
        }

    def action_download_price_sheet(self):
        """Download the selected special prices as the Excel sheet that can be uploaded again."""
        return self._download_sheet(self.env._("special prices.xlsx"), self.export_price_sheet())

    @api.model
    def _download_sheet(self, name, content):
        attachment = self.env['ir.attachment'].create({
            'name': name, 'raw': content,
            'mimetype': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        })
        url = f'/web/content/{attachment.id}?download=true'
        return {'type': 'ir.actions.act_url', 'url': url, 'target': 'download'}
