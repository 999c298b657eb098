"""What the forms say: the progress of a run, its result, errors, and the code that does the same. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spacekit.batch import OUTCOMES, Batch
from spacekit.errors import SpacekitError
from spacekit.fetching.paging import MAX_POSTS
from spacekit.forms.faults import FieldError, in_form_terms, reason_of
from spacekit.words import KEY_NAME, listed, plural, span

if TYPE_CHECKING:
    from spacekit.fetching.plan import Plan, SearchPlan
    from spacekit.fetching.progress import Progress
    from spacekit.fetching.search import Search
    from spacekit.forms.wanted import Wanted
    from spacekit.ids import Found

EMPTY: Final = "Paste ids or links of Spaces, or name a host, to begin."
STARTED: Final = "Starting."
CANCELLING: Final = "Cancelling. What has arrived is kept."
DRAWING: Final = "Fetched. Making the table and the chart."
ASKING: Final = "Asking for the balance."
KEY_TAKEN: Final = "Key read, and removed from the field. It is not stored."
CORRECT: Final = "Correct what is marked in red first."


def ready(step: str, found: Found, *, wrong: bool, needs_key: bool) -> str:
    """Say what a click would do, or what is missing."""
    if wrong:
        return CORRECT
    if not step:
        return EMPTY
    if step == "fetch" and not found.ids:
        return "No Space id or link in the text."
    if needs_key:
        return f"No API key yet. Enter one, set {KEY_NAME}, or choose made-up data."
    return f"Ready to {step}."


def running(progress: Progress) -> str:
    """Say how far a run is, and why it waits."""
    if progress.unit == "post":
        note = f"; {progress.note}" if progress.note else ""
        return f"Searching: {plural(progress.done, 'post')} of at most {progress.total:,}{note}."
    return f"{progress.done:,} of {progress.total:,} Spaces; {progress}."


def result(batch: Batch) -> str:
    """Say how a run ended, and what to do if something is missing."""
    got = f"{plural(len(batch.records), 'Space')} of {plural(len(batch.outcome_rows), 'input')}"
    again = next((entry for entry in batch.outcome_rows if not OUTCOMES[entry.outcome].final), None)
    if batch.complete or again is None:
        return f"Done: {got}." + ("" if batch.complete else " See below for the rest.")
    if batch.run.stopped == "cancelled":
        return f"Cancelled with {got}. Click Fetch again for the rest; what has arrived is kept."
    advice = in_form_terms(OUTCOMES[again.outcome].advice)
    if batch.run.stopped:
        return f"Stopped early, as {batch.run.stopped}: {got}. {advice}"
    return f"Incomplete: {got}. Failed: {reason_of(again)}. {advice}"


def found(search: Search) -> str:
    """Say how a search ended, and what to do next."""
    came = f"{plural(len(search), 'Space')} in {plural(search.posts_seen, 'post')}"
    if search.run.stopped == "cancelled":
        return f"Cancelled with {came}. Click Search again for the rest; what has arrived is kept."
    if search.run.stopped or not search.ends.keys().isdisjoint(OUTCOMES):
        why = search.run.stopped or ", ".join(search.ends)
        return f"Stopped early, as {why}: {came}. Click Search again for the rest; what has arrived is kept."
    limit = " The limit of posts was reached: there may be more." if MAX_POSTS in search.ends else ""
    return (
        f"Found {came}.{limit} Click Fetch to fetch {'it' if len(search) == 1 else 'them'}."
        if len(search)
        else (
            f"Found no Space in {plural(search.posts_seen, 'post')}.{limit} Try other words, or a longer time."
        )
    )


def plain(error: Exception) -> str:
    """Word an error: one raised on purpose speaks for itself, another is named."""
    busy = isinstance(error, RuntimeError) and str(error).startswith(
        "Client: "
    )  # closed, or in use elsewhere
    if busy or isinstance(error, FieldError | SpacekitError | OSError | ValueError):
        return in_form_terms(str(error)) or type(error).__name__
    return (
        f"Unexpected {type(error).__name__}: {error}. This is a bug in the form; its .error has the details."
    )


def plan_line(plan: Plan) -> str:
    """Say what a fetch would take."""
    there = f", {plan.fresh:,} there already" if plan.fresh else ""
    return f"{plan.to_fetch:,} to fetch{there}. {_takes(plan.to_fetch, plan.seconds, plan.cost)}"


def posts_of(wanted: Wanted) -> str:
    """Say which posts a search is for."""
    hosts = [f"@{host}" for host in wanted.hosts]
    of = f" of the {'host' if len(hosts) == 1 else 'hosts'} {', '.join(hosts)}" if hosts else ""
    return f"posts{of}{f' with the words {wanted.words}' if wanted.words else ''}"


def for_the_host(wanted: Wanted) -> str:
    """Say how to search for a host, where the words could be its handle; else ""."""
    return f"For the host, write @{wanted.words}." if wanted.like_a_handle else ""


def search_line(plan: SearchPlan, wanted: Wanted) -> str:
    """Say what is searched for, and what it takes at most."""
    search = f"Search {posts_of(wanted)}"
    if not plan.to_ask:
        return f"{search}: {plural(plan.archived_posts, 'post')} are there already. Costs nothing."
    there = f", {plan.archived_posts:,} there already" if plan.archived_posts else ""
    if plan.posts is None or plan.requests is None:
        return f"{search}: all there are{there}. What it costs is not known before."
    posts = f"at most {plan.posts:,} in {plural(plan.requests, 'request')}"
    return f"{search}: {posts}{there}. {_takes(plan.requests, plan.seconds, plan.cost)}"


def _takes(requests: int, seconds: float, amount: float | None) -> str:
    """Say how long requests take, and what they cost at the user's price."""
    if not requests:
        return "Costs nothing."
    wait = f"At least {span(seconds, up=True)} at the rate limit." if seconds > 0 else "No wait."
    return wait if amount is None else f"{wait} Costs at most {amount:,.4f} at your price."


def balance(amount: float) -> str:
    """Say what is left in the account."""
    return f"Balance: {amount:,.2f} USD."


def no_balance(error: Exception) -> str:
    """Say why the balance is not known; the plan does not need it."""
    return f"Balance not known: {plain(error)}"


def not_read(batch: Batch | None) -> str:
    """Say what of the explorer's source is no Space, or ""."""
    if batch is None or batch.complete:
        return ""
    counts = {name: n for name, n in batch.counts.items() if not OUTCOMES[name].complete}
    return f"Not in the table, of {batch.run.source}: {listed(counts)}."
