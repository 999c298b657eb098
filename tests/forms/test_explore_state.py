"""The state of the form that explores: what is in view, drawn and compared. No widgets, no browser."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pandas as pd
import pytest
from form_reading import six_spaces
from typed_spaces import spaces

import spacekit as sk
from spacekit import plot, stats
from spacekit.forms.explore_state import MOST_GROUPS, ExploreState, compared
from spacekit.forms.picture import Picture, Request
from spacekit.plot import Chart

CHARTS = {
    "live_vs_replay": Chart(plot.live_vs_replay, "", "", options=("by", "tz")),
    "growth": Chart(plot.growth, "", "", takes="observations"),
}


def _draw(request: Request) -> Picture:
    return Picture(request.name.encode(), f"{len(request.table)} rows", lambda: b"")


def explored(given: Any, draw: Callable[[Request], Picture] = _draw) -> ExploreState:
    """Make a state with two charts that draw nothing."""
    return ExploreState(given, CHARTS, draw)


def test_filter_keeps_the_index() -> None:
    """Rows in view are those of the table given, under its own index."""
    given = six_spaces().set_axis(list("abcdef"))
    state = explored(given)
    state.only_replay = True
    assert state.view.index.tolist() == list("abce")
    state.close()


def test_empty_table() -> None:
    """A table without rows can be filtered, and says that nothing is in view."""
    state = explored(six_spaces().head(0))
    state.hosts, state.least_live, state.only_replay = ("ann",), 5, True
    state.wait(30)
    assert state.status == "0 of 0 Spaces in view."
    assert state.error is None
    state.close()


def test_picture_is_of_the_view() -> None:
    """After a change the picture, the comparison and the count are those of the new view."""
    state = explored(six_spaces())
    state.hosts = ("ann",)
    state.by = "host"
    assert state.wait(30)
    assert state.picture.alt == "3 rows"
    assert state.comparison[0]["group"].tolist() == ["ann"]
    assert state.status == "3 of 6 Spaces in view. Left out: 3 (another host)."
    state.close()


def test_options_go_to_the_charts_that_take_them() -> None:
    """Grouping and zone reach a chart that has such arguments, and no other."""
    asked: list[Request] = []
    state = explored(six_spaces(), lambda request: (asked.append(request), _draw(request))[1])
    state.by, state.tz = "weekday", "Asia/Tokyo"
    state.wait(30)
    assert asked[-1].options["tz"] == "Asia/Tokyo"
    assert (
        asked[-1].options["by"].tolist() == stats.group_labels(state.view, "weekday", "Asia/Tokyo").tolist()
    )
    state.close()


def test_growth_is_of_the_spaces_in_view(tmp_path: Path) -> None:
    """A chart of observations has all those of the Spaces in view."""
    with sk.Archive(tmp_path / "a.db") as archive:
        archive.add_files(sk.sample_observations_path())
        state = explored(archive)
    state.chart = "growth"
    host = state.choices("host")[0][1]
    state.hosts = (host,)
    request = state.request
    assert set(request.table["space_id"]) == set(state.view["space_id"])
    assert len(request.table) > len(state.view)
    state.close()


def test_spaces_at_one_age_are_explored(tmp_path: Path) -> None:
    """A table of `at_age` is drawn and compared, and nothing is remarked about ages."""
    with sk.Archive(tmp_path / "a.db") as archive:
        archive.add_files(sk.sample_observations_path())
        table = sk.at_age(archive.observations(), "7D")
    state = explored(table)
    assert state.wait(30)
    frame, note = state.comparison
    assert (frame["n"].tolist(), note, state.error) == ([21], "", None)
    state.chart = "growth"
    assert len(state.request.table) == len(table)
    state.close()


def test_an_unknown_zone_is_reported() -> None:
    """A time zone that does not exist is reported in words, and kept in `error`."""
    state = explored(six_spaces())
    state.first, state.tz = date(2026, 1, 1), "Mars/Olympus"
    state.by = "weekday"
    state.wait(30)
    assert isinstance(state.error, ValueError | KeyError)
    assert "Mars/Olympus" in state.status
    state.close()


def test_what_is_wrong_is_said_of_its_field() -> None:
    """A time zone or a last day that cannot be meant is reported for its field; the view stays until it is mended."""
    state = explored(six_spaces())
    state.hosts = ("ann",)
    state.tz = "Mars/Olympus"
    assert list(state.problems) == ["tz"]
    assert "Mars/Olympus" in state.problems["tz"]
    assert len(state.view) == 3
    state.tz, state.first, state.last = "UTC", date(2026, 2, 1), date(2026, 1, 1)
    assert list(state.problems) == ["last"]
    state.last = None
    assert state.problems == {}
    state.close()


def test_words_are_searched_in_titles_and_hosts() -> None:
    """Words are found in titles and hosts, in any case, as they stand; an "@" before a host is left away."""
    spaces = six_spaces().assign(title=["50 % off?", "News", "news (late)", None, "x", "y"])
    state = explored(spaces)
    for words, n in {"NEWS": 2, " (late) ": 1, "%": 1, "@Bob": 3, ".*": 0, "": 6}.items():
        state.words = words
        assert (words, len(state.view)) == (words, n)
        scope: dict[str, Any] = {"spaces": spaces}
        exec(state.code.split("ax =")[0], scope)  # noqa: S102  # the code is the point
        assert scope["view"].equals(state.view)
    state.close()


def test_a_picture_fits_its_page() -> None:
    """A change of the page's width or colour draws again, of the same view, and filters nothing."""
    asked: list[Request] = []
    state = explored(six_spaces(), lambda request: (asked.append(request), _draw(request))[1])
    state.wait(30)
    changed, comparison = state.changed, state.comparison
    state.width = 400
    state.paper = "#111111"
    state.wait(30)
    assert (asked[-1].width, asked[-1].paper) == (400, "#111111")
    assert (state.changed, state.comparison) == (changed, comparison)
    state.close()


