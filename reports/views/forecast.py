"""The supply forecast as a page: will there be enough officers, when, what would change it, and how often we were right."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from pqip.core.formats import date_gov, datetime_gov
from pqip.govuk.pages import Action, Crumb, SummaryRow
from pqip.pages.generic import ActionPage, ConfirmPage, Page
from reports.actions.scenarios import keep_scenario, remove_scenario
from reports.catalogue.forecast_backtest import REPORT as LOOK_BACK
from reports.catalogue.notes import not_guessed
from reports.catalogue.supply_forecast import REPORT
from reports.catalogue.support_demand import REPORT as DEMAND
from reports.derived.forecast_effects import HORIZON, effects_at_once, effects_on
from reports.derived.forecasts import Answered, at_once, forecast_of, inputs_of
from reports.figures.asking import Question
from reports.figures.forecast_backtest import at_once as looked_back_at_once
from reports.figures.forecast_backtest import forecast_backtest, held_last_kept, how_often_right
from reports.figures.names import Names
from reports.figures.supply_forecast import against_national_target
from reports.figures.support_demand import Demand
from reports.forms.forecast import ForecastForm, KeepForm
from reports.models import Run
from reports.presenters import forecast as shows
from reports.presenters import forecast_demand as asks
from reports.presenters import forecast_trust as trusted
from reports.presenters.forecast import Shown
from reports.presenters.scenarios import in_words
from reports.queries.asked import Asked
from reports.queries.notes import notes_on
from reports.queries.places import VIEW
from reports.queries.scenarios import kept_by, scenario, what_if
from reports.rules.forecast_answers import NATION, Forecast, Place
from reports.views.asked import asked_of
from reports.views.patience import within_a_page
from reports.views.waited import WAITED, ask_the_worker, still_waiting, waited_for

NAME = "supply-forecast-page"
GRADE, GRADE_NAME = "PO", "Probation officers"
#: What ifs drawn beside the plan: more lines cannot be told apart.
BESIDE = 2
NOTHING_KNOWN = (
    "Nothing is known of the probation officers of this region: no posts, no target and no learners. A forecast would say only "
    "what is usual elsewhere."
)
TO_WORK_OUT = (
    "To see it, forecasts of 6, 12 and 24 months ago are made anew, which takes a minute or two."
)
OF_A_UNIT = "A forecast is of a whole region: people of a unit move within it."


class ForecastPage(Page):
    """A region's forecast, or the nation's: the answer first, then how sure it is, what would change it, and what it assumes."""

    permission = VIEW
    limited: ClassVar[dict[str, str]] = {"GET": "report"}
    template_name = "reports/forecast.html"
    page_title = "Will there be enough officers?"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = ForecastForm(request.GET, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        asked = asked_of(self.request, REPORT, form)
        code = self._code(asked, form)
        if not code:
            shown = {"asked": asked.place_words, "nothing": OF_A_UNIT}
            return self.render_to_response(self.get_context_data(form=form, **shown))
        run = waited_for(request, asked)
        if run and run.state != Run.State.READY:
            return still_waiting(request, asked, run, self.shown()["breadcrumbs"])
        with asked.question() as question:
            is_ready = at_once(question) and effects_at_once(question, code)
        if not is_ready and run is None:
            return ask_the_worker(request, asked)
        shown = self._answered(asked, code, form.what_if())
        return self.render_to_response(self.get_context_data(form=form, **shown))

    def shown(self) -> dict[str, Any]:
        return {
            "asked": "",
            "nothing": "",
            "is_what_if": False,
            "breadcrumbs": [Crumb("Reports", reverse("reports:index")), Crumb(self.page_title)],
            "actions": self._actions(""),
        }

    def _actions(self, address: str) -> list[Action]:
        months = reverse("reports:report", args=[REPORT.name])
        return [
            Action("Months as a table", f"{months}?{address}" if address else months, kind="link"),
            Action("Workforce explorer", reverse("reports:explorer"), kind="link"),
        ]

    def _answered(self, asked: Asked, code: str, otherwise: dict[str, str]) -> dict[str, Any]:
        names = Names()
        name = asked.place_words if code == NATION else names.of("region", code)
        with within_a_page(NAME), asked.question() as question:
            answered = forecast_of(question)
            if not answered.known or code not in (NATION, *answered.known):
                return {"asked": name, "nothing": NOTHING_KNOWN}
            place = self._compared(question, answered.forecast.place(code), code)
            shown = Shown(place, asked.as_at, name)
            notes = [*notes_on(question)]
            made = self._others(asked, question, code, otherwise)
            others = [
                (named, self._compared(question, one.place(code), code)) for named, one in made
            ]
            demand = self._demand(Demand(question, answered), code, name, made if otherwise else [])
            right = self._right(question, code) if looked_back_at_once(question) else None
            if right is not None:
                notes += LOOK_BACK.beside(forecast_backtest(question), question)
            effects = effects_on(question, code)
            trust = trusted.trust_in(held_last_kept(question), code)
        return {
            "asked": name,
            "notes": notes,
            "nothing": "",
            "as_at": date_gov(asked.as_at),
            "known_at": datetime_gov(question.known_at),
            "answers": trusted.answers(shown, others if otherwise else [], trust),
            "trusted": trust.words() if trust.held else "",
            "planned": shows.planned_words(shown),
            "chart": shows.in_post_chart(
                shown, GRADE_NAME, others[:BESIDE], title=trusted.chart_title(shown, trust)
            ),
            "comparison": shows.comparison_table(shown, others) if others else None,
            "years": shows.years_table(shown),
            "quarters": shows.quarters_table(shown),
            "demand": demand,
            "demand_url": f"{reverse('reports:report', args=[DEMAND.name])}?{asked.address(question.known_at)}",
            "right": TO_WORK_OUT if right is None else shows.right_words(right),
            "right_url": ""
            if right is not None
            else f"{reverse('reports:report', args=[LOOK_BACK.name])}?{asked.address(question.known_at)}",
            "right_table": shows.right_table(right) if right else None,
            "effects": shows.effects_chart(shown, effects, HORIZON),
            "effects_table": shows.effects_table(effects),
            "assumptions": None
            if code == NATION
            else shows.assumptions_table(
                [one for one in answered.forecast.assumptions if one.region == code], names
            ),
            "not_guessed": self._not_guessed(answered, code, asked),
            "actions": self._actions(self._months(asked, code, question.known_at)),
            "is_what_if": bool(otherwise),
            "keep_url": f"{reverse('reports:keep_scenario')}?{asked.address(None, **otherwise)}",
            "kept": self._kept(asked, names),
        }

    def _months(self, asked: Asked, code: str, known_at: Any) -> str:
        """The address of the same place's months: the nation's own, and not every region's, where the page is the nation's."""
        return asked.address(known_at, **({"region": NATION} if code == NATION else {}))

    def _not_guessed(self, answered: Answered, code: str, asked: Asked) -> dict[str, Any]:
        """Who is not expected to qualify in any month, since no end is known; and where those who can be put right are found."""
        ends, lengths = (
            sum(found.values()) if code == NATION else found.get(code, 0)
            for found in (answered.no_end, answered.no_length)
        )
        checks = f"{reverse('reports:data_quality')}?{asked.address()}"
        return {"said": not_guessed(ends, lengths), "url": checks if ends else ""}

    def _compared(self, question: Question, place: Place, code: str) -> Place:
        """A place's forecast against its target; the nation's against the national one, where it is set."""
        return against_national_target(question, place) if code == NATION else place

    def _demand(
        self, demand: Demand, code: str, name: str, others: list[tuple[str, Forecast]]
    ) -> dict[str, Any]:
        """What the forecast asks of the service, beside what it would under the address's *what if*."""
        of_nation = code == NATION
        planned = asks.Asked(demand.of_nation() if of_nation else demand.of_region(code))
        otherwise = None
        if others:
            other = others[0][1]
            otherwise = asks.Asked(
                demand.of_nation(other) if of_nation else demand.of_region(code, other.place(code))
            )
        said = asks.otherwise_words(otherwise, of_nation=of_nation)
        return {
            "short": asks.short_words(planned, of_nation=of_nation),
            "others": f"{asks.others_words(planned)} {said}".strip(),
            "charts": asks.demand_chart(planned, name, otherwise, of_nation=of_nation),
            "table": asks.demand_table(planned),
            "beside": otherwise and asks.demand_beside(planned, otherwise, others[0][0]),
        }

    def _right(self, question: Question, code: str) -> list[dict[str, Any]]:
        """How often the forecast of the place was right; of the nation, all its regions together."""
        rows = how_often_right(question)
        if code != NATION:
            return [one for one in rows if one["region"] == code]
        return [one for one in rows if one["region"] == "all"] or rows

    def _code(self, asked: Asked, form: ForecastForm) -> str:
        """The region asked about, the nation for whoever sees all of it, else their first region; empty for a unit alone."""
        if asked.region:
            return asked.region
        if asked.place.everywhere:
            return NATION
        regions = [code for code, key, _name in form.regions if key in asked.place.regions]
        return regions[0] if regions else ""

    def _others(
        self, asked: Asked, question: Question, code: str, otherwise: dict[str, str]
    ) -> list[tuple[str, Forecast]]:
        """Return the forecast under what the address asks to be otherwise, and under the kept what ifs that it names.

        Places are planned for one region, so what ifs with places are left out for the nation.
        """
        chosen = self.request.GET.getlist("compare")
        wanted = [("What if", otherwise)] if otherwise else []
        wanted += [
            (one.name, one.asked)
            for one in kept_by(self.request.user)
            if str(one.public_id) in chosen
        ]
        if code == NATION:
            wanted = [(name, changes) for name, changes in wanted if "places" not in changes]
        if not wanted:
            return []
        made = inputs_of(asked.as_at, question.known_at)
        region = "" if code == NATION else code
        return [
            (
                name,
                what_if(
                    made, GRADE, scenario(changes, asked.as_at, region, question.known_at), code
                ),
            )
            for name, changes in wanted[: BESIDE + 1]
        ]

    def _kept(self, asked: Asked, names: Names) -> list[dict[str, str]]:
        base = reverse("reports:forecast")
        return [
            {
                "name": one.name,
                "words": in_words(one.asked, names),
                "url": f"{base}?{asked.address(None, **one.asked)}",
                "compare_url": self._comparing(base, str(one.public_id)),
                "remove_url": reverse("reports:remove_scenario", args=[one.public_id]),
            }
            for one in kept_by(self.request.user)
        ]

    def _comparing(self, base: str, kept: str) -> str:
        """The present address with a kept what if beside what it compares already."""
        query = self.request.GET.copy()
        query.pop(WAITED, None)
        query.setlist("compare", list(dict.fromkeys([*query.getlist("compare"), kept])))
        return f"{base}?{query.urlencode()}"


