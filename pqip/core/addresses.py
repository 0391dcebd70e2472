"""The client's IP address. This is the only place that reads it, for limits, lists of sessions and logs.

Each proxy adds the address of its caller to the end of `X-Forwarded-For`. With `settings.TRUSTED_PROXIES` proxies of ours,
the entry that many from the right was written by our outermost proxy. Everything before it is the caller's own claim and is
ignored.
"""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

#: Used where there is no address, such as over a socket without a proxy.
UNKNOWN = "0.0.0.0"  # noqa: S104  (an address nobody has, not one that is listened at)


def client_address(request: HttpRequest) -> str:
    """Return the browser's address as our outermost proxy saw it; without a proxy, the address of the connection."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    proxies = settings.TRUSTED_PROXIES
    address = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _address(address) or _address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def _address(written: str) -> str:
    """Return the address without port and brackets, normalised; "" where it is none. IPv4 within IPv6 becomes IPv4."""
    bare = written[1:].partition("]")[0] if written.startswith("[") else written
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
