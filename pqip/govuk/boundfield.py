"""A form field on a page: the classes, identifiers and words that the design system's templates need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from markupsafe import Markup

from pqip.govuk.fields import Look
from pqip.govuk.groups import group
from pqip.govuk.widgets import DateInput

DEFAULT = Look()


class BoundField(forms.BoundField):
    """Django's bound field with what the design system needs; it works for any field, our own or a library's."""

    @property
    def look(self) -> Look:
        return getattr(self.field, "look", DEFAULT)

    @cached_property
    def kind(self) -> str:
        """Return the name of the component that shows the field."""
        widget = self.field.widget
        if isinstance(widget, forms.CheckboxInput):
            return "checkbox"
        if isinstance(widget, forms.CheckboxSelectMultiple):
            return "checkboxes"
        if isinstance(widget, forms.RadioSelect):
            return "radios"
        if isinstance(widget, forms.FileInput):
            return "file"
        if isinstance(widget, forms.Textarea):
            return "textarea"
        if isinstance(widget, forms.Select):
            return "select"
        return "group" if self.use_fieldset else "input"

    @cached_property
    def base_id(self) -> str:
        return str(self.field.widget.attrs.get("id") or self.auto_id or self.html_name)

    @property
    def first_id(self) -> str:
        """Return the id of the first part, to which the error summary links."""
        return str(self.id_for_label or self.base_id)

    @property
    def hint_id(self) -> str:
        return f"{self.base_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.base_id}-error"

    @property
    def held(self) -> tuple[str, str] | None:
        """Return name and reference of a file chosen before, which is held while another field is corrected; None
        otherwise.
        """
        return getattr(self.field, "held", None)

    @property
    def held_id(self) -> str:
        return f"{self.base_id}-chosen"

    @property
    def count_limit(self) -> int | None:
        """Return the most characters of a long text, for the count below it; None for other fields."""
        return getattr(self.field, "max_length", None) if self.kind == "textarea" else None

    @property
    def described_by(self) -> str:
        """Return the ids of hint and error message, for a select, which is our own; the library does this for other fields."""
        ids = [self.hint_id] if self.help_text else []
        ids += [self.error_id] if self.errors else []
        return " ".join(ids)

    @cached_property
    def revealed(self) -> dict[str, list[BoundField]]:
        """Return the fields that one of this field's choices reveals, by that choice."""
        return self.form.revealed_by(self.name) if hasattr(self.form, "revealed_by") else {}

    @property
    def is_revealed(self) -> bool:
        """Return whether the field is shown only inside another field, by one of its choices."""
        return self.name in getattr(self.form, "reveals", {})

    @property
    def error_text(self) -> str:
        return str(next(iter(self.errors))) if self.errors else ""

    @property
    def select_classes(self) -> str:
        parts = ["govuk-select", self.field.widget.attrs.get("class", ""), self.look.width_class]
        return " ".join(
            part for part in [*parts, "govuk-select--error" if self.errors else ""] if part
        )

    @property
    def groups(self) -> list[tuple[str, list[tuple[str, object, bool]]]]:
        """Return a select's choices by group, as value, label and whether it is chosen; choices without a group have the
        name "".
        """
        widget = self.field.widget
        chosen = set(widget.format_value(self.value()))
        groups: list[tuple[str, list[tuple[str, object, bool]]]] = []
        for value, label in widget.choices:
            name, choices = (
                (str(value), label) if isinstance(label, list | tuple) else ("", [(value, label)])
            )
            if name or not groups or groups[-1][0]:
                groups.append((name, []))
            for each, words in choices:
                groups[-1][1].append((str(each), words, str(each) in chosen))
        return groups

    @property
    def options(self) -> list[dict[str, Any]]:
        """Return the choices of radios or checkboxes as the component expects them."""
        return [self._option(widget.data) for widget in self.subwidgets]

    def _option(self, data: dict[str, Any]) -> dict[str, Any]:
        value, attrs = str(data["value"]), data["attrs"]
        return {
            "id": attrs.get("id", ""),
            "name": data["name"],
            "value": value,
            "label": data["label"],
            "checked": data["selected"],
            "disabled": bool(attrs.get("disabled")),
            "hint": self.look.hints.get(value, ""),
            "divider": bool(value) and value == self.look.divider,
            "exclusive": bool(value) and value == self.look.exclusive,
            "revealed": self.revealed.get(value, []),
        }

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = dict(attrs)
        if self.field.disabled:
            built["disabled"] = True
        if widget.is_hidden:
            return built
        built["placeholder"] = False  # a placeholder disappears when typing starts, so none is used
        if isinstance(widget, DateInput):
            built["wrong"] = self._wrong_parts()
        if isinstance(widget, forms.Textarea):
            built["cols"] = False
        return built

    def _wrong_parts(self) -> tuple[str, ...]:
        """Return the boxes of a date to mark as wrong: those the error names, or all of them."""
        if not self.errors:
            return ()
        found = [part for error in self.errors.as_data() for part in getattr(error, "parts", ())]
        return tuple(found) or ("day", "month", "year")

    @property
    def shown_widget(self) -> dict[str, Any]:
        """Return what Django's widget would show: name, value as text, attributes and, for a select, its options."""
        widget = self.field.widget
        attrs = self.build_widget_attrs({}, widget)
        if self.auto_id and "id" not in widget.attrs:
            attrs.setdefault("id", self.auto_id)
        return widget.get_context(self.html_name, self.value(), attrs)["widget"]

    def as_field_group(self) -> Markup:  # type: ignore[override]  # Markup and SafeString escape alike
        return group(self)
