from . import controllers, demo, models, report, wizards


def uninstall_hook(env):
    """Leave no trigger behind that writes to a table of ours."""
    env['ecount.customer.group.tally']._stop()
