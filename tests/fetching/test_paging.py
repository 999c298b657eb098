"""Which page comes next, and when a search ends: without a server."""

from collections.abc import Callable, Sequence
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.fetching.paging import MAX_POSTS, NOTHING_NEW, SINCE_PASSED, Ask, Paging, Seen
from spacekit.fetching.queries import Query

Answering = Callable[[Ask], tuple[Sequence[int], str | None]]


def page(*ids: int) -> list[Seen]:
    """Posts whose time is their id."""
    return [Seen(str(post_id), post_id) for post_id in ids]


def asked(answering: Answering, query: Query | None = None, most: int = 1000) -> tuple[list[Ask], Paging]:
    """Ask page after page until the end, which must come."""
    paging = Paging(query or Query("AI"))
    asks = []
    for _ in range(most):
        asks.append(paging.next)
        ids, cursor = answering(paging.next)
        paging.turn(page(*ids), cursor)
        if paging.end:
            return asks, paging
    raise AssertionError(asks)


def ended(paging: Paging) -> str:
    """Why it ended."""
    assert paging.end is not None
    return paging.end.ended


def test_cursors_are_followed() -> None:
    """While new posts come with a new cursor."""
    paging = Paging(Query("AI"))
    assert paging.next == Ask()
    paging.turn(page(9, 8), "a")
    assert paging.next == Ask(None, "a")
    paging.turn(page(7, 6), "b")
    assert paging.next == Ask(None, "b")


@pytest.mark.parametrize("cursor", [None, "a"], ids=["missing", "repeated"])
def test_without_a_new_cursor_it_goes_on_below_the_lowest_id(cursor: str | None) -> None:
    """A search that stops early, or comes back to the same cursor, is asked below what came."""
    paging = Paging(Query("AI"))
    paging.turn(page(9, 8), "a")
    paging.turn(page(7, 6), cursor)
    assert paging.next == Ask(5, None)
    paging.turn(page(5), "a")
    assert paging.next == Ask(5, "a"), "the same cursor in another search is another page"


def test_a_refused_cursor_is_gone_round() -> None:
    """Below the lowest id, also where that came empty before; a page without a cursor has no other way."""
    paging = Paging(Query("AI"))
    assert not paging.take_detour()
    paging.turn(page(9, 8), "a")
    assert paging.take_detour()
    assert paging.next == Ask(7)
    paging.turn([], "b")
    assert paging.next == Ask(7, "b")
    assert paging.take_detour()
    assert paging.next == Ask(7)
    assert not paging.take_detour()


def test_an_empty_page_is_not_the_end() -> None:
    """It goes on below the lowest id, and if that is empty too, by the cursor."""
    paging = Paging(Query("AI"))
    paging.turn(page(9, 8), "a")
    paging.turn([], "b")
    assert paging.next == Ask(7)
    paging.turn([], "c")
    assert paging.next == Ask(7, "c")
    paging.turn(page(7), None)
    assert paging.next == Ask(6)
    assert paging.end is None


def test_an_empty_first_page_is_not_the_end() -> None:
    """It is followed by its cursor, or asked for once more."""
    paging = Paging(Query("AI"))
    paging.turn([], "a")
    assert paging.next == Ask(None, "a")
    paging.turn([], None)
    assert paging.next == Ask()


def test_nothing_at_all_ends_after_five_requests() -> None:
    """A host without Spaces costs no posts."""
    asks, paging = asked(lambda _: ((), None))
    assert asks == [Ask()] * 5
    assert (ended(paging), paging.end.message if paging.end else "") == (NOTHING_NEW, "Nothing was found.")


def test_empty_pages_with_ever_new_cursors_end() -> None:
    """After five of them."""
    numbers = count()
    asks, paging = asked(lambda _: ((), f"cursor {next(numbers)}"))
    assert len(asks) == 5
    assert ended(paging) == NOTHING_NEW


