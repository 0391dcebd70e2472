"""What comes round by itself: those with whom decisions wait too long are reminded, and their managers told."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("assessments-chase", Daily(dt.time(7, 30)), "assessments.chase")
