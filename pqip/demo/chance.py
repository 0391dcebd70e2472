"""A seeded source of random choices for everything made up, so that it is the same every time."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def _words(text: str) -> list[str]:
    return text.split()


FIRST_NAMES = _words("""
    Aisha Aled Alice Amara Amir Angharad Ben Bethan Callum Carys Chidi Chloe Daniel Dylan Eilidh Elin Emma
    Farah Ffion Gareth Grace Hannah Hassan Ifan Imogen Isaac Jamila Jasmine Joseph Kai Karim Kofi Lauren Leah
    Lowri Lucy Mali Marek Mari Megan Mohammed Nadia Naomi Nia Niamh Oliver Olivia Owain Priya Rachel Rhian
    Rhys Ruth Sadiq Samuel Sara Seren Simran Sioned Sophie Steffan Tariq Tomos Victoria William Yasmin Zainab
    Zoe
""")
LONG_FIRST_NAMES = [
    "Gwenllian Angharad",
    "Llŷr Ap Gwilym",
    "Myfanwy Branwen",
    "Alexandra-Josephine",
]
LAST_NAMES = _words("""
    Abbott Adeyemi Ahmed Ali Anderson Bailey Baker Begum Bennett Bevan Brown Campbell Carter Chapman Chowdhury
    Clarke Cooper Davies Dixon Edwards Ellis Evans Fisher Foster Fox Gill Graham Green Griffiths Gruffudd Hall
    Harris Hughes Hussain Jackson James Jenkins Johnson Jones Kaur Kelly Khan King Lewis Llewelyn Lloyd
    Marshall Martin Mason Mensah Miah Mills Moore Morgan Morris Murphy Nowak O'Brien O'Connor Okafor Owen
    Palmer Parry Patel Phillips Powell Price Pritchard Rees Reid Richards Roberts Robinson Rogers Shah Sharma
    Shaw Singh Smith Stevens Taylor Thomas Turner Walker Ward Watson White Williams Wilson Wood Wright Yusuf
""")
LONG_LAST_NAMES = [
    "Llewelyn-Gruffydd-Davies",
    "Cadwaladr-Fychan",
    "Fotheringham-Featherstonehaugh",
    "Ŵyn-Llanfair Jones",
]


class Chance:
    """A seeded source of random choices."""

    def __init__(self, seed: int | str) -> None:
        self.seed, self.random = seed, random.Random(seed)  # noqa: S311  (made-up data, no secret)

    def separate(self, name: str) -> Chance:
        """Return a separate source from the same seed and a name, so that using it does not change any other choices."""
        return Chance(f"{self.seed} {name}")

    def happens(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, things: Sequence[Thing]) -> Thing:
        return things[int(self.random.random() * len(things))]

    def weighted(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        return self.random.choices(things, weights)[0]

    def between(self, low: int, high: int) -> int:
        """Return an integer from low to high, both included."""
        return low + int(self.random.random() * (high - low + 1))

    def long_tailed(self, median: float, spread: float = 0.6) -> int:
        """Return a number of days of which half are below the median and a few far above."""
        return int(median * 2.718281828 ** (self.random.gauss(0, spread)))

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def name(self) -> tuple[str, str]:
        first = self.pick(LONG_FIRST_NAMES if self.happens(0.01) else FIRST_NAMES)
        last = self.pick(LONG_LAST_NAMES if self.happens(0.01) else LAST_NAMES)
        return first, last

    def office_hours(self, day: dt.date) -> dt.datetime:
        """Return an instant of that day between nine and five, in UTC."""
        seconds = 9 * 3600 + int(self.random.random() * 8 * 3600)
        return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) + dt.timedelta(
            seconds=seconds
        )
