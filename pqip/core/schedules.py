"""What comes round by itself on the ground floor: what is no longer wanted of forms and sessions goes every night."""

from __future__ import annotations

import datetime as dt

from pqip.jobs.calendar import Daily
from pqip.jobs.schedules import register_schedule

register_schedule("sent-forms", Daily(dt.time(2, 45)), "core.forget_forms")
