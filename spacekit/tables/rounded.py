"""A result as people read it: the columns they need, with short heads and rounded. The table itself stays exact."""

from __future__ import annotations

import pandas as pd

from spacekit.tables.given import Spaces, spaces_in
from spacekit.tables.views import view_of
from spacekit.words import Column, as_html, as_text, escaped, even_half_made, keyless, plural, wrapped

_MOST = 40  # rows


class Rounded:
    """
    A table as it is shown: rounded, in a few columns. Made by `rounded`.

    Parameters
    ----------
    table
        The exact table.
    most
        How many rows are shown.
    rest
        What follows "... and 3 rows more".

    Attributes
    ----------
    table
        The exact table, unchanged.
    """

    def __init__(self, table: pd.DataFrame, most: int = _MOST, rest: str = " in .table") -> None:
        self.table = table
        self._most = most
        self._rest = rest

    def columns(self) -> list[Column]:
        """Return what is shown of the first rows."""
        return view_of(self.table).columns(self.table.head(self._most))

    def notes(self) -> list[str]:
        """Return what is said below: how many rows are left, and what the columns mean."""
        left = len(self.table) - self._most
        more = f"... and {plural(left, 'row')} more{self._rest}" if left > 0 else ""
        note = view_of(self.table).note(self.table) if len(self.table) else "No rows."
        return [line for line in (more, note) if line]

    @even_half_made
    def __str__(self) -> str:
        return "\n".join([as_text(self.columns()), *map(wrapped, self.notes())])

    @even_half_made
    def __repr__(self) -> str:
        return str(self)

    @even_half_made
    def _repr_html_(self) -> str:
        notes = (f'<div style="opacity:.75;font-size:90%">{escaped(note)}</div>' for note in self.notes())
        return as_html(self.columns()) + "".join(notes)


@keyless
def rounded(table: Spaces) -> Rounded:
    """
    Return a result as people read it: the columns they need, rounded. The exact table is in its `.table`.

    Parameters
    ----------
    table
        What `compare`, `contrast`, `hosts` return; a table of Spaces, observations, outcomes or creators; any other
        table. Or a `Batch` or an `Archive`, for its Spaces. It is not changed.

    Returns
    -------
    rounded
        An object that a notebook shows as a small table, and `print` as aligned text; the first 40 rows. Counts have
        commas, shares are in percent, intervals read "31 to 45 %", instants are to the minute and name their zone,
        spans are in their largest unit, and what is missing is "–":

        - of `compare`, seven columns: the group, n, the medians of live listeners, replay plays and share, the interval
          of the share, and a remark: `thin` (too few creators for an interval), and how many Spaces were left out;
        - of a table of Spaces: title, host, date, live, replay, share first, then your own columns;
        - of a table that spacekit does not know: all its columns.

    Raises
    ------
    TypeError
        `table` is none of these.

    Examples
    --------
    >>> import spacekit as sk
    >>> week = sk.at_age(sk.read(sk.sample_observations_path()), "7D")
    >>> sk.rounded(sk.compare(week))
    group   n   live  replay  share      interval  remark
    all    21  2,789     671   26 %   5.8 to 55 %  2 left out
    Medians of the two counts and of the share; the interval is that of the share.
    >>> sk.rounded(week[["creator_screen_name", "started_at", "age_before"]].head(2))
    creator_screen_name  started_at (UTC)  age_before
    sample_futebol       2026-05-24 21:15        25 h
    sample_markets       2026-04-29 12:31       3.1 d
    """
    return Rounded(spaces_in(table, "rounded"))
