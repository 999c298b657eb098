"""The state of the form that fetches: its fields, the runs, and what came of them. No widgets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from traitlets import Any as AnyTrait
from traitlets import Bool, Unicode, observe

from spacekit.archive import Archive
from spacekit.batch import OUTCOMES, Batch
from spacekit.fetching.client import Client
from spacekit.fetching.progress import Progress
from spacekit.forms import phrases
from spacekit.forms.faults import FieldError, field_of, refused, search_refused
from spacekit.forms.fetch_inputs import FetchInputs
from spacekit.forms.work import Newest

_EVERY_S: Final = 0.1  # between two looks at the progress: a page needs no more


class FetchState(FetchInputs):
    """
    What a person chose, and what became of it.

    Parameters
    ----------
    client
        The `Client` to ask; it is not closed here. None: one with the key given, else with the environment's key,
        or the sandbox if that was chosen.
    present
        Called in the thread of the run with its `Batch`, for what takes long to show.
    """

    running = Bool(False, help="Whether a run is under way.")
    progress = AnyTrait(None, allow_none=True, help="`Progress` of the run.")
    status = Unicode(phrases.EMPTY, help="What is going on, in a sentence.")
    balance = Unicode("", help="The balance, in a sentence; empty until it was asked for.")
    batch = AnyTrait(None, allow_none=True, help="The newest result, also of a run that was cancelled.")
    error = AnyTrait(None, allow_none=True, help="What the last run raised, or None.")

    def __init__(self, client: Client | None = None, present: Callable[[Batch], None] | None = None) -> None:
        self._present = present or (lambda _batch: None)
        self._work = Newest(self._broken)
        self._cancel = threading.Event()
        self._asks_balance = self._closed = False
        self._shown_at = 0.0
        self._newest: Progress | None = None  # of the run, which may not be shown yet
        self._ran: Any = None  # the `asked` that `progress` is of
        super().__init__(client)

    @property
    def made_up(self) -> bool:
        """Whether the next or the last result is made up."""
        return self.service.made_up or (self.batch is not None and self.batch.made_up)

    # What a person does

    def give_key(self, key: str) -> None:
        """Make a Client with this key, kept nowhere else. An empty key goes back to the environment's."""
        if self.running or self.service.given is not None:
            return
        self.error, self.balance, self._asks_balance = None, "", False
        self.refuse({})
        try:
            self.service.use_key(key.strip())
        except FieldError as error:
            self.fail(error)
        self.has_key, self.use_sandbox = self.service.has_key, self.service.sandbox
        self.look()
        if self.error is None:
            self.say()
        if self.has_key:
            self.status = phrases.KEY_TAKEN

    def run(self) -> bool:
        """Start the next step, and return whether it started: not during a run, and not without any input."""
        if self.next == "search":
            return self.find_spaces()
        self.say()
        return self._start(self._fetch) if self.next else False

    def find_spaces(self) -> bool:
        """Start the search for hosts and words, and return whether it started."""
        return self.wanted.searches and self._start(self._search)

    def ask_balance(self) -> None:
        """Ask for the balance, now and after each run with the same key."""
        if not self.running and not self._closed:
            self._asks_balance, self.balance = True, phrases.ASKING
            self._work.submit(lambda _overtaken: self._read_balance())

    def cancel(self) -> None:
        """End the run; what has arrived is kept."""
        if self.running:
            self._cancel.set()
            self.status = phrases.CANCELLING
            self.service.client.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end of the run, and return whether it has ended."""
        return self._work.wait(timeout_s)

    def close(self) -> None:
        """End the run, wait for its end, and close the Client if it was made here."""
        self._closed = True
        self.cancel()
        self._work.close()
        self.service.close()
        self.kept.close()

    def fail(self, error: Exception) -> None:
        """Show an error beside its field, and keep it."""
        self.error = error.cause if isinstance(error, FieldError) else error
        self.refuse({field_of(error, given=self.service.given is not None): phrases.plain(error)})
        self.status = phrases.plain(error)

    @observe("use_sandbox", "address")
    def _other_service(self, _change: Any) -> None:
        self.balance, self._asks_balance = "", False

    def look(self) -> None:
        """Read the fields again; the progress of a run for other inputs is put back."""
        super().look()
        if not self.running and self._ran != self.asked:
            self.progress = None

    def say(self) -> None:
        """Say what a click would do, or what is missing."""
        if not self.running:
            needs_key = self.service.needs_key
            self.status = phrases.ready(self.next, self.inputs, wrong=self.wrong, needs_key=needs_key)

    # In the thread

    def _start(self, work: Callable[[], str]) -> bool:
        if self.running or self._closed:
            return False
        if self.wrong:
            self.status = phrases.CORRECT
            return False
        self._cancel.clear()
        self.refuse({})
        self._ran = self.asked
        self.error, self.progress, self.running, self.locked = None, None, True, True
        self._newest = None
        self.status = phrases.STARTED
        self._work.submit(lambda _overtaken: self._do(work))
        return True

    def _do(self, work: Callable[[], str]) -> None:
        """Do the work of a run, and say how it ended."""
        status = work()
        if self._asks_balance and not self._closed:
            self._read_balance()
        self._end()
        self.status = status

    def _end(self) -> None:
        self.running = self.locked = False
        self.progress = self._newest if self._ran == self.asked else None

    def _fetch(self) -> str:
        client, inputs, place, age = self.service.client, self.inputs, self.place, self.age
        before, self.began, asked = client.last_batch, self.began or client.now_ms(), (self.asked, inputs)
        if held := self.held(inputs.ids):
            with Archive(place) as archive:
                missing = set(held).difference(archive.fresh(list(held), 0))
                archive.add(held[space_id] for space_id in missing)
        try:
            batch = client.fetch_without_warning(inputs, place, age, None, self._follow)
        except Exception:
            if client.last_batch is not None and client.last_batch is not before:
                self._take(client.last_batch, asked)
            raise
        self._take(batch, asked)
        self.refuse(refused(batch, given=self.service.given is not None))
        return phrases.result(batch)

    def _take(self, batch: Batch, asked: tuple[Any, ...]) -> None:
        """Keep a result with what it was asked for, and show it; what it holds is not planned again."""
        if all(OUTCOMES[name].final for name in batch.counts):
            self.began = None
        self.batch, self._fetched = batch, asked
        if not self._closed:
            self.look()
            self.status = phrases.DRAWING
            self._present(batch)

    def _search(self) -> str:
        client, place, age, query = self.service.client, self.place, self.age, self.query
        before, self.began = client.last_search, self.began or client.now_ms()
        try:
            search = client.search_without_warning(**query, archive=place, progress=self._follow, max_age=age)
        except Exception:
            if client.last_search is not None and client.last_search is not before:
                self.keep_search(client.last_search)
            raise
        if all(name not in OUTCOMES or OUTCOMES[name].final for name in search.ends):
            self.began = None
        self.keep_search(search)
        self.refuse(search_refused(search, given=self.service.given is not None))
        return phrases.found(search)

    def _read_balance(self) -> None:
        try:
            self.balance = phrases.balance(self.service.client.balance())
        except Exception as error:  # noqa: BLE001  # said beside the plan, which stands
            self.balance = phrases.no_balance(error)

    def _follow(self, progress: Progress) -> None:
        if self._cancel.is_set():
            self.service.client.cancel()
        now, self._newest = time.monotonic(), progress
        if now - self._shown_at >= _EVERY_S or not progress.left:
            self._shown_at = now
            self.progress = progress
            if not self._cancel.is_set():
                self.status = phrases.running(progress)

    def _broken(self, error: Exception) -> None:
        self._end()
        self.fail(error)
