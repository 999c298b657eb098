"""What came of each input: from the replies and the archive to a `Batch`. Pure; asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from spacekit.archive import Kept, invalid
from spacekit.batch import OUTCOMES, Batch, Outcome, Run
from spacekit.fetching.decisions import Reply
from spacekit.fetching.queue import Task
from spacekit.ids import Entry, Found


class _Collector:
    """Gathers texts and outcomes in the order asked."""

    def __init__(self, stopped: str | None) -> None:
        self.texts: list[bytes] = []
        self.times: list[int | None] = []
        self._why = stopped or "the run ended"

    def keep(self, body: bytes, fetched_at: int | None) -> int:
        """Keep the text of a Space; give its place."""
        self.texts.append(body)
        self.times.append(fetched_at)
        return len(self.texts) - 1

    def archived(self, entry: Entry, kept: Kept) -> Outcome:
        """Outcome of a Space that the archive answers for."""
        outcome = replace(kept.outcome, input=entry.text)
        if outcome.record is not None:
            outcome.record = self.keep(kept.body, outcome.fetched_at)
        return outcome

    def fetched(self, entry: Entry, task: Task) -> Outcome:
        """Outcome of a Space that was to be asked for."""
        outcome = Outcome(entry.text, task.space_id, "not_tried", attempts=task.requests)
        reply = task.reply
        if reply is None:
            what = "no answer had come" if task.requests else "not asked"
            outcome.message = (
                f"Space {task.space_id!r}: {what} when the run ended: {self._why}. Run it again."
            )
            return outcome
        outcome.http_status = reply.status
        if not task.ended:
            outcome.outcome = "failed"
            outcome.message = f"{reply.error} Not asked again: {self._why}."
            return outcome
        outcome.outcome = reply.outcome
        outcome.message = _message(task, reply)
        if OUTCOMES[reply.outcome].final:
            outcome.fetched_at = reply.fetched_at
        if reply.error is None and reply.body is not None:
            outcome.record = self.keep(reply.body, reply.fetched_at)
        return outcome


def batch_of(found: Found, stored: Mapping[str, Kept], tasks: Iterable[Task], run: Run) -> Batch:
    """
    Make the batch of a run.

    Parameters
    ----------
    found
        What was asked for.
    stored
        Answers that came from the archive, by id.
    tasks
        What came of each other id.
    run
        Facts of the run.

    Returns
    -------
    batch
        One outcome for each input. A duplicate has status, time and record of the first one, and no requests.
    """
    by_id = {task.space_id: task for task in tasks}
    collector = _Collector(run.stopped)
    first: dict[str, Outcome] = {}
    outcomes = []
    for entry in found.entries:
        space_id = entry.space_id
        if space_id is None:
            outcome = invalid(entry)
        elif space_id in first:
            outcome = replace(
                first[space_id], input=entry.text, outcome="duplicate", message=None, attempts=0
            )
        elif space_id in stored:
            outcome = first[space_id] = collector.archived(entry, stored[space_id])
        else:
            outcome = first[space_id] = collector.fetched(entry, by_id[space_id])
        outcomes.append(outcome)
    return Batch(collector.texts, collector.times, outcomes, run)


def _message(task: Task, reply: Reply) -> str | None:
    if reply.error is None:
        return None
    # Only a Space that was asked again has this to tell; a redirect, for one, is not.
    return f"{reply.error} Asked {task.requests} times." if task.tries > 1 else str(reply.error)
