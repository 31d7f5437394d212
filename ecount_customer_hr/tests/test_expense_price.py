"""Re-invoiced expenses at the customer's price. `dev/databases.py` installs expenses for this suite."""

from odoo.tests import tagged

from odoo.addons.ecount_customer.tests.common import EcountCommon


@tagged('post_install', '-at_install')
class TestExpensePrice(EcountCommon):

    def test_a_re_invoiced_expense_has_the_price_of_the_customer_and_keeps_it(self):
        product = self._create_product(
            can_be_expensed=True, expense_policy='sales_price', invoice_policy='delivery')
        customer = self._create_customer()
        self._create_special_price(customer, 80, product)
        order = self._create_order(customer, self._create_product("Rice"))
        order.action_confirm()
        employee = self.env['hr.employee'].create({'name': "Nok", 'work_email': 'nok@example.com'})
        expense = self.env['hr.expense'].create({
            'name': "Sauce for tasting", 'employee_id': employee.id, 'product_id': product.id, 'quantity': 3,
            'total_amount_currency': 90, 'sale_order_id': order.id, 'payment_mode': 'company_account'})
        expense.action_submit()
        expense.action_approve()
        expense.action_post()
        line = order.order_line.filtered('is_expense')
        self.assertEqual((line.price_unit, line.discount), (80, 0))
        line.product_uom_qty = 20
        self.assertEqual(line.price_unit, 80)
