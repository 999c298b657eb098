"""Titles and names that attack what shows them reach no terminal, page, picture, spreadsheet or log as they are."""

import io
import json
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile
import matplotlib as mpl
import openpyxl
import pandas as pd
import pytest
from commands import Run
from hostile import TITLES, assert_harmless, assert_harmless_page, assert_harmless_picture
from ipywidgets import HTML, Widget

import spacekit as sk
from spacekit.cli.main import main
from spacekit.plot.charts import CHARTS
from spacekit.plot.frame import text_of

BATCH = sk.Batch.of(hostile.records())
IDS = [record["id"] for record in hostile.records()]
NAMES = ["\x1b[31mred.jsonl", "a\u202egnp.jsonl", "new\nline.jsonl"]
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sk.Archive]:
    """An archive of them, fetched from a server."""
    path = tmp_path_factory.mktemp("hostile") / "a.db"
    with sk.sandbox(hostile.records()) as client:
        client.fetch([*IDS, *TITLES], progress=False, archive=path)
    with sk.Archive(path) as opened:
        yield opened


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with these Spaces in a file of a usual name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    Path("h.jsonl").write_text("\n".join(map(json.dumps, hostile.records())), encoding="utf-8")
    return tmp_path


def test_cards_are_harmless(archive: sk.Archive) -> None:
    """As text and as HTML: of a batch, tables, what was found, an archive."""
    with sk.sandbox(hostile.records()) as client:
        fetched = client.fetch([*IDS, *TITLES], progress=False)
    found = [sk.find_ids(TITLES), sk.find_ids("\n".join(TITLES))]
    for thing in [BATCH, fetched, sk.normalize(hostile.records()), *found, archive]:
        assert_harmless(repr(thing), str(thing))
        assert_harmless_page(thing._repr_html_())
    assert_harmless(fetched.report(), *fetched.outcomes["message"].dropna())


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "spaces": lambda: BATCH.spaces,
    "creators": lambda: BATCH.creators,
    "outcomes": lambda: BATCH.outcomes,
    "measures": lambda: sk.measures(BATCH),
    "hosts": lambda: sk.hosts(BATCH),
    "compare": lambda: sk.compare(BATCH, by="host"),
    "contrast": lambda: sk.contrast(BATCH, by="host"),
    "quality": lambda: sk.quality(BATCH),
    "other": lambda: pd.DataFrame({title[:50]: [title] for title in TITLES if "\ud800" not in title}),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_tables_are_harmless(table: Callable[[], pd.DataFrame]) -> None:
    """As text and as HTML."""
    shown = sk.rounded(table())
    assert_harmless(str(shown))
    assert_harmless_page(shown._repr_html_())


@pytest.mark.parametrize("name", [name for name, chart in CHARTS.items() if not chart.posts])
def test_charts_are_harmless(name: str, archive: sk.Archive) -> None:
    """An SVG is XML without controls, its text as shapes and as text; so are the title, alternative text and notes."""
    given = archive.observations() if CHARTS[name].takes == "observations" else BATCH.spaces
    ax = CHARTS[name].function(given)
    for kind in ("path", "none"):
        picture = io.BytesIO()
        with mpl.rc_context({"svg.fonttype": kind}):
            ax.figure.savefig(picture, format="svg")
        assert_harmless_picture(picture.getvalue())
    assert_harmless(text_of(ax), ax.get_title(loc="left"), str(sk.plot.notes(ax)))


def texts_of(widget: Widget, seen: set[int]) -> Iterator[tuple[Widget, str]]:
    """Yield all texts of a widget and of those in it."""
    if id(widget) in seen:
        return
    seen.add(id(widget))
    for name in widget.traits():
        value: Any = getattr(widget, name, None)
        if isinstance(value, str):
            yield widget, value
        elif isinstance(value, tuple | list | dict) and name not in ("children", "layout"):
            yield widget, repr(value)
    for child in getattr(widget, "children", ()):
        yield from texts_of(child, seen)


def test_forms_are_harmless() -> None:
    """The explorer and the form that fetches: HTML is escaped, other text has no controls."""
    explorer = sk.AudienceExplorer(BATCH)
    with sk.sandbox(hostile.records()) as client:
        form = sk.FetchForm(client=client)
        form.text.value = "\n".join([*IDS, *TITLES])
        form.fetch.click()
        assert form.wait(60)
        assert explorer.wait(60)
        texts = [*texts_of(explorer, set()), *texts_of(form, set())]
        form.close()
    explorer.close()
    for widget, text in texts:
        if widget is form.text or text == form.text.value:
            continue  # what was pasted, as it was
        if isinstance(widget, HTML):
            assert_harmless_page(text)
        else:
            assert_harmless(text)


