"""Scheduled work with files."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("files-tidy", Daily(dt.time(3, 30)), "files.tidy")
