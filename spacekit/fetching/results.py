"""What came of each input: from the results and the archive to a `Batch`. Pure; asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from spacekit.archive import Kept, invalid
from spacekit.batch import OUTCOMES, Batch, Outcome, Run
from spacekit.fetching.queue import SpaceTask
from spacekit.ids import Found


def batch_of(
    found: Found, stored: Mapping[str, Kept], tasks: Iterable[SpaceTask], run: Run, parts: Sequence[Any] = ()
) -> Batch:
    """
    Return the batch of a run.

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
    parts
        The tables of all answers, where they are made already.

    Returns
    -------
    batch
        One outcome for each input. A duplicate has status, time and record of the first one, and no requests.
    """
    why = run.stopped or "the run ended"
    answers = {**stored, **{task.space_id: _fetched(task, why) for task in tasks}}
    texts: list[bytes] = []
    first: dict[str, Outcome] = {}
    outcomes = []
    for entry in found.entries:
        space_id = entry.space_id
        if space_id is None:
            outcome = invalid(entry)
        elif space_id in first:
            outcome = replace(first[space_id], outcome="duplicate", message=None, attempts=0)
        else:
            outcome = first[space_id] = replace(answers[space_id].outcome)
            if outcome.record is not None:
                outcome.record = len(texts)
                texts.append(answers[space_id].body)
        outcome.input = entry.text
        outcomes.append(outcome)
    times = [o.fetched_at for o in first.values() if o.record is not None]
    whole = sum(len(part.spaces) for part in parts) == len(texts)  # not where an answer holds several Spaces
    return Batch(texts, times, outcomes, run, parts if whole else None)


def _fetched(task: SpaceTask, why: str) -> Kept:
    """Return what came of a Space that was to be asked for; a `record` says that it is there."""
    outcome = Outcome(task.space_id, task.space_id, "not_tried", attempts=task.requests)
    result = task.result
    if result is None:
        what = "no answer had come" if task.requests else "not asked"
        outcome.message = f"Space {task.space_id!r}: {what} when the run ended: {why}. Run it again."
        return Kept(outcome, b"")
    outcome.http_status = result.status
    if not task.ended:
        outcome.outcome, outcome.message = "failed", f"{result.error} Not asked again: {why}."
        return Kept(outcome, b"")
    outcome.outcome = result.outcome
    if OUTCOMES[result.outcome].final:
        outcome.fetched_at = result.fetched_at
    if result.error is None:
        outcome.record = 0
    else:
        # Only a Space that was asked again says how often; a redirect, for one, does not.
        outcome.message = (
            f"{result.error} Asked {task.requests} times." if task.tries > 1 else str(result.error)
        )
    return Kept(outcome, result.body or b"")
