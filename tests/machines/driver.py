"""Random sequences of steps: played, found wrong, made as short as they will go, and told so that a person can follow them.

A step is a small function `(world, draw)` in a table; it says what it does and does it. Every choice it makes is a number
that `Draw` takes from a seed and remembers, so that the same numbers make the same choices again. A sequence that breaks
something is shortened by leaving out steps and by taking lower numbers, as long as the same kind of thing breaks.
"""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from random import Random
from typing import Any

from pqip.core.clock import today
from pqip.core.errors import Conflict, NotAllowed, RuleBroken
from tests.machines.drawing import Broken, Draw, Move, Nothing, Refused, Table

#: What a step may be told without anything being wrong.
REFUSED = (RuleBroken, Conflict, NotAllowed)


@dataclass
class Machine:
    """What is driven: its steps, a world to drive in (`begin`, which takes it back afterwards), and what must hold."""

    title: str
    steps: Table
    begin: Callable[[], Any]
    holds: Callable[[Any], Iterator[Broken]]


@dataclass
class Played:
    """A sequence as it went: the moves with the numbers they drew, what was said, and what broke."""

    moves: list[Move] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    broken: Broken | None = None
    useless: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


def draw_moves(machine: Machine, seed: int, length: int) -> Iterator[tuple[str, Draw]]:
    chance, names = Random(seed), machine.steps.names()
    for _ in range(length):
        yield chance.choice(names), Draw(Random(chance.randrange(1 << 62)))


def again(moves: Sequence[Move]) -> Iterator[tuple[str, Draw]]:
    return ((move.name, Draw(move.numbers)) for move in moves)


def play(
    machine: Machine,
    moves: Iterator[tuple[str, Draw]],
    ignored: frozenset[str] = frozenset(),
    *,
    watch: bool = False,
    look_from: int = 0,
) -> Played:
    """Play a sequence until something breaks that is not ignored.

    `watch` asks every question again after each step. `look_from` is the first step after which anything is looked at;
    what is broken already when it begins is not told.
    """
    played = Played()
    with machine.begin() as world:
        look = _Look(machine, world, ignored, played, watch, look_from)
        for name, draw in moves:
            told = _step(look, name, draw)
            played.moves.append(Move(name, draw.drawn))
            if told:
                played.story.append(f"{len(played.moves)}. {told}")
            if played.broken:
                return played
        look.at(world.at_the_end(), "")
    return played


class _Look:
    """Looks at what must hold. What is ignored is told once of a sequence, so that what it leads to is not told again."""

    def __init__(
        self,
        machine: Machine,
        world: Any,
        ignored: frozenset[str],
        played: Played,
        watch: bool,
        look_from: int,
    ) -> None:
        self.machine, self.world, self.ignored, self.played = machine, world, ignored, played
        self.watch, self.look_from = watch, look_from
        self.told: set[str] = set()

    def after(self, step: str) -> None:
        taken = len(self.played.moves)
        if taken < self.look_from:
            return
        found = chain(self.machine.holds(self.world), self.world.ask_again() if self.watch else ())
        if taken == self.look_from > 0:
            self.told |= {str(broken) for broken in found}
        else:
            self.at(found, step)

    def at(self, found: Iterator[Broken], step: str) -> None:
        for broken in found:
            if str(broken) not in self.told:
                self.told.add(str(broken))
                self.break_by(broken, step)
                if self.played.broken:
                    return

    def break_by(self, broken: Broken, step: str) -> None:
        """It breaks the sequence, unless it is ignored: the kind, or the kind by this step."""
        kind = f"{broken.kind}, by {step}" if step else broken.kind
        if not {broken.kind, kind} & self.ignored:
            self.played.broken = Broken(kind, broken.words)


def _step(look: _Look, name: str, draw: Draw) -> str:
    """Take one step and look at what must hold. Returns what was said of it."""
    world, played = look.world, look.played
    world.said, world.changed = name.replace("_", " "), True
    try:
        with world.one_step():
            look.machine.steps.steps[name](world, draw)
        played.done[name] += 1
        ending = ""
    except Nothing:
        played.useless.add(len(played.moves))
        return ""
    except (Refused, *REFUSED) as refused:
        played.useless.add(len(played.moves))
        played.refused[f"{name}: {_shortened(refused)}"] += 1
        return f"{world.said} — refused: {_shortened(refused)}"
    except Broken as broken:
        look.break_by(broken, name)
        ending = f" — {broken.kind}"
    except Exception as error:  # anything but a refusal is what is looked for
        look.break_by(Broken(type(error).__name__, _trace(error)), name)
        ending = f" — {type(error).__name__}"
    if not played.broken and world.changed:
        look.after(name)
    return world.said + ending


