"""Daily work: events recorded in advance begin on their day, and dates move on during breaks."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("learners-day", Daily(dt.time(0, 10)), "learners.turn_day")
register_schedule("learners-posts", Daily(dt.time(0, 40)), "learners.follow_posts")
