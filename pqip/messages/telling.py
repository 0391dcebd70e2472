"""What the people who run the service are told by e-mail: work set aside, a queue that fell behind, a fault, a clock that
jumped.

Each matter is sent once, and not again within an hour, however often it happens. Everything is also in the log. The app
that knows accounts registers who these people are (`administrators_from`).
"""

from __future__ import annotations

import datetime as dt
import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse

from pqip.core.acting import Job as NamedJob
from pqip.core.acting import request_id
from pqip.core.background import timing
from pqip.core.background.queue import Job
from pqip.core.background.registry import title_of
from pqip.core.background.signals import QueueHealth, clock_jumped, fell_behind, set_aside
from pqip.core.patience import is_away
from pqip.messages.models import Message
from pqip.messages.sending import send

log = logging.getLogger(__name__)

BY = NamedJob("watch")
EVERY = dt.timedelta(hours=1)

_administrators: list[Callable[[], Iterable[Any]]] = []


def administrators_from(ask: Callable[[], Iterable[Any]]) -> None:
    """Register the function that returns the accounts that run the service; a higher floor calls this when the project
    starts.
    """
    _administrators[:] = [ask]


def tell_administrators(
    kind: str, *, about: str = "", context: dict[str, Any] | None = None
) -> bool:
    """Send the notice `kind` to every administrator, unless the same was sent within the hour. Returns whether they have
    been told.

    `about` distinguishes matters of one kind. Returns False where there is nobody to tell.
    """
    now = timing.now()
    matter = f"{kind}:{about}:"
    recent = Message.objects.filter(
        kind=kind,
        reference__startswith=matter,
        created_at__gt=now - EVERY,
        created_at__lte=now + timing.SLACK,
    )
    if recent.exists():
        return True
    users = list(_administrators[0]()) if _administrators else []
    # Two processes that find out at once use the same reference in the same minute, so that each administrator is told
    # once.
    reference = f"{matter}{now:%Y-%m-%dT%H:%M}"
    for user in users:
        link = f"{settings.SITE_ADDRESS}{reverse('jobs:attention')}"
        send(kind, to=user, reference=reference, by=BY, context={"link": link, **(context or {})})
    return bool(users)


@receiver(set_aside)
def tell_of_work_set_aside(sender: Any, job: Job, **kwargs: Any) -> None:
    """Tell of a parked job, in a savepoint of the parking transaction: a fault in telling does not undo the parking."""
    with transaction.atomic():
        tell_administrators("work_set_aside", context={"work": title_of(job.kind)})


@receiver(fell_behind)
def tell_of_a_queue_behind(sender: Any, queue: QueueHealth, **kwargs: Any) -> None:
    """Tell administrators of a queue whose oldest work has waited too long."""
    minutes = int(queue.oldest.total_seconds() // 60) if queue.oldest else 0
    tell_administrators(
        "queue_behind", about=queue.name, context={"queue": queue.name, "minutes": minutes}
    )


@receiver(clock_jumped)
def tell_of_a_clock_that_jumped(sender: Any, seconds: float, **kwargs: Any) -> None:
    """Tell administrators that the clock jumped ahead and schedules wait."""
    minutes = settings.JOB_CLOCK_DOUBT_SECONDS // 60
    tell_administrators(
        "clock_jumped", context={"hours": round(seconds / 3600, 1), "minutes": minutes}
    )


@receiver(got_request_exception)
def tell_of_a_fault(sender: Any, request: Any = None, **kwargs: Any) -> None:
    """Tell of a page that failed, and note on the request whether anybody was told, for the error page.

    Without a database nobody can be looked up: only the log tells of it, and the page does not wait.
    """
    if request is None or is_away(sys.exc_info()[1]):
        return
    try:
        request.administrators_told = tell_administrators(
            "service_fault", context={"request_id": request_id.get()}
        )
    except Exception:
        log.exception("Nobody could be told of a fault.")
