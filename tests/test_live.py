"""The real service, for a person who has a key: `python3 run.py test -m live`. Four requests at most."""

from functools import cache

import pytest

import spacekit as sk
from spacekit.fields import SPACES
from spacekit.samples import documented_record

pytestmark = pytest.mark.live
BUDGET = 4
DOCUMENTED = "1jMJgLdenVjxL"


@cache
def ask_once() -> sk.Batch:
    """Ask for the documented Space, once for all tests of this file."""
    with sk.Client(attempts=2) as client:
        return client.fetch([DOCUMENTED], max_requests=BUDGET, progress=False)


@pytest.fixture
def batch(network_guard: object) -> sk.Batch:
    """The answer; the guard sets the key, or skips the test where there is none."""
    return ask_once()


def test_the_documented_space_answers(batch: sk.Batch) -> None:
    """One of the two documented addresses has it."""
    batch.raise_for_outcomes()
    assert batch.spaces["space_id"].tolist() == [DOCUMENTED]
    assert batch.run.requests <= BUDGET


def test_the_answer_has_the_documented_shape(batch: sk.Batch) -> None:
    """Every value can be read, and what the documented answer fills is filled."""
    assert batch.problems.empty, batch.problems.to_string()
    documented = sk.normalize([documented_record()]).spaces
    filled = [f.name for f in SPACES if documented[f.name].notna().all()]
    missing = [name for name in filled if batch.spaces[name].isna().any()]
    assert missing == []


def test_times_are_those_documented(batch: sk.Batch) -> None:
    """The past does not change."""
    documented = sk.normalize([documented_record()]).spaces
    for name in ("created_at", "scheduled_start", "started_at", "ended_at"):
        assert batch.spaces[name][0] == documented[name][0], name


def test_fields_that_are_not_documented(batch: sk.Batch) -> None:
    """New fields are no error; they are printed, so that a person with a key sees them (pytest -s)."""
    print(sk.drift(batch.records).to_string())
