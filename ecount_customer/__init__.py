from . import controllers, demo, models, report, wizards


def uninstall_hook(env):
    """Leave nothing of ours behind in the database that would miss our tables."""
    env['ecount.customer.group.tally']._stop()
    env['ecount.order.portfolio']._stop()
    env['res.partner']._drop_credit_function()
    env['res.partner']._drop_terms_function()
    env['res.partner']._drop_always_visible_function()
    env['ecount.credit.lock']._drop_function()
