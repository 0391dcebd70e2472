"""Where a request comes from. The one place that reads it: limits, lists of sessions and logs ask here.

Each proxy in front adds to `X-Forwarded-For` whom it was called by, so of `settings.TRUSTED_PROXIES` of them the first one
that is ours wrote the entry so many from the right. All before it is the caller's own word, and believed by nobody.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

#: What stands for an address that nobody told, such as over a socket without a proxy.
UNKNOWN = "0.0.0.0"  # noqa: S104  (an address nobody has, not one that is listened at)


def client_address(request: HttpRequest) -> str:
    """The address of the browser, as our outermost proxy saw it; where there is no proxy, of whoever connected."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    told = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _address(told) or _address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _address(written: str) -> str:
    """An address without port or brackets, in one spelling; empty for what is none. An IPv4 address within IPv6 is IPv4."""
    bare = written[1:].partition("]")[0] if written.startswith("[") else written
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
