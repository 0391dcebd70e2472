"""`{% load govuk %}`: one tag per component, and filters that write dates and numbers as the service does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms, template
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from pqip.core.tokens import NAME, new_token
from pqip.govuk import formats
from pqip.govuk.axis import Axis
from pqip.govuk.charts import Chart
from pqip.govuk.csp import JS_ENABLED
from pqip.govuk.filters import Filter
from pqip.govuk.pages import Action, Count, Crumb, Download, Due, Empty, Event, Identity, Summary, SummaryRow, Tab, Tag, Task
from pqip.govuk.pagination import Pagination
from pqip.govuk.progress import ProgressMap
from pqip.govuk.shell import SERVICE_NAME
from pqip.govuk.tables import Table

register = template.Library()

for name in ("date_gov", "short_date", "month_gov", "time_gov", "datetime_gov", "number", "percent", "lower_first"):
    register.filter(name, getattr(formats, name))

START_ICON = mark_safe(
    '<svg class="govuk-button__start-icon" xmlns="http://www.w3.org/2000/svg" width="17.5" height="19" viewBox="0 0 33 40"'
    ' aria-hidden="true" focusable="false"><path fill="currentColor" d="M0 0h13l20 20-20 20H0l20-20z"/></svg>'
)


def _hidden(text: str) -> SafeString:
    return format_html('<span class="govuk-visually-hidden"> {}</span>', text) if text else SafeString("")


@register.simple_tag
def service() -> str:
    """The service's name, also where no request is at hand."""
    return SERVICE_NAME


@register.simple_tag
def js_enabled() -> SafeString:
    """The only inline script of the service; its hash stands in the content security policy."""
    return mark_safe(f"<script>{JS_ENABLED}</script>")  # noqa: S308  (constant)


@register.filter
def range_to(start: Any, end: Any) -> str:
    """`{{ start|range_to:end }}`: *4 June 2026 to 9 July 2026*."""
    return formats.date_range(start, end)


@register.filter
def plural_of(count: int, words: str) -> str:
    """`{{ n|plural_of:"learner" }}` or `{{ n|plural_of:"person,people" }}`."""
    one, _, many = words.partition(",")
    return formats.plural(count, one, many)


@register.inclusion_tag("govuk/button.html")
def button(text: str, href: str = "", *, kind: str = "", hidden: str = "", start: bool = False, **options: Any) -> dict[str, Any]:
    """A button, or with `href` a link that looks like one. `kind`: secondary, warning or inverse; `once` stops a double click."""
    kinds = [f"govuk-button--{kind}" if kind else "", "govuk-button--start" if start else ""]
    classes = ["govuk-button", options.get("classes", ""), *kinds]
    attributes = dict(options.get("attributes") or {}) | ({"id": options["id"]} if options.get("id") else {})
    return {
        "text": format_html("{}{}", text, _hidden(hidden)),
        "href": href,
        "type": options.get("type", "submit"),
        "name": options.get("name", ""),
        "value": options.get("value", ""),
        "disabled": options.get("disabled", False),
        "once": options.get("once", False),
        "classes": " ".join(each for each in classes if each),
        "attributes": flatatt(attributes),
        "icon": START_ICON if start else "",
    }


@register.inclusion_tag("govuk/tag.html")
def tag(text: Tag | str, colour: str = "") -> dict[str, Any]:
    """A status: `{% tag status %}` with a `Tag`, or words and a colour."""
    if isinstance(text, Tag):
        return {"text": text.text, "classes": text.classes}
    return {"text": text, "classes": f"govuk-tag--{colour}" if colour else ""}


