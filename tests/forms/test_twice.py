"""Every form of the service sent twice: one record, and the second is led to what came of the first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from learners.views.checked import CheckedPage
from learners.views.enrolments import Enrol
from learners.views.events_amend import Amend
from learners.views.withdrawals import Withdraw
from pqip.core.access import every_url, is_library
from pqip.core.clock import today
from pqip.core.models import AccessEntry, AuditEntry, SentForm
from pqip.core.tokens import NAME
from pqip.jobs.models import Job
from pqip.messages.models import Message
from pqip.pages.generic import ActionPage
from pqip.pages.sending import TWICE
from tests.access import table
from tests.access.records import RECORDS, START, World, build
from tests.forms.filling import answers
from tests.personas import client_for
from workforce.roles import ROLES
from workforce.views.merges import FindOther
from workforce.views.staff_adding import NewPerson

ROWS = table.read()
OURS = {name: callback for name, _path, callback in every_url() if not is_library(callback)}
PAGES = {
    name: view
    for name, view in OURS.items()
    if getattr(getattr(view, "view_class", None), "carries_token", False)
}

LIST = "keeps the words sought with the session"
#: Pages that take a POST and whose forms carry no token, and why.
NO_TOKEN = {
    "workforce:find": LIST, "workforce:staff": LIST, "workforce:accounts": LIST, "workforce:access_log": LIST,
    "learners:list": LIST, "workforce:session": "prolongs a session, as any request does",
}  # fmt: skip

#: What the first answer that comes to mind is not right for.
OWN: dict[str, dict[str, Any]] = {
    "learners:enrol_new": {"staff_number": "N9", "fte": "1.0", "date_of_birth": "1999-03-04"},
    "workforce:add_person": {"staff_number": "N9", "fte": "1.0"},
    "workforce:register_status": {"kind": "lapsed"},
    "workforce:change_number": {"staff_number": "N9"},
    "learners:correct_board_decision": {"effective_on": START},
    "learners:decide_pathway": {"reason": "Seen their certificates"},
    "learners:plan_intake": {
        "cohort": "",
        "new_cohort": "Intake 91",
        "starts_on": dt.date(2021, 3, 1),
    },
    "learners:change_intake": {"places": "7"},
    "learners:add_application": {"application_number": "2026/9"},
    "learners:applicant_equality": {"sex": "male"},
    "learners:change_application": {"paused_days": "7"},
    "learners:change_campaign": {"code": "Cohort 99"},
    "learners:change_campaign_places": {"places": "7"},
    "learners:record_stage": {"stage": "withdrew", "on": today()},
    "learners:leaver_words": {"words": "Too far from home"},
    "learners:plan_days": {"university": "1"},
    "learners:record_award": {"award": "GRADDIP"},
    "learners:record_result": {"due_date": today()},
    "workforce:give_role": {"role": "national"},
    "workforce:invite": {"role": "national"},
    "workforce:reference_add": {"code": "NEW"},
}

#: What an earlier page of the same journey puts in the address.
ASKED = {
    "learners:withdraw": f"?ended_by=learner&on={today()}",
    "reports:keep_scenario": "?leaving=50",
}
#: Pages that lead on, say yes to what is so already, or move a row of the machinery on.
NOTHING_NEW = {
    "assessments:record_assessor", "jobs:retry", "learners:enrol", "learners:manageable",
    "learners:plan_reviews", "workforce:reference_change",
    "workforce:reset_second_factor", "workforce:switch_on",
}  # fmt: skip

STATE = "the record of the table is not in the state for it"
OTHER = "needs another person or record that is in the place and fit for it"
#: Pages that nothing can be recorded on with the table's records: held by the same code (below), driven where their subject is.
NOT_HERE = {
    "assessments:add_file": "needs a scanner", "assessments:choose_units": STATE, "assessments:claim": STATE,
    "assessments:decide": STATE,
    "assessments:dispute": STATE, "assessments:hand_in_again": OTHER, "assessments:hand_over": OTHER,
    "assessments:move_version": OTHER, "assessments:name_for_assessors": OTHER, "assessments:plan_samples": STATE,
    "assessments:release": STATE, "assessments:sample_done": STATE, "assessments:undo_named_for_assessors": STATE,
    "file_purpose": "records nothing, but keeps with the session what a file is for", "workforce:allow_export": OTHER,
    "exchange:answers": STATE, "exchange:confirm": STATE, "learners:add_board_action": OTHER, "learners:agree": OTHER,
    "learners:allocate": OTHER, "learners:allocate_many": OTHER, "learners:allow_case": STATE,
    "learners:answer_extension": STATE, "learners:appeal": STATE, "learners:ask_extension": STATE,
    "learners:attendance": OTHER, "learners:attendance_sheet": STATE, "learners:attendance_undo": STATE,
    "learners:board_decision": STATE, "learners:change_fte": STATE, "learners:co_work": STATE, "learners:complete": STATE,
    "learners:dispute_approval": STATE, "learners:enrol_person": OTHER, "learners:hold_observation": OTHER,
    "learners:link_learner": OTHER,
    "learners:look_after": OTHER, "learners:look_after_pso": OTHER, "learners:move_cohort": OTHER, "learners:move_region": OTHER,
    "learners:name_external": OTHER,
    "learners:offer_conversation": STATE,
    "learners:offer_post": STATE, "learners:plan_look": STATE, "learners:plan_return": STATE, "learners:protection": STATE,
    "learners:qualify": STATE, "learners:register": STATE, "learners:resume": STATE, "learners:say": OTHER,
    "learners:start": STATE, "learners:undo_allocated": STATE, "learners:undo_intake_booked": STATE,
    "learners:undo_step": STATE, "learners:unlink_learner": STATE, "learners:workshop": STATE,
    "reports:add_recipient": OTHER, "workforce:begin_post": STATE, "workforce:change_post": OTHER,
    "workforce:confirm_role": STATE,
    "workforce:find_other": "only looks",
}  # fmt: skip
#: Where a page comes to its action by a way of its own, which ends in the one that is held to once.
THROUGH = {ActionPage, Amend, CheckedPage, Enrol, FindOther, NewPerson, Withdraw}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def test_what_takes_a_post_carries_a_token_or_says_why_not() -> None:
    takes = {
        name for name, view in OURS.items() if hasattr(getattr(view, "view_class", None), "post")
    }
    assert takes - set(PAGES) == set(NO_TOKEN)


def test_no_page_goes_round_it() -> None:
    for name, view in PAGES.items():
        owner = next(one for one in view.view_class.__mro__ if "form_valid" in one.__dict__)
        assert owner in THROUGH, f"{name} acts by a way of its own"


def test_the_named_pages_are_there() -> None:
    assert {*NOT_HERE, *OWN} <= set(PAGES)


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(NOT_HERE)))
def test_sent_twice(name: str, world: World, django_db_blocker: Any) -> None:
    row = ROWS[name]
    with django_db_blocker.unblock(), transaction.atomic():
        who = world.people[next(role for role in ROLES if row[role] in ("near", "opens"))]
        client, where = (
            client_for(who),
            reverse(name, kwargs=RECORDS[row["record"]](world.home)) + ASKED.get(name, ""),
        )
        before = written()
        sent, first = send(client, where, OWN.get(name, {}))
        assert first.status_code == 302, first.context["form"].errors
        assert name in NOTHING_NEW or written() != before, "nothing was recorded"
        once = written()
        again = client.post(where, {key: fresh(value) for key, value in sent.items()})
        assert (again.status_code, again.url) == (302, first.url)
        assert written() == once
        assert SentForm.objects.get().went_to == first.url
        assert TWICE in [str(said) for said in said_to(client)]
        transaction.set_rollback(True)


def send(client: Client, where: str, own: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Open the page, fill it in as it stands and send it, the check page too. What was sent last, and its answer."""
    page = client.get(where)
    token = re.findall(rf'name="{NAME}" value="([^"]+)"', page.content.decode())[-1]
    sent = answers(page.context["form"], **own) | {NAME: token}
    answer = client.post(where, sent)
    if answer.status_code == 200 and "sent" in answer.context:
        assert token.partition(".")[0] in answer.content.decode(), "the check page is the same form"
        sent["confirmed"] = "yes"
        answer = client.post(where, sent)
    return sent, answer


def fresh(value: Any) -> Any:
    """A file as it is chosen again."""
    if isinstance(value, SimpleUploadedFile):
        value.seek(0)
    return value


def written() -> list[int]:
    """How much is on record, of whatever kind."""
    return [model._default_manager.count() for model in (AuditEntry, AccessEntry, Job, Message)]


def said_to(client: Client) -> list[Any]:
    """What the next page says, without opening one."""
    from django.contrib.messages.storage.fallback import FallbackStorage
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.COOKIES = {name: one.value for name, one in client.cookies.items()}
    request.session = client.session
    return list(FallbackStorage(request))
