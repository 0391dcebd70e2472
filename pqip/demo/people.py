"""Made-up staff of ten years: officers, practitioners, managers and assessors, with posts and absences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pqip.core.bulk import take_keys
from pqip.demo.load import Load
from pqip.demo.world import IN_POST, WEIGHTS, World, later
from workforce.models import Absence, EqualityAnswers, Person, Spell

FUNCTIONS = [
    "sentence_management",
    "court",
    "prison",
    "programmes",
    "unpaid_work",
    "approved_premises",
]
SHARES = [0.72, 0.07, 0.08, 0.05, 0.05, 0.03]
PART_TIME = ["0.60", "0.70", "0.80", "0.90"]
#: Officers who returned to the Service in the past year, in the whole nation (S3: 46), beside those who qualified.
REJOINED = 46
YEARLY_LEAVING = {"PO": 0.078, "PSO": 0.13, "SPO": 0.05, "CA": 0.12}
LEAVE_REASONS = ["resignation", "resignation", "resignation", "retirement", "end_of_contract"]
ETHNICITIES = ["white", "asian", "black", "mixed", "other", "prefer_not_to_say", ""]
ETHNICITY_SHARES = [0.70, 0.08, 0.07, 0.04, 0.01, 0.03, 0.07]


class People:
    """Collects people and their posts, and writes them when asked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.beginnings = world.separate("when posts were recorded")
        self.persons = Load(
            Person,
            "id",
            "public_id",
            "staff_number",
            "first_name",
            "last_name",
            "email",
            "date_of_birth",
            "organisation",
        )
        self.spells = Load(
            Spell,
            "person_id",
            "effective_on",
            "ended_on",
            "grade_id",
            "region_id",
            "pdu_id",
            "function",
            "fte",
            "post_start_date",
            "service_start_date",
            "leave_reason",
            "destination",
            "follows_programme",
            "recorded_at",
            "voided_at",
            "void_reason",
        )
        self.absences = Load(
            Absence,
            "person_id",
            "kind",
            "effective_on",
            "expected_end_date",
            "ended_on",
            "fte_lost",
            "recorded_at",
        )
        self.equality = Load(EqualityAnswers, "person_id", "sex", "ethnicity", "disability")
        self.keys: list[int] = []
        self.names: dict[int, str] = {}

    def person(
        self,
        born_before: dt.date,
        organisation: str = "",
        with_answers: bool = True,
        like: Person | None = None,
    ) -> int:
        """Add a person aged 21 to 60 on that day, or with the name and date of birth of `like`; return the key."""
        chance = self.world.chance
        if not self.keys:
            self.keys = list(take_keys(Person, 2000))[::-1]
        key, number = self.keys.pop(), self.world.staff_number()
        first, last = chance.name()
        born = later(born_before, -(21 * 365 + int(chance.random.random() ** 1.7 * 39 * 365)))
        if like is not None:
            first, last, born = like.first_name, like.last_name, like.date_of_birth
        self.persons.add(
            key,
            chance.uuid(),
            number,
            first,
            last,
            f"{number.lower()}@example.com",
            born,
            organisation,
        )
        if with_answers:
            sex = chance.weighted(
                ["female", "male", "prefer_not_to_say", ""], [0.75, 0.20, 0.01, 0.04]
            )
            disability = chance.weighted(
                ["yes", "no", "prefer_not_to_say", ""], [0.15, 0.74, 0.04, 0.07]
            )
            self.equality.add(key, sex, chance.weighted(ETHNICITIES, ETHNICITY_SHARES), disability)
        return key

    def spell(
        self,
        person: int,
        grade: str,
        region: str,
        begins: dt.date,
        ends: dt.date | None = None,
        *,
        follows: dt.date | None = None,
        **more: Any,
    ) -> None:
        """Add a post from one day to another, recorded soon after it began (and again when it ended).

        `follows` is the day they joined the programme from which the post follows; such a post states nothing of its own.
        """
        world, chance = self.world, self.world.chance
        pdu = more.get("pdu") or chance.pick(world.pdus[region])
        fte = more.get("fte") or ("1.00" if chance.happens(0.82) else chance.pick(PART_TIME))
        function = "" if follows else more.get("function") or chance.weighted(FUNCTIONS, SHARES)
        last = ends or begins
        recorded = more.get("recorded_at") or world.recorded(last, chance.between(1, 14))
        content = (
            world.grades[grade],
            world.regions[region],
            pdu,
            function,
            fte,
            follows or begins,
            None if follows else begins,
        )
        begun = self.beginnings.recorded(begins, 5)
        if ends and begun < recorded and "voided_at" not in more:
            of_beginning = ("", "", follows is not None, begun, recorded, "The post ended")
            self.spells.add(person, begins, None, *content, *of_beginning)
        self.spells.add(
            person,
            begins,
            ends,
            *content,
            more.get("leave_reason", ""),
            more.get("destination", ""),
            follows is not None,
            recorded,
            more.get("voided_at"),
            more.get("void_reason", ""),
        )

    def fill(self, grade: str, region: str, posts: int) -> list[int]:
        """Fill a number of posts for ten years, one person after another; return those who hold them now."""
        world, chance = self.world, self.world.chance
        yearly, holders = YEARLY_LEAVING.get(grade, 0.08), []
        for _post in range(posts):
            begins = later(world.begins, -chance.between(0, 2500))
            while True:
                days = max(int(chance.random.expovariate(yearly) * 365), 30)
                ends = later(begins, days)
                person = self.person(begins)
                if ends >= world.as_at:
                    self.spell(person, grade, region, begins)
                    holders.append(person)
                    self._absence(person)
                    break
                self.spell(
                    person, grade, region, begins, ends, leave_reason=chance.pick(LEAVE_REASONS)
                )
                begins = later(ends, chance.between(20, 90))
                if begins >= world.as_at:
                    break
        return holders

    def _absence(self, person: int) -> None:
        world, chance = self.world, self.world.chance
        if not chance.happens(0.06):
            return
        kind = chance.weighted(
            ["long_term_absence", "career_break", "reduced_hours"], [0.6, 0.1, 0.3]
        )
        begins = later(world.as_at, -chance.between(10, 300))
        lost = "0.20" if kind == "reduced_hours" else None
        back = later(begins, chance.between(30, 400))
        ended = (
            back if back < world.as_at and chance.happens(0.9) else None
        )  # for some nobody has recorded that they are back
        self.absences.add(person, kind, begins, back, ended, lost, world.recorded(begins, 5))

    def write(self) -> None:
        for load in (self.persons, self.spells, self.absences, self.equality):
            load.write()


def staff(
    world: World, people: People, officers: dict[str, int]
) -> dict[str, dict[str, list[int]]]:
    """Fill every region's posts; `officers` counts those already there who qualified through the programme.

    Returns those who hold posts now, by grade and region.
    """
    holders: dict[str, dict[str, list[int]]] = {grade: {} for grade in IN_POST}
    total = sum(WEIGHTS.values())
    for region, weight in WEIGHTS.items():
        for grade, number in IN_POST.items():
            posts = round(number * world.scale * weight / total) - (
                officers.get(region, 0) if grade == "PO" else 0
            )
            holders[grade][region] = people.fill(grade, region, max(posts, 2))
    for _ in range(world.count(REJOINED)):
        region, day = world.region(), later(world.as_at, -world.chance.between(20, 360))
        people.spell(people.person(day), "PO", region, day)
    return holders