@register.inclusion_tag("govuk/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[Crumb], collapse: bool = False) -> dict[str, Any]:
    """Where the page stands."""
    return {"crumbs": crumbs, "collapse": collapse}


@register.inclusion_tag("govuk/back_link.html")
def back_link(href: str, text: str = "Back") -> dict[str, Any]:
    """One step back."""
    return {"href": href, "text": text}


@register.inclusion_tag("govuk/skip_link.html")
def skip_link(text: str = "Skip to main content", href: str = "#main-content") -> dict[str, Any]:
    """The first link of every page."""
    return {"text": text, "href": href}


@register.inclusion_tag("govuk/warning.html")
def warning(text: str) -> dict[str, Any]:
    """What cannot be undone."""
    return {"text": text}


@register.inclusion_tag("govuk/phase_banner.html")
def phase_banner(tag: str, text: str) -> dict[str, Any]:
    """Says what kind of service this is."""
    return {"tag": tag, "text": text}


@register.inclusion_tag("govuk/panel.html")
def panel(title: str, text: str = "") -> dict[str, Any]:
    """The end of a journey."""
    return {"title": title, "text": text}


@register.inclusion_tag("govuk/notification.html")
def notification(text: str, title: str = "", kind: str = "", title_id: str = "govuk-notification-banner-title") -> dict[str, Any]:
    """`kind="success"` after an action; otherwise something important. Marked-safe text is shown as it is."""
    success = kind == "success"
    return {
        "text": text,
        "title": title or ("Success" if success else "Important"),
        "success": success,
        "role": "alert" if success else "region",
        "title_id": title_id,
        "is_html": isinstance(text, SafeString),
    }


@register.inclusion_tag("govuk/error_summary.html")
def error_summary(
    *given: forms.BaseForm,
    title: str = "There is a problem",
    items: Iterable[dict[str, str]] = (),
    description: str = "",
) -> dict[str, Any]:
    """All errors of the forms given, each linked to the first part of its field; nothing when there is none."""
    listed = [item for form in given for item in _errors_of(form)]
    return {"items": [*listed, *items], "title": title, "description": description}


def _errors_of(form: forms.BaseForm) -> list[dict[str, str]]:
    """The form's errors in the order of the page."""
    if not form.is_bound:
        return []
    items = [{"text": str(text), "href": ""} for text in form.non_field_errors()]
    for field in form:
        if field.errors:
            href = f"#{getattr(field, 'first_id', field.auto_id)}"
            items.append({"text": str(next(iter(field.errors))), "href": href})
    return items


@register.inclusion_tag("govuk/summary_list.html")
def summary_list(summary: Summary | Sequence[SummaryRow]) -> dict[str, Any]:
    """A summary list, or a card of one when the summary has a title."""
    return {"summary": summary if isinstance(summary, Summary) else Summary(summary)}


@register.inclusion_tag("govuk/table.html")
def table(table: Table) -> dict[str, Any]:
    """A table, its downloads, or what it says without rows."""
    return {"table": table}


@register.inclusion_tag("govuk/downloads.html")
def downloads(items: Sequence[Download], label: str = "Download:") -> dict[str, Any]:
    """Links to files of what the page shows."""
    return {"items": items, "label": label}


@register.inclusion_tag("govuk/pagination.html")
def pagination(pages: Pagination) -> dict[str, Any]:
    """Pages of a list; shows nothing for a single page but which rows these are."""
    return {"pages": pages}


def _csrf(context: template.Context) -> SafeString | str:
    token = context.get("csrf_token")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else ""


@register.simple_tag(takes_context=True)
def form_token(context: template.Context, own: bool = False) -> SafeString | str:
    """The token of a form that records something (`pqip/core/once.py`). The page's main form has the same however often it is
    shown again; with `own`, a button beside it has one of its own. Nothing for nobody.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    sent, typed = getattr(request, "sending", None), context.get("typed")
    again = None if own else sent.token if sent is not None else typed.token if typed else None
    return format_html('<input type="hidden" name="{}" value="{}">', NAME, (again or new_token(user)).text)


@register.inclusion_tag("govuk/filter.html", takes_context=True)
def filter_panel(context: template.Context, filter: Filter) -> dict[str, Any]:
    """The MoJ filter pattern."""
    return {"filter": filter, "csrf": _csrf(context)}


@register.inclusion_tag("govuk/actions.html", takes_context=True)
def actions(context: template.Context, actions: Sequence[Action]) -> dict[str, Any]:
    """A row of buttons and links."""
    return {"actions": actions, "csrf": _csrf(context), "request": context.get("request")}


@register.inclusion_tag("govuk/tabs.html")
def tabs(tabs: Sequence[Tab], label: str = "Record") -> dict[str, Any]:
    """Sub navigation: pages of one record."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("govuk/timeline.html")
def timeline(events: Sequence[Event], level: int = 2, empty: str = "Nothing has been recorded yet.") -> dict[str, Any]:
    """What happened, newest first."""
    return {"events": events, "level": level, "empty": Empty(empty)}


@register.inclusion_tag("govuk/identity.html")
def identity_bar(identity: Identity) -> dict[str, Any]:
    """Whose record this is."""
    return {"identity": identity}


@register.inclusion_tag("govuk/counts.html")
def counts(counts: Sequence[Count], label: str = "") -> dict[str, Any]:
    """Numbers beside the first list, each a link to what it counts."""
    return {"counts": counts, "label": label or "Also waiting"}


@register.inclusion_tag("govuk/task_list.html")
def task_list(tasks: Sequence[Task], prefix: str = "task-list") -> dict[str, Any]:
    """Things to do, with their state."""
    return {"tasks": tasks, "prefix": prefix}


@register.inclusion_tag("govuk/due_list.html")
def due_list(items: Sequence[Due], empty: str = "Nothing is due.") -> dict[str, Any]:
    """What is next, in order."""
    return {"items": items, "empty": Empty(empty)}


@register.inclusion_tag("govuk/empty.html")
def empty_state(empty: Empty | str) -> dict[str, Any]:
    """What is said where there is nothing."""
    return {"empty": empty if isinstance(empty, Empty) else Empty(empty)}


@register.simple_block_tag
def details(content: str, summary: str, open: bool = False) -> SafeString:
    """`{% details summary="Why we ask" %}…{% enddetails %}`."""
    return render_to_string("govuk/details.html", {"content": content, "summary": summary, "open": open})


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """`{% inset %}…{% endinset %}`."""
    return format_html('<div class="govuk-inset-text">{}</div>', content)


@register.simple_tag
def chart(chart: Chart) -> SafeString:
    """A chart of `pqip.govuk.charts`, with its finding, description, picture and table."""
    return render_to_string("govuk/charts/chart.html", {"chart": chart})


@register.inclusion_tag("govuk/progress_map.html")
def progress_map(map: ProgressMap) -> dict[str, Any]:
    """Criteria down, evidence across."""
    return {"map": map}


@register.inclusion_tag("govuk/axis.html")
def strands(axis: Axis) -> dict[str, Any]:
    """All strands on one line of time, with today marked."""
    return {"axis": axis}


@register.filter
def has_errors(form: forms.BaseForm | None) -> bool:
    """For the title's *Error:*; False for an unbound form or none."""
    return bool(form is not None and form != "" and form.is_bound and form.errors)


@register.filter
def or_dash(value: Any) -> str:
    """The value, or *Not known* where there is none."""
    return conditional_escape(value) if value not in (None, "") else "Not known"
