"""Where learners stood in a month that was made. What a stored report was asked stays answered: first pages work it out once."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO

import redis
from django.core.cache import cache

from reports.figures.settings import ASSUMED
from reports.models import Run
from reports.queries.answers import Answer
from reports.queries.asked import Asked
from reports.queries.kept import SEEN_BY, keep, kept
from reports.queries.places import rights_of
from reports.views.patience import answer_in_page

#: Seconds for which it is remembered.
REMEMBERED = 60 * 60


def stood(asked: Asked, run: Run) -> Answer:
    """The report's own table, of the day and the moment of a stored run, as this person may see it. Raises TakesTooLong.

    Of who sees their own learners alone it is worked out each time: whose they are changes from day to day. An assumed number
    that is set otherwise is another answer, so that the numbers agree with the lists that they open.
    """
    if any(asked.user.scope(permission).own for permission in SEEN_BY):
        return answer_in_page(asked, with_more=False)
    rights = rights_of(asked.user)
    columns, numbers = [one.name for one in asked.report.columns], [one.value for one in ASSUMED]
    version = (columns, numbers, rights, asked.suppressed)
    name = f"report-stood:{run.public_id}:{sha256(repr(version).encode()).hexdigest()[:16]}"
    found = _remembered(name)
    answer = kept(asked.report, BytesIO(found), rights) if found else None
    if answer is None:
        answer = answer_in_page(asked, with_more=False)
        stream = BytesIO()
        keep(answer, stream, rights)
        _remember(name, stream.getvalue())
    return answer


def _remembered(name: str) -> bytes | None:
    try:
        return cache.get(name)
    except redis.RedisError:  # it is worked out while the cache is away
        return None


def _remember(name: str, found: bytes) -> None:
    try:
        cache.set(name, found, REMEMBERED)
    except redis.RedisError:
        return
