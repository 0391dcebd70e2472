"""One sign-in for each role, tied to made-up people whose lists are not empty."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db.models import Count

from assessments.models import AssessorRecord, Wait
from learners.models import Allocation, Enrolment
from learners.models.allocations import AllocationRole
from learners.queries.needs import STARTERS_DAYS
from pqip.core.errors import RuleBroken
from pqip.demo.world import World
from workforce.models import Person, Region, RoleGrant, User
from workforce.roles import NATIONAL_ROLES, PLACELESS_ROLES, ROLES

PASSWORD = "made-up-people-only"  # noqa: S105  (demonstration data alone)
REGION = "NW"
#: The number of candidates named to the external quality assurer.
NAMED = 5


@dataclass(frozen=True)
class Persona:
    """A sign-in for demonstration."""

    role: str
    email: str
    name: str


def _called(title: str) -> str:
    """Return the name of a role's account, such as *Demo line manager* or *Demo HR business partner*."""
    return f"Demo {title if title[:2].isupper() else title[0].lower() + title[1:]}"


PERSONAS = [
    Persona(code, f"{code.replace('_', '.')}@example.com", _called(role.title))
    for code, role in ROLES.items()
]


def personas(world: World) -> None:
    """Create an account for each role. Raises RuleBroken outside a demonstration."""
    if not settings.PQIP_DEMO:
        raise RuleBroken("Personas exist only where PQIP_DEMO is switched on.")
    region = Region.objects.get(code=REGION)
    people = _people(world, region)
    people["eqa"] = _external(world, people.get("pta"))
    hashed = make_password(PASSWORD)  # only once, since hashing is slow on purpose
    for persona in PERSONAS:
        user = User.objects.create(
            email=persona.email,
            password=hashed,
            name=persona.name,
            person=people.get(persona.role),
            public_id=world.chance.uuid(),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        national = persona.role in NATIONAL_ROLES or persona.role in PLACELESS_ROLES
        RoleGrant.objects.create(
            user=user,
            role=persona.role,
            region=None if national else region,
            starts_on=world.begins,
        )


def _people(world: World, region: Region) -> dict[str, Person]:
    """Return the person behind each role: an assessor in training, their countersigner, a manager and a learner of the
    region.
    """
    learning = AssessorRecord.objects.live().filter(achieved_on=None).values("person")
    waiting = Wait.objects.filter(
        to_on=None, kind="countersignature", decision__assessor__in=learning
    )
    trainee = (
        Person.objects.filter(
            region=region, grade__code="PTA", pk__in=waiting.values("decision__assessor")
        )
        .annotate(caseload=Count("allocated"))
        .order_by("-caseload", "pk")
        .first()
    ) or Person.objects.filter(region=region, grade__code="PTA").order_by("pk").first()
    in_training = (
        Allocation.objects.live()
        .filter(role="countersigner", ended_on=None, person__in=learning)
        .order_by("pk")
    )
    with_work = in_training.filter(
        person__in=waiting.values("decision__assessor")
    )  # in another region, where this one has none
    signing = in_training.filter(person=trainee).first() or with_work.first() or in_training.first()
    active = Enrolment.objects.filter(status="active", region=region, pta=trainee)
    until = world.as_at + dt.timedelta(days=STARTERS_DAYS)
    soon = Enrolment.objects.filter(start_date__range=(world.as_at, until), region=region)
    of_starters = Enrolment.objects.filter(
        status="active", line_manager__in=soon.values("line_manager")
    )
    learner = (
        of_starters.order_by("start_date", "pk").first()
        or active.exclude(line_manager=None).order_by("start_date", "pk").first()
        or Enrolment.objects.filter(status="active").first()
    )
    found = {
        "pta": trainee,
        "countersigner": signing.other
        if signing
        else Person.objects.filter(
            assessor_records__countersign_from__isnull=False, organisation=""
        )
        .order_by("pk")
        .first(),
        "learner": learner.person if learner else None,
        "line_manager": learner.line_manager if learner else None,
        "iqa": Person.objects.filter(region=region, assessor_records__assure_from__isnull=False)
        .order_by("pk")
        .first(),
    }
    return {role: person for role, person in found.items() if person}


def _external(world: World, assessor: Person | None) -> Person:
    """Return an external quality assurer, to whom some candidates of an assessor are named for a month."""
    first, last = world.chance.name()
    number = world.staff_number()
    assurer = Person.objects.create(
        staff_number=number,
        first_name=first,
        last_name=last,
        email=f"{number.lower()}@example.com",
        organisation="Awarding body (made up)",
        public_id=world.chance.uuid(),
    )
    active = Enrolment.objects.filter(status="active", pta=assessor).order_by("start_date", "pk")
    for person in active.values_list("person", flat=True)[:NAMED]:
        Allocation.objects.create(
            person_id=person,
            other=assurer,
            role=AllocationRole.EQA,
            effective_on=world.as_at - dt.timedelta(days=7),
            ended_on=world.as_at + dt.timedelta(days=30),
            public_id=world.chance.uuid(),
        )
    return assurer
