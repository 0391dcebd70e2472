"""When reports are made, and people told of records to put right, by themselves."""

import datetime as dt

from pqip.jobs.calendar import Daily, FirstWorkingDay
from pqip.jobs.schedules import register_schedule

register_schedule("reports-month", FirstWorkingDay(dt.time(6)), "reports.month", queue="reports", each_missed=True)
register_schedule("reports-data-quality", FirstWorkingDay(dt.time(7)), "reports.data_quality")
register_schedule("reports-expire", Daily(dt.time(2, 30)), "reports.expire")
