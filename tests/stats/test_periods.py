"""Periods of calendar time: which period an instant is in, and when each starts."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spacekit.stats.periods import ends, period_names, periods

INSTANTS = [
    "2026-01-31 23:30",
    "2026-03-29 01:30",
    "2026-10-25 00:30",
    "2026-10-25 01:30",
    "2026-11-02 00:00",
]


def local(instants: list[str] = INSTANTS, tz: str = "Europe/Berlin") -> pd.Series:
    """Instants in UTC as a zone shows them."""
    return pd.Series(pd.to_datetime(instants, utc=True)).astype("datetime64[ms, UTC]").dt.tz_convert(tz)


def starts_of(every: Any) -> list[str]:
    """The start of the period of each instant."""
    place, starts = periods(local(), every)
    return [f"{start:%m-%d %H:%M}" for start in starts[place]]


def test_months_start_on_their_first_day_in_the_zone() -> None:
    """In Berlin it is February already, and each month starts at midnight of summer or winter."""
    place, starts = periods(local(), "MS")
    assert [f"{start:%m-%d %H:%M %z}" for start in starts[place]] == [
        "02-01 00:00 +0100", "03-01 00:00 +0100", "10-01 00:00 +0200", "10-01 00:00 +0200", "11-01 00:00 +0100",
    ]  # fmt: skip
    assert len(starts) == 10
    assert starts.dtype == "datetime64[ms, Europe/Berlin]"


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (("month", "Months", "MS", "ME", "M", "1MS"), ["02-01", "03-01", "10-01", "10-01", "11-01"]),
        (("quarter", "QS", "QE", "Q", "QS-JAN", "QE-DEC"), ["01-01", "01-01", "10-01", "10-01", "10-01"]),
        (("3MS",), ["02-01", "02-01", "08-01", "08-01", "11-01"]),  # counted from the first month of the data
        (("QS-NOV", "QE-JAN"), ["02-01", "02-01", "08-01", "08-01", "11-01"]),
        (("year", "YS", "YE", "Y", "YE-DEC"), ["01-01"] * 5),
        (("YS-MAR", "YE-FEB"), ["03-01", "03-01", "03-01", "03-01", "03-01"]),
        (("week", "weeks", "W", "W-SUN", "1W"), ["01-26", "03-23", "10-19", "10-19", "11-02"]),
        (("W-MON",), ["01-27", "03-24", "10-20", "10-20", "10-27"]),
        (("7D", pd.Timedelta("7D"), np.timedelta64(7, "D"), timedelta(7)),
         ["02-01", "03-29", "10-25", "10-25", "11-01"]),
        (("day", "D", "1D", "24h"), ["02-01", "03-29", "10-25", "10-25", "11-02"]),
        (("100000D",), ["02-01"] * 5),
    ],
)  # fmt: skip
def test_words_for_the_same_period(words: tuple[Any, ...], starts: list[str]) -> None:
    """A word for its end or its start means the same period, which is called by its start."""
    for every in words:
        assert starts_of(every) == [f"{start} 00:00" for start in starts], every


def test_hours_are_those_that_pass() -> None:
    """The hour that clocks repeat in autumn is two hours; every start is that many hours after the first midnight."""
    place, starts = periods(local(), "1h")
    assert place[3] == place[2] + 1
    assert starts[0] == pd.Timestamp("2026-02-01", tz="Europe/Berlin")
    assert (np.diff(starts) == pd.Timedelta("1h")).all()


@pytest.mark.parametrize("every", ["MS", "W", "7D", "36h"])
@pytest.mark.parametrize("tz", ["UTC", "America/New_York", "Asia/Beirut", "Pacific/Apia"])
def test_each_instant_is_in_its_period(every: str, tz: str) -> None:
    """An instant is not before the start of its period and before the next, also where midnight is skipped."""
    rng = np.random.default_rng(1)
    instants = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(0, 3 * 365 * 24 * 60, 500), unit="min"
    )
    times = local(instants.astype(str).tolist(), tz)
    place, starts = periods(times, every)
    assert (times.array >= starts[place]).all()
    assert (times[place < len(starts) - 1].array < starts[place[place < len(starts) - 1] + 1]).all()
    assert starts.is_monotonic_increasing
    assert {place.min(), place.max()} == {0, len(starts) - 1}


@pytest.mark.parametrize(
    "every",
    ["", " ", "-1D", "0D", "0MS", "-1MS", "1.5MS", 3, 0, 7.0, True, None, float("nan"), pd.NaT, "1ns", "1min", "MS-JAN",
     "W-JAN", "QS-MON", "9999999MS", "B", "x", "3", [1], b"MS", "9" * 30 + "D", np.array([7]).view("m8")[0]],
)  # fmt: skip
@pytest.mark.parametrize("n", [0, 5])
def test_what_is_no_period_is_refused(every: Any, n: int) -> None:
    """Anything else raises one error that says what to use, also for no instants."""
    with pytest.raises(ValueError, match=r"^every: .* is not a period\. Use 'month'"):
        periods(local()[:n], every)


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("month", ["March 2026", "October 2026"]),
        ("week", ["the week of 23 March 2026", "the week of 19 October 2026"]),
        ("quarter", ["the quarter from January 2026", "the quarter from October 2026"]),
        ("year", ["2026", "2026"]),
        ("YS-MAR", ["the 12 months from March 2026", "the 12 months from March 2026"]),
        ("2MS", ["the 2 months from February 2026", "the 2 months from October 2026"]),
        ("day", ["29 March 2026", "25 October 2026"]),
        ("14D", ["the 14 days from 29 March 2026", "the 14 days from 25 October 2026"]),
        ("36h", ["the period from 28 March 2026, 12:00", "the period from 24 October 2026, 13:00"]),
    ],
)
def test_periods_have_names_that_people_use(every: str, names: list[str]) -> None:
    """A period is called by its month, week or first day; one of hours by its start on the clock."""
    place, starts = periods(local(), every)
    assert [period_names(starts, every)[i] for i in (place[1], place[2])] == names


@pytest.mark.parametrize("every", ["month", "week", "QS-NOV", "7D", "36h"])
@pytest.mark.parametrize("tz", ["UTC", "America/New_York"])
def test_a_period_ends_where_the_next_starts(every: str, tz: str) -> None:
    """The ends are the starts of the following periods, and the last has one too."""
    _, starts = periods(local(tz=tz), every)
    found = ends(starts, every)
    assert (found[:-1] == starts[1:]).all()
    assert found[-1] > starts[-1]
