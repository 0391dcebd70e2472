"""Checks of learners' records. Each module registers its own, in the order they are shown."""

from learners.plugins.data_quality import posts  # isort: skip
from learners.plugins.data_quality import dates, pathways, strands  # isort: skip
from learners.plugins.data_quality import allocations as looked_after  # isort: skip
from learners.plugins.data_quality import withdrawals as endings  # isort: skip

__all__ = ["dates", "endings", "looked_after", "pathways", "posts", "strands"]
