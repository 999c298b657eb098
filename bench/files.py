"""Files of Spaces, of any size, to typed tables: beside json and pandas, DuckDB, and spacekit itself.

All records are made up, of the documented size. The rows of a million Spaces take minutes; `--quick` leaves them out.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa

import spacekit as sk
from bench._sql import by_duckdb
from bench.harness import Row, Target, check_text, compare, spread_text, stretch, time_text
from bench.tables import Frames, by_json_normalize
from scripts.make_lines import lines
from spacekit.fields import CREATORS, SPACES
from spacekit.tables.arrays import ARROW

MANY = 100_000
TABLES = ("spaces", "creators", "participants", "problems", "outcomes")
SMALL_FILES = 10_000
SIZES = (1_000, 10_000, MANY)
MILLION = 1_000_000
LIMIT_MIB = 512
GROWTH = 1.25  # a Space of the larger file may take this much longer: the clock and the machine vary


# --- the files ---


def write_lines(path: Path, texts: Iterable[bytes]) -> Path:
    """Write lines to a file, and read it once, so that all ways find it in the system's memory."""
    with path.open("wb") as file:
        file.writelines(text + b"\n" for text in texts)
    return path


def write_small_files(folder: Path, texts: Iterable[bytes]) -> Path:
    """Write each text to a file of its own."""
    folder.mkdir()
    for i, text in enumerate(texts):
        (folder / f"{i:05d}.json").write_bytes(text)
    return folder


def write_zip(path: Path, texts: Iterable[bytes]) -> Path:
    """Write each text to a member of a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for i, text in enumerate(texts):
            file.writestr(f"{i:05d}.json", text)
    return path


# --- the ways ---


def by_spacekit(path: Path) -> Frames:
    """Read a source and make both tables."""
    batch = sk.read(path, progress=False)
    return batch.spaces, batch.creators


def by_json(path: Path) -> Frames:
    """Do it the way an analyst would, from a file of lines."""
    with path.open("rb") as file:
        return by_json_normalize([json.loads(line) for line in file])


def by_json_folder(folder: Path) -> Frames:
    """The same from a folder with a file for each Space."""
    return by_json_normalize([json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))])


def by_json_zip(path: Path) -> Frames:
    """The same from a zip with a member for each Space."""
    with zipfile.ZipFile(path) as file:
        return by_json_normalize([json.loads(file.read(name)) for name in sorted(file.namelist())])


# --- the checks ---


def same(ours: Frames, theirs: Frames) -> None:
    """Check that two ways gave the same tables."""
    for mine, other in zip(ours, theirs, strict=True):
        pd.testing.assert_frame_equal(mine, other)


def same_as_sql(ours: Frames, theirs: tuple[pa.Table, pa.Table]) -> None:
    """Check that the values are the same, once the types of SQL are cast to those of the tables."""
    for fields, mine, other in zip((SPACES, CREATORS), ours, theirs, strict=True):
        assert len(mine) == len(other), f"{len(mine)} and {len(other)} rows"
        for field in fields:
            values = pd.Series(other[field.name].cast(ARROW[field.kind]).to_pandas(types_mapper=None))
            pd.testing.assert_series_equal(mine[field.name], values.astype(field.dtype), check_names=False)


def same_files(ours: Path, theirs: Path) -> None:
    """Check that two folders have the same tables."""
    for name in TABLES:
        one, other = (pd.read_parquet(folder / f"{name}.parquet") for folder in (ours, theirs))
        pd.testing.assert_frame_equal(one, other)


# --- other processes ---

TO_PARQUET = """\
import re, resource, sys, time
from pathlib import Path
import spacekit as sk
start = time.perf_counter()
sk.to_parquet(sys.argv[1], sys.argv[2], processes=int(sys.argv[3]), progress=False)
took = time.perf_counter() - start
# ru_maxrss of a process begins at its parent's, and this one's parent has just held a million Spaces.
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(took, max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)
"""


def write_tables(source: Path, folder: Path, processes: int) -> tuple[float, float]:
    """Write the tables of a file in a new process: the seconds it took, and the most MiB of any process."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-c", TO_PARQUET, str(source), str(folder), str(processes)]
    seconds, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(peak)


# --- the rows ---


def rows() -> Iterator[Row]:
    """Yield all rows."""
    with tempfile.TemporaryDirectory() as name:
        yield from growth(Path(name), (*SIZES, MILLION))
        yield from parquet(Path(name))
    yield from tables()


def quick_rows() -> Iterator[Row]:
    """Yield the rows that need no file of a million Spaces."""
    with tempfile.TemporaryDirectory() as name:
        yield from growth(Path(name), SIZES)
    yield from tables()


