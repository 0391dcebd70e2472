"""A schedule for the drills."""

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("drill", Daily(dt.time(0, 1)), "drill.mark")
