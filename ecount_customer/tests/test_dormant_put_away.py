from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .dormant_common import DormantCommon


@tagged('post_install', '-at_install')
class TestPutAway(DormantCommon):

    def test_customer_contacts_and_addresses_go_together(self):
        customer = self._create_old_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        address = self.Partner.create({'name': "Dock", 'parent_id': contact.id, 'type': 'delivery'})
        wizard = self._preview(customer)
        wizard.action_archive_selected()
        for partner in customer + contact + address:
            self.assertRecordValues(partner, [{
                'active': False, 'dormant_since': date(2026, 6, 15), 'dormant_user_id': self.env.uid}])
        self.assertEqual(wizard.done_count, 1)
        self.assertEqual([customer.is_put_away, contact.is_put_away], [True, False])

    def test_they_vanish_from_every_search(self):
        customer = self._create_old_customer("Vanishing Mart", ref="V-001")
        contact = self.Partner.create({'name': "Vanishing Nok", 'parent_id': customer.id})
        self.assertEqual(len(self.Partner.name_search("Vanishing")), 2)
        self._preview(customer).action_archive_selected()
        self.assertEqual(self.Partner.name_search("Vanishing"), [])
        self.assertEqual(self.Partner.name_search("V-001"), [])
        self.assertFalse(self.Partner.search([('id', 'in', (customer + contact).ids)]))

    def test_twice_does_nothing_more(self):
        customer = self._create_old_customer()
        wizard, other = self._preview(customer), self._preview(customer)
        wizard.action_archive_selected()
        with freeze_time('2026-07-01'):
            wizard.action_archive_selected()
            other.action_archive_selected()
        self.assertEqual(customer.dormant_since, date(2026, 6, 15))
        self.assertEqual(other.done_count, 0)
        self.assertEqual(other.line_ids.skip_reason, "Archived already")

    def test_an_unticked_customer_stays(self):
        keep, go = self._create_old_customer("Keep"), self._create_old_customer("Go")
        wizard = self._preview(keep, go)
        wizard.line_ids.filtered(lambda line: line.partner_id == keep).selected = False
        wizard.action_archive_selected()
        self.assertEqual([keep.active, go.active], [True, False])

    def test_another_period_is_looked_at_before_anybody_is_put_away(self):
        customer = self._create_old_customer("Idle")
        with Form(self._preview(customer)) as form:
            self.assertFalse(form.is_unseen)
            form.months = 6
            self.assertTrue(form.is_unseen)
            form.save()
            self.assertFalse(form.is_unseen)

    def test_nothing_selected_is_said(self):
        customer = self._create_old_customer()
        wizard = self._preview(customer)
        wizard.line_ids.selected = False
        with self.assertRaisesRegex(UserError, "No customer is selected"):
            wizard.action_archive_selected()

    def test_a_customer_who_came_back_to_life_after_the_preview_stays(self):
        customer, other = self._create_old_customer("Alive"), self._create_old_customer("Idle")
        wizard = self._preview(customer, other)
        self._create_order(customer, self.product)
        wizard.action_archive_selected()
        self.assertEqual([customer.active, other.active], [True, False])
        line = wizard.line_ids.filtered(lambda line: line.partner_id == customer)
        self.assertIn("Unfinished documents (1)", line.skip_reason)
        self.assertEqual((line.kind, line.done), ('skipped', False))

    def test_documents_refuse_a_customer_put_away(self):
        customer = self._create_old_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        order = self._sell(customer, '2025-01-10')
        self._preview(customer).action_archive_selected()
        refusal = "Fresh Mart was put away on 2026-06-15. Bring the customer back first"
        with self.assertRaisesRegex(UserError, refusal):
            self._create_order(customer, self.product)
        with self.assertRaisesRegex(UserError, refusal):
            self._create_order(contact, self.product)
        with self.assertRaisesRegex(UserError, refusal):
            order.copy()
        with self.assertRaisesRegex(UserError, refusal):
            self.env['purchase.order'].create({'partner_id': customer.id})
        with self.assertRaisesRegex(UserError, refusal):
            self.env['account.move'].create({'move_type': 'out_invoice', 'partner_id': customer.id})
        with self.assertRaisesRegex(UserError, refusal):
            order.invoice_ids.button_draft()
        self.env['account.move'].create({'move_type': 'entry', 'partner_id': customer.id})

    def test_archiving_by_hand_is_no_putting_away(self):
        customer = self._create_old_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        customer.action_archive()
        self.assertTrue(contact.active)
        self.assertFalse(customer.is_put_away)
        self._create_order(customer, self.product)

    def test_merged_customers_are_never_among_those_put_away(self):
        kept, merged = self._create_old_customer("Kept"), self._create_old_customer("Merged")
        self._preview(merged).action_archive_selected()
        merged.merged_into_id = kept
        put_away = self.Partner.with_context(active_test=False).search([('is_put_away', '=', True)])
        self.assertNotIn(merged, put_away)
        self.assertFalse(merged.is_put_away)
        with self.assertRaisesRegex(UserError, "Merged was merged into Kept"):
            merged.action_restore_customer()


