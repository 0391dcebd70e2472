"""The development of a PSO, and lists of PSOs, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse

from learners.facts.development import Pso
from learners.models import Allocation, PracticeObservation
from learners.ports.vocational import Diploma
from learners.queries.development import Item
from learners.rules.development import MISSING, Developed, diploma_due, induction_due
from pqip.core.formats import date_gov, lower_first, plural, short_date
from pqip.govuk.links import record_url
from pqip.govuk.pages import Action, Empty, Fact, Identity, Tag
from pqip.govuk.tables import Cell, Column, Table
from workforce.models import Person

COLUMNS = [
    Column("Name", sort="name", second="Staff number"),
    Column("Region", sort="office", second="Probation delivery unit"),
    Column("PSO since"),
    Column("VQ3", second="VQ3 due"),
    Column("What is missing"),
]
ROLES = {"mentor": "Mentor", "pta": "Assessor", "line_manager": "Line manager"}


def identity(person: Person, developed: Developed) -> Identity:
    """Return the heading that says whose page it is."""
    facts = [
        ("Staff number", person.staff_number),
        ("Region", person.region),
        ("Probation delivery unit", person.pdu),
        ("PSO since", date_gov(developed.started_on)),
        ("On the programme", "Yes" if developed.learns else "No"),
    ]
    return Identity(person.name, [Fact(label, value) for label, value in facts if value])


def pso_row(person: Person, pso: Pso, on: dt.date) -> list[object]:
    """Return the row of a PSO in the list."""
    developed = pso.developed
    tags = [Tag("Learner", "blue")] if developed.learns else []
    missing = [MISSING[code] for code in developed.missing(on)]
    return [
        Cell(
            person.name,
            record_url("learners:pso", person.public_id),
            second=person.staff_number,
            tags=tags,
        ),
        Cell(person.region, second=person.pdu or ""),
        short_date(developed.started_on),
        Cell(tags=[diploma_tag(developed, on)], second=_diploma_due(developed)),
        Cell(
            ". ".join(missing) + "." if missing else "",
            tags=[] if missing else [Tag("Nothing", "green")],
        ),
    ]


def diploma_tag(developed: Developed, on: dt.date) -> Tag:
    """Return a tag for the state of the VQ3."""
    if developed.achieved_on is not None:
        return (
            Tag("Achieved", "green")
            if developed.is_diploma_in_time
            else Tag("Achieved late", "yellow")
        )
    if not developed.is_diploma_open:
        return Tag("Not asked", "grey")
    if developed.is_diploma_overdue(on):
        return Tag("Overdue", "red")
    return Tag("Registered", "blue") if developed.registered_on else Tag("Not registered", "grey")


def _diploma_due(developed: Developed) -> str:
    return short_date(diploma_due(developed.started_on)) if developed.is_diploma_asked else ""


def requirements_table(
    developed: Developed,
    after: Iterable[Allocation],
    diploma: Diploma | None,
    on: dt.date,
    *,
    opens_diploma: bool,
) -> Table:
    """Return a table of what is asked of every PSO, what is recorded, and when it is due."""
    missing, who = set(developed.missing(on)), {row.role: row.other.name for row in after}
    due = induction_due(developed.started_on)
    url = diploma.url if diploma is not None and opens_diploma else ""
    observed = developed.observed_on and f"Held on {date_gov(developed.observed_on)}"
    planned = developed.observation_on and f"Planned for {date_gov(developed.observation_on)}"
    rows: list[list[object]] = [
        [
            "Induction",
            f"{developed.shown} of {developed.items} items"
            if developed.items
            else "No items were asked then",
            short_date(due),
            _induction_tag(developed, due, on),
        ],
        ["Mentor", Cell(who.get("mentor", ""), empty="None"), "", _missing_tag("mentor", missing)],
        [
            "Observation of practice",
            Cell(observed or planned or "", empty="None"),
            "",
            _missing_tag("observation", missing),
        ],
        [
            Cell("VQ3", url),
            Cell(_diploma(diploma), empty="Not registered"),
            _diploma_due(developed),
            diploma_tag(developed, on),
        ],
        [
            "Assessor",
            Cell(who.get("pta", ""), empty="None"),
            "",
            "" if not developed.is_diploma_open else _missing_tag("assessor", missing),
        ],
        [
            "Mandatory courses",
            f"{plural(developed.mandatory_overdue, 'course')} overdue",
            "",
            _missing_tag("mandatory", missing),
        ],
    ]
    columns = [Column("What is asked"), Column("Recorded"), Column("Due"), Column("Status")]
    return Table("Development", columns, rows, caption_hidden=True, note=_who_is_asked(developed))


def _who_is_asked(developed: Developed) -> str:
    """Return why the VQ3 is not asked of them; empty if it is."""
    if developed.learns:
        return "Nobody is asked for the VQ3 while they learn on the programme: its own diploma takes its place."
    if not developed.expected:
        return "The VQ3 is not asked of those who began as a PSO before the day from which it is expected (reference data)."
    return ""


def _diploma(diploma: Diploma | None) -> str:
    if diploma is None:
        return ""
    if diploma.achieved_on:
        return f"Achieved on {date_gov(diploma.achieved_on)}"
    return f"Registered on {date_gov(diploma.registered_on)}"


def _missing_tag(code: str, missing: set[str]) -> Tag:
    return Tag("Missing", "yellow") if code in missing else Tag("In place", "green")


def _induction_tag(developed: Developed, due: dt.date, on: dt.date) -> Tag | str:
    if not developed.items:
        return ""
    if developed.is_inducted:
        return Tag("Complete", "green")
    return Tag("Overdue", "red") if due < on else Tag("To do", "blue")


def induction_table(items: Sequence[Item], of: UUID) -> Table:
    """Return a table of items of the induction, with the day each was shown."""
    rows = [
        [
            item.title,
            Cell(short_date(item.record.effective_on) if item.record else "", empty="Not yet"),
            Cell(actions=_undo(item, of)),
        ]
        for item in items
    ]
    return Table(
        "Induction",
        [Column("Item"), Column("Shown"), Column("Actions", hidden=True)],
        rows,
        empty=Empty("No items of an induction were in force on the day they began."),
    )


def _undo(item: Item, of: UUID) -> list[Action]:
    if item.record is None:
        return []
    return [
        Action(
            "Undo",
            reverse("learners:undo_induction", args=[of, item.code]),
            "link",
            hidden=item.title,
        )
    ]


def observations_table(rows: Iterable[PracticeObservation], of: UUID, on: dt.date) -> Table:
    """Return a table of observations of practice, the latest first."""
    columns = [
        Column("Planned for"),
        Column("Observer"),
        Column("Held"),
        Column("Spoken about"),
        Column("Status"),
        Column("Actions", hidden=True),
    ]
    body = [
        [
            short_date(row.effective_on),
            Cell(row.observer.name if row.observer else "", empty="Not settled"),
            short_date(row.held_on),
            ("Yes" if row.feedback_given else "No") if row.held_on else "",
            _held_tag(row, on),
            Cell(actions=_on_observation(row, of)),
        ]
        for row in rows
    ]
    return Table("Observations of practice", columns, body, empty=Empty("None is planned yet."))


def _held_tag(row: PracticeObservation, on: dt.date) -> Tag:
    if row.held_on:
        return Tag("Held", "green")
    return Tag("Overdue", "red") if row.effective_on < on else Tag("Planned", "blue")


def _on_observation(row: PracticeObservation, of: UUID) -> list[Action]:
    names = (
        {"Undo": "undo_observation"}
        if row.held_on
        else {"Record": "hold_observation", "Undo": "undo_observation"}
    )
    hidden = f"observation of {short_date(row.effective_on)}"
    return [
        Action(label, reverse(f"learners:{name}", args=[of, row.public_id]), "link", hidden=hidden)
        for label, name in names.items()
    ]


def people_table(rows: Iterable[Allocation], of: UUID, may_end: Mapping[str, bool]) -> Table:
    """Return a table of those who look after them today."""
    body = [
        [
            ROLES[row.role],
            row.other.name,
            f"From {short_date(row.effective_on)}",
            Cell(actions=_on_person(row, of) if may_end.get(row.role) else []),
        ]
        for row in rows
    ]
    columns = [Column("Role"), Column("Who"), Column("When"), Column("Actions", hidden=True)]
    return Table("Who looks after them", columns, body, empty=Empty("Nobody yet."))


def _on_person(row: Allocation, of: UUID) -> list[Action]:
    return [
        Action(
            label,
            reverse(f"learners:{name}", args=[of, row.public_id]),
            "link",
            hidden=lower_first(ROLES[row.role]),
        )
        for label, name in {"End": "end_pso_person", "Undo": "undo_pso_person"}.items()
    ]
