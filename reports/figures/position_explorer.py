"""The workforce on a day, counted by two things of one's choice: place, grade, function, organisation, experience, time in post.

Counted from the posts on record, by the same relations as `workforce_position`, so that both agree where records are complete.
Who is in post, who joined, left or qualified in the twelve months to the day, and the posts there are to be stand in one relation
(`counted`), a row for each person or target. Experience and time in post are those on the day itself; of who joined, left or
qualified, on the day they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.figures.asking import Query, Question, Row
from reports.figures.in_post import with_totals
from reports.figures.workforce_position import (
    averaged,
    for_each,
    leaving_rate,
    people_in_post,
    vacancy,
    with_movements,
)
from workforce.facts import people as known_people

#: Experience in the Service: a band ends on the anniversary itself, as *four or fewer years* includes four to the day (W13).
SERVICE_YEARS = (1, 2, 4, 10)
#: Time in the post that is held.
POST_MONTHS = (6, 12, 24, 48)
NOT_RECORDED = "not_recorded"
THE_SERVICE = "service"


@dataclass(frozen=True)
class Dimension:
    """Something to count by: SQL of a person's value and of its place in the order of rows."""

    title: str
    value: str
    order: str


def _banded(column: str, limits: tuple[int, ...], unit: str) -> str:
    """SQL of the band a day falls in, counted back from the day counted. A day that is not recorded is a band of its own."""
    whens = " ".join(
        f"WHEN i.on_day <= {column} + interval '{limit} {unit}' THEN 'to_{limit}'"
        for limit in limits
    )
    return f"CASE WHEN {column} IS NULL THEN '{NOT_RECORDED}' {whens} ELSE 'over_{limits[-1]}' END"


def _band_order(column: str) -> str:
    """Shortest first, what is not recorded last."""
    return f"coalesce(i.on_day - {column}, 1000000)"


