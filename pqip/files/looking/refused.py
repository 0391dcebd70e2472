"""Why a file is refused. Each door says it in words of its own, with what to do."""

from __future__ import annotations

#: More parts than a table or a document has; damaged, or no file of its kind; packed or unpacked too large.
TOO_MANY, DAMAGED, NOT_ONE, TOO_LARGE, RATIO = "too many", "damaged", "not one", "too large", "ratio"
#: A password; names that lead out of the file; two kinds of file in one; definitions (DTD) in XML.
PASSWORD, NAMES, TWO_KINDS, DEFINITIONS = "password", "names", "two kinds", "definitions"
#: Macros and scripts; what it would take from elsewhere, other programs, a template; files within; what it would do by itself.
MACROS, LINKS, PROGRAMS, TEMPLATE, HOLDS_FILES, ACTIONS = "macros", "links", "programs", "template", "holds files", "actions"
#: A picture of more points than anybody needs; put together in a way that nobody writes who has nothing to hide.
PIXELS, UNUSUAL = "pixels", "unusual"

EVERY = (
    TOO_MANY, DAMAGED, NOT_ONE, TOO_LARGE, RATIO, PASSWORD, NAMES, TWO_KINDS, DEFINITIONS, MACROS, LINKS, PROGRAMS, TEMPLATE,
    HOLDS_FILES, ACTIONS, PIXELS, UNUSUAL,
)  # fmt: skip


class Suspect(Exception):
    """The file is not taken; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
