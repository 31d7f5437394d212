from odoo.tests import HttpCase, no_retry, tagged


def get_hoot_id(suite):
    """Return the id by which the test page knows a suite."""
    number = 0
    for char in suite:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f'{number:08x}'


@tagged('post_install', '-at_install')
class TestDeskUnit(HttpCase):

    @no_retry
    def test_the_components_of_the_desk_pass_their_unit_tests(self):
        suite = get_hoot_id('@ecount_customer/desk_ledger')
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset=desktop&timeout=30000&id={suite}', '', '', login='admin',
            timeout=600, success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: '[HOOT]' not in message)