DIMENSIONS = {
    "region": Dimension("Region", "r.code", 'r."order"'),
    "pdu": Dimension("PDU", f"coalesce(d.code, '{NOT_RECORDED}')", "coalesce(d.id, 1000000000)"),
    "grade": Dimension("Grade", "g.code", 'g."order"'),
    "function": Dimension(
        "Function", f"coalesce(nullif(i.function, ''), '{NOT_RECORDED}')", "(i.function = '')::int"
    ),
    "organisation": Dimension(
        "Organisation",
        f"coalesce(nullif(o.organisation, ''), '{THE_SERVICE}')",
        "(o.organisation <> '')::int",
    ),
    "service": Dimension(
        "Experience in the Service",
        _banded("i.service_start_date", SERVICE_YEARS, "year"),
        _band_order("i.service_start_date"),
    ),
    "time_in_post": Dimension(
        "Time in post",
        _banded("i.post_start_date", POST_MONTHS, "month"),
        _band_order("i.post_start_date"),
    ),
}
#: What can be asked to be the same for everybody counted. Places are the question's own.
FILTERS = ("grade", "function", "organisation")
#: By what a target is set. Counted or filtered by anything else, there is none.
TARGETED = frozenset({"region", "pdu", "grade"})
BANDED = frozenset({"service", "time_in_post"})
#: Who moved: those a number of these counts are not in post, or not only.
MOVED = {
    "joiners_12m": ("joined_posts", "i.effective_on"),
    "leavers_12m": ("leavers_posts", "i.ended_on"),
    "qualified_12m": ("qualified_posts", "i.effective_on"),
}
PERSON = "i.person_id, i.region_id, i.pdu_id, i.grade_id, i.function, i.service_start_date, i.post_start_date"
#: Each row says what it counts (`what`), on which day, and how many.
IN_POST = f"""
SELECT 'in_post' AS what, {PERSON}, %(as_at)s::date AS on_day, 1 AS number, i.fte, i.is_learner, i.non_effective_fte,
    {{meant}}
FROM effective i {{targets}}
"""
MOVEMENT = f"SELECT '{{what}}', {PERSON}, {{day}}, 1, 0, FALSE, 0, FALSE, FALSE FROM {{posts}} i"
#: Days on which permanent staff were in post, of those over which headcount is averaged; by band, on a day that lies in it.
HELD = f"SELECT 'held', {PERSON}, %(as_at)s, i.heads::int, 0, FALSE, 0, FALSE, FALSE FROM averaged_posts i WHERE i.heads > 0"
#: The same of everybody alike together, where nothing of the person themselves is asked.
HELD_TOGETHER = """
SELECT 'held', NULL::bigint, i.region_id, i.pdu_id, i.grade_id, i.function, NULL::date, NULL::date, %(as_at)s, sum(i.heads)::int,
    0, FALSE, 0, FALSE, FALSE
FROM averaged_posts i WHERE i.heads > 0 GROUP BY i.region_id, i.pdu_id, i.grade_id, i.function
"""
HELD_BY_BAND = f"""
SELECT 'held', {PERSON.replace("i.", "s.")}, h.on_day, h.number, 0, FALSE, 0, FALSE, FALSE
FROM averaged_posts s CROSS JOIN LATERAL (
    SELECT min(i.on_day) AS on_day, count(*)::int AS number
    FROM (SELECT d.day AS on_day, s.service_start_date, s.post_start_date FROM unnest(%(month_ends)s::date[]) AS d (day)
        WHERE s.effective_on <= d.day AND (s.ended_on IS NULL OR s.ended_on >= d.day)) i
    GROUP BY {{bands}}) h
"""
#: Posts there are to be, without national figures; and whether those in post are of a place and grade that has a target.
MEANT = """
SELECT 'target', NULL, t.region_id, t.unit_id, t.grade_id, '', NULL, NULL, %(as_at)s, 0, t.target_fte, FALSE, 0,
    t.unit_id IS NULL, t.unit_id IS NOT NULL
FROM targets t JOIN workforce_region r ON r.id = t.region_id AND r.code <> 'NAT'
"""
#: A region's target only where the region is asked about: a unit alone does not fill its region's gap.
OF_TARGETS = """
LEFT JOIN targets tr ON tr.region_id = i.region_id AND tr.grade_id = i.grade_id AND tr.unit_id IS NULL AND {asked}
LEFT JOIN targets tu ON tu.region_id = i.region_id AND tu.grade_id = i.grade_id AND tu.unit_id = i.pdu_id
"""
FROM = """
FROM counted i JOIN workforce_region r ON r.id = i.region_id JOIN workforce_grade g ON g.id = i.grade_id
LEFT JOIN workforce_pdu d ON d.id = i.pdu_id {people}
WHERE {within}
"""
OF_PEOPLE = "LEFT JOIN people o ON o.person_id = i.person_id"
COUNTED = """
SELECT {row} AS row, {column} AS col, GROUPING({row}) = 1 AS all_rows, GROUPING({column}) = 1 AS all_columns,
    min({row_order}) AS row_order, min({column_order}) AS column_order, {sums}
{source} GROUP BY GROUPING SETS (({row}, {column}), ({row}), ({column}), ())
ORDER BY all_rows DESC, row_order, row, all_columns DESC, column_order, col
"""
_HERE = "i.what = 'in_post'"
_OF = {
    "headcount": f"sum(i.number) FILTER (WHERE {_HERE})",
    "fte": f"sum(i.fte) FILTER (WHERE {_HERE})",
    "learners": f"sum(i.number) FILTER (WHERE {_HERE} AND i.is_learner)",
    "learners_fte": f"sum(i.fte) FILTER (WHERE {_HERE} AND i.is_learner)",
    "non_effective_fte": f"sum(i.non_effective_fte) FILTER (WHERE {_HERE})",
    "managers": f"sum(i.number) FILTER (WHERE {_HERE} AND g.code = 'SPO')",
    "managers_fte": f"sum(i.fte) FILTER (WHERE {_HERE} AND g.code = 'SPO')",
    "ptas": f"sum(i.number) FILTER (WHERE {_HERE} AND g.code IN ('PTA', 'SPTA'))",
    "ptas_fte": f"sum(i.fte) FILTER (WHERE {_HERE} AND g.code IN ('PTA', 'SPTA'))",
    "held": "sum(i.number) FILTER (WHERE i.what = 'held')",
    **{what: f"sum(i.number) FILTER (WHERE i.what = '{what}')" for what in MOVED},
}
#: A target of regions where regions are counted, of units where units are: a region's own is not the sum of its units'.
_AGAINST = {
    "target_fte": "sum(i.fte) FILTER (WHERE i.what = 'target' AND i.{of})",
    "meant_fte": f"coalesce(sum(i.fte) FILTER (WHERE {_HERE} AND i.{{of}}), 0)",
    "meant_effective_fte": f"coalesce(sum(i.fte - i.non_effective_fte) FILTER (WHERE {_HERE} AND i.{{of}}), 0)",
}


@dataclass(frozen=True)
class Exploration:
    """What is asked: who is counted by what. `columns` is empty where each row is one number of everybody in it."""

    question: Question
    rows: str = "region"
    columns: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_targets(self) -> bool:
        """Whether targets are set by everything that is counted and filtered by."""
        asked = {self.rows, self.columns, *(name for name, value in self.filters.items() if value)}
        return asked - {""} <= TARGETED

    @property
    def asks_organisation(self) -> bool:
        """Whether anything is asked that a person's own record says."""
        return "organisation" in {self.rows, self.columns} or bool(self.filters.get("organisation"))


