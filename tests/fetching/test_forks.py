"""A Client in other processes: forked, spawned, sent there; in the middle of a run or not."""

import copy
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit.archive import Archive
from spacekit.fetching.client import Client
from spacekit.fetching.interrupts import held
from spacekit.fetching.pacing import Log, Pacer, log_for
from spacekit.fetching.progress import Bar, Progress
from spacekit.server import SANDBOX_KEY, Server

# Python 3.12 and newer warn of every fork beside threads, which is what these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

IDS = [f"1Made{number:08d}" for number in range(200)]
RECORDS = [{"id": space_id, "state": "Ended", "title": space_id} for space_id in IDS]


def client_of(server: Server, **options: Any) -> Client:
    """A Client of the server, without a limit unless one is set."""
    return Client(SANDBOX_KEY, server.url, **{"requests_per_minute": None, "backoff_s": 0.02, **options})


def in_child(act: Callable[[], object]) -> int:
    """Do something in a forked process; return 0 where it came out right, else what ended it."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if act() else 3
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
            raise
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@contextmanager
def fetching(client: Client, ids: list[str], **options: Any) -> Iterator[None]:
    """Have a fetch under way in another thread."""
    begun = threading.Event()

    def fetch() -> None:
        with warnings.catch_warnings(), suppress(sk.ServiceError):
            warnings.simplefilter("ignore")
            client.fetch(ids, progress=lambda _progress: begun.set(), **options)

    thread = threading.Thread(target=fetch)
    thread.start()
    assert begun.wait(20)
    yield
    client.cancel()
    thread.join(20)
    assert not thread.is_alive()


def whole(client: Client, ids: list[str], archive: Any = None) -> bool:
    """Whether a fetch brings each of these Spaces."""
    batch = client.fetch(ids, archive, max_age=0, progress=False)
    return batch.complete and [record["id"] for record in batch.records] == ids


@pytest.mark.posix
def test_forked_processes_have_connections_of_their_own() -> None:
    """Four children and the parent ask at once with a Client that was used before: each gets its own answers."""
    with Server(RECORDS, latency_s=0.002) as server, client_of(server) as client:
        assert whole(client, IDS[:40])  # eight connections are open now
        children = []
        for part in range(4):
            child = os.fork()
            if child == 0:
                code = 1
                try:
                    code = 0 if all(whole(client, IDS[part::4]) for _ in range(3)) else 3
                finally:
                    os._exit(code)
            children.append(child)
        assert all(whole(client, IDS) for _ in range(3))
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


@pytest.mark.posix
@pytest.mark.parametrize("archived", [False, True])
def test_a_fork_in_the_middle_of_a_fetch(tmp_path: Path, archived: bool) -> None:
    """No lock or thread of the run in the parent keeps the child from fetching, nor from waiting for its limit."""
    archive = Archive(tmp_path / "spaces.db") if archived else None
    with Server(RECORDS, latency_s=0.01) as server, client_of(server, workers=4) as client:
        with fetching(client, IDS, archive=archive):
            codes = [in_child(lambda: whole(client, IDS[:3], archive)) for _ in range(10)]
        assert codes == [0] * 10
    if archive is not None:
        archive.check()
        archive.close()


@pytest.mark.posix
def test_a_child_counts_for_itself() -> None:
    """What was sent before counts in the child; what is under way in the parent does not count there for ever."""
    log = log_for("made-up.example", "key")
    pacer = Pacer(4, log)
    for now in (0.0, 1.0):
        assert pacer.begin(now) is None
    pacer.end(2.0)
    log.lock.acquire()  # as another thread of the parent may

    def looks_right() -> bool:
        return (log.under_way, list(log.ended), log.lock.locked()) == (0, [2.0], False)

    try:
        assert in_child(looks_right) == 0
        assert log.under_way == 1
    finally:
        log.lock.release()


@pytest.mark.posix
def test_a_child_is_stopped_by_nobody_else() -> None:
    """`cancel` in the child has nothing to stop there, and stops nothing in the parent."""
    with Server(RECORDS, latency_s=0.01) as server, client_of(server, workers=2) as client:

        def cancels() -> bool:
            client.cancel()
            return whole(client, IDS[:2])

        done: list[int] = []
        thread = threading.Thread(target=lambda: done.append(len(client.fetch(IDS, progress=False))))
        thread.start()
        assert in_child(cancels) == 0
        thread.join(60)
    assert done == [len(IDS)]


@pytest.mark.posix
def test_a_fork_inside_a_run_ends_it_in_the_child() -> None:
    """A callback that forks: in the child, the run raises and says where it goes on, and a new one works."""
    codes: list[int] = []

    def fork(_progress: Progress) -> None:
        if not codes:
            child = os.fork()
            if child == 0:
                raise ChildProcessError
            codes.append(child)

    parent = os.getpid()
    with Server(RECORDS, latency_s=0.01) as server, client_of(server, workers=2) as client:
        try:
            batch = client.fetch(IDS[:40], progress=fork)
        except ChildProcessError:
            code = 1
            with suppress(BaseException):
                code = 0 if whole(client, IDS[:3]) else 3
            os._exit(code)
        finally:
            if os.getpid() != parent:
                os._exit(5)
        assert batch.complete
        assert os.waitstatus_to_exitcode(os.waitpid(codes[0], 0)[1]) == 0


@pytest.mark.posix
def test_a_run_that_goes_on_in_a_child_says_so() -> None:
    """A callback that returns in the child as well: the run has no threads there, so it raises."""
    codes: list[int] = []

    def fork(_progress: Progress) -> None:
        if not codes:
            codes.append(os.fork())

    parent = os.getpid()
    with Server(RECORDS, latency_s=0.01) as server, client_of(server, workers=2) as client:
        code = 5
        try:
            batch = client.fetch(IDS[:40], progress=fork)
        except RuntimeError as error:
            code = 0 if "goes on in the parent" in str(error) else 3
        finally:
            if os.getpid() != parent:
                os._exit(code)
        assert batch.complete
        assert os.waitstatus_to_exitcode(os.waitpid(codes[0], 0)[1]) == 0


@pytest.mark.posix
def test_a_bar_stays_with_the_parent(capfd: pytest.CaptureFixture[str]) -> None:
    """The child draws nothing into it, and its lock is free there."""
    bar = Bar()
    bar(Progress(4, 1, 0, 3))
    drawn = capfd.readouterr().err
    lock = bar._made.get_lock()
    lock.acquire()
    try:

        def draws() -> bool:
            bar.close()
            own = Bar()
            own(Progress(7, 1, 0, 6))
            own.close()
            return True

        assert in_child(draws) == 0
    finally:
        lock.release()
    said = capfd.readouterr().err
    bar.close()
    assert "/4" in drawn
    assert "/7" in said
    assert "/4" not in said


@pytest.mark.posix
def test_signals_that_another_thread_holds_back_come_in_the_child() -> None:
    """A block of `held` of the main thread is not in a child that another thread forked: Ctrl-C raises there."""
    codes: list[int] = []

    def interrupted() -> bool:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            return True
        return False

    with held(firm=True):
        thread = threading.Thread(target=lambda: codes.append(in_child(interrupted)))
        thread.start()
        thread.join()
    assert codes == [0]


SCRIPT = """
import os, sys
from spacekit.archive import Archive, Observation
def answers(name, number):
    return [Observation(f"1{name}{n:09d}", 1_780_315_200_000, 404, b"") for n in range(number)]
