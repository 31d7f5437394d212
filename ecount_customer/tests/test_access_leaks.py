"""The leak matrix: every model that names a partner, every way of reading, as a rep to whom the customer is hidden.

It is made from the registry, so a model that somebody adds takes part by itself. Where it fails, give the model a
record rule (security/customer_document_security.xml); where its rows are nobody's secret, add it to NO_SECRET with the
reason; where no row of a hidden customer exists here, create one in `EcountAccessCommon._create_documents`.
"""

import contextlib

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_access import EcountAccessCommon

# Models whose rows may name a hidden customer. Names are allowed; figures and addresses are not.
NO_SECRET = {
    'discuss.channel.member': "who takes part in a conversation; its own rules hide the conversation",
    'discuss.channel.rtc.session': "who is in a call",
    'ir.actions.server': "settings of administrators",
    'ecount.not.duplicate': "decisions of customer managers, read by them only",
    'calendar.event': "meetings of colleagues; names only, the native privacy of events holds",
    'calendar.filters': "own settings of the calendar",
    'mail.mail': "the outgoing queue, read by administrators",
    'mail.followers': "followers of documents; no figures, and the native composer needs them",
    'mail.message.reaction': "who reacted to a message that can be read",
    'mail.notification': "who was notified of a message; no figures",
    'mail.push.device': "own devices",
    'res.users.settings.volumes': "own settings",
    'account.reconcile.model': "accounting settings; names only",
    'account.reconcile.model.line': "accounting settings; names only",
    'res.company': "companies; its own rules say which",
    'stock.rule': "logistic settings; names only",
    'stock.warehouse': "warehouses of own companies",
    'stock.warehouse.orderpoint': "stock rules; names only",
    'website': "settings of web sites; names only",
    'website.published.multi.mixin': "settings of web sites",
    'ecount.customer.group': "groups are no secret; the customers in them are read through their own rule",
    'res.partner.category': "tags are no secret; the partners that have them are read through their own rule",
}
# Read through the document that they belong to, whoever wrote or receives them: a test of their own below.
OF_DOCUMENTS = {'mail.message', 'mail.scheduled.message', 'mail.activity', 'ir.attachment'}
# Models that only point to a document of a hidden customer (second degree) and tell nothing more than its id.
ONLY_POINTERS = {
    'account.journal': "the bank account is the company's",
    'discuss.voice.metadata': "about an attachment that can be read",
    'ir.actions.server.history': "settings", 'ir.cron': "settings",
    'mail.push': "queue of the server", 'product.document': "read through its attachment",
    'quotation.document': "templates", 'sms.tracker': "read by administrators",
    'report.stock.quantity': "names no customer", 'stock.location': "places", 'stock.picking.type': "settings",
    'stock.route': "settings", 'stock.warehouse.orderpoint': "stock rules; names only",
    'product.value': "valuation of products",
}
# Everything an employee can be given: our rule must hold whatever other groups a rep has.
ALL_GROUPS = (
    'sales_team.group_sale_manager', 'account.group_account_manager', 'account.group_account_user',
    'purchase.group_purchase_manager', 'base.group_system', 'analytic.group_analytic_accounting',
    'product.group_product_manager', 'base.group_allow_export', 'stock.group_stock_manager', 'crm.group_use_lead',
)


