"""What one request costs, told in its answer: time in questions to the database, how many, and time in rendering (ms)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse


@dataclass
class Spent:
    """Seconds so far; `render` without the questions that a template asks."""

    queries: float = 0.0
    statements: int = 0
    render: float = 0.0


_spent: ContextVar[Spent | None] = ContextVar("spent", default=None)


class Timing:
    """Stands first, and says in `Server-Timing` what everything behind it took."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        _time_rendering()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        spent, begun = Spent(), time.perf_counter()
        token = _spent.set(spent)
        try:
            with connection.execute_wrapper(_asks(spent)):
                response = self.get_response(request)
        finally:
            _spent.reset(token)
        whole = time.perf_counter() - begun
        response["Server-Timing"] = (
            f"app;dur={whole * 1000:.2f}, db;dur={spent.queries * 1000:.2f}, "
            f"statements;dur={spent.statements}, render;dur={spent.render * 1000:.2f}"
        )
        return response


def _asks(spent: Spent) -> Callable[..., Any]:
    def note(execute: Any, *asked: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            spent.queries += time.perf_counter() - begun
            spent.statements += 1

    return note


def _time_rendering() -> None:
    """Once in a process: every page is rendered by its `render`, which asks for its template."""
    whole = SimpleTemplateResponse.render
    if getattr(whole, "is_timed", False):
        return

    @wraps(whole)
    def timed(self: SimpleTemplateResponse) -> SimpleTemplateResponse:
        with _rendering():
            return whole(self)

    timed.is_timed = True  # type: ignore[attr-defined]
    SimpleTemplateResponse.render = timed  # type: ignore[method-assign]


@contextmanager
def _rendering() -> Iterator[None]:
    spent = _spent.get()
    if spent is None:
        yield
        return
    begun, asked = time.perf_counter(), spent.queries
    yield
    spent.render += time.perf_counter() - begun - (spent.queries - asked)
