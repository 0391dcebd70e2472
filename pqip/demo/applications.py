"""Made-up applications in the last campaigns: those of everybody who was enrolled from them, and of many more who fell away."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from learners.models import (
    ApplicantEquality,
    Application,
    ApplicationStage,
    Campaign,
    CampaignPlaces,
    EntryFacts,
    Event,
    Pathway,
)
from pqip.demo.load import Keys, Load
from pqip.demo.world import WEIGHTS, Intake, World, a_campaign, later, the_next_intakes
from workforce.models import EqualityAnswers, Pdu

#: Applications at scale 1: of the last two campaigns that have closed, and of the one under way. 7,395 is a
#: published size of one campaign,
#: the others are made up.
CLOSED, UNDER_WAY = (6_120, 7_395), 3_480
#: A region's own campaign for posts as PSOs, made up.
PSO_REGION, PSO_APPLICATIONS, PSO_PLACES = "LON", 410, 60
#: Who applies, and of whom more come through the sift and the assessment centre (S3 §2.8: men and ethnic minority
#: candidates fall away,
#: disabled ones do not). The shares are made up.
SEXES, SEX_SHARES = ["female", "male", "prefer_not_to_say", ""], [0.69, 0.24, 0.02, 0.05]
ETHNICITIES = {
    "white_british": 0.52, "white_irish": 0.01, "white_other": 0.06, "indian": 0.04, "pakistani": 0.04, "bangladeshi": 0.02,
    "african": 0.07, "caribbean": 0.04, "white_and_black_caribbean": 0.03, "mixed_other": 0.02, "arab": 0.01, "other": 0.02,
    "prefer_not_to_say": 0.04, "": 0.08,
}  # fmt: skip
#: Codes of applicants for the broader answers that the made-up learners gave.
DETAILED = {
    "white": ["white_british", "white_british", "white_british", "white_other", "white_irish"],
    "asian": ["indian", "pakistani", "bangladeshi"], "black": ["african", "caribbean"],
    "mixed": ["white_and_black_caribbean", "mixed_other"], "other": ["arab", "other"],
}  # fmt: skip
DISABILITIES, DISABILITY_SHARES = ["yes", "no", "prefer_not_to_say", ""], [0.14, 0.73, 0.04, 0.09]
AGES = ["20_to_24", "25_to_29", "30_to_34", "35_to_39", "40_to_44", "45_to_49", "50_to_54", ""]
AGE_SHARES = [0.27, 0.26, 0.15, 0.1, 0.08, 0.05, 0.03, 0.06]
ROUTES, ROUTE_SHARES = ["external", "pso_progression", "internal_moj"], [0.88, 0.09, 0.03]
SIFT, CENTRE = 0.42, 0.46
MINORITY = frozenset(ETHNICITIES) - {
    "white_british",
    "white_irish",
    "white_other",
    "prefer_not_to_say",
    "",
}
WITHDRAWS = 0.05
CHANNELS = "Civil Service Jobs, universities, social media, staff intranet"


@dataclass(frozen=True)
class Starter:
    """Somebody enrolled from a campaign, as their enrolment has it."""

    enrolment: int
    person: int
    route: str
    region: int
    pdu: int | None
    pathway: int
    starts_on: dt.date
    known_on: dt.date
    has_started: bool
    born_on: dt.date | None


class Applications:
    """Collects applications, their stages and answers, and writes them at once."""

    def __init__(self, world: World) -> None:
        self.world, self.used = world, 0
        self.keys = Keys(Application)
        self.rows = Load(
            Application, "id", "public_id", "application_number", "campaign_id", "region_id", "route", "applied_on",
            "paused_days", "previous_number", "is_returner", "would_take_pso_post", "offices", "offered_pdu_id",
            "accepted_pdu_id", "enrolment_id",
        )  # fmt: skip
        self.stages = Load(
            ApplicationStage, "public_id", "application_id", "stage", "effective_on", "passed", "recorded_at"
        )  # fmt: skip
        self.answers = Load(
            ApplicantEquality,
            "application_id",
            "sex",
            "ethnicity",
            "disability",
            "age_band",
            "copied",
        )
        self.offices: dict[int, list[str]] = {}
        for region, code in (
            Pdu.objects.filter(closed_on=None).order_by("pk").values_list("region", "code")
        ):
            self.offices.setdefault(region, []).append(code)
        self.last: dict[str, str] = {}

    def began(
        self,
        starter: Starter,
        campaign: int,
        offered: dt.date,
        applied: dt.date,
        answers: EqualityAnswers | None,
    ) -> None:
        """Add the application of somebody who was enrolled: every stage of it, up to the start where that has come."""
        chance = self.world.chance
        gap = max((offered - applied).days, 12)
        sifted, assessed = later(applied, gap // 4), later(applied, gap * 2 // 3)
        confirmed = max(starter.known_on, later(offered, 1))
        took = max((confirmed - offered).days, 2)
        checks, vetting = (
            later(offered, max(took * 4 // 5, 1)),
            later(offered, max(took * 3 // 5, 1)),
        )
        paused = chance.between(1, max(took // 3, 1)) if chance.happens(0.3) else 0
        key = self._row(
            campaign, starter.region, starter.route, applied, paused, starter.pdu, starter.enrolment
        )
        stages: list[tuple[str, dt.date, bool | None]] = [
            ("sifted", sifted, True), ("assessed", assessed, True), ("provisional_offer", offered, None),
            ("vetting", vetting, True), ("checks", checks, True), ("confirmed_offer", confirmed, None),
        ]  # fmt: skip
        if starter.has_started:
            stages.append(("started", starter.starts_on, None))
        self._stages(key, stages)
        self._answered(key, starter, applied, answers)

    def fell_away(self, campaign: int, region: int, route: str, applied: dt.date) -> None:
        """Add an application that led to no start, with what has happened of it by today."""
        chance = self.world.chance
        sex = chance.weighted(SEXES, SEX_SHARES)
        ethnicity = chance.weighted(list(ETHNICITIES), list(ETHNICITIES.values()))
        likely = 1 - 0.12 * (sex == "male") - 0.16 * (ethnicity in MINORITY)
        stages: list[tuple[str, dt.date, bool | None]] = []
        day, passed = applied, True
        for stage, low, high, share in (("sifted", 14, 35, SIFT), ("assessed", 20, 50, CENTRE)):
            if passed and not chance.happens(WITHDRAWS):
                day = later(day, chance.between(low, high))
                passed = chance.happens(share * likely)
                stages.append((stage, day, passed))
            elif passed:
                passed = False
                stages.append(("withdrew", later(day, chance.between(3, 20)), None))
        paused = 0
        if passed and chance.happens(0.55):
            day = later(day, chance.between(7, 25))
            stages.append(("provisional_offer", day, None))
            paused = chance.between(2, 20) if chance.happens(0.35) else 0
            checked = later(day, chance.between(15, 60))
            cleared = chance.happens(0.8)
            stages.append(("checks", checked, cleared))
            if cleared:
                stages.append(("withdrew", later(checked, chance.between(2, 40)), None))
        if stages and stages[-1][2] is False and chance.happens(0.4):
            stages.append(("feedback", later(stages[-1][1], chance.between(5, 30)), None))
        is_offered = any(stage == "provisional_offer" for stage, _, _ in stages)
        key = self._row(campaign, region, route, applied, paused if is_offered else 0, None, None)
        self._stages(key, stages)
        if ethnicity or sex:
            disability = chance.weighted(DISABILITIES, DISABILITY_SHARES)
            self.answers.add(key, sex, ethnicity, disability, chance.weighted(AGES, AGE_SHARES), [])

    def _row(
        self, campaign: int, region: int, route: str, applied: dt.date, paused: int, pdu: int | None, enrolment: int | None
    ) -> int:  # fmt: skip
        chance = self.world.chance
        self.used += 1
        key, number = next(self.keys), f"DEMO-{self.used:06d}"
        earlier = chance.pick([self.last.get(route, ""), ""]) if chance.happens(0.06) else ""
        self.last[route] = number
        known = self.offices.get(region, [])
        ranked = [chance.pick(known)] if known and pdu else []
        returns = chance.happens(0.04) if chance.happens(0.8) else None
        post = chance.happens(0.3) if chance.happens(0.7) else None
        self.rows.add(
            key, chance.uuid(), number, campaign, region, route, applied, paused, earlier, returns, post, ranked, pdu, pdu,
            enrolment,
        )  # fmt: skip
        return key

    def _stages(self, key: int, stages: list[tuple[str, dt.date, bool | None]]) -> None:
        world = self.world
        for stage, day, passed in stages:
            if day < world.as_at:
                self.stages.add(
                    world.chance.uuid(), key, stage, day, passed, world.recorded(day, 1)
                )

    def _answered(
        self, key: int, starter: Starter, applied: dt.date, answers: EqualityAnswers | None
    ) -> None:
        chance = self.world.chance
        ethnicity = answers.ethnicity if answers else ""
        ethnicity = chance.pick(DETAILED[ethnicity]) if ethnicity in DETAILED else ethnicity
        age = (applied - starter.born_on).days // 365 if starter.born_on else None
        band = (
            ""
            if age is None or age < 20
            else f"{age // 5 * 5}_to_{age // 5 * 5 + 4}"
            if age < 65
            else "65_and_over"
        )
        sex, disability = (answers.sex, answers.disability) if answers else ("", "")
        self.answers.add(key, sex, ethnicity, disability, band, [])

    def write(self) -> None:
        for load in (self.rows, self.stages, self.answers):
            load.write()


def applications(world: World) -> None:
    """Add the last two campaigns that have closed, the one under way, and a region's own for PSOs."""
    made = Applications(world)
    places = Load(
        CampaignPlaces, "public_id", "campaign_id", "region_id", "pathway_id", "effective_on", "places", "recorded_at"
    )  # fmt: skip
    closed = [intake for intake in world.cohorts if intake.campaign and not intake.is_pilot][-2:]
    for intake, size in zip(closed, CLOSED, strict=False):
        _closed(made, places, intake, size)
    _under_way(made, places)
    _of_a_region(made, places)
    made.write()
    places.write()


