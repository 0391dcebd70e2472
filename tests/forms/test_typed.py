"""What somebody had typed comes back to them when it could not be taken, and to nobody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.signing import TimestampSigner
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import reverse

from learners.models import Contact
from pqip.core import typed
from pqip.core.acting import Job, acting_as
from pqip.core.clock import today
from pqip.core.errors import Conflict
from pqip.core.models import SentForm
from pqip.core.once import done_before, forget_old
from pqip.core.tasks import forget_forms
from pqip.core.tokens import NAME, FormToken, new_token
from pqip.pages.sending import TWICE
from tests.factories.learners import enrolment
from tests.factories.workforce import PASSWORD
from tests.forms.opened import WORDS, Opened, contact, token_in
from tests.personas import HOME, client_for, persona
from workforce.models import User

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
BACK = "It has not been saved yet"
LOGIN = reverse("account_login")


@pytest.fixture
def later(time_machine: Any) -> Any:
    """Moves the clock so many minutes after the morning began."""
    time_machine.move_to(MORNING, tick=False)
    return lambda minutes: time_machine.move_to(MORNING + dt.timedelta(minutes=minutes), tick=False)


def saved() -> int:
    return Contact.objects.live().count()


def sign_in(client: Client, email: str, where: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": PASSWORD, "next": where})


def shows(page: Any) -> bool:
    """Whether a page shows the words, in its field."""
    return WORDS in page.content.decode()


def keep_until_signed_out(opened: Opened) -> Any:
    answer = opened.send()
    assert (answer.status_code, answer.url) == (
        302,
        f"{LOGIN}?next={opened.path.replace('/', '%2F')}&kept=yes",
    )
    assert saved() == 0
    return answer


def test_two_tabs_when_a_session_ends_and_another_form_sent_between(later: Any) -> None:
    first = contact()
    second, third = (another(first, words) for words in ("In the second tab", "In the third tab"))
    later(31)
    keep_until_signed_out(first)
    second.send()
    assert sign_in(first.client, first.who.email, first.path).status_code == 302
    third.open()
    assert third.send().status_code == 302
    assert shows(first.client.get(first.path))
    assert "In the second tab" in first.client.get(second.path).content.decode()
    assert "In the third tab" not in first.client.get(third.path).content.decode()
    assert [first.send().status_code, second.send().status_code] == [302, 302]
    assert saved() == 3
    assert typed.SESSION_KEY not in first.client.session


def test_what_is_kept_of_all_tabs_has_an_end(later: Any) -> None:
    first = contact()
    tabs = [another(first, f"tab {number}") for number in range(typed.FORMS + 1)]
    later(31)
    for tab in tabs:
        tab.send()
    assert len(first.client.session[typed.SESSION_KEY]) == typed.FORMS
    large = {"about": "x" * (typed.LIMIT - 1_000)}
    for tab in tabs:
        tab.send(**large)
    assert sum(map(len, first.client.session[typed.SESSION_KEY].values())) < 2 * typed.SEALED


def another(opened: Opened, words: str) -> Opened:
    """The same form about somebody else, in another tab of the same browser."""
    learner = enrolment(in_region=HOME)
    path = reverse("learners:record_contact", args=[learner.public_id])
    tab = Opened(opened.client, opened.who, path, answers=opened.answers | {"about": words})
    tab.open()
    return tab


@pytest.mark.parametrize("minutes", [31, 8 * 60, 13 * 60])
def test_a_session_that_ended(later: Any, minutes: int) -> None:
    """Idle, over a long lunch, and so long that the session's row is past its day."""
    opened = contact()
    later(minutes)
    answer = keep_until_signed_out(opened)
    assert "What you had entered is kept" in opened.client.get(answer.url).content.decode()
    assert sign_in(opened.client, opened.who.email, opened.path).url == opened.path

    page = opened.client.get(opened.path)
    assert shows(page)
    assert BACK in page.content.decode()
    assert "There is a problem" not in page.content.decode()
    assert token_in(page).split(".")[0] == opened.token.split(".")[0], "still the same form"
    assert opened.send().status_code == 302
    assert saved() == 1
    assert BACK not in opened.client.get(opened.path).content.decode()


def test_a_session_that_is_gone(later: Any) -> None:
    """Ended by an administrator, or cleared: there is no row that says whose it was."""
    opened = contact()
    Session.objects.all().delete()
    keep_until_signed_out(opened)
    sign_in(opened.client, opened.who.email, opened.path)
    assert shows(opened.client.get(opened.path))


