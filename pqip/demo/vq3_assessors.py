"""Made-up assessors of the VQ3 alone, and quality development officers, in each region (S3 §3.4)."""

from __future__ import annotations

from assessments.models import AssessorRecord
from pqip.demo.load import Load
from pqip.demo.people import People
from pqip.demo.world import WEIGHTS, World, later

#: The number of VQ3 assessors in the nation at scale 1 (made up), and the grade of a region's quality development officer.
ASSESSORS, QUALITY = 60, "QDO"


def vq3_assessors(world: World, people: People) -> None:
    """Add qualified assessors, competent only in the VQ3, with caseloads of their own; and one quality development officer
    a region.
    """
    chance, total = world.chance, sum(WEIGHTS.values())
    records = Load(
        AssessorRecord,
        "public_id",
        "person_id",
        "effective_on",
        "registered_on",
        "achieved_on",
        "certificate_number",
        "allowed_qualifications",
        "competent_on",
        "may_assess",
        "target_caseload",
        "recorded_at",
    )
    for region, weight in WEIGHTS.items():
        people.spell(
            people.person(world.begins), QUALITY, region, world.begins, function="training"
        )
        for _ in range(max(round(ASSESSORS * world.scale * weight / total), 1)):
            joined = later(world.as_at, -chance.between(200, 1500))
            person, achieved = people.person(joined), later(joined, -chance.between(100, 900))
            people.spell(person, "VQ3A", region, joined, function="training")
            records.add(
                chance.uuid(),
                person,
                achieved,
                None,
                achieved,
                f"CERT{person:06d}",
                [],
                achieved,
                ["VQ3"],
                20 + person % 10,
                world.recorded(joined, 6),
            )
    people.write()
    records.write()
