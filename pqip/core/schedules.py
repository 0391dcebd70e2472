"""Scheduled work of the ground floor: every night, expired forms and sessions are deleted."""

from __future__ import annotations

import datetime as dt

from pqip.core.background.calendar import Daily
from pqip.core.background.schedules import register_schedule

register_schedule("sent-forms", Daily(dt.time(2, 45)), "core.forget_forms")
