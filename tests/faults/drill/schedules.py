"""A schedule for the drills."""

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("drill", Daily(dt.time(0, 1)), "drill.mark")
