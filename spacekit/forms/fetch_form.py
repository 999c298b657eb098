"""`FetchForm`: paste ids, see the plan, fetch, look at the result. A view of `FetchState`; it decides nothing."""

from __future__ import annotations

import gzip
import tempfile
from html import escape
from pathlib import Path
from typing import Any, Final

import ipywidgets as w
from traitlets import dlink, link

from spacekit.arguments import LIKE_A_KEY
from spacekit.batch import Batch
from spacekit.fetching.client import Client
from spacekit.forms import parts, phrases, picture
from spacekit.forms.fetch_state import FetchState
from spacekit.forms.parts import Download, Form
from spacekit.forms.picture import Request
from spacekit.forms.table import plain, shown, table_widget
from spacekit.ids import EXAMPLE, Found
from spacekit.words import plural, shortened

_AGES: Final = (
    ("answers of the last hour", "1h"),
    ("answers of the last day", "1D"),
    ("answers of the last 30 days", "30D"),
    ("nothing, ask again for all", 0),
)
_FEW: Final = 30  # Spaces that the chart shows one by one
_SHOWN: Final = 10  # entries not recognised
_CUT: Final = 60  # characters of each


class FetchForm(Form):
    """
    A form that fetches Spaces; shows itself in JupyterLab.

    Parameters
    ----------
    client
        The `Client` to ask, such as `sandbox()`; it stays open. None: the form has a field for the key, uses the
        environment's key (`SOCIALDATA_API_KEY`) if the field is left empty, and offers made-up data.

    Attributes
    ----------
    text
        The box to paste into.
    fetch, cancel
        The buttons; `fetch.click()` does the same in code.
    understood, plan, bar, status, card, chart, table, downloads, code
        What the form shows.
    key, sandbox, archive, max_age
        How to fetch. The field of the key is cleared as soon as it is read.
    state
        What it knows, without widgets.

    Notes
    -----
    A thread does the work; `wait` waits for it. The result stays in `batch`, also after Cancel; an error in `error`.

    Examples
    --------
    >>> import spacekit as sk
    >>> client = sk.sandbox()
    >>> form = sk.FetchForm(client)
    >>> form.text.value = "https://x.com/i/spaces/1jMJgLdenVjxL"
    >>> form.fetch.click()
    >>> form.wait()
    True
    >>> form.batch
    Batch(1 Space; 1 input: 1 ok)
    >>> form.close(); client.close()
    """

    state: FetchState

    def __init__(self, client: Client | None = None) -> None:
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
        """The newest result, also of a run that was cancelled; None before the first."""
        batch: Batch | None = self.state.batch
        return batch

    def still(self) -> list[str]:
        """Return what the form holds as HTML without widgets."""
        pieces = [self.badge.value, parts.remark(self.state.status), self.understood.value]
        if self.batch is not None:
            pieces += [self.card.value, self.chart.value, plain(shown(self.batch.spaces), "Spaces", 20)]
        return [*pieces, self.code.value]

    # Making it

    def _make_inputs(self, own: bool) -> None:
        self.text = w.Textarea(
            description="Space ids or links", placeholder=f"Paste anything, such as {EXAMPLE}",
            style={"description_width": "9em"}, rows=6, continuous_update=True, layout=w.Layout(width="99%"),
        )  # fmt: skip
        self.key = parts.named(
            parts.KeyField, "API key", "24em", continuous_update=False,
            placeholder="cleared as soon as it is read",
            tooltip="Your SocialData key. If empty, the environment's key is used (SOCIALDATA_API_KEY).",
        )  # fmt: skip
        self.sandbox = parts.checkbox("Made-up data (sandbox, no key needed)")
        for field in (self.key, self.sandbox):
            field.layout.display = None if own else "none"
            field.disabled = not own
        hint = "such as spaces.db; empty for none"
        self.archive = parts.named(w.Text, "Archive file", "24em", placeholder=hint, continuous_update=False)
        self.max_age = parts.named(w.Dropdown, "Take from the archive", options=_AGES)
        self.fetch = parts.button("Fetch", "play", "primary", "Fetch the Spaces")
        self.cancel = parts.button("Cancel", "stop", tooltip="Stop, and keep what has arrived")

    def _make_outputs(self) -> None:
        self.badge, self.understood, self.plan = parts.html(), parts.html(), parts.html()
        self.bar = w.IntProgress(value=0, max=1, layout=w.Layout(width="16em", margin="2px 12px"))
        self.bar.tooltip = "Progress of the fetch"
        self.status, self.card, self.chart, self.code = (parts.html() for _ in range(4))
        self.table = w.VBox(layout=w.Layout(width="100%"))
        self.save_csv, self.save_jsonl = Download(), Download()
        self.downloads = parts.row(self.save_csv, self.save_jsonl)

    def _parts(self) -> list[w.Widget]:
        how = parts.row(self.key, self.sandbox, self.archive, self.max_age)
        act = parts.row(self.fetch, self.cancel, self.bar)
        asked = [self.badge, self.text, self.understood, how, self.plan, act, self.status]
        return [*asked, self.card, self.chart, self.table, self.downloads, self.code]

    def _link(self) -> None:
        state = self.state
        fields = {
            "text": self.text,
            "archive": self.archive,
            "max_age": self.max_age,
            "use_sandbox": self.sandbox,
        }
        for trait, widget in fields.items():
            link((state, trait), (widget, "value"))
        dlink((state, "found"), (self.understood, "value"), _understood)
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
        self.card.value = "" if self.batch is None else self.batch._repr_html_()

    def present(self, batch: Batch) -> None:
        """Show table, downloads and chart of a batch. It takes long, so the thread of the run does it."""
        old, self.table.children = self.table.children, (table_widget(batch.spaces),)
        for table in old:
            parts.close_all(table)
        n = len(batch.records)
        self.save_csv.offer("spaces.csv", lambda: parts.csv(batch.spaces), now=n <= parts.MANY)
        if n <= parts.MANY:
            self.save_jsonl.offer("spaces.jsonl", lambda: _jsonl(batch), now=True)
        else:
            self.save_jsonl.offer("spaces.jsonl.gz", lambda: gzip.compress(_jsonl(batch), mtime=0), now=False)
        chart = "audience" if n <= _FEW else "live_vs_replay"
        self.chart.value = picture.image(picture.draw(Request(chart, batch.spaces)))


