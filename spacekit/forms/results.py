"""What the form that fetches shows, as HTML: what was recognised, the plan, what was found, what became of it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from spacekit.batch import OUTCOMES, Batch
from spacekit.fetching.plan import Plan, SearchPlan
from spacekit.fetching.search import VISIBLE_ONLY, Search
from spacekit.forms import parts, phrases
from spacekit.forms.faults import in_form_terms, reason_of
from spacekit.forms.wanted import Wanted
from spacekit.words import cell, escaped, period, plural, shortened

_HITS: Final = 100  # Spaces that a search found
_TEXT: Final = 90  # columns of a post
_SHOWN: Final = 5  # examples of a reason
_CUT: Final = 60  # characters of each


def understood(wanted: Wanted) -> str:
    """Return how many ids were recognised, and what was not, by reason. What is to be searched for is in the plan."""
    found = wanted.found
    pieces = []
    if found.entries:
        counts = f"<b>{plural(len(found), 'id')}</b>"
        counts += f", {len(found.duplicates):,} repeated" if found.duplicates else ""
        counts += f", <b>{len(found.rejected):,} not recognised</b>:" if found.rejected else ""
        reasons: dict[str, list[str]] = defaultdict(list)
        for text, why in found.rejected:
            reasons[why].append(text)
        rows = ((len(texts), _examples(texts), in_form_terms(why)) for why, texts in reasons.items())
        pieces = [f"<div>{counts}</div>", table(("", "Text", "Why"), rows)]
    return "".join(pieces)


def plan(
    fetch: Plan | None, search: SearchPlan | None, wanted: Wanted, *, sent: bool, needs_price: bool
) -> str:
    """Return what fetching and searching take and cost, before anything is sent."""
    lines = [phrases.plan_line(fetch)] if fetch else []
    lines += [phrases.search_line(search, wanted), phrases.for_the_host(wanted)] if search else []
    lines += ["To see the cost, enter the price of a request."] if lines and needs_price else []
    lines += ["Nothing has been sent."] if lines and not sent else []
    return "".join(map(parts.remark, lines))


def hits(search: Search | None) -> str:
    """Return what a search found: how many Spaces, and the first post of each."""
    if search is None:
        return ""
    posts = search.posts.sort_values("posted_at", kind="stable").drop_duplicates("space_id")
    rows = map(_hit, posts.head(_HITS).itertuples())
    head = f"<b>{plural(len(search), 'Space')}</b> in {plural(search.posts_seen, 'post')}, "
    head += f"{search.posts_paid_for:,} of them paid for. {VISIBLE_ONLY}"
    more = parts.remark(f"The first {_HITS} of {len(posts):,} Spaces.") if len(posts) > _HITS else ""
    heads = ("Posted (UTC)", "By", "Post", "Views", "Space")
    return f'<div>{head}</div><div class="spacekit-hits" tabindex="0">{table(heads, rows)}</div>{more}'


def _hit(row: Any) -> tuple[str, ...]:
    """Return a row of the table of posts."""
    text = shortened(cell(row.text), _TEXT)
    return cell(row.posted_at), f"@{cell(row.author_screen_name)}", text, cell(row.views), _link(row.space_id)


def card(batch: Batch | None) -> str:
    """Return how many Spaces came, when, and what became of the other inputs, by reason."""
    if batch is None:
        return ""
    times = [time for time in batch.fetched_at if time is not None]
    when = f", fetched {period(min(times), max(times))}" if times else ""
    head = f"<b>{plural(len(batch), 'Space')}</b> of {plural(len(batch.outcome_rows), 'input')}{when}"
    reasons: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in batch.outcome_rows:
        if not OUTCOMES[entry.outcome].complete:
            reasons[entry.outcome, reason_of(entry)].append(entry.input)
    rows = [
        (
            len(inputs),
            _examples(inputs),
            f"{name.replace('_', ' ')}: {why}",
            in_form_terms(OUTCOMES[name].advice),
        )
        for (name, why), inputs in sorted(reasons.items(), key=lambda item: -len(item[1]))
    ]
    return f"<div>{head}</div>{table(('', 'Input', 'Why it is not there', 'What to do'), rows)}"


def table(heads: Sequence[str], rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as a small table, escaped; "" if there are none. A column without a head holds counts."""
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f'<th scope="col">{escaped(name)}</th>' for name in heads)
    kind = "spacekit-reasons" if all(heads) else "spacekit-reasons spacekit-counted"
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


class _Html(str):
    """Text that is HTML already."""


def _cell(value: Any) -> str:
    return f"<td>{value if isinstance(value, _Html) else escaped(str(value))}</td>"


def _link(space_id: str) -> _Html:
    """Return the link of a Space."""
    name = escaped(space_id)
    return _Html(f'<a href="https://x.com/i/spaces/{name}" target="_blank" rel="noopener">{name}</a>')


def _examples(texts: list[str]) -> str:
    """Return the first few of some entries, cut."""
    shown = [shortened(text, _CUT) for text in texts[:_SHOWN]]
    return ", ".join(shown) + (f" and {len(texts) - _SHOWN:,} more" if len(texts) > _SHOWN else "")
