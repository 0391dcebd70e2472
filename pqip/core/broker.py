"""Checks the configuration of broker and cache (`manage.py check --deploy`, and when a worker starts).

The broker holds messages: it must keep them through a restart (append-only), must not discard any when it is full
(`noeviction`), and must require a password. The cache holds counters that may be lost: it must be a separate server that
evicts old entries when it is full, so that filling it with counters cannot stop background work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register

#: A server's settings by name, as it reports them.
ServerSettings = Mapping[str | None, str | None]
log = logging.getLogger("pqip.start")
LOCAL = {"localhost", "127.0.0.1", "::1"}
ASKED = ("maxmemory-policy", "appendonly")


@register(Tags.security, deploy=True)
def broker_and_cache(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with either, and what to do about it."""
    broker, cache = settings.ENVIRONMENT.redis_url, settings.ENVIRONMENT.cache_url
    found = [*_reached("REDIS_URL", broker), *_asked("REDIS_URL", broker, _broker)]
    if _server(broker) == _server(cache):
        hint = (
            "Give CACHE_URL a server of its own, with maxmemory and maxmemory-policy allkeys-lru."
        )
        return [
            *found,
            Warning(
                "Counters can fill the broker, whose server is the cache's too.",
                hint=hint,
                id="core.W005",
            ),
        ]
    return [*found, *_reached("CACHE_URL", cache), *_asked("CACHE_URL", cache, _cache)]


def log_what_is_wrong(**kwargs: Any) -> None:
    """Log what is wrong, when a worker starts."""
    for found in broker_and_cache():
        log.log(
            found.level,
            "%s %s",
            found.msg,
            found.hint or "",
            extra={"event": "start", "detail": found.id},
        )


def _server(url: str) -> tuple[object, ...]:
    parts = urlsplit(url)
    return (parts.path,) if parts.scheme == "unix" else (parts.hostname, parts.port or 6379)


def _reached(name: str, url: str) -> Iterator[CheckMessage]:
    """Yield what is wrong with the connection to a remote server: it needs a password, and encryption outside a private
    network.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix" or parts.hostname in LOCAL:
        return
    if not parts.password:
        hint = "Set one (requirepass, or an access list) and write it into the address."
        yield Error(f"{name} holds no password.", hint=hint, id="core.E003")
    if parts.scheme != "rediss" and "." in (parts.hostname or ""):
        yield Warning(
            f"{name} is not encrypted on its way.",
            hint="Use rediss:// for a server on another host.",
            id="core.W003",
        )


def _asked(
    name: str, url: str, findings: Callable[[ServerSettings], Iterator[CheckMessage]]
) -> list[CheckMessage]:
    """Return the findings on a server's own settings; a hosted server may refuse to report them."""
    client = redis.Redis.from_url(
        url, socket_connect_timeout=1, socket_timeout=1, decode_responses=True
    )
    try:
        return list(findings(client.config_get(*ASKED)))
    except redis.ResponseError:
        hint = f"Make sure that it has {' and '.join(ASKED)} as docs/running.md says."
        return [
            Warning(
                f"The server of {name} does not say how it is set up.", hint=hint, id="core.W004"
            )
        ]
    except (redis.RedisError, OSError):
        return [Info(f"The server of {name} could not be asked how it is set up.", id="core.I001")]
    finally:
        client.close()


def _broker(reported: ServerSettings) -> Iterator[CheckMessage]:
    if reported.get("maxmemory-policy") != "noeviction":
        hint = "Set maxmemory-policy noeviction."
        yield Error("The broker throws messages away when it is full.", hint=hint, id="core.E004")
    if reported.get("appendonly") != "yes":
        yield Error(
            "The broker forgets its messages when it is started again.",
            hint="Set appendonly yes.",
            id="core.E005",
        )


def _cache(reported: ServerSettings) -> Iterator[CheckMessage]:
    if reported.get("maxmemory-policy") == "noeviction":
        hint = "Set maxmemory-policy allkeys-lru."
        yield Warning("Nobody can sign in while the cache is full.", hint=hint, id="core.W006")