def _jsonl(batch: Batch) -> bytes:
    """Return the records of a batch as `Batch.to_jsonl` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        return batch.to_jsonl(Path(folder) / "spaces.jsonl").read_bytes()


def _understood(found: Found) -> str:
    """Return as HTML how many ids were recognised, and the first entries that were not."""
    if not found.entries:
        return ""
    counts = f"<b>{plural(len(found), 'id')}</b>"
    counts += f", {len(found.duplicates):,} repeated" if found.duplicates else ""
    counts += f", <b>{len(found.rejected):,} not recognised</b>:" if found.rejected else ""
    return f"<div>{counts}{_rejected(found.rejected)}</div>"


def _rejected(rejected: list[tuple[str, str]]) -> str:
    items = [
        f"<li><code>{escape(_hidden(text))}</code>: {escape(why)}</li>" for text, why in rejected[:_SHOWN]
    ]
    if len(rejected) > _SHOWN:
        items.append(f"<li>and {len(rejected) - _SHOWN:,} more</li>")
    style = "margin:.2em 0 .2em 1.4em;padding:0;line-height:1.4;overflow-wrap:anywhere"
    return f'<ul style="{style}">{"".join(items)}</ul>' if items else ""


def _hidden(text: str) -> str:
    """Return an entry, cut; not what looks like a key."""
    return "(looks like an API key: not shown)" if LIKE_A_KEY.search(text) else shortened(text, _CUT)
