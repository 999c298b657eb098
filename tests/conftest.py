"""What every test relies on: loopback only, no key, no window, the same examples. Holds no data."""

import gc
import ipaddress
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import matplotlib
import pytest

KEY_NAME = "SOCIALDATA_API_KEY"
# Files and folders that take longest, the longest first: where one ends a run, it leaves the other cores idle.
LONGEST = (
    "test_browser.py",
    "notebooks/",
    "test_charts.py",
    "test_readme.py",
    "test_explorer.py",
    "test_workers.py",
)
LONGEST += (
    "test_decoding.py",
    "test_project.py",
    "test_tables.py",
    "test_explore_state.py",
    "test_examples.py",
)
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# Kept for `-m live` alone: no other test, notebook or child process sees the key.
live_key = os.environ.pop(KEY_NAME, "")
os.environ.pop("COLUMNS", None)  # notebooks keep small tables as text, too, for a terminal of the usual width

# What a script starts in the background ignores Ctrl-C, as do its children: tests of Ctrl-C would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Tests make many short-lived tables: the usual 700 objects would have a tenth of the time go into garbage.
gc.set_threshold(20_000)
matplotlib.use("Agg")
# No test fails because the machine is busy.
_SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile("spacekit", derandomize=True, deadline=None, suppress_health_check=_SLOW)
hypothesis.settings.load_profile("spacekit")


def is_loopback(host: object) -> bool:
    """Whether a connection to this host stays on this machine, known without asking a name server."""
    if host in (None, "", "localhost", b"", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses every address but loopback, and remembers each try: code under test may catch the error."""

    def __init__(self) -> None:
        self.tries: list[str] = []

    def refuse_unless_loopback(self, host: object) -> None:
        """Raise and remember, unless the host is this machine."""
        if not is_loopback(host):
            self.tries.append(str(host))
            raise OSError(f"tests: connection to {host!r} refused. Only loopback is allowed.")

    def connecting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a method of socket whose last argument is the address."""

        def guarded(sock: socket.socket, *arguments: Any) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                self.refuse_unless_loopback(arguments[-1][0])
            return real(sock, *arguments)

        return guarded

    def resolving(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap getaddrinfo: asking a name server is traffic too."""

        def guarded(host: object, *arguments: Any, **options: Any) -> Any:
            self.refuse_unless_loopback(host)
            return real(host, *arguments, **options)

        return guarded


@pytest.fixture(autouse=True)
def network_guard(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guard]:
    """Fail a test that tries another address than loopback; a live test gets the key and the network."""
    guard = Guard()
    if request.node.get_closest_marker("live"):
        if not live_key:
            pytest.skip(f"needs {KEY_NAME}")
        monkeypatch.setenv(KEY_NAME, live_key)
        yield guard
        return
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guard.connecting(getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", guard.resolving(socket.getaddrinfo))
    yield guard
    if guard.tries:
        pytest.fail(f"tried to reach {', '.join(guard.tries)}: tests use loopback only")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Begin with the files that take longest; slow tests have half an hour each.

    The sample Spaces were fetched an hour to months after their end, so whatever draws or compares them warns. Tests of
    `stats`, and those that say `pytest.warns`, look at that warning.
    """
    items.sort(
        key=lambda item: next((i for i, name in enumerate(LONGEST) if name in item.nodeid), len(LONGEST))
    )
    for item in items:
        if item.get_closest_marker("posix") and os.name == "nt":
            item.add_marker(pytest.mark.skip(reason="uses what Windows lacks"))
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(1800))
        if not item.path.is_relative_to(Path(__file__).parent / "stats"):
            item.add_marker(pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning"))


def find_chromium() -> str:
    """Path of a Chromium-like browser of this machine, '' where there is none."""
    named = os.environ.get("CHROMIUM", "")
    if named and Path(named).exists():
        return named
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), "")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser for tests marked `browser`; without one they are skipped, as the summary says."""
    path = find_chromium()
    if not path:
        pytest.skip("no Chromium on this machine")
    return path


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say plainly that browser tests did not run, and what to do."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped and not find_chromium():
        terminalreporter.section("browser tests")
        terminalreporter.line(
            f"{len(skipped)} test(s) of the forms in a real browser were skipped: no Chromium was found. "
            "Install one (apt-get install chromium), or set CHROMIUM to its path."
        )
