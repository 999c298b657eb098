"""How fast, on a clock that is passed in: no test waits."""

import heapq
import math
import random
from collections import Counter, deque
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.fetching.pacing import WINDOW_S, Log, Pacer, Wait, log_for

MINUTE_S = 60.0

Latency = Callable[[random.Random], float]
LATENCIES: dict[str, Latency] = {
    "none": lambda _: 0.0,
    "jitter": lambda rng: rng.uniform(0.04, 0.06),
    "seldom slow": lambda rng: rng.uniform(10, 30) if rng.random() < 0.02 else 0.05,
    "slow": lambda rng: rng.uniform(0, 30),
}


class CountsFromSending(Pacer):
    """What does not do: a request counts from its sending, wherever it is by then."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.sends: deque[float] = deque()

    def begin(self, now: float) -> Wait | None:
        """Count the sends of the last window."""
        while self.sends and self.sends[0] + WINDOW_S <= now:
            self.sends.popleft()
        if len(self.sends) >= self.limit:
            return Wait(self.sends[0] + WINDOW_S - now, "rate limit")
        self.sends.append(now)
        return None

    def end(self, now: float) -> None:
        """Count nothing."""


def simulate(
    pacer: Pacer, requests: int, latency: Latency, workers: int = 8
) -> tuple[list[float], list[float]]:
    """Times of sending, and times of arrival at the service somewhere on the way, both in order."""
    rng = random.Random(7)
    now = 0.0
    under_way: list[float] = []
    sends, arrivals = [], []
    while len(sends) < requests:
        wait = pacer.begin(now) if len(under_way) < workers else Wait(math.inf, "workers")
        if wait is None:
            took = latency(rng)
            heapq.heappush(under_way, now + took)
            sends.append(now)
            arrivals.append(now + rng.random() * took)
            continue
        now = min(now + wait.seconds, under_way[0] if under_way else math.inf)
        while under_way and under_way[0] <= now:
            pacer.end(heapq.heappop(under_way))
    return sends, sorted(arrivals)


def most_in_sliding(times: list[float], span_s: float) -> int:
    """Most events in any half-open stretch of that length."""
    first = most = 0
    for last, time in enumerate(times):
        while times[first] <= time - span_s + 1e-6:
            first += 1
        most = max(most, last - first + 1)
    return most


def most_in_fixed(times: list[float], phase_s: float) -> int:
    """Most events in one minute of a clock."""
    return max(Counter(math.floor((time + phase_s) / MINUTE_S) for time in times).values())


@pytest.mark.parametrize("name", LATENCIES)
def test_no_minute_at_the_service_holds_more_than_the_limit(name: str) -> None:
    """100,000 requests at each latency: no 61 s of sending, no minute at the service, sliding or fixed, over it."""
    sends, arrivals = simulate(Pacer(120), 100_000, LATENCIES[name])
    assert most_in_sliding(sends, WINDOW_S) <= 120
    assert most_in_sliding(arrivals, MINUTE_S) <= 120
    assert max(most_in_fixed(arrivals, phase) for phase in (0, 13.7, 29.9, 59.9)) <= 120


def test_simulation_sees_a_limit_that_is_broken() -> None:
    """Counting from the sending alone lets too many into one minute where answers are slow: the check finds it."""
    _, arrivals = simulate(CountsFromSending(120), 25_000, LATENCIES["seldom slow"])
    assert most_in_sliding(arrivals, MINUTE_S) > 120


@pytest.mark.parametrize("name", ["none", "jitter"])
def test_pace_is_the_fastest_that_the_limit_allows(name: str) -> None:
    """So many requests take one window for each full burst, and hardly more."""
    sends, _ = simulate(Pacer(120), 25_000, LATENCIES[name])
    bursts = math.ceil(25_000 / 120) - 1
    assert bursts * WINDOW_S <= sends[-1] <= bursts * (WINDOW_S + 1)


def test_first_requests_go_at_once() -> None:
    """As many as the limit go at once, the next one waits until a window after the first answer."""
    pacer = Pacer(3)
    assert [pacer.begin(10.0) for _ in range(3)] == [None] * 3
    pacer.end(12.0)
    assert pacer.begin(12.0) == Wait(WINDOW_S, "rate limit")
    assert pacer.begin(12.0 + WINDOW_S) is None


def test_slots_of_requests_under_way_are_not_taken_again() -> None:
    """While no answer has come, the wait is at least a window, however long ago they were sent."""
    pacer = Pacer(1)
    assert pacer.begin(0.0) is None
    assert pacer.begin(500.0) == Wait(WINDOW_S, "rate limit")


def test_no_limit_never_waits() -> None:
    """None is no limit."""
    sends, _ = simulate(Pacer(None), 2_000, LATENCIES["none"])
    assert sends[-1] == 0.0


def test_clients_of_one_key_share_what_counts() -> None:
    """Two limits on one log: each is held against the requests of both."""
    log = Log()
    wide, narrow = Pacer(5, log), Pacer(2, log)
    for at in range(4):
        assert wide.begin(at) is None
        wide.end(at)
    assert narrow.begin(4.0) == Wait(2 + WINDOW_S - 4.0, "rate limit")  # three of four have to run out
    assert wide.begin(4.0) is None
    assert wide.begin(4.0) == Wait(WINDOW_S - 4.0, "rate limit")


def test_one_log_for_a_key_and_a_host() -> None:
    """The same key at the same host shares one log; another key or host has its own."""
    log = log_for("a.example", "1|x")
    assert log_for("a.example", "1|x") is log
    assert log_for("a.example", "2|x") is not log
    assert log_for("b.example", "1|x") is not log


def test_hold_stops_all_and_the_longer_one_stays() -> None:
    """A hold counts for all who share the log, with or without limit; a shorter one does not cut it."""
    log = Log()
    Pacer(5, log).hold(30.0, "the service asks to wait")
    Pacer(5, log).hold(20.0, "too many requests")
    for pacer in (Pacer(5, log), Pacer(None, log)):
        assert pacer.begin(10.0) == Wait(20.0, "the service asks to wait")
        assert pacer.look(30.0) is None


def test_look_takes_nothing() -> None:
    """Asking how it stands leaves the slot free."""
    pacer = Pacer(1)
    assert [pacer.look(0.0), pacer.look(0.0), pacer.begin(0.0)] == [None] * 3


@given(
    limit=st.integers(1, 6),
    before=st.lists(st.floats(0, 60), max_size=8),
    requests=st.integers(0, 20),
    held=st.floats(0, 100),
)
def test_forecast_is_what_happens(limit: int, before: list[float], requests: int, held: float) -> None:
    """`seconds_for` says when the last of a number of requests is sent, where answers are immediate."""
    pacer = Pacer(limit)
    for at in sorted(before)[:limit]:
        pacer.begin(at)
        pacer.end(at)
    pacer.hold(60.0 + held, "asked")
    now = start = 60.0
    forecast = pacer.seconds_for(requests, now)
    for _ in range(requests):
        while wait := pacer.begin(now):
            now += wait.seconds
        pacer.end(now)
    assert now - start == pytest.approx(forecast)


def test_forecast_does_not_depend_on_the_limits_size() -> None:
    """A limit of any size costs no memory, and none costs no time."""
    assert Pacer(10**12).seconds_for(10**9, 0.0) == 0.0
    assert Pacer(None).seconds_for(10**9, 0.0) == 0.0
    assert Pacer(120).seconds_for(100_000, 0.0) == 833 * WINDOW_S
