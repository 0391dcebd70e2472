"""Regions' sampling plans, and what external quality assurers said of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from assessments.models import Sample, SamplingAgreement
from assessments.models.reach import allocated_to
from assessments.queries.sampling import samples
from assessments.rules.sampling_agreement import Plan, plan_of, state_of
from learners.models.allocations import AllocationRole
from workforce.models import Person, Region

AGREE = "assessments.agree_sampling"
REGION = "decision__evidence__registration__person__region"


@dataclass(frozen=True)
class RegionPlan:
    """A region's plan, the last statement about it, and the state that follows."""

    region: Region
    plan: Plan
    last: SamplingAgreement | None

    @property
    def state(self) -> str:
        return state_of(self.plan, (self.last.plan, self.last.is_agreed) if self.last else None)


@dataclass
class Share:
    """What the plan holds for one assessor."""

    assessor: Any
    planned: int = 0
    sampled: int = 0
    stages: set[str] = field(default_factory=set)
    qualifications: set[str] = field(default_factory=set)


def plans(regions: Collection[int]) -> dict[int, Plan]:
    """Return the plan of each of these regions (keys), by region."""
    found: dict[int, list[tuple[Any, ...]]] = {key: [] for key in regions}
    rows = Sample.objects.live().filter(**{f"{REGION}__in": list(regions)})
    for region, *one in rows.values_list(
        REGION, "decision__evidence", "stage", "quality_assurer", "due_on"
    ):
        found[region].append(tuple(one))
    return {region: plan_of(rows) for region, rows in found.items()}


def region_plans(regions: Collection[Region]) -> list[RegionPlan]:
    """Return each of these regions with its plan and the last statement about it."""
    keys = [region.pk for region in regions]
    held, last = plans(keys), {}
    for one in (
        SamplingAgreement.objects.live()
        .filter(region__in=keys)
        .select_related("external")
        .order_by("effective_on", "pk")
    ):
        last[one.region_id] = one
    return [RegionPlan(region, held[region.pk], last.get(region.pk)) for region in regions]


def agreements_on(region: Region) -> list[SamplingAgreement]:
    """Return every statement about a region's plan, latest first."""
    return list(SamplingAgreement.objects.live().filter(region=region).select_related("external"))


def own(user: Any) -> QuerySet[SamplingAgreement]:
    """Return the user's own statements, including undone ones."""
    return SamplingAgreement.objects.visible_to(user, AGREE).select_related("region")


def regions(user: Any) -> QuerySet[Region]:
    """Return the regions of the candidates named to this external quality assurer today."""
    named = Person.objects.filter(pk__in=allocated_to(user.person_id, AllocationRole.EQA))
    return Region.objects.filter(pk__in=named.values("region")).order_by("order", "code")


def regions_sampled(user: Any) -> list[Region]:
    """Return the regions of which a visible sample exists."""
    held = samples(user).live().order_by().values(REGION)
    return list(Region.objects.filter(pk__in=held).order_by("order", "code"))


def shares(region: Region) -> list[Share]:
    """Return what a region's plan holds for each assessor, in the order of their names; no candidate is named."""
    rows = (
        Sample.objects.live()
        .filter(**{REGION: region})
        .select_related("decision__assessor", "decision__evidence__registration__qualification")
    )
    found: dict[int, Share] = defaultdict(lambda: Share(None))
    for row in rows.order_by("decision__assessor__sort_name", "decision__assessor_id", "pk"):
        share = found[row.decision.assessor_id]
        share.assessor = row.decision.assessor
        share.planned += row.sampled_on is None
        share.sampled += row.sampled_on is not None
        share.stages.add(row.get_stage_display().lower())
        share.qualifications.add(row.decision.evidence.registration.qualification.code)
    return list(found.values())
