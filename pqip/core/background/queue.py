"""Enqueue work, and record its effect. `pqip.jobs` registers the implementation of both when the project starts."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Any, Protocol


class Job(Protocol):
    """A job as its handler sees it.

    `key` permanently identifies the piece of work, `kind` selects the handler, and `payload` holds identifiers and dates.
    `token` belongs to the present attempt.
    """

    @property
    def pk(self) -> Any: ...

    @property
    def key(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def payload(self) -> dict[str, Any]: ...

    @property
    def token(self) -> Any: ...

    def requester(self) -> Any:
        """Return who asked for the work, as they are now: a user or a named job."""


class Enqueue(Protocol):
    """Records that work is wanted, and wakes a worker once the caller's transaction commits."""

    def __call__(
        self,
        kind: str,
        *,
        key: str,
        by: Any,
        payload: dict[str, Any] | None,
        queue: str,
        not_before: dt.datetime | None,
    ) -> Job: ...


class Finishing(Protocol):
    """Opens the transaction in which a job is finished."""

    def __call__(self, job: Any) -> AbstractContextManager[None]: ...


_queue: list[tuple[Enqueue, Finishing]] = []


def register_queue(enqueue: Enqueue, finishing: Finishing) -> None:
    """Register the implementation of the queue; a later registration replaces an earlier one."""
    _queue[:] = [(enqueue, finishing)]


def enqueue(
    kind: str,
    *,
    key: str,
    by: Any,
    payload: dict[str, Any] | None = None,
    queue: str = "default",
    not_before: dt.datetime | None = None,
) -> Job:
    """Request work of `kind` in the caller's transaction, so that both happen or neither; return the job.

    `key` permanently identifies the piece of work; requesting it again returns the existing job. `payload` holds
    identifiers and dates, never personal details. The worker is woken once the transaction commits; a broker that does not
    answer costs the caller at most three seconds and raises nothing.

    Raises LookupError for an unknown kind, ValueError for an unknown queue or a payload that is not plain values.
    """
    ask, _finish = _queue[0]
    return ask(kind, key=key, by=by, payload=payload, queue=queue, not_before=not_before)


def finishing(job: Job) -> AbstractContextManager[None]:
    """Open the transaction that writes a job's effect and finishes the job, acting as the job named after its kind.

    Raises LeaseLost, and keeps nothing, where another worker holds the job by then.
    """
    _ask, finish = _queue[0]
    return finish(job)
