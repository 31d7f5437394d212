"""An alert made, looked at and tried on the screen."""

from odoo.tests import HttpCase, tagged

from .alert_common import AlertCommon


@tagged('post_install', '-at_install')
class TestAlertTour(AlertCommon, HttpCase):

    def test_an_alert_is_made_previewed_and_tried(self):
        self._create_user(
            'tour_alert', 'ecount_customer.group_customer_manager', name="Mitchell Tour", password='tour_alert')
        self._invoice(self._create_customer("Tour Debt Mart"), 150)
        self.start_tour('/odoo/ecount-alerts', 'ecount_customer_ledger_alert', login='tour_alert', timeout=180)
        alert = self.Alert.search([('name', '=', "Tour alert")])
        self.assertRecordValues(alert, [{'measure': 'balance', 'amount': 50.0, 'frequency': 'weekly', 'active': True}])
        self.assertRecordValues(alert.log_ids, [{'is_test': True, 'email': 'tour_alert@example.com'}])
