"""What comes round by itself."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("files-tidy", Daily(dt.time(3, 30)), "files.tidy")