def test_it_is_no_other_account_s(later: Any) -> None:
    opened, other = contact(), persona("learning_manager")
    later(31)
    keep_until_signed_out(opened)
    assert WORDS not in str(opened.client.session.items()), "sealed"
    sign_in(opened.client, other.email, opened.path)
    page = opened.client.get(opened.path)
    assert page.status_code == 200
    assert not shows(page)
    assert typed.SESSION_KEY not in opened.client.session, "and forgotten"


def test_it_is_kept_for_hours_and_not_for_ever(later: Any) -> None:
    opened = contact()
    later(31)
    keep_until_signed_out(opened)
    later(31 + typed.HOURS * 60 + 1)
    sign_in(opened.client, opened.who.email, opened.path)
    assert not shows(opened.client.get(opened.path))


def test_the_form_can_be_emptied(later: Any) -> None:
    opened = contact()
    later(31)
    keep_until_signed_out(opened)
    sign_in(opened.client, opened.who.email, opened.path)
    assert opened.client.get(f"{opened.path}?typed=no").url == opened.path
    assert not shows(opened.client.get(opened.path))


def test_the_page_s_script_keeps_and_never_saves(later: Any) -> None:
    """It sends the form marked so, when it finds the session ended; in another tab the same person may be back already."""
    opened = contact()
    assert opened.send(**{typed.KEEP: "yes"}).url == opened.path
    assert saved() == 0
    assert shows(opened.client.get(opened.path))
    later(31)
    assert opened.send(**{typed.KEEP: "yes"}).url.startswith(LOGIN)


FORGED = [
    TimestampSigner(salt="other").sign("a" * 32),
    TimestampSigner(salt="form token").sign("x"),
]


@pytest.mark.parametrize(
    "token", ["", "nonsense", *FORGED], ids=["none", "nonsense", "of another signer", "of nothing"]
)
def test_nothing_is_kept_of_what_we_did_not_show(later: Any, token: str) -> None:
    opened = contact()
    opened.token = token
    later(31)
    assert opened.send().url == f"{LOGIN}?next={opened.path}"
    assert typed.SESSION_KEY not in opened.client.session


def test_neither_passwords_nor_more_than_any_form_holds() -> None:
    opened = contact()
    token = new_token(opened.who).text
    sent = {NAME: token, "about": WORDS, "password": "p", "new_password1": "p", "passcode": "p"}
    found = typed.typed_in(RequestFactory().post(opened.path, sent))
    assert found is not None
    assert [name for name, _values in found.answers] == ["about"]
    assert (
        typed.typed_in(
            RequestFactory().post(opened.path, {NAME: token, "about": "x" * (typed.LIMIT + 1)})
        )
        is None
    )
    assert typed.typed_in(RequestFactory().post(LOGIN, {NAME: token, "about": WORDS})) is None, (
        "a page that gives nothing back"
    )


