"""What comes round by itself: events recorded ahead begin on their day, and dates of those on a break move on."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("learners-day", Daily(dt.time(0, 10)), "learners.turn_day")
register_schedule("learners-posts", Daily(dt.time(0, 40)), "learners.follow_posts")
