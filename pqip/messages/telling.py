"""What the people who run the service are told by e-mail: work set aside, a queue that fell behind, a fault, a clock that jumped.

Of each matter once, and not again within an hour, however often it happens. Everything stands in the log as well. The
floor that knows accounts says who they are (`administrators_from`).
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
from pqip.core.patience import is_away
from pqip.jobs import timing
from pqip.jobs.health import QueueHealth
from pqip.jobs.models import Job
from pqip.jobs.registry import title_of
from pqip.jobs.signals import clock_jumped, fell_behind, set_aside
from pqip.messages.models import Message
from pqip.messages.sending import send

log = logging.getLogger(__name__)

BY = NamedJob("watch")
EVERY = dt.timedelta(hours=1)

_administrators: list[Callable[[], Iterable[Any]]] = []


def administrators_from(ask: Callable[[], Iterable[Any]]) -> None:
    """Register what knows the accounts that look after background work; a higher floor calls this when it is ready."""
    _administrators[:] = [ask]


def tell_administrators(kind: str, *, about: str = "", context: dict[str, Any] | None = None) -> bool:
    """The notice `kind` to every administrator, unless they were told of the same within the hour. True when they have been.

    `about` tells matters of one kind apart. False where there is nobody to tell.
    """
    now = timing.now()
    matter = f"{kind}:{about}:"
    lately = Message.objects.filter(
        kind=kind, reference__startswith=matter, created_at__gt=now - EVERY, created_at__lte=now + timing.SLACK
    )
    if lately.exists():
        return True
    users = list(_administrators[0]()) if _administrators else []
    # Two that find out at once say it with the same words at the same minute: each is told once.
    reference = f"{matter}{now:%Y-%m-%dT%H:%M}"
    for user in users:
        link = f"{settings.SITE_ADDRESS}{reverse('jobs:attention')}"
        send(kind, to=user, reference=reference, by=BY, context={"link": link, **(context or {})})
    return bool(users)


@receiver(set_aside)
def tell_of_work_set_aside(sender: Any, job: Job, **kwargs: Any) -> None:
    """In a transaction of its own within the one that parks: a fault in telling does not undo the parking."""
    with transaction.atomic():
        tell_administrators("work_set_aside", context={"work": title_of(job.kind)})


@receiver(fell_behind)
def tell_of_a_queue_behind(sender: Any, queue: QueueHealth, **kwargs: Any) -> None:
    minutes = int(queue.oldest.total_seconds() // 60) if queue.oldest else 0
    tell_administrators("queue_behind", about=queue.name, context={"queue": queue.name, "minutes": minutes})


@receiver(clock_jumped)
def tell_of_a_clock_that_jumped(sender: Any, seconds: float, **kwargs: Any) -> None:
    minutes = settings.JOB_CLOCK_DOUBT_SECONDS // 60
    tell_administrators("clock_jumped", context={"hours": round(seconds / 3600, 1), "minutes": minutes})


@receiver(got_request_exception)
def tell_of_a_fault(sender: Any, request: Any = None, **kwargs: Any) -> None:
    """A page failed. Whether anybody has been told stands at the request, for the page that says so.

    Without a database there is nothing to ask with: the log alone tells of it, and the page waits no longer.
    """
    if request is None or is_away(sys.exc_info()[1]):
        return
    try:
        request.administrators_told = tell_administrators("service_fault", context={"request_id": request_id.get()})
    except Exception:
        log.exception("Nobody could be told of a fault.")
