"""The one table: what was measured, and whether it meets the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.measuring import Measured, Workload

HEADINGS = (
    "workload",
    "scale",
    "median ours",
    "in queries",
    "median limit",
    "ratio",
    "peak memory",
    "to reach",
    "",
)


@dataclass(frozen=True)
class Line:
    """A workload measured: `before` and `peak` are MiB of a fresh process, before the work and at most."""

    workload: Workload
    scale: float
    measured: Measured
    before: float
    peak: float

    @property
    def fails(self) -> bool:
        """Whether a ratio misses its target; milliseconds and memory are only shown (docs/benchmark.md)."""
        return self.workload.target.ratio is not None and not self.workload.target.is_met(
            self.measured
        )

    @property
    def _queries(self) -> str:
        """Of work that only reads; COPY is not counted as waiting."""
        return _milliseconds(self.measured.queries) if self.workload.reads else ""

    @property
    def cells(self) -> list[str]:
        is_met = (
            self.workload.target.is_met(self.measured)
            and self.peak - self.before <= self.workload.target.memory_mib
            and self.measured.ours * 1000 <= self.workload.target.within_ms
        )
        return [
            self.workload.name, f"{self.scale:g}", _milliseconds(self.measured.ours), self._queries,
            _milliseconds(self.measured.limit),
            f"{self.measured.ratio:.2f}", f"{self.peak:.0f} MiB (+{self.peak - self.before:.0f})", str(self.workload.target),
            "pass" if is_met else "fail" if self.fails else "missed",
        ]  # fmt: skip


def shown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, words to the left and numbers to the right."""
    widths = [max(len(row[place]) for row in [headings, *rows]) for place in range(len(headings))]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(row, widths) for row in [headings, rule, *rows])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if 1 <= place <= 6 else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"
