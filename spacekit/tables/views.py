"""How each table that people read is shown: which columns, under which heads, in which words. It changes no table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import Any, Final, NamedTuple, TypeAlias

import pandas as pd

from spacekit.fields import TABLES
from spacekit.tables.comparable import exclusion
from spacekit.words import (
    MISSING,
    NO_TITLE,
    Column,
    cell,
    column_of,
    figure,
    percent,
    shortened,
    signed,
)

_TITLE: Final = 60  # columns of a terminal
_KNOWN: Final = {field.name for fields in TABLES.values() for field in fields}

_Values: TypeAlias = "pd.Series[Any]"


def _any(table: pd.DataFrame) -> list[Column]:
    """Return all columns of a table, and its index where that has a name."""
    if table.index.names != [None] and not set(table.index.names) & set(table.columns):
        table = table.reset_index()
    return [_worded(str(name), values) for name, values in table.items()]


def _worded(name: str, values: _Values, head: str = "") -> Column:
    """Return a column as its kind asks; instants name their zone, shares are in percent."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        head = f"{head or name} ({values.dt.tz})"
    if "share" in name and values.dtype.kind == "f":
        return _column(head or name, map(_share, values))
    if values.dtype.kind not in "iufmMb":
        values = values.map(lambda value: shortened(cell(value, MISSING), _TITLE))
    column = column_of(head or name, values)
    return column._replace(whole=True) if name == "space_id" else column  # an id that is cut is none


# -- results -----------------------------------------------------------------------------------------------------------


def _compared(table: pd.DataFrame) -> list[Column]:
    return [
        *_groups(table.assign(group=table["group"].fillna("(no group)"))),
        _worded("n", table["n"]),
        _column("live", map(_count, table["live_median"])),
        _column("replay", map(_count, table["replay_median"])),
        _column("share", map(_share, table["share_median"])),
        _column("interval", _between(table["share_low"], table["share_high"])),
        _column("remark", _remarks(table), right=False),
    ]


def _groups(table: pd.DataFrame, name: str = "group") -> list[Column]:
    """Return the column of a group; of one by several names, the columns of its parts, if they follow it."""
    names = [str(column) for column in table]
    behind = names[names.index(name) + 1 :]
    parts = list(takewhile(lambda column: column not in ("reference", "n"), behind))
    if not parts:
        return [_worded(name, table[name])]
    unknown = table[parts].isna().all(axis="columns")
    columns = [table[parts[0]].mask(unknown, table[name]), *(table[part] for part in parts[1:])]
    heads = [part.removeprefix("group_").replace("reference_", "ref. ") for part in parts]
    return [_worded(part, values, head) for part, values, head in zip(parts, columns, heads, strict=True)]


def _in_periods(table: pd.DataFrame) -> list[Column]:
    return [
        _worded("period", table["period"]),
        _worded("n", table["n"]),
        _column("live", map(_count, table["live_median"])),
        _column("replay", map(_count, table["replay_median"])),
        _column("share", map(_share, table["share_median"])),
        _worded("age", table["age_median"]),
        _column("remark", _remarks(table), right=False),
    ]


def _of_periods(table: pd.DataFrame) -> str:
    return f"Medians; age: when fetched.{' thin: few Spaces.' if table['thin'].any() else ''}"


def _of_medians(table: pd.DataFrame) -> str:
    thin = " thin: too few creators, or Spaces of one, for an interval." if table["thin"].any() else ""
    return f"Medians of the two counts and of the share; the interval is that of the share.{thin}"


_DIFFERENCES: Final = (
    "Differences of median shares, in points. greater in: pairs of Spaces in which that of the group has the greater "
    "share. p: by Holm's method."
)
_POOLED: Final = (
    "share: the median. estimate: leans on all hosts where a host has few Spaces; the interval is its own."
)


def _remarks(table: pd.DataFrame) -> list[str]:
    thin = table["thin"].fillna(value=False)
    pairs = zip(thin, table["n_excluded"], strict=True)
    return [", ".join(["thin"] * bool(t) + [f"{left:,} left out"] * bool(left)) for t, left in pairs]


def _contrasted(table: pd.DataFrame) -> list[Column]:
    pairs = zip(table["low"], table["high"], strict=True)
    interval = [MISSING if pd.isna(low) else f"{signed(low)} to {signed(high)}" for low, high in pairs]
    return [
        *_groups(table),
        *_groups(table, "reference"),
        _worded("n", table["n"]),
        _column("difference", map(_signed, table["difference"])),
        _column("interval", interval),
        _column("greater in", map(_share, table["superiority"])),
        _column("p", map(_p, table["p_holm"])),
    ]


def _pooled(table: pd.DataFrame) -> list[Column]:
    return [
        _column("host", _hosts(table["creator_screen_name"], table["creator_id"]), right=False),
        _worded("n", table["n"]),
        _column("share", map(_share, table["share_median"])),
        _column("estimate", map(_share, table["estimate"])),
        _column("interval", _between(table["low"], table["high"])),
        _column("rank", _ranks(table["rank_low"], table["rank_high"])),
    ]


# -- tables of records -------------------------------------------------------------------------------------------------


def _spaces(table: pd.DataFrame) -> list[Column]:
    """Return the columns of Spaces that people look for first, then those that are not spacekit's."""
    live, replay = table["total_live_listeners"], table["total_replay_watched"]
    kept = exclusion(table, pd.Series(False, index=table.index)).isna()
    share = (replay / (live + replay)).where(kept.to_numpy())
    own = [_worded(str(name), table[name]) for name in table if name not in _KNOWN]
    return [
        _worded("title", titles_of(table)),
        _worded("host", table["creator_screen_name"]),
        _date(table),
        _worded("live", live),
        _worded("replay", replay),
        _column("share", map(_share, share)),
        _worded("state", table["state"]),
        *own,
    ]


