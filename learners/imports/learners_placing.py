"""Works out what a row of the `learners` dataset changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from learners.actions.allocations_eligible import check_nominee
from learners.facts.allocations import nominees
from learners.imports.allocations_held import Role, roles_of
from learners.imports.common import EventRow, live_events, terms_on
from learners.imports.learners_known import Known, read_known
from learners.imports.opening import Openings
from learners.models import Pathway
from learners.rules.allocations import RoleRequest, Stretch
from learners.rules.board import at_fault
from learners.rules.entry import check_open
from learners.rules.events import check_history
from learners.rules.places import PlacePeriod, check_one_place, place_period
from pqip.core.errors import RuleBroken
from pqip.core.words import folded
from pqip.exchange.datasets import Context, Row
from workforce.imports.alike import SAME
from workforce.imports.lookups import check_place, shown

#: Column of the file → attribute of an event that holds the term.
TERMS = {"region": "to_region_id", "pdu": "to_pdu_id", "pathway": "to_pathway_id", "fte": "to_fte"}
MOVES = {"moved_region": ("region", "pdu"), "moved_pathway": ("pathway",), "changed_fte": ("fte",)}
NAMES = ("first_name", "last_name")
OPTIONAL = ("email", "date_of_birth")
EQUALITY = ("sex", "ethnicity", "disability")
ROLES = ("pta", "line_manager")
CODED = ("region", "pdu", "pathway")
MAY_CHANGE_EQUALITY = "workforce.change_equality"


@dataclass
class PlannedRow:
    """What is to be written for a row. Keys are None until what they refer to is recorded."""

    number: str
    person: int | None = None
    enrolment: int | None = None
    personal: dict[str, Any] = field(default_factory=dict)
    entry: dict[str, Any] = field(default_factory=dict)
    cohort: str = ""
    campaign: str = ""
    voided: list[int] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    equality: dict[str, str] = field(default_factory=dict)


class Planner:
    """Plans a batch: everything known is read at once, and then each row is planned without a
    query.

    `renamed` gives, by the new number, the old number of each person who takes a new one in this
    batch.
    """

    def __init__(self, rows: list[Row], context: Context, renamed: Mapping[str, str]) -> None:
        self.context, self.renamed = context, renamed
        self.known: Known = read_known(rows, context)
        self.events = live_events([place.enrolment for place in self.known.places.values()])
        #: The days of each place, by staff number and enrolment (or cohort, for a new place).
        self.places: dict[str, dict[Any, PlacePeriod | None]] = {}
        for (number, _), place in self.known.places.items():
            self.places.setdefault(number, {})[place.enrolment] = place_period(
                self.events[place.enrolment]
            )
        looked_after = roles_of(self.known.people.values(), ROLES)
        by_key = {key: number for number, key in self.known.people.items()}
        self.roles: dict[tuple[str, str], Role] = {
            (by_key[person], role): rows for (person, role), rows in looked_after.items()
        }
        self.nominees = nominees(self.known.others.values(), context.today, "staff_number")
        self.pathways, self.openings = Pathway.objects.in_bulk(), Openings(context)

    def plan(self, row: Row) -> None:
        """Work out what a row changes, and add all its errors at once."""
        self._check(row)
        if row.wrong:
            return
        number = row["staff_number"]
        cohort = folded(row["cohort"])
        first = self.context.first_row((number, self.known.cohorts.get(cohort, cohort)), row)
        if first != row.number:
            row.error(
                "cohort",
                f"is the cohort of row {first} for the same learner. Keep one of the two rows",
            )
            return
        known = self.known.places.get((number, cohort))
        if known is None:
            self._plan_new(row)
        else:
            self._plan_known(
                row, PlannedRow(number, self.known.people[number], known.enrolment), known
            )

    def _check(self, row: Row) -> None:
        number, start, since = row["staff_number"], row["start_date"], row["effective_from"]
        if row["region"] is not None:
            check_place(row, self.context, self.context.memory["units"])
        if start and row["date_of_birth"] and row["date_of_birth"] >= start:
            row.error("date_of_birth", "is not before start_date. Check both dates")
        if start and since and since < start:
            row.error(
                "effective_from", "is before start_date. A change cannot come before the first day"
            )
        for column in ROLES:
            if row[column] and (row[column] not in self.known.others or row[column] == number):
                row.error(
                    column,
                    "is not a staff number of anybody who can look after this learner. Import them with staff first",
                )
        if any(row[column] for column in EQUALITY) and not self.context.may(MAY_CHANGE_EQUALITY):
            column = next(column for column in EQUALITY if row[column])
            row.error(
                column,
                "you may not import equality answers. Leave sex, ethnicity and disability out.",
                quote=False,
            )

    def _plan_new(self, row: Row) -> None:
        number, start = row["staff_number"], row["start_date"]
        planned = PlannedRow(
            number,
            self.known.people.get(number),
            cohort=row["cohort"],
            campaign=row["campaign"] or "",
        )
        planned.personal = {name: row[name] for name in (*NAMES, *OPTIONAL)}
        planned.entry = self._entry(row)
        terms = {name: row[column] for column, name in TERMS.items()}
        planned.events = [
            EventRow(None, 0, "enrolled", start, **terms),
            EventRow(None, 0, "started", start),
        ]
        self._refuse_closed(row)
        self._refuse_second_place(row, folded(row["cohort"]), planned.events)
        if row.wrong:
            return
        planned.equality = self._equality(row)
        for role in ROLES:
            self._allocate(row, role, start, again=False)
        self._announce(planned)
        after = {
            column: self._cell(row, column)
            for column in row.given - set(EQUALITY)
            if row[column] is not None
        }
        row.new(after | self._old_number(row), planned)

    def _old_number(self, row: Row) -> dict[str, str]:
        """Return the number that the person had before this row, as a cell, if it changes."""
        return (
            {SAME: self.renamed[row["staff_number"]]} if row["staff_number"] in self.renamed else {}
        )

    def _announce(self, planned: PlannedRow) -> None:
        if planned.cohort and folded(planned.cohort) not in self.known.cohorts:
            self.context.announce("cohort", planned.cohort)
        if planned.campaign and folded(planned.campaign) not in self.known.campaigns:
            self.context.announce("campaign", planned.campaign)

    def _plan_known(self, row: Row, planned: PlannedRow, known: Any) -> None:
        """Plan a row about a known enrolment: corrections, and changes from a day."""
        before, after = self._personal(row, planned)
        self._entry_again(row, planned, known, before, after)
        self._terms(row, planned, before, after)
        if row.wrong:
            return
        since = row["effective_from"]
        for role in ROLES:
            was = self._allocate(row, role, since or row["start_date"], again=since is None)
            if was is not None:
                before[role], after[role] = self.known.number_of.get(was, ""), row[role]
        planned.equality = self._equality(row)
        known_answers = (
            self.known.answers[planned.person] if planned.equality and planned.person else {}
        )
        for column in planned.equality:
            before[column], after[column] = known_answers.get(column), row[column]
        self._announce(planned)
        if numbered := self.renamed.get(row["staff_number"]):
            before["staff_number"], after["staff_number"] = numbered, row.text("staff_number")
        row.settle(before, after, planned)

    def _personal(self, row: Row, planned: PlannedRow) -> tuple[dict[str, Any], dict[str, Any]]:
        held = self.known.personal[row["staff_number"]]
        after = {name: row[name] for name in NAMES} | {
            name: row[name] for name in OPTIONAL if row[name] is not None
        }
        before = {name: held[name] for name in after}
        planned.personal = {name: value for name, value in after.items() if value != before[name]}
        return before, after

    def _entry(self, row: Row) -> dict[str, Any]:
        return {
            "entry_route": row["entry_route"],
            "level5_held": row["level5_held"],
            "modules_held": sorted(row["modules_held"] or []),
        }

    def _entry_again(
        self,
        row: Row,
        planned: PlannedRow,
        known: Any,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        stated = self._entry(row)
        if "modules_held" not in row.given:
            del stated["modules_held"]
        was = {name: getattr(known, name) for name in stated}
        planned.entry = {name: value for name, value in stated.items() if value != was[name]}
        before |= was
        after |= stated
        if row["campaign"] and folded(row["campaign"]) != folded(known.campaign):
            before["campaign"], after["campaign"] = known.campaign, row["campaign"]
            planned.campaign = row["campaign"]

    def _terms(
        self, row: Row, planned: PlannedRow, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Plan terms that differ, as a correction of the first terms or as changes from a day."""
        events = self.events[planned.enrolment]  # type: ignore[index]
        first = next(event for event in events if event.kind == "enrolled")
        since = row["effective_from"]
        columns = [column for column in TERMS if column != "pdu" or "pdu" in row.given]
        held = (
            {TERMS[c]: getattr(first, TERMS[c]) for c in TERMS}
            if since is None
            else terms_on(events, since)
        )
        differing = [column for column in columns if row[column] != held[TERMS[column]]]
        before |= {column: self._coded(column, held[TERMS[column]]) for column in columns} | {
            "start_date": first.effective_on
        }
        after |= {column: self._coded(column, row[column]) for column in columns} | {
            "start_date": row["start_date"]
        }
        if since is None or since <= first.effective_on:
            self._correct(row, planned, first, differing, events)
            return
        for kind, parts in MOVES.items():
            if set(parts) & set(differing):
                self._move(row, planned, kind, parts, events)
        if row["start_date"] != first.effective_on:
            self._correct(row, planned, first, [], events)
        self._refuse_illegal(row, planned, events, "effective_from")

    def _correct(
        self,
        row: Row,
        planned: PlannedRow,
        first: EventRow,
        differing: list[str],
        events: list[EventRow],
    ) -> None:
        moved = row["start_date"] != first.effective_on
        if not differing and not moved:
            return
        if moved or "pathway" in differing:
            self._refuse_closed(row)
        terms = {TERMS[column]: row[column] for column in differing}
        self._replace(
            planned, first, replace(first, id=None, effective_on=row["start_date"], **terms)
        )
        started = next((event for event in events if event.kind == "started"), None)
        if moved and started is not None:
            self._replace(
                planned, started, replace(started, id=None, effective_on=row["start_date"])
            )
        self._refuse_illegal(row, planned, events, "start_date")

    def _move(
        self,
        row: Row,
        planned: PlannedRow,
        kind: str,
        parts: tuple[str, ...],
        events: list[EventRow],
    ) -> None:
        since = row["effective_from"]
        moved = EventRow(
            None,
            planned.enrolment or 0,
            kind,
            since,
            **{TERMS[column]: row[column] for column in parts},
        )
        same = next(
            (event for event in events if event.kind == kind and event.effective_on == since), None
        )
        if same is not None:
            planned.voided.append(same.id)  # type: ignore[arg-type]
        planned.events.append(moved)

    def _replace(self, planned: PlannedRow, old: EventRow, new: EventRow) -> None:
        planned.voided.append(old.id)  # type: ignore[arg-type]
        planned.events.append(new)

    def _refuse_illegal(
        self, row: Row, planned: PlannedRow, events: list[EventRow], column: str
    ) -> None:
        after = [event for event in events if event.id not in planned.voided] + planned.events
        try:
            check_history(after, excused=at_fault(events))
        except RuleBroken as broken:
            row.rule_error(column, broken.message)
            return
        self._refuse_second_place(row, planned.enrolment, after)

    def _refuse_closed(self, row: Row) -> None:
        """Refuse a pathway that takes no starters on the first day. In history it is only listed."""
        if self.openings.is_history(row["region"], row["start_date"]):
            return
        try:
            check_open(self.pathways[row["pathway"]], row["start_date"])
        except RuleBroken as broken:
            row.rule_error(broken.field or "pathway", broken.message)

    def _refuse_second_place(self, row: Row, place: Any, events: list[EventRow]) -> None:
        """Refuse a second place while another of the same person is open.

        The days that the row gives its own place are kept for the next rows.
        """
        own = self.places.setdefault(row["staff_number"], {})
        days = place_period(events)
        try:
            check_one_place(days, (each for key, each in own.items() if key != place))
        except RuleBroken as broken:
            row.error(
                "cohort",
                f"would be a second place. {broken.message} Import its end with learner-events",
            )
            return
        own[place] = days

    def _allocate(self, row: Row, name: str, day: dt.date, *, again: bool) -> int | None:
        """Give the role to the person named in the row.

        Return who had it before (0 for nobody) if it changes, or else None. A correction changes
        nothing if the person named has the role at any time, because other rows say when.
        """
        if row[name] is None:
            return None
        other = self.known.others[row[name]]
        role = self.roles.setdefault((row["staff_number"], name), Role())
        current = role.on(day)
        if (current is not None and current.other == other) or (again and role.ever(other)):
            return None
        new_role = role.hand_over(other, day)
        request = RoleRequest(
            name,
            Stretch(new_role.since, new_role.until),
            self.context.today,
            day < self.context.today,
        )
        findings = check_nominee(self.nominees[other], request)
        if findings.refusal:
            row.rule_error(name, findings.refusal)
        for words in findings.notes:
            self.context.remark(words)
        return current.other if current else 0

    def _equality(self, row: Row) -> dict[str, str]:
        """Return the answers that are given and differ."""
        held = self.known.answers.get(self.known.people.get(row["staff_number"], 0), {})
        return {
            column: row[column]
            for column in EQUALITY
            if row[column] and row[column] != held.get(column)
        }

    def _cell(self, row: Row, column: str) -> Any:
        return self._coded(column, row[column])

    def _coded(self, column: str, value: Any) -> Any:
        return shown(self.context, column, value) if column in CODED else value
