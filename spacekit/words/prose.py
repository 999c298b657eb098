"""`Prose`: sentences that a notebook shows as a paragraph. It words nothing."""

from __future__ import annotations

from html import escape


class Prose(str):
    """Sentences: text like any other, which a notebook shows as a paragraph whose lines break between words."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<div style="max-width:64em;line-height:1.4">{escape(self)}</div>'
