"""Are we going to have enough officers? The first page of a region, of a unit, and of the nation.

It waits for no forecast: it shows the one that was kept last, says of when it is, and has the worker make another where
something has been recorded since.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.clock import today
from pqip.core.formats import date_gov, datetime_gov, month_gov
from pqip.govuk.pages import Action, Count, Crumb
from pqip.pages.generic import Page
from reports.actions.make_forecasts import RENEWED_AFTER, ask_for_forecasts
from reports.catalogue.supply_forecast import REPORT
from reports.derived.changes import ProgressKept, progress_last_kept
from reports.derived.forecasts import Answered, LastKept, last_kept, read
from reports.derived.forecasts_units import unit_last_kept
from reports.figures.asking import PlaceFilter, Question
from reports.figures.changes import GRADES, changes, days_compared, unit_key
from reports.figures.forecast_backtest import Held, held_last_kept
from reports.figures.in_post import Total, totals_of_units, totals_on
from reports.figures.names import Names
from reports.figures.planned_ends import planned_ends
from reports.figures.position_trend import quarter_ends
from reports.figures.supply_forecast import against_national_target
from reports.forms.question import QuestionForm
from reports.presenters import changes as changed_words
from reports.presenters import forecast as shows
from reports.presenters import forecast_trust as trusted
from reports.presenters import overview as words
from reports.presenters.forecast import Shown
from reports.presenters.forecast_trust import Trust
from reports.presenters.overview import Standing
from reports.queries.asked import Asked
from reports.queries.notes import notes_on
from reports.queries.places import VIEW, region_of_unit
from reports.queries.waits import CODINGS, PROPOSALS, Waiting, waiting
from reports.rules.changes import Change, largest
from reports.rules.forecast_answers import NATION
from reports.views.asked import asked_of
from workforce.ports.landing_pages import counts_for

GRADE, GRADE_NAME = "PO", "Probation officers"
#: Quarters back that small charts show.
QUARTERS_BACK = 8
#: What waits for a second person, and the list of those who may decide it.
LISTS = {PROPOSALS: "learners:withdrawals", CODINGS: "learners:codings"}
NOT_KEPT = "No forecast is kept of this day and moment, or of an earlier one."
BEING_MADE = (
    "The forecast is being worked out. Everything else on this page is of now. Open the page again in a few minutes to see "
    "it."
)
RECORDED = "Something has been recorded since"
RECORDED_SINCE = f"{RECORDED}, and is in the next forecast."
NEWER = "A newer forecast is being worked out: open this page again in a few minutes."
JUDGED = "Who needs action or is behind is as known at {}."
BEING_JUDGED = "Who needs action or is behind is still being worked out and is not included yet."
NOT_JUDGED = (
    "Who needs action or is behind was not kept for this month and moment, and is not included."
)
#: What is said of the nation while of some regions nothing is known, in place of a gap that would be theirs as well.
PARTLY_KNOWN = {
    "answer": "When the gap of the whole nation closes cannot be said until every region has posts and a target here.",
    "chance": "",
    "is_doubtful": False,
    "right": "",
    "charts": [],
}
NOTHING_AHEAD = "Nothing is known of the officers or learners here, so there is no forecast."


@dataclass(frozen=True)
class Kept:
    """The forecast that was kept last, if any, and whether it is of now."""

    last: LastKept | None
    answered: Answered | None
    is_current: bool = False
    held: Mapping[str, Held] | None = None

    def trust(self, code: str) -> Trust:
        """How far the forecast of a place may be relied on."""
        return trusted.trust_in(self.held, code)

    def shown(self, question: Question, code: str, name: str) -> Shown | None:
        """A place's forecast; None where none is kept, or nothing is known of the place."""
        if self.last is None or self.answered is None:
            return None
        if not self.answered.known or code not in (NATION, *self.answered.known):
            return None
        place = self.answered.forecast.place(code)
        if code == NATION:
            asked = replace(question, as_at=self.last.as_at, known_at=self.last.known_at)
            place = against_national_target(asked, place)
        return Shown(place, self.last.as_at, name)


