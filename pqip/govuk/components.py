"""`ui`, by which templates show components: `{{ ui.table(table) }}`, `{% call ui.details("Why we ask") %}…{% endcall %}`.

Components of which a page has a few come from the library (`library.py`). Those of which it may have hundreds, and those
the library lacks, are our own macros in `templates/components/`. A macro that needs no preparation is called directly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pqip.govuk import library
from pqip.govuk.carried import csrf, form_token
from pqip.govuk.filters import Filter
from pqip.govuk.library import words
from pqip.govuk.pages import Action, Crumb, Due, Empty, Event, Summary, SummaryRow, Tag
from pqip.govuk.pagination import PageLink, Pagination

#: Families of our own macros: `templates/components/<family>.html`.
FAMILIES = ("tables", "records", "navigation", "messages", "charts", "filters", "fields")


class Components:
    """Our own macros by name, and a method for each component that needs preparation."""

    def __init__(self, env: Environment) -> None:
        modules = [env.get_template(f"components/{family}.html").module for family in FAMILIES]
        self._own = {
            name: macro
            for module in modules
            for name, macro in vars(module).items()
            if not name.startswith("_")
        }

    def __getattr__(self, name: str) -> Any:
        try:
            return self._own[name]
        except KeyError:
            raise AttributeError(name) from None

    # Components of which a page has a few: the library's.

    def button(
        self,
        text: str,
        href: str = "",
        *,
        kind: str = "",
        hidden: str = "",
        start: bool = False,
        **options: Any,
    ) -> Markup:
        """Return a button or, with `href`, a link that looks like one.

        `kind` is secondary, warning or inverse; `once` prevents a double click; `options` are the library's own.
        """
        classes = [options.pop("classes", ""), f"govuk-button--{kind}" if kind else ""]
        once = {"preventDoubleClick": True} if options.pop("once", False) else {}
        options_given = words(_hidden(text, hidden)) | {
            "href": href,
            "isStartButton": start,
            **once,
        }
        return library.render(
            "button", {**options_given, "classes": " ".join(filter(None, classes)), **options}
        )

    def breadcrumbs(self, crumbs: Sequence[Crumb], collapse: bool = False) -> Markup:
        """Return the breadcrumbs of a page."""
        items = [
            {"text": crumb.label, **({"href": crumb.url} if crumb.url else {})} for crumb in crumbs
        ]
        return library.render("breadcrumbs", {"items": items, "collapseOnMobile": collapse})

    def back_link(self, href: str, text: str = "Back") -> Markup:
        """Return a link one step back."""
        return library.render("back-link", {"href": href, **words(text)})

    def skip_link(self, text: str = "Skip to main content", href: str = "#main-content") -> Markup:
        """Return the first link of every page, which skips to its content."""
        return library.render("skip-link", {"href": href, **words(text)})

    def warning(self, text: str) -> Markup:
        """Return a warning about something that cannot be undone."""
        return library.render("warning-text", {**words(text), "iconFallbackText": "Warning"})

    def phase_banner(self, tag: str, text: str) -> Markup:
        """Return the banner that says what kind of service this is."""
        return library.render("phase-banner", {"tag": words(tag), **words(text)})

    def panel(self, title: str, text: str = "") -> Markup:
        """Return the panel at the end of a journey."""
        return library.render("panel", {**words(title, "title"), **words(text)})

    def notification(
        self, text: str, title: str = "", kind: str = "", title_id: str = ""
    ) -> Markup:
        """Return a notification: `kind="success"` after an action, otherwise something important. Text marked safe is not
        escaped.
        """
        return library.render(
            "notification-banner",
            {**words(text), **words(title, "title"), "type": kind, "titleId": title_id},
        )

    def details(self, summary: str, open: bool = False, *, caller: Callable[[], Markup]) -> Markup:
        """Return expandable details: `{% call ui.details("Why we ask") %}…{% endcall %}`."""
        return library.render(
            "details", {**words(summary, "summary"), "html": caller(), "open": open}
        )

    def inset(self, caller: Callable[[], Markup]) -> Markup:
        """Return inset text: `{% call ui.inset() %}…{% endcall %}`."""
        return library.render("inset-text", {"html": caller()})

    def error_summary(
        self,
        *given: forms.BaseForm,
        title: str = "There is a problem",
        items: Iterable[dict[str, str]] = (),
        description: str = "",
    ) -> Markup:
        """Return all errors of the given forms, each linked to the first part of its field; empty without errors."""
        listed = [
            {**words(item["text"]), "href": item["href"]} for item in [*_errors_of(given), *items]
        ]
        given_options = {**words(title, "title"), **words(description, "description")}
        return (
            library.render("error-summary", {**given_options, "errorList": listed})
            if listed
            else Markup()
        )

    def pagination(self, pages: Pagination) -> Markup:
        """Return the links to the pages of a list, with the words that say which rows are shown; only these words for a
        single page.
        """
        showing = (
            Markup('<p class="govuk-body-s app-showing">{}</p>').format(pages.showing)
            if pages.showing
            else Markup()
        )
        return showing + library.render("pagination", _of_pages(pages)) if pages else showing

    # Components of which a page may have hundreds, and those the library lacks: our own.

    def tag(self, text: Tag | str, colour: str = "") -> Any:
        """Return a status tag: from a `Tag`, or from words and a colour."""
        return self._own["tag"](text if isinstance(text, Tag) else Tag(text, colour))

    def empty_state(self, empty: Empty | str) -> Any:
        """Return the words shown where a list is empty."""
        return self._own["empty_state"](empty if isinstance(empty, Empty) else Empty(empty))

    def summary_list(self, summary: Summary | Sequence[SummaryRow]) -> Any:
        """Return a summary list, as a card where the summary has a title."""
        return self._own["summary_list"](
            summary if isinstance(summary, Summary) else Summary(summary)
        )

    def timeline(
        self, events: Sequence[Event], level: int = 2, empty: str = "Nothing has been recorded yet."
    ) -> Any:
        """Return a timeline, newest first."""
        return self._own["timeline"](events, level, Empty(empty))

    def due_list(self, items: Sequence[Due], empty: str = "Nothing is due.") -> Any:
        """Return a list of what is due next, in order."""
        return self._own["due_list"](items, Empty(empty))

    def progress_map(self, map: Any) -> Any:
        """Return the progress map, with criteria as rows and evidence as columns."""
        return self._own["progress_map"](map, Empty("No units yet."))

    @pass_context
    def filter_panel(self, context: Context, filter: Filter) -> Any:
        """Return the filter panel, which follows the MoJ pattern."""
        buttons = {
            "search": self.button("Search", kind="secondary"),
            "apply": self.button("Apply filters"),
        }
        return self._own["filter_panel"](filter, csrf(context), **buttons)

    @pass_context
    def actions(self, context: Context, actions: Sequence[Action]) -> Markup:
        """Return a row of buttons and links; empty without any. A button that posts has a form of its own."""
        shown = Markup("\n").join(self._action(context, action) for action in actions)
        return (
            Markup('<div class="govuk-button-group app-actions">{}</div>').format(shown)
            if actions
            else Markup()
        )

    def _action(self, context: Context, action: Action) -> Any:
        if action.is_link:
            return self._own["link"](action)
        if not action.post:
            return self.button(
                action.label, href=action.url, kind=action.kind, hidden=action.hidden
            )
        button = self.button(action.label, kind=action.kind, hidden=action.hidden, once=True)
        carried = csrf(context) + form_token(context, own=True)
        return Markup('<form method="post" action="{}">{}{}</form>').format(
            action.url, carried, button
        )


def _hidden(text: str, hidden: str) -> str:
    """Return the words, followed by those only read out by screen readers."""
    return (
        Markup('{}<span class="govuk-visually-hidden"> {}</span>').format(text, hidden)
        if hidden
        else text
    )


def _errors_of(given: Iterable[forms.BaseForm]) -> list[dict[str, str]]:
    """Return the forms' errors in the order of the page."""
    items = []
    for form in given:
        if form.is_bound:
            items += [{"text": str(text), "href": ""} for text in form.non_field_errors()]
            wrong = [field for field in form if field.errors]
            items += [
                {"text": str(next(iter(f.errors))), "href": f"#{getattr(f, 'first_id', f.auto_id)}"}
                for f in wrong
            ]
    return items


def _of_pages(pages: Pagination) -> dict[str, Any]:
    """Return the library's options for the links to other pages."""
    options: dict[str, Any] = {"landmarkLabel": pages.label}
    for side in ("previous", "next"):
        if href := getattr(pages, f"{side}_url"):
            label = getattr(pages, f"{side}_label")
            options[side] = {
                "href": href,
                **words(getattr(pages, f"{side}_text")),
                **({"labelText": label} if label else {}),
            }
    if pages.items:
        options["items"] = [_of_page(item) for item in pages.items]
    return options


def _of_page(item: PageLink) -> dict[str, Any]:
    if not item.number:
        return {"ellipsis": True}
    said = {"visuallyHiddenText": f"{item.words} page"} if item.words else {}
    return {"number": item.words or item.number, "href": item.url, "current": item.current, **said}
