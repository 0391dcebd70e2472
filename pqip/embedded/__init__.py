"""PostgreSQL and Valkey from wheels, for a machine that has neither.

`hold()` starts both where needed and keeps them while this process lives; when the last process that holds them is gone,
however it ended, they stop by themselves (`keeper.py`).
"""

from pqip.embedded.servers import Servers, here, hold, urls

__all__ = ["Servers", "here", "hold", "urls"]
