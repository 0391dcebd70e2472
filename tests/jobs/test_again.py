"""What was set aside and is started again is done, whatever its kind, however it ended, whoever starts it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.urls import reverse

from pqip.core.acting import acting_as
from pqip.core.background import registry, timing
from pqip.core.background.errors import GiveUp
from pqip.core.clock import today
from pqip.core.errors import Conflict
from pqip.exchange import kept
from pqip.exchange.models import ImportRun
from pqip.jobs import sweeping
from pqip.jobs.again import retry_parked
from pqip.jobs.models import Job
from pqip.jobs.queue import enqueue
from pqip.jobs.running import claim, run
from pqip.messages.models import Message
from pqip.messages.sending import send_again
from reports.models import Run
from tests.jobs.pieces import PIECES, SYSTEM, Piece
from tests.personas import client_for, persona
from workforce.models import RoleGrant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path, woken: list) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def fails_with(error: type[Exception]) -> Callable[[Piece, pytest.MonkeyPatch], None]:
    """Every attempt ends in an error."""

    def park(piece: Piece, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(job: Job) -> None:
            raise error

        with monkeypatch.context() as patched:
            how = registry.handler_for(piece.job.kind)
            patched.setitem(registry._handlers, how.kind, replace(how, work=fail))
            for _ in range(3):
                Job.objects.filter(pk=piece.job.pk).update(not_before=None)
                run(piece.job.pk)

    return park


def is_cut_off(piece: Piece, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt's worker is killed: nothing is said, and its lease runs out."""
    for _ in range(3):
        assert claim(piece.job.pk) is not None
        Job.objects.filter(pk=piece.job.pk).update(
            lease_until=timing.now() - dt.timedelta(seconds=1)
        )
    sweeping.sweep()


def from_the_page(job: Job) -> None:
    page = client_for(persona("administrator")).post(
        reverse("jobs:retry", args=[job.public_id]), follow=True
    )
    assert "The work has been started again." in page.content.decode()


def by_its_key(job: Job) -> None:
    call_command("jobs", retry=job.key)


def with_all_others(job: Job) -> None:
    call_command("jobs", retry="all")


WAYS = {
    "an error": (fails_with(ValueError), from_the_page),
    "a time limit": (fails_with(SoftTimeLimitExceeded), by_its_key),
    "a killed worker": (is_cut_off, with_all_others),
}


