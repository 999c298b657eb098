"""The progress of a run, and a bar that shows it. It asks nothing and decides nothing."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from threading import RLock
from typing import Any, Final

from spacekit.fetching.forks import renew_after_fork
from spacekit.fetching.interrupts import held
from spacekit.words import plural, span

_FIRST_S: Final = 10.0
_EVERY_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Progress:
    """
    Progress of a run. Counts are Spaces, each counted once; of a search, they are posts.

    Attributes
    ----------
    total
        Spaces asked for; of a search, posts that may still come with those that came.
    done
        Spaces or posts that are there, from the service or from the archive.
    failed
        Spaces that ended without one: not found, forbidden, no useful answer, ...; of a search, queries.
    left
        Spaces that have not ended; of a search, posts that may still come, 0 if there is no limit.
    seconds_left
        Least time until the last request may be sent, at the limit; None where there is no limit.
    waiting_for
        Why nothing is sent at the moment; None while requests go out.
    wait_s
        Seconds until the next request at the earliest; None where it is not known.
    unit
        What is counted: "Space" or "post".
    is_down
        Whether nothing is sent because the service seems down.
    """

    total: int
    done: int
    failed: int
    left: int
    seconds_left: float | None = None
    waiting_for: str | None = None
    wait_s: float | None = None
    unit: str = "Space"
    is_down: bool = False

    def plus(self, already: Progress) -> Progress:
        """Return the progress with Spaces that needed no asking."""
        return replace(
            self,
            total=self.total + already.total,
            done=self.done + already.done,
            failed=self.failed + already.failed,
        )

    @property
    def note(self) -> str:
        """What is waited for and how long, such as 'rate limit: next in 12 s'; '' while requests go out."""
        if self.waiting_for is None:
            return ""
        if self.wait_s is None:
            return self.waiting_for
        return f"{self.waiting_for}: next in {span(self.wait_s, up=True)}"

    def __str__(self) -> str:
        to_go = self.seconds_left and f"at least {span(self.seconds_left)} to go"
        parts = [f"failed {self.failed}", f"left {self.left}", to_go, self.note]
        return ", ".join(part for part in parts if part)


OnProgress = Callable[[Progress], object]
"""A function that is called with the progress of a run some ten times a second, and at its end."""


class Bar:
    """
    A tqdm bar of a run, for a terminal or a notebook.

    It leaves out tqdm's own guess of the time left: requests go in bursts, which mislead it.
    """

    def __init__(self) -> None:
        self._bar: Any = None
        with held(firm=True):  # a module that is half imported cannot be imported again
            # Late, as it loads ipywidgets in a notebook, which takes a while.
            self._made: Any = import_module("tqdm.auto").tqdm
        renew_after_fork(self)

    def renew(self) -> None:
        """Leave the bar to the parent of this process, also where a thread of it was about to draw."""
        self._made.set_lock(RLock())
        if self._bar is not None:
            self._bar.disable = True

    def __call__(self, progress: Progress) -> None:
        """Show the progress; a terminal that was closed ends no run."""
        with suppress(OSError):
            self._show(progress)

    def _show(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = self._new(progress)
        self._resize(progress.total)
        text, shown_text = str(progress), self._bar.postfix
        self._bar.set_postfix_str(text, refresh=False)
        self._bar.update(progress.total - progress.left - self._bar.n)
        # `update` redraws only where the count moved: a wait has to be seen as well.
        if progress.waiting_for and text != shown_text:
            self._bar.refresh()

    def _resize(self, total: int) -> None:
        """Set the length, which a search learns at its end. In a notebook the bar is a widget with one of its own."""
        if total != self._bar.total and (widgets := getattr(self._bar, "container", None)) is not None:
            widgets.children[1].max = total
        self._bar.total = total

    def close(self) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            with suppress(OSError):
                self._bar.close()

    def _new(self, progress: Progress) -> Any:
        form = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"
        unit = progress.unit
        return self._made(
            total=progress.total,
            unit=unit,
            desc=f"{unit[0].upper()}{unit[1:]}s",
            bar_format=form,
            dynamic_ncols=True,
        )


class Lines:
    """
    A line on standard error now and then, for a log or a pipe: first after some seconds, then less often; and at once
    where the service seems down.

    Parameters
    ----------
    clock
        Seconds, for the time between two lines.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next_s: float | None = None
        self._is_down = False

    def __call__(self, progress: Progress) -> None:
        """Write the progress, where it is time."""
        now = self._clock()
        if self._next_s is None:
            self._next_s = now + _FIRST_S
        if progress.is_down and not self._is_down:
            self._next_s = now
        self._is_down = progress.is_down
        if now < self._next_s or not progress.left:
            return
        self._next_s = now + _EVERY_S
        of = f"{progress.done:,} of {plural(progress.total, progress.unit)} are there"
        with suppress(OSError):  # a log that cannot be written ends no run
            sys.stderr.write(f"spacekit: {datetime.now(UTC):%H:%M:%S} UTC: {of}, {progress}\n")
            sys.stderr.flush()


@contextmanager
def shown(progress: bool | OnProgress) -> Iterator[OnProgress | None]:
    """Yield the function to call with each `Progress`: the one passed in, a bar, or None."""
    bar = Bar() if progress and not callable(progress) else None
    try:
        yield progress if callable(progress) else bar
    finally:
        if bar is not None:
            bar.close()
