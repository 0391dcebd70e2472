"""Pages before day one: the checklist, what a manager must know, keeping in touch, and support needs with who read them."""

from __future__ import annotations

import datetime as dt

import pytest

from learners.actions.allocations import allocate
from learners.facts.starting import readiness
from learners.models import Contact, Enrolment, ManagerAcknowledgement, StarterStep, SupportNeed
from learners.queries.needs import needs_of, strand_keys, with_needs
from pqip.core.acting import Job, acting_as
from pqip.core.clock import now, today
from pqip.core.models import AccessEntry
from tests.factories import assessments
from tests.factories import learners as make
from workforce.models import RegionOpening, User

from .test_pages import at, browser, date, send, somebody, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vocational")]
BY, DAY = Job("test"), dt.timedelta(days=1)
PAGES = ["starting", "brief", "support", "record_contact", "add_support", "steps_done"]


def starter(**fields: object) -> Enrolment:
    return make.enrolment(started=False, start=today() + 30 * DAY, in_pdu=make.pdu(), **fields)  # type: ignore[arg-type]


def tied(role: str, made: Enrolment) -> User:
    """Somebody who reaches the record by what they are to the learner."""
    who = somebody(role)
    person = made.person if role == "learner" else make.person(first_name="Priya", last_name="Rao")
    with acting_as(by=BY):
        User.objects.filter(pk=who.pk).update(person=person, name=person.name)
    if role != "learner":
        allocate(by=BY, person=made.person, role=role, other=person, from_date=today() - 90 * DAY)
    who.refresh_from_db()
    return who


def needing(made: Enrolment, adjustment: str = "A screen reader", **fields: object) -> SupportNeed:
    with acting_as(by=BY):
        return SupportNeed.objects.create(
            enrolment=made, effective_on=today(), adjustment=adjustment, **fields
        )


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_within_scope_and_are_not_found_without(name: str) -> None:
    mine, theirs = starter(), make.enrolment(in_region="WAL", started=False)
    client = browser(somebody())
    page = client.get(at(name, mine.public_id))
    assert page.status_code == 200
    assert "!! undefined" not in text_of(page)
    assert client.get(at(name, theirs.public_id)).status_code == 404


def test_a_step_is_two_clicks_and_the_checklist_says_what_is_left() -> None:
    made, client = starter(), browser(somebody())
    page = text_of(client.get(at("starting", made.public_id)))
    assert "in 30 days. 9 of 9 are still to be arranged." in page
    link = f"{at('starter_step', made.public_id, 'vetting')}?state=asked"
    assert link in page
    form = client.get(link).context["form"]
    assert (form["state"].value(), form["on"].value()) == ("asked", today())
    answers = {"state": "asked", **date("on", today() - 40 * DAY), "note": ""}
    assert client.post(at("starter_step", made.public_id, "vetting"), answers).status_code == 302
    answers = {"state": "paused", **date("on", today() - 10 * DAY), "note": "Address missing"}
    assert client.post(at("starter_step", made.public_id, "vetting"), answers).status_code == 302
    page = text_of(client.get(at("starting", made.public_id)))
    for words in (
        "30 days",
        "40 calendar days, 10 paused",
        "Paused",
        "Address missing",
        "calendar days are counted here",
    ):
        assert words in page
    assert "Past 25 days" not in page  # the target is that of the pre-employment checks


def test_of_those_who_started_nothing_is_said_to_be_left() -> None:
    made = make.enrolment(start=dt.date(2025, 1, 15))
    page = text_of(browser(somebody()).get(at("starting", made.public_id)))
    assert "Started on 15 January 2025." in page
    assert "still to be arranged" not in page
    assert "Not started" not in page
    assert page.count("Not recorded here") == 9
    assert (
        "They started before the record of North East was kept here, so what was arranged may be recorded elsewhere."
        in page
    )


@pytest.mark.parametrize(("days", "said"), [(-1, True), (0, False), (1, False)])
def test_nothing_recorded_is_put_down_to_an_earlier_start_up_to_the_day_of_the_opening(
    days: int, said: bool
) -> None:
    opened = dt.date(2025, 1, 15)
    made = make.enrolment(start=opened + days * DAY)
    with acting_as(by=BY):
        RegionOpening.objects.create(
            region=made.region, opened_at=dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
        )
    page = text_of(browser(somebody()).get(at("starting", made.public_id)))
    assert (
        "They started before the record of North East was kept here on 15 January 2025" in page
    ) == said
    assert "Not recorded here" in page
    assert "Not started" not in page


