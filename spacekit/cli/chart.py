"""`spacekit chart`: draw one of the charts of `plot` into a file. It computes and draws nothing itself."""

from __future__ import annotations

import argparse
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.files import replacing
from spacekit.cli import screen
from spacekit.cli.inputs import batch_of, observations_of
from spacekit.cli.output import check_writable, write_bytes
from spacekit.cli.summary import DONE, INCOMPLETE
from spacekit.cli.usage import INPUT_HELP, UsageError, arguments_checked, whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SUMMARY = "draw a chart into a file (PNG, SVG or PDF)"
EPILOG = f"""\
{INPUT_HELP}
`growth` reads observations: an archive, or JSON lines with many of each Space.

The facts that the chart rests on, as they stand below it, are printed too. A
chart that does not take one of the options says so; `--list` tells which takes
what.

examples:
  spacekit chart audience spaces.jsonl -o audience.png
  spacekit chart replay_share spaces.db --by host -o share.svg
  spacekit chart calendar samples --tz Europe/Berlin -o calendar.pdf
  spacekit chart growth spaces.db -o growth.png --size 10x6 --dpi 200"""

ENDINGS: Final = (".png", ".svg", ".pdf")
_OPTIONS: Final = ("by", "tz", "every", "audience", "value")
"""Arguments of charts that can be given here, under the same names."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="which chart")
    parser.add_argument("input", nargs="?", metavar="INPUT", help="what to read, see below")
    parser.add_argument(
        "--list", action="store_true", help="list the charts, with the options that they take"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="file to write: .png, .svg or .pdf")
    group = parser.add_argument_group("what is drawn")
    group.add_argument("--by", metavar="G", help="groups: host, weekday, hour, or a column such as state")
    group.add_argument(
        "--tz", metavar="ZONE", help="time zone of weekdays and hours, such as Asia/Tokyo (UTC)"
    )
    group.add_argument("--every", metavar="P", help="length of a period, as pandas names it: MS, W, QS (MS)")
    group.add_argument("--audience", choices=("live", "replay"), help="which of the two counts (live)")
    group.add_argument("--value", choices=("live", "replay", "share"), help="what a cell shows (live)")
    group = parser.add_argument_group("the picture")
    group.add_argument(
        "--size", type=size, metavar="WxH", help="inches, such as 8x5; else what the chart needs"
    )
    group.add_argument(
        "--dpi", type=whole(30, 1200), default=150, metavar="N", help="dots an inch, for PNG (150)"
    )


def size(text: str) -> tuple[float, float]:
    """Read a width and a height in inches."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)", text.strip().lower())
    inches = (float(match[1]), float(match[2])) if match else (0.0, 0.0)
    if not all(1 <= side <= 100 for side in inches):
        raise argparse.ArgumentTypeError(f"got {text!r}; give width and height in inches, such as 8x5")
    return inches


def run(args: argparse.Namespace) -> int:
    """Draw a chart, or list them."""
    from spacekit.plot import CHARTS

    if args.list:
        write_bytes("".join(f"{line}\n" for line in _listed(CHARTS)).encode())
        return DONE
    chart = _chosen(args, CHARTS)
    options = _options(args, chart)
    check_writable(args.output)
    if takes_observations(chart):
        table, code = observations_of(args.input), DONE
    else:
        batch = batch_of(args.input)
        table, code = batch.spaces, INCOMPLETE if "failed" in batch.counts else DONE
    with arguments_checked():
        ax = chart(table, **options)
    save(ax, args.output, args.dpi)
    lines = screen.wrapped(facts(ax))
    write_bytes(f"{args.output}: {args.name} of {args.input}\n{lines}\n".encode())
    return code


def save(ax: Axes, path: Path, dpi: int = 150) -> None:
    """Write the figure of a chart to a file, in the format of its ending."""
    figure: Any = ax.get_figure(root=True)
    with replacing(path) as part:
        figure.savefig(part, dpi=dpi, format=path.suffix.lower().removeprefix("."))


def facts(ax: Axes) -> str:
    """Words of the caption below a chart."""
    from spacekit.plot.caption import Caption

    captions = [artist.words for artist in ax.get_children() if isinstance(artist, Caption)]
    return " ".join(captions).replace("\u00a0", " ")


def takes_observations(chart: Callable[..., Any]) -> bool:
    """Whether a chart is of observations, and not of Spaces."""
    return next(iter(inspect.signature(chart).parameters)) == "observations"


def options_of(chart: Callable[..., Any]) -> list[str]:
    """Options of the command that a chart takes."""
    return [name for name in _OPTIONS if name in inspect.signature(chart).parameters]


def _chosen(args: argparse.Namespace, charts: dict[str, Callable[..., Axes]]) -> Callable[..., Axes]:
    if args.name is None or args.input is None or args.output is None:
        raise UsageError("give NAME, INPUT and -o FILE; --list lists the charts")
    if args.name not in charts:
        raise UsageError(f"there is no chart {args.name!r}: take one of {', '.join(charts)}")
    if args.output.suffix.lower() not in ENDINGS:
        raise UsageError(f"-o {args.output}: give a name that ends in {', '.join(ENDINGS)}")
    return charts[args.name]


def _options(args: argparse.Namespace, chart: Callable[..., Axes]) -> dict[str, Any]:
    given = {name: getattr(args, name) for name in _OPTIONS if getattr(args, name) is not None}
    takes = options_of(chart)
    for name in given:
        if name not in takes:
            listed = ", ".join(f"--{option}" for option in takes) or "none of them"
            raise UsageError(f"chart {args.name} does not take --{name}; it takes {listed}")
    if args.size is not None:
        from matplotlib.figure import Figure

        given["ax"] = Figure(figsize=args.size, layout="constrained").subplots()
    return given


def _listed(charts: dict[str, Callable[..., Axes]]) -> list[str]:
    """Lines of `--list`: each chart, what it shows, and its options."""
    lines = []
    for name, chart in charts.items():
        told = inspect.getdoc(chart) or ""
        takes = "".join(f" [--{option}]" for option in options_of(chart))
        lines += [f"{name}{takes}", f"    {told.splitlines()[0]}"]
    return lines
