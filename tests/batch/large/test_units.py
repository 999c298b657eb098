"""Files are cut where lines end: every line is read once, whatever the length of a unit."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from spacekit.batch.large.units import Piece, blocks_between, count_lines, key_of, units_in


@given(
    content=st.lists(st.sampled_from([b"", b"a", b"bc\r", b"a longer line"])).map(b"\n".join),
    unit=st.integers(1, 40),
)
def test_each_line_is_read_once(tmp_path_factory, content: bytes, unit: int) -> None:
    """The ranges of a file hold all of its lines, whole and in order, and count them."""
    path = tmp_path_factory.mktemp("cut") / "lines"
    path.write_bytes(content)
    starts = range(0, max(len(content), 1), unit)
    pieces = [Piece("a", path, len(content), 0, start, min(start + unit, len(content))) for start in starts]
    assert b"".join(block for piece in pieces for block in blocks_between(piece)) == content
    assert sum(map(count_lines, pieces)) == len(content.splitlines(keepends=True))
    for piece in pieces:
        text = b"".join(blocks_between(piece))
        assert text.endswith(b"\n") or content.endswith(text)


def test_small_files_are_read_together(tmp_path: Path) -> None:
    """Small files share a unit up to its length; a range of a large file has one of its own."""
    sizes = {"a": 42, "b": 42, "c": 42, "d": 150, "e": 9}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"{}\n" * (size // 3))
    found = units_in([tmp_path / name for name in sizes], 100)
    assert [[(piece.path.name, piece.length) for piece in group] for group in found] == [
        [("a", 42), ("b", 42)],
        [("c", 42)],
        [("d", 100)],
        [("d", 50)],
        [("e", 9)],
    ]


def test_a_file_without_lines_is_not_cut(tmp_path: Path) -> None:
    """A large file is one unit where it is not one of lines."""
    for name, content in {
        "array": b"[\n" + b"{},\n" * 100,
        "utf-16": ("{}\n" * 100).encode("utf-16"),
    }.items():
        (tmp_path / name).write_bytes(content)
        assert len(units_in(tmp_path / name, 100)) == 1


def test_the_key_follows_the_file(tmp_path: Path) -> None:
    """A unit has another key once its file has another length or time, and for another range."""
    path = tmp_path / "a"
    path.write_bytes(b"{}\n" * 60)
    first, second = units_in(path, 100)
    keys = {key_of(first), key_of(second)}
    assert key_of(units_in(path, 100)[0]) == key_of(first)
    os.utime(path, ns=(0, 0))
    keys.add(key_of(units_in(path, 100)[0]))
    path.write_bytes(b"{}\n" * 61)
    os.utime(path, ns=(0, 0))
    keys.add(key_of(units_in(path, 100)[0]))
    assert len(keys) == 4
