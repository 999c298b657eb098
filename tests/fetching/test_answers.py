"""What an answer to a search means; `test_http` has the answers about a Space."""

import json
from typing import Any

import pytest

from spacekit import errors
from spacekit.fetching.answers import Answer, page_of, record_of


def answer(value: Any, status: int = 200) -> Answer:
    """An answer with this JSON."""
    return Answer(status, json.dumps(value).encode(), None, "127.0.0.1")


@pytest.mark.parametrize(
    ("page", "cursor"),
    [
        ({"tweets": []}, None),
        ({"tweets": None, "next_cursor": None}, None),
        ({"tweets": [], "next_cursor": ""}, None),
        ({"tweets": [], "next_cursor": "a&b"}, "a&b"),
        ({"tweets": [], "next_cursor": 5}, "5"),
        ({"tweets": [], "next_cursor": {"a": 1}}, None),
    ],
)
def test_cursors(page: dict[str, Any], cursor: str | None) -> None:
    """Missing, null, empty, text or a number; anything else leads nowhere."""
    assert page_of(answer(page), "AI") == ([], cursor)


def test_posts_come_unchanged() -> None:
    """Whatever they are: the tables say what cannot be read."""
    posts = [{"id_str": "1"}, None, 5]
    assert page_of(answer({"tweets": posts}), "AI")[0] == posts


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, errors.CredentialsError, "the API key is not accepted"),
        (402, errors.NoCreditError, "too few credits"),
        (403, errors.ForbiddenError, "may not make this search"),
        (404, errors.SpaceNotFoundError, "there is no search at this address"),
        (422, errors.InvalidIdError, "does not take this query"),
        (429, errors.ServiceError, "too many requests"),
        (503, errors.ServiceError, "the service failed"),
        (302, errors.DataError, "redirects are not followed"),
        (418, errors.DataError, "not documented"),
    ],
)
def test_statuses(status: int, error: type[Exception], words: str) -> None:
    """The error names the query, and quotes the service."""
    with pytest.raises(error, match=words) as caught:
        page_of(answer({"message": "because"}, status), "from:a AI")
    assert str(caught.value).startswith("Search 'from:a AI' at 127.0.0.1: ")
    assert "because" in str(caught.value)


@pytest.mark.parametrize("body", [b"", b'{"tweets": [', b"<html>"])
def test_what_is_not_whole_may_be_asked_for_again(body: bytes) -> None:
    """A broken body says nothing about the search."""
    with pytest.raises(errors.ServiceError, match="not whole JSON"):
        page_of(Answer(200, body, None), "AI")


@pytest.mark.parametrize("value", [[], 5, {}, {"next_cursor": "a"}, {"tweets": {}}, {"message": "no"}])
def test_what_is_no_page_is_not_taken_for_an_empty_one(value: Any) -> None:
    """Also an object that has no posts where they should be."""
    with pytest.raises(errors.DataError):
        page_of(answer(value), "AI")


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"id": "1jMJgLdenVjxL", "state": "Ended"}},
        {"data": {"audioSpace": {"metadata": {"rest_id": "1SAMPLEnever0", "state": "Ended"}}}},
        {"metadata": {"state": "Ended", "title": "whose?"}},
        {"space": {"id": "1SAMPLEnever0", "state": "Ended"}},
    ],
)
def test_a_wrapped_space_is_never_taken_for_the_one_asked_for(body: dict[str, Any]) -> None:
    """It is no missing Space either: as such it would be kept, and then be read as the Space asked for."""
    with pytest.raises(errors.DataError, match="a Space in another form than is documented"):
        record_of(answer(body), "1jMJgLdenVjxL")


@pytest.mark.parametrize(
    "body", [{}, {"data": {"audioSpace": {}}}, {"data": None}, {"message": "not found"}, {"id": ""}]
)
def test_an_answer_without_a_space_is_one_that_is_missing(body: dict[str, Any]) -> None:
    """In whatever form it says so."""
    with pytest.raises(errors.SpaceNotFoundError, match="holds no Space"):
        record_of(answer(body), "1jMJgLdenVjxL")
