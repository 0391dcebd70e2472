"""Settings of the web server that the benchmark starts: the project's own, and a first middleware that says what a request cost.

Nothing else differs. The service itself never says it: how long a page took would tell a stranger what is there.
"""

from __future__ import annotations

from pqip.settings import *  # noqa: F403
from pqip.settings import MIDDLEWARE

MIDDLEWARE = ["tools.bench.timing.Timing", *MIDDLEWARE]
