"""What changed in the last complete month, place by place: posts, targets, learners and those behind, with what made it so.

Two days are compared, the last of the month and of the one before, both as known at the question's instant. Who was in post on
one day and not on the other says why a number of posts changed; who stood elsewhere on the programme, why one of learners did.
Somebody who came and went between the two days is in neither.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from learners.facts import status
from reports.figures.asking import Query, Question
from reports.figures.forecast_years import ONE_DAY
from reports.figures.in_post import IN_POST, MANY_DAYS, Total, spells, totals_of_units, totals_on
from reports.figures.on_programme import standing, with_progress
from reports.figures.settings import THRESHOLD
from reports.rules.changes import (
    BEHIND,
    NEEDS_ACTION,
    ON_BREAK,
    ON_PROGRAMME,
    TARGET,
    Change,
    Part,
    change,
)
from reports.rules.changes import IN_POST as POSTS
from reports.rules.forecast_answers import NATION

#: The grades whose posts are told of: officers, who become officers, and who manages and assesses them.
GRADES = ("PO", "PSO", "SPO", "PTA", "SPTA")
#: Whoever began or ended a post between the two days.
AFFECTED = """
SELECT w.* FROM spells w WHERE w.person_id IN (SELECT a.person_id FROM spells a
    WHERE (a.effective_on > %(since)s AND a.effective_on <= %(until)s) OR (a.ended_on >= %(since)s AND a.ended_on < %(until)s))
"""
HELD = """
SELECT h.*, bool_or(was IS NOT NULL) OVER p AS was_in_post, bool_or(now IS NOT NULL) OVER p AS is_in_post,
    bool_or(was IS NOT NULL) OVER h AS was_here, bool_or(now IS NOT NULL) OVER h AS is_here,
    bool_or(was IS NOT NULL) OVER g AS was_of_grade, bool_or(now IS NOT NULL) OVER g AS is_of_grade
FROM (SELECT i.person_id, i.{place}_id AS place_id, i.grade_id, sum(i.fte) FILTER (WHERE i.day = %(since)s) AS was,
        sum(i.fte) FILTER (WHERE i.day = %(until)s) AS now
    FROM in_post i GROUP BY 1, 2, 3) h
WINDOW p AS (PARTITION BY h.person_id), h AS (PARTITION BY h.person_id, h.place_id), g AS (PARTITION BY h.person_id, h.grade_id)
"""
#: Officers in their first officer's post, begun between the days, on or after the day they completed (as `qualified_12m` has it).
QUALIFIED = """
SELECT w.person_id FROM affected w JOIN workforce_grade g ON g.id = w.grade_id AND g.code = 'PO'
JOIN (SELECT e.person_id, min(s.from_on) AS on FROM ({stretches}) s JOIN learners_enrolment e ON e.id = s.enrolment_id
    WHERE s.status = 'completed' AND s.from_on <= %(until)s GROUP BY e.person_id) f
    ON f.person_id = w.person_id AND f.on <= w.effective_on
WHERE w.effective_on > %(since)s AND w.effective_on <= %(until)s AND NOT EXISTS (SELECT FROM affected o
    WHERE o.person_id = w.person_id AND o.grade_id = w.grade_id AND o.effective_on < w.effective_on)
"""
WHY = """
SELECT k.code, g.code, CASE
    WHEN h.was IS NOT NULL AND h.now IS NOT NULL THEN 'hours'
    WHEN h.was IS NULL AND g.code = 'PO' AND q.person_id IS NOT NULL THEN 'qualified'
    WHEN h.was IS NULL THEN CASE WHEN h.was_here THEN 'from_grade' WHEN h.was_of_grade THEN 'moved_in'
        WHEN h.was_in_post THEN 'moved_in_from_grade' ELSE 'joined' END
    WHEN g.code = 'PSO' AND q.person_id IS NOT NULL AND h.is_in_post
        THEN CASE WHEN h.is_here THEN 'became_officer' ELSE 'became_officer_elsewhere' END
    ELSE CASE WHEN h.is_here THEN 'to_grade' WHEN h.is_of_grade THEN 'moved_out'
        WHEN h.is_in_post THEN 'moved_out_to_grade' ELSE 'left' END
