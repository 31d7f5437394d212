"""Totals, warnings and errors that would tell about a hidden customer without naming a document."""

import json
from datetime import timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_access import EcountAccessCommon


@tagged('post_install', '-at_install')
class TestAccessTotals(EcountAccessCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nok.group_ids = [
            Command.link(cls.env.ref(group).id) for group in (
                'sales_team.group_sale_salesman_all_leads', 'account.group_account_invoice', 'base.group_no_one',
                'purchase.group_purchase_user', 'base.group_allow_export')]
        cls.nok_env = cls.env(user=cls.nok.id)
        cls._create_documents(cls.mine, cls.nok)
        cls._create_documents(cls.hidden, cls.somsak)
        cls._create_documents(cls.nobodys, cls.somsak)
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _all_names(self, answer):
        return json.dumps(answer, default=str)

    def test_groups_pivots_and_panels_add_up_own_customers_only(self):
        for name in ('sale.order', 'sale.order.line', 'sale.report', 'account.move', 'account.invoice.report',
                     'purchase.order', 'purchase.report', 'account.payment'):
            model = self.nok_env[name]
            field = 'order_partner_id' if name == 'sale.order.line' else 'partner_id'
            rows = model.formatted_read_group([], [field], ['__count'])
            partners = {row[field] and row[field][0] for row in rows}
            self.assertFalse(partners & set((self.hidden + self.nobodys).ids), name)
            sets = model.formatted_read_grouping_sets([], [[], [field]], ['__count'])
            self.assertEqual(sets[0][0]['__count'], sum(row['__count'] for row in rows), name)
        self.hidden.customer_group_ids = self.north
        panel = self.nok_env['res.partner'].search_panel_select_range('customer_group_id', enable_counters=True)
        self.assertEqual({row['__count'] for row in panel['values'] if row['id'] == self.north.id}, {0})
        self.assertEqual(self.north.customer_count, 1)
        self.assertEqual(self.north.with_env(self.nok_env).customer_count, 0)
        self.assertFalse(self.north.with_env(self.nok_env).partner_ids)
        progress = self.nok_env['res.partner'].read_progress_bar(
            [('id', 'in', self.all_partners.ids)], 'user_id', {'field': 'type', 'colors': {'contact': 'success'}})
        self.assertNotIn("Somsak", self._all_names(progress))

    def test_counts_on_products_teams_and_journals(self):
        as_boss = self.env['account.move'].search_count([('move_type', '=', 'out_invoice')])
        journal = self.env['account.journal'].search([('type', '=', 'sale')], limit=1)
        self.env['account.move'].create([
            {'move_type': 'out_invoice', 'partner_id': partner.id, 'journal_id': journal.id}
            for partner in (self.hidden, self.nobodys, self.mine)])
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertGreater(as_boss, 2)
        dashboard = json.loads(journal.with_env(self.nok_env).kanban_dashboard)
        self.assertEqual(dashboard['number_draft'], 1)
        product = self.product.with_env(self.nok_env)
        self.assertEqual(product.sales_count, 2)
        self.assertEqual(product.purchased_product_qty, 3)
        team = self.env['crm.team'].search([], limit=1)
        moves = self.env['account.move'].search([('move_type', '=', 'out_invoice'), ('state', '=', 'posted')])
        moves.write({'team_id': team.id})
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET payment_state = 'paid' WHERE id = ANY(%s)", [moves.ids])
        self.env.invalidate_all()
        total = sum(moves.mapped('amount_untaxed_signed'))
        own = sum(moves.filtered(lambda move: move.partner_id == self.mine).mapped('amount_untaxed_signed'))
        self.env.invalidate_all()
        self.assertEqual(team.with_env(self.nok_env).invoiced, own)
        self.env.invalidate_all()
        self.assertEqual(team.invoiced, total)

    def _bars(self, journal, env):
        return [bar['value'] for bar in json.loads(journal.with_env(env).kanban_dashboard_graph)[0]['values']]

    def test_the_bars_of_a_journal_are_of_own_customers(self):
        journal = self.env['account.journal'].search([('type', '=', 'sale')], limit=1)
        monday = fields.Date.today() - timedelta(days=fields.Date.today().weekday())
        for partner, price in ((self.hidden, 1000), (self.mine, 10)):
            for days, factor in ((-60, 1), (2, 2), (60, 3)):
                invoice = self.env['account.move'].create({
                    'move_type': 'out_invoice', 'partner_id': partner.id, 'journal_id': journal.id,
                    'invoice_date': monday - timedelta(days=90), 'invoice_date_due': monday + timedelta(days=days),
                    'invoice_payment_term_id': False, 'invoice_line_ids': [Command.create({
                        'name': "Line", 'price_unit': price * factor, 'tax_ids': [Command.clear()]})]})
                invoice.action_post()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._bars(journal, self.nok_env), [10.0, 0.0, 20.0, 0.0, 0.0, 30.0])
        self.env.invalidate_all()
        everything = self._bars(journal, self.env(user=self.env.ref('base.user_admin').id))
        self.assertGreaterEqual(everything[0], 1010.0)

    def test_warnings_about_duplicates_do_not_name_the_other(self):
        self.hidden.write({'vat': "TH0105", 'company_registry': "00042"})
        self.mine.write({'vat': "TH0105", 'company_registry': "00042"})
        accounts = self.env['res.partner.bank'].search([('partner_id', 'in', (self.mine + self.hidden).ids)])
        accounts.acc_number = "SAME-1"
        self.env.flush_all()
        self.env.invalidate_all()
        mine = self.mine.with_env(self.nok_env)
        self.assertFalse(mine.same_vat_partner_id or mine.same_company_registry_partner_id)
        self.assertFalse(mine.bank_ids.duplicate_bank_partner_ids)
        self.env.invalidate_all()
        boss = self.mine.with_user(self.env.ref('base.user_admin'))
        self.assertEqual(boss.same_vat_partner_id, self.hidden)
        self.assertEqual(boss.bank_ids.duplicate_bank_partner_ids, self.hidden)

    def test_errors_do_not_name_hidden_records(self):
        records = [
            self.hidden, self.hidden.bank_ids, self.env['sale.order'].search([('partner_id', '=', self.hidden.id)])]
        self.env.flush_all()
        self.env.invalidate_all()
        request = Mock()
        request.session.debug = '1'  # developer mode, in which the native error lists the records
        with patch('odoo.addons.base.models.res_users.request', new=request), \
                mute_logger('odoo.addons.base.models.ir_rule'):
            for record in records:
                names = [*record.mapped('display_name'), "Hidden Mart"]
                self.env.invalidate_all()
                with self.assertRaises(AccessError) as caught:
                    record.with_env(self.nok_env).read(['display_name'])
                for name in names:
                    self.assertNotIn(name, str(caught.exception))

    def test_a_taken_code_does_not_name_its_holder(self):
        self.hidden.ref = "H-77"
        self.env.flush_all()
        with self.assertRaises(Exception) as caught:
            self.mine.with_env(self.nok_env).ref = "H-77"
        self.assertNotIn("Hidden", str(caught.exception))

    def test_search_order_and_paths_do_not_reach_hidden_values(self):
        order = self._create_order(
            self.mine, self.product, user_id=self.nok.id, partner_shipping_id=self.hidden_address.id)
        self.env.flush_all()
        Order = self.nok_env['sale.order']
        mine = [('id', '=', order.id)]
        self.assertTrue(Order.search(mine))
        for condition in (
            ('partner_shipping_id.city', '=', "Lampang"), ('partner_shipping_id.parent_id.name', 'ilike', "Hidden"),
            ('partner_shipping_id.country_id.code', '=', "TH"), ('partner_shipping_id.user_id', '=', self.somsak.id),
        ):
            self.assertFalse(Order.search([*mine, condition]), condition)
        rows = Order._read_group(mine, ['partner_shipping_id.country_id'], ['__count'])
        self.assertFalse([country for country, _count in rows if country])

    def test_the_public_methods_of_customers_refuse_hidden_ones(self):
        hidden = self.hidden.with_env(self.nok_env)
        for method, *arguments in (
            ('get_ledger',), ('export_data', ['name']), ('get_metadata',), ('copy',), ('message_post',),
            ('action_archive',), ('web_read', {'name': {}}), ('read', ['phone']), ('unlink',),
            ('create_company',), ('action_view_special_prices',), ('message_subscribe', self.somsak.partner_id.ids),
        ):
            self.env.invalidate_all()
            with self.assertRaises(AccessError, msg=method), mute_logger('odoo.addons.base.models.ir_rule'):
                getattr(hidden, method)(*arguments)

    def test_finding_customers_finds_own_ones(self):
        Partner = self.nok_env['res.partner']
        for term in ("Hidden", "hidden@example.com", "81 999 8888", "Dock"):
            self.assertFalse(Partner.find_customers(term) & self.all_partners - self.mine)
            self.assertFalse(Partner.name_search(term))
        self.assertIn(self.mine, Partner.find_customers("Mine").with_env(self.env))
        self.hidden.ref = "OLD-1"
        self.hidden.ref = "NEW-1"
        self.env.flush_all()
        self.assertFalse(Partner.find_customers("OLD-1"))
        self.assertIn(self.hidden, self.Partner.find_customers("OLD-1"))

    def test_a_rep_searches_by_name_with_any_condition_of_a_form(self):
        Partner = self.env['res.partner'].with_user(self.nok)
        group = self.Group.create({'name': "Shops"})
        self.mine.customer_group_ids = group
        conditions = (
            [('id', 'child_of', self.mine.id)],
            [('parent_id', 'child_of', self.mine.id)],
            [('commercial_partner_id', 'child_of', [self.mine.id, self.hidden.id])],
            [('customer_group_ids', 'child_of', group.id)],
            [('parent_id.name', 'ilike', "mine")],
            [('parent_id', 'ilike', "mine")],
            [('child_ids.display_name', 'ilike', "contact")],
            [('child_ids', 'any', [('parent_id', 'ilike', "mart")])],
            [('user_id.partner_id', 'ilike', "nok")],
            ['!', ('parent_id', 'ilike', "hidden")],
        )
        found = {}
        for condition in conditions:
            for term in ("mine", "hidden", "m"):
                found[str(condition), term] = Partner.browse(
                    partner_id for partner_id, _name in Partner.name_search(term, condition)) & self.all_partners
                self.assertFalse(found[str(condition), term] - self.mine - self.my_contact, (condition, term))
        self.assertEqual(found[str(conditions[0]), "mine"], self.mine + self.my_contact)
        self.assertEqual(found[str(conditions[1]), "mine"], self.mine + self.my_contact)
        self.assertEqual(found[str(conditions[3]), "mine"], self.mine + self.my_contact)
        self.assertEqual(found[str(conditions[5]), "mine"], self.my_contact)
        self.assertEqual(found[str(conditions[7]), "mine"], self.mine)
