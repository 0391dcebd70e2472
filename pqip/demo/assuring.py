"""Made-up quality assurance and plans: samples, released units, certificate claims, meetings, next assessments."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import F, Max

from assessments.models import (
    AssessmentPlan,
    AssessorRecord,
    Attendance,
    CertificateClaim,
    Criterion,
    Qualification,
    Registration,
    Sample,
    SamplingAgreement,
    Standardisation,
    StandardisationAction,
    UnitRelease,
    UnitSignoff,
)
from assessments.queries.sampling_agreement import plans
from learners.models import Enrolment
from pqip.demo.load import Load
from pqip.demo.world import World, later
from workforce.models import Person, Region

ASSURED = ["VQ5", "VQ3", "TAQA3"]
OUTSIDE = "Made-up Quality Ltd"
#: The number of days back in which decisions are sampled, and the share of them.
SINCE, SHARE = 360, 0.12
#: A unit is released within this number of days after its sign-off; the newest still wait.
RELEASED_WITHIN = 20
TOPICS = [
    "Sufficiency of observation",
    "Feedback that says what is still needed",
    "Professional discussion as evidence",
]
SESSIONS = [
    ("workshop", "Planning an assessment"),
    ("workshop", "Feedback that helps"),
    ("induction", "First steps as an assessor"),
    ("workshop", "Judging what is sufficient"),
]
FOUND = [
    "The trail from evidence to criteria is clear.",
    "Feedback is specific and fair.",
    "Sufficient, and well recorded.",
]
TO_DO = [
    "Say in the feedback which part shows the criterion.",
    "Use one more method in this unit.",
    "Date the observation notes.",
]
PLANNED = {
    "observation": "Observation of a supervision session",
    "professional_discussion": "Professional discussion of a plan",
    "work_product": "Written report",
    "questioning": "Questions on legislation",
}
#: Final decisions in a period: by whom and where, who countersigned, and whether their units are signed off.
DECIDED = """
SELECT d.id, d.criteria_met || d.criteria_not_met, p.region_id, coalesce(c.effective_on, d.effective_on),
    EXISTS (SELECT FROM assessments_unitsignoff g JOIN assessments_criterion k ON k.unit_id = g.unit_id
        WHERE g.registration_id = e.registration_id AND k.id = ANY(d.criteria_met) AND g.voided_at IS NULL)