@tagged('post_install', '-at_install')
class TestAccessLeaks(EcountAccessCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.power_rep = cls._create_user("power", 'ecount_customer.group_own_customers')
        for group in filter(None, (cls.env.ref(xmlid, False) for xmlid in ALL_GROUPS)):
            cls.power_rep.group_ids = [Command.link(group.id)]
        cls.readers = (cls.nok, cls.power_rep)
        cls.mine.salesperson_ids = cls.power_rep
        cls._create_documents(cls.mine, cls.nok)
        cls._create_documents(cls.hidden, cls.somsak)
        cls.seeded = set()
        for partner in (cls.mine, cls.hidden):
            for name in sorted(cls._get_first_degree()):
                cls._seed(name, partner)
        cls.env.flush_all()
        cls.env.invalidate_all()

    # === WHICH MODELS === #

    @classmethod
    def _get_models(cls):
        for name in sorted(cls.env.registry):
            model = cls.env[name]
            if not model._abstract and not model._transient:
                yield model

    @classmethod
    def _get_partner_fields(cls, model):
        return [
            field for field in model._fields.values()
            if field.comodel_name == 'res.partner' and field.store and field.type in ('many2one', 'many2many')]

    @classmethod
    def _get_first_degree(cls):
        """Models with a stored relation to partners, except those that are no secret."""
        return [
            model._name for model in cls._get_models()
            if model._name not in NO_SECRET and model._name not in OF_DOCUMENTS and cls._get_partner_fields(model)]

    @classmethod
    def _get_second_degree(cls):
        """Models that name a document of a customer, but not the customer."""
        first = {*cls._get_first_degree()} - {'res.partner', 'res.users'}
        for model in cls._get_models():
            if model._name in first or model._name in NO_SECRET or model._name in ONLY_POINTERS:
                continue
            if names := [
                field.name for field in model._fields.values()
                if field.type == 'many2one' and field.store and field.comodel_name in first
            ]:
                yield model._name, names

    # === ROWS OF A CUSTOMER === #

    @classmethod
    def _get_rows(cls, name, partner):
        """Return all rows of a model that are about a customer, read without rules."""
        model = cls.env[name].sudo().with_context(active_test=False)
        partners = cls.Partner.with_context(active_test=False).search([('id', 'child_of', partner.id)])
        if name == 'res.partner':
            return partners.sudo()
        domains = [Domain(field.name, 'in', partners.ids) for field in cls._get_main_fields(model)]
        return model.search(Domain.OR(domains))

    @classmethod
    def _get_main_fields(cls, model):
        """The fields that say whose customer it is; a delivery address may be another rep's customer's."""
        found = cls._get_partner_fields(model)
        main = [field for field in found if field.name in (
            'partner_id', 'order_partner_id', 'commercial_partner_id', 'owner_id')]
        return main or found

    @classmethod
    def _seed(cls, name, partner):
        """Create a row about the customer in a model that has none yet, with whatever values it requires."""
        model = cls.env[name].sudo()
        if not model._auto or cls._get_rows(name, partner):
            return
        with contextlib.suppress(Exception), mute_logger('odoo.sql_db'), cls.env.cr.savepoint():
            values = {
                field.name: partner.id if field.type == 'many2one' else [Command.set(partner.ids)]
                for field in cls._get_main_fields(model) if not (field.compute and field.readonly)}
            for field in model._fields.values():
                if field.required and field.store and field.name not in values and not field.compute \
                        and field.name not in model.default_get([field.name]):
                    values[field.name] = cls._get_any_value(field)
            model.create(values)
            cls.env.flush_all()

    @classmethod
    def _get_any_value(cls, field):
        if field.type == 'many2one':
            return cls.env[field.comodel_name].sudo().search([], limit=1).id
        if field.type == 'selection':
            return field.get_values(cls.env)[0]
        return {
            'char': f"any {cls.env.cr.sql_log_count}", 'text': "any", 'html': "any", 'date': fields.Date.today(),
            'datetime': fields.Datetime.now(), 'integer': 1, 'float': 1.0, 'monetary': 1.0, 'many2one_reference': 1,
        }.get(field.type, False)

    # === TESTS === #

    def test_every_model_has_rows_to_hide(self):
        """Without a row of a hidden customer the tests below would prove nothing for the model."""
        empty = [name for name in self._get_first_degree() if not self._get_rows(name, self.hidden)]
        self.assertFalse(empty, "No row of a hidden customer: create one in `_create_documents`.")

    def test_no_read_method_shows_documents_of_a_hidden_customer(self):
        leaks = []
        for user in self.readers:
            for name in self._get_first_degree():
                leaks += self._read_all_ways(self._get_rows(name, self.hidden), user)
        self.assertFalse(leaks, "\n".join(leaks))

    def test_the_own_documents_stay_readable(self):
        """The matrix would be green too if nobody saw anything."""
        for name in self._get_first_degree():
            rows = self._get_rows(name, self.mine).with_user(self.power_rep)
            if rows.sudo(False).browse().has_access('read'):
                native = rows.with_user(self.env.ref('base.user_admin')).sudo(False)._filtered_access('read')
                self.assertEqual(
                    rows.sudo(False)._filtered_access('read').ids, native.ids, f"{name}: own documents are hidden")

    def test_what_names_a_hidden_document_is_hidden(self):
        leaks = []
        for name, field_names in self._get_second_degree():
            hidden_ids = {
                field_name: self._get_rows(self.env[name]._fields[field_name].comodel_name, self.hidden).ids
                for field_name in field_names}
            domain = Domain.OR(Domain(field_name, 'in', ids) for field_name, ids in hidden_ids.items())
            rows = self.env[name].sudo().with_context(active_test=False).search(domain)
            for user in self.readers:
                leaks += self._read_all_ways(rows, user)
        self.assertFalse(leaks, "\n".join(leaks))

    def test_messages_activities_and_files_of_hidden_documents_are_hidden(self):
        leaks = []
        for model in self._get_models():
            if 'res_id' not in model._fields or not {'model', 'res_model'} & model._fields.keys() \
                    or model._name in NO_SECRET or not model._fields['res_id'].store or model._name == 'ir.model.data':
                continue
            model_field = 'res_model' if 'res_model' in model._fields else 'model'
            for document_model in ('res.partner', 'sale.order', 'account.move', 'purchase.order', 'account.payment'):
                ids = self._get_rows(document_model, self.hidden).ids
                rows = model.sudo().with_context(active_test=False).search(
                    [(model_field, '=', document_model), ('res_id', 'in', ids)])
                for user in self.readers:
                    leaks += self._read_all_ways(rows, user)
        self.assertFalse(leaks, "\n".join(leaks))

    # === WAYS OF READING === #

    def _read_all_ways(self, rows, user):
        """Return a sentence for each way in which the user gets at one of the rows."""
        rows = rows.with_user(user).sudo(False).with_context(active_test=False)
        if not rows or not rows.browse().has_access('read'):
            return []
        domain = [('id', 'in', rows.ids)]
        leaks = [f"{rows._name} as {user.login}: {way}" for way, found in {
            'search': lambda: rows.search(domain),
            'search_count': lambda: rows.search_count(domain),
            'search_read': lambda: rows.search_read(domain, ['id']),
            'web_search_read': lambda: rows.web_search_read(domain, {'id': {}})['length'],
            'name_search': lambda: rows.name_search('', domain),
            'formatted_read_group': lambda: rows.formatted_read_group(domain, [], ['__count'])[0]['__count'],
            'read_group': lambda: rows._read_group(domain, [], ['__count'])[0][0],
            'web_read_group': lambda: rows.web_read_group(domain, ['create_uid'], ['__count'])['length']
            if 'create_uid' in rows._fields else 0,
        }.items() if self._get(found)]
        self.env.invalidate_all()
        exported = ['id', 'display_name'] if rows._auto else ['display_name']
        for row in rows[:3] + rows[-1:]:
            for way, read in {
                'read': lambda row=row: row.read(['display_name']),
                'web_read': lambda row=row: row.web_read({'display_name': {}}),
                'export_data': lambda row=row: row.export_data(exported)['datas'],
                'get_metadata': lambda row=row: row._log_access and row.get_metadata(),
                'write': lambda row=row: row._auto and row.has_access('write'),
            }.items():
                if self._get(read):
                    leaks.append(f"{row} as {user.login}: {way}")
                self.env.invalidate_all()
        return leaks

    def _get(self, function):
        try:
            with mute_logger('odoo.addons.base.models.ir_rule'), self.env.cr.savepoint():
                return function()
        except (AccessError, UserError):  # no right to export is a UserError
            return None
