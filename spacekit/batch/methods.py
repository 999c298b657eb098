"""The paragraph of `Batch.report`: what was asked, got and compared, and how, in words that a paper can print."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments, tables
from spacekit.batch.outcomes import OUTCOMES
from spacekit.fields import MADE_UP_PREFIX
from spacekit.words import __version__, listed, period, plural, span, were

_YIELDS: Final = {
    "ok": "yielded a Space",
    "archived": "yielded a Space from the archive",
    "duplicate": "repeated another input",
}
_FORMS: Final = {
    "socialdata": "the SocialData API",
    "graphql": "X's GraphQL",
    "v2": "X's API v2",
    "reseller": "another service",
}

_APART: Final = (
    ": at ages so far apart, more than tenfold, replay counts do not compare without a correction for age"
)
_LEVEL: Final = f"{100 * arguments.CONFIDENCE:g} % confidence"
_CHANCE: Final = (
    "In spacekit, compare makes no random draws and needs no seed, and hosts draws its ranges of ranks with a fixed "
    "seed; docs/statistics.md describes the intervals of every function."
)


def paragraph(asked: str, counts: Mapping[str, int], spaces: pd.DataFrame, problems: pd.DataFrame) -> str:
    """
    Return the paragraph of a batch.

    Parameters
    ----------
    asked
        What was done with the inputs, in sentences.
    counts
        How many inputs had each outcome.
    spaces, problems
        The tables of the batch.
    """
    excluded = tables.exclusion(spaces)
    kept = spaces[excluded.isna()]
    sentences = [
        asked,
        *_yielded(counts),
        *_rows(spaces, excluded),
        *_origin(spaces),
        *_problems(spaces, problems),
        *_compared(excluded, kept),
        *_estimand(kept),
        _software(),
    ]
    return " ".join(sentences)


def _yielded(counts: Mapping[str, int]) -> Iterator[str]:
    """Yield what became of the inputs; the numbers add up to theirs."""
    parts = [f"{counts[name]:,} {words}" for name, words in _YIELDS.items() if name in counts]
    without = {f"{name} ({OUTCOMES[name].meaning})": n for name, n in counts.items() if name not in _YIELDS}
    if without:
        parts.append(f"{sum(without.values()):,} yielded no Space: {listed(without)}")
    if parts:
        yield f"Of the inputs, {_and(parts)}."


def _rows(spaces: pd.DataFrame, excluded: pd.Series[Any]) -> Iterator[str]:
    """Yield how many Spaces there are, whose they are, when they started, and when they were fetched."""
    if spaces.empty:
        yield "There is no Space in the table."
        return
    single = spaces[excluded.ne("repeated").fillna(True).to_numpy(dtype=bool)]
    repeated = len(single) < len(spaces)
    rows = f"{plural(len(spaces), 'row')} of {plural(len(single), 'Space')}" if repeated else _spaces(single)
    started, fetched = _from_to(single["started_at"]), _from_to(spaces["fetched_at"])
    yield f"The table has {rows} by {_creators(single)}, which started {started}."
    yield f"The counts were fetched {fetched}."


def _origin(spaces: pd.DataFrame) -> Iterator[str]:
    """Yield whose form the records have, and whether they are made up."""
    if spaces.empty:
        return
    forms = spaces["source"].map(_FORMS).fillna("an unknown service").value_counts()
    yield f"The records have the form of {_and(f'{form} ({n:,})' for form, n in forms.items())}."
    made_up = int(spaces["space_id"].str.startswith(MADE_UP_PREFIX).fillna(False).sum())
    if made_up:
        yield f"{_some(made_up, spaces)} made up and show nothing about X."


def _problems(spaces: pd.DataFrame, problems: pd.DataFrame) -> Iterator[str]:
    """Yield how many values could not be read, and how many accounts the service does not show."""
    hidden = problems["reason"].str.startswith(tables.UNAVAILABLE).fillna(False).to_numpy(dtype=bool)
    unread = problems[~hidden]
    if len(unread):
        records = plural(unread["record"].nunique(), "record")
        yield f"{plural(len(unread), 'value')} of {records} could not be read and {were(len(unread))} set to missing."
    elif len(spaces):
        yield "Every value could be read."
    if hidden.any():
        yield f"The service did not show the creator's account in {plural(int(hidden.sum()), 'record')}."


def _compared(excluded: pd.Series[Any], kept: pd.DataFrame) -> Iterator[str]:
    """Yield how many Spaces can be compared, and why others cannot; the numbers add up to the rows."""
    if excluded.empty:
        return
    n = excluded.value_counts()
    reasons = listed({reason: n[reason] for reason in tables.EXCLUSIONS if reason in n})
    left = f"; {plural(int(n.sum()), 'row')} cannot: {reasons}" if reasons else ""
    if kept.empty:
        yield f"None can be compared, live with replay{left}."
        return
    yield f"{_spaces(kept)} by {_creators(kept)} can be compared, live with replay{left}."
    unknown = int(tables.recording_unknown(kept).sum())
    if unknown:
        yield f"Of these, {unknown:,} had no plays and no word of a recording (recording unknown)."
    yield _ages(kept)


def _ages(kept: pd.DataFrame) -> str:
    known = tables.ages_when_fetched(kept).dropna()
    if known.empty:
        return "How long after the end their counts were fetched is unknown."
    low, middle, high = (span(x) for x in (known.min(), known.median(), known.max()))
    ages = f"{low} after the end" if low == high else f"{low} to {high} after the end (median {middle})"
    apart = known.max() > tables.TENFOLD * known.min()
    return f"Their counts were fetched {ages}{_unknown(len(kept) - len(known))}{_APART if apart else ''}."


def _estimand(kept: pd.DataFrame) -> Iterator[str]:
    """Yield what is estimated, how sure it is, and what the counts are not."""
    if kept.empty:
        return
    yield "The replay share of a Space is its replay plays divided by the sum of its live listeners and replay plays."
    yield (
        "Where a replay share is reported for a set of Spaces, it is the median over Spaces; each Space counts once."
    )
    yield _interval(kept)
    yield _CHANCE
    yield (
        "X reports the counts and does not define them; they are not unique listeners, and replay plays keep growing "
        "after the end."
    )


def _interval(kept: pd.DataFrame) -> str:
    """Return how `compare` makes the interval of the median over all these Spaces, at its defaults; or why not."""
    creators = tables.creator_keys(kept)
    unknown = int(creators.isna().sum())
    known = creators.value_counts().to_numpy(dtype=np.float64)
    lone = len(known) + unknown == 1
    sizes = np.ones(len(kept)) if lone else np.concatenate([known, np.ones(unknown)])
    if tables.too_few(len(sizes), sizes.sum() ** 2 / (sizes**2).sum(), arguments.CONFIDENCE):
        return _none(len(sizes), lone)
    return (
        f"Its {_LEVEL} interval, by spacekit's compare, inverts a test of the median {_error(lone, unknown)}; "
        "a set of too few creators has none."
    )


def _none(pieces: int, lone: bool) -> str:
    """Return why there is no interval."""
    fewest = tables.fewest_pieces(arguments.CONFIDENCE)
    what = "Spaces of the single creator" if lone else "creators"
    unequal = "creators with too unequal numbers of Spaces"
    why = f"fewer than {fewest} {what}" if pieces < fewest else unequal
    return f"Over these Spaces it has no {_LEVEL} interval, as there are {why}."


def _error(lone: bool, unknown: int) -> str:
    """Return where the error of the test comes from."""
    if lone:
        return "over the Spaces of the single creator, in order of time, and holds for this creator alone"
    alone = ", a Space of unknown creator being one of its own" if unknown else ""
    return f"whose error comes from leaving out each creator in turn, with all its Spaces (jackknife){alone}"


def _software() -> str:
    used = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "scipy"))
    return f"Software: spacekit {__version__}, {used}, Python {platform.python_version()}."


def _spaces(spaces: pd.DataFrame) -> str:
    return plural(len(spaces), "Space")


def _creators(spaces: pd.DataFrame) -> str:
    keys = tables.creator_keys(spaces)
    return f"{plural(keys.nunique(), 'creator')}{_unknown(int(keys.isna().sum()))}"


def _from_to(instants: pd.Series[Any]) -> str:
    """Return the time from the first to the last of some instants, and how many are unknown, in words."""
    known = instants.dropna()
    if known.empty:
        return "at an unknown time"
    words = period(*(int(at.timestamp() * 1000) for at in (known.min(), known.max())))
    return f"{'from' if ' to ' in words else 'at'} {words}{_unknown(len(instants) - len(known))}"


def _unknown(number: int) -> str:
    return f" (unknown for {number:,})" if number else ""


def _some(number: int, spaces: pd.DataFrame) -> str:
    """Return how many of the rows, with the verb."""
    return (
        "All rows are"
        if number == len(spaces)
        else f"{number:,} of the rows {'is' if number == 1 else 'are'}"
    )


def _and(parts: Iterable[str]) -> str:
    """Return a list in words: "a", "a and b", "a, b and c"."""
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