class KeepScenario(ActionPage):
    """Keep what the address asks to be otherwise, under a name."""

    permission = VIEW
    form_class = KeepForm
    page_title = "Keep this what if"
    submit = "Keep it"

    @cached_property
    def asked(self) -> dict[str, str]:
        form = ForecastForm(self.request.GET, user=self.request.user)
        if not form.is_valid():
            raise Http404(self.request.path)
        return form.what_if()

    def perform(self, form: Any) -> str:
        kept = keep_scenario(by=self.request.user, name=form.cleaned_data["name"], asked=self.asked)
        return f"{kept.name} is kept."

    def get_success_url(self) -> str:
        return reverse("reports:forecast")

    def shown(self) -> dict[str, Any]:
        return {"lead": in_words(self.asked, Names()) or "Nothing is otherwise yet."}


class RemoveScenario(ConfirmPage):
    """Let go of a what if that one kept."""

    permission = VIEW
    page_title = "Remove this what if"
    submit = "Remove it"

    @cached_property
    def scenario(self) -> Any:
        return get_object_or_404(kept_by(self.request.user), public_id=self.kwargs["public_id"])

    def perform(self, form: Any) -> str:
        name = self.scenario.name
        remove_scenario(by=self.request.user, scenario=self.scenario)
        return f"{name} is removed."

    def get_success_url(self) -> str:
        return reverse("reports:forecast")

    def shown(self) -> dict[str, Any]:
        words = in_words(self.scenario.asked, Names())
        return {"rows": [SummaryRow("Name", self.scenario.name), SummaryRow("What if", words)]}
