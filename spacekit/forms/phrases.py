"""What the forms say: how a run stands, what came of it, errors, and the code that does the same. No widgets."""

from __future__ import annotations

from typing import Any, Final

from spacekit.batch import OUTCOMES, Batch, report
from spacekit.errors import SpacekitError
from spacekit.fetching.client import KEY_NAME
from spacekit.fetching.plan import Plan
from spacekit.fetching.progress import Progress
from spacekit.ids import Found
from spacekit.words import plural, span

EMPTY: Final = "Paste ids or links of Spaces to begin."
STARTED: Final = "Starting."
CANCELLING: Final = "Cancelling: what has come is kept."
DRAWING: Final = "Fetched; making the table and the chart."
KEY_TAKEN: Final = "Key taken, and removed from the field. It is not stored."

_MOST_IN_CODE: Final = 1_000


def ready(found: Found, *, needs_key: bool = False) -> str:
    """Say what a click would do, or what is missing."""
    if not found.entries:
        return EMPTY
    if not found.ids:
        return "No Space id or link in the text."
    if needs_key:
        return "No API key yet: enter one, set SOCIALDATA_API_KEY, or choose made-up data."
    return "Ready to fetch."


def running(progress: Progress) -> str:
    """Say how a run stands, and why it waits."""
    return f"{progress.done:,} of {progress.total:,} Spaces; {progress}."


def result(batch: Batch) -> str:
    """Say what came of a run, and what to do where something is missing."""
    got = f"{plural(len(batch.records), 'Space')} of {report.inputs(batch)}."
    first = next((entry for entry in batch.outcome_rows if not OUTCOMES[entry.outcome].final), None)
    if batch.complete or first is None:
        return f"Done: {got}" + ("" if batch.complete else " See below for the rest.")
    if batch.run.stopped == "cancelled":
        return f"Cancelled: kept {got} Fetch again for the rest."
    why = f"Stopped early, as {batch.run.stopped}: " if batch.run.stopped else "Not all came: "
    return f"{why}{got} {first.message or ''} {OUTCOMES[first.outcome].advice}"


def plain(error: Exception) -> str:
    """Word an error: those raised on purpose say it themselves, others are named."""
    if isinstance(error, SpacekitError | OSError | ValueError):
        return str(error) or type(error).__name__
    return f"Unexpected {type(error).__name__}: {error} This is a fault of the form; see its .error."


def fetch_code(found: Found, kind: str, archive: str, max_age: Any) -> str:
    """Give the lines that fetch the same: from the sandbox, a given Client, or with one's own key."""
    if not found.ids:
        return ""
    ids = repr(found.ids) if len(found) <= _MOST_IN_CODE else 'Path("ids.txt")'
    options = f", archive={archive!r}, max_age={max_age!r}" if archive else ""
    lines = [] if len(found) <= _MOST_IN_CODE else ["from pathlib import Path"]
    lines.append("import spacekit as sk")
    if kind == "sandbox":
        lines += ["with sk.sandbox() as client:", f"    batch = client.fetch({ids}{options})"]
    elif kind == "given":
        lines.append(f"batch = client.fetch({ids}{options})")
    else:
        lines += [f"# with the key in {KEY_NAME}", f"batch = sk.fetch({ids}{options})"]
    if len(found) > _MOST_IN_CODE:
        lines.append("# ids.txt: the ids above, one a line")
    return "\n".join(lines)


def plan_line(plan: Plan) -> str:
    """Say what a fetch would take."""
    wait = (
        f"at least {span(plan.seconds)} at the limit" if plan.seconds > 0 else "without waiting for the limit"
    )
    cost = "" if plan.cost is None else f"; cost at your price: {plan.cost:,.4f}"
    return f"Plan (nothing is sent yet): {plan.to_fetch:,} to fetch, {wait}; {plan.fresh:,} from the archive{cost}."
