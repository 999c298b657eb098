"""Claims: each thing is held by one run at most, and by none that is dead."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from spacekit.archive import Archive, Observation
from spacekit.archive import claims as claims_module
from spacekit.archive.claims import LEASE_S, Claims


class Time:
    """The clock of the computer, set by hand."""

    now = 1_780_315_200.0

    def time(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock that stands."""
    clock = Time()
    monkeypatch.setattr(claims_module, "time", clock)
    return clock


@pytest.fixture
def archive(tmp_path: Path, clock: Time) -> Iterator[Archive]:
    """An empty archive; its claims end by a clock that stands."""
    with Archive(tmp_path / "spaces.db") as archive:
        yield archive


@pytest.fixture
def claims(archive: Archive) -> Claims:
    """The claims of the archive."""
    return archive.claims


def test_a_claim_is_given_once(archive: Archive, claims: Claims) -> None:
    """Of two archives on one file, only the first gets a Space; the order is kept and repeats are one."""
    with Archive(archive.path) as second:
        assert claims.take(1, ["b", "a", "b"]) == ["b", "a"]
        assert second.claims.take(2, ["c", "a"]) == ["c"]
        assert claims.held() == second.claims.held() == {"a", "b", "c"}


def test_an_answer_ends_a_claim_whoever_holds_it(archive: Archive, claims: Claims) -> None:
    """What is there need not be asked for."""
    claims.take(1, ["a", "b"])
    archive.add([Observation("a", 1, 404, b"")])
    assert claims.held() == {"b"}


def test_a_run_releases_its_own_claims_only(claims: Claims) -> None:
    """Some, or all of them."""
    claims.take(1, ["a", "b"])
    claims.take(2, ["c"])
    claims.release(1, ["a", "c"])
    assert claims.held() == {"b", "c"}
    claims.end(1)
    assert claims.held() == {"c"}


def test_the_claims_of_a_dead_run_end(claims: Claims, clock: Time) -> None:
    """They stand while they are renewed, and for a lease after the last time; then another run gets them."""
    claims.take(1, ["a"])
    clock.now += LEASE_S - 1
    claims.renew(1)
    clock.now += LEASE_S - 1
    assert claims.take(2, ["a"]) == []
    clock.now += 1
    assert claims.held() == set()
    assert claims.take(2, ["a"]) == ["a"]


@pytest.mark.parametrize("error_s", [-10 * 86_400, 10 * 86_400])
def test_a_wrong_clock_holds_nothing_up(claims: Claims, clock: Time, error_s: float) -> None:
    """Claims that were made by a clock which was days ahead or behind have ended."""
    clock.now += error_s
    claims.take(1, ["a"])
    clock.now -= error_s
    assert claims.held() == set()
    assert claims.take(2, ["a"]) == ["a"]


def test_nothing_is_left_of_a_dead_run(claims: Claims, clock: Time) -> None:
    """The next claim removes what a killed run had claimed, and a run that comes back late may go on."""
    claims.take(1, ["a"])
    clock.now += LEASE_S
    claims.take(2, ["b"])
    clock.now -= 1
    assert claims.held() == {"b"}
    assert claims.take(1, ["a", "b"]) == ["a"]