@tagged('post_install', '-at_install')
class TestBringBack(DormantCommon):

    def test_exactly_what_was_archived_with_it_comes_back(self):
        customer = self._create_old_customer()
        here = self.Partner.create({'name': "Here", 'parent_id': customer.id})
        gone = self.Partner.create({'name': "Gone", 'parent_id': customer.id, 'active': False})
        self._preview(customer).action_archive_selected()
        self.assertFalse(here.active)
        self.assertIs(customer.action_restore_customer(), True)
        self.assertEqual([customer.active, here.active, gone.active], [True, True, False])
        self.assertRecordValues(customer + here, [{'dormant_since': False, 'dormant_user_id': False}] * 2)
        self.assertIn("Put away on 2026-06-15", customer.message_ids[0].body)
        self.assertTrue(self._create_order(customer, self.product))

    def test_a_contact_stands_for_its_customer(self):
        customer = self._create_old_customer()
        contact = self.Partner.create({'name': "Nok", 'parent_id': customer.id})
        self._preview(customer).action_archive_selected()
        contact.action_restore_customer()
        self.assertEqual([customer.active, contact.active], [True, True])

    def test_twice_and_on_customers_in_use_changes_nothing(self):
        customer = self._create_old_customer()
        gone = self.Partner.create({'name': "Gone", 'parent_id': customer.id, 'active': False})
        customer.action_restore_customer()
        customer.action_restore_customer()
        self.assertEqual([customer.active, gone.active], [True, False])

    def test_a_second_time_it_is_exact_too(self):
        customer = self._create_old_customer()
        first = self.Partner.create({'name': "First", 'parent_id': customer.id})
        second = self.Partner.create({'name': "Second", 'parent_id': customer.id})
        self._preview(customer).action_archive_selected()
        customer.action_restore_customer()
        first.action_archive()
        self._preview(customer).action_archive_selected()
        customer.action_restore_customer()
        self.assertEqual([first.active, second.active], [False, True])

    def test_activating_by_hand_ends_it(self):
        customer = self._create_old_customer()
        self._preview(customer).action_archive_selected()
        customer.action_unarchive()
        self.assertFalse(customer.dormant_since)

    def test_a_put_away_customer_is_found_by_its_code(self):
        customer = self._create_old_customer(ref="00_42")
        self.assertFalse(self.Partner.find_put_away("00_42"))
        self._preview(customer).action_archive_selected()
        self.assertEqual(self.Partner.find_put_away(" 00_42 "), {
            'id': customer.id, 'name': "Fresh Mart", 'code': "00_42", 'date': '2026-06-15',
            'user': self.env.user.name})
        for wrong in ("00142", "", None, "%", "00_4"):
            self.assertFalse(self.Partner.find_put_away(wrong))

    def test_who_may_not_change_customers_does_not_bring_them_back(self):
        customer = self._create_old_customer()
        self._preview(customer).action_archive_selected()
        reader = self._create_user('reader')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            customer.with_user(reader).action_restore_customer()


@tagged('post_install', '-at_install')
class TestProposal(DormantCommon):

    def _propose(self):
        with self.enter_registry_test_mode():
            self.env.ref('ecount_customer.ir_cron_propose_dormant').method_direct_trigger()
        return self.env['mail.activity'].search([
            ('activity_type_id', '=', self.env.ref('ecount_customer.mail_activity_type_dormant').id)])

    def test_the_monthly_job_proposes_and_never_does(self):
        customer = self._create_old_customer("Slow Mart", ref="S-1")
        self._sell(customer, '2025-01-10')
        user = self._create_user('manager', 'ecount_customer.group_customer_manager')
        self.env.company.write({'ecount_propose_dormant': True, 'ecount_dormant_user_id': user.id})
        activity = self._propose()
        self.assertEqual(activity.user_id, user)
        self.assertIn("S-1 Slow Mart – 2025-01-10", activity.note)
        self.assertTrue(customer.active)
        self.assertEqual(len(self._propose()), 1, "a second month replaces the first proposal")

    def test_nothing_is_proposed_unless_asked_for(self):
        self._sell(self._create_old_customer(), '2025-01-10')
        self.env.company.ecount_propose_dormant = False
        self.assertFalse(self._propose())
