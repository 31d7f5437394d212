"""The download of customers and the form to fill in."""

import base64
import io
from datetime import timedelta
from unittest.mock import patch

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.ecount_customer.models import ecount_customer_download
from odoo.addons.ecount_customer.sheets.reader import read_sheet

from .common import EcountCommon


class DownloadCommon(EcountCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Sheet = cls.env['ecount.customer.sheet']
        cls.Download = cls.env['ecount.customer.download']
        cls.customer = cls._create_customer(
            "Fresh Mart", cls.chiang_mai, cls.gold, ref='00042', phone='+66 2 123 4567', vat='0994000617721',
            country_id=cls.env.ref('base.th').id, state_id=cls.env.ref('base.state_th_010').id, comment="=1+1")
        cls.contact, cls.shop = cls.Partner.create([
            {'name': "Somsri", 'parent_id': cls.customer.id, 'type': 'contact'},
            {'name': "Shop", 'parent_id': cls.customer.id, 'type': 'delivery', 'street': "1 Market Road"}])

    def _write(self, ids, names=None, env=None, **options):
        """Return the rows of a download as dicts by technical name."""
        Sheet = (env or self.env)['ecount.customer.sheet']
        columns = Sheet._get_columns(names)
        content = io.BytesIO()
        Sheet._write_customers(content, ids, columns, **options)
        rows = [values for _number, values in read_sheet(content.getvalue())]
        labels = [f"{column.label} *" if column.required else column.label for column in columns]
        self.assertEqual(rows[0], labels)
        names = [column.name for column in columns]
        return [dict(zip(names, [*values, *[None] * len(columns)])) for values in rows[1:]]


@tagged('post_install', '-at_install')
class TestCustomerDownload(DownloadCommon):

    def test_a_customer_is_followed_by_its_contacts_and_addresses(self):
        other = self._create_customer("Another", ref='00001')
        rows = self._write([self.customer.id, other.id], ['ref', 'name', 'row_type', 'parent_id', 'comment', 'id'])
        self.assertEqual([(row['ref'], row['name'], row['row_type'], row['parent_id'], row['id']) for row in rows], [
            ('00042', "Fresh Mart", "Customer", None, self.customer.id),
            (None, "Somsri", "Contact", '00042', self.contact.id),
            (None, "Shop", "Delivery address", '00042', self.shop.id),
            ('00001', "Another", "Customer", None, other.id),
        ])
        self.assertEqual(rows[0]['comment'], "=1+1")

    def test_codes_phones_and_groups_are_texts_that_are_found_again(self):
        row = self._write(self.customer.ids, with_contacts=False)[0]
        self.assertEqual(
            (row['ref'], row['phone'], row['vat'], row[f'group_{self.region.id}'], row[f'group_{self.tier.id}']),
            ('00042', '+66 2 123 4567', '0994000617721', "North / Chiang Mai", "Gold"))
        self.assertEqual(row['country_id'], self.env.ref('base.th').name)

    def test_the_backup_has_put_away_and_merged_customers_with_their_status_and_former_codes(self):
        gone = self._create_customer("Gone", ref='00007')
        person = self.Partner.create({'name': "Her", 'parent_id': gone.id})
        gone.action_archive()
        person.action_archive()
        merged = self._create_customer("Twice", ref='00043')
        self.Partner._merge_customers(merged, self.customer)
        ids = self.Download.create({'scope': 'all'})._get_customers()
        self.assertLessEqual({self.customer.id, gone.id, merged.id}, set(ids))
        rows = {row['id']: row for row in self._write(ids)}
        self.assertEqual(rows[self.customer.id]['status'], "Active")
        self.assertEqual(rows[self.customer.id]['former_codes'], '00043')
        self.assertEqual(rows[gone.id]['status'], "Put away")
        self.assertEqual(rows[person.id]['status'], "Put away")
        self.assertEqual(rows[merged.id]['status'], "Merged into 00042")
        active = self.Download.create({'scope': 'active'})._get_customers()
        self.assertIn(self.customer.id, active)
        self.assertFalse({gone.id, merged.id} & set(active))

    def test_put_away_contacts_of_active_customers_are_left_out(self):
        self.contact.action_archive()
        self.assertEqual([row['id'] for row in self._write(self.customer.ids)], [self.customer.id, self.shop.id])

    def test_the_list_downloads_its_selection_or_its_filter(self):
        other = self._create_customer("Another")
        action = self.customer.with_context(active_ids=self.customer.ids).action_download_sheet()
        download = self.Download.browse(int(action['url'].rpartition('/')[2]))
        self.assertEqual(download._get_customers(), self.customer.ids)
        self.assertEqual(download.customer_count, 1)
        domain = [('id', 'in', (self.customer | other).ids), ('name', 'like', 'Anoth')]
        action = self.Partner.with_context(active_ids=[], active_domain=domain).action_download_sheet()
        download = self.Download.browse(int(action['url'].rpartition('/')[2]))
        self.assertEqual(download._get_customers(), other.ids)
        with self.assertRaisesRegex(UserError, "no customer"):
            self.Partner.with_context(active_domain=[('id', '=', 0)]).action_download_sheet()

    def test_a_rep_downloads_own_customers_only(self):
        rep = self._create_user('rep', 'ecount_customer.group_own_customers', 'base.group_allow_export')
        own = self._create_customer("Own", user_id=rep.id)
        env = self.env(user=rep)
        ids = env['ecount.customer.download'].create({'scope': 'all'})._get_customers()
        self.assertIn(own.id, ids)
        self.assertNotIn(self.customer.id, ids)
        # Neither by naming others: the rows themselves are read with the rep's rights.
        rows = self._write([own.id, self.customer.id], ['ref', 'name', 'id'], env=env)
        self.assertEqual([row['id'] for row in rows], own.ids)

    def test_the_right_to_export_is_asked_for(self):
        user = self._create_user('clerk', 'ecount_customer.group_all_customers')
        user.group_ids -= self.env.ref('base.group_allow_export')
        with self.assertRaises(AccessError):
            self.Download.with_user(user).create({'scope': 'active'})
        with self.assertRaises(AccessError):
            self.customer.with_user(user).action_download_sheet()
        user.group_ids += self.env.ref('ecount_customer.group_customer_manager')
        self.assertTrue(self.Download.with_user(user).create({'scope': 'active'})._get_customers())

    def test_whose_rights_a_download_has_is_nothing_to_set(self):
        rep, other = (self._create_user(
            login, 'ecount_customer.group_own_customers', 'base.group_allow_export') for login in ('rep', 'other'))
        download = self.Download.with_user(rep).create({'scope': 'all', 'user_id': other.id, 'state': 'done'})
        self.assertEqual((download.user_id, download.state), (rep, 'draft'))
        for vals in ({'user_id': other.id}, {'state': 'waiting'}, {'domain': []}, {'settings': {}}):
            with self.assertRaises(AccessError):
                download.write(vals)
        with self.assertRaises(AccessError):
            download.with_user(other).read(['scope'])
        self.assertFalse(self.Download.with_user(other).search([('id', '=', download.id)]))

    def test_queries_do_not_grow_with_the_rows_of_a_batch(self):
        def count(size):
            customers = self.Partner.create([
                {'name': f"Customer {number}", 'is_company': True, 'ref': f'Q{size}-{number}',
                 'customer_group_ids': [Command.set(self.gold.ids)]} for number in range(size)])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._write(customers.ids)
            return self.env.cr.sql_log_count - before
        count(1)
        self.assertLessEqual(count(200), count(20) + 2)

    # === MANY === #

    def test_many_customers_are_written_in_the_background(self):
        user = self._create_user('head', 'ecount_customer.group_all_customers', 'base.group_allow_export')
        download = self.Download.with_user(user).create({'of_list': True, 'domain': [('id', '=', self.customer.id)]})
        with patch.object(ecount_customer_download, 'DIRECT_CUSTOMERS', 0):
            action = download.action_download()
        self.assertEqual((action['res_id'], download.state, download.progress), (download.id, 'waiting', 0.0))
        with self.enter_registry_test_mode():
            self.env.ref('ecount_customer.ir_cron_customer_download').method_direct_trigger()
        self.assertRecordValues(download, [{'state': 'done', 'done_count': 1, 'progress': 100.0, 'attempts': 1}])
        rows = list(read_sheet(base64.b64decode(download.sudo().file)))
        self.assertEqual([values[0] for _number, values in rows], ["Customer code", '00042', None, None])
        self.assertEqual(download.action_download()['url'], f'/ecount_customer/download/{download.id}')

    def test_a_download_that_fails_again_and_again_is_given_up(self):
        download = self.Download.create({'scope': 'all'})
        download.write({'state': 'waiting', 'attempts': ecount_customer_download.MAX_ATTEMPTS})
        with self.enter_registry_test_mode():
            self.env.ref('ecount_customer.ir_cron_customer_download').method_direct_trigger()
        self.assertEqual(download.state, 'failed')

    def test_downloads_are_deleted_after_a_week(self):
        old, new = self.Download.create([{'scope': 'all'}, {'scope': 'all'}])
        self.env.cr.execute("UPDATE ecount_customer_download SET create_date = %s WHERE id = %s", [
            fields.Datetime.now() - timedelta(days=8), old.id])
        old.invalidate_recordset()
        self.Download._gc_downloads()
        self.assertEqual((old | new).exists(), new)

    # === THE FORM === #

    def _open_form(self, env=None):
        content = io.BytesIO()
        (env or self.env)['ecount.customer.sheet']._write_form(content)
        return content.getvalue(), openpyxl.load_workbook(io.BytesIO(content.getvalue()))

    def test_the_form_has_choices_comments_and_an_example_that_is_no_row(self):
        field = self.env.ref('ecount_customer.custom_field_1')
        content, book = self._open_form()
        sheet = book.worksheets[0]
        columns = [column for column in self.Sheet._get_columns() if not column.readonly]
        self.assertEqual(
            [cell.value for cell in sheet[1]],
            [f"{column.label} *" if column.required else column.label for column in columns])
        self.assertEqual(len(list(read_sheet(content))), 1)
        self.assertTrue(sheet['A2'].value.startswith('✎'))
        positions = {column.name: sheet.cell(1, index) for index, column in enumerate(columns, start=1)}
        for column in columns:
            if column.comment:
                self.assertEqual(positions[column.name].comment.text.strip(), column.comment)
        rules = {letters: rule.formula1 for rule in sheet.data_validations.dataValidation
                 for letters in [str(rule.sqref).split(':')[0].rstrip('0123456789')]}
        for name in (f'group_{self.region.id}', 'user_id', 'country_id', 'credit_policy', 'row_type', 'no_discount'):
            self.assertIn(positions[name].column_letter, rules, name)
        self.assertTrue(rules[positions['country_id'].column_letter].startswith('Lists!'))
        self.assertFalse(field.active)

    def test_the_form_is_in_the_language_of_the_user(self):
        self.env['res.lang']._activate_lang('th_TH')
        self.region.with_context(lang='th_TH').name = "ภาค"
        _content, book = self._open_form(self.env(context={'lang': 'th_TH'}))
        headers = [cell.value for cell in book.worksheets[0][1]]
        self.assertIn("ภาค", headers)
        self.assertNotIn("Region", headers)


@tagged('post_install', '-at_install')
class TestCustomerDownloadHttp(HttpCase):

    def test_files_are_sent_to_their_owner_only(self):
        user = new_test_user(
            self.env, 'head', groups='ecount_customer.group_all_customers,base.group_allow_export')
        new_test_user(self.env, 'other', groups='ecount_customer.group_all_customers,base.group_allow_export')
        customer = self.env['res.partner'].create({'name': "Fresh Mart", 'is_company': True, 'ref': '00042'})
        download = self.env['ecount.customer.download'].with_user(user).create(
            {'of_list': True, 'domain': [('id', '=', customer.id)]})
        url = download.action_download()['url']
        self.authenticate('head', 'head')
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertIn('.xlsx', response.headers['Content-Disposition'])
        self.assertEqual(len(response.content), int(response.headers['Content-Length']))
        self.assertEqual([values[0] for _number, values in read_sheet(response.content)], ["Customer code", '00042'])
        self.assertEqual(self.url_open('/ecount_customer/form.xlsx').status_code, 200)
        self.authenticate('other', 'other')
        self.assertEqual(self.url_open(url).status_code, 404)
