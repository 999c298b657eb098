"""`AudienceExplorer`: filter Spaces, choose a chart, compare, save. A view of `ExploreState`; it decides nothing."""

from __future__ import annotations

from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import ipywidgets as w
import pandas as pd
from traitlets import dlink, link

from spacekit.forms import dashboard, parts, phrases
from spacekit.forms.explore_state import GROUPS, SCALES, ExploreState, explored
from spacekit.forms.groups import Checked, tell
from spacekit.forms.hover import Hover
from spacekit.forms.parts import Download, Form
from spacekit.forms.table import SpaceTable, still_table
from spacekit.tables.rounded import rounded
from spacekit.words import even_half_made, keyless

_FIELDS: Final = (
    "words",
    "hosts",
    "states",
    "first",
    "last",
    "least_live",
    "only_replay",
    "by",
    "scale",
    "tz",
)


class AudienceExplorer(Form):
    """
    A form that explores Spaces; shows itself in JupyterLab.

    Parameters
    ----------
    source
        A table `spaces`, also one that `at_age` returned; a `Batch`, an open `Archive`; a path or several: of archives,
        of whatever `read` takes, and of tables that spacekit wrote.

    Attributes
    ----------
    view
        The Spaces in view, as a table.
    spaces, observations
        All that the source holds, as tables.
    words, hosts, states, first, last, least_live, only_replay
        The filters.
    chart_name, by, scale, tz
        What is drawn, and how.
    chart
        The picture; `chart.selected` is the id of the Space selected in it or in the table.
    status, table, compared, downloads, code
        What else the form shows.
    state
        What it knows, without widgets.

    Raises
    ------
    TypeError, ValueError, OSError
        The source holds no Spaces, or cannot be read.

    Notes
    -----
    A thread draws and compares; `wait` waits for it. Of several changes the newest counts.

    Examples
    --------
    >>> import spacekit as sk
    >>> explorer = sk.AudienceExplorer(sk.sample_batch())
    >>> explorer.only_replay.value = True
    >>> explorer.wait()
    True
    >>> explorer
    AudienceExplorer(73 of 87 Spaces in view)
    >>> explorer.close()
    """

    state: ExploreState

    @keyless
    def __init__(self, source: Any) -> None:
        self.state = source if isinstance(source, ExploreState) else explored(source)
        self._make_inputs()
        self._make_outputs()
        self._link()
        self.show_all(self._parts())
        self.layout.max_width = None
        self.add_class("spacekit-form")

    @even_half_made
    def __repr__(self) -> str:
        return (
            f"AudienceExplorer({len(self.state.view):,} of {len(self.state.source.spaces):,} Spaces in view)"
        )

    @property
    def view(self) -> pd.DataFrame:
        """The Spaces in view: rows of the source's table, with its index; a copy of your own."""
        return self.state.view.copy()

    @property
    def spaces(self) -> pd.DataFrame:
        """All Spaces of the source, as a table of your own."""
        return self.state.source.spaces.copy()

    @property
    def observations(self) -> pd.DataFrame:
        """All observations of the source, as `Archive.observations` has them; a copy of your own."""
        return self.state.source.observations.copy()

    def still(self) -> list[str]:
        """Return what the form holds as HTML without widgets."""
        self.wait(timeout_s=10)
        rows = still_table(self.view, "Spaces in view")
        status = parts.remark(self.state.status)
        return [self.badge.value, status, self.chart.value, self.compared.value, rows, self.code.value]

    # Making it

    def _make_inputs(self) -> None:
        state = self.state
        self.words = dashboard.field(w.Text, "Search titles and hosts", continuous_update=True)
        self.hosts = dashboard.field(
            w.SelectMultiple, "Hosts (none chosen: all)", options=state.choices("host"), rows=6
        )
        self.states = dashboard.field(
            w.SelectMultiple, "States (none chosen: all)", options=state.choices("state"), rows=3
        )
        self.first = dashboard.field(w.DatePicker, "Started from")
        self.last = dashboard.field(w.DatePicker, "to")
        self.least_live = dashboard.field(w.BoundedIntText, "Live listeners, at least", min=0, max=10**12)
        self.only_replay = parts.checkbox("Only with a replay")
        zones = {"options": _zones(), "ensure_option": False}
        self.tz = dashboard.field(w.Combobox, "Time zone", continuous_update=False, **zones)
        self.reset = parts.button("Clear filters", "undo", tooltip="Put all Spaces in view again")
        charts = [(chart.title, name) for name, chart in state.charts.items()]
        self.chart_name = dashboard.field(w.Dropdown, "Chart", options=charts)
        self.by = dashboard.field(
            w.Dropdown, "Groups", options=[(label, name) for name, label in GROUPS.items()]
        )
        scales = [(label, name) for name, label in SCALES.items()]
        self.scale = dashboard.field(w.Dropdown, "Scale of counts", options=scales)

    def _make_outputs(self) -> None:
        self.badge = parts.html(parts.remark(phrases.not_read(self.state.source.batch)))
        self.status, self.compared, self.code = (parts.html() for _ in range(3))
        self.chart = Hover()
        spaces = self.state.source.spaces
        self.chart.number(spaces)
        self.table = SpaceTable(spaces, names=b"")  # they come after the first picture
        self.checked = {name: Checked(getattr(self, name)) for name in ("last", "tz")}
        self.problems = {name: field.note for name, field in self.checked.items()}
        self.save_png, self.save_svg, self.save_csv = Download(), Download(), Download()
        self.downloads = parts.row(self.save_png, self.save_svg, self.save_csv)

    def _parts(self) -> list[w.Widget]:
        filters = [self.reset, self.words, self.hosts, self.states, self.least_live, self.only_replay]
        filters += [self.first, *self.checked.values()]
        self.filters = dashboard.box("filters", *filters)
        choice = dashboard.box("choice", self.chart_name, self.by, self.scale)
        drawn = dashboard.box("drawn", choice, self.chart, self.downloads, self.compared)
        listed = dashboard.box("listed", self.table)
        results = dashboard.box("results", drawn, listed)
        return [
            self.badge,
            dashboard.box("dashboard", self.filters, dashboard.box("main", self.status, results)),
            self.code,
        ]

    def _link(self) -> None:
        state = self.state
        for name in _FIELDS:
            link((state, name), (getattr(self, name), "value"))
        link((state, "chart"), (self.chart_name, "value"))
        for widget in (self.chart, self.table):
            link((state, "selected"), (widget, "selected"))
        for name in ("width", "paper"):
            link((state, name), (self.chart, name))
        dlink((state, "chart"), (self.scale, "disabled"), lambda name: not state.charts[name].counts)
        dlink((state, "status"), (self.status, "value"), parts.status)
        dlink((state, "code"), (self.code, "value"), parts.code)
        dlink((state, "comparison"), (self.compared, "value"), _comparison)
        dlink((state, "busy"), (self.chart, "busy"))
        dlink((state, "busy"), (self.compared, "_dom_classes"), dashboard.old)
        for widget in (self.chart, self.table):
            dlink((state, "names"), (widget, "names"))
        state.observe(lambda change: tell(self.checked, change["new"]), "problems")
        state.observe(self._offer_picture, "picture")
        state.observe(self._offer_view, "changed")
        self._offer_picture()
        self._offer_view()
        self.reset.on_click(self.safely(lambda _: state.reset()))

    # Following the state

    def _offer_picture(self, _change: Any = None) -> None:
        drawn = self.state.picture
        if drawn is not None:
            self.chart.show(drawn)
            self.save_png.offer(f"{self.state.chart}.png", lambda: drawn.png, now=True)
            self.save_svg.offer(f"{self.state.chart}.svg", drawn.svg, now=False)

    def _offer_view(self, _change: Any = None) -> None:
        view = self.state.view
        self.table.show(self.state.kept)
        self.save_csv.offer("view.csv", lambda: parts.csv(view), now=len(view) <= parts.MANY)


@cache
def _zones() -> list[str]:
    """Return the names of all time zones; they are files of the system or of Python, which takes a while to list."""
    return sorted(available_timezones() | {"UTC"})


def _comparison(compared: tuple[pd.DataFrame, str] | None) -> str:
    """Return a comparison and its note as HTML."""
    if compared is None:
        return ""
    frame, note = compared
    return f"<b>Live against replay</b>{rounded(frame)._repr_html_()}{parts.remark(note)}"
