"""The table of outcomes: status, error and outcome are one relation, and every kind says what to do."""

import pytest

from spacekit import errors
from spacekit.batch.outcomes import OUTCOMES, OutcomeKind, error_for, outcome_for
from spacekit.fields import field


@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=list(OUTCOMES))
def test_a_kind_that_is_no_success_has_advice_and_an_error(kind: OutcomeKind) -> None:
    """And a success has neither."""
    assert bool(kind.advice) == bool(kind.errors) != kind.complete


@pytest.mark.parametrize(
    ("outcome", "status"), [(k.name, s) for k in OUTCOMES.values() for s in k.statuses[:4]]
)
def test_a_status_leads_to_its_outcome(outcome: str, status: int) -> None:
    """By way of the error that it means."""
    if status != 200:
        assert outcome_for(error_for(status)("")) == outcome


@pytest.mark.parametrize("status", [301, 400, 418])
def test_a_status_that_is_not_documented_is_a_failure(status: int) -> None:
    """And is not asked again: the error is no `ServiceError`."""
    assert error_for(status) is errors.DataError
    assert outcome_for(errors.DataError("")) == "failed"


def test_the_data_dictionary_names_every_outcome() -> None:
    """The text of the column is not made from the table, so it is compared."""
    words = field("outcome", "outcomes").meaning.rstrip(".").replace(" or ", ", ").split(", ")
    assert set(words) == set(OUTCOMES)