def test_somebody_else_was_first(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = contact()

    def first(*args: Any, **kwargs: Any) -> None:
        raise Conflict("Cai Rees recorded this at 9:32am.")

    with monkeypatch.context() as patched:
        patched.setattr("learners.views.starting.RecordContact.perform", first)
        answer = opened.send()
    assert answer.status_code == 409
    assert shows(answer)
    assert "What was it about?" in answer.content.decode()
    assert "Cai Rees recorded this" in answer.content.decode()
    page = opened.open()
    assert shows(page)
    assert opened.send().status_code == 302
    assert saved() == 1


def test_a_role_that_ended_meanwhile() -> None:
    opened = contact()
    with acting_as(by=Job("test")):
        opened.who.grants.update(ends_on=today() - dt.timedelta(days=1))
    answer = opened.send()
    assert answer.status_code == 403
    assert shows(answer)
    assert saved() == 0


def test_a_record_that_is_gone() -> None:
    opened = contact()
    opened.path = reverse("learners:record_contact", args=["00000000-0000-4000-8000-000000000000"])
    answer = opened.send()
    assert answer.status_code == 404
    assert shows(answer)


def test_the_proof_of_the_page_is_out_of_date() -> None:
    """Signed in again in another tab: the other tab's page is refused, and its form comes back on the next."""
    opened = contact()
    checks = Client(enforce_csrf_checks=True)
    checks.cookies = opened.client.cookies
    answer = checks.post(opened.path, opened.answers | {NAME: opened.token})
    assert answer.status_code == 403
    assert "What you had entered is kept for you" in answer.content.decode()
    assert not shows(answer), "nothing that somebody could be made to send"
    assert shows(opened.client.get(opened.path))


def test_the_proof_is_out_of_date_and_the_session_over(later: Any) -> None:
    opened = contact()
    later(31)
    checks = Client(enforce_csrf_checks=True)
    checks.cookies = opened.client.cookies
    answer = checks.post(opened.path, opened.answers | {NAME: opened.token})
    assert answer.url.endswith("&kept=yes")


def test_a_page_that_was_shown_to_somebody_else() -> None:
    opened, other = contact(), persona("learning_manager")
    answer = client_for(other).post(opened.path, opened.answers | {NAME: opened.token})
    assert answer.status_code == 403
    assert not shows(answer)
    assert "is kept for you" not in answer.content.decode()
    assert saved() == 0


def test_a_page_that_was_open_for_days(later: Any) -> None:
    opened = contact()
    later(8 * 24 * 60)
    again = client_for(opened.who)
    answer = again.post(opened.path, opened.answers | {NAME: opened.token})
    assert answer.status_code == 403
    page = again.get(opened.path)
    assert shows(page)
    assert token_in(page).split(".")[0] != opened.token.split(".")[0]


def test_back_and_sent_again_with_other_answers() -> None:
    opened = contact()
    first = opened.send()
    other = opened.send(about=f"{WORDS} and references")
    assert other.status_code == 409
    said = other.content.decode()
    assert "You have already sent this form" in said
    assert first.url in said
    assert "and references" in said
    assert saved() == 1
    page = opened.open()
    assert "and references" in page.content.decode()
    assert opened.send(about=f"{WORDS} and references").status_code == 302
    assert SentForm.objects.count() == 2


def test_sent_again_after_it_was_done_and_the_session_over(later: Any) -> None:
    """The answer never arrived; by the time it is sent again the session is over, and what it asked for is done."""
    opened = contact()
    first = opened.send()
    later(31)
    assert opened.send().url.endswith("&kept=yes")
    sign_in(opened.client, opened.who.email, opened.path)
    assert opened.client.get(opened.path).url == first.url
    assert saved() == 1


def test_whoever_comes_second_while_the_first_is_done_is_led_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first is not done yet when the second comes in, and is before the second has looked: no conflict, an outcome."""
    opened = contact()
    first = opened.send()
    with monkeypatch.context() as patched:
        patched.setattr("pqip.pages.sending.done_before", Late())
        second = opened.send()
    assert (second.status_code, second.url) == (302, first.url)
    assert saved() == 1


class Late:
    """Sees nothing of what was done when first asked, as in another transaction."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, token: FormToken, user: User) -> SentForm | None:
        self.times += 1
        return done_before(token, user) if self.times > 1 else None


def test_the_service_is_away_and_the_page_carries_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = contact()
    with monkeypatch.context() as patched:
        patched.setattr("workforce.accounts.sessions.left", lambda *args: away())
        opened.client.raise_request_exception = False
        answer = opened.send()
    assert (answer.status_code, answer["Retry-After"]) == (503, "300")
    assert f"{WORDS}</textarea>" in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert opened.send().status_code == 302
    assert opened.send().status_code == 302
    assert saved() == 1


def test_a_form_that_took_too_long_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = contact()
    with monkeypatch.context() as patched:
        patched.setattr("learners.views.starting.RecordContact.perform", sleeps)
        answer = opened.send()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert f"{WORDS}</textarea>" in answer.content.decode()
    assert opened.send().status_code == 302
    assert opened.send().status_code == 302
    assert saved() == 1


def sleeps(*args: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 50")
        cursor.execute("SELECT pg_sleep(5)")


def away() -> None:
    raise OperationalError("server closed the connection unexpectedly")


def test_what_took_too_long_carries_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the second of two clicks, while the first is still at work."""
    opened = contact()

    def waits(*args: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr("learners.views.starting.RecordContact.perform", waits)
    answer = opened.send()
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert f"{WORDS}</textarea>" in answer.content.decode()
    assert "Nothing was changed" not in answer.content.decode(), "the first may be recorded by now"
    monkeypatch.undo()
    assert opened.send().status_code == 302
    assert saved() == 1


def test_a_fault_of_ours_carries_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = contact()

    def breaks(*args: Any) -> None:
        raise RuntimeError("for the test")

    monkeypatch.setattr("learners.views.starting.RecordContact.perform", breaks)
    opened.client.raise_request_exception = False
    answer = opened.send()
    assert answer.status_code == 500
    assert f"{WORDS}</textarea>" in answer.content.decode()
    assert SentForm.objects.count() == 0


def test_what_was_sent_is_forgotten_once_it_cannot_be_sent_again(later: Any) -> None:
    opened = contact()
    assert opened.send().status_code == 302
    SentForm.objects.update(sent_at=MORNING)  # the database has a clock of its own
    later(7 * 24 * 60)
    assert forget_old() == 0
    assert (
        TWICE
        in client_for(opened.who)
        .post(opened.path, opened.answers | {NAME: opened.token}, follow=True)
        .content.decode()
    )
    later(8 * 24 * 60 + 1)
    forget_forms(None)  # type: ignore[arg-type]
    assert not SentForm.objects.exists()
