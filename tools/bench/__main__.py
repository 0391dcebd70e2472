"""`python -m tools.bench [--scale 1] [--only NAME …] [--whole [NAME]] [--reports] [--load] [--as-it-is]`: measure, print
tables, exit 1 where a ratio misses.

Without a part named: the workloads, whole pages, then every report as known at earlier moments.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys

from tools.bench.database import prepare, servers

SEED = 1


def main() -> int:
    """Returns the exit status: 0 where every ratio meets its target."""
    asked = _arguments()
    os.environ["DJANGO_SETTINGS_MODULE"] = "pqip.settings"
    if asked.alone:
        return _alone(asked.scale, asked.alone)
    at = prepare(asked.scale, _say, as_it_is=asked.as_it_is)
    _set_up(at.environment)
    missed = False
    everything = not (asked.only or asked.reports or asked.load or asked.whole is not None)
    if asked.only or everything:
        missed |= _workloads(asked)
    if asked.whole is not None or everything:
        missed |= _whole(at.environment, asked.whole or "")
    if asked.reports or everything:
        missed |= _reports()
    if asked.load:
        missed |= _load(at.environment)
    return int(missed)


def _workloads(asked: argparse.Namespace) -> bool:
    """Ours beside the limit. Returns whether a ratio misses its target."""
    from tools.bench.measuring import measure
    from tools.bench.table import HEADINGS, Line, shown
    from tools.bench.workloads import BUILDERS

    chance, lines = random.Random(SEED), []
    for name in asked.only or BUILDERS:
        workload = BUILDERS[name]()
        _say(f"Measuring {workload.name}")
        lines.append(
            Line(workload, asked.scale, measure(workload, chance), *_memory(asked.scale, name))
        )
    print(shown(HEADINGS, [line.cells for line in lines]))
    return any(line.fails for line in lines)


def _reports() -> bool:
    """Every report as known at earlier moments. Returns whether one takes too long."""
    from tools.bench import then

    found = then.measured(_say)
    print(then.table(found))
    return not all(one.is_met for one in found)


def _whole(environment: dict[str, str], only: str) -> bool:
    """Whole pages through the web server. Returns whether one that is held to a ratio takes too long."""
    from tools.bench import whole

    found = whole.measured(environment, _say, only)
    print(whole.table(found))
    return not found.is_met


def _load(environment: dict[str, str]) -> bool:
    """The service under sixteen people. Returns whether light pages or health suffer from the heaviest report."""
    from tools.bench import load

    found = load.measured(environment, _say)
    print(load.table(found))
    return not found.is_met


def _say(said: str) -> None:
    print(said, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description="Measure beside what the database can do."
    )
    parser.add_argument(
        "--scale",
        type=float,
        default=1.0,
        help="1 is the nation as published, with ten years of history",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        help="month, caseload, region, first, middle, last, filtered, …",
    )
    parser.add_argument(
        "--whole",
        nargs="?",
        const="",
        metavar="NAME",
        help="whole pages through the web server, or those whose name holds this",
    )
    parser.add_argument(
        "--reports",
        action="store_true",
        help="every report as known now, a minute and a year ago, and in 1900",
    )
    parser.add_argument(
        "--load",
        action="store_true",
        help="the service under 16 people, of whom 4 ask for the heaviest report",
    )
    parser.add_argument(
        "--as-it-is",
        action="store_true",
        help="measure on the data that is there, whatever has changed since",
    )
    parser.add_argument("--alone", metavar="NAME", help=argparse.SUPPRESS)
    return parser.parse_args()


def _memory(scale: float, name: str) -> tuple[float, float]:
    """MiB before the work and at its peak, in a fresh process."""
    command = [sys.executable, "-m", "tools.bench", "--scale", f"{scale:g}", "--alone", name]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(said[-2]), float(said[-1])


def _alone(scale: float, name: str) -> int:
    """Do the work once in this process and say what memory it took."""
    _set_up(servers(scale).environment)
    from tools.bench.measuring import peak_memory
    from tools.bench.workloads import ALONE

    workload = ALONE[name]()
    before = peak_memory()
    with workload.within():
        workload.ours()
    print(before, peak_memory())
    return 0


def _set_up(environment: dict[str, str]) -> None:
    """Load the project as the service's processes do."""
    import django

    os.environ.update(environment)
    django.setup()
    from pqip.core.garbage import look_less_often

    look_less_often()


if __name__ == "__main__":
    raise SystemExit(main())
