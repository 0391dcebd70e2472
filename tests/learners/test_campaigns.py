"""Campaigns on screen: added, changed, with places; one campaign's funnel, who stopped where, and places filled by region."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learners.actions.campaigns import (
    add_campaign,
    change_campaign,
    change_places,
    plan_places,
    undo_places,
)
from learners.facts.campaigns import counts_of, filled, totals_of
from learners.models import Application, Campaign, CampaignPlaces
from pqip.core.acting import Job, acting_as
from pqip.core.errors import Conflict, RuleBroken
from reports.figures.asking import Question
from reports.figures.recruitment_funnel import recruitment_funnel
from tests.factories import applications as make
from tests.factories import learners
from tests.factories.applications import APPLIED
from tests.personas import client_for, persona

from .test_pages import date, text_of

pytestmark = pytest.mark.django_db
BY, LATE = Job("test"), dt.date(2026, 11, 30)
WHOLE: dict[str, Any] = {
    "sifted": 10, "assessed": 40, "provisional_offer": 50, "checks": 80, "vetting": 70, "confirmed_offer": 90, "started": 120,
}  # fmt: skip


def six() -> Campaign:
    """One started (checks of 30 days, 5 paused); one waits with an offer (checks of 26 days); one failed the sift; one was
    rejected at once; one withdrew after the assessment centre; one of Yorkshire just applied.
    """
    of = make.campaign(target_applications=12)
    make.application(stages=WHOLE, paused_days=5)
    make.application(stages={"sifted": 4, "assessed": 9, "provisional_offer": 10, "checks": 36})
    make.application(stages={"sifted": (20, False)})
    make.application(stages={"rejected": 2})
    make.application(stages={"sifted": 3, "assessed": 6, "withdrew": 8})
    make.application(in_region="YH")
    make.application(of=make.campaign("Other"), stages=WHOLE)
    return of


def test_counts_worked_out_by_hand() -> None:
    counts = counts_of(six().pk, LATE, None, 25)
    found = {
        one.stage: (
            one.reached,
            one.passed,
            one.of_previous,
            one.rejected,
            one.withdrew,
            one.waiting,
        )
        for one in counts.stages
    }
    assert found == {
        "applied": (6, 6, 6, 1, 0, 1), "sifted": (4, 3, 4, 1, 0, 0), "assessed": (3, 3, 3, 0, 1, 0),
        "provisional_offer": (2, 2, 2, 0, 0, 0), "checks": (2, 2, 2, 0, 0, 1), "vetting": (1, 1, 1, 0, 0, 0),
        "confirmed_offer": (1, 1, 1, 0, 0, 0), "started": (1, 1, 1, 0, 0, 0),
    }  # fmt: skip
    checks = counts.stages[4]
    assert (checks.median_days, checks.within) == (25.5, 1)
    ended = sum(one.rejected + one.withdrew + one.waiting for one in counts.stages)
    assert ended + 1 == 6, "everybody who has not started stands somewhere"
    regions = {
        learners.region(code).pk: counts.regions[learners.region(code).pk] for code in ("NE", "YH")
    }
    assert [(one.applied, one.offered, one.started) for one in regions.values()] == [
        (5, 1, 1),
        (1, 0, 0),
    ]


@pytest.mark.parametrize(("target", "within"), [(24, 0), (25, 1), (26, 2)])
def test_checks_within_the_target_on_the_day_itself(target: int, within: int) -> None:
    assert counts_of(six().pk, LATE, None, target).stages[4].within == within


def test_within_regions_and_as_at_a_day() -> None:
    of = six()
    home = [learners.region("NE").pk]
    assert counts_of(of.pk, LATE, home, 25).stages[0].reached == 5
    assert counts_of(of.pk, LATE, [], 25).stages[0].reached == 0
    assert counts_of(of.pk, APPLIED + dt.timedelta(days=119), None, 25).stages[7].reached == 0
    assert counts_of(of.pk, APPLIED + dt.timedelta(days=120), None, 25).stages[7].reached == 1
    assert totals_of([of.pk], LATE, home)[of.pk].started == 1
    assert totals_of([], LATE, None) == {}


def test_page_and_report_agree() -> None:
    of = six()
    rows = recruitment_funnel(Question(LATE))
    told = [row for row in rows if (row["campaign"], row["breakdown"]) == (of.code, "all")]
    counts = counts_of(of.pk, LATE, None, 25)
    assert [(row["stage"], row["reached"], row["passed"]) for row in told] == [
        (one.stage, one.reached, one.passed) for one in counts.stages
    ]


def test_places_filled_are_of_who_started_on_the_pathway_of_their_place() -> None:
    place = learners.enrolment()
    made = make.application(stages=WHOLE, enrolment=place)
    key = (place.region_id, place.pathway_id)
    assert filled(made.campaign_id, LATE) == {key: 1}
    assert filled(made.campaign_id, APPLIED) == {}


def test_places_are_planned_once_changed_and_undone() -> None:
    of = make.campaign()
    first = plan_places(by=BY, campaign=of, region=learners.region(), pathway=None, places=4)
    with pytest.raises(RuleBroken, match="recorded already"):
        plan_places(by=BY, campaign=of, region=learners.region(), pathway=None, places=5)
    on_pathway = plan_places(
        by=BY, campaign=of, region=learners.region(), pathway=learners.pathway(), places=0
    )
    assert change_places(by=BY, planned=first, places=4, reason="Same") == first
    second = change_places(by=BY, planned=first, places=6, reason="More")
    with pytest.raises(Conflict):
        change_places(by=BY, planned=first, places=7, reason="Too late")
    undo_places(by=BY, planned=second, reason="None")
    assert list(CampaignPlaces.objects.live()) == [on_pathway]
    regional = make.campaign("PSO 3", region=learners.region("YH"))
    with pytest.raises(RuleBroken, match="another region"):
        plan_places(by=BY, campaign=regional, region=learners.region(), pathway=None, places=1)


def test_a_campaign_is_called_like_no_other() -> None:
    made = add_campaign(by=BY, code="Cohort 17", name="Autumn")
    for wrong in ({"code": "cohort  17"}, {"code": "New", "name": "AUTUMN"}, {"code": "autumn"}):
        with pytest.raises(RuleBroken, match="has this name or code"):
            add_campaign(by=BY, **wrong)
    change_campaign(by=BY, campaign=made, name="Autumn 2026")
    with pytest.raises(RuleBroken, match="or later"):
        change_campaign(by=BY, campaign=made, opens_on=LATE, closes_on=APPLIED)


def test_a_region_keeps_its_own_campaigns_and_the_nation_all() -> None:
    manager, national = client_for(persona("learning_manager")), client_for(persona("national"))
    url = reverse("learners:add_campaign")
    said = {
        "code": "PSO NE 1",
        "name": "",
        "target_applications": "40",
        "selection_version": "",
        "channels": "",
    }
    manager.post(url, said)
    own = Campaign.objects.get()
    assert own.region == learners.region("NE")
    national.post(url, {**said, "code": "Cohort 18", "region": ""})
    whole = Campaign.objects.get(code="Cohort 18")
    assert whole.region is None
    other = make.campaign("PSO YH 1", region=learners.region("YH"))

    def answer(client: Any, name: str, campaign: Campaign) -> int:
        return int(client.get(reverse(f"learners:{name}", args=[campaign.public_id])).status_code)

    assert [answer(manager, "campaign", each) for each in (own, whole, other)] == [200, 200, 404]
    assert [answer(manager, "change_campaign", each) for each in (own, whole, other)] == [
        200,
        404,
        404,
    ]
    assert [answer(national, "change_campaign", each) for each in (own, whole, other)] == [
        200,
        200,
        200,
    ]
    listed = text_of(manager.get(reverse("learners:campaigns")))
    assert "Cohort 18" in listed
    assert "PSO YH 1" not in listed
    manager.post(
        reverse("learners:change_campaign", args=[own.public_id]),
        {
            **said,
            **date("opens_on", APPLIED),
            **date("closes_on", LATE),
            "channels": "Universities",
        },
    )
    own.refresh_from_db()
    assert (own.opens_on, own.closes_on, own.channels) == (APPLIED, LATE, "Universities")


def test_places_are_added_changed_and_undone_by_their_pages() -> None:
    of, client = make.campaign(), client_for(persona("learning_manager"))
    client.post(
        reverse("learners:plan_campaign_places", args=[of.public_id]),
        {"pathway": "", "places": "8"},
    )
    made = CampaignPlaces.objects.get()
    client.post(
        reverse("learners:change_campaign_places", args=[made.public_id]),
        {"places": "9", "reason": "One more", "seen": made.pk},
    )
    made = CampaignPlaces.objects.live().get()
    page = text_of(client.get(reverse("learners:campaign", args=[of.public_id])))
    assert "Posts as PSOs" in page
    client.post(reverse("learners:undo_campaign_places", args=[made.public_id]), {"reason": "None"})
    assert not CampaignPlaces.objects.live().exists()


def test_a_campaigns_page_shows_its_funnel_and_opens_who_stopped_where() -> None:
    of = six()
    client = client_for(persona("national"))
    page = client.get(reverse("learners:campaign", args=[of.public_id]))
    text = text_of(page)
    assert "12: 50% reached" in text
    assert "1 of 2 completed checks took no longer than 25 days while the clock ran (50%)." in text
    funnel, regions, _places = page.context_data["tables"]
    sifted = funnel.rows[1]
    assert [sifted[0], sifted[1].text, sifted[2].text, sifted[3], sifted[4]] == [
        "Sifted",
        "4",
        "3",
        "66.7%",
        "66.7%",
    ]
    rejected = client.get(sifted[6].url)
    assert len(rejected.context_data["table"].rows) == 1
    assert [row[0] for row in regions.rows] == ["North East", "Yorkshire and the Humber"]
    near = client_for(persona("learning_manager")).get(
        reverse("learners:campaign", args=[of.public_id])
    )
    assert near.context_data["tables"][0].rows[0][4] == "100%"
    assert len(near.context_data["tables"][1].rows) == 1


def test_a_campaigns_page_asks_as_much_of_few_applications_as_of_many() -> None:
    of = six()
    client = client_for(persona("national"))
    url = reverse("learners:campaign", args=[of.public_id])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(20):
        make.application(stages=WHOLE)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)


def test_a_campaign_with_applications_or_places_elsewhere_becomes_none_of_a_region() -> None:
    of = make.campaign()
    make.application(of=of)
    change_campaign(by=BY, campaign=of, region=learners.region("NE"))
    with pytest.raises(RuleBroken, match="applications or places of another region"):
        change_campaign(by=BY, campaign=of, region=learners.region("YH"))
    change_campaign(by=BY, campaign=of, region=None)
    made = plan_places(by=BY, campaign=of, region=learners.region("YH"), pathway=None, places=3)
    with pytest.raises(RuleBroken, match="applications or places of another region"):
        change_campaign(by=BY, campaign=of, region=learners.region("NE"))
    undo_places(by=BY, planned=made, reason="None")
    change_campaign(by=BY, campaign=of, region=learners.region("NE"))


def test_the_database_keeps_a_campaign_of_a_region_to_it() -> None:
    of, wide = make.campaign("PSO 9", region=learners.region("NE")), make.campaign()
    with pytest.raises(InternalError), transaction.atomic():
        make.application(of=of, in_region="YH")
    made = make.application(of=wide, in_region="YH")
    with pytest.raises(InternalError), transaction.atomic(), acting_as(by=BY):
        Application.objects.filter(pk=made.pk).update(campaign=of)
    with pytest.raises(InternalError), transaction.atomic(), acting_as(by=BY):
        Campaign.objects.filter(pk=wide.pk).update(region=of.region)