def test_every_kind_of_work_is_here() -> None:
    assert {kind for kind in registry._handlers if not kind.startswith(("test.", "drill."))} == set(
        PIECES
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", sorted(PIECES))
def test_set_aside_and_started_again_it_is_done(
    kind: str, way: str, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    park, start = WAYS[way]
    piece = PIECES[kind]()
    park(piece, monkeypatch)
    piece.job.refresh_from_db()
    assert (piece.job.state, piece.is_done(), piece.says()) == ("parked", False, piece.stopped)
    start(piece.job)
    with django_capture_on_commit_callbacks(execute=True):  # files go once it is said that they did
        assert run(piece.job.pk), Job.objects.get(pk=piece.job.pk).last_error
    assert piece.is_done()


def parked(kind: str, monkeypatch: pytest.MonkeyPatch) -> Piece:
    piece = PIECES[kind]()
    fails_with(ValueError)(piece, monkeypatch)
    return piece


def refused(piece: Piece) -> str:
    """Why it was not started; its job is then closed, and started by nobody else."""
    why = retry_parked(piece.job, by=SYSTEM)
    piece.job.refresh_from_db()
    assert (piece.job.state, piece.job.last_error) == ("done", why)
    assert not run(piece.job.pk)
    with pytest.raises(Conflict, match="It is done"):
        retry_parked(piece.job, by=SYSTEM)
    return why


def test_an_e_mail_that_may_have_been_handed_over_is_not_started_again_but_said_to_be_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    piece = PIECES["messages.send"]()
    Message.objects.update(state=Message.State.SENDING, attempts=1)
    is_cut_off(piece, monkeypatch)
    assert piece.says() == Message.State.UNKNOWN, "it stands among those that need a person"
    page = client_for(persona("administrator")).post(
        reverse("jobs:retry", args=[piece.job.public_id]), follow=True
    )
    assert "This e-mail may have arrived." in page.content.decode()
    assert "has been started again" not in page.content.decode()
    assert (piece.says(), Job.objects.parked().count()) == (Message.State.UNKNOWN, 0)


def test_the_command_says_so_too_and_ends_with_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    piece = parked("messages.send", monkeypatch)
    Message.objects.update(state=Message.State.FAILED)
    with pytest.raises(SystemExit):
        call_command("jobs", retry=piece.job.key)
    said = capsys.readouterr()
    assert said.out == "Started again: 0\n"
    why = "This e-mail could not be delivered. “E-mails” says why, and can send it once more."
    assert said.err == f"{piece.job.key} was not started again. {why}\n"


def test_an_e_mail_that_a_person_sends_again_is_sent_though_its_first_job_never_tried(
    settings: Any,
) -> None:
    """A job done already is never taken for the new one."""
    settings.MESSAGES_ALLOWED = ["elsewhere.example"]
    piece = PIECES["messages.send"]()
    run(piece.job.pk)
    message = Message.objects.get()
    assert (piece.says(), message.attempts) == (Message.State.FAILED, 0)
    settings.MESSAGES_ALLOWED = []
    send_again(message, by=SYSTEM)
    assert run(Job.objects.filter(kind="messages.send").latest("pk").pk)
    assert piece.is_done()


def test_what_has_been_made_meanwhile_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = parked("reports.make", monkeypatch)
    with acting_as(by=SYSTEM):
        Run.objects.update(state=Run.State.EXPIRED)
    assert refused(piece) == "This report has been made."


def test_whoever_lost_their_role_gets_neither_report_nor_import(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [parked(kind, monkeypatch) for kind in ("reports.make", "exchange.apply_import")]
    with acting_as(by=SYSTEM):
        RoleGrant.objects.update(ends_on=today() - dt.timedelta(days=1))
    assert ["may no longer" in refused(piece) for piece in pieces] == [True, True]
    assert [piece.says() for piece in pieces] == [Run.State.FAILED, ImportRun.State.FAILED]


@pytest.mark.parametrize("kind", ["exchange.check_import", "exchange.apply_import"])
def test_a_file_that_is_gone_is_not_worked_on(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = parked(kind, monkeypatch)
    kept.forget(ImportRun.objects.get().public_id)
    assert refused(piece) == "The file is no longer kept. Whoever brought it can bring it again."
    assert piece.says() == ImportRun.State.FAILED


def test_work_that_was_for_an_earlier_check_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    piece = parked("exchange.check_import", monkeypatch)
    with acting_as(by=SYSTEM):
        ImportRun.objects.update(checks=2)
    assert refused(piece) == "The file has been dealt with since."


def test_a_kind_nobody_does_any_more_is_closed(does: Callable[..., None]) -> None:
    does("test.work", lambda job: 1 / 0)  # type: ignore[arg-type, return-value]
    job = enqueue("test.work", key="one", by=SYSTEM)
    piece = Piece(job, lambda: False)
    is_cut_off(piece, pytest.MonkeyPatch())
    Job.objects.update(kind="test.gone")
    assert refused(piece) == "The service no longer does work of this kind."


def test_who_says_what_is_parked_says_what_starts_again() -> None:
    with pytest.raises(ValueError, match="started again"):
        registry.handler("test.half", parked=lambda job: None)(lambda job: None)


def test_where_the_thing_cannot_move_the_job_does_not_either(does: Callable[..., None]) -> None:
    def give_up(job: Job) -> None:
        raise GiveUp("No.")

    def cannot(job: Job) -> str | None:
        raise RuntimeError("the database says no")

    does("test.work", give_up, parked=lambda job: None, again=cannot)
    job = enqueue("test.work", key="one", by=SYSTEM)
    run(job.pk)
    with pytest.raises(RuntimeError):
        retry_parked(job, by=SYSTEM)
    job.refresh_from_db()
    assert job.state == "parked"


def test_a_key_that_names_nothing_is_said() -> None:
    with pytest.raises(CommandError, match="No parked job has the key"):
        call_command("jobs", retry="nothing")