def test_before_day_one_nothing_recorded_is_not_started() -> None:
    page = text_of(browser(somebody()).get(at("starting", starter().public_id)))
    assert "Not recorded here" not in page
    assert page.count("Not started") == 9


def test_checks_past_their_target_say_so() -> None:
    made, client = starter(), browser(somebody())
    answers = {"state": "asked", **date("on", today() - 26 * DAY), "note": ""}
    client.post(at("starter_step", made.public_id, "checks"), answers)
    assert "Past 25 days" in text_of(client.get(at("starting", made.public_id)))


def test_what_cannot_follow_stands_at_its_question() -> None:
    made, client = starter(), browser(somebody())
    address = at("starter_step", made.public_id, "equipment")
    answer = client.post(address, {"state": "done", **date("on", today() + DAY), "note": ""})
    assert "on a day to come" in text_of(answer)
    assert "Select" in text_of(client.post(address, {**date("on", today()), "note": ""}))
    nobody = client.post(
        address, {"state": "done", **date("on", today()), "staff_number": "X", "note": ""}
    )
    assert "nobody with this staff number" in text_of(nobody)
    assert not StarterStep.objects.exists()


@pytest.mark.parametrize("arrangement", ["mentor", "nothing"])
def test_what_has_no_steps_is_not_found(arrangement: str) -> None:
    made, client = starter(), browser(somebody())
    for name in ("starter_step", "undo_step"):
        assert client.get(at(name, made.public_id, arrangement)).status_code == 404


def test_the_latest_step_is_undone_with_a_reason() -> None:
    made, client = starter(), browser(somebody())
    client.post(
        at("starter_step", made.public_id, "contract"),
        {"state": "done", **date("on", today()), "note": ""},
    )
    address = at("undo_step", made.public_id, "contract")
    assert address in text_of(client.get(at("starting", made.public_id)))
    assert "Enter reason" in text_of(client.post(address, {}))
    assert client.post(address, {"reason": "Another learner"}).status_code == 302
    assert not StarterStep.objects.live().exists()


def test_several_are_recorded_as_done_in_one_go_all_or_none() -> None:
    made, client = starter(), browser(somebody())
    client.post(
        at("starter_step", made.public_id, "vetting"),
        {"state": "asked", **date("on", today()), "note": ""},
    )
    address = at("steps_done", made.public_id)
    choices = [
        code for code, _ in client.get(address).context["form"].fields["arrangements"].choices
    ]
    assert choices == [
        "pathway_told",
        "checks",
        "vetting",
        "contract",
        "office",
        "equipment",
        "family_connection",
    ]
    early = {"arrangements": ["contract", "vetting"], **date("on", today() - DAY)}
    assert "Vetting: The step before was on" in text_of(client.post(address, early))
    assert not StarterStep.objects.filter(arrangement="contract").exists()
    assert "There is a problem" in text_of(client.post(address, date("on", today())))
    assert client.post(address, {**early, **date("on", today())}).status_code == 302
    assert readiness([made.pk], today())[made.pk].missing() == [
        "pathway_told",
        "checks",
        "office",
        "equipment",
        "mentor",
        "adjustments",
        "family_connection",
    ]
    choices = [
        code for code, _ in client.get(address).context["form"].fields["arrangements"].choices
    ]
    assert "vetting" not in choices


def test_of_the_family_check_there_is_no_note() -> None:
    made, client = starter(), browser(somebody())
    address = at("starter_step", made.public_id, "family_connection")
    assert "note" not in client.get(address).context["form"].fields
    answers = {"state": "done_action_taken", **date("on", today()), "note": "Who it is"}
    assert client.post(address, answers).status_code == 302
    assert StarterStep.objects.live().get().note == ""
    assert "Done, action taken" in text_of(client.get(at("starting", made.public_id)))


def test_the_mentor_is_whoever_is_allocated() -> None:
    made, client = starter(), browser(somebody())
    assert at("allocate", made.public_id) in text_of(client.get(at("starting", made.public_id)))
    assessments.allocate(made.person, make.person(first_name="Ola", last_name="Berg"), "mentor")
    assert "Ola Berg" in text_of(client.get(at("starting", made.public_id)))