def _starters(intake: Intake) -> list[Starter]:
    """Everybody enrolled with a cohort, by their first terms."""
    rows = Event.objects.live().filter(kind="enrolled", enrolment__entry_cohort=intake.key)
    has_started = set(
        Event.objects.live()
        .filter(kind="started", enrolment__entry_cohort=intake.key)
        .values_list("enrolment_id", flat=True)
    )
    return [
        Starter(
            row.enrolment_id, row.enrolment.person_id, row.enrolment.entry_route, row.to_region_id or 0, row.to_pdu_id,
            row.to_pathway_id or 0, row.effective_on, row.known_from.date(), row.enrolment_id in has_started,
            row.enrolment.person.date_of_birth,
        )
        for row in rows.select_related("enrolment__person").order_by("enrolment_id")
    ]  # fmt: skip


def _closed(made: Applications, places: Load, intake: Intake, size: int) -> None:
    """A campaign of the whole country that has closed: the applications of all who were enrolled, and of those who fell away."""
    world, chance = made.world, made.world.chance
    starters = _starters(intake)
    if not starters:
        return
    of = {"enrolment__in": [one.enrolment for one in starters]}
    facts = {row.enrolment_id: row for row in EntryFacts.objects.live().filter(**of)}
    people = [one.person for one in starters]
    answers = {row.person_id: row for row in EqualityAnswers.objects.filter(person__in=people)}
    days = []
    for one in starters:
        row = facts.get(one.enrolment)
        offered = row.offered_on if row and row.offered_on else later(one.known_on, -30)
        applied = row.effective_on if row else later(offered, -90)
        days.append(applied)
        made.began(one, intake.campaign or 0, offered, applied, answers.get(one.person))
    opens, closes = min(days), max(days)
    wanted = world.count(size) - len(starters)
    for _ in range(max(wanted, 0)):
        applied = later(opens, chance.between(0, (closes - opens).days))
        made.fell_away(
            intake.campaign or 0,
            world.regions[world.region()],
            chance.weighted(ROUTES, ROUTE_SHARES),
            applied,
        )
    _describe(intake.campaign or 0, opens, closes, world.count(size * 0.9))
    counts: dict[tuple[int, int], int] = {}
    for one in starters:
        counts[one.region, one.pathway] = counts.get((one.region, one.pathway), 0) + 1
    for (region, pathway), came in sorted(counts.items()):
        planned = max(round(came * (100 + chance.between(-4, 12)) / 100), 1)
        _places(places, world, intake.campaign or 0, region, pathway, planned, opens)


