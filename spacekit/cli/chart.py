"""`spacekit chart`: draw one of the charts of `plot` into a file. It computes and draws nothing itself."""

from __future__ import annotations

import argparse
import io
import re
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.files import replacing
from spacekit.cli.analysis import grouping
from spacekit.cli.codes import DONE
from spacekit.cli.inputs import posts_in_file
from spacekit.cli.joining import JOIN_HELP
from spacekit.cli.options import (
    INPUT_HELP,
    UsageError,
    add_by,
    add_quiet,
    add_selection,
    arguments_checked,
    number,
)
from spacekit.cli.output import check_writable, path_or_stdout, show, takes_bytes, write_bytes
from spacekit.cli.saying import write_error
from spacekit.cli.selection import Selected, selected
from spacekit.words import one_line, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from spacekit.plot import Chart

EPILOG = f"""\
{INPUT_HELP}
`growth` needs several answers about each Space: an archive, or dated files.

{JOIN_HELP}

The notes of the chart are printed too. --list shows the charts and the options
that each takes.

examples:
  spacekit chart audience spaces.jsonl -o audience.png
  spacekit chart replay_share spaces.db --by host --at-age 7D -o share.svg
  spacekit chart ratio spaces.db --join hosts.csv --by sector -o ratio.png
  spacekit chart calendar samples --tz Europe/Berlin -o calendar.pdf
  spacekit chart reach spaces.db --posts posts.csv -o reach.png
  spacekit chart growth spaces.db -o growth.png --size 10x6 --dpi 200"""

_FORMATS: Final = ("png", "svg", "pdf")
NAMES: Final = (
    "audience", "live_vs_replay", "reach", "replay_share", "ratio", "hosts", "growth", "followers", "calendar",
    "duration", "punctuality", "over_time", "trend", "timeline", "quality",
)  # fmt: skip
"""The charts of `plot.CHARTS`, which takes long to load."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("name", nargs="?", choices=NAMES, metavar="NAME", help="which chart; --list shows them")
    add("input", nargs="*", metavar="INPUT", help="what to read, see below")
    add("--list", action="store_true", help="list the charts, with the options that each takes")
    words = "file to write: .png, .svg or .pdf; - is standard output"
    add("-o", "--output", type=path_or_stdout, default=argparse.SUPPRESS, metavar="FILE", help=words)
    words = "png, svg or pdf; default: from the ending of FILE, on standard output png"
    add("--format", choices=_FORMATS, metavar="F", help=words)
    add = parser.add_argument_group("what is drawn").add_argument
    add_by(add)
    add("--every", metavar="P", help="length of a period: month, week, quarter, year, 7D, ... (month)")
    add("--audience", choices=("live", "replay"), help="which of the two counts (live)")
    add("--value", choices=("live", "replay", "share"), help="what a cell shows (live)")
    words = "host: against each creator's own usual, so that a cell shows the hour and not who is on air"
    add("--within", choices=("host",), help=words)
    words = "axes of counts: auto is log where they span decades (auto)"
    add("--scale", choices=("auto", "log", "linear"), help=words)
    words = "for reach: the posts that announce the Spaces, as `spacekit search -o` wrote them"
    add("--posts", type=Path, metavar="FILE", help=words)
    add_selection(parser)
    add_quiet(parser)
    add = parser.add_argument_group("the picture").add_argument
    add(
        "--size",
        type=_size,
        metavar="WxH",
        help="width and height in inches, such as 8x5 (as the chart needs)",
    )
    words = "dots an inch, for PNG (150)"
    add("--dpi", type=number(30, 1200, whole=True), default=150, metavar="N", help=words)


def _size(text: str) -> tuple[float, float]:
    """Read a width and a height in inches."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", text.strip().lower())
    inches = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not all(1 <= side <= 100 for side in inches):
        raise argparse.ArgumentTypeError(f"got {text!r}; use width and height in inches, such as 8x5")
    return inches


