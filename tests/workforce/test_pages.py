"""Pages of the workforce: staff, people with access, reference data, finding anyone, the first page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse

from learners.models import AcademicModule, Campaign, Cohort, ModulePlan, PathwayTiming
from pqip.core.acting import acting_as
from pqip.core.ledger import supersede
from pqip.core.models import AuditEntry
from pqip.core.reference import kinds
from pqip.core.reference_loading import load_all
from tests.factories.workforce import BY, absence, grade, person, region, spell, user
from tests.personas import client_for, persona
from workforce.models import Absence, Grade, RecordsComplete, RoleGrant, Spell, University, User

pytestmark = pytest.mark.django_db
JUNE = dt.date(2025, 6, 1)


def text(answer) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())


def test_the_staff_list_shows_filters_and_finds() -> None:
    person("A1", first_name="Ŵyn", last_name="ap Rhys", in_grade="PO")
    person("A2", last_name="Elsewhere", in_region="WAL")
    person("A3", last_name="Newton", in_grade="PSO", in_pdu="N54DUR")
    client = client_for(persona("learning_manager"))
    shown = text(client.get("/staff/"))
    assert "ap Rhys" in shown
    assert "Elsewhere" not in shown
    assert "Newton" in text(client.get("/staff/?grade=PSO&pdu=N54DUR"))
    assert "ap Rhys" not in text(client.get("/staff/?grade=PSO"))
    found = client.post("/staff/", {"words": "ŵyn"}, follow=True)
    assert "ap Rhys" in text(found)
    assert "Newton" not in text(found)
    assert "yn" not in found.redirect_chain[0][0].split("find=")[0]


def test_the_staff_list_needs_as_many_queries_for_200_as_for_20(
    django_assert_max_num_queries,
) -> None:
    client = client_for(persona("learning_manager"))
    for _number in range(60):
        person()
    with django_assert_max_num_queries(14):
        client.get("/staff/")


def test_a_post_is_changed_and_ended_and_an_absence_recorded() -> None:
    somebody = person("A1", in_grade="PSO")
    spell(somebody, dt.date(2024, 1, 1), in_grade="PSO")
    client, place = (
        client_for(persona("learning_manager")),
        reverse("workforce:person", args=[somebody.public_id]),
    )
    asked = {
        "on": "2025-06-01",
        "grade": grade("PO").pk,
        "region": somebody.region_id,
        "pdu": "",
        "function": "court",
        "fte": "0.8",
        "contract": "permanent",
    }
    assert client.post(f"{place}post/", asked).status_code == 302
    assert list(
        Spell.objects.live()
        .filter(person=somebody)
        .order_by("effective_on")
        .values_list("grade__code", "ended_on")
    ) == [("PSO", dt.date(2025, 5, 31)), ("PO", None)]
    assert client.post(f"{place}post/", asked).status_code == 200  # nothing changes
    away = {"kind": "career_break", "starts_on": "2025-07-01"}
    assert client.post(f"{place}absences/add/", away).status_code == 302
    assert "Career break" in text(client.get(place))
    assert (
        client.post(
            f"{place}absences/career_break/2025-07-01/end/", {"ended_on": "2025-09-30"}
        ).status_code
        == 302
    )
    assert Absence.objects.live().get().ended_on == dt.date(2025, 9, 30)
    assert (
        client.post(
            f"{place}post/end/", {"ended_on": "2026-03-31", "leave_reason": "Retired"}
        ).status_code
        == 302
    )
    assert "Retired" in text(client.get(place))


def test_absences_are_for_those_who_manage_people() -> None:
    somebody = person()
    absence(somebody, JUNE)
    page = text(
        client_for(persona("national")).get(reverse("workforce:person", args=[somebody.public_id]))
    )
    assert "Career break" not in page


def test_anyone_is_found_by_name_or_number() -> None:
    person("Z77", first_name="Zosia", last_name="Quill")
    client = client_for(persona("learning_manager"))
    for words in ("zosia", "z77", "quill zos"):
        assert "Zosia Quill" in text(client.post("/find/", {"words": words}, follow=True))
    assert "Nobody you look after" in text(
        client.post("/find/", {"words": "nobody at all"}, follow=True)
    )
    assert "Zosia" not in text(
        client_for(persona("administrator")).post("/find/", {"words": "zosia"}, follow=True)
    )


@pytest.mark.parametrize(
    ("role", "where"),
    [
        ("administrator", "/people-with-access/"),
        ("learning_manager", "/learners/decisions/"),
        ("pta", "/assessments/"),
        ("countersigner", "/assessments/queue/"),
        ("line_manager", "/learners/mine/"),
        ("regional_manager", "/reports/overview/"),
        ("national", "/reports/overview/"),
    ],
)
def test_each_role_lands_on_its_first_list(role: str, where: str) -> None:
    assert client_for(persona(role)).get("/").url == where


def invitation(**changes: str) -> dict[str, str]:
    asked = {
        "email": "new@example.com",
        "name": "New Person",
        "staff_number": "",
        "role": "learning_manager",
        "region": "",
        "pdu": "",
        "starts_on": "2026-01-01",
        "ends_on": "",
    }
    return {**asked, **changes}


def test_an_administrator_invites_and_a_second_one_confirms() -> None:
    first, second = persona("administrator"), persona("administrator")
    client = client_for(first)
    assert "Select the region" in text(client.post("/people-with-access/invite/", invitation()))
    assert not User.objects.filter(email="new@example.com").exists()
    assert (
        client.post("/people-with-access/invite/", invitation(role="national")).status_code == 302
    )
    made = User.objects.get(email="new@example.com")
    held = made.grants.get()
    assert (held.is_waiting, held.given_by) == (True, first)
    page = reverse("workforce:account", args=[made.public_id])
    confirm = reverse("workforce:confirm_role", args=[made.public_id, held.public_id])
    assert client.post(confirm).status_code == 403
    assert "Confirm" in text(client_for(second).get(page))
    assert client_for(second).post(confirm).status_code == 302
    held.refresh_from_db()
    assert (held.is_waiting, held.confirmed_by) == (False, second)
    assert client_for(second).post(confirm).status_code == 409
    assert AuditEntry.objects.filter(
        table_name="workforce_rolegrant", row_key=held.pk, actor=f"user:{second.pk}"
    ).exists()


def test_nobody_raises_their_own_rights() -> None:
    who = persona("administrator")
    give = reverse("workforce:give_role", args=[who.public_id])
    asked = {
        "role": "learning_manager",
        "region": str(person().region_id),
        "pdu": "",
        "starts_on": "2026-01-01",
        "ends_on": "",
    }
    assert client_for(who).post(give, asked).status_code == 403
    with (
        pytest.raises(Exception, match="Nobody gives, changes or confirms a role of their own"),
        acting_as(by=who),
    ):
        RoleGrant.objects.create(user=who, given_by=who, role="national", starts_on=JUNE)


def test_an_account_is_switched_off_and_on_for_a_reason() -> None:
    account, client = user("hr_partner", in_region="NE"), client_for(persona("administrator"))
    page = reverse("workforce:account", args=[account.public_id])
    assert client.post(f"{page}off/", {"reason": ""}).status_code == 200
    assert client.post(f"{page}off/", {"reason": "Left"}).status_code == 302
    account.refresh_from_db()
    assert not account.is_active
    assert "Switched off" in text(client.get("/people-with-access/?state=off"))
    client.post(f"{page}on/", {"reason": "Back"})
    assert (
        text(client.get("/people-with-access/?role=hr_partner&region=NE")).count(account.email) == 1
    )


@pytest.mark.parametrize("slug", list(kinds))
def test_every_kind_of_reference_data_has_its_pages(slug: str) -> None:
    with acting_as(by=BY):
        Campaign.objects.create(code="C1", name="Campaign 1")  # of kinds none of which ships
        RecordsComplete.objects.create(
            region=region("NE"), grade=grade("PO"), effective_on=dt.date(2025, 4, 1)
        )
        ModulePlan.objects.create(
            university=University.objects.earliest("pk"),
            cohort=Cohort.objects.create(code="Plan"),
            due_on=dt.date(2025, 9, 1),
            module=AcademicModule.objects.get(code="CJS"),
            effective_on=dt.date(2025, 1, 1),
        )
    client = client_for(persona("administrator"))
    page = client.get(f"/reference/{slug}/")
    assert page.status_code == 200
    assert client.get(f"/reference/{slug}/add/").status_code == 200
    first = re.search(rf'href="(/reference/{slug}/change/[^"]+)"', page.content.decode())[1]
    assert client.get(first).status_code == 200


def test_reference_data_is_changed_for_a_reason_and_a_release_leaves_it() -> None:
    client = client_for(persona("administrator"))
    asked = {"code": "SPTA", "name": "Senior practice tutor", "band": "5", "order": "4"}
    assert "Enter why" in text(client.post("/reference/grades/change/SPTA/", asked))
    assert (
        client.post(
            "/reference/grades/change/SPTA/", {**asked, "reason": "Its new name"}
        ).status_code
        == 302
    )
    assert "already exists" in text(client.post("/reference/grades/add/", asked))
    load_all()
    assert Grade.objects.get(code="SPTA").name == "Senior practice tutor"


def test_a_dated_row_is_voided_and_recorded_anew_and_another_added_from_a_day() -> None:
    client, name = client_for(persona("administrator")), "PQIP15/full_time/2022-01-01"
    row = PathwayTiming.objects.live().get(
        pathway__code="PQIP15", mode="full_time", effective_on=dt.date(2022, 1, 1)
    )
    asked = {
        "pathway": str(row.pathway_id),
        "mode": "full_time",
        "effective_on": "2022-01-01",
        "months": "16",
        "assessment_start_months": "7",
        "source": "The service",
        "assumed": "no",
    }
    changed = client.post(
        f"/reference/pathway-timings/change/{name}/", {**asked, "reason": "Said so"}
    )
    assert changed.status_code == 302, text(changed)
    row.refresh_from_db()
    assert row.void_reason == "Said so"
    assert (
        PathwayTiming.objects.live()
        .get(pathway=row.pathway, mode="full_time", effective_on=row.effective_on)
        .months
        == 16
    )
    later = client.post("/reference/pathway-timings/add/", {**asked, "effective_on": "2027-01-01"})
    assert later.status_code == 302, text(later)
    wrong = text(
        client.post("/reference/pathway-timings/add/", {**asked, "assessment_start_months": "20"})
    )
    assert "does not fit together" in wrong
    assert "Constraint" not in wrong


def test_a_change_of_lengths_asks_for_new_dates() -> None:
    from pqip.jobs.models import Job
    from tests.factories.learners import enrolment

    enrolment()
    client = client_for(persona("administrator"))
    client.post(
        "/reference/pathways/add/",
        {"code": "PQIP99", "name": "Another", "opens_on": "", "closes_on": "", "order": "9"},
    )
    assert not Job.objects.filter(kind="learners.redate").exists()
    row = PathwayTiming.objects.live().get(
        pathway__code="PQIP21", mode="part_time", effective_on=dt.date(2022, 1, 1)
    )
    client.post(
        "/reference/pathway-timings/change/PQIP21/part_time/2022-01-01/",
        {
            "pathway": str(row.pathway_id),
            "mode": "part_time",
            "effective_on": "2022-01-01",
            "months": "29",
            "assessment_start_months": "",
            "source": "The service",
            "assumed": "no",
            "reason": "Said so",
        },
    )
    assert Job.objects.filter(kind="learners.redate").count() == 1


def test_the_worker_re_dates_everybody() -> None:
    from learners.tasks import redate
    from pqip.jobs.models import Job
    from tests.factories.learners import enrolment

    learner = enrolment()
    row = PathwayTiming.objects.live().get(
        pathway__code="PQIP15", mode="full_time", effective_on=dt.date(2022, 1, 1)
    )
    supersede(row, by=BY, reason="The service said so", months=17)
    with acting_as(by=BY):
        redate(Job(kind="learners.redate"))
    before = learner.planned_end
    learner.refresh_from_db()
    assert (learner.planned_end - before).days in range(59, 63)
