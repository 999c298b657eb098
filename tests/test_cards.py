"""Cards: what `print` and a notebook show of an object, and what to call next."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit.words import Card, Column, columns

EVIL = "<script>alert('x')</script>\x1b[31m\n\u202e"
IDS = ["1SAMPLEIFQBSG", "1SAMPLEIFQBSG", "1SAMPLEnever0", EVIL]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One object of each kind that has a card."""
    archive = sk.Archive(tmp_path_factory.mktemp("cards") / "growing.db")
    archive.add_files(sk.sample_observations_path())
    with sk.sandbox(price_per_request=0.0002) as client:
        plan, batch = client.plan(IDS), client.fetch(IDS, progress=False)
        search = client.search(hosts=["sample_radio"], progress=False)
        search_plan = client.plan(hosts=["sample_radio"])
    tables = sk.normalize(sk.sample_records())
    return {
        "batch": batch, "tables": tables, "plan": plan, "client": client, "archive": archive,
        "new archive": sk.Archive(archive.path.with_name("none.db")), "found": sk.find_ids(IDS), "search": search,
        "plan of a search": search_plan,
        "empty batch": sk.Batch.of([]), "no ids": sk.find_ids(""), "no tables": sk.normalize([]),
        "empty plan": client.plan([]), "plan of nonsense": client.plan(["nope"]),
    }  # fmt: skip


KINDS = ["batch", "tables", "plan", "client", "archive", "new archive", "found", "search", "plan of a search",
         "empty batch", "no ids", "no tables", "empty plan", "plan of nonsense"]  # fmt: skip


class Reader(HTMLParser):
    """Reads HTML: its words, and which tags are open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, _: Any) -> None:
        """Note a tag."""
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """A tag closes what was opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words.append(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_is_sound_html_without_anything_foreign(kind: str, shown: dict[str, Any]) -> None:
    """Every tag is closed, and none comes from the data."""
    read = Reader(shown[kind]._repr_html_())
    assert read.open == []
    assert read.tags <= {"div", "b", "table", "thead", "tbody", "tr", "th", "td", "code"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_cannot_steer_a_terminal(kind: str, shown: dict[str, Any]) -> None:
    """Other people's text has no control characters when it is printed."""
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", str(shown[kind]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_card_keeps_to_the_terminal(
    kind: str, width: int, shown: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Lines are as wide as the terminal at most, but for one word that is longer."""
    monkeypatch.setenv("COLUMNS", str(width))
    lines = [line for line in str(shown[kind]).splitlines() if str(shown["archive"].path.parent) not in line]
    assert [line for line in lines[2:] if columns(line) > width and not line.startswith("Not shown")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_says_what_to_call_next(kind: str, shown: dict[str, Any]) -> None:
    """The calls are Python, and work on the names that they use."""
    (line,) = re.findall(r"^Next: (.*(?:\n.*)?)", str(shown[kind]), re.MULTILINE)
    names = {**shown, "sk": sk, "ids": IDS}
    for call in line.replace("\n", " ").split(", sk"):
        compile(call if call.startswith(("sk", *names)) else f"sk{call}", "next", "exec")
    assert "Next: " in " ".join(Reader(shown[kind]._repr_html_()).words)


@pytest.mark.parametrize("kind", KINDS)
def test_the_repr_is_one_line(kind: str, shown: dict[str, Any]) -> None:
    """For lists, logs and the interpreter."""
    assert "\n" not in repr(shown[kind])


def test_a_plan_says_why_an_input_is_invalid(tmp_path: Path) -> None:
    """Each of the first five with its reason, the others counted."""
    with sk.sandbox() as client:
        plan = client.plan(["nope"] * 3 + ["x"] * 4)
        named = client.plan("ids.txt")
    assert "'nope': 4 characters: a Space id has 13" in str(plan)
    assert "and 2 more" in str(plan)
    assert "pathlib.Path" in str(named)


def test_a_plan_says_the_time_as_people_do() -> None:
    """No wait is not "at least 0 s"; a wait is at least so long."""
    client = sk.Client()
    assert "no wait for the limit" in str(client.plan(["1SAMPLEIFQBSG"]))
    assert "at least 17 min" in str(client.plan([f"1Made{number:08d}" for number in range(2_000)]))


def test_a_plan_without_a_price_says_where_the_cost_comes_from() -> None:
    """A plan of a fetch, and of a search with an end, name the argument; where nothing is to pay there is no word."""
    client = sk.Client()
    assert "price_per_request=" in str(client.plan(["1SAMPLEIFQBSG"]))
    assert "price_per_post=" in str(client.plan(hosts="XEng"))
    assert "price" not in str(client.plan(hosts="XEng", max_posts=None)) + str(client.plan([]))


def test_tables_say_that_they_are_made_up(shown: dict[str, Any]) -> None:
    """As a batch does; tables of other Spaces do not."""
    assert "Made-up data" in str(shown["tables"])
    assert "Made-up data" not in str(sk.normalize(sk.documented_record()))


def test_a_card_of_parts() -> None:
    """Head, facts, grid, notes and calls stand in this order; what is missing leaves no line."""
    facts, grid = [("a", "1"), ("long", "x " * 60)], [Column("n", ["1"])]
    card = Card("Two", " things", facts, grid, notes=["note"], then=["f()"])
    lines = card.text().splitlines()
    assert lines[0] == "Two things"
    assert lines[1] == "  a     1"
    assert lines[3].startswith("        x")
    assert lines[-2:] == ["note", "Next: f()"]
    assert Card("Only").text() == "Only"