archive = Archive(sys.argv[1])
archive.add(answers("Old", 100))
with archive._answers._store.writing() as connection:
    connection.execute("DELETE FROM observation WHERE number <= 40")
    child = os.fork()
    if child == 0:
        archive.close()
        sys.exit(0)  # as a script ends: what is left is torn down
    assert os.waitpid(child, 0)[1] == 0
assert len(archive.ids()) == 60
child = os.fork()
if child == 0:
    archive.add(answers("New", 5))
    sys.exit(0)
archive.add(answers("Own", 7))
assert os.waitpid(child, 0)[1] == 0
assert len(archive.ids()) == 72
archive.check()
"""


@pytest.mark.posix
def test_an_open_archive_survives_a_child_that_ends(tmp_path: Path) -> None:
    """What the parent is writing is not undone by a child that closes what it inherited, or reads and writes itself."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "spaces.db")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# --- not forked: sent, or made there ---


def fetched(url: str, ids: list[str]) -> list[str]:
    """The ids that come, with a Client that is made in this process."""
    with Client(SANDBOX_KEY, url, requests_per_minute=None) as client:
        return client.fetch(ids, progress=False).spaces["space_id"].tolist()


@pytest.mark.slow
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_each_way_to_start_processes(method: str) -> None:
    """A Client that is made in each process works, beside one that is open in the parent."""
    context: Any = multiprocessing.get_context(method)
    with Server(RECORDS) as server, client_of(server) as client:
        assert whole(client, IDS[:10])
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            parts = list(pool.map(fetched, [server.url] * 2, [IDS[:20], IDS[20:40]]))
        assert whole(client, IDS[:10])
    assert parts == [IDS[:20], IDS[20:40]]


@pytest.mark.parametrize(
    "send", [pickle.dumps, copy.copy, copy.deepcopy, lambda client: pickle.dumps(client.fetch)]
)
def test_a_client_is_not_sent(send: Callable[[Any], object]) -> None:
    """joblib, dask and `spawn` send what a task needs: the key stays here, and the message says what to do."""
    with (
        Client("made-up-key") as client,
        pytest.raises(TypeError, match=r"Make one there: sk\.Client\(\)") as caught,
    ):
        send(client)
    assert "made-up" not in str(caught.value)


def test_a_client_is_not_sent_to_a_cluster() -> None:
    """Dask says the same."""
    distributed = pytest.importorskip("distributed.protocol")
    with Client("made-up-key") as client, pytest.raises(TypeError) as caught:
        distributed.serialize(client, on_error="raise")
    words = "".join(str(link) for link in (caught.value, caught.value.__cause__, caught.value.__context__))
    assert "made-up-key" not in words


def test_logs_end_with_their_users() -> None:
    """What is renewed after a fork is held by nothing else."""
    from spacekit.fetching import forks

    before = len(forks._all)
    logs = [Log() for _ in range(5)]
    assert len(forks._all) == before + 5
    logs.clear()
    assert len(forks._all) == before
