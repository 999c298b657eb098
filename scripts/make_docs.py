"""Make the pages that follow from the code: the data dictionary, and the gallery with its pictures.

.venv/bin/python scripts/make_docs.py            # writes docs/data-dictionary.md, docs/gallery.md, docs/img/
.venv/bin/python scripts/make_docs.py --check    # exit 1 if a page is out of step; pictures are not compared
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

import spacekit as sk
from spacekit.fields import TABLES
from spacekit.stats.ages import ages_told_elsewhere
from spacekit.stats.results import RESULTS

DOCS = Path(__file__).resolve().parent.parent / "docs"
DPI = 110
ABOUT = {
    "spaces": "One row for each Space, in the order given.",
    "creators": "One row for each account that created a Space, from its newest record.",
    "participants": "One row for each person that a GraphQL record lists; no other source lists any.",
    "problems": "One row for each value that could not be read.",
    "outcomes": "One row for each thing asked for or read, in the order given.",
    "posts": "Of a search: one row for each post and Space that it links to. The path is that in a post of the search.",
    "queries": "Of a search: one row for each query that was sent, one a host.",
    "observations": "One row for each time a Space was fetched: all columns of `spaces`, then this one.",
    "at_age": "One row for each Space observed, as it was at one age: all columns of `spaces`, then these. "
    "`total_replay_watched` is the count at that age, `fetched_at` is `ended_at` plus that age.",
}
CALLS = {
    "reach": "sk.plot.reach(spaces, posts)",
    "growth": "sk.plot.growth(archive.observations())",
    "followers": 'sk.plot.followers(spaces, audience="replay")',
    "replay_share": 'sk.plot.replay_share(spaces, by="host")',
    "calendar": 'sk.plot.calendar(spaces, tz="Europe/London")',
}


def data_dictionary() -> str:
    """Write the page of all columns, from `fields.TABLES`."""
    parts = [
        "# Data dictionary",
        "Made by `scripts/make_docs.py` from `spacekit/fields.py`. `sk.describe_columns()` returns the same as a "
        "table, without [results](#results).",
        "A missing value is `<NA>` or `NaT`, never 0, False or an empty text. A value that could not be read is "
        "missing in its table and listed in `problems`. The path is that in the JSON of the SocialData API; where it "
        "is empty, spacekit sets the value. Where X or the API does not define a value, its meaning says so. "
        "`sk.plain(table)` returns a copy for tools that do not know these dtypes: numbers as float64, text as "
        "objects, spans in hours, instants in UTC without a zone. Files that know no spans of time have hours too: "
        "csv, tsv, jsonl, xlsx, sqlite and dta, as the command writes them ([Other tools](other-tools.md)).",
    ]
    for table, fields in TABLES.items():
        parts.append(f"## {table}\n\n{ABOUT[table]}")
        rows = ["| column | dtype | unit | meaning | path |", "|---|---|---|---|---|"]
        for f in fields:
            dtype = pd.Series(dtype=f.dtype).dtype
            place = f"`{f.path}`" if f.path else ""
            place += f" or `{f.also}`" if f.also else ""
            rows.append(f"| `{f.name}` | `{dtype}` | {f.unit} | {f.meaning} | {place} |")
        parts.append("\n".join(rows))
    return "\n\n".join([*parts, *results()]) + "\n"


def results() -> Iterator[str]:
    """Yield the part on what functions return: dtypes are those of the samples, meanings are typed by hand."""
    yield "## Results"
    yield (
        "What is made from `spaces`. Spaces are compared if they are not `excluded`; intervals are of 95 % unless you "
        "ask for others. [Statistics](statistics.md) says how the numbers are made."
    )
    spaces = sk.sample_batch().spaces
    for name, (about, columns) in RESULTS.items():
        function = {"audience": "audience_long"}.get(name, name)
        with ages_told_elsewhere():  # only dtypes are read
            table = getattr(sk, function)(spaces, *(["host"] if name == "contrast" else []))
        rows = ["| column | dtype | unit | meaning |", "|---|---|---|---|"]
        for column, (unit, meaning) in columns.items():
            rows.append(f"| `{column}` | `{table[column].dtype}` | {unit} | {meaning} |")
        yield f"### {name}\n\n{about}\n\n" + "\n".join(rows)


def gallery() -> str:
    """Write the page of all charts."""
    parts = [
        "# Gallery",
        "Every chart, drawn from the made-up Spaces that come with spacekit: no finding about X. Made by "
        "`scripts/make_docs.py`. A chart takes a table of Spaces, a `Batch` or an `Archive` (`growth` takes "
        "observations or an `Archive`) and, if you have one, an `ax`; it returns the Axes. Its title says what it "
        "finds, the grey line n and the dates, and `sk.plot.notes(ax)` what is left out and why. Charts with axes of "
        "counts also take "
        '`scale`: "auto", "log" or "linear".',
        "```\nimport spacekit as sk\n\nspaces = sk.sample_batch().spaces  # or batch.spaces of your own fetch\n"
        'with sk.sandbox() as client:\n    posts = client.search(query="filter:spaces").posts  # for reach alone\n```',
    ]
    for name, chart in sk.plot.CHARTS.items():
        call = CALLS.get(name, f"sk.plot.{name}(spaces)")
        picture = f"![{name} of made-up Spaces](img/{name}.png)"
        parts.append(f"## {name}\n\n{chart.shows}\n\n`{call}`\n\n{picture}")
    return "\n\n".join(parts) + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Yield each page that is made, with its text."""
    yield DOCS / "data-dictionary.md", data_dictionary()
    yield DOCS / "gallery.md", gallery()


def draw() -> None:
    """Draw every chart into docs/img/."""
    mpl.use("Agg")
    with sk.sandbox() as client:
        posts = client.search(query="filter:spaces", progress=False).posts
    names = {"sk": sk, "spaces": sk.sample_batch().spaces, "posts": posts}
    with (
        TemporaryDirectory() as folder,
        sk.Archive(Path(folder) / "made-up.db") as archive,
        ages_told_elsewhere(),  # by the captions
    ):
        archive.add_files(sk.sample_observations_path())
        names["archive"] = archive
        for chart in sk.plot.CHARTS:
            axes = eval(CALLS.get(chart, f"sk.plot.{chart}(spaces)"), names)  # noqa: S307  (the calls above)
            save(axes.figure, DOCS / "img" / f"{chart}.png")


def save(figure: Figure, path: Path) -> None:
    """Write a picture with at most 256 colours, which halves its size and is not seen in a chart."""
    drawn = BytesIO()
    figure.savefig(drawn, dpi=DPI)
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: list[str]) -> int:
    """Write the pages and pictures, or check the pages."""
    if arguments == ["--check"]:
        stale = [
            path.name
            for path, text in pages()
            if not path.exists() or path.read_text(encoding="utf-8") != text
        ]
        if stale:
            print(f"out of step: {', '.join(stale)}. Run scripts/make_docs.py.", file=sys.stderr)
        return 1 if stale else 0
    (DOCS / "img").mkdir(parents=True, exist_ok=True)
    for path, text in pages():
        path.write_text(text, encoding="utf-8")
    draw()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
