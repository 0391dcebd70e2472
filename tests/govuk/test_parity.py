"""Our components against those of GOV.UK Frontend: every published example we have the options for gives the same markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import engines
from django.utils.safestring import mark_safe

from pqip.govuk import forms
from pqip.govuk.pages import Action, Crumb, Summary, SummaryRow, Tag, Task
from pqip.govuk.pagination import PageLink, Pagination
from pqip.govuk.tables import Column, Table
from pqip.govuk.widgets import PARTS, Checkboxes
from tests.govuk.markup import normal

ROOT = Path(settings.BASE_DIR if hasattr(settings, "BASE_DIR") else Path(__file__).parents[2])
COMPONENTS = ROOT / "node_modules/govuk-frontend/dist/govuk/components"

Options = dict[str, Any]


#: Options for which False is not the same as leaving them out.
SAID_FALSE = {"spellcheck", "disableAutoFocus"}


class Unsupported(Exception):
    """The example uses an option our components do not offer."""


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load govuk %}" + source).render(context)


def only(options: Options, *names: str) -> Options:
    """The options, or Unsupported when there are others."""
    asked = {name for name, value in options.items() if value not in (None, "", False, [], {}) or name in SAID_FALSE}
    extra = asked - set(names)
    if extra:
        raise Unsupported(", ".join(sorted(extra)))
    return options


def words(options: Options | None, *others: str) -> Any:
    """Text, or HTML as it is."""
    only(options or {}, "text", "html", *others)
    options = options or {}
    return mark_safe(options["html"].strip()) if options.get("html") else options.get("text", "")


def form_with(field: Any, name: str, *, value: Any = None, error: str = "", id_: str = "", parts: Any = ()) -> str:
    """A form of one field, as the renderer shows it."""
    field.widget.attrs["id"] = id_ or name
    form_class = type("Example", (forms.Form,), {"subject": field, "use_required_attribute": False})
    form = form_class(({} if value is None else {name: value}) if error else None)
    form.fields[name] = form.fields.pop("subject")
    form.initial = {name: value}
    if error:
        form.errors.clear()
        problem = ValidationError(error)
        problem.parts = parts  # type: ignore[attr-defined]
        form.add_error(name, problem)
    return str(form[name].as_field_group())


def look(options: Options, **more: Any) -> forms.Look:
    label = options.get("label") or (options.get("fieldset") or {}).get("legend") or {}
    sizes = {f"govuk-{kind}--{size}": size for kind in ("label", "fieldset__legend") for size in "smlx"}
    sizes |= {"govuk-label--xl": "xl", "govuk-fieldset__legend--xl": "xl"}
    classes = label.get("classes", "")
    if classes and classes not in sizes:
        raise Unsupported(classes)
    return forms.Look(size=sizes.get(classes, ""), heading=bool(label.get("isPageHeading")), **more)


def common(options: Options) -> Options:
    """What every field takes, after checking that nothing else is asked."""
    only(options.get("label") or {}, "text", "html", "classes", "isPageHeading")
    only(options.get("hint") or {}, "text", "html")
    only(options.get("errorMessage") or {}, "text", "html")
    return {"label": words_of(options.get("label")), "help_text": words_of(options.get("hint")), "required": False}


def words_of(options: Options | None) -> Any:
    options = options or {}
    return mark_safe(options["html"].strip()) if options.get("html") else options.get("text", "")


def button(o: Options) -> str:
    only(
        o,
        "text",
        "html",
        "href",
        "name",
        "value",
        "type",
        "disabled",
        "classes",
        "isStartButton",
        "preventDoubleClick",
        "id",
        "attributes",
    )
    if (o.get("html") and o.get("isStartButton")) or o.get("preventDoubleClick") is False:
        raise Unsupported("a start button of HTML, or a double click allowed in so many words")
    context = {name: o.get(name, "") for name in ("href", "name", "value", "classes", "id")}
    context |= {"type": o.get("type", "submit"), "disabled": o.get("disabled", False), "once": o.get("preventDoubleClick", False)}
    tag = (
        "{% button text href=href name=name value=value classes=classes id=id type=type disabled=disabled once=once start=start"
        " attributes=attributes %}"
    )
    return render(tag, text=words_of(o), start=o.get("isStartButton", False), attributes=o.get("attributes"), **context)


def tag(o: Options) -> str:
    only(o, "text", "html", "classes")
    colour = (o.get("classes") or "").removeprefix("govuk-tag--")
    return render("{% tag text colour %}", text=words_of(o), colour=colour)


def breadcrumbs(o: Options) -> str:
    only(o, "items", "collapseOnMobile")
    crumbs = [Crumb(words(item, "href"), item.get("href", "")) for item in o["items"]]
    return render("{% breadcrumbs crumbs collapse %}", crumbs=crumbs, collapse=o.get("collapseOnMobile", False))


def back_link(o: Options) -> str:
    only(o, "text", "html", "href")
    return render("{% back_link href text %}", href=o.get("href") or "#", text=words_of(o) or "Back")


def skip_link(o: Options) -> str:
    only(o, "text", "html", "href")
    return render("{% skip_link text href %}", text=words_of(o), href=o.get("href") or "#content")


def warning_text(o: Options) -> str:
    only(o, "text", "html")
    return render("{% warning text %}", text=words_of(o))


def inset_text(o: Options) -> str:
    only(o, "text", "html")
    return render("{% inset %}{{ text }}{% endinset %}", text=words_of(o))


def details(o: Options) -> str:
    only(o, "summaryText", "summaryHtml", "text", "html", "open")
    summary = words_of({"text": o.get("summaryText"), "html": o.get("summaryHtml")})
    return render(
        "{% details summary=summary open=open %}{{ text }}{% enddetails %}",
        summary=summary,
        text=words_of(o),
        open=o.get("open", False),
    )


def panel(o: Options) -> str:
    only(o, "titleText", "titleHtml", "text", "html")
    title = words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})
    return render("{% panel title text %}", title=title, text=words_of(o))


def phase_banner(o: Options) -> str:
    only(o, "tag", "text", "html")
    return render("{% phase_banner tag text %}", tag=words(o.get("tag")), text=words_of(o))


def notification_banner(o: Options) -> str:
    only(o, "text", "html", "titleText", "titleHtml", "type", "titleId")
    if o.get("type") not in (None, "success"):
        raise Unsupported("type")
    title = words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})
    text = words_of(o)
    context = {"title": title, "kind": o.get("type") or "", "id": o.get("titleId") or "govuk-notification-banner-title"}
    return render("{% notification text title=title kind=kind title_id=id %}", text=text, **context)


def error_summary(o: Options) -> str:
    only(o, "titleText", "titleHtml", "errorList", "descriptionText", "descriptionHtml")
    items = [{"text": words(each, "href"), "href": each.get("href", "")} for each in o.get("errorList") or []]
    if not items:
        raise Unsupported("no errors")
    context = {"title": words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})}
    context["description"] = words_of({"text": o.get("descriptionText"), "html": o.get("descriptionHtml")})
    return render("{% error_summary title=title description=description items=items %}", items=items, **context)


def table(o: Options) -> str:
    """The table itself, without the frame in which it scrolls."""
    only(o, "caption", "captionClasses", "head", "rows", "firstCellIsHeader")
    if not o.get("head") or not (o.get("captionClasses") or "").startswith("govuk-table__caption--"):
        raise Unsupported("no headings, or no size of caption")
    for cell in [*o["head"], *(cell for row in o["rows"] for cell in row)]:
        only(cell, "text", "html", "format")
    columns = [Column(words_of(each), numeric=each.get("format") == "numeric") for each in o["head"]]
    size = o["captionClasses"].removeprefix("govuk-table__caption--")
    rows = [[words_of(cell) for cell in row] for row in o["rows"]]
    ours = Table(o["caption"], columns, rows, caption_size=size, row_headings=o.get("firstCellIsHeader", False))
    html = render("{% table table %}", table=ours)
    return html[html.index("<table") : html.index("</table>") + len("</table>")]


def pagination(o: Options) -> str:
    only(o, "previous", "next", "items", "landmarkLabel")
    context: dict[str, Any] = {"label": o.get("landmarkLabel") or "Pagination"}
    for side in ("previous", "next"):
        link = only(o.get(side) or {}, "href", "text", "html", "labelText")
        context |= {
            f"{side}_url": link.get("href", ""),
            f"{side}_text": words_of(link),
            f"{side}_label": link.get("labelText") or "",
        }
    items = [item for item in o.get("items") or [] if item]
    for item in items:
        only(item, "number", "href", "current", "ellipsis")
    context["items"] = [
        PageLink(0) if item.get("ellipsis") else PageLink(item["number"], item["href"], item.get("current", False))
        for item in items
    ]
    return render("{% pagination pages %}", pages=Pagination(**context))


def summary_list(o: Options) -> str:
    only(o, "rows", "card")
    card = only(o.get("card") or {}, "title", "actions")
    only(card.get("title") or {}, "text", "html", "headingLevel")
    only(card.get("actions") or {}, "items")
    for item in (card.get("actions") or {}).get("items", []):
        only(item, "text", "href", "visuallyHiddenText")
    actions = [
        Action(i["text"], i["href"], "link", i.get("visuallyHiddenText") or "")
        for i in (card.get("actions") or {}).get("items", [])
    ]
    rows = [_summary_row(row) for row in o["rows"] if row]
    summary = Summary(rows, words_of(card.get("title")), actions, (card.get("title") or {}).get("headingLevel") or 2)
    return render("{% summary_list summary %}", summary=summary)


def _summary_row(row: Options) -> SummaryRow:
    only(row, "key", "value", "actions")
    items = only(row.get("actions") or {}, "items").get("items") or []
    if len(items) > 1:
        raise Unsupported("several actions")
    change = only(items[0], "href", "text", "visuallyHiddenText") if items else {}
    if items and not change.get("visuallyHiddenText"):
        raise Unsupported("an action without hidden words")
    return SummaryRow(
        words(row["key"]),
        words(row["value"]),
        change.get("href", ""),
        change.get("visuallyHiddenText", ""),
        change=change.get("text", ""),
    )


def task_list(o: Options) -> str:
    only(o, "items", "idPrefix")
    tasks = []
    if not all(o["items"]):
        raise Unsupported("an empty item counts as a number")
    for item in o["items"]:
        only(item, "title", "hint", "status", "href")
        status = only(item.get("status") or {}, "text", "html", "tag")
        shown: Any = words_of(status)
        if status.get("tag"):
            only(status["tag"], "text", "classes")
            shown = Tag(status["tag"]["text"], status["tag"].get("classes", "").removeprefix("govuk-tag--"))
            if not shown.colour:
                raise Unsupported("a tag without colour")
        tasks.append(Task(words(item["title"]), item.get("href") or "", shown, words(item.get("hint"))))
    return render("{% task_list tasks prefix %}", tasks=tasks, prefix=o.get("idPrefix") or "task-list")


def text_input(o: Options) -> str:
    only(
        o,
        "id",
        "name",
        "label",
        "hint",
        "errorMessage",
        "value",
        "classes",
        "prefix",
        "suffix",
        "autocomplete",
        "inputmode",
        "pattern",
        "type",
        "disabled",
    )
    if o.get("disabled"):
        raise Unsupported("disabled")
    for side in ("prefix", "suffix"):
        only(o.get(side) or {}, "text")
    affixes = {side: (o.get(side) or {}).get("text", "") for side in ("prefix", "suffix")}
    field = forms.CharField(look=look(o, **affixes), strip=False, **common(o))
    field.widget.input_type = o.get("type") or "text"
    field.widget.attrs |= {name: o[name] for name in ("autocomplete", "inputmode", "pattern") if o.get(name)}
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(field, o["name"], value=o.get("value"), error=words_of(o.get("errorMessage")), id_=o.get("id") or "")


def textarea(o: Options) -> str:
    only(o, "id", "name", "label", "hint", "errorMessage", "value", "classes", "rows", "autocomplete")
    field = forms.TextField(rows=o.get("rows") or 5, look=look(o), **common(o))
    field.widget.attrs |= {name: o[name] for name in ("autocomplete",) if o.get(name)}
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(field, o["name"], value=o.get("value"), error=words_of(o.get("errorMessage")), id_=o.get("id") or "")


def file_upload(o: Options) -> str:
    only(o, "id", "name", "label", "hint", "errorMessage", "classes", "javascript")
    if not o.get("javascript"):
        raise Unsupported("ours is always the improved one")
    field = forms.FileField(look=look(o), **common(o))
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(field, o["name"], error=words_of(o.get("errorMessage")), id_=o.get("id") or "")


def select(o: Options) -> str:
    only(o, "id", "name", "label", "hint", "errorMessage", "classes", "items", "value")
    choices, chosen = [], o.get("value")
    for item in [item for item in o["items"] if item]:
        only(item, "value", "text", "selected")
        if not item.get("value") or item.get("selected") is False:
            raise Unsupported("an item without a value in words, or said not to be selected")
        choices.append((item["value"], item["text"]))
        chosen = item["value"] if item.get("selected") else chosen
    field = forms.ChoiceField(choices=choices, prompt=None, look=look(o), **common(o))
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(field, o["name"], value=chosen, error=words_of(o.get("errorMessage")), id_=o.get("id") or "")


def _choices(o: Options, kind: str) -> tuple[list[tuple[Any, Any]], dict[str, str], str, list[Any], str]:
    choices, hints, checked, divider, exclusive, pending = [], {}, [], "", "", False
    for item in [item for item in o["items"] if item]:
        if item.get("divider") == "or":
            pending = True
            continue
        only(item, "value", "text", "html", "hint", "checked", "behaviour")
        value = str(item["value"])
        choices.append((value, words_of(item)))
        if item.get("hint"):
            hints[value] = words(item["hint"])
        if item.get("checked"):
            checked.append(value)
        divider, pending = (value, False) if pending else (divider, pending)
        exclusive = value if item.get("behaviour") == "exclusive" else exclusive
    return choices, hints, divider, checked, exclusive


def _choosing(o: Options, kind: str, field_class: Any) -> str:
    only(o, "name", "idPrefix", "fieldset", "hint", "errorMessage", "items", "classes", "value", "values")
    only(o.get("fieldset") or {}, "legend")
    if not (o.get("fieldset") or {}).get("legend"):
        raise Unsupported("no legend")
    only(o["fieldset"]["legend"], "text", "html", "classes", "isPageHeading")
    asked = set((o.get("classes") or "").split())
    if asked - {f"govuk-{kind}--inline", f"govuk-{kind}--small"}:
        raise Unsupported("classes")
    choices, hints, divider, checked, exclusive = _choices(o, kind)
    shown = look(
        o,
        inline=f"govuk-{kind}--inline" in asked,
        small=f"govuk-{kind}--small" in asked,
        hints=hints,
        divider=divider,
        exclusive=exclusive,
    )
    options = common({**o, "label": o["fieldset"]["legend"]})
    field = field_class(choices=choices, look=shown, **options)
    multiple = isinstance(field.widget, Checkboxes)
    value = o.get("values") or checked if multiple else o.get("value") or (checked[0] if checked else None)
    return form_with(field, o["name"], value=value, error=words_of(o.get("errorMessage")), id_=o.get("idPrefix") or o["name"])


def radios(o: Options) -> str:
    return _choosing(o, "radios", forms.RadioField)


def checkboxes(o: Options) -> str:
    return _choosing(o, "checkboxes", forms.CheckboxesField)


def date_input(o: Options) -> str:
    """Our boxes are always named after the field, day, month and year in that order."""
    only(o, "id", "fieldset", "hint", "errorMessage", "namePrefix", "items")
    only(o.get("fieldset") or {}, "legend")
    if not (o.get("fieldset") or {}).get("legend") or (o.get("namePrefix") or o["id"]) != o["id"]:
        raise Unsupported("names")
    items = o.get("items") or []
    marked = any(item.get("error") or "error" in item.get("classes", "") for item in items)
    if (items and [item.get("name") for item in items] != list(PARTS)) or any(part in o for part in PARTS):
        raise Unsupported("other boxes")
    if any(item.get("error") is False for item in items):
        raise Unsupported("a box said to be right")
    if marked and not o.get("errorMessage"):
        raise Unsupported("a box marked without a message")
    for item in items:
        only(item, "name", "classes", "error")
    field = forms.DateField(look=look({"fieldset": o["fieldset"]}), **common({**o, "label": o["fieldset"]["legend"]}))
    wrong = [item["name"] for item in items if item.get("error") or "error" in item.get("classes", "")]
    return form_with(field, o["id"], error=words_of(o.get("errorMessage")), id_=o["id"], parts=wrong)


def named_after_the_field(o: Options, html: str) -> str:
    """The published example with its boxes' names as ours are."""
    for part in PARTS:
        html = html.replace(f'name="{part}"', f'name="{o["id"]}-{part}"')
    return html


