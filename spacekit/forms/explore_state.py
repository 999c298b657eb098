"""The state of the form that explores: the filters and the chart chosen, what is in view, and why the rest is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from traitlets import Any as AnyTrait
from traitlets import Bool, Bytes, Dict, Enum, HasTraits, Int, Tuple, Unicode, observe

from spacekit import stats
from spacekit.archive import Archive
from spacekit.archive.sources import source_of
from spacekit.forms import filters, phrases, picture
from spacekit.forms.filters import Filters
from spacekit.forms.picture import PAPER, WIDTH, Picture, Request
from spacekit.forms.rows import packed
from spacekit.forms.source_code import source_code
from spacekit.forms.work import Newest
from spacekit.plot import CHARTS, Chart
from spacekit.stats.ages import age_remark
from spacekit.stats.columns import check_zone
from spacekit.stats.kept import Kept, measured_once
from spacekit.stats.measures import of_rows

GROUPS: Final = {
    "": "No groups",
    "host": "Host",
    "state": "State",
    "weekday": "Weekday of the start",
    "hour": "Hour of the start",
}
"""What can be compared, and its name for people."""

SCALES: Final = {"auto": "Automatic", "log": "Logarithmic", "linear": "Linear"}
"""Scales of counts, and their names for people."""

MOST_GROUPS: Final = 30
"""How many groups a form compares at most, because each interval takes time."""

_FILTERS: Final = ("words", "hosts", "states", "first", "last", "least_live", "only_replay", "tz")
_LOOKS: Final = ("chart", "by", "scale", "width", "paper")
_IDLE_S: Final = 0.25  # the next change often follows at once: what is slower than a picture waits this long


_MOST_PICTURES: Final = 6  # of a view, kept for those who go to and fro between charts
_Pictures: TypeAlias = dict[tuple[Any, ...], Picture]
"""Pictures of one view by their look, the last used at the end."""


class _Asked(NamedTuple):
    """A comparison to make: which view, by its number, and of which groups."""

    changed: int
    by: str
    tz: str


class ExploreState(HasTraits):
    """
    What a person chose, and what is in view.

    Parameters
    ----------
    given
        The Spaces, in any form that `archive.sources.source_of` opens.
    charts
        Charts by name, such as `spacekit.plot.CHARTS`.
    draw
        Draws a `Request`; called in a thread.
    prepare
        Called in the thread when all is done, with the last `Request`: makes the next picture of its kind come sooner.
    """

    words = Unicode("", help="What a title or host in view has to hold; empty for anything.")
    hosts = Tuple(help="Hosts in view; none means all.")
    states = Tuple(help="States in view; none means all.")
    first = AnyTrait(None, allow_none=True, help="First day in view; None for no bound.")
    last = AnyTrait(None, allow_none=True, help="Last day in view; None for no bound.")
    least_live = Int(0, help="Least number of live listeners.")
    only_replay = Bool(False, help="Whether to leave out Spaces that can have no replay.")
    tz = Unicode("UTC", help="Time zone of days, weekdays and hours.")
    chart = Unicode("live_vs_replay", help="Name of the chart.")
    by = Unicode("", help="Groups of the comparison and of charts that take them; empty for none.")
    scale = Enum(list(SCALES), "auto", help="Axes of counts; auto is log where they span decades.")

    width = Int(WIDTH, help="Pixels of the page that the picture is wide.")
    paper = Unicode(PAPER, help="Colour behind the picture, as #rrggbb.")
    selected = Unicode("", help="The id of the Space that is marked in picture and table; empty for none.")

    changed = Int(0, help="Goes up with each new `view`.")
    left_out = AnyTrait(None, allow_none=True, help="`reason`, `n` of the Spaces that are not in view.")
    code = Unicode("", help="Code that does the same.")
    status = Unicode("", help="What is going on, in a sentence.")
    picture = AnyTrait(None, allow_none=True, help="The `Picture` of the newest view.")
    names = Bytes(b"", help="JSON: what `rows.packed` returns of all Spaces; made after the first picture.")
    comparison = AnyTrait(None, allow_none=True, help="`(frame, note)` of `compared`; None until it is made.")
    busy = Bool(False, help="Whether the picture or the comparison are still those of an earlier view.")
    problems = Dict(help="Names of fields, and what is wrong with their values in words for a person.")
    error = AnyTrait(None, allow_none=True, help="What filtering, drawing or comparing raised, or None.")

    def __init__(
        self,
        given: Any,
        charts: Mapping[str, Chart],
        draw: Callable[[Request], Picture],
        prepare: Callable[[Request], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._given = list(given) if isinstance(given, Iterator) else given
        self.source = source_of(self._given, progress=True)
        self.view = self.source.spaces
        self._all_measured: Kept = {}  # of the source's table
        self._measured: Kept = {}  # of the view
        self._pictures: _Pictures = {}  # of the view
        self._compared: _Asked | None = None  # what `comparison` is of
        self.kept = np.ones(len(self.view), dtype=bool)
        with measured_once(self._all_measured):
            stats.measures(self.view)  # it names the columns that a table lacks
        if isinstance(given, Archive):
            self.source.observations  # noqa: B018  # read now, because the archive may be closed later
        self._opening = cache(partial(source_code, self._given, self.source))  # lines of code
        self.charts = charts
        self._draw, self._prepare = draw, prepare
        self._work = Newest(self._failed)
        self.run()

    # What there is to choose from

    def choices(self, by: str) -> list[tuple[str, str]]:
        """Return `(label, value)` of each host or state, the most frequent first."""
        with measured_once(self._all_measured):
            sizes = stats.group_labels(self.source.spaces, by).value_counts()
        sizes = sizes[sizes > 0].sort_index().sort_values(ascending=False, kind="stable")
        return [(f"{name} ({n:,})", str(name)) for name, n in zip(sizes.index, sizes, strict=True)]

    # What a person does

    @observe(*_FILTERS, *_LOOKS)
    def run(self, change: Any = None) -> None:
        """Filter if a filter changed, then draw and compare again in the thread."""
        self.error, self.problems = None, self._problems()
        try:
            check_zone(self.tz)
            if change is None or change["name"] in _FILTERS:
                self._filter()
            self.code = "\n".join(filter(None, self._code_lines()))
            known = self._measured, self._pictures
            job = partial(self._show, self.request, known, self.view, _Asked(self.changed, self.by, self.tz))
        except Exception as error:  # noqa: BLE001  # shown, as ipywidgets would swallow it
            self._failed(error)
            return
        self.busy = True
        self._work.submit(job)

    def _problems(self) -> dict[str, str]:
        """Return what is wrong in which field, in words for a person."""
        problems = {}
        try:
            check_zone(self.tz)
        except ValueError:
            problems["tz"] = (
                f"There is no time zone {self.tz!r}. Choose one of the list, such as Europe/Berlin."
            )
        if self.first and self.last and self.last < self.first:
            problems["last"] = f"This is before {self.first}. Choose the same day or a later one."
        return problems

    def _filter(self) -> None:
        spaces = self.source.spaces
        with measured_once(self._all_measured):
            self.kept, self.left_out, self._filtering = filters.apply(spaces, self.filters)
        self.view, self._measured = of_rows(self._all_measured, spaces, self.kept)
        why = ", ".join(f"{n:,} ({reason})" for reason, n in self.left_out.itertuples(index=False))
        shown = f"{len(self.view):,} of {len(spaces):,} Spaces in view."
        self.status = f"{shown} Left out: {why}." if why else shown
        self._pictures = {}
        self.changed += 1

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the picture and comparison of the view, and return whether they are there."""
        return self._work.wait(timeout_s)

    def reset(self) -> None:
        """Put all Spaces in view again. Chart, groups and time zone stay."""
        with self.hold_trait_notifications():
            self.words, self.hosts, self.states, self.first, self.last = "", (), (), None, None
            self.least_live, self.only_replay = 0, False

    def close(self) -> None:
        """End the work."""
        self._work.close()

    # What follows from it

    @property
    def filters(self) -> Filters:
        """The filters as they are set."""
        return Filters(**{name: getattr(self, name) for name in _FILTERS})

    @property
    def request(self) -> Request:
        """The chart of what is in view."""
        table = self.view
        if self._chart().takes == "observations":
            observations = self.source.observations
            ids, seen = (
                of["space_id"].astype(object) for of in (table, observations)
            )  # twenty times as fast
            table = observations[seen.isin(ids)]
        options: dict[str, Any] = dict(self._options())
        if "by" in options:
            options["by"] = stats.group_labels(self.view, self.by, self.tz)
        return Request(self.chart, table, options, self.width, self.paper)

    def _chart(self) -> Chart:
        if self.chart not in self.charts:
            raise ValueError(f"chart: there is no {self.chart!r}. Choose one of {', '.join(self.charts)}.")
        return self.charts[self.chart]

    def _options(self) -> dict[str, str]:
        """Return the options that were chosen and that the chart takes."""
        chosen = {"by": self.by, "tz": self.tz, "scale": "" if self.scale == "auto" else self.scale}
        return {name: value for name, value in chosen.items() if value and name in self._chart().options}

    def _code_lines(self) -> list[str]:
        by = f"{self.by!r}, tz={self.tz!r}"
        options = {name: repr(value) for name, value in self._options().items()}
        if "by" in options:
            options["by"] = f"sk.stats.group_labels(view, {by})"
        observed = self._chart().takes == "observations"
        table = "observations[observations.space_id.isin(view.space_id)]" if observed else "view"
        arguments = ", ".join([table, *(f"{name}={value}" for name, value in options.items())])
        return [
            "import pandas as pd" if self.first or self.last else "",
            "import spacekit as sk",
            self._opening(observations=observed),
            self._filtering,
            f"ax = sk.plot.{self.chart}({arguments})",
            f"sk.compare(view, by={by})" if self.by else "sk.compare(view)",
        ]

    # In the thread

    def _show(
        self,
        request: Request,
        known: tuple[Kept, _Pictures],
        view: pd.DataFrame,
        asked: _Asked,
        overtaken: threading.Event,
    ) -> None:
        kept, pictures = known
        look = request.name, asked.by, request.options.get("scale"), request.width, request.paper
        with measured_once(kept):
            picture = pictures.pop(look, None) or self._draw(request)
        pictures[look] = picture
        if len(pictures) > _MOST_PICTURES:
            del pictures[next(iter(pictures))]
        if overtaken.is_set():
            return
        self.picture = picture
        if not self.names:
            with measured_once(self._all_measured):
                self.names = packed(self.source.spaces)
        self.busy = asked != self._compared
        if overtaken.wait(_IDLE_S):
            return
        if self.busy:
            with measured_once(kept):
                comparison = compared(view, asked.by, asked.tz)
            if overtaken.is_set():
                return
            self.comparison, self._compared, self.busy = comparison, asked, False
        self._prepare(request)

    def _failed(self, error: Exception) -> None:
        self.error, self.busy = error, False
        why = next(iter(self.problems.values()), phrases.plain(error))
        self.status = f"Not updated. {why}"


