"""What was understood of a pasted text, as HTML: ids, duplicates, and what was not understood and why."""

from __future__ import annotations

from html import escape
from typing import Final

from spacekit.forms.fetch_state import KEY
from spacekit.ids import Found
from spacekit.words import plural, shortened

_SHOWN: Final = 10
_CUT: Final = 60


def understood(found: Found) -> str:
    """Count ids and duplicates, and list the first entries that were not understood."""
    if not found.entries:
        return ""
    told = f"<b>{plural(len(found), 'id')}</b>"
    told += f", {len(found.duplicates):,} given before" if found.duplicates else ""
    told += f", <b>{len(found.rejected):,} not understood</b>:" if found.rejected else ""
    return f"<div>{told}{_rejected(found.rejected)}</div>"


def _rejected(rejected: list[tuple[str, str]]) -> str:
    items = "".join(
        f"<li><code>{escape(_shown(text))}</code>: {escape(why)}</li>" for text, why in rejected[:_SHOWN]
    )
    more = len(rejected) - _SHOWN
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    style = "margin:.2em 0 .2em 1.4em;padding:0;line-height:1.4;overflow-wrap:anywhere"
    return f'<ul style="{style}">{items}</ul>' if items else ""


def _shown(text: str) -> str:
    if KEY.search(text):
        return "(looks like an API key: not shown)"
    return shortened(text, _CUT)