def numbered_without_divider(o: Options, html: str) -> str:
    """The published examples count the word between two choices as a choice; ours do not."""
    places = [number for number, item in enumerate(o["items"], 1) if item and item.get("divider")]
    prefix = o.get("idPrefix") or o["name"]
    for place in places:
        html = html.replace(f'"{prefix}-{place + 1}"', f'"{prefix}-{place}"')
    return html


REWRITTEN: dict[str, Callable[[Options, str], str]] = {
    "date-input": named_after_the_field,
    "checkboxes": numbered_without_divider,
    "radios": numbered_without_divider,
}


#: component → (what renders it, the least number of examples that must be comparable)
BUILDERS: dict[str, tuple[Callable[[Options], str], int]] = {
    "back-link": (back_link, 4),
    "breadcrumbs": (breadcrumbs, 5),
    "button": (button, 20),
    "checkboxes": (checkboxes, 5),
    "date-input": (date_input, 8),
    "details": (details, 4),
    "error-summary": (error_summary, 4),
    "file-upload": (file_upload, 1),
    "input": (text_input, 15),
    "inset-text": (inset_text, 3),
    "notification-banner": (notification_banner, 4),
    "pagination": (pagination, 7),
    "panel": (panel, 3),
    "phase-banner": (phase_banner, 2),
    "radios": (radios, 6),
    "select": (select, 4),
    "skip-link": (skip_link, 4),
    "summary-list": (summary_list, 4),
    "table": (table, 1),
    "tag": (tag, 10),
    "task-list": (task_list, 2),
    "textarea": (textarea, 6),
    "warning-text": (warning_text, 3),
}


def examples(component: str) -> list[Options]:
    return json.loads((COMPONENTS / component / "fixtures.json").read_text())["fixtures"]


@pytest.mark.parametrize("component", BUILDERS)
def test_markup_equals_the_published_examples(component: str) -> None:
    build, least = BUILDERS[component]
    compared, different = 0, []
    for example in examples(component):
        try:
            ours = normal(build(example["options"]))
        except (Unsupported, KeyError):
            continue
        compared += 1
        theirs = normal(REWRITTEN.get(component, lambda _, html: html)(example["options"], example["html"]))
        if ours != theirs:
            different.append(f"{example['name']}\n--- ours\n{ours}\n--- theirs\n{theirs}")
    assert not different, f"{len(different)} of {compared} differ\n\n" + "\n\n".join(different)
    assert compared >= least
