"""The state of the form that fetches: the ids recognised, the plan, the run and its result. No widgets."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from traitlets import Any as AnyTrait
from traitlets import Bool, HasTraits, Unicode, observe

from spacekit.batch import Batch
from spacekit.errors import SpacekitError
from spacekit.fetching.client import KEY_NAME, Client
from spacekit.fetching.plan import Plan
from spacekit.fetching.progress import Progress
from spacekit.forms import phrases
from spacekit.forms.work import Newest
from spacekit.ids import Found, find_ids
from spacekit.server import Sandbox, sandbox

_EVERY_S: Final = 0.1  # between two looks at the progress: a page needs no more


class FetchState(HasTraits):
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

    text = Unicode("", help="What was pasted.")
    archive = Unicode("", help="Path of the archive; empty for none.")
    max_age = AnyTrait("1h", help="Age up to which an archived answer is used.")
    use_sandbox = Bool(False, help="Whether to fetch the made-up Spaces on this machine.")
    has_key = Bool(False, help="Whether a key was given here; only the Client has the key itself.")

    found = AnyTrait(Found(()), help="What `find_ids` makes of the text.")
    plan = AnyTrait(None, allow_none=True, help="The `Plan`, or None; see `plan_note`.")
    plan_note = Unicode("", help="Why there is no plan.")
    running = Bool(False, help="Whether a run is under way.")
    progress = AnyTrait(None, allow_none=True, help="`Progress` of the run.")
    status = Unicode(phrases.EMPTY, help="What is going on, in a sentence.")
    batch = AnyTrait(None, allow_none=True, help="The newest result, also of a run that was cancelled.")
    error = AnyTrait(None, allow_none=True, help="What the last run raised, or None.")
    code = Unicode("", help="Code that does the same.")

    def __init__(self, client: Client | None = None, present: Callable[[Batch], None] | None = None) -> None:
        super().__init__()
        self._given = client
        self._own: Client | None = None
        self._present = present or (lambda _batch: None)
        self._work = Newest(self._failed)
        self._cancel = threading.Event()
        self._closed = False
        self._shown_at = 0.0
        self._look()

    @property
    def made_up(self) -> bool:
        """Whether the next or the last result is made up."""
        asked = self.use_sandbox or isinstance(self._given, Sandbox)
        return asked or (self.batch is not None and self.batch.made_up)

    # What a person does

    def give_key(self, key: str) -> None:
        """Make a Client with this key, kept nowhere else. An empty key goes back to the environment's."""
        if self.running or self._given is not None:
            return
        self._drop_own()
        self.has_key, self.error = False, None
        try:
            self._own = Client(key.strip()) if key.strip() else None
        except SpacekitError as error:
            self._show_error(error)
            return
        self.has_key = self._own is not None
        if self.has_key:
            self.use_sandbox = False
        self._look()
        self.status = phrases.KEY_TAKEN if self.has_key else self._ready()

    def run(self) -> bool:
        """Start fetching, and return whether it started: not during a run, and not without any input."""
        if self.running or self._closed:
            return False
        if not self.found.entries:
            self.status = phrases.EMPTY
            return False
        self._cancel.clear()
        self.error, self.progress, self.running = None, None, True
        self.status = phrases.STARTED
        self._work.submit(self._fetch)
        return True

    def cancel(self) -> None:
        """End the run; what has arrived is kept."""
        if self.running:
            self._cancel.set()
            self.status = phrases.CANCELLING
            self._client().cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end of the run, and return whether it has ended."""
        return self._work.wait(timeout_s)

    def close(self) -> None:
        """End the run, wait for its end, and close the Client if it was made here."""
        self._closed = True
        self.cancel()
        self._work.close()
        self._drop_own()

    # What follows from it

    @observe("text")
    def _read(self, _change: Any) -> None:
        self.found = find_ids(self.text)
        self._look()
        if not self.running:
            self.status = self._ready()

    @observe("use_sandbox")
    def _switch(self, _change: Any) -> None:
        if self.running or self._given is not None:
            return
        if self.use_sandbox:
            self.has_key = False
        if not self.has_key:
            self._drop_own()
        self._look()
        self.status = self._ready()

    def _ready(self) -> str:
        asks = self._given is not None or self.use_sandbox or self.has_key or bool(os.environ.get(KEY_NAME))
        return phrases.ready(self.found, needs_key=not asks)

    @observe("archive", "max_age", "batch")
    def _look(self, _change: Any = None) -> None:
        """Make the plan and the code again."""
        kind = "given" if self._given is not None else "sandbox" if self.use_sandbox else "own"
        self.code = phrases.fetch_code(self.found, kind, self.archive.strip(), self.max_age)
        try:
            self.plan = self._planned()
            self.plan_note = ""
        except (SpacekitError, OSError, ValueError) as error:
            self.plan, self.plan_note = None, phrases.plain(error)

    def _planned(self) -> Plan | None:
        if not self.found.entries or self._closed:
            return None
        plan: Plan = self._client().plan(self.found, self.archive.strip() or None, self.max_age)
        return plan

    def _client(self) -> Client:
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = sandbox() if self.use_sandbox else Client()
        return self._own

    def _drop_own(self) -> None:
        own, self._own = self._own, None
        if own is not None:
            own.close()

    # In the thread

    def _fetch(self, _overtaken: threading.Event) -> None:
        client = self._client()
        before = client.last_batch
        try:
            archive = self.archive.strip() or None
            batch = client.fetch_without_warning(self.found, archive, self.max_age, None, self._follow)
        except Exception:
            if client.last_batch is not before:
                self.batch = client.last_batch
            raise
        self.batch = batch
        if not self._closed:
            self.status = phrases.DRAWING
            self._present(batch)
        self.status, self.running = phrases.result(batch), False

    def _follow(self, progress: Progress) -> None:
        if self._cancel.is_set():
            self._client().cancel()
        now = time.monotonic()
        if now - self._shown_at >= _EVERY_S or not progress.left:
            self._shown_at = now
            self.progress = progress
            if not self._cancel.is_set():
                self.status = phrases.running(progress)

    def _failed(self, error: Exception) -> None:
        self._show_error(error)
        self.running = False

    def _show_error(self, error: Exception) -> None:
        self.error, self.status = error, phrases.plain(error)
