"""From results and archived answers to one outcome for each input."""

from spacekit.archive import Observation
from spacekit.archive.observations import kept_in
from spacekit.batch import Run
from spacekit.errors import ServiceError, SpaceNotFoundError
from spacekit.fetching.decisions import Result
from spacekit.fetching.results import batch_of
from spacekit.fetching.tasks import SpaceTask
from spacekit.ids import find_ids

FIRST, SECOND = "1Made00000000", "1Made00000001"
SPACE = b'{"id": "1Made00000000", "state": "Ended"}'
RUN = Run("service", stopped="cancelled")


def task(
    space_id: str, result: Result | None, *, requests: int = 1, tries: int = 0, ended: bool = True
) -> SpaceTask:
    """Make a task that has come so far."""
    return SpaceTask(space_id, requests=requests, tries=tries, result=result, ended=ended)


def test_every_entry_has_one_outcome_in_its_order() -> None:
    """Invalid ones and duplicates keep their places; a duplicate has the first one's record and no cost."""
    found = find_ids(["no id", FIRST, SECOND, FIRST])
    tasks = [task(FIRST, Result("ok", 200, SPACE, None, 7))]
    stored = kept_in({SECOND: Observation(SECOND, 1_780_315_200_000, 200, SPACE)}, "a.db")
    outcomes = batch_of(found, stored, tasks, RUN).outcomes
    assert list(outcomes["input"]) == ["no id", FIRST, SECOND, FIRST]
    assert list(outcomes["outcome"]) == ["invalid", "ok", "archived", "duplicate"]
    assert list(outcomes["record"].fillna(-1)) == [-1, 0, 1, 0]
    assert list(outcomes["attempts"]) == [0, 1, 0, 0]
    assert list(outcomes["from_archive"]) == [False, False, True, False]
    assert list(outcomes["message"].isna()) == [False, True, True, True]


def test_archived_answer_without_a_space_is_not_found() -> None:
    """A 404, and a 200 with an empty object, are answers; the message says when, and how to ask again."""
    time = 1_780_315_200_000
    seen = {FIRST: Observation(FIRST, time, 404, b"{}"), SECOND: Observation(SECOND, time, 200, b"{}")}
    stored = kept_in(seen, "a.db")
    outcomes = batch_of(find_ids([FIRST, SECOND]), stored, [], RUN).outcomes
    assert set(outcomes["outcome"]) == {"not_found"}
    assert outcomes["from_archive"].all()
    assert outcomes["message"].str.contains("2026-06-01.*max_age=0").all()


def test_spaces_without_an_answer_say_why() -> None:
    """Never asked and still under way are `not_tried`; one that met a failure is `failed` and says which."""
    failure = Result("failed", 500, b"", ServiceError("it broke."), 3)
    third = "1Made00000002"
    tasks = [
        task(FIRST, None, requests=0, ended=False),
        task(SECOND, None, requests=1, ended=False),
        task(third, failure, requests=2, tries=2, ended=False),
    ]
    outcomes = batch_of(find_ids([FIRST, SECOND, third]), {}, tasks, RUN).outcomes
    assert list(outcomes["outcome"]) == ["not_tried", "not_tried", "failed"]
    assert list(outcomes["message"].str.contains("cancelled")) == [True] * 3
    assert "it broke." in outcomes["message"][2]
    assert outcomes["fetched_at"].isna().all()


def test_an_unconfirmed_404_is_not_taken_for_not_found() -> None:
    """Where the run ended before the other address was asked, the Space is `failed`, to be asked again."""
    result = Result("not_found", 404, b"", SpaceNotFoundError("not found."), 3)
    outcomes = batch_of(find_ids([FIRST]), {}, [task(FIRST, result, ended=False)], RUN).outcomes
    assert list(outcomes["outcome"]) == ["failed"]


def test_fetched_at_is_the_time_of_the_answer_that_counts() -> None:
    """Spaces and 404s have it, failures have not."""
    tasks = [
        task(FIRST, Result("not_found", 404, b"", SpaceNotFoundError("gone."), 3)),
        task(SECOND, Result("failed", None, None, ServiceError("broke."), 3), requests=5, tries=5),
    ]
    outcomes = batch_of(find_ids([FIRST, SECOND]), {}, tasks, RUN).outcomes
    assert list(outcomes["fetched_at"].isna()) == [False, True]
    assert outcomes["message"][1] == "broke. Asked 5 times."
