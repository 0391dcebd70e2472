"""Scheduled work: every night, old files are deleted."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("import-files", Daily(dt.time(2, 30)), "exchange.purge_files")
