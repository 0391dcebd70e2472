"""The function that does each kind of work.

@handler("reports.run", parked=tell_the_requester, again=restart)
def run(job: Job) -> None:
    actions.make_report(run_id=job.payload["run"])
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pqip.core.background.queue import Job

Work = Callable[[Job], None]
#: Resets the record that a parked job is about, so that the job can do it again; or returns why it must not be done again.
Again = Callable[[Job], str | None]


@dataclass(frozen=True)
class Handler:
    """How one kind of job is done, and its name for people.

    With `atomic` the runner opens one transaction, in which the handler acts as the job named after its kind and the job is
    finished: the effect and the finish are one. Otherwise the handler opens its own short transactions and commits its
    effect in `with finishing(job):`, exactly once. `parked` is called, in the transaction that parks a job, to tell whoever
    waits for it.

    `again` is called, in the transaction that restarts a parked job, as the user who restarts it. It reverses what `parked`
    has ended. Where the work must not be done again or is no longer wanted, it returns the reason in words, and the job is
    closed. Without `again` the job alone knows how far the work is, and doing it again does all of it.
    """

    kind: str
    work: Work
    title: str
    atomic: bool = True
    parked: Work | None = None
    again: Again | None = None


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    title: str = "",
    atomic: bool = True,
    parked: Work | None = None,
    again: Again | None = None,
) -> Callable[[Work], Work]:
    """Decorate the function that does jobs of `kind` (such as `reports.run`).

    Raises ValueError for a kind that has a handler.
    """

    def declare(work: Work) -> Work:
        if parked and not again:
            raise ValueError(
                f"What is told that {kind} is parked has to be told when it is started again."
            )
        known = _handlers.get(kind)
        if known and known.work.__qualname__ != work.__qualname__:
            raise ValueError(f"Two handlers want jobs of the kind {kind}.")
        _handlers[kind] = Handler(kind, work, title or kind, atomic, parked, again)
        return work

    return declare


def handler_for(kind: str) -> Handler:
    """Return the handler of `kind`. Raises LookupError where no app declares one."""
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"No app does jobs of the kind {kind}.") from None


def title_of(kind: str) -> str:
    """Return the name of a kind of work for people; the kind itself where no app does it any more."""
    return _handlers[kind].title if kind in _handlers else kind
