"""The caption below a chart: n, what is left out and why, when it was fetched. Counts come from `stats`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

from spacekit import fields, stats
from spacekit.plot import axes, labels
from spacekit.stats.ages import groups_apart
from spacekit.stats.columns import newest_rows, pick_spaces
from spacekit.stats.measures import recordings_unknown
from spacekit.words import UNDEFINED, period, plural, span

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

COUNTS: Final = f"{UNDEFINED} Plays keep growing after the end."
"""What the two counts are; on every chart that shows plays. Where only live listeners are shown: `UNDEFINED`."""

SHARE: Final = "The replay share compares counts, not people, and grows with age."
"""What the replay share is; on every chart that shows it."""

_GAP_POINTS: Final = 5.0
_LEAST_SHARE: Final = 0.25
# Layout moves the axes a little after it asked for the caption's size: it must not need one more line then.
_ROOM_IN_LAYOUT: Final = 0.96
_HARD_BLANK: Final = "\u00a0"


class Caption(Text):
    """Text below an axes and its labels, wrapped to their width whenever it is laid out or drawn."""

    def __init__(self, ax: Axes, words: str) -> None:
        super().__init__(
            0, 0, words, fontsize=axes.SMALL, color=axes.faint(ax, 0.75), ha="left", va="top", parse_math=False,
            transform=IdentityTransform(), clip_on=False,
            fontfamily=labels.families_for(words) or None,
        )  # fmt: skip
        self.words = words
        self._widths: dict[tuple[str, float], float] = {}

    def get_window_extent(self, renderer: RendererBase | None = None, dpi: float | None = None) -> Bbox:
        """Find its place first: it depends on everything else on the axes."""
        if renderer is not None:
            self._place(renderer, _ROOM_IN_LAYOUT)
        return super().get_window_extent(renderer, dpi)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where the axes and their labels leave off."""
        self._place(renderer)
        super().draw(renderer)

    def _place(self, renderer: RendererBase, part: float = 1.0) -> None:
        ax, figure = self.axes, self.get_figure(root=True)
        if ax is None or figure is None:
            return
        drawn_x, drawn_y = ax.xaxis.get_tightbbox(renderer), ax.yaxis.get_tightbbox(renderer)
        left = min([ax.bbox.x0, *([drawn_y.x0] if drawn_y else [])])
        below = min([ax.bbox.y0, *([drawn_x.y0] if drawn_x else [])])
        self.set_position((left, below - _GAP_POINTS * figure.dpi / 72))
        font, dpi = self.get_fontproperties(), figure.dpi

        def measure(words: str) -> float:
            if (words, dpi) not in self._widths:  # a layout measures the same words several times
                width = renderer.get_text_width_height_descent(words, font, ismath=False)[0]
                self._widths[words, dpi] = float(width)
            return self._widths[words, dpi]

        self.set_text("\n".join(_wrapped(self.words, part * (ax.bbox.x1 - left), measure)))


def _wrapped(words: str, room: float, measure: Callable[[str], float]) -> list[str]:
    """Break words into lines that fit, each with one word at least; a hard blank keeps words together."""
    lines: list[str] = []
    blank, free = measure(" "), 0.0
    for word in words.split(" "):
        width = measure(word)
        if lines and blank + width <= free:
            lines[-1] += f" {word}"
            free -= blank + width
        else:
            lines.append(word)
            free = room - width
    return lines


def put(
    ax: Axes,
    table: pd.DataFrame,
    *sentences: str,
    ages: bool = True,
    one_each: bool = True,
) -> None:
    """
    Put a caption below the axes: the sentences, when the table was fetched, and if it is made up.

    `ages` adds how old the Spaces were then: for charts of plays. Without `one_each` every row of a Space counts, as
    observations do. Where no layout engine would make room for the caption, the axes shrink.
    """
    once = newest_rows(table) if one_each else table
    words = (*sentences, fetched(once, ages=ages), _made_up(once))
    ax.add_artist(Caption(ax, " ".join(filter(None, words))))
    if axes.figure_of(ax).get_layout_engine() is None:
        _make_room(ax)


