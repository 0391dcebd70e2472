"""Form fields, each shown by a form of one field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from pqip.govuk import forms
from pqip.govuk.widgets import PARTS, Checkboxes
from tests.govuk.published.options import Options, Unsupported, only, words, words_of


def form_with(
    field: Any, name: str, *, value: Any = None, error: str = "", id_: str = "", parts: Any = ()
) -> str:
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
    sizes = {
        f"govuk-{kind}--{size}": size for kind in ("label", "fieldset__legend") for size in "smlx"
    }
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
    return {
        "label": words_of(options.get("label")),
        "help_text": words_of(options.get("hint")),
        "required": False,
    }


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
    field.widget.attrs |= {
        name: o[name] for name in ("autocomplete", "inputmode", "pattern") if o.get(name)
    }
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(
        field,
        o["name"],
        value=o.get("value"),
        error=words_of(o.get("errorMessage")),
        id_=o.get("id") or "",
    )


def textarea(o: Options) -> str:
    only(
        o, "id", "name", "label", "hint", "errorMessage", "value", "classes", "rows", "autocomplete"
    )
    field = forms.TextField(rows=o.get("rows") or 5, look=look(o), **common(o))
    field.widget.attrs |= {name: o[name] for name in ("autocomplete",) if o.get(name)}
    field.widget.attrs["class"] = o.get("classes") or ""
    return form_with(
        field,
        o["name"],
        value=o.get("value"),
        error=words_of(o.get("errorMessage")),
        id_=o.get("id") or "",
    )


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
    return form_with(
        field, o["name"], value=chosen, error=words_of(o.get("errorMessage")), id_=o.get("id") or ""
    )


def _choices(
    o: Options, kind: str
) -> tuple[list[tuple[Any, Any]], dict[str, str], str, list[Any], str]:
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
    only(
        o,
        "name",
        "idPrefix",
        "fieldset",
        "hint",
        "errorMessage",
        "items",
        "classes",
        "value",
        "values",
    )
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
    value = (
        o.get("values") or checked
        if multiple
        else o.get("value") or (checked[0] if checked else None)
    )
    return form_with(
        field,
        o["name"],
        value=value,
        error=words_of(o.get("errorMessage")),
        id_=o.get("idPrefix") or o["name"],
    )


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
    if (items and [item.get("name") for item in items] != list(PARTS)) or any(
        part in o for part in PARTS
    ):
        raise Unsupported("other boxes")
    if any(item.get("error") is False for item in items):
        raise Unsupported("a box said to be right")
    if marked and not o.get("errorMessage"):
        raise Unsupported("a box marked without a message")
    for item in items:
        only(item, "name", "classes", "error")
    field = forms.DateField(
        look=look({"fieldset": o["fieldset"]}), **common({**o, "label": o["fieldset"]["legend"]})
    )
    wrong = [
        item["name"] for item in items if item.get("error") or "error" in item.get("classes", "")
    ]
    return form_with(
        field, o["id"], error=words_of(o.get("errorMessage")), id_=o["id"], parts=wrong
    )


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