def explored(source: Any) -> ExploreState:
    """Return the state of an explorer of a source, with every chart of Spaces."""
    charts = {name: chart for name, chart in CHARTS.items() if not chart.posts}
    return ExploreState(source, charts, picture.draw, picture.prepare)


def compared(spaces: pd.DataFrame, by: str, tz: str) -> tuple[pd.DataFrame, str]:
    """
    Compare live with replay in the largest groups.

    Returns
    -------
    frame
        Like `stats.compare`, of `MOST_GROUPS` groups at most.
    note
        What a reader must know of it, or "".
    """
    shown, notes = _largest(spaces, by, tz) if by else (spaces, [])
    if remark := age_remark(shown, by or None, tz):
        notes.append(f"{remark[:1].upper()}{remark[1:]}: older Spaces had more time for plays.")
    return stats.summarise(shown, by or None, tz=tz), " ".join(notes)


def _largest(spaces: pd.DataFrame, by: str, tz: str) -> tuple[pd.DataFrame, list[str]]:
    labels = stats.group_labels(spaces, by, tz)
    sizes = labels[stats.measures(spaces)["excluded"].isna()].value_counts()
    if len(sizes) <= MOST_GROUPS:
        return spaces, []
    kept = labels.isin(list(sizes.index[:MOST_GROUPS]))
    return spaces[kept.to_numpy(dtype=bool)], [f"The {MOST_GROUPS} largest of {len(sizes):,} groups."]
