"""Work at fixed times: reminders of decisions that wait too long, and notices to managers."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("assessments-chase", Daily(dt.time(7, 30)), "assessments.chase")
