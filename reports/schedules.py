"""The times at which reports are made, and people are told of records to correct."""

import datetime as dt

from pqip.core.background.calendar import Daily, FirstWorkingDay
from pqip.core.background.schedules import register_schedule

register_schedule(
    "reports-month", FirstWorkingDay(dt.time(6)), "reports.month", queue="reports", each_missed=True
)
register_schedule("reports-data-quality", FirstWorkingDay(dt.time(7)), "reports.data_quality")
register_schedule("reports-forecast", Daily(dt.time(4)), "reports.forecast", queue="reports")
register_schedule("reports-expire", Daily(dt.time(2, 30)), "reports.expire")
