"""How dates, times and numbers are written: *4 June 2026*, *9:32am*, *2,176*, *12.5%*. Instants are shown in London time.

Pure, so that rules may use it too.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

Number = int | float | Decimal
FULL_TIME_HOURS = 37
NBSP = "\N{NO-BREAK SPACE}"


def london(moment: datetime) -> datetime:
    """Return the instant in London time; a naive one is taken to be London time already."""
    return moment.astimezone(LONDON) if moment.tzinfo else moment


def _day(value: date | datetime) -> date:
    return london(value).date() if isinstance(value, datetime) else value


def date_gov(value: date | datetime | None) -> str:
    """`4 June 2026`; empty for None."""
    return f"{_day(value).day} {_day(value):%B %Y}" if value else ""


def short_date(value: date | datetime | None) -> str:
    """`4 Jun 2026`, for tables, where it does not break over lines; empty for None."""
    return f"{_day(value).day}{NBSP}{_day(value):%b}{NBSP}{_day(value):%Y}" if value else ""


def month_gov(value: date | datetime | None) -> str:
    """`June 2026`; empty for None."""
    return f"{_day(value):%B %Y}" if value else ""


def time_gov(value: datetime | None) -> str:
    """`9:32am`, `midday`, `midnight`; empty for None. Source: HMPPS probation services write 12-hour times."""
    if value is None:
        return ""
    moment = london(value)
    if moment.minute == 0 and moment.hour in (0, 12):
        return "midday" if moment.hour else "midnight"
    minutes = f":{moment:%M}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def datetime_gov(value: datetime | None) -> str:
    """`4 June 2026 at 9:32am`; empty for None."""
    return f"{date_gov(value)} at {time_gov(value)}" if value else ""


def short_datetime(value: datetime | None) -> str:
    """`4 Jun 2026, 9:32am`, for tables; empty for None."""
    return f"{short_date(value)}, {time_gov(value)}" if value else ""


def date_range(start: date | None, end: date | None) -> str:
    """`4 June 2026 to 9 July 2026`; an open end reads `from 4 June 2026`."""
    if start and end:
        return f"{date_gov(start)} to {date_gov(end)}"
    if start:
        return f"from {date_gov(start)}"
    return f"to {date_gov(end)}" if end else ""


def rounded(value: Number, places: int) -> Decimal:
    """Return the value rounded half up; a float is rounded from its shortest decimal form."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number(value: Number | None, places: int | None = None) -> str:
    """`2,176`, `1,204.5`; `places` fixes the decimals; empty for None. A minus is a true minus sign."""
    if value is None or value == "":
        return ""
    if places is None:
        text = f"{value:,f}" if isinstance(value, float | Decimal) else f"{value:,}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{rounded(value, places):,f}"
    return text.replace("-", "−", 1)


def hours(fte: Decimal | None) -> str:
    """*Full time*, or the share of it worked: *0.6 FTE (22.2 hours)*; full time is 37 hours (rule C1 22); empty for None."""
    if fte is None:
        return ""
    return "Full time" if fte == 1 else f"{number(fte)} FTE ({number(fte * FULL_TIME_HOURS)} hours)"


def percent(value: Number | None, places: int = 1) -> str:
    """`12.5%` from 12.5 (a percentage, not a fraction); a whole number drops its `.0`; empty for None."""
    if value is None or value == "":
        return ""
    text = number(value, places)
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%"


def lower_first(text: str) -> str:
    """Return words as they stand within a sentence: names, dates and abbreviations such as *PDU* keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """Return words as they begin a sentence; everything after the first letter stays as it is."""
    return text[:1].upper() + text[1:]


def plural(count: int, one: str, many: str = "") -> str:
    """`1 learner`, `2,176 learners`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"
