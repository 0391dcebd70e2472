"""Whether broker and cache are set up as they have to be (`manage.py check --deploy`, and when a worker starts).

The broker holds messages: it keeps them through a restart (append-only), throws none away when it is full (`noeviction`), and
takes nobody's word without a password. The cache holds counters that may go: a server of its own, which drops the oldest when it
is full, so that whoever fills it with counters stops no work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

log = logging.getLogger("pqip.start")
LOCAL = {"localhost", "127.0.0.1", "::1"}
ASKED = ("maxmemory-policy", "appendonly")


@register(Tags.security, deploy=True)
def broker_and_cache(**kwargs: Any) -> list[CheckMessage]:
    """What is wrong with either, and what to do about it."""
    broker, cache = settings.ENVIRONMENT.redis_url, settings.ENVIRONMENT.cache_url
    found = [*_reached("REDIS_URL", broker), *_asked("REDIS_URL", broker, _broker)]
    if _server(broker) == _server(cache):
        hint = "Give CACHE_URL a server of its own, with maxmemory and maxmemory-policy allkeys-lru."
        return [*found, Warning("Counters can fill the broker, whose server is the cache's too.", hint=hint, id="core.W005")]
    return [*found, *_reached("CACHE_URL", cache), *_asked("CACHE_URL", cache, _cache)]


def say_what_is_wrong(**kwargs: Any) -> None:
    """The same in the log, when a worker starts."""
    for found in broker_and_cache():
        log.log(found.level, "%s %s", found.msg, found.hint or "", extra={"event": "start", "detail": found.id})


def _server(url: str) -> tuple[object, ...]:
    parts = urlsplit(url)
    return (parts.path,) if parts.scheme == "unix" else (parts.hostname, parts.port or 6379)


def _reached(name: str, url: str) -> Iterator[CheckMessage]:
    """How a server elsewhere is reached: with a password, and encrypted unless it stands in the same private network."""
    parts = urlsplit(url)
    if parts.scheme == "unix" or parts.hostname in LOCAL:
        return
    if not parts.password:
        hint = "Set one (requirepass, or an access list) and write it into the address."
        yield Error(f"{name} holds no password.", hint=hint, id="core.E003")
    if parts.scheme != "rediss" and "." in (parts.hostname or ""):
        yield Warning(f"{name} is not encrypted on its way.", hint="Use rediss:// for a server on another host.", id="core.W003")


def _asked(name: str, url: str, findings: Callable[[dict[str, str]], Iterator[CheckMessage]]) -> list[CheckMessage]:
    """What the server says of its own settings; a hosted one may not say."""
    client = redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1, decode_responses=True)
    try:
        return list(findings(client.config_get(*ASKED)))
    except redis.ResponseError:
        hint = f"Make sure that it has {' and '.join(ASKED)} as docs/running.md says."
        return [Warning(f"The server of {name} does not say how it is set up.", hint=hint, id="core.W004")]
    except (redis.RedisError, OSError):
        return [Info(f"The server of {name} could not be asked how it is set up.", id="core.I001")]
    finally:
        client.close()


def _broker(said: dict[str, str]) -> Iterator[CheckMessage]:
    if said.get("maxmemory-policy") != "noeviction":
        hint = "Set maxmemory-policy noeviction."
        yield Error("The broker throws messages away when it is full.", hint=hint, id="core.E004")
    if said.get("appendonly") != "yes":
        yield Error("The broker forgets its messages when it is started again.", hint="Set appendonly yes.", id="core.E005")


def _cache(said: dict[str, str]) -> Iterator[CheckMessage]:
    if said.get("maxmemory-policy") == "noeviction":
        hint = "Set maxmemory-policy allkeys-lru."
        yield Warning("Nobody can sign in while the cache is full.", hint=hint, id="core.W006")