def explored(asked: Exploration) -> list[Row]:
    """A row for each combination of which there is anything to say, and for each total, totals first: row, col (codes), all_rows,
    all_columns, and the measures of `reports.forms.explorer.MEASURES`. What depends on a target is None where none is set.
    """
    query, source = _source(asked)
    row = DIMENSIONS[asked.rows]
    column = DIMENSIONS[asked.columns] if asked.columns else Dimension("", "''::text", "0")
    sums = [f"coalesce({sql}, 0) AS {name}" for name, sql in _OF.items()]
    sums += [f"{_of_level(asked, sql, row, column)} AS {name}" for name, sql in _AGAINST.items()]
    found = query.rows(
        COUNTED.format(
            row=row.value,
            column=column.value,
            row_order=row.order,
            column_order=column.order,
            sums=", ".join(sums),
            source=source,
        )
    )
    points = len(averaged(asked.question.as_at))
    return [_measured(one, points) for one in found if _says_something(one)]


def _of_level(asked: Exploration, sql: str, row: Dimension, column: Dimension) -> str:
    """What is to be, by unit where units are counted, or asked about alone; else by region."""
    of_region, of_unit = sql.format(of="of_region"), sql.format(of="of_unit")
    if asked.question.place.pdus and not asked.question.place.regions:
        return of_unit
    for name, dimension in ((asked.rows, row), (asked.columns, column)):
        if name == "pdu":
            return f"CASE WHEN GROUPING({dimension.value}) = 1 THEN {of_region} ELSE {of_unit} END"
    return of_region


def _says_something(row: Row) -> bool:
    return bool(any(row[name] for name in ("headcount", *MOVED)) or row["target_fte"] is not None)


def _measured(row: Row, points: int) -> Row:
    """What follows from the sums."""
    lost, target = round(row["non_effective_fte"], 2), row["target_fte"]
    return row | {
        "without_learners_fte": row["fte"] - row["learners_fte"],
        "non_effective_fte": lost,
        "effective_fte": row["fte"] - lost,
        "shortfall_fte": None if target is None else target - row["meant_fte"],
        "vacancy_rate": vacancy(target, row["meant_fte"]),
        "effective_vacancy_rate": vacancy(target, row["meant_effective_fte"]),
        "leaving_rate": leaving_rate(row["leavers_12m"], row["held"], points),
        "learners_per_manager": for_each(row["learners"], row["managers"]),
        "learners_per_manager_fte": for_each(row["learners_fte"], row["managers_fte"]),
        "learners_per_pta": for_each(row["learners"], row["ptas"]),
        "learners_per_pta_fte": for_each(row["learners_fte"], row["ptas_fte"]),
    }


def people_behind(
    asked: Exploration, values: Mapping[str, str], measure: str = "headcount"
) -> list[int]:
    """Keys of the people a number counts: those whose value of each dimension is the one given. `measure`: of those in post, or
    one of `MOVED`.
    """
    query, source = _source(asked)
    query.parameters["what"] = measure if measure in MOVED else "in_post"
    conditions = ["AND i.what = %(what)s"]
    for name, value in sorted(values.items()):
        conditions.append(f"AND {DIMENSIONS[name].value} = %(value_{name})s")
        query.parameters[f"value_{name}"] = value
    return [key for (key,) in query.tuples(f"SELECT i.person_id {source} {' '.join(conditions)}")]


def _source(asked: Exploration) -> tuple[Query, str]:
    """The query of all that is counted, and the SQL that keeps what lies within place and filters."""
    query = with_movements(people_in_post(asked.question))
    by_target = asked.has_targets
    if by_target:
        with_totals(query, by_unit=True)
    meant = (
        "tr.region_id IS NOT NULL AS of_region, tu.region_id IS NOT NULL AS of_unit"
        if by_target
        else "FALSE AS of_region, FALSE AS of_unit"
    )
    bands = ", ".join(
        DIMENSIONS[name].value for name in sorted({asked.rows, asked.columns} & BANDED)
    )
    place = asked.question.place
    whole = "TRUE" if place.everywhere else "tr.region_id = ANY(%(place_regions)s)"
    targets = OF_TARGETS.format(asked=whole) if by_target else ""
    held = HELD if asked.asks_organisation else HELD_TOGETHER
    parts = [
        IN_POST.format(meant=meant, targets=targets),
        *(MOVEMENT.format(what=what, posts=posts, day=day) for what, (posts, day) in MOVED.items()),
        HELD_BY_BAND.format(bands=bands) if bands else held,
        *([MEANT] if by_target else []),
    ]
    query.define("counted", " UNION ALL ".join(parts))
    if asked.asks_organisation:
        query.define("people", known_people.people(asked.question.known_at))
    within = [place.condition("i")]
    for name in FILTERS:
        if value := asked.filters.get(name):
            within.append(f"{DIMENSIONS[name].value} = %(filter_{name})s")
            query.parameters[f"filter_{name}"] = value
    people = OF_PEOPLE if asked.asks_organisation else ""
    return query, FROM.format(people=people, within=" AND ".join(within))