def _under_way(made: Applications, places: Load) -> None:
    """The campaign for the next cohort to which nobody belongs yet."""
    world, chance = made.world, made.world.chance
    ahead = the_next_intakes(world.as_at, later(world.as_at, 700))
    if not ahead:
        return
    campaign, opens = a_campaign(ahead[0]).pk, later(world.as_at, -75)
    for _ in range(world.count(UNDER_WAY)):
        applied = later(opens, chance.between(0, 74))
        made.fell_away(
            campaign, world.regions[world.region()], chance.weighted(ROUTES, ROUTE_SHARES), applied
        )
    _describe(campaign, opens, later(world.as_at, 14), world.count(6_800))
    pathways = Pathway.objects.filter(code__in=("PQIP15", "PQIP21", "PQIP27")).order_by(
        "order", "pk"
    )
    total = sum(WEIGHTS.values())
    for region, weight in WEIGHTS.items():
        for pathway, share in zip(pathways, (0.42, 0.33, 0.25), strict=True):
            planned = round(ahead[0].size * world.scale * share * weight / total)
            if planned:
                _places(places, world, campaign, world.regions[region], pathway.pk, planned, opens)


def _of_a_region(made: Applications, places: Load) -> None:
    """A region's own campaign for posts as PSOs."""
    world, chance = made.world, made.world.chance
    region = world.regions[PSO_REGION]
    opens = later(world.as_at, -160)
    campaign = Campaign.objects.create(
        code=f"PSO {PSO_REGION} {opens:%Y-%m}",
        name=f"PSOs in London, {opens:%B %Y}",
        region_id=region,
    )
    for _ in range(world.count(PSO_APPLICATIONS)):
        made.fell_away(campaign.pk, region, "pso_post", later(opens, chance.between(0, 30)))
    _describe(
        campaign.pk,
        opens,
        later(opens, 30),
        world.count(400),
        "Application form and interview",
        "Civil Service Jobs, job centres",
    )
    _places(places, world, campaign.pk, region, None, world.count(PSO_PLACES), opens)


def _places(
    places: Load, world: World, campaign: int, region: int, pathway: int | None, planned: int, opens: dt.date
) -> None:  # fmt: skip
    day = later(opens, -20)
    places.add(world.chance.uuid(), campaign, region, pathway, day, planned, world.recorded(day))


def _describe(
    campaign: int, opens: dt.date, closes: dt.date, target: int, selection: str = "Values-based sift, online assessment centre",
    channels: str = CHANNELS,
) -> None:  # fmt: skip
    Campaign.objects.filter(pk=campaign).update(
        opens_on=opens, closes_on=closes, target_applications=target, selection_version=selection, channels=channels
    )  # fmt: skip
