import hypothesis
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .merge_common import MergeCommon

# What an undo may leave behind: the log itself, the chatter, who wrote when.
IGNORED_TABLES = {
    'ecount_merge_log', 'ecount_merge_log_line', 'ecount_merge_log_source_rel', 'mail_message', 'mail_tracking_value',
    'mail_notification', 'mail_mail', 'mail_followers', 'mail_message_res_partner_rel',
    'ecount_customer_group_tally',  # grows by a row for each change; its sum is that of the memberships
    'ecount_order_portfolio_doubt',  # grows by a row for each customer that changes hands
}
IGNORED_COLUMNS = ('write_date', 'write_uid', 'create_date')
NUMBERS = st.integers(0, 3)


@tagged('post_install', '-at_install')
class TestMergeRandom(MergeCommon):
    """200 random merges, each undone: the database is as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = [cls._create_product(f"Product {number}") for number in range(3)]
        cls.tags = cls.env['res.partner.category'].create([{'name': name} for name in ("Hotel", "Shop", "Export")])
        cls.groups = [cls.north, cls.south, cls.gold, cls._create_group("Strict", cls.tier, credit_policy='block')]
        cls.customers = [cls.kept, cls.loser] + [cls._create_customer(f"Customer {number}") for number in (3, 4)]
        cls.documents = [cls._create_documents(customer, number) for number, customer in enumerate(cls.customers)]
        cls.tables = cls._get_tables()

    @classmethod
    def _create_documents(cls, customer, number):
        """Give a customer some of everything; more of it the higher its number."""
        customer.message_subscribe(cls.env.user.partner_id.ids)
        for index in range(number + 1):
            cls._create_order(customer, cls.products[index % 3]).message_subscribe(customer.ids)
        invoice = cls._create_invoice(customer, 100 + number)
        cls._create_invoice(customer, 50, post=False)
        cls._create_payment(customer, 10)
        cls.env['res.partner.bank'].create({'partner_id': customer.id, 'acc_number': f'123-{number // 2}'})
        cls.Partner.create([
            {'name': "Dock", 'type': 'delivery', 'street': "Harbour 1", 'parent_id': customer.id},
            {'name': f"Person {number}", 'parent_id': customer.id},
        ])
        return invoice

    @classmethod
    def _get_tables(cls):
        cls.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace "
            "AND relname ~ '^(res_partner|sale_order|account_move|account_payment|product_pricelist_item|ecount_|"
            "ir_attachment|mail_activity|stock_|purchase_|res_users)'")
        return sorted({name for name, in cls.env.cr.fetchall()} - IGNORED_TABLES)

    def _read_database(self):
        self.env.flush_all()
        return {
            table: sorted(row for row, in self.env.execute_query(SQL(
                "SELECT (to_jsonb(t) - %s::text[])::text FROM %s t", list(IGNORED_COLUMNS), SQL.identifier(table))))
            for table in self.tables
        }

    def _prepare(self, drawn):
        """Give the customers random values, prices, tags and groups; all of it is rolled back afterwards."""
        for customer, (phone, limit, group, product, tag, code) in zip(self.customers, drawn):
            customer.write({
                'phone': f'+66 81 999 000{phone}' if phone else False, 'credit_limit': limit * 100,
                'no_discount': bool(tag), 'city': f"City {product}" if product else False,
                'ref': f'R{customer.id}-{code}' if code else False,
                'customer_group_ids': [Command.set(self.groups[group].ids)],
                'category_id': [Command.set(self.tags[:tag].ids)],
            })
            for index in range(product):
                self._create_special_price(customer, 50 + limit, self.products[index], min_quantity=tag)

    def _get_choices(self, number, sources):
        return {name: sources[0] for index, name in enumerate(
            ('ref', 'credit_limit', 'phone', 'customer_group_ids', 'name')) if number >> index & 1}

    def test_a_merge_and_its_undo_leave_the_database_as_it_was(self):
        cases = []

        @hypothesis.settings(
            max_examples=200, deadline=None, database=None, derandomize=True,
            phases=[hypothesis.Phase.generate], suppress_health_check=list(hypothesis.HealthCheck))
        @hypothesis.given(
            drawn=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS), min_size=4, max_size=4),
            order=st.permutations(range(4)), count=st.integers(1, 3), choice=st.integers(0, 31), twins=st.booleans())
        def check(drawn, order, count, choice, twins):
            survivor, *others = (self.customers[index] for index in order)
            sources = self.Partner.union(*others[:count])
            savepoint = self.env.cr.savepoint()
            try:
                self._prepare(drawn)
                before = self._read_database()
                log = self._merge(
                    *sources, survivor=survivor, choices={**self._get_choices(choice, sources), 'twins': twins})
                self.assertFalse(self.env['sale.order'].search_count([('partner_id', 'in', sources.ids)]))
                log.action_undo()
                after = self._read_database()
                for table in self.tables:
                    gone, new = (sorted({*one} - {*other}) for one, other in (
                        (before[table], after[table]), (after[table], before[table])))
                    self.assertEqual(gone, new, table)
                cases.append(log.id)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

        check()
        self.assertEqual(len(cases), 200)