def watched(machine: Machine, found: Played, ignored: frozenset[str]) -> Played:
    """A question that is answered otherwise at the end, found at the step that did it."""
    return play(machine, again(found.moves), ignored, watch=True)


def shorten(machine: Machine, found: Played, ignored: frozenset[str], until: float) -> Played:
    """The shortest sequence found, until that instant, in which the same kind of thing breaks."""
    assert found.broken is not None
    watch = "answers otherwise" in found.broken.kind
    best, kind = found, found.broken.kind

    def tried(moves: list[Move]) -> bool:
        nonlocal best
        if time.monotonic() > until:
            return False
        # What broke broke at the last step; the look before it is for what is broken already, and ignored.
        played = play(machine, again(moves), ignored, watch=watch, look_from=max(len(moves) - 2, 0))
        if played.broken is None or played.broken.kind != kind:
            return False
        best = played
        return True

    if found.useless:
        tried([move for place, move in enumerate(found.moves) if place not in found.useless])
    size = max(len(best.moves) // 2, 1)
    while size:
        at = len(best.moves)
        while at > 0:
            at = min(at, len(best.moves)) - size
            tried(best.moves[: max(at, 0)] + best.moves[max(at, 0) + size :])
        size //= 2
    for at in range(len(best.moves)):
        for place in range(len(best.moves[at].numbers) if at < len(best.moves) else 0):
            if (
                at < len(best.moves)
                and place < len(best.moves[at].numbers)
                and best.moves[at].numbers[place]
            ):
                numbers = list(best.moves[at].numbers)
                numbers[place] = 0
                tried([*best.moves[:at], Move(best.moves[at].name, numbers), *best.moves[at + 1 :]])
    for at in reversed(range(len(best.moves))):
        tried(best.moves[:at] + best.moves[at + 1 :])
    return best


@dataclass
class Driven:
    """What came of a run: how many sequences and steps, and what broke in each way, the shortest sequence of each."""

    sequences: int = 0
    steps: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    found: dict[str, tuple[int, Played]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)

    def told(self, machine: Machine) -> str:
        lines = [
            f"{machine.title}: {self.sequences} sequences, {self.steps} steps, {len(self.found)} kinds of fault."
        ]
        for kind, (seed, played) in self.found.items():
            assert played.broken is not None
            lines += [
                "",
                f"{kind} ({self.times[kind]} times; seed {seed})",
                *played.story,
                f"=> {played.broken}",
            ]
        return "\n".join(lines)


def drive(
    machine: Machine,
    *,
    seed: int,
    length: int,
    sequences: int | None = None,
    seconds: float | None = None,
    ignored: frozenset[str] = frozenset(),
    go_on: bool = False,
    patience: float = 60,
    tell: Callable[[str], None] = print,
) -> Driven:
    """Play sequences from a seed on, so many or for so long. Stops at the first fault, made short, unless told to go on.

    Told to go on, it plays past each kind of fault once it is known, to find what lies behind.
    """
    driven, began = Driven(), time.monotonic()
    passed = ignored
    while (sequences is None or driven.sequences < sequences) and (
        seconds is None or time.monotonic() - began < seconds
    ):
        day, this = today(), seed + driven.sequences
        played = play(machine, draw_moves(machine, this, length), passed)
        driven.sequences += 1
        driven.steps += len(played.moves)
        driven.done += played.done
        driven.refused += played.refused
        if (
            played.broken is None or today() != day
        ):  # what is asked as at today is another question after midnight
            continue
        if "answers otherwise" in played.broken.kind:
            played = watched(machine, played, passed)
            if played.broken is None:
                continue
        short = shorten(machine, played, passed, time.monotonic() + patience)
        assert short.broken is not None
        driven.found[short.broken.kind] = (this, short)
        tell(
            Driven(driven.sequences, driven.steps, found={short.broken.kind: (this, short)}).told(
                machine
            )
        )
        if not go_on:
            break
        passed |= {short.broken.kind}
    return driven


def _shortened(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _trace(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        f"{frame.filename.split('/site-packages/')[-1].split('/machine/')[-1]}:{frame.lineno}"
        for frame in frames
    ]
    return f"{_shortened(error)} ({' > '.join(own[-6:])})"


__all__ = [
    "REFUSED",
    "Broken",
    "Draw",
    "Driven",
    "Machine",
    "Move",
    "Nothing",
    "Refused",
    "Table",
    "drive",
    "play",
]
