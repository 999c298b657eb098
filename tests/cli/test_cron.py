"""The nightly script of docs/cron.md, as it stands there, on good nights and on each kind of bad one."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aged_archive import archive_of, spaces

from spacekit.server import SANDBOX_KEY

PAGE = (Path(__file__).parents[2] / "docs" / "cron.md").read_text(encoding="utf-8")
SCRIPT = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)[0]
UNITS = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)

pytestmark = [
    pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash"),
    pytest.mark.timeout(300),
]

Night = Callable[..., tuple[int, str, str]]


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    """Run the script against `spacekit serve` with some options: exit code, the report, and the mail."""
    servers: list[subprocess.Popen[str]] = []
    records = spaces(3)
    archive = archive_of(records, tmp_path / "spaces.db")
    served = tmp_path / "served.jsonl"
    grown = [{**record, "total_replay_watched": 100 * (number + 1)} for number, record in enumerate(records)]
    served.write_text("\n".join(map(json.dumps, grown)), encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs / "spacekit", f'exec "{sys.executable}" -m spacekit "$@"')
    program(programs / "mail", f'echo "$@" > "{tmp_path}/mail.txt"; cat >> "{tmp_path}/mail.txt"')
    program(tmp_path / "nightly", SCRIPT)

    def run(*options: str, key: str = SANDBOX_KEY) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "spacekit", "serve", served, "--port", "0"]
        server = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        servers.append(server)
        assert server.stdout
        url = server.stdout.readline().split(" at ")[1].split()[0]
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "SPACES_ARCHIVE": str(archive),
            "SPACEKIT_OPTIONS": f"--base-url {url} --attempts 1",
            "MAIL_TO": "me@example.org",
            "SOCIALDATA_API_KEY": key,
        }
        script = ["bash", tmp_path / "nightly"]
        done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == ("", "")
        report = next(tmp_path.glob("report-*.txt")).read_text(encoding="utf-8")
        return done.returncode, report, (tmp_path / "mail.txt").read_text(encoding="utf-8")

    yield run
    for server in servers:
        server.terminate()
        server.communicate(timeout=60)


def grown_most(places: tuple[int, ...]) -> list[str]:
    """The lines about the Spaces of which there are two answers."""
    counts = {place: 100 * (place + 1) for place in places}
    lines = [
        f"{now - 5 - place:9d} more in  1.9 days, now {now:9d}  https://x.com/i/spaces/1SAMPLE{place:06}"
        for place, now in counts.items()
    ]
    return lines or ["  none yet: it takes two answers about a Space"]


def program(path: Path, text: str) -> None:
    """Write a program."""
    path.write_text(text if text.startswith("#!") else f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("options", "code", "subject", "cause"),
    [
        ((), 0, "all are there", ""),
        (("--gone", "1SAMPLE000001"), 3, "some Spaces are gone", "1 not_found. Space '1SAMPLE000001'"),
        (("--status", "503"), 4, "the service gave no answer", "3 failed. Space"),
        (("--credits", "0"), 5, "see to the API key, or to the credit", "too few credits"),
        (("wrong key",), 5, "see to the API key, or to the credit", "the API key is not accepted"),
        (("no key",), 5, "see to the API key, or to the credit", "API key: there is none"),
    ],
)
def test_a_night(options: tuple[str, ...], code: int, subject: str, cause: str, night: Night) -> None:
    """The code of the script is that of the refresh; the report says why, and has the figures all the same."""
    keys = {("wrong key",): "9|wrong-made-up", ("no key",): ""}
    got, report, mail = night(*(() if options in keys else options), key=keys.get(options, SANDBOX_KEY))
    assert got == code
    first, second, *_ = report.splitlines()
    assert first.startswith(f"Spaces: {subject}")
    assert cause in second
    top, hosts = report.split("from the answer before to the last:\n")[1].split("\n\n", 1)
    assert top.splitlines() == grown_most({0: (2, 1, 0), 3: (2, 0)}.get(code, ()))
    assert "sample_0" in hosts
    assert "Spaces          3\n" in report
    assert mail.startswith(f"-s Spaces: {subject}")
    assert mail.endswith(report)


def test_the_units_are_complete() -> None:
    """The service ends well with 3, and the timer has a calendar."""
    service, timer = (configparser.ConfigParser(interpolation=None, strict=False) for _ in range(2))
    for parser, text in zip((service, timer), UNITS, strict=True):
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # names with capitals
        parser.read_string(text)
    assert service["Service"]["SuccessExitStatus"] == "3"
    assert timer["Timer"]["OnCalendar"]


def test_the_page_knows_every_code(run: Callable[..., tuple[int, str, str]]) -> None:
    """The page's table and the script's cases have the codes of `refresh --help`."""
    codes = set(re.findall(r"^  (\d+)  ", run("refresh", "--help")[1], re.MULTILINE)) - {"141"}
    rows = re.findall(r"^\| ([\d, ]+) \|", PAGE, re.MULTILINE)
    assert set(re.findall(r"\d+", " ".join(rows))) == codes
