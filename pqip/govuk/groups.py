"""A field as the library shows it: label, hint, error message and content, from Django's bound field.

Django's widgets decide what the browser sends and what each box contains; only the markup is the library's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.template import engines
from markupsafe import Markup

from pqip.core.formats import number
from pqip.govuk import library
from pqip.govuk.library import words

if TYPE_CHECKING:
    from pqip.govuk.boundfield import BoundField
    from pqip.govuk.components import Components

#: Attributes that the library sets itself or has options for.
OPTIONS = ("disabled", "autocomplete", "inputmode", "pattern", "rows")
MADE = {*OPTIONS, "id", "class", "aria-describedby"}
HELD = Markup(
    '<p id="{}" class="govuk-body"><strong>{}</strong> is still chosen. Choose another file only to take its place.</p>'
    '<input type="hidden" name="{}-held" value="{}">'
)


def group(field: BoundField) -> Markup:
    """Return the field with label, hint and error message, as the design system shows fields of its kind."""
    return GROUPS[field.kind](field)


def _input(field: BoundField) -> Markup:
    widget = field.shown_widget
    look = field.look
    affixes = {
        side: {"text": words}
        for side, words in (("prefix", look.prefix), ("suffix", look.suffix))
        if words
    }
    return library.render(
        "input",
        {**_single(field, widget), "type": widget["type"], "value": widget["value"], **affixes},
    )


def _textarea(field: BoundField) -> Markup:
    widget = field.shown_widget
    options = {**_single(field, widget), "value": widget["value"] or ""}
    if field.count_limit:
        return library.render(
            "character-count", {**options, "maxlength": field.count_limit, **_limit(field)}
        )
    return library.render("textarea", options)


def _file(field: BoundField) -> Markup:
    options = {**_single(field, field.shown_widget), "javascript": True}
    if field.held:
        name, reference = field.held
        notice = HELD.format(field.held_id, name, field.html_name, reference)
        options |= {"describedBy": field.held_id, "formGroup": {"beforeInput": {"html": notice}}}
    return library.render("file-upload", options)


def _select(field: BoundField) -> Markup:
    """Return our own select: the library's has no groups of choices, and a list's filter may have hundreds."""
    label = library.render("label", {**_label(field), "for": field.base_id})
    hint = (
        library.render("hint", {"id": field.hint_id, **words(field.help_text)})
        if field.help_text
        else Markup()
    )
    error = (
        library.render("error-message", {"id": field.error_id, **words(field.error_text)})
        if field.errors
        else Markup()
    )
    engine: Any = engines["jinja2"]
    own: Components = engine.env.globals["ui"]
    return own.select(field, label, hint + error)


def _date(field: BoundField) -> Markup:
    widget = field.shown_widget
    items = [
        {
            "id": part["id"],
            "name": part["name"],
            "label": part["label"],
            "value": part["value"] or None,
            "classes": f"govuk-input--width-{part['width']}{' govuk-input--error' if part['error'] else ''}",
            "attributes": {"disabled": {"value": True, "optional": True}}
            if widget["attrs"].get("disabled")
            else {},
        }
        for part in widget["parts"]
    ]
    return library.render(
        "date-input",
        {"id": widget["attrs"].get("id"), "items": items, **_fieldset(field), **_notes(field)},
    )


def _choices(field: BoundField) -> Markup:
    look = field.look
    classes = [f"govuk-{field.kind}--{way}" for way in ("inline", "small") if getattr(look, way)]
    items: list[dict[str, Any]] = []
    for option in field.options:
        items += [{"divider": "or"}] if option["divider"] else []
        items.append(_choice(option))
    options = {
        "name": field.html_name,
        "idPrefix": field.base_id,
        "classes": " ".join(classes),
        "items": items,
    }
    return library.render(field.kind, {**options, **_fieldset(field), **_notes(field)})


def _choice(option: dict[str, Any]) -> dict[str, Any]:
    shown = {name: option[name] for name in ("id", "value", "checked", "disabled")}
    shown |= words(option["label"]) | ({"hint": words(option["hint"])} if option["hint"] else {})
    revealed = Markup().join(group(field) for field in option["revealed"])
    shown |= {"behaviour": "exclusive" if option["exclusive"] else ""}
    return shown | ({"conditional": {"html": revealed}} if revealed else {})


def _checkbox(field: BoundField) -> Markup:
    """Return a single checkbox, such as a declaration."""
    widget = field.shown_widget
    rest = widget["attrs"]
    item = {
        "id": field.base_id,
        "value": widget["value"] or "on",
        "checked": rest.get("checked"),
        **words(field.label),
    }
    item |= {
        "disabled": rest.get("disabled"),
        "attributes": _attributes({k: v for k, v in rest.items() if k not in {"checked"}}),
    }
    options = {"name": widget["name"], "idPrefix": field.base_id, "items": [item], **_notes(field)}
    return library.render(
        "checkboxes", {**options, "classes": "govuk-checkboxes--small" if field.look.small else ""}
    )


def _single(field: BoundField, widget: dict[str, Any]) -> dict[str, Any]:
    """Return the options that all elements with one label share."""
    attrs, look = widget["attrs"], field.look
    classes = [field.field.widget.attrs.get("class", ""), look.width_class]
    options = {name: attrs[name] for name in OPTIONS if attrs.get(name)}
    return {
        "id": field.base_id, "name": widget["name"], "label": _label(field), "classes": _joined(classes), **options,
        "attributes": _attributes(attrs), **_notes(field),
    }  # fmt: skip


def _label(field: BoundField) -> dict[str, Any]:
    look = field.look
    sizes = [
        f"govuk-label--{look.size}" if look.size else "",
        "govuk-visually-hidden" if look.hide_label else "",
    ]
    return {**words(field.label), "classes": _joined(sizes), "isPageHeading": look.heading}


def _fieldset(field: BoundField) -> dict[str, Any]:
    look = field.look
    sizes = [
        f"govuk-fieldset__legend--{look.size}" if look.size else "",
        "govuk-visually-hidden" if look.hide_label else "",
    ]
    return {
        "fieldset": {
            "legend": {
                **words(field.label),
                "classes": _joined(sizes),
                "isPageHeading": look.heading,
            }
        }
    }


def _notes(field: BoundField) -> dict[str, Any]:
    """Return the options for hint and error message."""
    hint = {"hint": words(field.help_text)} if field.help_text else {}
    return {**hint, **({"errorMessage": words(field.error_text)} if field.errors else {})}


def _limit(field: BoundField) -> dict[str, Any]:
    """Return the options for the count below a long text."""
    return {
        "textareaDescriptionText": f"You can enter up to {number(field.count_limit)} characters"
    }


def _attributes(attrs: dict[str, Any]) -> dict[str, Any]:
    """Return the remaining attributes of Django's widget; an attribute without a value is True."""
    rest = {
        name: value
        for name, value in attrs.items()
        if name not in MADE and value is not None and value is not False
    }
    return {
        name: {"value": True, "optional": True} if value is True else value
        for name, value in rest.items()
    }


def _joined(classes: list[str]) -> str:
    return " ".join(each for each in classes if each)


GROUPS = {
    "input": _input, "textarea": _textarea, "file": _file, "select": _select, "group": _date, "radios": _choices,
    "checkboxes": _choices, "checkbox": _checkbox,
}  # fmt: skip
