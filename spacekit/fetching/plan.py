"""`Plan`: what a fetch would do, take and cost, and how a notebook shows it. `Client.plan` makes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from spacekit.words import Card, Carded, shortened, span

_SHOWN = 5  # invalid inputs
_WIDTH = 40  # columns of each
_AT_ONCE = "no wait for the limit"


@dataclass(frozen=True, slots=True)
class Plan(Carded):
    """
    What a fetch would do, take and cost. Made by `Client.plan`; nothing was sent.

    Attributes
    ----------
    asked
        Inputs, of any kind.
    duplicates, invalid
        Inputs given before, and inputs that are not the id of a Space or a link to one.
    fresh
        Spaces that the archive answers for.
    to_fetch
        Spaces to ask for: one request each if all goes well. A Space that is not found may take a second one, at
        the other documented address.
    seconds
        Least time until the last request is sent, at the limit, with what was sent in the last minute and with
        immediate answers. 0 where there is no limit.
    cost
        `to_fetch` times the Client's `price_per_request`; None if it has none.
    ids_to_fetch
        The ids, in the order asked.
    rejected
        Text and reason of each invalid input.
    """

    asked: int
    duplicates: int
    invalid: int
    fresh: int
    to_fetch: int
    seconds: float
    cost: float | None = None
    ids_to_fetch: tuple[str, ...] = field(default=(), repr=False)
    rejected: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def facts(self) -> list[tuple[str, str]]:
        """Return name and value of each fact, in words and in order; a cost only if there is a price."""
        facts = [
            ("asked", f"{self.asked:,}"),
            ("duplicates", f"{self.duplicates:,}"),
            ("invalid", f"{self.invalid:,}"),
            *(("", words) for words in self._reasons()),
            ("in the archive", f"{self.fresh:,}"),
            ("to fetch", f"{self.to_fetch:,}"),
            ("time", f"at least {span(self.seconds, up=True)}, at the limit" if self.seconds else _AT_ONCE),
        ]
        return facts if self.cost is None else [*facts, ("cost, at your price", f"{self.cost:,.4f}")]

    def _reasons(self) -> list[str]:
        """Return why the first of the invalid inputs are invalid."""
        shown = [f"{shortened(text, _WIDTH)!r}: {reason}" for text, reason in self.rejected[:_SHOWN]]
        return shown + ([f"and {self.invalid - _SHOWN:,} more"] if self.invalid > _SHOWN else [])

    def _card(self) -> Card:
        return Card(
            "Plan", "; nothing was sent", self.facts(), then=["client.fetch(ids)"] if self.to_fetch else []
        )
