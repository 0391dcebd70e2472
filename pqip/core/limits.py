"""How often something may be done: allauth's counters, in the cache, with our rates.

Rates are written as allauth writes them, `60/m/user` or `5/5m/key,30/d/key`: a number in a time, for each signed-in user,
key or address. Guesses at a password or a code are limited by `settings.ACCOUNT_RATE_LIMITS`, requests by
`settings.PERSON_LIMITS`. A refused attempt is not counted, so that trying again does not lengthen the wait.

Without the cache nothing can be counted. Guesses and downloads are then refused (503); ordinary pages go on working.
Background work is accepted and waits, since one server may be both cache and broker.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

import redis
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from pqip.core import clock
from pqip.core.errors import TooMany

log = logging.getLogger("security.limits")
#: Kinds of requests that go on while nothing can be counted.
OPEN_WHILE_AWAY = {"report", "search", "request", "import"}


@dataclass(frozen=True)
class Limit:
    """A limited action and, where its rates are for each key, the key."""

    action: str
    key: str | None = None

    @property
    def config(self) -> dict[str, str]:
        return settings.ACCOUNT_RATE_LIMITS | settings.PERSON_LIMITS

    def seconds(self, request: HttpRequest) -> int:
        """Return the seconds until this may be done again; 0 for now."""
        waits = [
            self._wait(request, rate)
            for rate in ratelimit.get_rates(app="pqip", action=self.action, config=self.config)
        ]
        return math.ceil(max(waits, default=0))

    def _wait(self, request: HttpRequest, rate: ratelimit.Rate) -> float:
        instant = clock.now().timestamp()
        name = ratelimit.get_cache_key(
            request, app="pqip", action=self.action, rate=rate, key=self.key
        )
        counted = sorted(
            (at for at in cache.get(name, []) if at > instant - rate.duration), reverse=True
        )
        return (
            counted[rate.amount - 1] + rate.duration - instant if len(counted) >= rate.amount else 0
        )

    def count(self, request: HttpRequest) -> ratelimit.RateLimitUsage | None:
        """Count one use; return None where it is one too many."""
        return ratelimit.consume(
            request,
            app="pqip",
            action=self.action,
            config=self.config,
            key=self.key,
            limit_get=True,
        )

    def forget(self, request: HttpRequest) -> None:
        """Reset the count."""
        ratelimit.clear(request, app="pqip", action=self.action, config=self.config, key=self.key)


@dataclass(frozen=True)
class CountedUse:
    """What was counted, so that it can be undone."""

    usages: Sequence[ratelimit.RateLimitUsage]

    def take_back(self) -> None:
        for usage in self.usages:
            usage.rollback()


def count(request: HttpRequest, kind: str, limits: Sequence[Limit]) -> CountedUse:
    """Count one use against every limit. Raises TooMany, with nothing counted, where one of them is reached."""
    usages: list[ratelimit.RateLimitUsage] = []
    wait = max(limit.seconds(request) for limit in limits)
    for limit in limits if not wait else ():
        usage = limit.count(request)
        if usage is None:  # another request has counted at the same moment
            wait = max(limit.seconds(request), 1)
            break
        usages.append(usage)
    counted = CountedUse(usages)
    if wait:
        counted.take_back()
        log.warning("too many", extra={"event": f"too_many_{kind}", "path": request.path})
        raise TooMany(wait, kind)
    return counted


def count_asked(request: HttpRequest, action: str) -> None:
    """Count a request of the signed-in user. Raises TooMany for more than anybody needs who works fast."""
    try:
        count(request, action, [Limit(action)])
    except redis.RedisError:
        if action not in OPEN_WHILE_AWAY:
            raise