END AS why, count(*), sum(coalesce(h.now, 0) - coalesce(h.was, 0))
FROM held h JOIN workforce_{place} k ON k.id = h.place_id JOIN workforce_grade g ON g.id = h.grade_id
LEFT JOIN (SELECT DISTINCT person_id FROM qualified) q ON q.person_id = h.person_id
WHERE h.was IS DISTINCT FROM h.now AND {within} GROUP BY 1, 2, 3
"""
#: Where each learner stood on both days, counted; of those who withdrew, by the reason that counts.
STOOD = """
SELECT s.enrolment_id, s.{place}_id AS place_id, s.status FROM ({stretches}) s
WHERE s.from_on <= {day} AND (s.to_on IS NULL OR s.to_on > {day})
"""
STEPS = """
SELECT a.code, was.status, b.code, now.status,
    CASE WHEN now.status = 'withdrawn' AND was.status <> 'withdrawn' THEN coalesce(w.reason, '') ELSE '' END AS reason, count(*)
FROM was FULL JOIN now USING (enrolment_id)
LEFT JOIN workforce_{place} a ON a.id = was.place_id LEFT JOIN workforce_{place} b ON b.id = now.place_id
LEFT JOIN withdrew w USING (enrolment_id)
WHERE (was.status IN ('active', 'deferred') OR now.status IN ('active', 'deferred')) AND {within}
GROUP BY 1, 2, 3, 4, 5
"""
WITHDREW = """
SELECT w.enrolment_id, w.reason FROM learners_event w WHERE w.kind = 'withdrawn' AND w.effective_on <= %(until)s AND {known}
"""
JUDGED = """
SELECT x.enrolment_id, r.code, u.code, x.progress FROM progress x
JOIN workforce_region r ON r.id = x.region_id LEFT JOIN workforce_pdu u ON u.id = x.pdu_id
"""
LEARNING = ("active", "deferred")
#: Where somebody is: the place (code) and the status or progress there; None for nowhere.
Where = tuple[str | None, str | None]
Step = tuple[Where, Where, str, int]
Totals = Mapping[tuple[dt.date, str, str], Total]


@dataclass(frozen=True)
class Days:
    """The two days compared: the last of the latest complete month, and the last of the month before."""

    since: dt.date
    until: dt.date


def days_compared(as_at: dt.date) -> Days:
    """The last day of the month before the as-at date's, and of the one before that."""
    until = as_at.replace(day=1) - ONE_DAY
    return Days(until.replace(day=1) - ONE_DAY, until)


def changes(question: Question, totals: Totals | None = None) -> dict[str, list[Change]]:
    """By place (code), what changed of posts, targets and learners: of regions, or of units where the question is about units.

    Where the question is about the whole nation it is a place, too: the sum of its regions. `totals`: those of the two days,
    where they are known already.
    """
    days, place = days_compared(question.as_at), _kind(question)
    found: dict[str, list[Change]] = defaultdict(list)
    posts = _posts(question, days, place, totals or _totals(question, days, place))
    for some in (posts, _learners(question, days, place)):
        for code, own in some.items():
            found[code] += own
    return dict(found)


def _kind(question: Question) -> str:
    return "pdu" if _is_of_units(question) else "region"


def _totals(question: Question, days: Days, place: str) -> Totals:
    of = totals_of_units if place == "pdu" else totals_on
    return of(question, [days.since, days.until])


def _is_of_units(question: Question) -> bool:
    return bool(question.place.pdus) and not question.place.regions


