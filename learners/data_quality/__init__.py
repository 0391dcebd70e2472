"""Checks of learners' records. Each module registers its own, in the order they are shown."""

from learners.data_quality import posts  # isort: skip
from learners.data_quality import dates, pathways, looked_after, strands, endings  # isort: skip

__all__ = ["dates", "endings", "looked_after", "pathways", "posts", "strands"]