COMMANDS = [
    ["tables", "h.jsonl", "--format", "text"],
    ["tables", "h.jsonl", "--table", "creators", "--format", "text"],
    ["tables", "h.jsonl", "--table", "problems", "--format", "text"],
    ["compare", "h.jsonl", "--by", "host", "--format", "text"],
    ["compare", "h.jsonl", "--by", "\x1b[31m"],
    ["hosts", "h.jsonl", "--format", "text"],
    ["quality", "h.jsonl", "--format", "text"],
    ["measures", "h.jsonl", "--format", "text"],
    ["chart", "audience", "h.jsonl", "-o", "x.svg"],
    ["chart", "audience", "h.jsonl", "-o", "\x1b[31mx.svg"],
    ["chart", "\x1b[31m", "h.jsonl", "-o", "x.svg"],
    ["ids", "--file", "h.jsonl"],
    ["ids", *TITLES[:6]],
    ["fetch", *TITLES[:7], "--sandbox", "--format", "text"],
    ["tables", "h.jsonl", "-o", "\x1b[31m/none.csv"],
    ["tables", "none\x1b[31m\u202e.jsonl"],
    ["archive", "info", "none\x1b[31m\u202e.db"],
    ["serve", "none\x1b[31m\u202e.jsonl"],
    ["\x1b[31m\u202e"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: ascii(" ".join(command))[1:60])
def test_commands_are_harmless(command: list[str], run: Run, folder: Path) -> None:
    """Standard output in the form for reading, and standard error, of every command."""
    _, out, err = run(*command)
    assert_harmless(out, err)
    assert out + err


@pytest.mark.posix
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_files_are_harmless(name: str, run: Run, folder: Path) -> None:
    """Also where they have line ends: a message is one line."""
    Path("h.jsonl").rename(name)
    for command in (
        ["tables", name, "--format", "text"],
        ["chart", "audience", name, "-o", "x.svg"],
        ["ids", "--file", name],
    ):
        _, out, err = run(*command)
        assert_harmless(out, err)
        assert all(line.startswith("spacekit: ") for line in err.splitlines())
    batch = sk.read(name, progress=False)
    assert_harmless(str(batch), repr(batch))
    assert_harmless_page(batch._repr_html_())


ERRORS: dict[str, Callable[[], object]] = {
    "read": lambda: sk.read("none\x1b[31m\u202e.jsonl"),
    "read_table": lambda: sk.read_table("none\x1b[31m\u202e.csv"),
    "find_ids": lambda: sk.find_ids(Path("none\x1b[31m\u202e.csv")),
    "archive": lambda: sk.Archive("no\x1b[31m/\u202e.db"),
    "by": lambda: sk.compare(BATCH, by="\x1b[31m\u202e"),
    "get": lambda: sk.sandbox().get("\x1b[31m\u202e"),
    "outcomes": lambda: sk.sandbox().fetch("\x1b[31m\u202e1a2b3c4d5e", progress=False).raise_for_outcomes(),
    "base_url": lambda: sk.Client("1|demo", base_url="http://\x1b[31m\u202e"),
    "max_age": lambda: sk.sandbox().fetch(IDS[0], max_age="\x1b[31m\u202e"),
    "errors=raise": lambda: sk.normalize(
        [{"id": "\x1b[31m\u202e", "started_at": "\x1b\u202e"}], errors="raise"
    ),
}


@pytest.mark.parametrize("call", ERRORS.values(), ids=ERRORS.keys())
def test_errors_are_harmless(call: Callable[[], object]) -> None:
    """What an error says may be logged: it is one line without controls."""
    with pytest.raises((sk.SpacekitError, ValueError, OSError)) as caught:
        call()
    assert_harmless(str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.posix
def test_warnings_are_harmless(folder: Path) -> None:
    """Of a file with such a name and such a text in it."""
    Path(NAMES[0]).write_text('{broken \x1b[31m\u202e"\n', encoding="utf-8")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        batch = sk.read(NAMES[0], progress=False)
    assert caught
    assert_harmless(*(str(entry.message) for entry in caught), str(batch), *batch.outcomes["message"])


def test_spreadsheets_compute_nothing(run: Run, folder: Path) -> None:
    """Workbooks have text as text, and no links; CSV has an apostrophe before what might be computed, on request."""
    assert run("tables", "h.jsonl", "-o", "s.xlsx")[0] == 0
    book = openpyxl.load_workbook("s.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink is not None]
    assert TITLES[7] in [cell.value for cell in cells]
    assert run("tables", "h.jsonl", "-o", "s.csv", "--safe-cells")[0] == 0
    frame = pd.read_csv("s.csv", dtype=str, keep_default_na=False)
    assert not [text for column in frame for text in frame[column] if text[:1] in tuple("=+@\t\r\n")]
    again = sk.read_table("s.csv")
    assert again["title"].tolist() == sk.read("h.jsonl", progress=False).spaces["title"].tolist()
