"""What the forms say: the progress of a run, its result, errors, and the code that does the same. No widgets."""

from __future__ import annotations

from typing import Any, Final

from spacekit.batch import OUTCOMES, Batch
from spacekit.errors import SpacekitError
from spacekit.fetching.client import KEY_NAME
from spacekit.fetching.plan import Plan
from spacekit.fetching.progress import Progress
from spacekit.ids import Found
from spacekit.words import listed, plural, span

EMPTY: Final = "Paste ids or links of Spaces to begin."
STARTED: Final = "Starting."
CANCELLING: Final = "Cancelling. What has arrived is kept."
DRAWING: Final = "Fetched. Making the table and the chart."
KEY_TAKEN: Final = "Key read, and removed from the field. It is not stored."

_MOST_IN_CODE: Final = 1_000


def ready(found: Found, *, needs_key: bool = False) -> str:
    """Say what a click would do, or what is missing."""
    if not found.entries:
        return EMPTY
    if not found.ids:
        return "No Space id or link in the text."
    if needs_key:
        return f"No API key yet. Enter one, set {KEY_NAME}, or choose made-up data."
    return "Ready to fetch."


def running(progress: Progress) -> str:
    """Say how far a run is, and why it waits."""
    return f"{progress.done:,} of {progress.total:,} Spaces; {progress}."


def result(batch: Batch) -> str:
    """Say how a run ended, and what to do if something is missing."""
    got = f"{plural(len(batch.records), 'Space')} of {plural(len(batch.outcome_rows), 'input')}"
    again = next((entry for entry in batch.outcome_rows if not OUTCOMES[entry.outcome].final), None)
    if batch.complete or again is None:
        return f"Done: {got}." + ("" if batch.complete else " See below for the rest.")
    if batch.run.stopped == "cancelled":
        return f"Cancelled with {got}. Fetch again for the rest."
    why = f"Stopped early, as {batch.run.stopped}" if batch.run.stopped else "Incomplete"
    return f"{why}: {got}. {again.message or ''} {OUTCOMES[again.outcome].advice}"


def plain(error: Exception) -> str:
    """Word an error: one raised on purpose speaks for itself, another is named."""
    if isinstance(error, SpacekitError | OSError | ValueError):
        return str(error) or type(error).__name__
    return (
        f"Unexpected {type(error).__name__}: {error}. This is a bug in the form; its .error has the details."
    )


def plan_line(plan: Plan) -> str:
    """Say what a fetch would take."""
    wait = f"at least {span(plan.seconds, up=True)} at" if plan.seconds > 0 else "no wait for"
    cost = "" if plan.cost is None else f"; {plan.cost:,.4f} at your price"
    return (
        f"Plan: {plan.to_fetch:,} to fetch, {plan.fresh:,} from the archive; {wait} the rate limit{cost}. "
        "Nothing has been sent."
    )


def fetch_code(found: Found, kind: str, archive: str, max_age: Any) -> str:
    """Return code that fetches the same: from the sandbox, with a given Client, or with your own key."""
    if not found.ids:
        return ""
    few = len(found) <= _MOST_IN_CODE
    ids = repr(found.ids) if few else 'Path("ids.txt")'
    options = f", archive={archive!r}, max_age={max_age!r}" if archive else ""
    fetch = {
        "sandbox": f"with sk.sandbox() as client:\n    batch = client.fetch({ids}{options})",
        "given": f"batch = client.fetch({ids}{options})",
        "own": f"# with the key in {KEY_NAME}\nbatch = sk.fetch({ids}{options})",
    }[kind]
    return "\n".join(
        (["import spacekit as sk"] if few else ["from pathlib import Path", "import spacekit as sk"])
        + [fetch]
        + ([] if few else ["# ids.txt has the ids above, one on each line"])
    )


def not_read(batch: Batch | None) -> str:
    """Say what of the explorer's source is no Space, or ""."""
    if batch is None or batch.complete:
        return ""
    counts = {name: n for name, n in batch.counts.items() if not OUTCOMES[name].complete}
    return f"Not in the table, of {batch.run.source}: {listed(counts)}."