def test_contacts_are_noted_and_undone_on_screen() -> None:
    made, client = starter(), browser(somebody())
    assert "There is a problem" in text_of(
        send(client, "record_contact", made, **date("on", today()), means="email")
    )
    answers = {
        **date("on", today()),
        "means": "telephone",
        "about": "What the first day looks like",
    }
    assert send(client, "record_contact", made, **answers).status_code == 302
    assert "What the first day looks like" in text_of(client.get(at("starting", made.public_id)))
    address = at("undo_contact", made.public_id, Contact.objects.get().public_id)
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": "Another learner"}).status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "sees"), [("pta", False), ("line_manager", True), ("learner", True)]
)
def test_adjustments_and_the_family_check_are_for_those_who_need_to_know(
    role: str, sees: bool
) -> None:
    made = starter()
    needing(made)
    client = browser(tied(role, made))
    page = text_of(client.get(at("starting", made.public_id)))
    assert ("Agreed, not yet in place" in page) is sees
    assert ("Family-connection check" in page) is sees
    assert "Equipment and access" in page
    assert AccessEntry.objects.filter(
        what="learners:support", person_key=made.person_id
    ).count() == int(sees)
    for name in ("support", "brief"):
        assert client.get(at(name, made.public_id)).status_code == (200 if sees else 403)


def test_the_line_manager_reads_what_they_must_know_and_says_so() -> None:
    made = starter()
    needing(made, "A desk by the window")
    boss = tied("line_manager", made)
    client, other = browser(boss), browser(somebody())
    page = text_of(client.get(at("brief", made.public_id)))
    for words in (
        "A desk by the window",
        "Not yet",
        "I have read this",
        "No line manager has said",
    ):
        assert words in page
    assert "I have read this" not in text_of(other.get(at("brief", made.public_id)))
    assert other.post(at("acknowledge", made.public_id)).status_code == 403
    assert client.post(at("acknowledge", made.public_id)).status_code == 302
    assert ManagerAcknowledgement.objects.live().get(enrolment=made).manager == boss.person
    page = text_of(other.get(at("brief", made.public_id)))
    assert "Priya Rao" in page
    assert "I have read this" not in text_of(client.get(at("brief", made.public_id)))


def test_support_is_added_changed_and_removed_on_screen() -> None:
    made, client = starter(), browser(somebody())
    answers = {"adjustment": "A screen reader", **date("agreed_on", today()), "staff_number": ""}
    assert "There is a problem" in text_of(
        send(client, "add_support", made, **{**answers, "adjustment": ""})
    )
    early = send(client, "add_support", made, **answers, **date("in_place_on", today() - DAY))
    assert "cannot have been in place before" in text_of(early)
    assert send(client, "add_support", made, **answers).status_code == 302
    need = SupportNeed.objects.live().get()
    address = at("change_support", made.public_id, need.public_id)
    assert client.get(address).context["form"]["adjustment"].value() == "A screen reader"
    assert client.post(address, {**answers, **date("in_place_on", today())}).status_code == 302
    need = SupportNeed.objects.live().get()
    assert need.in_place_on == today()
    assert "A screen reader" in text_of(client.get(at("support", made.public_id)))
    address = at("remove_support", made.public_id, need.public_id)
    assert "A screen reader" in text_of(client.get(address))
    assert client.post(address, {"reason": "Needed no more"}).status_code == 302
    assert "No adjustment is recorded" in text_of(client.get(at("support", made.public_id)))


def test_somebody_elses_support_need_is_not_found() -> None:
    made, theirs = starter(), make.enrolment(in_region="WAL", started=False)
    need, client = needing(theirs), browser(somebody())
    for name in ("change_support", "remove_support"):
        assert client.get(at(name, made.public_id, need.public_id)).status_code == 404
        assert client.get(at(name, theirs.public_id, need.public_id)).status_code == 404


def test_every_reading_is_logged_and_the_learner_sees_who() -> None:
    made = starter()
    needing(made)
    boss, learner = browser(tied("line_manager", made)), browser(tied("learner", made))
    for name in ("starting", "brief", "support"):
        boss.get(at(name, made.public_id))
    learner.get(at("support", made.public_id))
    logged = AccessEntry.objects.filter(what="learners:support").order_by("id")
    assert [(row.kind, row.person_key, row.detail["where"]) for row in logged] == [
        ("view", made.person_id, where) for where in ("starting", "brief", "support", "support")
    ]
    page = text_of(learner.get(at("support_readings", made.public_id)))
    for words in ("Priya Rao", "You", "What their manager must know", "Before day one"):
        assert words in page
    assert boss.get(at("support_readings", made.public_id)).status_code == 403


