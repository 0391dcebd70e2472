"""Background work of the ground floor."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore

from pqip.core.once import forget_old
from pqip.jobs.models import Job
from pqip.jobs.registry import handler


@handler("core.forget_forms", title="Forget forms that were sent, and sessions that ended, days ago")
def forget_forms(job: Job) -> None:
    forget_old()
    SessionStore.clear_expired()
