"""What an answer means for the run, decided without threads, network or clock."""

import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.batch.outcomes import error_for, outcome_for
from spacekit.errors import (
    CredentialsError,
    ServiceError,
    SpacekitError,
    SpaceNotFoundError,
)
from spacekit.fetching.decisions import (
    MAX_RETRY_AFTER_S,
    Decision,
    Judge,
    Result,
    backoff,
    limited_backoff,
    parse_retry_after,
)
from spacekit.fetching.pacing import Wait
from spacekit.fetching.reasons import Broken

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE_S = 60.0
END = Decision()


def judge(attempts: int = 5) -> Judge:
    """A judge with the usual settings."""
    return Judge(attempts, 0.5, random.Random(7))


def result(status: int, retry_after_s: float | None = None, error: SpacekitError | None = None) -> Result:
    """An answer with this status, and what it means."""
    if status == 200 and error is None:
        return Result("ok", 200, b"{}", None, 0)
    error = error or error_for(status)("made up")
    return Result(outcome_for(error), status, b"", error, 0, retry_after_s)


def decide(one: Judge, answer: Result, tries: int = 0, *, can_confirm: bool = False) -> Decision:
    """Decide, where the service is not down."""
    return one.decide(answer, tries, can_confirm=can_confirm)


@pytest.mark.parametrize("status", [200, 302, 403, 404, 410, 422])
def test_a_final_answer_ends_its_space_and_nothing_else(status: int) -> None:
    """A Space, and what asking again cannot change: one request, and the run goes on."""
    assert decide(judge(), result(status)) == END


def test_a_200_without_a_space_is_final() -> None:
    """It is not confirmed at the other address, as a 404 is."""
    error = SpaceNotFoundError("made up")
    assert decide(judge(), result(200, error=error), can_confirm=True) == END


def test_404_is_confirmed_at_once() -> None:
    """While another address is left, the Space is asked there without a wait."""
    assert decide(judge(), result(404), can_confirm=True) == Decision(again_s=0.0)


def test_a_useless_answer_is_asked_again_so_often_and_no_oftener() -> None:
    """`attempts` requests in all, each wait within its backoff; then the Space has ended."""
    decisions = [decide(judge(3), result(500), tries) for tries in (1, 2, 3)]
    assert 0.25 <= (decisions[0].again_s or 0) <= 0.5 <= (decisions[1].again_s or 0) <= 1.0
    assert decisions[2] == END


def test_a_broken_connection_is_asked_again() -> None:
    """Where no answer came at all, there is no status, and the Space is asked again."""
    broken = Result("failed", None, None, ServiceError("made up"), 0)
    assert decide(judge(), broken, 1).again_s


def test_401_stops_the_run() -> None:
    """No other request can succeed."""
    error = CredentialsError("made up")
    assert decide(judge(), result(401, error=error)) == Decision(stop="the API key is not accepted (401)")


def test_402_begins_no_new_space() -> None:
    """Spaces that met a fault before may still be asked again: it costs nothing."""
    one = judge()
    for _ in range(2):
        assert decide(one, result(402)) == Decision(no_new="the account has too few credits (402)")


def test_402_of_a_space_asked_again_stops_the_run() -> None:
    """After a first 402, one that was asked again and gets a 402 too ends the others as well."""
    one = judge()
    assert decide(one, result(402), 1).stop is None
    assert decide(one, result(402), 1) == Decision(stop="the account has too few credits (402)")


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_back_all(status: int) -> None:
    """The Space and all others wait at least as long as the service asks."""
    decision = decide(judge(), result(status, 7.0), 1)
    assert decision.hold == Wait(7.0, "the service asks to wait")
    assert decision.again_s == 7.0


def test_429_without_retry_after_holds_back_all() -> None:
    """All wait for the same long backoff; also after the last attempt."""
    decision = decide(judge(), result(429), 1)
    assert decision.hold is not None
    assert decision.hold.why == "too many requests (429)"
    assert 1.6 <= decision.hold.seconds == decision.again_s
    assert decide(judge(1), result(429), 1).hold is not None


