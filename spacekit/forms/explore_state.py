"""The state of the form that explores: filters, the choice of a chart, what is in view and why the rest is not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
from traitlets import Any as AnyTrait
from traitlets import Bool, HasTraits, Int, Tuple, Unicode, observe

from spacekit import stats
from spacekit.forms import facts, filters, phrases
from spacekit.forms.filters import Filters
from spacekit.forms.sources import Source
from spacekit.forms.work import Newest
from spacekit.plot import Chart

GROUPS: Final = ("", "host", "state", "weekday", "hour")

_IDLE_S: Final = 0.25  # after a change the next often follows: what is slower than a picture waits that long


@dataclass(frozen=True)
class Request:
    """A chart to draw: its name, its table, and its keywords."""

    chart: str
    table: pd.DataFrame
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A drawn chart, and what it shows in phrases."""

    png: bytes
    alt: str
    svg: Callable[[], bytes]


class ExploreState(HasTraits):
    """
    What a person chose, and what is in view.

    Parameters
    ----------
    source
        The Spaces.
    charts
        Charts by name, as `spacekit.plot.CHARTS`.
    draw
        Draws a `Request`; called in a thread.
    """

    hosts = Tuple(help="Hosts in view; none means all.")
    states = Tuple(help="States in view; none means all.")
    first = AnyTrait(None, allow_none=True, help="First day in view; None for no bound.")
    last = AnyTrait(None, allow_none=True, help="Last day in view; None for no bound.")
    least_live = Int(0, help="Live listeners, at least.")
    only_replay = Bool(False, help="Leave out Spaces that can have no replay.")
    tz = Unicode("UTC", help="Time zone of days, weekdays and hours.")
    chart = Unicode("live_vs_replay", help="Name of the chart.")
    by = Unicode("", help="Groups, of the table and of charts that take them; empty for none.")
    linear = Bool(False, help="Linear axes of counts, also where they span decades.")

    changed = Int(0, help="Goes up with each new `view`.")
    left_out = AnyTrait(None, allow_none=True, help="`reason`, `n` of the Spaces that are not in view.")
    code = Unicode("", help="Lines that do the same.")
    status = Unicode("", help="How things stand, in a sentence.")
    drawing = Bool(False, help="Whether a picture or a comparison is under way.")
    picture = AnyTrait(None, allow_none=True, help="The `Picture` of the newest view.")
    comparison = AnyTrait(
        None, allow_none=True, help="`(frame, note)` of `facts.compared`; None while it is old."
    )
    error = AnyTrait(None, allow_none=True, help="What drawing or comparing raised; None if nothing.")

    def __init__(
        self, source: Source, charts: Mapping[str, Chart], draw: Callable[[Request], Picture]
    ) -> None:
        super().__init__()
        self.source = source
        self.view = source.spaces
        self.charts = {name: chart for name, chart in charts.items() if self._can_draw(chart)}
        self._draw = draw
        self._work = Newest(self._failed)
        self.run()

    # What there is to choose from

    def choices(self, by: str) -> list[tuple[str, str]]:
        """Give `(label, value)` of each host or state, the most frequent first."""
        sizes = stats.group_labels(self.source.spaces, by).value_counts()
        sizes = sizes[sizes > 0].sort_index().sort_values(ascending=False, kind="stable")
        return [(f"{name} ({n:,})", str(name)) for name, n in zip(sizes.index, sizes, strict=True)]

    def takes(self, option: str) -> bool:
        """Whether the chosen chart takes an option, such as `by`."""
        return option in self.charts[self.chart].options

    # What a person does

    @observe("hosts", "states", "first", "last", "least_live", "only_replay", "tz", "chart", "by", "linear")
    def run(self, _change: Any = None) -> None:
        """Filter, and draw and compare anew in the thread."""
        self.error = None
        try:
            self._filter()
            request, view, by, tz = self.request, self.view, self.by, self.tz
        except ValueError as error:  # no such zone, or no observations
            self._failed(error)
            return
        self.drawing = True
        self._work.submit(lambda overtaken: self._show(request, view, by, tz, overtaken))

    def _filter(self) -> None:
        chosen = self.filters
        kept, left_out = filters.apply(self.source.spaces, chosen)
        self.view = self.source.spaces[kept]
        self.left_out, self.comparison = left_out, None
        self.code = "\n".join(filter(None, self._code_lines(chosen)))
        self.status = self._count()
        self.changed += 1

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until picture and comparison are those of the view; say whether they are."""
        return self._work.wait(timeout_s)

    def reset(self) -> None:
        """Put all Spaces in view again; chart, groups and time zone stay."""
        with self.hold_trait_notifications():
            self.hosts, self.states, self.first, self.last = (), (), None, None
            self.least_live, self.only_replay = 0, False

    def close(self) -> None:
        """End the work."""
        self._work.close()

    # What follows from it

    @property
    def filters(self) -> Filters:
        """The filters as they are set."""
        return Filters(
            self.hosts, self.states, self.first, self.last, self.least_live, self.only_replay, self.tz
        )

    @property
    def request(self) -> Request:
        """The chart of what is in view."""
        table: pd.DataFrame = self.view
        options: dict[str, Any] = {}
        if self.charts[self.chart].takes == "observations":
            observations = self._observations()
            table = observations[observations["space_id"].isin(self.view["space_id"])]
        if self.takes("by") and self.by:
            options["by"] = stats.group_labels(self.view, self.by, self.tz)
        if self.takes("tz"):
            options["tz"] = self.tz
        if self.takes("scale") and self.linear:
            options["scale"] = "linear"
        return Request(self.chart, table, options)

    def _observations(self) -> pd.DataFrame:
        table = self.source.observations
        if table is None:
            raise ValueError("Chart 'growth': it needs an archive, with many observations of a Space.")
        return table

    def _can_draw(self, chart: Chart) -> bool:
        return chart.takes == "spaces" or self.source.observations is not None

    def _count(self) -> str:
        shown, total = len(self.view), len(self.source.spaces)
        told = [f"{n:,} {reason}" for reason, n in self.left_out.itertuples(index=False)]
        out = f" Not in view: {', '.join(told)}." if told else ""
        return f"{shown:,} of {total:,} Spaces in view.{out}"

    def _code_lines(self, chosen: Filters) -> list[str]:
        table = "view"
        if self.charts[self.chart].takes == "observations":
            table = "observations[observations.space_id.isin(view.space_id)]"
        by = f", {self.by!r}, tz={self.tz!r}" if self.by else ""
        options = f", by=sk.stats.group_labels(view{by})" if by and self.takes("by") else ""
        options += f", tz={self.tz!r}" if self.takes("tz") else ""
        options += ', scale="linear"' if self.takes("scale") and self.linear else ""
        return [
            "import pandas as pd" if self.first or self.last else "",
            "import spacekit as sk",
            self.source.code,
            filters.code(self.source.spaces, chosen),
            f"ax = sk.plot.{self.chart}({table}{options})",
            f"sk.compare(view{f', by={self.by!r}, tz={self.tz!r}' if by else ''})",
        ]

    # In the thread

    def _show(
        self, request: Request, view: pd.DataFrame, by: str, tz: str, overtaken: threading.Event
    ) -> None:
        picture = self._draw(request)
        if overtaken.is_set():
            return
        self.picture = picture
        if overtaken.wait(_IDLE_S):
            return
        comparison = facts.compared(view, by, tz)
        if not overtaken.is_set():
            self.comparison = comparison
            self.drawing = False

    def _failed(self, error: Exception) -> None:
        self.error, self.drawing = error, False
        self.status = phrases.plain(error)
