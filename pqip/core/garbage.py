"""Looking for garbage, in a process that works for a long time."""

from __future__ import annotations

import gc


def look_less_often() -> None:
    """Look for garbage less often, and not among what the process has loaded to begin with. Called once, when it has.

    To look through all of it again and again took a tenth of a page's time, and of an import's more with everything that the
    project came to hold: at last two fifths of its Python.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