def test_retry_after_of_zero_holds_nobody() -> None:
    """The service says that it may be asked at once."""
    assert decide(judge(), result(429, 0.0), 1).hold is None


@pytest.mark.parametrize("tries", [1, 5])
def test_a_retry_after_that_is_too_long_stops_the_run(tries: int) -> None:
    """It is not sat out, and holds no other Client of the key either."""
    decision = decide(judge(), result(429, MAX_RETRY_AFTER_S + 1), tries)
    assert decision.stop == "the service asks to wait 15 min, which is too long to sit out"
    assert decision.hold is None


def test_an_endless_retry_after_is_said_in_words() -> None:
    """Also a number that no clock holds."""
    assert "asks to wait" in (decide(judge(), result(429, math.inf), 1).stop or "")


def test_in_an_outage_a_failure_costs_no_attempt() -> None:
    """However often a Space was asked for, it stays; when to ask is not decided here."""
    assert judge(1).decide(result(503), 9, can_confirm=False, is_down=True) == Decision(again_s=0.0)


def test_a_retry_after_is_kept_in_an_outage() -> None:
    """It holds back all, as ever; one that is too long stops the run."""
    decision = judge().decide(result(503, 7.0), 1, can_confirm=False, is_down=True)
    assert decision == Decision(7.0, Wait(7.0, "the service asks to wait"))
    assert judge().decide(result(503, 1e6), 1, can_confirm=False, is_down=True).stop


def test_what_lasts_stops_the_run_at_once() -> None:
    """A certificate, for one, is not asked about again."""
    broken = Result(
        "failed", None, None, ServiceError(""), 0, broken=Broken("the certificate has expired", lasting=True)
    )
    assert decide(judge(), broken, 1).stop == "the certificate has expired"


def http_date(at: datetime) -> str:
    """Write a date as HTTP does."""
    return at.strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("5", 5.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("9" * 400, math.inf),
        (http_date(NOW + timedelta(seconds=42)), 42.0),
        (http_date(NOW - timedelta(days=1)), 0.0),
        ("Friday, 01-May-26 12:00:10 GMT", 10.0),
        ("Fri May  1 12:00:10 2026", 10.0),
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("nan", None),
        ("1e5", None),
        ("5; 6", None),
        ("\u0665", None),
        ("Fri, 01 May 99999999999 12:00:00 GMT", None),
        ("Fri, 01 May 2026 12:00:00 +999999", None),
    ],
)
def test_retry_after_is_read_in_every_form(text: str | None, seconds: float | None) -> None:
    """Seconds, or a date in the three forms of HTTP; what cannot be read is as if it were not there."""
    assert parse_retry_after(text, NOW) == seconds


@given(st.text(max_size=60))
def test_retry_after_never_raises(text: str) -> None:
    """Whatever a server sends is seconds of 0 or more, or nothing."""
    seconds = parse_retry_after(text, NOW)
    assert seconds is None or seconds >= 0


@given(tries=st.integers(1, 10_000), seed=st.integers(0, 99), base=st.floats(0, 5))
def test_backoff_doubles_to_a_cap_with_jitter(tries: int, seed: int, base: float) -> None:
    """Between half and all of the doubled wait, never over 30 s."""
    wait = backoff(tries, random.Random(seed), base)
    whole = min(30.0, base * 2.0 ** min(tries - 1, 30))
    assert whole / 2 <= wait <= whole


def test_five_attempts_outlast_a_minutes_window() -> None:
    """Where a 429 does not say how long, the four waits of a Space are over a minute, whatever the jitter."""
    for seed in range(50):
        rng = random.Random(seed)
        assert MINUTE_S < sum(limited_backoff(tries, rng) for tries in range(1, 5)) < 2 * MINUTE_S
