"""Two pieces of HTML are alike when their elements, attributes and words are, whatever the white space and order."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"input", "br", "img", "hr", "path", "rect"}
#: Attributes whose absence and default mean the same.
DEFAULTS = {("input", "type", "text")}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        shown = []
        for name, value in sorted(attrs, key=lambda pair: pair[0]):
            text = (
                " ".join(sorted((value or "").split()))
                if name == "class"
                else " ".join((value or "").split())
            )
            if (tag, name, text) not in DEFAULTS:
                shown.append(f'{name}="{text}"')
        self.parts.append(f"<{' '.join([tag, *shown])}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words:
            self.parts.append(words)


def normal(html: str) -> str:
    """One element or run of words a line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.parts)
