"""`AudienceExplorer`: filter Spaces, choose a chart, compare, save. A view of `ExploreState`; it decides nothing."""

from __future__ import annotations

from typing import Any, Final
from zoneinfo import available_timezones

import ipywidgets as w
import pandas as pd
from traitlets import dlink, link

from spacekit import plot
from spacekit.forms import download, parts, picture
from spacekit.forms.explore_state import GROUPS, ExploreState
from spacekit.forms.form import Form
from spacekit.forms.sources import source_of
from spacekit.forms.table import plain, shown

_COMPARED: Final = {
    "group": ("group", "{}"),
    "n": ("Spaces compared", "{:,}"),
    "n_excluded": ("left out", "{:,}"),
    "live_median": ("median live", "{:,.0f}"),
    "replay_median": ("median replay", "{:,.0f}"),
    "share_median": ("median replay share", "{:.1%}"),
    "share_low": ("95 % from", "{:.1%}"),
    "share_high": ("to", "{:.1%}"),
    "p_value": ("p", "{:.2g}"),
    "spearman": ("Spearman's rho", "{:.2f}"),
}
"""Columns of `stats.compare` that are shown, with the name and the form in which they are."""

_SCALES: Final = (("logarithmic where they span decades", False), ("linear", True))


class AudienceExplorer(Form):
    """
    A form that explores Spaces; shows itself in JupyterLab.

    Parameters
    ----------
    spaces
        A table `spaces`, a `Batch`, an `Archive`, or the path of an archive or of a JSONL file.

    Attributes
    ----------
    view
        The Spaces in view, as a table.
    hosts, states, first, last, least_live, only_replay
        The filters.
    chart_name, by, scale, tz
        What is drawn, and how.
    status, chart, compared, downloads, code
        What the form shows.
    state
        What it knows, without widgets.

    Raises
    ------
    TypeError, ValueError, OSError
        As `explorer.source_of`.

    Notes
    -----
    Pictures and comparisons are made in a thread: `wait` joins it. Of several changes the newest counts.
    """

    state: ExploreState

    def __init__(self, spaces: Any) -> None:
        self.state = ExploreState(source_of(spaces), plot.CHARTS, picture.draw)
        self._make_inputs()
        self._make_outputs()
        self._link()
        self.show_all(self._parts())

    def __repr__(self) -> str:
        return f"AudienceExplorer({len(self.view):,} of {len(self.state.source.spaces):,} Spaces in view)"

    @property
    def view(self) -> pd.DataFrame:
        """The Spaces in view: rows of the table given, with its index."""
        return self.state.view

    def still(self) -> list[str]:
        """Give what the form holds, as HTML without widgets."""
        self.wait(timeout_s=10)
        badge = parts.made_up(self.state.source.made_up)
        rows = plain(shown(self.view), "Spaces in view", 20)
        status = parts.remark(self.state.status)
        return [badge, status, self.chart.value, self.compared.value, rows, self.code.value]

    # Making it

    def _make_inputs(self) -> None:
        state = self.state
        pick: dict[str, Any] = {"rows": 5, "width": "20em"}
        self.hosts = parts.named(w.SelectMultiple, "Hosts (none: all)", options=state.choices("host"), **pick)
        self.states = parts.named(
            w.SelectMultiple, "States (none: all)", options=state.choices("state"), **pick
        )
        self.first = parts.named(w.DatePicker, "Started from")
        self.last = parts.named(w.DatePicker, "to")
        self.least_live = parts.named(w.BoundedIntText, "Live listeners, at least", "16em", min=0, max=10**12)
        self.only_replay = w.Checkbox(description="Only Spaces with a replay", indent=False)
        self.only_replay.layout = w.Layout(width="auto", margin="2px 16px 2px 0")
        self.reset = parts.button("All Spaces again", "undo", tooltip="Clear the filters")
        self.chart_name = parts.named(
            w.Dropdown, "Chart", options=[(chart.title, name) for name, chart in state.charts.items()]
        )
        self.by = parts.named(w.Dropdown, "Groups", options=[(name or "none", name) for name in GROUPS])
        self.scale = parts.named(w.Dropdown, "Counts", options=_SCALES)
        zones = sorted(available_timezones() | {"UTC"})
        self.tz = parts.named(
            w.Combobox, "Time zone", "18em", options=zones, ensure_option=True, continuous_update=False
        )

    def _make_outputs(self) -> None:
        self.badge = parts.html(parts.made_up(self.state.source.made_up))
        self.status, self.chart, self.compared, self.code = (parts.html() for _ in range(4))
        self.save_png, self.save_svg = download.Download("chart.png"), download.Download("chart.svg")
        self.save_csv = download.Download("view.csv")
        self.downloads = parts.row(self.save_png, self.save_svg, self.save_csv)

    def _parts(self) -> list[w.Widget]:
        narrow = parts.row(self.first, self.last, self.least_live, self.only_replay, self.reset)
        choice = parts.row(self.chart_name, self.by, self.scale, self.tz)
        filters = [parts.row(self.hosts, self.states), narrow]
        return [
            self.badge, *filters, choice, self.status, self.chart, self.compared, self.downloads, self.code
        ]  # fmt: skip

    def _link(self) -> None:
        state = self.state
        fields = {
            "hosts": self.hosts,
            "states": self.states,
            "first": self.first,
            "last": self.last,
            "by": self.by,
        }
        fields |= {"least_live": self.least_live, "only_replay": self.only_replay, "linear": self.scale}
        for trait, widget in {**fields, "tz": self.tz, "chart": self.chart_name}.items():
            link((state, trait), (widget, "value"))
        dlink((state, "chart"), (self.scale, "disabled"), lambda chart: not state.charts[chart].counts)
        dlink((state, "status"), (self.status, "value"), parts.status)
        dlink((state, "code"), (self.code, "value"), parts.code)
        for trait, show in (("picture", self._show_picture), ("comparison", self._show_comparison)):
            state.observe(show, trait)
            show()
        state.observe(self._offer_view, "changed")
        self._offer_view()
        self.reset.on_click(lambda _: state.reset())

    # Following the state

    def _show_picture(self, _change: Any = None) -> None:
        drawn = self.state.picture
        self.chart.value = picture.image(drawn)
        if drawn is not None:
            self.save_png.offer(f"{self.state.chart}.png", lambda: drawn.png, now=True)
            self.save_svg.offer(f"{self.state.chart}.svg", drawn.svg, now=False)

    def _show_comparison(self, _change: Any = None) -> None:
        self.compared.value = "" if self.state.comparison is None else comparison(*self.state.comparison)

    def _offer_view(self, _change: Any = None) -> None:
        view = self.view
        self.save_csv.offer("view.csv", lambda: download.csv(view), now=len(view) <= download.MANY)


def comparison(frame: pd.DataFrame, note: str) -> str:
    """Show a table of `stats.compare`."""
    columns = {
        head: frame[name].astype(object).map(form.format, na_action="ignore")
        for name, (head, form) in _COMPARED.items()
    }
    thin = (
        "Where the interval is missing, there are too few Spaces or creators for one."
        if frame["thin"].any()
        else ""
    )
    return plain(pd.DataFrame(columns), "Live against replay", left=["group"]) + parts.remark(
        f"{thin} {note}".strip()
    )
