"""What is said of an archive: the card that `print` and notebooks show."""

from __future__ import annotations

from pathlib import Path

from spacekit.archive.answers import Facts
from spacekit.words import Card, period, plural, size


def card_of(path: Path, facts: Facts, spaces: int, *, made_up: bool) -> Card:
    """Return the card of an archive that is there."""
    fetched = period(facts.first, facts.last) if facts.first and facts.last else "nothing yet"
    # Besides Spaces, an archive has answers that there is no such Space.
    answers = f"{facts.observations:,}, about {plural(facts.ids, 'id')}"
    return Card(
        plural(spaces, "Space"),
        f" in the archive {path.name}",
        facts=[("answers", answers), ("fetched", fetched), ("file", f"{path}, {size(path.stat().st_size)}")],
        then=["archive.spaces", "archive.observations()", "sk.compare(archive)", "sk.plot.growth(archive)"],
        made_up=made_up,
    )


def card_of_none(path: Path) -> Card:
    """Return the card of an archive that nothing was written to."""
    about = f": the file {path} is not made yet"
    return Card("An archive without answers", about, then=["client.fetch(ids, archive=archive)"])