def tables() -> Iterator[Row]:
    """Both tables of a hundred thousand Spaces."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = write_lines(folder / "many.jsonl", lines(MANY))
        yield compare(
            f"{MANY:,} lines, both tables / json, json_normalize, casts",
            lambda: by_spacekit(many),
            lambda: by_json(many),
            check=same,
            target=Target(times_as_fast=5),
            repeats=3,
        )
        yield compare(
            f"{MANY:,} lines, both tables / loose DuckDB SQL",
            lambda: by_spacekit(many),
            lambda: by_duckdb(many),
            check=same_as_sql,
            target=Target(times_the_time=3),
            repeats=5,
        )
        yield from small_files(folder)
        yield from archive(folder, many)


def small_files(folder: Path) -> Iterator[Row]:
    """Ten thousand small files, in a folder and in a zip, beside the same lines in one file."""
    texts = list(lines(SMALL_FILES))
    whole = write_lines(folder / "small.jsonl", texts)
    files = write_small_files(folder / "small", texts)
    packed = write_zip(folder / "small.zip", texts)
    for what, source, other in (
        ("files in a folder", files, by_json_folder),
        ("files in a zip", packed, by_json_zip),
    ):
        yield compare(
            f"{SMALL_FILES:,} {what} / json, json_normalize, casts",
            lambda source=source: by_spacekit(source),
            lambda source=source, other=other: other(source),
            check=same,
            target=Target(times_as_fast=3),
            repeats=3,
        )
        yield compare(
            f"{SMALL_FILES:,} {what} / the same lines in one file",
            lambda source=source: by_spacekit(source),
            lambda: by_spacekit(whole),
            check=same,
            target=Target(),
            repeats=3,
        )


def archive(folder: Path, many: Path) -> Iterator[Row]:
    """The tables of an archive of as many Spaces as the file has lines."""
    with sk.Archive(folder / "many.db") as kept:
        kept.add_files(many, fetched_at="2026-06-01")

        def by_archive() -> Frames:
            batch = kept.latest()
            return batch.spaces, batch.creators

        yield compare(
            f"archive of {MANY:,} observations, both tables / the file of lines",
            by_archive,
            lambda: by_spacekit(many),
            check=same_but_times,
            target=Target(times_the_time=1.3),
            repeats=3,
        )


def same_but_times(ours: Frames, theirs: Frames) -> None:
    """Check that the tables are the same but for their order and the time of fetching."""
    for key, frames in zip(("space_id", "creator_id"), zip(ours, theirs, strict=True), strict=True):
        mine, other = (frame.drop(columns="fetched_at", errors="ignore").sort_values(key) for frame in frames)
        pd.testing.assert_frame_equal(mine.reset_index(drop=True), other.reset_index(drop=True))


def growth(folder: Path, sizes: Sequence[int]) -> Iterator[Row]:
    """The time of a Space must not grow with the size of the file."""
    times = {}
    for size in sizes:
        path = write_lines(folder / f"{size}.jsonl", lines(size))
        clock = stretch(lambda path=path: by_spacekit(path))
        times[size] = statistics.median(clock() for _ in range(3)) / size
        path.unlink()
    for smaller, larger in pairwise(sizes):
        ratio = times[larger] / times[smaller]
        yield Row(
            f"{larger:,} lines / {smaller:,} lines, for each Space",
            time_text(times[larger]),
            time_text(times[smaller]),
            f"{ratio:.2f} x the time",
            f"<= {GROWTH:g} x the time",
            ratio <= GROWTH,
        )


def parquet(folder: Path) -> Iterator[Row]:
    """A million Spaces to Parquet: in one process and in two."""
    source = write_lines(folder / "million.jsonl", lines(MILLION))
    runs = {
        number: [write_tables(source, folder / f"by-{number}", number) for _ in range(3)] for number in (2, 1)
    }
    checked = check_text(lambda: same_files(folder / "by-2", folder / "by-1"))
    two, one = ([seconds for seconds, _ in runs[number]] for number in (2, 1))
    ratio = statistics.median(one) / statistics.median(two)
    case = f"to_parquet of {MILLION:,} Spaces, {source.stat().st_size / 1e9:.1f} GB"
    yield Row(
        f"{case}: two processes / one",
        spread_text(two),
        spread_text(one),
        f"{ratio:.1f} x as fast",
        ">= 1.6 x as fast",
        ratio >= 1.6 and checked == "equal",
        checked,
    )
    peaks = {number: max(peak for _, peak in runs[number]) for number in (2, 1)}
    yield Row(
        f"{case}: memory of a process, of two / alone",
        *(f"{peaks[number]:.0f} MiB" for number in (2, 1)),
        "",
        f"<= {LIMIT_MIB} MiB",
        max(peaks.values()) <= LIMIT_MIB,
        checked,
    )