class Overview(Page):
    """The gap today, whether it closes, what changed last month, and who waits: of the place that is the reader's."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/overview.html"
    page_title = "Are we going to have enough officers?"
    progress_kept: ProgressKept | None = None

    @cached_property
    def form(self) -> QuestionForm:
        form = QuestionForm(self.request.GET, user=self.request.user)
        if not form.is_valid():
            raise Http404(self.page_title)
        return form

    @cached_property
    def asked(self) -> Asked:
        """What the address asks; where it names no place, the only one of whoever asks, if they have one alone."""
        asked = asked_of(self.request, REPORT, self.form)
        if asked.region == NATION:
            raise Http404(NATION)
        if asked.region or asked.pdu or asked.place.everywhere:
            return asked
        regions = [one for one in self._regions if one[1] in asked.place.regions]
        if len(regions) > 1:
            return asked
        if regions:
            (code, key, name) = regions[0]
            own = PlaceFilter(False, regions=frozenset({key}))
            return replace(asked, region=code, place=own, place_words=name)
        units = [one for one in self.form.pdus if one[1] in asked.place.pdus]
        (code, key, name, _region) = units[0]
        own = PlaceFilter(False, pdus=frozenset({key}))
        return replace(asked, pdu=code, place=own, place_words=name)

    @property
    def _regions(self) -> list[tuple[str, int, str]]:
        return [one for one in self.form.regions if one[0] != NATION]

    def shown(self) -> dict[str, Any]:
        asked = self.asked
        waits = waiting(self.request.user, asked.place)
        with asked.question() as question:
            kept, self.progress_kept = self._kept(question), progress_last_kept(question)
            if asked.pdu:
                own = self._of_unit(question, kept)
            elif asked.region:
                own = self._of_region(question, kept)
            else:
                own = self._of_regions(question, kept, waits)
            shown = own | {
                "notes": notes_on(question),
                "made": self._made(kept, question),
                "known_at": datetime_gov(question.known_at),
            }
        self._renew(kept, question)
        return shown | self._around(waits)

    def _around(self, waits: Sequence[Waiting]) -> dict[str, Any]:
        """What stands around the answer, whichever place it is of."""
        asked = self.asked
        days = days_compared(asked.as_at)
        counts = counts_for(self.request.user)
        elsewhere = {one.label for one in counts}
        return {
            "place": asked.place_words,
            "as_at": date_gov(asked.as_at),
            "month": month_gov(days.until),
            "since": date_gov(days.since),
            "until": date_gov(days.until),
            "waits": [one for one in self._waits(waits) if one.label not in elsewhere],
            "others_decide": words.others_decide(
                [one for one in waits if one.code in LISTS and not self._is_listed(one)]
            ),
            "counts": counts,
            "breadcrumbs": self._crumbs(),
            "places": self._places(),
            "forecast_url": "" if asked.pdu else f"{reverse('reports:forecast')}?{asked.address()}",
            "actions": [
                Action("Reports of the latest month", reverse("reports:month"), kind="link"),
                Action("Who leaves, and why", reverse("reports:withdrawals"), kind="link"),
                Action("Workforce explorer", reverse("reports:explorer"), kind="link"),
            ],
        }

    # What each kind of place shows

    def _of_region(self, question: Question, kept: Kept) -> dict[str, Any]:
        code, name = self.asked.region, self.asked.place_words
        days = days_compared(question.as_at)
        totals = totals_on(question, [days.since, days.until, question.as_at], within=True)
        own = _by_grade(totals, question.as_at, code)
        ahead = kept.shown(question, code, name)
        return self._officers(own.get(GRADE), kept, ahead, code) | {
            "grades": words.grades_table(own),
            **self._told(changes(question, totals).get(code, []), code, {"region": code}),
        }

    def _of_unit(self, question: Question, kept: Kept) -> dict[str, Any]:
        """A unit's own position and learners, with its region's forecast beside them."""
        code = self.asked.pdu
        region, region_name = region_of_unit(code)
        days = days_compared(question.as_at)
        totals = totals_of_units(question, [days.since, days.until, question.as_at])
        own = _by_grade(totals, question.as_at, code)
        units = unit_last_kept(question, code)
        shown = kept.shown(question, region, region_name)
        made = units[0] if units else None
        return self._officers(own.get(GRADE), kept, None) | {
            "position": words.unit_position_words(own.get(GRADE)),
            "grades": words.grades_table(own),
            **self._told(changes(question, totals).get(code, []), unit_key(code), {"pdu": code}),
            "ends": words.unit_table(
                planned_ends(question),
                units[1] if units else None,
                made.as_at if made else question.as_at,
            ),
            "region": region_name,
            **self._answer(shown, kept.trust(region), {"region": region}),
            "nothing_ahead": "" if shown or kept.last is None else NOTHING_AHEAD,
        }

    def _of_regions(
        self, question: Question, kept: Kept, waits: Sequence[Waiting]
    ) -> dict[str, Any]:
        """The nation, or several regions of one reader, side by side."""
        asked, everywhere = self.asked, self.asked.place.everywhere
        regions = [one for one in self._regions if everywhere or one[1] in asked.place.regions]
        days = [*quarter_ends(question.as_at)[-QUARTERS_BACK:], question.as_at]
        compared = days_compared(question.as_at)
        totals = totals_on(question, [*days, compared.since, compared.until])
        changed = changes(question, totals)
        standings = sorted(
            (
                Standing(
                    code,
                    name,
                    totals.get((question.as_at, code, GRADE)),
                    kept.shown(question, code, name),
                    largest([*changed.get(code, []), *self._progress(code)], 1),
                    sum(one.by_region.get(key, 0) for one in waits) if waits else None,
                    kept.trust(code),
                )
                for code, key, name in regions
            ),
            key=lambda one: one.rank,
        )
        addresses = {code: self._address(region=code) for code, _key, _name in regions}
        told = {
            "regions": words.regions_table(standings, compared.until, addresses),
            "multiples": words.multiples(standings, totals, days, question.as_at, addresses),
            "order": words.ORDER,
        }
        if not everywhere:
            return self._officers(None, kept, None) | told | {"position": "", "nothing_ahead": ""}
        own, left_out = words.nation_of(
            {one.code: one.total for one in standings}, totals.get((question.as_at, NATION, GRADE))
        )
        ahead = kept.shown(question, NATION, asked.place_words)
        return (
            self._officers(own, kept, ahead, NATION)
            | (PARTLY_KNOWN if left_out and ahead else {})
            | told
            | {"left_out": left_out}
            | self._told(changed.get(NATION, []), NATION, {})
        )

    def _answer(self, ahead: Shown | None, trust: Trust, where: dict[str, str]) -> dict[str, Any]:
        """Whether and when the gap closes, and how often such an answer was right: a month is no fact where it seldom was."""
        if ahead is None:
            return dict.fromkeys(("answer", "chance", "right", "right_url"), "") | {
                "is_doubtful": False,
                "charts": [],
            }
        of = {"as_at": str(ahead.as_at), **where}
        return {
            "answer": trusted.answer_words(ahead, trust),
            "chance": "" if trust.doubts(ahead) else shows.chance_words(ahead),
            "is_doubtful": trust.doubts(ahead),
            "right": trust.words() if trust.looked_back or self._is_of_now else "",
            "right_url": f"{reverse('reports:forecast')}?{urlencode(of)}#right",
            "charts": [
                shows.in_post_chart(ahead, GRADE_NAME, title=trusted.chart_title(ahead, trust))
            ],
        }

    def _officers(
        self, total: Total | None, kept: Kept, ahead: Shown | None, code: str = ""
    ) -> dict[str, Any]:
        """What is said of the officers of one place. What a kind of place has not got stays empty."""
        no_forecast = ahead is None and kept.last is not None
        return {
            "position": words.position_words(total),
            "source": words.source_words(total),
            "left_out": "",
            **self._answer(ahead, kept.trust(code), {} if code == NATION else {"region": code}),
            "planned": shows.planned_words(ahead) if ahead else "",
            "nothing_ahead": NOTHING_AHEAD if no_forecast else "",
            "quarters": shows.quarters_table(ahead) if ahead else None,
            "grades": None,
            "changed": [],
            "judged": "",
            "ends": None,
            "region": "",
            "regions": None,
            "multiples": [],
            "order": "",
        }

    # The forecast that is kept

    def _kept(self, question: Question) -> Kept:
        last = last_kept(question)
        if last is None:
            return Kept(None, None)
        held = held_last_kept(question)
        return Kept(last, read(last.answer), last.is_current(question), held)

    def _made(self, kept: Kept, question: Question) -> str:
        """Of when the forecast shown is, and whether another is on its way: of a page of now alone."""
        last = kept.last
        if last is None:
            return BEING_MADE if self._is_of_now else NOT_KEPT
        said = f"The forecast is as at {date_gov(last.as_at)}, as known at {datetime_gov(last.known_at)}."
        if kept.is_current:
            return said
        is_recorded = last.as_at == question.as_at
        if not self._is_of_now:
            return f"{said} {RECORDED}." if is_recorded else said
        if not self._is_due(kept, question):
            return f"{said} {RECORDED_SINCE}"
        return f"{said} {RECORDED}. {NEWER}" if is_recorded else f"{said} {NEWER}"

    @property
    def _is_of_now(self) -> bool:
        return self.asked.known_at is None and self.asked.as_at == today()

    def _is_due(self, kept: Kept, question: Question) -> bool:
        """Whether another forecast is to be made: none is kept, or one that is not of now and was made a while ago."""
        last = kept.last
        if last is None:
            return True
        assert question.known_at is not None  # noqa: S101  (a page's question is of an instant)
        if self.progress_kept is None or kept.held is None or last.as_at < question.as_at:
            return True
        return not kept.is_current and last.known_at < question.known_at - RENEWED_AFTER

    def _renew(self, kept: Kept, question: Question) -> None:
        """Have another made. A page of an earlier day or instant shows what was kept then, and asks for nothing."""
        if self._is_of_now and question.known_at is not None and self._is_due(kept, question):
            ask_for_forecasts(by=self.request.user, known_at=question.known_at)

    # Around it

    def _told(self, some: Sequence[Change], code: str, where: dict[str, str]) -> dict[str, Any]:
        """The largest changes of a place in sentences, and as known when those of progress were worked out."""
        kept = self.progress_kept
        told = changed_words.told(
            largest([*some, *self._progress(code)]),
            days_compared(self.asked.as_at),
            Names(),
            where,
            self.request.user.can("learners.view_learner"),
        )
        if kept is None:
            return {"changed": told, "judged": BEING_JUDGED if self._is_of_now else NOT_JUDGED}
        return {"changed": told, "judged": JUDGED.format(datetime_gov(kept.known_at))}

    def _progress(self, code: str) -> list[Change]:
        """Of a place, what changed of those who need action and those who are behind."""
        return self.progress_kept.of.get(code, []) if self.progress_kept else []

    def _waits(self, waits: Sequence[Waiting]) -> list[Count]:
        """Who waits, as links to the lists that count the same."""
        asked = self.asked
        place = {"region": asked.region, "pdu": asked.pdu}
        where = {name: code for name, code in place.items() if code}
        return [
            Count(
                words.WAITS[one.code],
                one.number,
                reverse(LISTS[one.code])
                if one.code in LISTS
                else f"{reverse('learners:list')}?{urlencode({'need': one.code, **where})}",
            )
            for one in waits
            if one.code not in LISTS or self._is_listed(one)
        ]

    @staticmethod
    def _is_listed(one: Waiting) -> bool:
        """Whether a list of the reader's own counts exactly these."""
        return one.may_decide and one.number == one.within_reach

    def _places(self) -> list[Action]:
        """The other places of whoever asks: the units of the region shown or, of a unit, its region and the other units."""
        asked = self.asked
        shown, own = asked.place, {key for _code, key, _name in self._regions}
        units = [
            (code, name)
            for code, key, name, region in self.form.pdus
            if key not in shown.pdus
            and not shown.everywhere
            and (not shown.regions or region in shown.regions or region not in own)
        ]
        regions = (
            [(code, name) for code, key, name in self._regions if key not in shown.regions]
            if not shown.everywhere and (len(self._regions) > 1 or asked.pdu)
            else []
        )
        return [Action(name, self._address(region=code), kind="link") for code, name in regions] + [
            Action(name, self._address(pdu=code), kind="link") for code, name in units
        ]

    def _crumbs(self) -> list[Crumb]:
        """The way back to all of one's own, from a place that the address names."""
        if not {"region", "pdu"} & self.request.GET.keys():
            return []
        return [Crumb(self.page_title, reverse("reports:overview")), Crumb(self.asked.place_words)]

    def _address(self, **place: str) -> str:
        asked = self.asked
        given = place if asked.as_at == today() else {"as_at": asked.as_at.isoformat(), **place}
        return f"{reverse('reports:overview')}?{urlencode(given)}"


def _by_grade(
    totals: Mapping[tuple[dt.date, str, str], Total], day: dt.date, code: str
) -> dict[str, Total]:
    """By grade, of those that are told of, a place's totals on a day."""
    return {grade: totals[day, code, grade] for grade in GRADES if (day, code, grade) in totals}
