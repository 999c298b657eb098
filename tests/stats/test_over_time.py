"""Live and replay in each month or week, as they are."""

from typing import Any

import pandas as pd
import pytest
from typed_spaces import counted

from spacekit import stats
from spacekit.samples import sample_batch

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def ms(text: str) -> int:
    """Milliseconds of an instant in UTC."""
    return int(pd.Timestamp(text, tz="UTC").timestamp() * 1000)


def table(**more: list[Any]) -> pd.DataFrame:
    """Make five Spaces of January and March, two of them at the end of January in UTC."""
    days = ["2026-01-05", "2026-01-31 23:30", "2026-01-31 23:30", "2026-03-02", "2026-03-03"]
    creators = ["a", "b", None, "a", "a"]
    return counted(
        [10, 20, 60, 7, 9], [1, 2, 9, 4, None], creators, started_at=[ms(day) for day in days], **more
    )


def test_months_by_hand() -> None:
    """Medians are of the Spaces compared in each month; the empty month between is there, without medians."""
    found = stats.over_time(table())
    assert [f"{start:%Y-%m-%d}" for start in found.period] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert found.n.tolist() == [3, 0, 1]
    assert found.n_creators.tolist() == [2, 0, 1]
    assert found.n_excluded.tolist() == [0, 0, 1]
    assert found.live_median.tolist() == [20, pd.NA, 7]
    assert found.replay_q75.tolist() == [5.5, pd.NA, 4]
    assert found.thin.tolist() == [False, True, True]


def test_months_are_those_of_the_zone() -> None:
    """In Berlin the last evening of January is February."""
    found = stats.over_time(table(), tz="Europe/Berlin")
    assert found.n.tolist() == [1, 2, 1]
    assert f"{found.period[0]:%Y-%m-%d %H:%M %z}" == "2026-01-01 00:00 +0100"


def test_medians_are_those_of_compare_by_month() -> None:
    """The same Spaces in the same months have the same medians as in `compare`."""
    spaces = sample_batch().spaces
    months, compared = stats.over_time(spaces), stats.compare(spaces, "month").dropna(subset="group")
    assert [f"{start:%Y-%m}" for start in months.period] == compared.group.tolist()
    for name in ("n", "n_excluded", "live_median", "live_q25", "replay_q75", "share_median"):
        pd.testing.assert_series_equal(months[name], compared[name].reset_index(drop=True))
    apart = months.age_median - compared.age_median.reset_index(drop=True)
    assert (apart.abs() <= pd.Timedelta("1ms")).all()


def test_weeks_start_on_monday_and_lose_no_space() -> None:
    """Every Space with a start is in one week, compared or excluded."""
    spaces = sample_batch().spaces
    weeks = stats.over_time(spaces, every="week")
    assert (weeks.period.dt.day_of_week == 0).all()
    assert weeks.n.sum() + weeks.n_excluded.sum() == spaces.started_at.notna().sum()


def test_dtypes_do_not_depend_on_the_data() -> None:
    """Also without a Space."""
    some, none = stats.over_time(table()), stats.over_time(table().head(0))
    assert none.empty
    assert some.dtypes.equals(none.dtypes)
