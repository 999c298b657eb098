"""`FetchForm`: paste ids or name a host, see the plan, fetch, look at the result. A view; the state decides."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import ipywidgets as w
from traitlets import dlink, link

from spacekit.batch import Batch
from spacekit.fetching.client import Client
from spacekit.fetching.search import Search
from spacekit.forms import dashboard, parts, picture, results
from spacekit.forms.fetch_state import FetchState
from spacekit.forms.groups import Checked, group, tell
from spacekit.forms.hover import Hover
from spacekit.forms.parts import Download, Form
from spacekit.forms.picture import Request
from spacekit.forms.service import ADDRESS
from spacekit.forms.table import table_widget
from spacekit.forms.work import Newest
from spacekit.ids import EXAMPLE
from spacekit.words import even_half_made, keyless
from spacekit.words.cards import unmarked

_AGES: Final = ("1h", "1D", "7D", "30D", "0")
_FEW: Final = 30  # Spaces that the chart shows one by one
_SERVICE: Final = ("key", "sandbox", "address", "price")
"""Fields that a form with a Client of its own lacks."""


class FetchForm(Form):
    """
    A form that fetches Spaces; shows itself in JupyterLab.

    Parameters
    ----------
    client
        The `Client` to ask, such as `sandbox()`; it stays open. None: the form has fields for the key, the address and
        your price, uses the environment's key (`SOCIALDATA_API_KEY`) if none is entered, and offers made-up data.

    Attributes
    ----------
    text
        The box to paste into: ids, links, handles.
    find, since, until, max_posts
        Hosts and words to search posts for, and the bounds of the search.
    fetch, search, cancel, ask_balance
        The buttons; `fetch.click()` does the same in code. Where there is a host or words and no id, `fetch` searches,
        and a second click fetches what was found.
    understood, plan, balance, bar, status, hits, card, chart, table, downloads, code
        What the form shows.
    key, sandbox, address, price, archive, max_age
        How to fetch. The field of the key is cleared as soon as it is read.
    found
        What the search found: a `Search`.
    state
        What it knows, without widgets.

    Raises
    ------
    TypeError
        `client` is no Client.

    Notes
    -----
    A thread does the work; `wait` waits for it. The result stays in `batch`, also after Cancel; an error in `error`.
    Answers are kept until the form is closed, or in the archive if you choose one: what has come is not paid for again.

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

    @keyless
    def __init__(self, client: Client | None = None) -> None:
        self.state = FetchState(client, self.present)
        self._drawing = Newest(self.state.fail)
        self._joined: link | None = None  # chart and table
        self._make_inputs()
        self._make_outputs()
        self.fields = self._make_fields()
        for name in _SERVICE if client is not None else ():
            getattr(self, name).disabled = True
            parts.show(getattr(self, name), yes=False)
        children = self._parts()
        self._link()
        self.show_all(children)
        self.add_class("spacekit-form")

    @even_half_made
    def __repr__(self) -> str:
        return f"FetchForm({self.batch!r})"

    @property
    def batch(self) -> Batch | None:
        """The newest result, also of a run that was cancelled; None before the first."""
        batch: Batch | None = self.state.batch
        return batch

    @property
    def found(self) -> Search | None:
        """What the newest search found, for the hosts and words that are asked for; else None."""
        found: Search | None = self.state.search
        return found

    def still(self) -> list[str]:
        """Return what the form holds as HTML without widgets."""
        state = self.state
        cards = [state.search, state.search_plan if state.batch is None else None, state.batch or state.plan]
        shown = [unmarked(card) for card in cards if card is not None]
        return [self.badge.value, parts.remark(state.status), *shown, self.chart.value, self.code.value]

    # Making it

    def _make_inputs(self) -> None:
        field = dashboard.field
        example = f"Paste anything, such as {EXAMPLE}"
        self.text = field(parts.PasteField, "Space ids or links", placeholder=example, rows=6)
        self.find = field(parts.FindField, "Find by host or words", placeholder="@XEng, or #ai, or words")
        self.since = field(w.DatePicker, "Posts from")
        self.until = field(w.DatePicker, "Posts before")
        self.max_posts = field(w.BoundedIntText, "Posts at most", min=1, max=10**9)
        late: dict[str, Any] = {"continuous_update": False}
        self.key = field(parts.KeyField, "API key", placeholder="your SocialData key", **late)
        self.sandbox = parts.checkbox("Made-up data, no key needed")
        self.address = field(w.Text, "Address of the service", placeholder=ADDRESS, **late)
        self.price = field(w.Text, "Price of a request, USD", placeholder="such as 0.0002")
        self.archive = field(w.Text, "Archive file", placeholder="such as spaces.db", **late)
        ages: dict[str, Any] = {"options": _AGES, "ensure_option": False}
        self.max_age = field(parts.AgeField, "Use answers not older than", **ages, **late)
        self.fetch = parts.button("Fetch", "play", "primary", "Do what the plan says")
        self.search = parts.button(
            "Search", "search", tooltip="Search posts for Spaces of these hosts or words"
        )
        self.cancel = parts.button("Cancel", "stop", tooltip="Stop, and keep what has arrived")
        self.ask_balance = parts.button("Check balance", tooltip="Ask the service, with one request")

    def _make_outputs(self) -> None:
        self.badge, self.understood, self.plan = parts.html(), parts.html(), parts.html()
        self.balance, self.hits = w.HTML(), parts.html()
        self.bar = w.IntProgress(value=0, max=1, layout=w.Layout(width="auto"))
        self.bar.tooltip = "Progress of the run"
        self.status, self.card, self.code = (parts.html() for _ in range(3))
        self.chart, self.table = Hover(), dashboard.box("listed")
        self.save_csv, self.save_jsonl, self.save_posts = Download(), Download(), Download()
        self.downloads = parts.row(self.save_csv, self.save_jsonl)

    def _make_fields(self) -> dict[str, Checked]:
        hints = {
            "find": "Finds Spaces that posts announce.",
            "key": "Cleared as soon as it is read. Empty: SOCIALDATA_API_KEY is used.",
            "price": "Of a Space, and of a post in a search.",
            "archive": "Empty: answers are kept until the form is closed.",
            "max_age": "Such as 90min, 6h or 7D; 0 asks again for all.",
        }
        names = (
            "text",
            "find",
            "since",
            "until",
            "max_posts",
            "key",
            "address",
            "price",
            "archive",
            "max_age",
        )
        return {name: Checked(getattr(self, name), hints.get(name, "")) for name in names}

    def _parts(self) -> list[w.Widget]:
        of = self.fields
        bounds = dashboard.box("bounds", of["since"], of["until"], of["max_posts"])
        what = group("What", of["text"], self.understood, of["find"], bounds)
        service = group("Service and key", of["key"], self.sandbox, of["address"], of["price"])
        parts.show(service, yes=self.state.service.given is None)
        side = dashboard.box("column", service, group("Archive", of["archive"], of["max_age"]))
        money = parts.row(self.ask_balance, self.balance)
        act = parts.row(self.fetch, self.search, self.cancel)
        plan = group("Plan", self.plan, money, act, self.bar, self.status)
        self.discovery = group("Found", self.hits, self.save_posts)
        drawn = dashboard.box("drawn", self.chart, self.downloads)
        self.results = dashboard.box("results", drawn, self.table)
        self.fetched = dashboard.box("fetched", dashboard.box("column", self.card, self.results))
        return [
            self.badge,
            dashboard.box("fields", what, side, plan),
            self.discovery,
            self.fetched,
            self.code,
        ]

    def _link(self) -> None:
        state = self.state
        for trait in self.fields.keys() - {"key"}:
            link((state, trait), (getattr(self, trait), "value"))
        link((state, "use_sandbox"), (self.sandbox, "value"))
        dlink((state, "wanted"), (self.understood, "value"), results.understood)
        dlink((state, "balance"), (self.balance, "value"), parts.remark)
        dlink((state, "code"), (self.code, "value"), parts.code)
        for field in (self.fetch, self.search, self.ask_balance, self.key, self.sandbox, self.address):
            dlink((state, "running"), (field, "disabled"), lambda on, fixed=field.disabled: on or fixed)
        dlink((state, "running"), (self.cancel, "disabled"), lambda on: not on)
        acts = {self.fetch: state.run, self.search: state.find_spaces, self.cancel: state.cancel}
        for button, act in {**acts, self.ask_balance: state.ask_balance}.items():
            button.on_click(self.safely(_ignoring(act)))
        self.key.observe(self.safely(self._read_key), "value")
        self.chart.observe(self.safely(self._draw_again), ["width", "paper"])
        shown = {
            self._show_faults: ["faults", "status"],
            self._show_plan: ["plan", "search_plan", "search", "wanted", "running"],
            self._show_progress: ["progress", "running", "outdated"],
            self._show_search: ["search"],
            self._show_batch: ["batch", "use_sandbox"],
        }
        for show, traits in shown.items():
            state.observe(self.safely(show), traits)
            show()

    # Following the state

    def _read_key(self, change: Any) -> None:
        key = change["new"]
        if key:
            self.key.value = ""
            self.state.give_key(key)

    def _show_faults(self, _change: Any = None) -> None:
        faults = self.state.faults
        tell(self.fields, faults)
        self.status.value = parts.status(self.state.status)
        parts.mark(self.status, "spacekit-wrong", yes="plan" in faults)

    def _show_plan(self, _change: Any = None) -> None:
        state = self.state
        sent = state.running or state.batch is not None or state.search is not None
        self.plan.value = results.plan(
            state.plan, state.search_plan, state.wanted, sent=sent, needs_price=state.service.needs_price
        )
        self.fetch.description = "Search" if state.next == "search" else "Fetch"
        parts.show(self.search, yes=state.wanted.searches and state.next == "fetch")

    def _show_progress(self, _change: Any = None) -> None:
        progress, running = self.state.progress, self.state.running
        self.bar.max = progress.total if progress else 1
        self.bar.value = progress.done + progress.failed if progress else 0
        failed = bool(progress and progress.failed)
        self.bar.bar_style = "" if not failed else "warning" if progress.done else "danger"
        parts.show(self.bar, yes=running or progress is not None)
        parts.mark(self.fetched, "spacekit-old", yes=running or self.state.outdated)

    def _show_search(self, _change: Any = None) -> None:
        search = self.state.search
        parts.show(self.discovery, yes=search is not None)
        self.hits.value = results.hits(search)
        parts.show(self.save_posts, yes=bool(search))
        if search is not None:
            few = len(search.posts) <= parts.MANY
            self.save_posts.offer("posts.csv", lambda: parts.csv(search.posts), now=few)

    def _show_batch(self, _change: Any = None) -> None:
        self.badge.value = parts.made_up(self.state.made_up)
        parts.show(self.badge, yes=self.state.made_up)
        self.card.value = results.card(self.batch)
        parts.show(self.fetched, yes=self.batch is not None)
        parts.show(self.results, yes=bool(self.batch))

    def present(self, batch: Batch) -> None:
        """Show table, downloads and chart of a batch. It takes long, so the thread of the run does it."""
        old, table = self.table.children, table_widget(batch.spaces)
        self.table.children = (table,)
        if self._joined is not None:
            self._joined.unlink()
        for widget in old:
            parts.close_all(widget)
        self._joined = link((self.chart, "selected"), (table, "selected"))
        few = len(batch) <= parts.MANY
        self.save_csv.offer("spaces.csv", lambda: parts.csv(batch.spaces), now=few)
        packed = (lambda: _jsonl(batch)) if few else (lambda: gzip.compress(_jsonl(batch), mtime=0))
        self.save_jsonl.offer("spaces.jsonl" if few else "spaces.jsonl.gz", packed, now=few)
        self.chart.name(batch.spaces)
        if batch:
            self._draw(batch)

    def _draw(self, batch: Batch) -> None:
        chart = "audience" if len(batch) <= _FEW else "live_vs_replay"
        of_page: dict[str, Any] = {"width": self.chart.width, "paper": self.chart.paper, "marked": True}
        self.chart.show(picture.draw(Request(chart, batch.spaces, **of_page)))

    def _draw_again(self, _change: Any) -> None:
        """Draw the picture as wide as the page says, and in its colours."""
        batch = self.batch
        if batch:
            self._drawing.submit(lambda _overtaken: self._draw(batch))

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the run under way, and for its picture; return whether both have ended."""
        return super().wait(timeout_s) and self._drawing.wait(timeout_s)

    def close(self) -> None:
        """End the work and remove the form. Its results stay."""
        if hasattr(self, "_drawing"):
            self._drawing.close()
        super().close()


def _ignoring(act: Callable[[], object]) -> Callable[[Any], object]:
    """Return a handler that does not need the button."""
    return lambda _button: act()


def _jsonl(batch: Batch) -> bytes:
    """Return the records of a batch as `Batch.to_jsonl` writes them."""
    with tempfile.TemporaryDirectory() as folder:
        return batch.to_jsonl(Path(folder) / "spaces.jsonl").read_bytes()
