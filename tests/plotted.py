"""Tables of every kind to draw, and what is read from a chart: its caption, texts and points."""

import functools
import json
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from spacekit import plot
from spacekit.plot.frame import Placed, text_of
from spacekit.samples import sample_batch, sample_observations_path
from spacekit.tables import normalize

WEIRD = [
    "日本語のスペースで話そう、長い長いタイトルの例です",
    "مرحبا بكم في المساحة 123", "😀 emoji 🎙️", "🚀 rocket 👩‍💻 👍🏽",
    "$x_1$ <b>bold</b> \\alpha ^ _ & %", "$unclosed", "a" * 300, "word " * 60, "line\nbreak\tand\x07bell",
    "same title", "same title", None, "", " ", "한국어 제목", "हिन्दी में बातचीत", "שלום \u202eevil", "e\u0301" * 90,
    "\ue000\U0010ffff", "\ufffd",
]  # fmt: skip
KINDS = ("empty", "one", "excluded", "weird", "nothing known", "large")


@functools.cache
def table(name: str, kind: str) -> pd.DataFrame:
    """Return the table that a chart takes, of a kind; made once, so leave it as it is."""
    return spaces_of(kind) if plot.CHARTS[name].takes == "spaces" else observations_of(kind)


@functools.cache
def chart(name: str, kind: str = "samples") -> Axes:
    """Return a chart of a kind of table, after layout and drawing; made once, so only read it."""
    ax = plot.CHARTS[name].function(table(name, kind))
    drawn(ax)
    return ax


def spaces_of(kind: str) -> pd.DataFrame:
    """Return a table of Spaces of a kind."""
    samples = sample_batch().spaces
    if kind == "large":
        return many(samples, 12)
    if kind == "weird":
        ended = samples[samples["state"] == "Ended"].head(len(WEIRD))
        title = pd.array(WEIRD, dtype=samples["title"].dtype)
        return ended.assign(title=title, creator_screen_name=title, creator_id=ended["space_id"])
    changes: dict[str, Callable[[], pd.DataFrame]] = {
        "samples": lambda: samples,
        "empty": lambda: samples.head(0),
        "one": lambda: samples[samples["state"] == "Ended"].iloc[[3]],
        "excluded": lambda: samples[~samples["state"].isin(["Ended", "TimedOut", "ENDED"])],
        "nothing known": lambda: samples.assign(
            total_live_listeners=0,
            total_replay_watched=0,
            **{name: missing(samples[name]) for name in ("fetched_at", "ended_at")},
        ).astype(samples.dtypes),
    }
    return changes[kind]()


def missing(column: pd.Series) -> pd.Series:
    """Return a column of the same dtype in which all is missing."""
    return column.where(column.isna())


def many(samples: pd.DataFrame, times: int) -> pd.DataFrame:
    """Return samples again and again, by other creators and with other ids."""
    names = ("space_id", "creator_id", "creator_screen_name")
    parts = []
    for place in range(times):
        changed = {name: samples[name] + f"{place}" for name in names}
        changed |= {name: samples[name] + pd.Timedelta(days=place) for name in ("started_at", "ended_at")}
        parts.append(samples.assign(**changed))
    return pd.concat(parts, ignore_index=True)


def observations_of(kind: str) -> pd.DataFrame:
    """Return a table of observations of a kind, with the columns of `Archive.observations`."""
    text = sample_observations_path().read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    spaces = normalize([line["space"] for line in lines], [line["fetched_at"] for line in lines]).spaces
    seen = spaces.assign(age=spaces["fetched_at"] - spaces["ended_at"])
    if kind in ("excluded", "nothing known"):
        return seen.assign(age=missing(seen["age"]))
    if kind == "large":
        parts = [seen.assign(space_id=seen["space_id"] + f"{place}") for place in range(25)]
        return pd.concat(parts, ignore_index=True)
    return seen.head({"empty": 0, "one": 1}.get(kind, len(seen)))


def caption_of(ax: Axes) -> str:
    """Return all words around a chart: title, grey line and notes."""
    return text_of(ax)


def texts_of(ax: Axes) -> list[str]:
    """Return every text on the axes."""
    return [text.get_text() for text in ax.findobj(Text) if text.get_visible() and text.get_text()]


def labels_in(ax: Axes) -> list[Any]:
    """Return texts at data, without those around the axes."""
    return [text for text in ax.texts if not isinstance(text, Placed)]


def points(ax: Axes, label: str | None = None) -> Any:
    """Return the places of the dots of a scatter, as rows of x and y."""
    found = [c for c in ax.collections if isinstance(c, mpl.collections.PathCollection)]
    return np.asarray(next(c for c in found if label in (None, c.get_label())).get_offsets())


def drawn(ax: Axes) -> Figure:
    """Return the figure of the axes, after layout: every text is measured where it would be drawn."""
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    return figure


def holds(outer: Any, inner: Any) -> bool:
    """Whether a box lies within another one."""
    return bool(outer.x0 <= inner.x0 <= inner.x1 <= outer.x1 and outer.y0 <= inner.y0 <= inner.y1 <= outer.y1)


def brightness(colour: Any) -> float:
    """Return the brightness of a colour, 0 to 1."""
    return float(np.dot(mpl.colors.to_rgb(colour), (0.2126, 0.7152, 0.0722)))