def _within(question: Question, *keys: str) -> str:
    """SQL that keeps rows of which one of the keys is of a place asked about."""
    if question.place.everywhere:
        return "TRUE"
    asked = "place_pdus" if _is_of_units(question) else "place_regions"
    return f"({' OR '.join(f'{key} = ANY(%({asked})s)' for key in keys)})"


def _asking(question: Question, days: Days) -> Query:
    query = Query(question)
    query.parameters |= {"since": days.since, "until": days.until}
    return query


def _posts(question: Question, days: Days, place: str, totals: Totals) -> dict[str, list[Change]]:
    """Posts and targets of the grades that are told of, where they are known on both days."""
    codes = dict.fromkeys(code for _day, code, _grade in totals)
    parts = _why(question, days, place)
    within = _codes_within(question, place)
    found: dict[str, list[Change]] = {}
    for code in codes:
        if code == NATION or (within is not None and code not in within):
            continue
        pairs = [
            (grade, totals.get((days.since, code, grade)), totals.get((days.until, code, grade)))
            for grade in GRADES
        ]
        found[code] = [
            one
            for grade, was, now in pairs
            for one in _of_grade(grade, was or UNSAID, now or UNSAID, parts.get((code, grade), []))
        ]
    if question.place.everywhere:
        found[NATION] = _nation(found.values(), days, totals)
    return found


#: Of a day on which nothing is said of a grade: no posts, no return, no target.
UNSAID = Total(None, None, None, True)


def _of_grade(grade: str, was: Total, now: Total, parts: Sequence[Part]) -> Iterable[Change]:
    """What changed of a grade's posts and target. Where posts are on record on one day and none on the other, there were none;
    of a unit whose region rests on a return on one day, nobody says.
    """
    on_record = was.on_record and now.on_record
    fte = [
        0.0 if one.fte is None and other.fte is not None and on_record else one.fte
        for one, other in ((was, now), (now, was))
    ]
    before, after = fte
    if before is not None and after is not None:
        moved = change(POSTS, before, after, parts if on_record else (), of=grade)
        if not on_record:
            why = SOURCES_DIFFER if was.on_record or now.on_record else RETURNED
            moved = change(POSTS, before, after, [Part(why, 0, moved.by)], of=grade)
        yield moved
    if was.target_fte is not None and now.target_fte is not None:
        yield change(TARGET, was.target_fte, now.target_fte, of=grade)


def _why(question: Question, days: Days, place: str) -> dict[tuple[str, str], list[Part]]:
    """By place and grade (codes), why the posts on record changed."""
    query = _asking(question, days)
    query.define("days", "SELECT * FROM (VALUES (%(since)s::date), (%(until)s::date)) AS d (day)")
    query.define("spells", spells(question), once=False)
    query.define("affected", AFFECTED, once=True)
    in_post = IN_POST.format(**MANY_DAYS, told="", learning="").replace(
        "FROM spells", "FROM affected"
    )
    query.define("in_post", in_post)
    query.define("held", HELD.format(place=place))
    stretches, parameters = status.stretches(question.known_at)
    query.define("qualified", (QUALIFIED.format(stretches=stretches), parameters))
    rows = query.tuples(WHY.format(place=place, within=_within(question, "h.place_id")))
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for code, grade, why, people, fte in rows:
        found[code, grade].append(Part(why, people, fte))
    return found


def _codes_within(question: Question, place: str) -> set[str] | None:
    """The codes of the places asked about; None for all."""
    if question.place.everywhere:
        return None
    sql = f"SELECT code FROM workforce_{place} k WHERE {_within(question, 'k.id')}"
    return {code for (code,) in Query(question).tuples(sql)}