def test_the_list_of_starters_is_those_of_8_weeks_with_what_is_missing() -> None:
    made = starter(who=make.person(last_name="Soon"))
    make.enrolment(who=make.person(last_name="Eightweeks"), started=False, start=today() + 56 * DAY)
    for days in (57, -1):
        make.enrolment(
            who=make.person(last_name="Other"), started=False, start=today() + days * DAY
        )
    make.enrolment(who=make.person(last_name="Other"), start=today())
    client = browser(somebody())
    client.post(
        at("starter_step", made.public_id, "contract"),
        {"state": "done", **date("on", today()), "note": ""},
    )
    page = text_of(client.get(at("starters")))
    for words in (
        "Soon",
        "Eightweeks",
        "in 30 days",
        "in 56 days",
        "Pathway, checks, vetting, contract",
        "No line manager",
    ):
        assert words in page
    assert "Other" not in page
    assert "vetting, office" in page  # the one with a contract
    without = text_of(client.get(at("starters"), {"missing": "contract"}))
    assert "Eightweeks" in without
    assert "Soon" not in without
    assert "No starters match" in text_of(
        client.get(at("starters"), {"cohort": make.cohort("Intake 99").code})
    )
    assert at("starters") in text_of(client.get(at("decisions")))


def test_the_list_of_starters_shows_whose_manager_has_not_read() -> None:
    one, other = (
        starter(who=make.person(last_name="Readof")),
        starter(who=make.person(last_name="Unread")),
    )
    boss = tied("line_manager", one)
    browser(boss).post(at("acknowledge", one.public_id))
    client = browser(somebody())
    assert "Priya Rao" in text_of(client.get(at("starters")))
    page = text_of(client.get(at("starters"), {"missing": "not_read"}))
    assert ("Unread" in page, "Readof" in page) == (True, False)
    own = text_of(browser(boss).get(at("starters")))
    assert ("Unread" in own, "Readof" in own) == (False, True)
    assert other.pk


def test_nobody_starts_soon() -> None:
    assert "Nobody starts in the next 8 weeks" in text_of(browser(somebody()).get(at("starters")))


def test_the_list_and_its_file_log_each_reading_of_support() -> None:
    made, client = starter(), browser(somebody())
    starter()
    needing(made)
    client.get(at("starters"))
    client.get(at("starters"), {"format": "csv"})
    logged = AccessEntry.objects.filter(what="learners:support").order_by("id")
    assert [(row.kind, row.person_key) for row in logged] == [
        ("view", made.person_id),
        ("export", made.person_id),
    ]
    assert AccessEntry.objects.filter(what="learners:starters", kind="export").count() == 1


def test_who_may_not_see_support_finds_it_neither_in_the_list_nor_by_its_filter() -> None:
    made = starter()
    needing(made)
    client = browser(tied("pta", made))
    page = text_of(client.get(at("starters")))
    assert made.person.staff_number in page
    assert "Adjustments" not in page
    assert made.person.staff_number in text_of(
        client.get(at("starters"), {"missing": "adjustments"})
    )
    lines = client.get(at("starters"), {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    line = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    assert (line["adjustments"], line["family_connection"], line["vetting"]) == (
        "",
        "",
        "not_started",
    )
    assert not AccessEntry.objects.filter(what="learners:support").exists()


def test_the_file_of_starters_is_the_list() -> None:
    made, client = starter(who=make.person("S-1", last_name="=1+1")), browser(somebody())
    starter()
    needing(made, in_place_on=today())
    client.post(
        at("starter_step", made.public_id, "vetting"),
        {"state": "asked", **date("on", today()), "note": ""},
    )
    answer = client.get(at("starters"), {"missing": "vetting", "format": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    line = next(
        dict(zip(lines[0].split(","), each.split(","), strict=True))
        for each in lines
        if each.startswith("S-1")
    )
    assert (line["days_to_start"], line["vetting"], line["adjustments"], line["pathway"]) == (
        "30",
        "asked",
        "done",
        "PQIP15",
    )
    assert line["last_name"] == "'=1+1"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("days", "waits"), [(-1, False), (0, True), (28, True), (29, False)])
def test_f4_whose_manager_has_not_read_it_4_weeks_before_is_on_the_first_list(
    days: int, waits: bool
) -> None:
    made = make.enrolment(started=False, start=today() + days * DAY)
    assert needing_codes(made, "unread") is waits
    boss = browser(tied("line_manager", made))
    boss.post(at("acknowledge", made.public_id))
    assert not needing_codes(made, "unread")
    with acting_as(by=BY, recorded_at=now() + DAY):
        SupportNeed.objects.create(enrolment=made, effective_on=today(), adjustment="A quiet room")
    assert needing_codes(made, "unread") is waits
    assert (readiness([made.pk], today())[made.pk].read_on is None) is True


def needing_codes(made: Enrolment, code: str) -> bool:
    rows = Enrolment.objects.filter(pk=made.pk)
    return code in {
        need.code for need in needs_of(with_needs(rows, today(), strand_keys(rows, today())).get())
    }
