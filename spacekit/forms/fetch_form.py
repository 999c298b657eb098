"""`FetchForm`: paste ids, see the plan, fetch, look at the result. A view of `FetchState`; it decides nothing."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets as w
from traitlets import dlink, link

from spacekit.batch import Batch
from spacekit.fetching.client import Client
from spacekit.forms import download, parts, phrases, picture
from spacekit.forms.explore_state import Request
from spacekit.forms.fetch_state import FetchState
from spacekit.forms.form import Form
from spacekit.forms.table import plain, shown, table_widget
from spacekit.forms.understood import understood
from spacekit.ids import EXAMPLE

_AGES: Final = (
    ("answers of the last hour", "1h"),
    ("answers of the last day", "1D"),
    ("answers of the last 30 days", "30D"),
    ("nothing: ask for all anew", 0),
)
_FEW: Final = 30


class FetchForm(Form):
    """
    A form that fetches Spaces; shows itself in JupyterLab.

    Parameters
    ----------
    client
        The `Client` to ask, such as `sandbox()`; it stays open. None: the form has a field for the key, takes that of
        the environment (`SOCIALDATA_API_KEY`) where the field was left empty, and offers made-up data.

    Attributes
    ----------
    text
        The box to paste into.
    fetch, cancel
        The buttons; `fetch.click()` does the same in code.
    understood, plan, bar, status, card, chart, table, downloads, code
        What the form shows.
    key, sandbox, archive, max_age
        How to fetch. The key's field is emptied as soon as it is read.
    state
        What it knows, without widgets.

    Notes
    -----
    Work runs in a thread: `wait` joins it. The result stays in `batch`, also after Cancel; an error stays in `error`.
    """

    state: FetchState

    def __init__(self, client: Client | None = None) -> None:
        self._chart: Any = None
        self.state = FetchState(client, self.present)
        self._make_inputs(client is None)
        self._make_outputs()
        self._link()
        self._show_batch()
        self.show_all(self._parts())

    def __repr__(self) -> str:
        return f"FetchForm({self.batch!r})"

    @property
    def batch(self) -> Batch | None:
        """The newest result, also of a run that was cancelled; None before."""
        batch: Batch | None = self.state.batch
        return batch

    def still(self) -> list[str]:
        """Give what the form holds, as HTML without widgets."""
        batch = self.batch
        pieces = [parts.made_up(self.state.made_up), parts.remark(self.state.status), self.understood.value]
        if batch is not None:
            pieces += [self.card.value, self.chart.value, plain(shown(batch.spaces), "Spaces", 20)]
        return [*pieces, self.code.value]

    # Making it

    def _make_inputs(self, own: bool) -> None:
        self.text = w.Textarea(
            description="Space ids or links",
            placeholder=f"Paste anything, such as {EXAMPLE}",
            style={"description_width": "9em"}, rows=6, continuous_update=True, layout=w.Layout(width="99%"),
        )  # fmt: skip
        shown_at = None if own else "none"
        self.key = parts.named(
            parts.KeyField, "API key", "24em", continuous_update=False,
            placeholder="emptied as soon as it is read",
            tooltip="Your SocialData key. Left empty, that of the environment counts (SOCIALDATA_API_KEY).",
        )  # fmt: skip
        self.sandbox = w.Checkbox(description="Made-up data (sandbox, no key needed)", indent=False)
        self.sandbox.layout = w.Layout(width="auto", margin="2px 16px 2px 0", display=shown_at)
        self.key.layout.display = shown_at
        self.key.disabled = self.sandbox.disabled = not own
        self.archive = parts.named(
            w.Text,
            "Archive file",
            "24em",
            placeholder="such as spaces.db; empty: none",
            continuous_update=False,
        )
        self.max_age = parts.named(w.Dropdown, "Take from the archive", options=_AGES)
        self.fetch = parts.button("Fetch", "play", "primary", "Fetch the Spaces")
        self.cancel = parts.button("Cancel", "stop", tooltip="Stop, and keep what has come")

    def _make_outputs(self) -> None:
        self.badge, self.understood, self.plan = parts.html(), parts.html(), parts.html()
        self.bar = w.IntProgress(value=0, max=1, layout=w.Layout(width="16em", margin="2px 12px"))
        self.bar.tooltip = "Progress of the fetch"
        self.status, self.card, self.chart, self.code = (parts.html() for _ in range(4))
        self.table = w.VBox(layout=w.Layout(width="100%"))
        self.save_csv, self.save_jsonl = download.Download("spaces.csv"), download.Download("spaces.jsonl")
        self.downloads = parts.row(self.save_csv, self.save_jsonl)

    def _parts(self) -> list[w.Widget]:
        how = parts.row(self.key, self.sandbox, self.archive, self.max_age)
        act = parts.row(self.fetch, self.cancel, self.bar)
        asked = [self.badge, self.text, self.understood, how, self.plan, act, self.status]
        return [*asked, self.card, self.chart, self.table, self.downloads, self.code]

    def _link(self) -> None:
        state = self.state
        for widget, trait in ((self.text, "text"), (self.archive, "archive"), (self.max_age, "max_age")):
            link((state, trait), (widget, "value"))
        link((state, "use_sandbox"), (self.sandbox, "value"))
        dlink((state, "found"), (self.understood, "value"), understood)
        dlink((state, "status"), (self.status, "value"), parts.status)
        dlink((state, "code"), (self.code, "value"), parts.code)
        for button in (self.fetch, self.key, self.sandbox):
            dlink((state, "running"), (button, "disabled"), lambda on, fixed=button.disabled: on or fixed)
        dlink((state, "running"), (self.cancel, "disabled"), lambda on: not on)
        self.key.observe(self._read_key, "value")
        self.fetch.on_click(lambda _: state.run())
        self.cancel.on_click(lambda _: state.cancel())
        state.observe(self._show_plan, ["plan", "plan_note"])
        state.observe(self._show_progress, ["progress", "running"])
        state.observe(self._show_batch, ["batch", "use_sandbox"])
        self._show_plan()

    # Following the state

    def _read_key(self, change: Any) -> None:
        key = change["new"]
        if key:
            self.key.value = ""
            self.state.give_key(key)

    def _show_plan(self, _change: Any = None) -> None:
        plan = self.state.plan
        self.plan.value = parts.remark(phrases.plan_line(plan) if plan else self.state.plan_note)

    def _show_progress(self, _change: Any) -> None:
        progress = self.state.progress
        self.bar.max = progress.total if progress else 1
        self.bar.value = progress.done + progress.failed if progress else 0

    def _show_batch(self, _change: Any = None) -> None:
        self.badge.value = parts.made_up(self.state.made_up)
        batch = self.batch
        self.card.value = "" if batch is None else batch._repr_html_()

    def present(self, batch: Batch) -> None:
        """Show table, downloads and chart of a batch: what takes long, so it is done in the thread of the run."""
        old, self.table.children = self.table.children, (table_widget(batch.spaces),)
        for table in old:
            parts.close_all(table)
        few = len(batch.records) <= download.MANY
        self.save_csv.offer("spaces.csv", lambda: download.csv(batch.spaces), now=few)
        if few:
            self.save_jsonl.offer("spaces.jsonl", lambda: download.jsonl(batch), now=True)
        else:
            self.save_jsonl.offer("spaces.jsonl.gz", lambda: download.packed(batch), now=False)
        chart = "audience" if len(batch.records) <= _FEW else "live_vs_replay"
        self._chart = picture.draw(Request(chart, batch.spaces))
        self.chart.value = picture.image(self._chart)
