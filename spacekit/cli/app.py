"""`spacekit app`: the explorer as a page without code, served on this machine. The page is in `forms/app`."""

from __future__ import annotations

import argparse
import errno
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from spacekit.cli.codes import DONE, SERVER_CODES
from spacekit.cli.options import UsageError, add_quiet, add_selection, number
from spacekit.words import KEY_NAME

EPILOG = """\
Opens your browser at the explorer: filters, charts and a table of the Spaces
in INPUT, an archive, a file of JSON or a table that spacekit wrote. Without
INPUT it shows the made-up samples. Only this machine reaches the page.
It needs the extra: pip install "spacekit-audiences[notebook]".

examples:
  spacekit app spaces.db
  spacekit app spaces.db --at-age 7D --since 2026
  spacekit app crawl.jsonl --port 9000 --no-browser"""
ENDS: Final = SERVER_CODES

_ENDS_S: Final = 15.0  # the longest that the server takes to end its kernels
_SAMPLES: Final = "samples"
_FOLDER: Final = Path(__file__).parents[1] / "forms" / "app"
_WIDGETS: Final = (
    "anywidget",
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager7",
    "@voila-dashboards/widgets-manager8",
)
_OPTIONS: Final = (
    "--template=spacekit",
    "--Voila.ip=127.0.0.1",
    "--Voila.log_level=ERROR",
    "--preheat_kernel=True",  # a visitor gets a kernel that has drawn its first picture
    "--pool_size=1",
    "--VoilaConfiguration.multi_kernel_manager_class=spacekit.forms.app.page_kernels.PageKernels",
    *(f"--VoilaConfiguration.extension_allowlist={name}" for name in _WIDGETS),  # others take time to load
    "--MappingKernelManager.cull_idle_timeout=20",  # seconds without a page; pages that are open keep theirs
    "--MappingKernelManager.cull_interval=5",
    "--MappingKernelManager.cull_busy=True",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("input", nargs="*", metavar="INPUT", help="what to explore; none: made-up Spaces")
    words = "port to listen on (8866, or the next one that is free)"
    add("--port", type=number(1, 65535, whole=True), metavar="N", help=words)
    add("--no-browser", action="store_true", help="open no browser")
    add_selection(parser)
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = data_of(args, Path(folder) / "spaces.parquet")
        command, variables = served(data, args.port, browser=not args.no_browser)
        if find_spec("voila") is None:
            raise UsageError('voila is not installed: pip install "spacekit-audiences[notebook]"')
        command.append(f"--Voila.connection_dir_root={folder}")
        with subprocess.Popen(command, env=_without_key(variables)) as server:  # noqa: S603  # our own command
            try:
                return server.wait()
            except KeyboardInterrupt:
                _end(server)
        return DONE


def _end(server: subprocess.Popen[bytes]) -> None:
    """End the server in order; at once where that takes too long, or is asked for again."""
    try:
        server.terminate()  # Ctrl-C may have reached it, other signals have not
        server.wait(_ENDS_S)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        server.kill()


def _without_key(variables: dict[str, str]) -> dict[str, str]:
    """Return the environment with some more variables; the page asks no service, so it gets no key."""
    return {**{name: value for name, value in os.environ.items() if name != KEY_NAME}, **variables}


def data_of(args: argparse.Namespace, path: Path) -> Path | None:
    """Return the file to explore: INPUT, or a table at `path` of several or of some Spaces; None for the samples."""
    options = (args.since, args.until, args.at_age, args.max_gap, args.on)
    some = args.join or any(value is not None for value in options)
    if not some and args.input in ([], [_SAMPLES]):
        return None
    if not some and len(args.input) == 1 and args.input != ["-"]:
        return Path(args.input[0])
    from spacekit.cli.output import write_table  # late: pandas takes as long to load as the server
    from spacekit.cli.selection import selected

    args.input = args.input or [_SAMPLES]
    write_table(selected(args).table, path, "parquet")
    return path


def served(data: Path | None, port: int | None, *, browser: bool) -> tuple[list[str], dict[str, str]]:
    """
    Return the command that serves the page, and its variables.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    """
    if data is not None and not data.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(data))
    from spacekit.forms.data_name import DATA_NAME

    options = [*_OPTIONS, *([f"--port={port}"] if port else []), *([] if browser else ["--no-browser"])]
    templates = [str(_FOLDER / "jupyter"), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    variables = {"JUPYTER_PATH": os.pathsep.join(templates)}
    if data is not None:
        variables[DATA_NAME] = str(data.resolve())
    return [
        sys.executable,
        "-m",
        "spacekit.forms.app",
        str(_FOLDER / "app.ipynb"),
        *options,
    ], variables
