"""Keep what forecasts came to, and let go of it after a while: it can be worked out again, to the same answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.acting import Job, acting_as
from pqip.core.clock import now
from reports.models import ForecastAsked, ForecastKept

#: Days that an answer is kept after it was made.
KEPT_DAYS = 90
BY = "reports.forecast"


def keep_asked(asked: ForecastAsked) -> None:
    """What a question is answered from, in place of what it was before. Of two who ask at once, either may say it."""
    same = {name: getattr(asked, name) for name in ("what", "as_at", "given", "known_at")}
    with acting_as(by=Job(BY), reason="Asked anew after a load"):
        ForecastAsked.objects.filter(**same, made_at__lt=asked.made_at).delete()
        ForecastAsked.objects.bulk_create([asked], ignore_conflicts=True)


def keep_answer(kept: ForecastKept) -> None:
    """What an answer came to. Of two who work it out at once, either may say it: it is the same."""
    with acting_as(by=Job(BY)):
        ForecastKept.objects.bulk_create([kept], ignore_conflicts=True)


def forget_forecasts(*, by: Any) -> None:
    """Let go of what was made long ago. Safe to repeat."""
    old = {"made_at__lt": now() - dt.timedelta(days=KEPT_DAYS)}
    with acting_as(by=by, reason="Kept as long as forecasts are"):
        ForecastAsked.objects.filter(**old).delete()
        ForecastKept.objects.filter(**old).delete()