def test_once_an_empty_page_was_not_the_end_it_takes_more_of_them() -> None:
    """Eight in a row: a service that returns some by chance returns several in a row at times."""
    answers = iter([((9, 8), None), ((), None), ((7,), None)])
    asks, paging = asked(lambda _: next(answers, ((), None)))
    assert len(asks) == 3 + 8
    assert ended(paging) == NOTHING_NEW


def test_the_same_page_for_ever_ends() -> None:
    """What is repeated below the lowest id too is not asked for again."""
    numbers = count()
    asks, paging = asked(lambda _: ((9, 8), f"cursor {next(numbers)}"))
    assert asks == [Ask(), Ask(None, "cursor 0"), Ask(7)]
    assert ended(paging) == NOTHING_NEW
    assert "below post 8" in str(paging.end)


def test_posts_older_than_since_end_the_search() -> None:
    """Where they come in order, the first page that has any."""
    paging = Paging(Query("AI", since=8))
    paging.turn(page(10, 9), "a")
    assert paging.end is None
    paging.turn(page(8, 7), "b")
    assert ended(paging) == SINCE_PASSED


def test_one_old_post_out_of_order_does_not_end_the_search() -> None:
    """A pinned post may be older than all that follow."""
    paging = Paging(Query("AI", since=8))
    paging.turn(page(3, 10, 9), "a")
    assert paging.end is None


def test_max_posts_ends_only_what_has_not_ended() -> None:
    """A query that came to its end stays complete."""
    _, done = asked(lambda _: ((), None))
    done.stop_at(5)
    assert ended(done) == NOTHING_NEW
    begun = Paging(Query("AI"))
    begun.stop_at(5)
    assert ended(begun) == MAX_POSTS
    assert "5 posts" in str(begun.end)


def asked_with_ids(post_id: str | None) -> tuple[list[Ask], Paging]:
    """Ask where each page has one post with this id, and a cursor."""
    paging, asks = Paging(Query("AI")), []
    while paging.end is None and len(asks) < 10:
        asks.append(paging.next)
        paging.turn([Seen(post_id, None)], f"cursor {len(asks)}")
    return asks, paging


@pytest.mark.parametrize("post_id", [None, "", "x1", "٣", "9" * 5000])
def test_ids_that_are_no_numbers_end_the_search(post_id: str | None) -> None:
    """They lead nowhere, and to no loop."""
    asks, paging = asked_with_ids(post_id)
    assert len(asks) <= 2
    assert ended(paging) == NOTHING_NEW


@given(
    st.integers(0, 60),
    st.integers(1, 25),
    st.dictionaries(st.integers(0, 5), st.sampled_from(["stop", "repeat", "empty"])),
    st.booleans(),
)
def test_every_post_comes_once(
    number: int, size: int, traps: dict[int, str], ends_with_a_cursor: bool
) -> None:
    """Whatever traps the n-th page of a run of cursors has; only a whole run of empty ones hides what follows."""
    hidden = traps.get(0) == "empty" and traps.get(1, "") in ("empty",)
    came: list[int] = []

    def answer(ask: Ask) -> tuple[Sequence[int], str | None]:
        ids = [i for i in range(number, 0, -1) if ask.max_id is None or i <= ask.max_id]
        start, place = map(int, ask.cursor.split("-")) if ask.cursor else (0, 0)
        trap = traps.get(place)
        shown = [] if trap == "empty" else ids[start : start + size]
        came.extend(shown)
        following: str | None = f"{start + len(shown)}-{place + 1}"
        if trap == "repeat" and ask.cursor:
            following = ask.cursor
        at_end = start + len(shown) >= len(ids) and not ends_with_a_cursor
        return shown, None if trap == "stop" or (at_end and trap != "empty") else following

    _, paging = asked(answer)
    assert ended(paging) == NOTHING_NEW
    assert len(came) == len(set(came)), "no post is paid for twice"
    if not hidden:
        assert sorted(came) == list(range(1, number + 1))
