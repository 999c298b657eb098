"""Fetching 500 Spaces at 50 ms latency with 8 workers: wall time over the ideal, and CPU beside a plain thread pool."""

import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import requests

import spacekit as sk
from bench.harness import Row, Target, check_text, compare_seconds
from spacekit.server import SANDBOX_KEY

SPACES, LATENCY_S, WORKERS = 500, 0.05, 8
LATENCY_BOUND_S = SPACES / WORKERS * LATENCY_S
PER_MINUTE = 250
# The service's minute is 60 s; the second half may go after it, and takes its own latencies.
RATE_BOUND_S = 60.0 + (SPACES - PER_MINUTE) / WORKERS * LATENCY_S

# In a process of its own: its CPU would slow down what is measured.
SERVER = """\
import sys
import spacekit as sk
from spacekit.server import Server
record = sk.documented_record()
records = ({**record, "id": f"1Made{number:08d}"} for number in range(int(sys.argv[1])))
with Server(records, keys=sys.argv[3:], latency_s=float(sys.argv[2])) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""

# Requests count for a key over all Clients: those of the other cases would fill this one's minute.
OTHER_KEY = "2|rate-bound"

IDS = [f"1Made{number:08d}" for number in range(SPACES)]


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server with the Spaces in another process, and yield its address."""
    command = [sys.executable, "-c", SERVER, str(SPACES), str(LATENCY_S), SANDBOX_KEY, OTHER_KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()


def by_thread_pool(url: str) -> list[dict[str, Any]]:
    """Fetch as one would without spacekit: a session for each thread, no limit, no retry, no record of what failed."""
    local = threading.local()

    def get(space_id: str) -> dict[str, Any]:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.headers["Authorization"] = f"Bearer {SANDBOX_KEY}"
        answer = local.session.get(f"{url}/twitter/spaces/show", params={"id": space_id}, timeout=30)
        answer.raise_for_status()
        record: dict[str, Any] = answer.json()
        return record

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(get, IDS))


def by_spacekit(url: str, *, key: str = SANDBOX_KEY, limit: int | None = None, **options: Any) -> sk.Batch:
    """Fetch with a new Client, as from a fresh start: no connection is open yet."""
    with sk.Client(key, url, limit, WORKERS) as client:
        return client.fetch(IDS, progress=False, **options)


def seconds_of(
    run: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> Callable[[], float]:
    """Turn a run into one that returns what it took, by a clock."""

    def measured() -> float:
        started = clock()
        run()
        return clock() - started

    return measured


def same_spaces(url: str) -> Callable[[], None]:
    """Check that both ways return the same records, in the same order."""

    def check() -> None:
        batch = by_spacekit(url)
        assert batch.complete, batch.counts
        assert json.dumps(list(batch.records)) == json.dumps(by_thread_pool(url))

    return check


def rows() -> Iterator[Row]:
    """Compare with the ideal, then with a thread pool."""
    with server() as url, tempfile.TemporaryDirectory() as folder:
        checked = check_text(same_spaces(url))
        number = count()

        def with_archive() -> object:
            return by_spacekit(url, archive=Path(folder) / f"{next(number)}.db")

        def case(name: str, ours: Callable[[], object], ideal_s: float, repeats: int) -> Row:
            target = Target(times_the_time=1.10)
            return compare_seconds(
                f"{name}; other: the ideal",
                seconds_of(ours),
                lambda: ideal_s,
                checked=checked,
                target=target,
                repeats=repeats,
            )

        yield case("500 Spaces, latency bound", lambda: by_spacekit(url), LATENCY_BOUND_S, 3)
        yield case("the same into an archive", with_archive, LATENCY_BOUND_S, 3)
        yield case(
            f"500 Spaces at {PER_MINUTE} a minute (takes one)",
            lambda: by_spacekit(url, key=OTHER_KEY, limit=PER_MINUTE),
            RATE_BOUND_S,
            1,
        )
        for name, clock in (("wall", time.perf_counter), ("CPU", time.process_time)):
            yield compare_seconds(
                f"500 Spaces, {name}; other: thread pool and requests",
                seconds_of(lambda: by_spacekit(url), clock),
                seconds_of(lambda: by_thread_pool(url), clock),
                checked=checked,
                target=Target(times_the_time=1.10 if name == "wall" else 1.5),
                repeats=3,
            )
