"""An officer's record from where they hold the post: what follows them to the new manager, and what stays."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from learners.actions.allocations import allocate
from learners.actions.qualified_officers import answer_post, offer_post
from learners.models import Enrolment, NewlyQualified, SupportNeed
from learners.queries import records
from pqip.core.acting import acting_as
from pqip.core.clock import today
from pqip.core.permissions import catalogue
from tests.factories import learners as make
from tests.factories import workforce as w
from tests.personas import client_for, persona
from workforce.roles import ROLES

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FOLLOWS = {
    "learners.view_learner",
    "learners.allocate",
    "learners.view_support",
    "learners.change_support",
    "learners.protect_officer",
}
#: Of a learning manager, by what they do with it.
GROUPS = {
    "read": (True, ["view_learner"]),
    "look after": (True, ["protect_officer", "allocate", "view_support", "change_support"]),
    "events": (False, ["record_event", "void_event", "complete_without_proof", "import_learners"]),
    "board and withdrawals": (False, ["run_board", "approve_withdrawal"]),
    "entry and start": (False, ["change_learner", "decide_pathway", "prepare_starter"]),
    "intakes": (False, ["view_intakes", "plan_intakes"]),
    "recruitment": (False, ["view_applications", "record_applications"]),
    "training and practice": (False, ["follow_up_training", "record_practice", "hold_review"]),
    "conversations": (False, ["view_conversations", "hold_conversation"]),
    "what others may not read": (False, ["view_module_marks", "see_break_reason"]),
}


def officer(in_region: str, in_pdu: str = "") -> Enrolment:
    """Completed in the North East two months ago, and an officer elsewhere since."""
    made, on = make.enrolment(start=today() - 600 * DAY), today() - 60 * DAY
    make.event(made, "completed", on)
    make.event(made, "qualified", on)
    offered = offer_post(
        by=w.BY,
        enrolment=made,
        on=on,
        region=w.region(in_region),
        pdu=w.pdu(in_pdu) if in_pdu else None,
    )
    answer_post(by=w.BY, post=offered, answer="accepted", on=on)
    made.refresh_from_db()
    return made


@pytest.fixture
def sam() -> Enrolment:
    made = officer("WAL")
    assert (made.region.code, made.post_region.code) == ("NE", "WAL")  # type: ignore[union-attr]
    return made


def test_what_follows_a_post_is_named_and_everything_else_does_not() -> None:
    assert {code for code, each in catalogue.items() if each.follows_post} == FOLLOWS
    grouped = {f"learners.{code}" for _, codes in GROUPS.values() for code in codes}
    own = {code for code in ROLES["learning_manager"].permissions if code.startswith("learners.")}
    assert grouped == own - {"learners.develop_pso"}, "of PSOs, who are no officers"


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_from_the_region_that_received_them_and_from_the_old_one(
    sam: Enrolment, group: str
) -> None:
    follows, codes = GROUPS[group]
    old, new, third = (persona("learning_manager", region=region) for region in ("NE", "WAL", "YH"))
    for code in (f"learners.{code}" for code in codes):
        reached = [sam in records.enrolments(user, code) for user in (old, new, third)]
        assert reached == [True, follows, False], code
        assert [records.may(user, code, sam) for user in (old, new, third)] == reached, code


def test_leavers_words_stay_with_the_old_regions_hr_partner(sam: Enrolment) -> None:
    partners = [persona("hr_partner", region=region) for region in ("NE", "WAL")]
    assert [
        sam in records.enrolments(partner, "learners.view_leavers") for partner in partners
    ] == [True, False]


def test_a_unit_of_the_post_is_reached_by_its_own_manager_alone() -> None:
    made = officer("NE", "N54DUR")
    reached = [
        made in records.enrolments(persona("regional_manager", region="NE", pdu=unit))
        for unit in ("N54DUR", "N54SUND")
    ]
    assert reached == [True, False]


@pytest.mark.parametrize(("name", "follows"), [
    ("learner", True), ("ending", True), ("support", True), ("protection", True), ("workshop", True), ("allocate", True),
    ("add_support", True), ("offer_post", False), ("qualify", False), ("record_result", False), ("record_award", False),
    ("record_training", False), ("appeal", False), ("entry_facts", False), ("changes", False),
])  # fmt: skip
def test_pages_open_or_are_not_found(sam: Enrolment, name: str, follows: bool) -> None:
    address = reverse(f"learners:{name}", args=[sam.public_id])
    codes = [
        client_for(persona("learning_manager", region=region)).get(address).status_code
        for region in ("NE", "WAL")
    ]
    assert codes == [200, 200 if follows else 404]


def test_the_new_manager_records_protection_and_a_workshop_and_is_offered_nothing_else(
    sam: Enrolment,
) -> None:
    new = client_for(persona("learning_manager", region="WAL"))
    page = new.get(reverse("learners:ending", args=[sam.public_id])).content.decode()
    assert "Record protection" in page
    assert "Record a workshop" in page
    assert "Record an offer of a post" not in page
    overview = new.get(reverse("learners:learner", args=[sam.public_id])).content.decode()
    assert reverse("learners:qualify", args=[sam.public_id]) not in overview
    on = today() - 60 * DAY
    said = {"on": on.isoformat(), "reduction_percent": 20}
    assert new.post(reverse("learners:protection", args=[sam.public_id]), said).status_code == 302
    assert NewlyQualified.objects.live().get().enrolment == sam
    assert sam.person.name in new.get(reverse("learners:newly_qualified")).content.decode()


def test_allocations_are_changed_from_where_the_post_is_and_the_link_says_so(
    sam: Enrolment,
) -> None:
    """Both regions read the page and may allocate. Who looks after the officer now is ended, corrected and undone where the
    officer's post is; the other region is shown no link to it, nor to the person's own page."""
    held = allocate(
        by=w.BY,
        person=sam.person,
        role="mentor",
        other=w.person(in_region="WAL"),
        from_date=today(),
    )
    steps = [
        reverse(f"learners:{name}_allocation", args=[sam.public_id, held.public_id])
        for name in ("end", "correct", "undo")
    ]
    staff = reverse("workforce:person", args=[sam.person.public_id])
    for region, opens in (("NE", False), ("WAL", True)):
        client = client_for(persona("learning_manager", region=region))
        people, first = (
            client.get(reverse(f"learners:{name}", args=[sam.public_id])).content.decode()
            for name in ("people", "learner")
        )
        assert [step in people for step in steps] == [opens] * 3
        assert [client.get(step).status_code for step in steps] == [200 if opens else 404] * 3
        assert ((staff in first), client.get(staff).status_code) == (opens, 200 if opens else 404)
        assert reverse("learners:allocate", args=[sam.public_id]) in people


def test_support_needs_follow_with_their_own_permission(sam: Enrolment) -> None:
    with acting_as(by=w.BY):
        SupportNeed.objects.create(enrolment=sam, adjustment="Screen reader", effective_on=today())
    reached = {
        (role, region): SupportNeed.objects.visible_to(
            persona(role, region=region), "learners.view_support"
        ).exists()
        for role, region in (
            ("learning_manager", "NE"),
            ("learning_manager", "WAL"),
            ("learning_manager", "YH"),
        )
    }
    assert list(reached.values()) == [True, True, False]
