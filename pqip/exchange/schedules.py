"""What comes round by itself: old files go every night."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("import-files", Daily(dt.time(2, 30)), "exchange.purge_files")
