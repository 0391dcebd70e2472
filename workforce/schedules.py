"""What comes round by itself: the turn of the day. And the bank holidays the scheduler counts working days by."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily, bank_holidays_from
from pqip.jobs.schedules import register_schedule
from workforce.models import BankHoliday


def is_bank_holiday(day: dt.date) -> bool:
    """Whether England and Wales have a bank holiday on that day, as far as reference data reaches."""
    return BankHoliday.objects.filter(date=day).exists()


bank_holidays_from(is_bank_holiday)
register_schedule("workforce-day", Daily(dt.time(0, 5)), "workforce.turn_day")