def titles_of(table: pd.DataFrame) -> pd.Series[Any]:
    """Return the titles of Spaces; of one without a title, that there is none."""
    return table["title"].astype(object).mask(has_no_title(table["title"]), NO_TITLE)


def has_no_title(titles: pd.Series[Any]) -> pd.Series[bool]:
    """Return whether each title is missing or blank."""
    return titles.astype("string").str.strip().fillna("").eq("").astype(bool)


def _date(table: pd.DataFrame) -> Column:
    """Return when each Space started, or else is announced for."""
    return _worded("date", table["started_at"].fillna(table["scheduled_start"]))


def _observed(table: pd.DataFrame) -> list[Column]:
    title, host, _, *counts = _spaces(table)
    return [title, host, _worded("fetched", table["fetched_at"]), _worded("age", table["age"]), *counts]


def _outcomes(table: pd.DataFrame) -> list[Column]:
    return _named(table, {"input": "input", "outcome": "outcome", "message": "message", "fetched_at": "fetched",
                          "from_archive": "from the archive"})  # fmt: skip


def _creators(table: pd.DataFrame) -> list[Column]:
    return _named(table, {"screen_name": "host", "name": "name", "followers_count": "followers",
                          "statuses_count": "posts", "created_at": "since", "verified_type": "verified"})  # fmt: skip


def _posts(table: pd.DataFrame) -> list[Column]:
    heads = {"text": "text", "author_screen_name": "author", "posted_at": "posted", "space_id": "space_id"}
    return _named(table, {**heads, "likes": "likes", "views": "views"})


def _queries(table: pd.DataFrame) -> list[Column]:
    heads = {name: name for name in ("query", "posts", "spaces", "pages")}
    return _named(table, {**heads, "from_archive": "from the archive", "ended": "ended"})


def _measured(table: pd.DataFrame) -> list[Column]:
    heads = {"space_id": "space_id", "creator_screen_name": "host", "live": "live", "replay": "replay"}
    return _named(
        table,
        {**heads, "replay_share": "share", "duration": "duration", "age": "age", "excluded": "excluded"},
    )


def _named(table: pd.DataFrame, heads: Mapping[str, str]) -> list[Column]:
    return [_worded(name, table[name], head) for name, head in heads.items()]


class _View(NamedTuple):
    """A table that is known by its columns: how it is shown, and what is said below it."""

    needs: str
    columns: Callable[[pd.DataFrame], list[Column]]
    note: Callable[[pd.DataFrame], str] = lambda _: ""


_COMPARISON: Final = "group n n_excluded live_median replay_median share_median share_low share_high thin"
_PERIODS: Final = "period n n_excluded live_median replay_median share_median age_median thin"
_ONE_SPACE: Final = (
    "space_id title creator_screen_name state started_at scheduled_start ended_at is_space_available_for_replay "
    "total_live_listeners total_replay_watched"
)
_VIEWS: Final = (
    _View(_COMPARISON, _compared, _of_medians),
    _View(_PERIODS, _in_periods, _of_periods),
    _View("group reference n difference low high superiority p_holm", _contrasted, lambda _: _DIFFERENCES),
    _View(
        "creator_screen_name creator_id n share_median estimate low high rank_low", _pooled, lambda _: _POOLED
    ),
    _View(f"{_ONE_SPACE} age fetched_at", _observed),
    _View(_ONE_SPACE, _spaces),
    _View("input outcome message fetched_at from_archive", _outcomes),
    _View("text author_screen_name posted_at space_id likes views", _posts),
    _View("query posts pages spaces from_archive ended", _queries),
    _View("screen_name name followers_count statuses_count created_at verified_type", _creators),
    _View("space_id creator_screen_name live replay replay_share duration age excluded", _measured),
)
"""The tables that are known, the first that fits counts."""


def view_of(table: pd.DataFrame) -> _View:
    """Return how a table is shown: the first view that has its columns, else all of them."""
    names = set(map(str, table.columns))
    return next((view for view in _VIEWS if set(view.needs.split()) <= names), _View("", _any))


# -- values ------------------------------------------------------------------------------------------------------------


def _column(head: str, cells: Iterable[str], *, right: bool = True) -> Column:
    return Column(head, list(cells), right, whole=right)


def _count(median: Any) -> str:
    """Return a median of counts; it may lie between two."""
    return MISSING if pd.isna(median) else f"{median:,.1f}".removesuffix(".0")


def _share(share: Any) -> str:
    return MISSING if pd.isna(share) else percent(share)


def _signed(share: Any) -> str:
    return MISSING if pd.isna(share) else signed(share)


def _p(value: Any) -> str:
    if pd.isna(value):
        return MISSING
    return "< 0.001" if value < 0.001 else figure(value)


def _between(low: _Values, high: _Values) -> list[str]:
    pairs = zip(low, high, strict=True)
    return [MISSING if pd.isna(a) else f"{percent(a).removesuffix(' %')} to {percent(b)}" for a, b in pairs]


def _ranks(low: _Values, high: _Values) -> list[str]:
    pairs = zip(low, high, strict=True)
    return [MISSING if pd.isna(a) else f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in pairs]


def _hosts(handles: _Values, ids: _Values) -> list[str]:
    return [cell(handle, MISSING) for handle in handles.fillna(ids)]