def test_it_is_busy_until_all_is_new() -> None:
    """From a change until its picture and comparison are there, the state is busy; also where drawing fails."""
    go = Event()

    def draw(request: Request) -> Picture:
        assert go.wait(30)
        if request.name == "growth":
            raise ZeroDivisionError
        return _draw(request)

    state = explored(six_spaces(), draw)
    assert state.busy
    go.set()
    assert state.wait(30)
    assert not state.busy
    state.chart = "growth"
    assert state.wait(30)
    assert not state.busy
    state.close()


def test_an_error_while_drawing_is_reported() -> None:
    """What drawing raises is named in the status and kept in `error`; the next picture is drawn all the same."""
    broken = [True]

    def draw(request: Request) -> Picture:
        if broken.pop() if broken else False:
            raise ZeroDivisionError("draw")
        return _draw(request)

    state = explored(six_spaces(), draw)
    state.wait(30)
    assert "ZeroDivisionError" in state.status
    state.least_live = 1
    state.wait(30)
    assert state.error is None
    assert state.picture is not None
    state.close()


def test_reset_puts_all_in_view() -> None:
    """Resetting clears the filters and leaves the choice of the chart."""
    state = explored(six_spaces())
    state.hosts, state.least_live, state.only_replay, state.by = ("ann",), 7, True, "host"
    state.reset()
    state.wait(30)
    assert len(state.view) == 6
    assert state.by == "host"
    assert state.picture.alt == "6 rows"
    state.close()


def test_largest_groups_are_compared() -> None:
    """Of many groups the largest are compared, and the note says how many there are."""
    n = MOST_GROUPS + 5
    many = spaces(
        creator_id=[str(i) for i in range(n) for _ in range(2 if i else 3)],
        total_live_listeners=[10 for i in range(n) for _ in range(2 if i else 3)],
        total_replay_watched=[10 for i in range(n) for _ in range(2 if i else 3)],
    )
    frame, note = compared(many, "host", "UTC")
    assert len(frame) == MOST_GROUPS
    assert f"of {n} groups" in note
    assert "0" in frame["group"].tolist()


