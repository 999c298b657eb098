"""Every public function that takes a table takes what holds one, and refuses all else in the same words."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import matplotlib.axes
import pandas as pd
import pytest

import spacekit as sk
from spacekit.fields import TABLES
from spacekit.tables import Rounded

pytestmark = [
    pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning"),
    pytest.mark.filterwarnings("ignore::spacekit.errors.CountWarning"),
]

FIRST = ("spaces", "observations", "table")
"""How the argument is called that is a table."""
NO_POSTS = pd.DataFrame(columns=[field.name for field in TABLES["posts"]])
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "contrast": ("host",), "at_age": ("7D",), "correlation": ("live", "replay"), "group_labels": ("host",),
    "typical_growth": (["7D"],),
    "reach": (NO_POSTS,),
}  # fmt: skip
BATCH = sk.sample_batch()


def takers() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the public functions whose first argument is a table."""
    for room, names in ((sk, sk.__all__), (sk.stats, sk.stats.__all__), (sk.plot, sk.plot.__all__)):
        for name in names:
            thing = getattr(room, name)
            if inspect.isfunction(thing) and next(iter(inspect.signature(thing).parameters), "") in FIRST:
                yield f"{room.__name__}.{name}", thing


TAKERS = dict(takers())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> sk.Archive:
    """An archive of the sample observations."""
    store = sk.Archive(tmp_path_factory.mktemp("sources") / "spaces.db")
    store.add_files(sk.sample_observations_path())
    return store


def called(name: str, source: Any) -> Any:
    """Return what a function makes of a source; of a chart, the places of all that is drawn."""
    made = TAKERS[name](source, *ARGUMENTS.get(name.rpartition(".")[2], ()))
    if isinstance(made, matplotlib.axes.Axes):
        return pd.DataFrame([[type(artist).__name__ for artist in made.get_children()]])
    return made


def same(found: Any, expected: Any) -> None:
    """Check that two results are the same."""
    if isinstance(found, Rounded):
        assert str(found) == str(expected)
    elif isinstance(found, pd.Series):
        pd.testing.assert_series_equal(found, expected)
    else:
        pd.testing.assert_frame_equal(found, expected)


def test_the_functions_are_found() -> None:
    """The list is not empty by mistake."""
    assert len(TAKERS) > 30


@pytest.mark.parametrize("name", TAKERS)
def test_a_batch_is_as_good_as_its_table(name: str) -> None:
    """A Batch gives what its `.spaces` does."""
    same(called(name, BATCH), called(name, BATCH.spaces))


@pytest.mark.parametrize("name", TAKERS)
def test_an_archive_is_as_good_as_its_table(name: str, archive: sk.Archive) -> None:
    """An Archive gives what its newest answers do, or its observations where growth is shown."""
    first = next(iter(inspect.signature(TAKERS[name]).parameters))
    table = archive.observations() if first == "observations" else archive.latest().spaces
    same(called(name, archive), called(name, table))


@pytest.mark.parametrize("name", TAKERS)
@pytest.mark.parametrize("wrong", ["spaces.jsonl", [{}], None])
def test_what_is_no_table_is_refused(name: str, wrong: object) -> None:
    """With our own words, which name the way to a table."""
    with pytest.raises(TypeError, match=r"expected a DataFrame, got .*(\.spaces)"):
        called(name, wrong)
