"""Who leaves, and why: the page of withdrawals, which opens on the last twelve months, and the people behind its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from learners.queries import records as learners
from learners.queries.withdrawals import LEAVERS
from pqip.core.access_log import log_access
from pqip.core.formats import date_gov, date_range, plural
from pqip.core.models import AccessEntry
from pqip.core.patience import TakesTooLong
from pqip.govuk.pages import Action
from pqip.govuk.tables import Sorting, Table
from pqip.pages.generic import ListPage
from reports.catalogue import find
from reports.catalogue.charts_attrition import retained_curves
from reports.figures.asking import PlaceFilter, Question
from reports.figures.attrition import attrition
from reports.figures.attrition_year import Year, two_years, year_to
from reports.figures.names import Names
from reports.figures.places import whole_regions
from reports.figures.settings import THRESHOLD
from reports.presenters.attrition import BEFORE, NOW, Told, findings, opening
from reports.presenters.attrition_people import WHAT, people_table
from reports.presenters.attrition_tables import (
    BY,
    by_table,
    reasons_chart,
    reasons_table,
    tenure_table,
    trend_chart,
    ways,
    year_table,
)
from reports.queries.answers import Answer
from reports.queries.asked import Asked
from reports.queries.places import VIEW, opens_everybody
from reports.views.asked import in_full_until, strictly_asked
from reports.views.pages import UNASKED, ReportPage
from reports.views.patience import within_a_page

NAME, WORDS, CURVES = "withdrawals", "leavers-reasons", "attrition"
PAGE = "reports:withdrawals"
#: What a number may be of: columns of a person's row in the year.
OF = ("region", "pathway", "pdu", "reason", "destination", "band", "service", "quarter", "said")


YEAR_NOT_NOW = (
    "The last twelve months are not shown, because too much is being worked out at the moment. "
    "Open the page again in a minute."
)
#: What the page has of its own, where there is nothing of it to show.
BLANK: dict[str, Any] = {
    **dict.fromkeys(("opening", "findings", "years", "reasons", "tenure", "by", "withheld")),
    "ways": (),
}


class Leaving(ReportPage):
    """The report on withdrawals, below the last twelve months: how many left of how many, why, and whether that is more."""

    template_name = "reports/attrition.html"

    unasked = {**UNASKED, **BLANK}

    def _answered(self, asked: Asked, answer: Answer) -> dict[str, Any]:
        shown = super()._answered(asked, answer)
        asked = replace(asked, known_at=answer.known_at)
        try:
            with within_a_page("withdrawals-year"), asked.question() as question:
                parts = whole_regions(question) == []
                if asked.suppressed and parts:
                    return {**BLANK, **shown, "withheld": True}
                told = self._told(asked, question, is_part=parts)
                curves = self._curves(asked, question)
        except TakesTooLong:
            return {**BLANK, **shown, "notes": [YEAR_NOT_NOW, *shown["notes"]]}
        period = f"{asked.place_words}, {date_gov(asked.as_at)}"
        by = self.request.GET.get("by", "")
        chosen = by if by in BY else "region" if asked.place.everywhere else "pdu"
        charts = [
            *reasons_chart(told, period),
            *trend_chart(answer.main.rows, asked.as_at, period),
            *retained_curves(curves, told.names, period),
        ]
        return {
            **BLANK,
            **shown,
            "opening": opening(told),
            "findings": findings(told),
            "years": year_table(told),
            "reasons": reasons_table(told),
            "tenure": tenure_table(told),
            "by": by_table(told, chosen),
            "ways": ways(told, chosen, lambda to: f"?{asked.address(by=to)}#by"),
            "charts": charts,
            "actions": [*shown["actions"], *self._further(asked)],
        }

    def _told(self, asked: Asked, question: Question, *, is_part: bool) -> Told:
        now, before = two_years(question)
        three_years = year_to(question, months=36)
        words = find(WORDS)
        in_full = opens_everybody(asked.user, words.opened_by, asked.place) or bool(
            in_full_until(self.request, words)
        )
        return Told(
            now,
            before,
            three_years,
            Names(),
            self._opens(asked),
            asked.place_words,
            int(THRESHOLD.value) if asked.suppressed else 0,
            int(THRESHOLD.value),
            words_in_full=in_full,
            words_told=in_full or not is_part,
        )

    def _opens(self, asked: Asked) -> Any:
        """The address of the people a number counts, for those who may see them: learners, or leavers alone."""
        may = opened_by(asked.user, asked.place)
        reads_words = opens_everybody(asked.user, (LEAVERS,), asked.place)
        base = reverse("reports:leaving_people")

        def opens(year: str, *, what: str, **of: str) -> str:
            if not may or (may == LEAVERS and what == "on_programme"):
                return ""
            if "said" in of and not reads_words:
                return ""
            keys = {f"of_{name}": value for name, value in of.items()}
            return f"{base}?{asked.address(None, year=year, what=what, **keys)}"

        return opens

    def _curves(self, asked: Asked, question: Question) -> list[dict[str, Any]]:
        """Return who stayed of all starters and of cohorts, as the report on attrition shows it to this user."""
        report = find(CURVES)
        rows = attrition(question, ("all", "cohort"))
        if not replace(asked, report=report).suppressed:
            return rows
        return report.protected(rows, question, int(THRESHOLD.value))[0]

    def _further(self, asked: Asked) -> list[Action]:
        return [
            Action(
                find(name).title,
                f"{reverse('reports:report', args=[name])}?{asked.address()}",
                kind="link",
            )
            for name in (CURVES, "tenure-of-leavers", WORDS, "retention")
        ]


def opened_by(user: Any, place: PlaceFilter) -> str:
    """Return the permission by which a user opens those who left a place; "" where they may not.

    One that reaches the whole place comes before one that reaches people of their own in it.
    """
    held = [one for one in (learners.VIEW, LEAVERS) if user.can(one)]
    whole = [one for one in held if opens_everybody(user, (one,), place)]
    return next(iter([*whole, *held]), "")


class LeavingPeople(ListPage):
    """The learners whom a number of the page counts, as at the same day and as known at the same moment."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    page_title = "Behind a number of those who left"
    sorts = {"name": ("person__sort_name",), "start": ("start_date", "person__sort_name")}
    default_sort = "name"

    @cached_property
    def may(self) -> str:
        """The permission by which these people are opened. Raises PermissionDenied where there is none."""
        if not (found := opened_by(self.request.user, self.asked.place)):
            raise PermissionDenied
        return found

    @cached_property
    def asked(self) -> Asked:
        return strictly_asked(self.request, NAME)

    @cached_property
    def what(self) -> str:
        """What the number counts. Raises Http404 for anything else."""
        what = self.request.GET.get("what", "left")
        if what not in WHAT or (what == "on_programme" and self.may == LEAVERS):
            raise Http404(what)
        return what

    @cached_property
    def keys(self) -> dict[str, str]:
        """The groups that the number is of. What leavers said themselves opens for whoever reads their words alone."""
        keys = {
            name: self.request.GET[f"of_{name}"] for name in OF if f"of_{name}" in self.request.GET
        }
        if "said" in keys and not opens_everybody(self.request.user, (LEAVERS,), self.asked.place):
            raise PermissionDenied
        return keys

    @cached_property
    def year(self) -> Year:
        with within_a_page("withdrawals-people"), self.asked.question() as question:
            now, before = two_years(question)
        return before if self.request.GET.get("year", NOW) == BEFORE else now

    @cached_property
    def counted(self) -> dict[int, dict[str, Any]]:
        """Everybody the number counts, whoever may see them, by enrolment."""
        keys = dict(self.keys)
        quarter = keys.pop("quarter", "")
        if quarter and quarter not in {one.code for one in self.year.quarters}:
            raise Http404(quarter)
        if self.what == "on_programme":
            rows = self.year.on_programme("quarter", quarter) if quarter else self.year.everybody
        else:
            rows = self.year.left_of("quarter", quarter) if quarter else self.year.left
            rows = rows if self.what == "left" else [row for row in rows if row[self.what]]
        said = keys.pop("said", "")
        return {
            row["enrolment_id"]: row
            for row in rows
            if all(row[name] == value for name, value in keys.items())
            and (not said or said in row["said"])
        }

    def rows(self) -> QuerySet:
        return learners.enrolments(self.request.user, self.may).filter(pk__in=list(self.counted))

    def with_related(self, rows: Any) -> QuerySet:
        return rows.select_related("person")

    def table(self, rows: list[Any], sorting: Sorting) -> Table:
        leads = "learners:learner" if self.may == learners.VIEW else "learners:leaver"
        return people_table(self.page_title, rows, self.counted, sorting, Names(), leads)

    def shown(self) -> dict[str, Any]:
        log_access(
            self.request.user,
            AccessEntry.Kind.OPENED,
            "reports:leaving_people page",
            {
                "asked": self.asked.address(None, what=self.what, **self.keys),
                "rows": len(self.counted),
            },
        )
        period = date_range(self.year.first, self.year.last)
        return {
            "lead": f"{WHAT[self.what]}, {period}, {self.asked.place_words}: "
            f"{plural(len(self.counted), 'person', 'people')} counted.",
            "back_url": f"{reverse(PAGE)}?{self.asked.address()}",
        }
