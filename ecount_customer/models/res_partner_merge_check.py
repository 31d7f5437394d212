"""What forbids a merge of customers, and what is worth knowing before it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @api.model
    def _get_merge_problems(self, sources, survivor, choices):
        """Return all that forbids merging `sources` into `survivor`, each with what to do; empty if nothing.

        Called elevated, because what stands in the way may be hidden from the user. An override may add to the list.

        :rtype: list
        """
        if not sources:
            return [self.env._("Choose at least one customer to merge into another one.")]
        if len(survivor) != 1:
            return [self.env._("Choose the one customer that is kept.")]
        if problems := self._get_merge_state_problems(sources, survivor):
            return problems
        return [problem for problem in (
            *self._get_merge_relation_problems(sources, survivor),
            self._get_merge_user_problem(sources, survivor),
            self._get_merge_company_problem(sources, survivor, choices),
            self._get_merge_tax_problem(sources, survivor, choices),
            self._get_merge_hash_problem(sources, survivor),
        ) if problem]

    def _get_merge_state_problems(self, sources, survivor):
        partners = sources | survivor
        problems = [
            self.env._("%(customer)s was merged into %(survivor)s already.",
                       customer=partner.display_name, survivor=partner.merged_into_id.display_name)
            for partner in partners if partner.merged_into_id
        ]
        if not survivor.active and not problems:
            problems.append(self.env._(
                "%s is put away. Bring it back first, or keep another one.", survivor.display_name))
        companies = self.env['res.company'].search([('partner_id', 'in', sources.ids)])
        problems += [
            self.env._("%s is a company of this database and can only be kept.", company.name) for company in companies
        ]
        return problems

    def _get_merge_relation_problems(self, sources, survivor):
        """Return what is wrong with who belongs to whom: only equals are merged, or a contact into its own company."""
        for source in sources:
            if source in survivor._get_ancestors():
                yield self.env._(
                    "%(contact)s is a contact of %(customer)s. "
                    "Keep %(customer)s: the contact is then absorbed into it.",
                    contact=survivor.display_name, customer=source.display_name)
            elif source.commercial_partner_id == source:
                if survivor.commercial_partner_id != survivor:
                    yield self.env._(
                        "%(customer)s is a customer and %(contact)s a contact of %(company)s. "
                        "Keep %(company)s instead.",
                        customer=source.display_name, contact=survivor.display_name,
                        company=survivor.commercial_partner_id.display_name)
            elif source.commercial_partner_id not in (survivor.commercial_partner_id | sources):
                yield self.env._(
                    "%(contact)s is a contact of %(company)s, which is another customer than %(customer)s. "
                    "Merge the customers instead, or move the contact first.",
                    contact=source.display_name, company=source.commercial_partner_id.display_name,
                    customer=survivor.display_name)

    def _get_ancestors(self):
        ancestors, parent = self.browse(), self.parent_id
        while parent and parent not in ancestors:
            ancestors |= parent
            parent = parent.parent_id
        return ancestors

    def _get_merge_user_problem(self, sources, survivor):
        # All users: hidden by company rules, or archived. Two logins on one customer would be one person's data.
        users = self.env['res.users'].with_context(active_test=False).search([
            ('partner_id', 'in', (sources | survivor).ids)])
        names = ", ".join(f"{user.login} ({user.partner_id.name})" for user in users)
        if len(users) > 1:
            return self.env._(
                "These customers have several logins, archived ones counted: %s. "
                "Delete all but one of these users, or give them a contact of their own, and merge again.", names)
        company = survivor.company_id
        if users.partner_id in sources and company and company not in users.company_ids:
            return self.env._(
                "The login %(users)s may not work in %(company)s, where %(customer)s belongs. "
                "Allow the user this company first.", users=names, company=company.name, customer=survivor.display_name)
        return None

    def _get_merge_company_problem(self, sources, survivor, choices):
        """Return a complaint when documents of another company would come to a customer of one company."""
        company = survivor.company_id
        if 'company_id' in choices or not company:
            return None
        others = sources.filtered(lambda source: source.company_id != company)
        if not others:
            return None
        # One statement for all tables that say both whose and of which company a row is.
        engine = self.env['ecount.merge.table']
        tables = [
            table for table in engine._get_tables(others, survivor)
            if table.model in self.env and 'company_id' in (fields_ := self.env[table.model]._fields)
            and fields_['company_id'].store and self.env[table.model]._table == table.name
        ]
        tables = engine._find_tables([
            table._replace(among=SQL("%s AND company_id <> %s", table.among, company.id)) for table in tables])
        if not tables:
            return None
        names = sorted({self.env['ir.model']._get(table.model).name for table in tables})
        return self.env._(
            "%(customer)s belongs to %(company)s only, but other companies have records of %(sources)s: %(models)s. "
            "Empty the company of %(customer)s first.", customer=survivor.display_name, company=company.name,
            sources=", ".join(others.mapped('display_name')), models=", ".join(names))

    def _get_merge_tax_problem(self, sources, survivor, choices):
        identities = {key for partner in sources | survivor if (key := partner.duplicate_tax_key)}
        if len(identities) > 1 and not (choices.get('reason') or '').strip():
            return self.env._(
                "The tax IDs or branches differ: %s. Enter a reason if it is the same customer all the same.",
                ", ".join(
                    f"{partner.display_name}: {partner.vat} {partner.company_registry or ''}".strip()
                    for partner in sources | survivor if partner.vat))
        return None

    def _get_merge_hash_problem(self, sources, survivor):
        """Return a complaint when secured entries name a customer that would be merged, with the other direction."""
        secured = self._find_secured_entries(sources)
        if not secured:
            return None
        count, entry, owners = secured
        reason = self.env._(
            "%(count)s secured entries name %(owner)s (%(entry)s); a secured entry is never changed.",
            count=count, owner=", ".join(owners.mapped('display_name')), entry=entry.display_name)
        if len(owners) == 1 and owners.commercial_partner_id == owners and not self._find_secured_entries(survivor):
            return reason + " " + self.env._("Keep %s instead: then it can be merged.", owners.display_name)
        return reason + " " + self.env._("These customers cannot be merged.")

    def _find_secured_entries(self, partners):
        """Return the number of hashed journal entries of these partners, one of them and the partners, or None."""
        columns = [SQL("SELECT id AS move_id, %s AS partner_id FROM account_move WHERE inalterable_hash IS NOT NULL "
                       "AND %s IN %s", SQL.identifier(name), SQL.identifier(name), partners._ids)
                   for name in ('partner_id', 'commercial_partner_id')]
        columns.append(SQL(
            "SELECT line.move_id, line.partner_id FROM account_move_line line JOIN account_move move "
            "ON move.id = line.move_id AND move.inalterable_hash IS NOT NULL "
            "WHERE line.partner_id IN %s", partners._ids))
        self.env['account.move'].flush_model(['inalterable_hash', 'partner_id', 'commercial_partner_id'])
        self.env['account.move.line'].flush_model(['partner_id'])
        rows = self.env.execute_query(SQL(
            "SELECT COUNT(DISTINCT move_id), min(move_id), array_agg(DISTINCT partner_id) FROM (%s) AS secured",
            SQL(" UNION ALL ").join(columns)))
        count, move_id, partner_ids = rows[0]
        return (count, self.env['account.move'].browse(move_id), self.browse(partner_ids)) if count else None

    # === WARNINGS === #

    @api.model
    def _get_merge_warnings(self, sources, survivor):
        """Return what is worth knowing before merging, though it does not forbid it.

        :rtype: list
        """
        partners = sources | survivor
        warnings = []
        if len(partners.mapped('company_id')) > 1 or len({partner.company_id for partner in partners}) > 1:
            every = self.env._("all")
            warnings.append(self.env._("They belong to different companies: %s.", ", ".join(
                f"{partner.display_name} ({partner.company_id.name or every})" for partner in partners)))
        pricelists = {partner: partner.specific_property_product_pricelist.currency_id for partner in partners}
        currencies = set(filter(None, pricelists.values()))
        if len(currencies) > 1:
            warnings.append(self.env._("Their prices are in different currencies: %s.", ", ".join(
                sorted(currency.name for currency in currencies))))
        if users := self.env['res.users'].with_context(active_test=False).search([('partner_id', 'in', sources.ids)]):
            warnings.append(self.env._(
                "The login %s will belong to the kept customer.", ", ".join(users.mapped('login'))))
        if count := self._count_locked_entries(sources):
            warnings.append(self.env._(
                "%s posted entries in locked periods will name the kept customer; amounts and dates do not change.",
                count))
        return warnings

    def _count_locked_entries(self, sources):
        domains = []
        for company in self.env['res.company'].search([]):  # pylint: disable=no-search-all
            dates = [date for name in ('fiscalyear_lock_date', 'hard_lock_date', 'tax_lock_date',
                                       'sale_lock_date', 'purchase_lock_date') if (date := company[name])]
            if dates:
                domains.append(Domain('company_id', 'child_of', company.id) & Domain('date', '<=', max(dates)))
        return self.env['account.move'].search_count(
            Domain('commercial_partner_id', 'in', sources.ids) & Domain('state', '=', 'posted') & Domain.OR(domains)
        ) if domains else 0
