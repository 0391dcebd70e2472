"""Who leaves, and why, in sentences worked out from the numbers that may be told.

Every sentence holds with one group, with nobody, and where numbers are withheld: what is not told is said in words, and nothing
is called most where it is alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from pqip.core.formats import date_gov, number, percent, plural
from pqip.exchange.writing import SUPPRESSED
from reports.figures.asking import Row
from reports.figures.attrition_year import NOT_RECORDED, Year, said_by_region
from reports.figures.names import Names
from reports.figures.numbers import difference
from reports.figures.numbers import percent as share
from reports.presenters.tables import few
from reports.suppression.marks import is_small
from reports.suppression.merging import OTHERS, SEVERAL, in_regions

#: The reasons that a sentence and a group's row name.
MAIN = 3
NOW, BEFORE = "now", "before"
EARLY = ("week", "month", "3_months")
#: Returns the address of the people that a number counts, or "": which year, what is counted, and of which groups.
Opens = Callable[..., str]


@dataclass(frozen=True)
class Said:
    """What leavers named themselves: how many named each driver, most first, as far as it is told; how many of how many said why;
    whether that is all; and whether none that is not told was named more often.
    """

    named: dict[str, int]
    spoke: int
    left: int
    is_all: bool
    is_ranked: bool = True

    @property
    def alone(self) -> dict[str, int]:
        """Return the drivers that are told by themselves."""
        return {code: count for code, count in self.named.items() if code not in (OTHERS, SEVERAL)}


@dataclass(frozen=True)
class Told:
    """Two years, the last three, and what may be told of them.

    `threshold` is 0 where everybody counted may be opened; `words_in_full` says that what leavers said may be read, `words_told`
    that their grouped totals are told of this place; `least` is the threshold of these.
    """

    now: Year
    before: Year
    three_years: Year
    names: Names
    opens: Opens
    place: str
    threshold: int
    least: int
    words_in_full: bool
    words_told: bool

    def hides(self, count: int, of: int = 0) -> bool:
        """Return whether a count is withheld, or what is left of a total without it."""
        return is_small(count, self.threshold) or (
            of > count and is_small(of - count, self.threshold)
        )

    def counted(self, rows: Iterable[Row], key: str) -> list[tuple[str, int]]:
        """Return how many have each value, most first; small ones together, as *other*, where they are withheld."""
        return put_together(Counter(row[key] for row in rows), self.threshold)

    @cached_property
    def said(self) -> Said:
        """What those who left in the year named themselves."""
        return self._said(self.now)

    @cached_property
    def said_in_three_years(self) -> Said:
        """What those who left in the last three years named: of one year too few may have spoken for it to be told.

        A reason that is told of the year as well is told of three where the two years before it are not few.
        """
        found, lately = self._said(self.three_years), self.said
        if self.words_in_full:
            return found
        named = {
            code: count
            for code, count in found.named.items()
            if not is_small(abs(count - lately.named.get(code, 0)), self.least)
        }
        if named != found.named:
            named = {code: count for code, count in named.items() if code in found.alone}
        is_whole = named == found.named
        return replace(
            found,
            named=named,
            is_all=found.is_all and is_whole,
            is_ranked=found.is_ranked and is_whole,
        )

    def _said(self, year: Year) -> Said:
        rows = said_by_region(year.left) if self.words_told else []
        sums: Counter[str] = Counter()
        for row in rows:
            sums[row["reason"]] += row["named"]
        named, is_all = (sums, True) if self.words_in_full else self._grouped(rows, sums)
        spoke = sum(bool(row["said"]) for row in year.left) if self.words_told else 0
        return Said(
            dict(_most_first({code: count for code, count in named.items() if count})),
            spoke,
            len(year.left),
            is_all=is_all,
            is_ranked=_is_ranked(sums, named),
        )

    def _grouped(self, rows: list[Row], sums: Mapping[str, int]) -> tuple[dict[str, int], bool]:
        """Return what was named with small numbers put together within each region, and whether that is all.

        Of several regions a reason is told by all who named it, or not at all: some of its regions alone would make it less
        than another. What the regions that do not tell it come to is then not few, nor of one reason alone.
        """
        shown = in_regions("named", ("named_first",))(rows, self.least)
        told: Counter[str] = Counter()
        for row in shown:
            told[row["reason"]] += row["named"] if row["named"] is not SUPPRESSED else 0
        if len({row["region"] for row in rows}) < 2:
            return dict(told), not {OTHERS, SEVERAL} & told.keys()
        untold = {code: sums[code] - told[code] for code in sums if sums[code] > told[code]}
        unsaid = {row["region"] for row in shown if row["named"] is SUPPRESSED}
        of_these = sum(row["named"] for row in rows if row["region"] in unsaid)
        known = {} if is_small(of_these, self.least) else dict(put_together(untold, self.least))
        whole = {code: count for code, count in sums.items() if code not in untold or code in known}
        return whole, whole.keys() == sums.keys()

    def reason(self, code: str) -> str:
        return "No reason recorded" if code == NOT_RECORDED else self.names.of("reason", code)


def opening(told: Told) -> list[str]:
    """Return what the page opens on: how many left of how many, and whether that is more than a year before."""
    now = told.now
    everybody, left = len(now.everybody), len(now.left)
    period = f"In the 12 months to {date_gov(now.last)}"
    if not everybody:
        return [f"{period} nobody was on the programme here."]
    who = f"{plural(everybody, 'learner')} who {_was(everybody)} on the programme at some time in these months"
    if not left:
        none = "did not leave it" if everybody == 1 else "left it"
        whom = f"the one {who.removeprefix('1 ')}" if everybody == 1 else f"none of the {who}"
        return [f"{period} {whom} {none}.", *_compared(told)]
    if told.hides(left, everybody):
        return [f"{period}, {few()} of the {who} left it."]
    rate = percent(share(left, everybody))
    return [f"{period}, {number(left)} of the {who} left it: {rate}.", *_compared(told)]


def _compared(told: Told) -> list[str]:
    """Return whether more left than in the twelve months before, by number and by share."""
    first, second = told.now, told.before
    left, everybody = len(first.left), len(first.everybody)
    then, of_then = len(second.left), len(second.everybody)
    if not of_then:
        return [
            "In the 12 months before, nobody was on the programme here, so there is nothing to compare with."
        ]
    if told.hides(then, of_then):
        return ["How many left in the 12 months before is withheld."]
    rates = Fraction(left, everybody), Fraction(then, of_then)
    said = f"{_direction(left - then, rates[0] - rates[1])}: it was {number(then)} of {number(of_then)}"
    said += f" ({percent(share(then, of_then))})."
    if left == then == 0:
        return [said]
    low, high = difference(left, everybody, then, of_then)
    if low <= 0 <= high:
        return [f"{said} Chance alone could make this difference in the share."]
    ends = sorted((abs(low), abs(high)))
    return [
        f"{said} Chance alone would hardly make this difference in the share, which is "
        f"{number(round(ends[0], 1), 1)} to {number(round(ends[1], 1), 1)} percentage points (95% limits)."
    ]


def _direction(people: int, rate: Fraction) -> str:
    shares = {1: "a larger share", -1: "a smaller share", 0: "the same share"}
    many = {
        1: "More left than in the 12 months before",
        -1: "Fewer left than in the 12 months before",
    }
    sign, of_rate = _sign(people), _sign(rate)
    begin = many.get(sign, "As many left as in the 12 months before")
    joined = "and" if sign == of_rate or of_rate == 0 else "but"
    return f"{begin}, {joined} {shares[of_rate]}"


def findings(told: Told) -> list[str]:
    """Return sentences on why they left, how soon, where to, and what they were asked."""
    left = told.now.left
    if not left or told.hides(len(left), len(told.now.everybody)):
        return []
    return [*_why(told), *_words(told), *_where(told), *_how_soon(told), *_interviews(told)]


def _why(told: Told) -> list[str]:
    counted = told.counted(told.now.left, "reason")
    known = [(code, count) for code, count in counted if code != NOT_RECORDED]
    named = [(told.reason(code), count) for code, count in known if code != OTHERS]
    said = []
    if named:
        most = " most often" if len(known) > 1 else ""
        said.append(f"The organisation recorded{most} {_listed(named)}.")
    blank = dict(counted).get(NOT_RECORDED, 0)
    if blank:
        said.append(f"Of {number(blank)} no reason is recorded.")
    return said


def _words(told: Told) -> list[str]:
    if not told.words_told:
        return ["What leavers say themselves is told of whole regions only."]
    said = told.said
    if not said.spoke:
        return ["None of them has said why themselves.", *_in_three_years(told)]
    begin = f"Leavers themselves ({_who(told, said)} said why)"
    if not said.alone:
        return [
            f"{begin} named reasons of which none is told by itself, as some were named fewer than {told.least} times.",
            *_in_three_years(told),
        ]
    most = " most often" if len(said.named) > 1 and said.is_ranked else ""
    more = [] if said.is_all or len(said.alone) >= MAIN else _in_three_years(told)
    return [f"{begin} named{most} {_named(told, said)}.", *more]


def _in_three_years(told: Told) -> list[str]:
    """Return what leavers named in the last three years, where the year alone does not tell the main reasons."""
    said = told.said_in_three_years
    if len(said.alone) <= len(told.said.alone):
        return []
    most = " most often" if len(said.named) > 1 and said.is_ranked else ""
    return [
        f"In the three years to {date_gov(told.now.last)}, leavers ({_who(told, said)} said why) named{most} "
        f"{_named(told, said)}."
    ]


def _who(told: Told, said: Said) -> str:
    is_few = not told.words_in_full and is_small(said.spoke, told.least)
    return (
        f"{f'fewer than {told.least}' if is_few else number(said.spoke)} of the {number(said.left)}"
    )


def _named(told: Told, said: Said) -> str:
    return _listed([(told.reason(code), count) for code, count in said.alone.items()])


def _where(told: Told) -> list[str]:
    left = told.now.left
    gone = sum(row["destination"] == "left_service" for row in left)
    if told.hides(gone, len(left)):
        return []
    if gone == len(left):
        return ["All of them left the Service." if gone > 1 else "They left the Service."]
    return [
        f"{number(gone) if gone else 'None'} of them left the Service, and not the programme alone."
    ]


def _how_soon(told: Told) -> list[str]:
    left = told.now.left
    early = sum(row["band"] in EARLY for row in left)
    alone = {band for band, _count in told.counted(left, "band")}
    together = {row["band"] for row in left} - alone
    if told.hides(early, len(left)) or (together & {*EARLY} and not together <= {*EARLY}):
        return []
    return [f"{number(early) if early else 'None'} of them left within three months of starting."]


def _interviews(told: Told) -> list[str]:
    left = told.now.left
    offered, held = (sum(row[name] for row in left) for name in ("offered", "held"))
    if told.hides(offered, len(left)) or told.hides(held, len(left)):
        return []
    return [
        f"An exit interview was offered to {number(offered)} of the {number(len(left))}, and held with {number(held)}."
    ]


def _listed(named: Sequence[tuple[str, int]]) -> str:
    """Return the main ones with their counts: *Pay (9), Staffing (7) and Induction (4)*, and how many others are as many as the
    last.
    """
    main = [f"{name} ({number(count)})" for name, count in named[:MAIN]]
    as_often = (
        sum(count == named[MAIN - 1][1] for _name, count in named[MAIN:]) if named[MAIN:] else 0
    )
    if as_often:
        return f"{', '.join(main)}, and {plural(as_often, 'other')} as often as the last"
    return " and ".join(filter(None, [", ".join(main[:-1]), main[-1]]))


def _is_ranked(sums: Mapping[str, int], named: Mapping[str, int]) -> bool:
    """Return whether no driver that is not told by itself was named more often than the main ones that are."""
    main = sorted((named[code] for code in named if code in sums), reverse=True)[:MAIN]
    return not main or max((sums[code] for code in sums.keys() - named), default=0) <= min(main)


def put_together(counts: Mapping[str, int], threshold: int) -> list[tuple[str, int]]:
    """Return the counts, most first, with small ones as one: where that is small too, the smallest other goes with them."""
    small = {code for code, count in counts.items() if is_small(count, threshold)}
    rest = [code for code, _count in reversed(_most_first(counts)) if code not in small]
    while (
        small
        and rest
        and (len(small) < 2 or is_small(sum(counts[code] for code in small), threshold))
    ):
        small.add(rest.pop(0))
    kept = _most_first({code: count for code, count in counts.items() if code not in small})
    return [*kept, *([(OTHERS, sum(counts[code] for code in small))] if small else [])]


def _most_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (one[0] in (OTHERS, SEVERAL), -one[1], one[0]))


def _sign(value: int | Fraction) -> int:
    return (value > 0) - (value < 0)


def _was(people: int) -> str:
    return "was" if people == 1 else "were"