def text_of(ax: Axes) -> str:
    """Return the words of the caption below a chart, with plain blanks."""
    words = (artist.words for artist in ax.get_children() if isinstance(artist, Caption))
    return " ".join(words).replace(_HARD_BLANK, " ")


# -- sentences ---------------------------------------------------------------------------------------------------------


def of(n: int, spaces: pd.DataFrame) -> str:
    """Say how many of the table's Spaces the chart rests on; a Space with several rows is one."""
    return f"n = {n:,} of {plural(len(newest_rows(spaces)), 'Space')}"


def not_shown(n: int, shown: int, what: str = "groups") -> str:
    """Say how many of the groups are not drawn; "" where all are."""
    return f"The {shown:,} largest of {n:,} {what}; {n - shown:,} not shown." if n > shown else ""


def left_out(spaces: pd.DataFrame, *, plays: bool = True) -> str:
    """Say for how many Spaces live and replay do not compare, by reason, and which 0 plays are in doubt."""
    words = [reasons(stats.exclusions(spaces)), unknown_recordings(spaces) if plays else ""]
    return " ".join(filter(None, words))


def unknown_recordings(spaces: pd.DataFrame) -> str:
    """Say how many Spaces count as 0 plays though nothing says that there was a recording; "" for none."""
    n = recordings_unknown(spaces)
    return f"Recording unknown: {n:,}, kept with 0 plays." if n else ""


def repeated(spaces: pd.DataFrame) -> str:
    """Say how many older rows of Spaces are left out; "" where there are none."""
    n = len(spaces) - len(newest_rows(spaces))
    return f"Left out: {n:,} repeated." if n else ""


def zeros(live: int, replay: int, words: str) -> str:
    """Say how many counts of 0 a logarithm keeps, and how; "" where there are none."""
    return f"A count of 0 is kept ({live:,} live, {replay:,} replay): {words}." if live + replay else ""


def reasons(counts: pd.DataFrame) -> str:
    """Word a table of `reason` and `n`; "" where nothing is left out."""
    named = [
        together(f"{n:,} {reason}") for reason, n in zip(counts["reason"], counts["n"], strict=True) if n > 0
    ]
    return f"Left out: {', '.join(named)}." if named else ""


def tally(reason: pd.Series[Any]) -> pd.DataFrame:
    """Count a column of reasons, most frequent first."""
    return reason.value_counts().rename_axis("reason").reset_index(name="n")


def ages_apart(spaces: pd.DataFrame, by: Any) -> str:
    """Say how far the ages of groups are apart, where that is too far to compare plays."""
    words = groups_apart(spaces, by)
    return f"{words[:1].upper()}{words[1:]}: too far apart to compare plays." if words else ""


def rho(row: Any) -> str:
    """Word Spearman's rho and its interval, from a row of `stats.compare` or `stats.correlation`."""
    if pd.isna(row["spearman"]):
        return "; Spearman's rho is undefined"
    interval = "too few for an interval"
    if pd.notna(row["spearman_low"]):
        interval = f"95 % interval {row['spearman_low']:.2f} to {row['spearman_high']:.2f}"
    return f"; Spearman's rho {row['spearman']:.2f} ({interval})"


def together(words: str) -> str:
    """Keep words on one line."""
    return words.replace(" ", _HARD_BLANK)