def _nation(regions: Iterable[Sequence[Change]], days: Days, totals: Totals) -> list[Change]:
    """The sum of the regions known on both days; of the target the national one, where it is set."""
    of: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for some in regions:
        for one in some:
            of[one.what, one.of].append(one)
    found = [_sum(what, grade, some) for (what, grade), some in of.items()]
    for grade in GRADES:
        was, now = (totals.get((day, NATION, grade)) for day in (days.since, days.until))
        if was and now and was.target_fte is not None and now.target_fte is not None:
            found = [one for one in found if (one.what, one.of) != (TARGET, grade)]
            found.append(change(TARGET, was.target_fte, now.target_fte, of=grade))
    return found


def _sum(what: str, grade: str, some: Sequence[Change]) -> Change:
    """Several places as one: whoever moved between them moved within it, which may change their hours or grade."""
    people: Counter[str] = Counter()
    fte: dict[str, Decimal] = defaultdict(Decimal)
    for one in some:
        for part in one.parts:
            why = IN_NATION.get(part.why, part.why)
            people[part.why if why == WITHIN else why] += part.people
            fte[why] += part.by
    # Whoever moved is in the parts of two regions, of which one may rest on a return.
    people[WITHIN] = max(people["moved_in"], people["moved_out"])
    parts = [Part(why, people[why], by) for why, by in fte.items() if by or why != WITHIN]
    before, after = (sum((each(one) for one in some), Decimal(0)) for each in SIDES)
    return change(what, before, after, parts, of=grade)


#: Totals that were returned say only how many there are; so does one of records beside one that was returned. Within the nation
#: people move between regions, and whoever changes grade and region at once changes grade.
RETURNED, SOURCES_DIFFER, WITHIN = "returned", "sources_differ", "moved_within"
IN_NATION = {
    "moved_in": WITHIN,
    "moved_out": WITHIN,
    "moved_in_from_grade": "from_grade",
    "moved_out_to_grade": "to_grade",
    "became_officer_elsewhere": "became_officer",
}
SIDES: tuple[Callable[[Change], Decimal], ...] = (lambda one: one.before, lambda one: one.after)


def _learners(question: Question, days: Days, place: str) -> dict[str, list[Change]]:
    """Learners on the programme, and those of them on a break. A break's reason is told nowhere."""
    query = _asking(question, days)
    stretches, parameters = status.stretches(question.known_at)
    for name, day in (("was", "%(since)s"), ("now", "%(until)s")):
        query.define(
            name, (STOOD.format(place=place, stretches=stretches, day=day), parameters), once=True
        )
    query.define("withdrew", WITHDREW.format(known=question.known("w")))
    here = _within(question, "was.place_id", "now.place_id")
    steps: list[Step] = [
        ((was, stood), (now, stands), reason, people)
        for was, stood, now, stands, reason, people in query.tuples(
            STEPS.format(place=place, within=here)
        )
    ]
    within = _codes_within(question, place)
    codes = {where[0] for step in steps for where in step[:2] if where[0]}
    found = {
        code: _of_learners(code, _about(code, steps))
        for code in sorted(codes)
        if within is None or code in within
    }
    if question.place.everywhere:
        found[NATION] = _of_learners(NATION, [_in_nation(step) for step in steps])
    return found


def _of_learners(code: str, steps: Sequence[Step]) -> list[Change]:
    """What changed of the learners of a place."""
    on_programme = _Moves(steps, lambda where: where[0] == code and where[1] in LEARNING)
    on_break = _Moves(steps, lambda where: where == (code, "deferred"))
    reasons: Counter[str] = Counter()
    for step in on_programme.gone:
        if step[1][1] == "withdrawn" and step[2]:
            reasons[step[2]] += step[3]
    return [
        on_programme.change(ON_PROGRAMME, _left_programme, _joined_programme, reasons=reasons),
        on_break.change(ON_BREAK, lambda step: _ended_break(step, code), lambda step: "began"),
    ]


def _left_programme(step: Step) -> str:
    ended = step[1][1]
    if ended in LEARNING:
        return "moved_out"
    return {"withdrawn": "withdrew", "completed": "completed"}.get(ended or "", "")


