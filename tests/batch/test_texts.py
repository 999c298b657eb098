"""Whatever holds text is opened by its content: packed, in any encoding, in folders and globs; nothing twice."""

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

import spacekit as sk

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
LINES = "".join(
    json.dumps({"id": f"1SAMPLE00000{i}", "state": "Ended", "title": "né 🎙"}) + "\n" for i in range(5)
)


def zipped(content: bytes, name: str = "a.jsonl") -> bytes:
    """Return a zip with one member, stored as it is."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as container:
        container.writestr(name, content)
    return made.getvalue()


PACKERS = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda content: pa.compress(content, codec="zstd", asbytes=True),
    "zip": zipped,
}


def outcomes(paths: object) -> list[tuple[str, str]]:
    """Return what was read, and what became of it."""
    read = sk.read(paths, progress=False).outcomes  # type: ignore[arg-type]  # the test passes wrong ones too
    return list(zip(read["input"], read["outcome"], strict=True))


@pytest.mark.parametrize("outer", PACKERS)
@pytest.mark.parametrize("inner", PACKERS)
def test_what_is_packed_twice_is_read(tmp_path: Path, inner: str, outer: str) -> None:
    """In whatever order: a dump is often packed again by those who keep it."""
    path = tmp_path / "twice"
    path.write_bytes(PACKERS[outer](PACKERS[inner](LINES.encode())))
    assert len(sk.read(path).spaces) == 5


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "mark"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_every_encoding_of_json_is_read(tmp_path: Path, encoding: str, mark: str) -> None:
    """With and without a mark before it."""
    path = tmp_path / "a.jsonl"
    path.write_bytes((mark + LINES).encode(encoding))
    assert sk.read(path).spaces["title"].tolist() == ["né 🎙"] * 5


def test_a_zip_without_its_end_is_not_taken_for_the_zip_inside_it(tmp_path: Path) -> None:
    """Or the members before would be missing without a word."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as container:
        container.writestr("first.jsonl", LINES)
        container.writestr("second.zip", zipped(LINES.encode()))
    (tmp_path / "torn.zip").write_bytes(made.getvalue()[:-40])
    assert outcomes(tmp_path / "torn.zip") == [("torn.zip", "failed")]


@pytest.mark.posix
@pytest.mark.parametrize("pattern", ["*", "**", "**/*"])
def test_a_file_fits_a_glob_once(tmp_path: Path, pattern: str) -> None:
    """Also where its folder fits too; empty folders, pipes and links that lead nowhere stop nothing."""
    (tmp_path / "deep" / "empty").mkdir(parents=True)
    (tmp_path / "a.jsonl").write_text(LINES, encoding="utf-8")
    (tmp_path / "deep" / "b.json").write_text("{}")
    (tmp_path / "lost.json").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = [(Path(place.partition(",")[0]).name, outcome) for place, outcome in outcomes(tmp_path / pattern)]
    assert sorted(found) == [*[("a.jsonl", "ok")] * 5, ("b.json", "not_found"), ("lost.json", "failed")]


@pytest.mark.posix
@pytest.mark.parametrize("name", ["", "lost.json", "*.txt"])
def test_a_path_that_leads_nowhere_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The empty path is not the current folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.jsonl").write_text(LINES, encoding="utf-8")
    (tmp_path / "lost.json").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError, match="there is no such file or folder"):
        sk.read(name)


def test_a_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    """A table holds only text; the file is read all the same."""
    path = tmp_path / os.fsdecode(b"\xff\n.json")
    path.write_text('{"id": "1SAMPLE000000"}')
    (tmp_path / "b.json").write_text("")
    assert outcomes(tmp_path) == [
        (f"{tmp_path.name}/b.json", "failed"),
        (f"{tmp_path.name}/\\xff\\n.json", "ok"),
    ]


@pytest.mark.parametrize("wrong", [5, None, b"a.jsonl", [None]], ids=repr)
def test_what_is_no_path_is_refused(wrong: object) -> None:
    """With what to pass instead."""
    with pytest.raises(TypeError, match="Pass a path, or several"):
        sk.read(wrong)  # type: ignore[arg-type]


def test_no_path_at_all_is_an_error() -> None:
    """A list without a path, as a glob of one's own makes it, is no empty collection that is complete."""
    with pytest.raises(FileNotFoundError, match="paths: there are none"):
        sk.read([])


def test_a_file_in_a_zip_may_have_no_name(tmp_path: Path) -> None:
    """It is read like any other."""
    member = zipfile.ZipInfo("x")
    member.filename = ""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(member, '{"id": "1SAMPLE000000", "state": "Ended"}')
    assert outcomes(tmp_path) == [("a.zip/", "ok")]