FROM assessments_decision d JOIN workforce_person p ON p.id = d.assessor_id
JOIN assessments_countersignstamp s ON s.decision_id = d.id JOIN assessments_evidence e ON e.id = d.evidence_id
LEFT JOIN assessments_countersignature c ON c.decision_id = d.id
WHERE d.effective_on >= %s AND (NOT s.is_needed OR c.outcome = 'agreed') ORDER BY d.id
"""


class Assuring:
    """Collects quality assurance, with a quality assurer in each region."""

    def __init__(self, world: World) -> None:
        self.world, self.yesterday = world, later(world.as_at, -1)
        self.assurers = {
            region.pk: self._assurer(region) for region in Region.objects.order_by("order", "code")
        }
        self.samples = Load(
            Sample,
            "public_id",
            "decision_id",
            "quality_assurer_id",
            "stage",
            "due_on",
            "sampled_on",
            "verdict",
            "criteria",
            "found",
            "action",
            "action_due_on",
            "action_done_on",
            "effective_on",
            "recorded_at",
        )
        self.releases = Load(
            UnitRelease,
            "public_id",
            "signoff_id",
            "registration_id",
            "released_by_id",
            "effective_on",
            "recorded_at",
        )
        self.claims = Load(
            CertificateClaim, "registration_id", "reference", "effective_on", "recorded_at"
        )
        self.plans = Load(
            AssessmentPlan,
            "public_id",
            "registration_id",
            "assessor_id",
            "due_on",
            "what",
            "method",
            "criteria",
            "agreed_on",
            "effective_on",
            "recorded_at",
        )

    def _assurer(self, region: Region) -> int:
        """Return a quality assurer for the region, who comes from outside it."""
        (first, last), number = self.world.chance.name(), f"DEMOIQA{region.code}"
        person = Person.objects.create(
            staff_number=number,
            first_name=first,
            last_name=last,
            email=f"{number.lower()}@example.com",
            region=region,
            organisation=OUTSIDE,
            public_id=self.world.chance.uuid(),
        )
        begins = self.world.begins
        AssessorRecord.objects.create(
            person=person,
            effective_on=later(begins, -900),
            achieved_on=later(begins, -900),
            competent_on=begins,
            may_assess=ASSURED,
            assure_from=begins,
            assured_qualifications=ASSURED,
            public_id=self.world.chance.uuid(),
        )
        return person.pk

    def sample(
        self, decision: int, criteria: list[int], region: int, final: dt.date, is_signed: bool
    ) -> None:
        """Add a sample of a decision: most are sampled within a month; one in eight has an action to do."""
        world, chance, assurer = self.world, self.world.chance, self.assurers[region]
        stage, due = "summative" if is_signed else "interim", later(final, 30)
        on = later(final, chance.between(4, 34))
        if on > self.yesterday:
            self.samples.add(
                chance.uuid(),
                decision,
                assurer,
                stage,
                max(due, world.as_at),
                None,
                "",
                [],
                "",
                "",
                None,
                None,
                final,
                world.recorded(final),
            )
            return
        verdict, action, do_by, done = "supported", "", None, None
        if chance.happens(0.12):
            verdict = "not_supported" if chance.happens(0.15) else "action"
            action, do_by, done = (
                chance.pick(TO_DO),
                later(on, 28),
                later(on, chance.between(3, 40)),
            )
            done = done if done <= self.yesterday else None
        self.samples.add(
            chance.uuid(),
            decision,
            assurer,
            stage,
            due,
            on,
            verdict,
            criteria[:3],
            chance.pick(FOUND),
            action,
            do_by,
            done,
            final,
            world.recorded(done or on),
        )

    def release(self, signoff: int, registration: int, region: int, signed: dt.date) -> None:
        on = later(signed, self.world.chance.between(2, RELEASED_WITHIN))
        if on <= self.yesterday:
            chance = self.world.chance
            self.releases.add(
                chance.uuid(),
                signoff,
                registration,
                self.assurers[region],
                on,
                self.world.recorded(on),
            )

    def claim(self, registration: int, last: dt.date) -> None:
        """Claim the certificate of a candidate who finished some time ago."""
        on = later(last, RELEASED_WITHIN + self.world.chance.between(1, 40))
        if on <= self.yesterday:
            self.claims.add(registration, f"MADE-UP-{registration}", on, self.world.recorded(on))

    def plan(self, registration: int, assessor: int, criteria: list[int]) -> None:
        """Plan the next assessment of most candidates; for one in twelve its day has passed."""
        world, chance = self.world, self.world.chance
        if not chance.happens(0.7):
            return
        made = later(world.as_at, -chance.between(8, 25))
        due = later(
            world.as_at, -chance.between(1, 6) if chance.happens(0.08) else chance.between(0, 28)
        )
        method, agreed = (
            chance.pick(list(PLANNED)),
            later(made, 3) if chance.happens(0.75) else None,
        )
        start = chance.between(0, max(len(criteria) - 3, 0))
        self.plans.add(
            chance.uuid(),
            registration,
            assessor,
            due,
            PLANNED[method],
            method,
            criteria[start : start + 3],
            agreed,
            made,
            world.recorded(agreed or made),
        )

    def write(self) -> None:
        for load in (self.samples, self.releases, self.claims, self.plans):
            load.write()


def assuring(world: World) -> None:
    """Add quality assurance for the whole nation."""
    made = Assuring(world)
    with connection.cursor() as cursor:
        cursor.execute(DECIDED, [later(world.as_at, -SINCE)])
        for row in cursor.fetchall():
            if world.chance.happens(SHARE) and row[2] in made.assurers:
                made.sample(*row)
    signed = UnitSignoff.objects.order_by("pk")
    for row in signed.values_list(
        "pk", "registration_id", "registration__person__region", "effective_on"
    ).iterator():
        made.release(*row)
    units = Qualification.objects.get(code="VQ5").version_on(world.as_at).units.count()  # type: ignore[union-attr]
    for key, last, count in _finished():
        if count >= units:
            made.claim(key, last)
    criteria = list(Criterion.objects.filter(unit__version__qualification__code="VQ5").order_by("unit__number", "order")
                    .values_list("pk", "unit__version"))  # fmt: skip
    for key, version, assessor in _on_programme():
        made.plan(key, assessor, [one for one, of in criteria if of == version])
    made.write()
    _meetings(world)
    _sessions(world.separate("sessions"))
    _agreements(world.separate("agreements"))


def _sessions(world: World) -> None:
    """Add an induction session and three workshops in each region in the last year, which most assessors in training
    attended.
    """
    chance = world.chance
    for region in Region.objects.order_by("order", "code"):
        here = (
            AssessorRecord.objects.live()
            .filter(person__region=region, achieved_on=None)
            .order_by("person")
        )
        people = list(here.values_list("person", "registered_on"))
        for place, (kind, topic) in enumerate(SESSIONS):
            held = later(world.as_at, -chance.between(10, 60) - 70 * place)
            came = [
                key for key, since in people if since and since <= held and chance.happens(0.85)
            ]
            if came:
                session = Standardisation.objects.create(
                    region=region, held_on=held, topic=topic, kind=kind, public_id=chance.uuid()
                )
                Attendance.objects.bulk_create(
                    Attendance(meeting=session, person_id=key, has_come=True, effective_on=held)
                    for key in came
                )


def _agreements(world: World) -> None:
    """Add the external quality assurer's agreement to most regions' plans; for one in six something must change first."""
    chance = world.chance
    first, last = chance.name()
    external = Person.objects.create(
        staff_number="DEMOEQA",
        first_name=first,
        last_name=last,
        email="demoeqa@example.com",
        organisation="Awarding body (made up)",
        public_id=chance.uuid(),
    )
    regions = list(Region.objects.order_by("order", "code"))
    for region, plan in plans([region.pk for region in regions]).items():
        if plan.samples:
            is_agreed = not chance.happens(1 / 6)
            on = later(world.as_at, -chance.between(1, 20))
            SamplingAgreement.objects.create(
                region_id=region,
                external=external,
                is_agreed=is_agreed,
                plan=plan.fingerprint,
                samples=plan.samples,
                comment="" if is_agreed else "Please sample more professional discussions.",
                effective_on=on,
                public_id=chance.uuid(),
            )


def _finished() -> list[tuple[int, dt.date, int]]:
    """Return the registrations with units achieved, each with the latest day and the number of units."""
    rows = (
        UnitSignoff.objects.order_by("registration")
        .values("registration")
        .annotate(last=Max("effective_on"))
    )
    counted: dict[int, int] = {}
    for key in UnitSignoff.objects.values_list("registration", flat=True):
        counted[key] = counted.get(key, 0) + 1
    return [(row["registration"], row["last"], counted[row["registration"]]) for row in rows]


def _on_programme() -> list[tuple[int, int, int]]:
    """Return the registrations for the VQ5 of active learners with an assessor: key, version, assessor."""
    active = dict(
        Enrolment.objects.filter(status="active", pta__isnull=False).values_list("person", "pta")
    )
    rows = Registration.objects.filter(person__in=list(active), qualification__code="VQ5").order_by(
        "pk"
    )
    return [
        (key, version, active[person])
        for key, version, person in rows.values_list("pk", "version", "person")
    ]


def _meetings(world: World) -> None:
    """Add three meetings a year in each region, which most assessors attended."""
    chance = world.chance
    for region in Region.objects.order_by("order", "code"):
        here = (
            AssessorRecord.objects.live()
            .filter(person__region=region, person__organisation="")
            .annotate(key=F("person"))
        )
        people = list(here.order_by("person").values_list("key", flat=True))
        for place, topic in enumerate(TOPICS):
            held = later(world.as_at, -chance.between(20, 100) - 110 * place)
            meeting = Standardisation.objects.create(
                region=region,
                held_on=held,
                topic=topic,
                outcome="Examples were compared and agreed.",
                public_id=chance.uuid(),
            )
            Attendance.objects.bulk_create(
                Attendance(
                    meeting=meeting, person_id=key, has_come=chance.happens(0.8), effective_on=held
                )
                for key in people
            )
            if people:
                StandardisationAction.objects.create(
                    meeting=meeting,
                    what="Share an annotated example with the team.",
                    owner_id=chance.pick(people),
                    do_by=later(held, 30),
                    done_on=later(held, 21) if place else None,
                    effective_on=held,
                    public_id=chance.uuid(),
                )