def _joined_programme(step: Step) -> str:
    before = step[0][1]
    if before in LEARNING:
        return "moved_in"
    return "started" if before in (None, "due_to_start") else ""


def _ended_break(step: Step, code: str) -> str:
    return "ended" if step[1] == (code, "active") else "left_programme"


def changes_of_progress(question: Question) -> dict[str, list[Change]]:
    """What changed of those who need action and of those who are behind: by region and for the nation (codes), and by unit
    (`unit_key`).

    Of every place, whichever is asked about. It judges every learner twice, which takes a page too long.
    """
    days = days_compared(question.as_at)
    was, now = (_judged(Question(day, question.known_at)) for day in (days.since, days.until))
    found: dict[str, list[Change]] = {}
    for kind in range(len(KINDS)):
        counted: Counter[tuple[Where, Where]] = Counter()
        for key in was.keys() | now.keys():
            counted[_at(was.get(key), kind), _at(now.get(key), kind)] += 1
        steps: list[Step] = [(one, other, "", people) for (one, other), people in counted.items()]
        for code in {where[0] for step in steps for where in step[:2] if where[0]}:
            place = unit_key(code) if KINDS[kind] == "pdu" else code
            found[place] = _of_progress(code, _about(code, steps))
    return found


def unit_key(code: str) -> str:
    """What a unit is found by beside regions, which may have its code."""
    return f"unit {code}"


#: The places at which a learner is judged: their region, their unit, the nation.
KINDS = ("region", "pdu", "nation")


def _judged(question: Question) -> dict[int, tuple[str | None, ...]]:
    """By enrolment: its places, in the order of `KINDS`, and how it is getting on."""
    rows = with_progress(standing(question)).tuples(JUDGED)
    return {key: (region, unit, NATION, found) for key, region, unit, found in rows}


def _at(judged: tuple[str | None, ...] | None, kind: int) -> Where:
    return (None, None) if judged is None or judged[kind] is None else (judged[kind], judged[-1])


def _of_progress(code: str, steps: Sequence[Step]) -> list[Change]:
    def moved(what: str, found: str) -> Change:
        return _Moves(steps, lambda where: where == (code, found)).change(
            what,
            lambda step: "no_longer" if step[1][0] == code else "left_programme",
            lambda step: "came_to" if step[0][0] == code else "new",
        )

    return [moved(NEEDS_ACTION, "at_risk"), moved(BEHIND, "behind")]


class _Moves:
    """Those who were and those who are among some, by steps: who has gone from them, and who has come."""

    def __init__(self, steps: Sequence[Step], are_among: Callable[[Where], bool]) -> None:
        pairs = [(step, are_among(step[0]), are_among(step[1])) for step in steps]
        self.before = sum(step[3] for step, was, _ in pairs if was)
        self.after = sum(step[3] for step, _, now in pairs if now)
        self.gone = [step for step, was, now in pairs if was and not now]
        self.come = [step for step, was, now in pairs if now and not was]

    def change(
        self,
        what: str,
        gone_as: Callable[[Step], str],
        come_as: Callable[[Step], str],
        reasons: Mapping[str, int] | None = None,
    ) -> Change:
        parts: Counter[tuple[str, int]] = Counter()
        for step in self.gone:
            parts[gone_as(step), -1] += step[3]
        for step in self.come:
            parts[come_as(step), 1] += step[3]
        return change(
            what,
            self.before,
            self.after,
            [
                Part(why, people, Decimal(sign * people))
                for (why, sign), people in parts.items()
                if why
            ],
            reasons=reasons,
            threshold=int(THRESHOLD.value),
        )


def _about(code: str, steps: Sequence[Step]) -> list[Step]:
    """The steps from a place or to it."""
    return [step for step in steps if code in (step[0][0], step[1][0])]


def _in_nation(step: Step) -> Step:
    (was, stood), (now, stands), reason, people = step
    return (was and NATION, stood), (now and NATION, stands), reason, people
