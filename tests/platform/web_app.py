"""An application for the web server's own tests: says what it was sent, and waits where it is asked to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if "slow" in (environ["PATH_INFO"].strip("/"), environ["QUERY_STRING"]):
        time.sleep(4)
    length = len(environ["wsgi.input"].read()) if environ["PATH_INFO"] == "/read" else 0
    start_response("200 OK", [("Content-Type", "text/plain")])
    if environ["PATH_INFO"] == "/large":
        return [b"x" * 30_000_000]
    return [f"{environ['REQUEST_METHOD']} {length}".encode()]
