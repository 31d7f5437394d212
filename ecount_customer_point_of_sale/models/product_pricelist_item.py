"""Price rules as the point of sale computes them, also without a connection."""

from odoo import api, fields, models
from odoo.fields import Domain

OWNERS = ('partner_id', 'customer_group_id', 'pricelist_id')
DATES = ('date_start', 'date_end')
AMOUNTS = ('fixed_price', 'price_surcharge', 'price_round', 'price_min_margin', 'price_max_margin')
# Only what is set is sent: a rule is some ten thousand times in the browser.
SENT = ('min_quantity', 'percent_price', 'compute_price', 'base')
RELATIONS = ('product_id', 'product_tmpl_id', 'categ_id', 'base_pricelist_id')


class ProductPricelistItem(models.Model):
    _inherit = 'product.pricelist.item'

    @api.model
    def _get_pos_source_key(self, owner):
        return f'{owner._name},{owner.id}'

    @api.model
    def _get_pos_price_sources(self, owners, currency, known_versions):
        """Return the rules of price owners, and of the pricelists that those rules are based on.

        Elevated, as all that prices; who asks must see the customer.

        :param owners: list of `res.partner`, `ecount.customer.group` and `product.pricelist` records
        :param currency: amounts are converted into it
        :param dict known_versions: versions by key; sources that have this version still are left out
        :return: `{key: {'version': str, 'rules': list of dicts, first match first}}`
        :rtype: dict
        """
        rules = self.sudo()
        sources, seen, today = {}, set(), fields.Date.context_today(self)
        while owners := [owner for owner in owners if self._get_pos_source_key(owner) not in seen]:
            keys = [self._get_pos_source_key(owner) for owner in owners]
            seen.update(keys)
            domain = rules._get_pos_source_domain(owners)
            versions = dict.fromkeys(keys, f'{today}/0')
            for *owner, count, changed in rules._read_group(
                domain, OWNERS, ['__count', 'write_date:max'],
            ):
                key = self._get_pos_source_key(next(filter(None, owner)))
                versions[key] = f'{today}/{count}/{changed}'  # of a day: so are the exchange rates
            changed_owners = [
                owner for owner, key in zip(owners, keys) if known_versions.get(key) != versions[key]]
            sources.update({
                key: {'version': versions[key], 'rules': []}
                for key in map(self._get_pos_source_key, changed_owners)})
            if changed_owners:
                for key, values in rules._read_pos_rules(rules._get_pos_source_domain(changed_owners), currency):
                    sources[key]['rules'].append(values)
            owners = [pricelist for [pricelist] in rules._read_group(
                domain & Domain('base', '=', 'pricelist') & Domain('base_pricelist_id', '!=', False),
                ['base_pricelist_id'])]
        return sources

    @api.model
    def _get_pos_source_domain(self, owners):
        special = [owner for owner in owners if owner._name != 'product.pricelist']
        pricelist_ids = [owner.id for owner in owners if owner._name == 'product.pricelist']
        # Rules that begin later are sent: a session is open for longer than a day.
        not_ended = Domain('date_end', '=', False) | Domain('date_end', '>=', fields.Datetime.now())
        return not_ended & (
            self._get_special_prices_domain(special)
            | Domain('pricelist_id', 'in', pricelist_ids) & Domain(self._check_company_domain(self.env.company))
        )

    @api.model
    def _read_pos_rules(self, domain, currency):
        """Read rules straight from the table: some ten thousand of a group are fetched while a customer waits.

        :param domain: of the rules; first match first
        :param currency: that of the amounts returned. A formula is linear in its amounts: converting them converts
            the price
        :return: pairs of the key of the owner and what the point of sale computes a price from
        :rtype: iterator[tuple[str, dict]]
        """
        names = [*OWNERS, *SENT, *RELATIONS, *DATES, *AMOUNTS, 'price_discount', 'price_markup', 'currency_id']
        query = self._search(domain, order=self._order)
        rates = {}
        for cells in self.env.execute_query(query.select(*(
            self._field_to_sql(query.table, name, query) for name in names
        ))):
            row = dict(zip(names, cells))
            owner = next(name for name in OWNERS if row[name])
            values = {name: row[name] for name in (*SENT, *RELATIONS) if row[name]}
            values.update({name: fields.Datetime.to_string(row[name]) for name in DATES if row[name]})
            discount = -(row['price_markup'] or 0.0) if row['base'] == 'standard_price' else row['price_discount']
            if discount:
                values['discount'] = discount
            if row['currency_id'] not in rates:
                own_currency = self.env['res.currency'].browse(row['currency_id']) or currency
                rates[row['currency_id']] = self.env['res.currency']._get_conversion_rate(
                    own_currency, currency, self.env.company, fields.Date.context_today(self))
            values.update({name: row[name] * rates[row['currency_id']] for name in AMOUNTS if row[name]})
            yield f'{self._fields[owner].comodel_name},{row[owner]}', values
