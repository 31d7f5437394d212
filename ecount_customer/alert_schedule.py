"""When an alert is due and which days it looks at, without the ORM."""

from calendar import monthrange
from datetime import datetime, time, timedelta

import pytz

PERIODS = ('today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'this_year', 'last_days')


def get_next_run(frequency, weekday, month_day, hour, timezone, after):
    """Return the first moment later than `after` at which an alert is due.

    An hour that the clocks skip in spring is the hour after; of one that comes twice in autumn the first counts.
    A day that a month does not have is its last.

    :param str frequency: `daily`, `weekly` or `monthly`
    :param int weekday: 0 is Monday; of weekly ones
    :param int month_day: 1 to 31; of monthly ones
    :param float hour: of the day in `timezone`, 8.5 is half past eight
    :param str timezone: name of a time zone
    :param datetime after: in UTC, naive
    :return: in UTC, naive
    :rtype: datetime
    """
    zone = pytz.timezone(timezone)
    minutes = round(hour * 60)
    clock = time(minutes // 60, minutes % 60)
    day = pytz.utc.localize(after).astimezone(zone).date() - timedelta(days=1)
    while True:
        if _is_day(day, frequency, weekday, month_day):
            moment = _get_moment(zone, datetime.combine(day, clock))
            if moment > after:
                return moment
        day += timedelta(days=1)


def _get_moment(zone, local):
    try:
        moment = zone.localize(local, is_dst=None)
    except pytz.AmbiguousTimeError:
        moment = zone.localize(local, is_dst=True)
    except pytz.NonExistentTimeError:
        moment = zone.localize(local, is_dst=False)
    return moment.astimezone(pytz.utc).replace(tzinfo=None)


def _is_day(day, frequency, weekday, month_day):
    if frequency == 'weekly':
        return day.weekday() == weekday
    if frequency == 'monthly':
        return day.day == min(month_day, monthrange(day.year, day.month)[1])
    return True


def get_period(period, days, today):
    """Return the first and the last day of a period that is looked at on a day. Weeks begin on Monday.

    :param str period: one of `PERIODS`
    :param int days: how many `last_days` are, today being the last of them
    :rtype: tuple[date, date]
    """
    week, month = today - timedelta(days=today.weekday()), today.replace(day=1)
    one = timedelta(days=1)
    return {
        'today': (today, today),
        'yesterday': (today - one, today - one),
        'this_week': (week, today),
        'last_week': (week - timedelta(days=7), week - one),
        'this_month': (month, today),
        'last_month': ((month - one).replace(day=1), month - one),
        'this_year': (today.replace(month=1, day=1), today),
        'last_days': (today - timedelta(days=max(days, 1) - 1), today),
    }[period]