def sources(folder: Path) -> dict[str, Any]:
    """The samples in every form that can be explored."""
    batch = sk.sample_batch()
    lines, table, database = folder / "s.jsonl", folder / "s.parquet", folder / "s.db"
    batch.to_jsonl(lines)
    batch.spaces.to_parquet(table)
    archive = sk.Archive(database)
    archive.add_files(lines)
    given = {"table": batch.spaces, "batch": batch, "archive": archive, "lines": lines, "database": database}
    return {**given, "text": str(table), "several": [lines, table], "iterator": iter([lines])}


@pytest.mark.parametrize(
    "kind", ["table", "batch", "archive", "lines", "database", "text", "several", "iterator"]
)
def test_code_opens_the_source(kind: str, tmp_path: Path) -> None:
    """Whatever was given, the code opens it again: its Spaces, and its observations where the chart takes them."""
    given = sources(tmp_path)
    state = explored(given[kind])
    given["archive"].close()
    state.chart = "growth"
    assert state.error is None
    assert len(state.request.table) == len(state.view) == 87 * (1 + (kind == "several"))
    state.wait(30)
    scope = {"batch": given["batch"], "archive": sk.Archive(tmp_path / "s.db"), "spaces": given["table"]}
    assert "spacekit.archive" not in state.code
    with pytest.warns(sk.AgeWarning):
        exec(state.code, scope)  # noqa: S102  # the code is the point
    assert len(scope["observations"]) == len(scope["spaces"]) == len(state.view)
    scope["archive"].close()
    state.close()


def test_code_opens_the_samples() -> None:
    """The code that is shown of the samples makes them: it runs as it is."""
    state = explored(sk.sample_batch())
    assert "batch = sk.sample_batch()" in state.code
    state.close()


def test_what_holds_no_spaces_is_refused(tmp_path: Path) -> None:
    """What holds no Spaces is refused, with what to pass instead."""
    with pytest.raises(TypeError, match="Pass a table"):
        explored(42)
    with pytest.raises(ValueError, match="lacks the columns"):
        explored(pd.DataFrame({"x": [1]}))
    with pytest.raises(FileNotFoundError):
        explored(tmp_path / "none.jsonl")
    (tmp_path / "text.jsonl").write_text("no JSON\n", encoding="utf-8")
    with pytest.raises(sk.DataError, match="no Space"):
        explored(tmp_path / "text.jsonl")


@pytest.mark.parametrize("name", plot.CHARTS)
def test_code_does_the_same(name: str, archive: Path) -> None:
    """The code that is shown runs, and returns the same view and a chart with all that was chosen."""
    state = ExploreState(archive, plot.CHARTS, lambda _request: Picture(b"", "", bytes))
    state.only_replay, state.chart, state.scale, state.by = True, name, "linear", "state"
    state.wait(30)
    scope: dict[str, Any] = {}
    with pytest.warns(sk.AgeWarning):
        exec(state.code, scope)  # noqa: S102  # the code is the point
    assert scope["view"].equals(state.view)
    axes = {"both": "xy"}.get(plot.CHARTS[name].counts, plot.CHARTS[name].counts)
    scales = {getattr(scope["ax"], f"get_{axis}scale")() for axis in axes}
    assert scales <= {"linear"}
    state.close()


def test_a_chart_of_the_same_view_is_drawn_once() -> None:
    """Who goes back to a chart sees its picture again; after a filter all are drawn anew."""
    asked: list[str] = []
    state = explored(six_spaces(), lambda request: (asked.append(request.name), _draw(request))[1])
    for chart in ("growth", "live_vs_replay", "growth"):
        state.wait(30)
        state.chart = chart
    state.wait(30)
    assert asked == ["live_vs_replay", "growth"]
    assert state.picture.png == b"growth"
    state.hosts = ("ann",)
    state.wait(30)
    assert asked == ["live_vs_replay", "growth", "growth"]
    state.close()
