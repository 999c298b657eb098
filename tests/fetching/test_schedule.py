"""When a Space is due: at each age once, never too often, and never again once it is final."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.fetching.schedule import Schedule, Seen, due, next_due_at

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
END = 1_780_315_200_000  # 2026-06-01 12:00 UTC

STATES = ["NotStarted", "PrePublished", "Running", "Ended", "TimedOut", "Canceled", "Paused", "", None]


def ended(asked_at: int, **values: object) -> Seen:
    """A Space that ended at END, and when it was asked for last."""
    return dataclasses.replace(Seen("a", asked_at, state="Ended", ended_at=END), **values)


@pytest.mark.parametrize(
    ("asked_after", "due_after"),
    [
        (-HOUR, HOUR),
        (0, HOUR),
        (HOUR - 2 * MINUTE, HOUR),
        (HOUR, 6 * HOUR),
        (5 * HOUR, 6 * HOUR),
        (6 * HOUR, DAY),
        (DAY, 2 * DAY),
        (2 * DAY + HOUR, 3 * DAY),
        (3 * DAY, 7 * DAY),
        (10 * DAY, 14 * DAY),
        (14 * DAY, 30 * DAY),
        (30 * DAY, None),
        (400 * DAY, None),
    ],
)
def test_an_ended_space_is_due_at_each_age(asked_after: int, due_after: int | None) -> None:
    """An ended Space is due at the first age that its newest answer does not cover; after the last, never."""
    at = Schedule().next(ended(END + asked_after)).at
    assert at == (None if due_after is None else END + due_after)


def test_missed_ages_take_one_request() -> None:
    """A Space that was not asked for weeks is due once; after that answer, at the next age."""
    assert len(due([ended(END)], END + 20 * DAY)) == 1
    assert due([ended(END + 20 * DAY)], END + 20 * DAY) == []
    assert Schedule().next(ended(END + 20 * DAY)).at == END + 30 * DAY


@pytest.mark.parametrize("state", ["ended", "ENDED", "TimedOut", "timedout"])
def test_case_of_the_state_is_ignored(state: str) -> None:
    """Ended and TimedOut are finished, in any case."""
    assert Schedule().next(ended(END, state=state)).at == END + HOUR


def test_an_end_that_is_not_known_is_not_guessed() -> None:
    """Without `ended_at`, ages count from when the Space was first seen finished."""
    seen = Seen("a", END + HOUR, state="Ended", first_seen_at=END - DAY, first_finished_at=END)
    assert Schedule().next(seen).at == END + 6 * HOUR


def test_an_unknown_state_with_an_end_is_over() -> None:
    """As in the tables: a state that is not known here, or none, with `ended_at`, is a Space that is over."""
    for state in (None, "Archived"):
        assert Schedule().next(ended(END, state=state)).at == END + HOUR


@pytest.mark.parametrize("state", ["NotStarted", "PREPUBLISHED", "scheduled"])
@pytest.mark.parametrize(
    ("asked_after", "due_after"),
    [
        (-9 * DAY, -30 * MINUTE),
        (-30 * MINUTE, -15 * MINUTE),
        (-MINUTE, 5 * MINUTE),
        (2 * HOUR, 3 * HOUR),
        (7 * DAY, None),
    ],
)
def test_a_scheduled_space_is_due_near_its_start(state: str, asked_after: int, due_after: int | None) -> None:
    """A Space that has not started is due around its start only, and no more a week later."""
    at = Schedule().next(Seen("a", END + asked_after, state=state, scheduled_start=END)).at
    assert at == (None if due_after is None else END + due_after)


def test_a_running_space_is_due_every_few_minutes() -> None:
    """While it runs, a Space is due five minutes after each answer."""
    assert Schedule().next(Seen("a", END, state="RUNNING", started_at=END - HOUR)).at == END + 5 * MINUTE


def test_a_space_that_never_ends_is_left_in_the_end() -> None:
    """What says for more than a day that it runs is asked daily, and after 30 days no more."""
    stuck = Seen("a", END + 2 * DAY, state="Running", started_at=END, first_seen_at=END)
    assert Schedule().next(stuck).at == END + 3 * DAY
    assert Schedule().next(dataclasses.replace(stuck, asked_at=END + 31 * DAY)).at is None


@pytest.mark.parametrize("state", ["Paused", "", None, "NotStarted"])
def test_what_is_not_known_is_asked_daily_for_a_month(state: str | None) -> None:
    """An unknown state, and a Space scheduled without a time, is due each day for 30 days."""
    seen = Seen("a", END, state=state, first_seen_at=END)
    assert Schedule().next(seen).at == END + DAY
    assert Schedule().next(dataclasses.replace(seen, asked_at=END + 30 * DAY)).at is None


@pytest.mark.parametrize("state", STATES)
def test_not_found_is_final(state: str | None) -> None:
    """After a 404 a Space is never due again, whatever was known of it."""
    assert Schedule().next(Seen("a", END, gone=True, state=state, scheduled_start=END + DAY)).at is None


def test_canceled_is_final() -> None:
    """A canceled Space is never due again."""
    assert Schedule().next(Seen("a", END, state="canceled", scheduled_start=END + DAY)).at is None


def test_cron_of_the_same_interval_does_not_miss_every_second() -> None:
    """A request may be a minute early, and then covers its age."""
    seen = Seen("a", END + 7_000, state="Running", started_at=END)
    assert due([seen], END + 5 * MINUTE) != []
    assert due([seen], END + 3 * MINUTE) == []
    assert due([ended(END)], END + HOUR - MINUTE) != []
    assert due([ended(END + HOUR - MINUTE)], END + HOUR) == []


def test_longest_overdue_first() -> None:
    """What has waited longest is asked first, so that a budget goes where it is needed most."""
    spaces = [
        ended(END, space_id="late", ended_at=END - DAY),
        ended(END, space_id="later", ended_at=END - 30 * HOUR),
    ]
    spaces.append(Seen("running", END + 8 * DAY, state="Running"))
    assert [entry.space_id for entry in due(spaces, END + 9 * DAY)] == ["later", "late", "running"]


def test_next_due_at_is_the_earliest() -> None:
    """The next time of all is the earliest; None where none is due any more."""
    assert next_due_at([ended(END), ended(END + HOUR)]) == END + HOUR
    assert next_due_at([ended(END + 40 * DAY)]) is None


def test_a_schedule_can_be_set() -> None:
    """Ages are as `pd.Timedelta` takes them, in any order; every entry says why."""
    schedule = Schedule(ended=("2D", "90min"))
    first = schedule.next(ended(END))
    assert (first.at, first.reason) == (END + 90 * MINUTE, "ended: 90 min from its end")
    assert schedule.next(ended(END + DAY)).reason == "ended: 2 d from its end"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ended": ("soon",)}, "Schedule.ended: 'soon' is not"),
        ({"running_every": None}, "running_every"),
        ({"early": "5min"}, "early is"),
        ({"early": "-1s"}, "not negative"),
    ],
)
def test_a_schedule_that_cannot_be_read(values: dict[str, object], words: str) -> None:
    """What is not a span is a `ValueError` that names the field."""
    with pytest.raises(ValueError, match=words):
        Schedule(**values)


instants = st.one_of(st.none(), st.integers(END - 40 * DAY, END + 40 * DAY))


@given(
    state=st.sampled_from(STATES),
    scheduled_start=instants,
    started_at=instants,
    ended_at=instants,
    first=st.integers(END - 40 * DAY, END),
)
def test_asking_what_is_due_comes_to_an_end(
    state: str | None, scheduled_start: int | None, started_at: int | None, ended_at: int | None, first: int
) -> None:
    """Whatever a Space says, each next time lies after the last answer, and some hundred times are the most."""
    schedule = Schedule()
    seen = Seen("a", first, False, state, scheduled_start, started_at, ended_at, first, first)
    for _ in range(1_000):  # at most two days of every five minutes, and 30 days
        at = schedule.next(seen).at
        if at is None:
            return
        assert at > seen.asked_at
        seen = dataclasses.replace(seen, asked_at=at)
    pytest.fail("it never ends")
