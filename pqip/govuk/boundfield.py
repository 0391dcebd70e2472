"""A form's field on a page: the classes, identifiers and words the design system's templates need."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from pqip.govuk.fields import Look
from pqip.govuk.widgets import DateInput

DEFAULT = Look()


class BoundField(forms.BoundField):
    """Django's, dressed: works for any field, our own or a library's."""

    @property
    def look(self) -> Look:
        return getattr(self.field, "look", DEFAULT)

    @cached_property
    def kind(self) -> str:
        """Which group template shows the field."""
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
        return "group" if self.use_fieldset else "input"

    @cached_property
    def base_id(self) -> str:
        return str(self.field.widget.attrs.get("id") or self.auto_id or self.html_name)

    @property
    def first_id(self) -> str:
        """The id of the first part, where the error summary's link leads."""
        return str(self.id_for_label or self.base_id)

    @property
    def hint_id(self) -> str:
        return f"{self.base_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.base_id}-error"

    @property
    def held(self) -> tuple[str, str] | None:
        """Of a file chosen before, which is held while something else is put right: its name and its reference."""
        return getattr(self.field, "held", None)

    @property
    def held_id(self) -> str:
        return f"{self.base_id}-chosen"

    @property
    def count_limit(self) -> int | None:
        """The characters a long text may have, for the count beneath it."""
        return getattr(self.field, "max_length", None) if self.kind == "textarea" else None

    @property
    def described_by(self) -> str:
        ids = [self.hint_id] if self.help_text else []
        ids += [self.error_id] if self.errors else []
        ids += [self.held_id] if self.held else []
        ids += [f"{self.base_id}-info"] if self.count_limit else []
        return " ".join(ids)

    @property
    def aria_describedby(self) -> str:
        """On the fieldset of a group, on the element itself otherwise."""
        return self.described_by

    @cached_property
    def revealed(self) -> dict[str, list[BoundField]]:
        """Fields shown only with one of this field's choices, by that choice."""
        return self.form.revealed_by(self.name) if hasattr(self.form, "revealed_by") else {}

    @property
    def is_revealed(self) -> bool:
        """Shown inside another field rather than by itself."""
        return self.name in getattr(self.form, "reveals", {})

    @property
    def error_text(self) -> str:
        return str(next(iter(self.errors))) if self.errors else ""

    @property
    def options(self) -> list[dict[str, Any]]:
        """The choices of radios or checkboxes as their template shows them."""
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

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = dict(attrs)
        if self.field.disabled:
            built["disabled"] = True
        if widget.is_hidden:
            return built
        built["placeholder"] = False  # words that vanish when typing starts help nobody
        if isinstance(widget, DateInput):
            built["wrong"] = self._wrong_parts()
        elif not widget.use_fieldset:
            built["aria-describedby"] = self.described_by or False
            built["class"] = self._classes(widget)
        if isinstance(widget, forms.Textarea):
            built["cols"] = False
        return built

    def _classes(self, widget: forms.Widget) -> str:
        base = {"textarea": "govuk-textarea", "file": "govuk-file-upload", "checkbox": "govuk-checkboxes__input"}
        name = "govuk-select" if isinstance(widget, forms.Select) else base.get(self.kind, "govuk-input")
        parts = [name, widget.attrs.get("class", ""), self.look.width_class]
        if self.count_limit:
            parts.append("govuk-js-character-count")
        if self.errors and self.kind != "checkbox":
            parts.append(f"{name}--error")
        return " ".join(part for part in parts if part)

    def _wrong_parts(self) -> tuple[str, ...]:
        """The boxes of a date to mark: those the error names, or all of them."""
        if not self.errors:
            return ()
        found = [part for error in self.errors.as_data() for part in getattr(error, "parts", ())]
        return tuple(found) or ("day", "month", "year")

    def as_field_group(self) -> SafeString:
        return self.render(self.template_name, context={"field": self})
