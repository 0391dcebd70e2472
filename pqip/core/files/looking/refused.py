"""Why a file is refused. Each caller puts it into words of its own, with what to do."""

from __future__ import annotations

#: More parts than a spreadsheet or document has; damaged or of another kind; packed or unpacked too large.
TOO_MANY, DAMAGED, NOT_ONE, TOO_LARGE, RATIO = (
    "too many",
    "damaged",
    "not one",
    "too large",
    "ratio",
)
#: A password; names that lead out of the archive; two kinds of file in one; definitions (DTD) in XML.
PASSWORD, NAMES, TWO_KINDS, DEFINITIONS = "password", "names", "two kinds", "definitions"
#: Macros and scripts; content loaded from elsewhere, from other programs or a template; embedded files; actions that run by
#: themselves.
MACROS, LINKS, PROGRAMS, TEMPLATE, HOLDS_FILES, ACTIONS = (
    "macros",
    "links",
    "programs",
    "template",
    "holds files",
    "actions",
)
#: A picture with too many pixels; a structure that only somebody with something to hide writes.
PIXELS, UNUSUAL = "pixels", "unusual"

EVERY = (
    TOO_MANY, DAMAGED, NOT_ONE, TOO_LARGE, RATIO, PASSWORD, NAMES, TWO_KINDS, DEFINITIONS, MACROS, LINKS, PROGRAMS, TEMPLATE,
    HOLDS_FILES, ACTIONS, PIXELS, UNUSUAL,
)  # fmt: skip


class Suspect(Exception):
    """The file is refused; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
