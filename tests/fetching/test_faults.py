"""Storms of faults on a real server: every Space ends as it should, whatever happens on the way."""

import random
import warnings
from collections.abc import Callable

import pandas as pd
import pytest

from spacekit.errors import IncompleteWarning
from spacekit.fetching.http import MAX_BODY
from spacekit.server import Fault, Server

PASSING: dict[str, Callable[[], Fault]] = {
    "500": lambda: Fault(500),
    "502 with a page": lambda: Fault(502, b"<html>Bad Gateway</html>"),
    "503 with Retry-After 0": lambda: Fault(503, headers={"Retry-After": "0"}),
    "429 without Retry-After": lambda: Fault(429),
    "429 with an odd Retry-After": lambda: Fault.too_many("-1"),
    "reset at once": lambda: Fault(drop="reset"),
    "reset in the body": lambda: Fault.truncated(10, "reset"),
    "closed at once": lambda: Fault(drop="close"),
    "half-closed": lambda: Fault(drop="half-close", drop_after=5),
    "truncated": lambda: Fault.truncated(10),
    "garbage": Fault.garbage,
    "empty": Fault.empty,
    "too slow to begin": lambda: Fault(latency_s=1.0),
    "too slow to end": lambda: Fault(trickle_s=2.0),
}
"""What goes by: asked again, the Space comes."""

LASTING: dict[str, tuple[Callable[[], Fault], str]] = {
    "403": (lambda: Fault(403), "forbidden"),
    "404": (lambda: Fault(404), "not_found"),
    "200 without a Space": (lambda: Fault(200, b"{}"), "not_found"),
    "422": (lambda: Fault(422), "rejected"),
    "redirect": (lambda: Fault.redirect("http://127.0.0.1:9/"), "failed"),
    "another status": (lambda: Fault(418), "failed"),
    "no object": (lambda: Fault(200, b"[1, 2]"), "failed"),
    "another Space": (lambda: Fault(200, b'{"id": "1Other0000000", "state": "Ended"}'), "failed"),
    "oversized": (lambda: Fault.oversized(MAX_BODY + 1), "failed"),
    "gzip bomb": (lambda: Fault.bomb(MAX_BODY + 2**20), "failed"),
    "500 for ever": (lambda: Fault(500), "failed"),
}
"""What stays, and the outcome."""


def made_up_ids(number: int) -> list[str]:
    """Ids of Spaces that the server has."""
    return [f"1Made{place:08d}" for place in range(number)]


def storm(number: int, fault_of: Callable[[str, int], Fault | None], timeout_s: float = 0.3) -> pd.DataFrame:
    """Fetch a number of Spaces through faults, and return the outcomes."""
    ids = made_up_ids(number)
    records = [{"id": space_id, "state": "Ended"} for space_id in ids]
    with (
        Server(records, faults=fault_of) as server,
        server.client(backoff_s=0.005, timeout_s=timeout_s) as client,
    ):
        client.get(ids[0])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)
            batch = client.fetch(ids, progress=False)
    outcomes = batch.outcomes
    assert [record["id"] for record in batch.records] == list(
        outcomes["space_id"][outcomes["outcome"] == "ok"]
    )
    return outcomes


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_does_not_show(name: str) -> None:
    """Two faults of a kind for some Spaces: all Spaces come."""
    hit = set(made_up_ids(9)[3:6])
    outcomes = storm(9, lambda space_id, nth: PASSING[name]() if space_id in hit and nth < 2 else None)
    assert set(outcomes["outcome"]) == {"ok"}


@pytest.mark.parametrize("name", LASTING)
def test_what_stays_is_that_spaces_outcome_alone(name: str) -> None:
    """The Spaces beside it come; asking for it again is left, unless that may help."""
    fault, outcome = LASTING[name]
    hit = made_up_ids(3)[1]
    outcomes = storm(3, lambda space_id, _nth: fault() if space_id == hit else None, timeout_s=10.0)
    assert list(outcomes["outcome"]) == ["ok", outcome, "ok"]
    assert list(outcomes["attempts"]) == [1, 5 if name == "500 for ever" else 1, 1]


def test_stale_connections_do_not_show() -> None:
    """A server that closes each connection after its answer, unannounced, costs no Space."""
    assert set(storm(40, lambda _space_id, _nth: Fault.stale())["outcome"]) == {"ok"}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_spaces_through_a_storm(seed: int) -> None:
    """One request in five meets some passing fault, one Space in twenty a lasting one: 1,000 right outcomes."""
    rng = random.Random(seed)
    lasting = {
        space_id: rng.choice(list(LASTING)) for space_id in made_up_ids(1_000)[1:] if rng.random() < 0.05
    }
    kinds = list(PASSING)

    def fault_of(space_id: str, nth: int) -> Fault | None:
        if space_id in lasting:
            return LASTING[lasting[space_id]][0]()
        dice = random.Random(f"{seed} {space_id} {nth}")
        # The last of five attempts always succeeds, so that the right outcome is known.
        return (
            PASSING[dice.choice(kinds)]()
            if nth < 4 and space_id != "1Made00000000" and dice.random() < 0.2
            else None
        )

    outcomes = storm(1_000, fault_of, timeout_s=1.0)
    right = [
        LASTING[lasting[space_id]][1] if space_id in lasting else "ok" for space_id in made_up_ids(1_000)
    ]
    assert list(outcomes["outcome"]) == right