def run(args: argparse.Namespace) -> int:
    """Draw a chart, or list them."""
    from spacekit.plot import CHARTS
    from spacekit.plot.frame import text_of

    if args.list:
        show(*_listed(CHARTS))
        return DONE
    chart = _chosen(args, CHARTS)
    form = _format(args)
    options = _options(args, CHARTS)
    if args.posts is not None:
        options["posts"] = posts_in_file(args.posts)
    given = selected(args, observations=chart.takes == "observations")
    if args.by:
        options["by"] = _groups(given, args)
    with arguments_checked():
        ax = chart.function(given.table, **options)
    _draw(ax, args, form, f"{args.name} of {', '.join(args.input)}", wrapped(text_of(ax)))
    return given.code


def _groups(given: Selected, args: argparse.Namespace) -> Any:
    """Return what to group by: names, or in another zone than UTC the labels of the rows."""
    from spacekit import stats

    by = grouping(given, args)
    return by if args.tz == "UTC" else stats.group_labels(given.table, by, args.tz).rename(str(by))


def _draw(ax: Axes, args: argparse.Namespace, form: str, what: str, facts: str) -> None:
    """Write the picture, and print its facts: to standard output, or beside it where that has the picture."""
    if args.output is not None:
        save(ax, args.output, args.dpi, form)
        show(one_line(f"{args.output}: {what}"), facts)
        return
    picture = io.BytesIO()
    save(ax, picture, args.dpi, form)
    write_bytes(picture.getvalue())
    if not args.quiet:
        write_error(f"{one_line(what)}\n{facts}\n")


def save(ax: Axes, target: Path | io.BytesIO, dpi: int = 150, form: str = "png") -> None:
    """Write the figure of a chart to a file or a buffer."""
    figure: Any = ax.get_figure(root=True)
    with nullcontext(target) if isinstance(target, io.BytesIO) else replacing(target) as part:
        figure.savefig(part, dpi=dpi, format=form)


def _format(args: argparse.Namespace) -> str:
    """Return the format of the picture, before it is drawn."""
    if args.output is None:
        if not takes_bytes():
            raise UsageError("a terminal cannot show a picture: add -o FILE")
        return str(args.format or "png")
    ending = args.output.suffix.lower().removeprefix(".")
    if args.format is None and ending not in _FORMATS:
        raise UsageError(
            f"-o {args.output}: use a name that ends in .{', .'.join(_FORMATS)}, or add --format"
        )
    check_writable(args.output)
    return str(args.format or ending)


def _chosen(args: argparse.Namespace, charts: dict[str, Chart]) -> Chart:
    if args.name is None or not args.input or "output" not in args:
        raise UsageError("NAME, INPUT and -o FILE are needed; --list shows the charts")
    return charts[args.name]


def _options(args: argparse.Namespace, charts: dict[str, Chart]) -> dict[str, Any]:
    """Return the keywords for the chart, if it takes all the options that were given."""
    chart, known = charts[args.name], {option for chart in charts.values() for option in chart.options}
    options = {name: getattr(args, name) for name in sorted(known) if getattr(args, name) is not None}
    if "tz" not in chart.options:
        del options["tz"]  # it is that of --since and --by
    for name in options:
        if name not in chart.options:
            takes = ", ".join(f"--{option}" for option in chart.options) or "none of them"
            raise UsageError(f"chart {args.name} does not take --{name}; it takes {takes}")
    if chart.posts != (args.posts is not None):
        raise UsageError(f"chart {args.name} {'needs' if chart.posts else 'does not take'} --posts FILE")
    if args.join and not args.by:
        raise UsageError("--join adds columns to group by: add --by COLUMN")
    if args.at_age is not None and chart.takes == "observations":
        raise UsageError(f"chart {args.name} draws all ages: leave out --at-age")
    if args.size is not None:
        from matplotlib.figure import Figure

        options["ax"] = Figure(figsize=args.size, layout="constrained").subplots()
    return options


def _listed(charts: dict[str, Chart]) -> list[str]:
    """Lines of `--list`: each chart, what it shows, and its options."""
    lines = []
    for name, chart in charts.items():
        takes = " --posts FILE" if chart.posts else "".join(f" [--{option}]" for option in chart.options)
        lines += [f"{name}{takes}", f"    {chart.shows}"]
    return lines
