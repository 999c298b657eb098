"""What came of each input: from the results and the archive to a `Batch`. Pure; asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spacekit.archive import Kept, invalid
from spacekit.batch import OUTCOMES, Batch, Outcome, Run
from spacekit.fetching.tasks import SpaceTask
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
            outcome = first[space_id]._replace(outcome="duplicate", message=None, attempts=0)
        else:
            outcome = answers[space_id].outcome
            if outcome.record is not None:
                outcome = outcome._replace(record=len(texts))
                texts.append(answers[space_id].body)
            first[space_id] = outcome
        outcomes.append(outcome._replace(input=entry.text))
    times = [o.fetched_at for o in first.values() if o.record is not None]
    whole = sum(len(part.spaces) for part in parts) == len(texts)  # not where an answer holds several Spaces
    return Batch(texts, times, outcomes, run, parts if whole else None)


def _fetched(task: SpaceTask, why: str) -> Kept:
    """Return what came of a Space that was to be asked for; a `record` says that it is there."""
    outcome = Outcome(task.space_id, task.space_id, "not_tried", attempts=task.requests)
    result = task.result
    if result is None:
        what = "no answer had come" if task.requests else "not asked"
        message = f"Space {task.space_id!r}: {what} when the run ended: {why}. Run it again."
        return Kept(outcome._replace(message=message), b"")
    outcome = outcome._replace(http_status=result.status)
    if not task.ended:
        message = f"{result.error} Not asked again{'' if why in str(result.error) else f': {why}'}."
        return Kept(outcome._replace(outcome="failed", message=message), b"")
    outcome = outcome._replace(outcome=result.outcome)
    if OUTCOMES[result.outcome].final:
        outcome = outcome._replace(fetched_at=result.fetched_at)
    if result.error is None:
        return Kept(outcome._replace(record=0), result.body or b"")
    # Only a Space that was asked again says how often; a redirect, for one, does not.
    often = f" Asked {task.requests} times." if task.tries > 1 else ""
    return Kept(outcome._replace(message=f"{result.error}{often}"), result.body or b"")
