"""Upgrade, uninstallation and a second worker, in a database of its own."""

from odoo.tests import tagged

from .own_database import OwnDatabaseCase

ACTIVATE = """
    from odoo.exceptions import UserError
    from odoo.modules.registry import Registry

    def columns(cr):
        cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'res_partner'"
                   " AND column_name LIKE 'x_custom_%' ORDER BY 1")
        return [row[0] for row in cr.fetchall()]

    def save():
        env.cr.commit()
        env.registry.signal_changes()

    def as_second_worker(function):
        global second
        second = second.check_signaling()  # what a worker does at the start of each request
        with second.cursor() as cr:
            return function(env(cr=cr))

    # A second worker: a registry of its own on the same database, loaded before anything changes.
    first = Registry.registries.pop(env.cr.dbname)
    second = Registry(env.cr.dbname)
    assert second is not first
    slot = env.ref('ecount_customer.custom_field_1')
    assert as_second_worker(lambda env: 'x_custom_1' not in env['res.partner']._fields)

    # Somebody reads customers for long: the change is refused, and nothing is half done.
    with first.cursor() as cr:
        cr.execute("LOCK TABLE res_partner IN ACCESS SHARE MODE")
        try:
            slot.write({'name': "Line ID", 'active': True})
        except UserError as error:
            assert "busy" in str(error), error
        else:
            raise AssertionError("the lock was not noticed")
    env.cr.rollback()
    env.registry.reset_changes()
    assert not columns(env.cr) and 'x_custom_1' not in env['res.partner']._fields

    slot.write({'name': "Line ID", 'active': True, 'searchable': True})
    customer = env['res.partner'].create({'name': "Fresh Mart", 'is_company': True, 'x_custom_1': "@fresh"})
    save()
    found = as_second_worker(lambda env: env['res.partner'].search([('x_custom_1', '=', "@fresh")]).ids)
    assert found == customer.ids, found
    list_view = env.ref('ecount_customer.res_partner_view_list_customer').id
    get_list = lambda env: env['res.partner'].get_view(list_view, 'list')['arch']
    assert 'x_custom_1' not in as_second_worker(get_list)
    slot.show_in_list = True
    save()
    assert 'x_custom_1' in as_second_worker(get_list)
    slot.name = "LINE account"
    save()
    label = as_second_worker(lambda env: env['res.partner'].fields_get(['x_custom_1'])['x_custom_1']['string'])
    assert label == "LINE account", label
    slot.active = False
    save()
    assert as_second_worker(lambda env: 'x_custom_1' not in env['res.partner'].fields_get())
    slot.active = True
    env['ecount.required.field'].create({'field_id': slot.field_id.id})
    save()
    form = as_second_worker(lambda env: env['res.partner'].get_view(False, 'form')['arch'])
    assert 'required_field_names' in form
    print("DONE")
"""

UPGRADED = """
    customer = env['res.partner'].search([('x_custom_1', '=', "@fresh")])
    assert customer.name == "Fresh Mart", customer
    slot = env.ref('ecount_customer.custom_field_1')
    assert slot.active and slot.name == "LINE account" and slot.field_id.field_description == "LINE account"
    env.cr.execute("SELECT 1 FROM pg_indexes WHERE tablename = 'res_partner' AND indexdef LIKE '%x_custom_1%'")
    assert env.cr.fetchone()
    env['ir.module.module'].search([('name', '=', 'ecount_customer')]).button_immediate_uninstall()
    print("DONE")
"""

UNINSTALLED = """
    env.cr.execute("SELECT column_name FROM information_schema.columns WHERE column_name LIKE 'x_custom_%'")
    assert not env.cr.fetchall()
    env.cr.execute("SELECT indexdef FROM pg_indexes WHERE indexdef LIKE '%x_custom_%'")
    assert not env.cr.fetchall()
    assert not env['ir.model.fields'].search([('name', 'like', 'x_custom_')])
    assert not env['ir.model.data'].search([('module', '=', 'ecount_customer')])
    env.cr.execute(
        "SELECT relname FROM pg_class WHERE relname LIKE 'ecount_custom_%' OR relname LIKE 'ecount_required_%'")
    assert not env.cr.fetchall()
    assert env['res.partner'].search([('name', '=', "Fresh Mart")])
    env['res.partner'].get_views([(False, 'form'), (False, 'list'), (False, 'search')])
    print("DONE")
"""

REINSTALLED = """
    slots = env['ecount.custom.field'].with_context(active_test=False).search([])
    assert len(slots) == 9 and not any(slots.mapped('active'))
    slots[:1].write({'name': "Line ID", 'active': True})
    env['res.partner'].create({'name': "Sea Food", 'x_custom_1': "@sea"})
    print("DONE")
"""


@tagged('post_install', '-at_install')
class TestOwnFieldsLifecycle(OwnDatabaseCase):
    database_suffix = 'lifecycle'

    def test_upgrading_keeps_uninstalling_removes_and_other_workers_follow(self):
        self._create()
        self._odoo('-i', 'ecount_customer', '--stop-after-init')
        self._odoo(script=ACTIVATE)
        self._odoo('-u', 'ecount_customer', '--stop-after-init')
        self._odoo(script=UPGRADED)
        self._odoo(script=UNINSTALLED)
        self._odoo('-i', 'ecount_customer', '--stop-after-init')
        self._odoo(script=REINSTALLED)
