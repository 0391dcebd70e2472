"""Daily work of the workforce, and the bank holidays by which the scheduler counts working days."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily, bank_holidays_from
from pqip.core.background.schedules import register_schedule
from workforce.models import BankHoliday


def is_bank_holiday(day: dt.date) -> bool:
    """Return True if England and Wales have a bank holiday on that day, as far as reference data
    goes.
    """
    return BankHoliday.objects.filter(date=day).exists()


bank_holidays_from(is_bank_holiday)
register_schedule("workforce-day", Daily(dt.time(0, 5)), "workforce.turn_day")