def fetched(spaces: pd.DataFrame, *, ages: bool = True) -> str:
    """Say when the counts were true, as far as is known, and how old the Spaces were then."""
    if "age_before" in spaces:
        return _at_one_age(spaces) if ages else ""
    times = pick_spaces(spaces, "fetched_at")["fetched_at"].dropna()
    if times.empty:
        return "The time of fetching is unknown." if len(spaces) else ""
    when = period(*(time.value // 1_000_000 for time in (times.min(), times.max())))
    when = when.replace(" UTC", f"{_HARD_BLANK}UTC")
    unknown = f" ({len(spaces) - len(times):,} at an unknown time)" if len(times) < len(spaces) else ""
    return f"Fetched {when}{unknown}{_ages(spaces) if ages else ''}."


def _ages(spaces: pd.DataFrame) -> str:
    ages = stats.ages(spaces).iloc[0]
    if pd.isna(ages["youngest"]):
        return ""
    youngest, oldest = (together(span(ages[name])) for name in ("youngest", "oldest"))
    known = f", {youngest} after the end" if youngest == oldest else f", {youngest} to {oldest} after the end"
    remarks = [
        "too far apart to compare plays" if ages["tenfold"] else "",
        f"unknown for {ages['n_unknown']:,}" if ages["n_unknown"] else "",
    ]
    return f"{known} ({'; '.join(filter(None, remarks))})" if any(remarks) else known


def _at_one_age(spaces: pd.DataFrame) -> str:
    """Say at which age plays are those of `stats.at_age`: its times are not those of fetching."""
    age = stats.ages(spaces)["youngest"][0]
    return (
        "" if pd.isna(age) else f"Plays {together(span(age))} after the end, read between two observations."
    )


def _made_up(spaces: pd.DataFrame) -> str:
    n = int(spaces["space_id"].astype(fields.DTYPES["id"]).str.startswith(fields.MADE_UP_PREFIX).sum())
    some = "" if n == len(spaces) else f" ({n:,} of {len(spaces):,} rows)"
    return f"Made-up data{some}: no finding about X." if n else ""


# -- room for it, where the figure has no layout engine ----------------------------------------------------------------


def _make_room(ax: Axes) -> None:
    """Shrink the axes, as matplotlib does for a colour bar, until everything of theirs is in their cell."""
    figure = ax.get_figure(root=False)
    cell = _cell(ax)
    if figure is None or cell is None:
        return
    outer = cell.transformed(figure.transSubfigure).padded(-_GAP_POINTS)
    whole = ax.get_position()
    for _ in range(3):  # what is wrapped again needs other room
        taken, inner = ax.get_tightbbox(), ax.get_window_extent()
        if taken is None:
            return
        room = Bbox.from_extents(
            outer.x0 + inner.x0 - taken.x0, outer.y0 + inner.y0 - taken.y0,
            outer.x1 + inner.x1 - taken.x1, outer.y1 + inner.y1 - taken.y1,
        ).transformed(figure.transSubfigure.inverted())  # fmt: skip
        fitted = Bbox.intersection(room, whole)
        if fitted is None or min(fitted.width / whole.width, fitted.height / whole.height) < _LEAST_SHARE:
            return
        ax.set_position(fitted)


def _cell(ax: Axes) -> Bbox | None:
    """Return the part of the figure that is for these axes, in fractions of it; None where it is not known."""
    figure, place = ax.get_figure(root=False), ax.get_subplotspec()
    if figure is None or place is None:
        return Bbox.unit() if figure is not None and len(figure.axes) == 1 else None
    bottoms, tops, lefts, rights = place.get_gridspec().get_grid_positions(figure)  # type: ignore[arg-type]  # a SubFigure will do
    first, last = place.colspan.start, place.colspan.stop - 1
    upper, lower = place.rowspan.start, place.rowspan.stop - 1
    return Bbox.from_extents(
        (rights[first - 1] + lefts[first]) / 2 if first > 0 else 0.0,
        (bottoms[lower] + tops[lower + 1]) / 2 if lower + 1 < len(tops) else 0.0,
        (rights[last] + lefts[last + 1]) / 2 if last + 1 < len(lefts) else 1.0,
        (bottoms[upper - 1] + tops[upper]) / 2 if upper > 0 else 1.0,
    )
