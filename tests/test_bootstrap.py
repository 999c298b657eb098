"""scripts/bootstrap.py: it makes .venv, whatever stopped it before, and says in one line why it could not."""

import errno
import subprocess
import sys
import time
from pathlib import Path
from sysconfig import get_path
from types import ModuleType, SimpleNamespace

import pytest

from scripts import bootstrap, interpreters

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bootstrap of another, empty project folder, whose commands are noted and not run."""
    root = tmp_path / "Größe – 1"
    (root / "requirements").mkdir(parents=True)
    (root / "requirements" / "all.txt").write_text("pinned", encoding="utf-8")
    (root / "pyproject.toml").write_text("[project]", encoding="utf-8")
    for name in ("ROOT", "VENV", "VENV_PYTHON", "PINS", "MARKER", "LOG"):
        monkeypatch.setattr(bootstrap, name, root / getattr(bootstrap, name).relative_to(ROOT))
    monkeypatch.setattr(bootstrap, "commands", [], raising=False)
    monkeypatch.setattr(bootstrap, "quietly", lambda command, _failure: bootstrap.commands.append(command))  # type: ignore[attr-defined]  # noted for the test
    monkeypatch.setattr(bootstrap, "venv_version", lambda: "3.11")
    here = interpreters.Interpreter(sys.executable, (3, 11), [])
    monkeypatch.setattr(interpreters, "suitable", lambda: here)
    return bootstrap


def test_installs_pins_then_project(elsewhere: ModuleType) -> None:
    """The pins come first, with hashes; then the project without dependencies of its own; then the mark."""
    elsewhere.ensure_environment()
    venv, pins_first, project = elsewhere.commands
    assert venv[1:3] == ["-m", "venv"]
    assert pins_first[-3:] == ["--require-hashes", "-r", str(elsewhere.PINS)]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "-e", str(elsewhere.ROOT)]
    assert elsewhere.read_marker() == elsewhere.fingerprint("3.11")


def test_a_script_beside_a_clone_finds_the_package(elsewhere: ModuleType) -> None:
    """The clone's own folder has the package's name: without the project on the path, Python would take that."""
    elsewhere.ensure_environment()
    (written,) = elsewhere.VENV.rglob("*.pth")
    code = f"import sys; exec(open({str(written)!r}, encoding='ascii').read()); print(ascii(sys.path[-1]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(str(elsewhere.ROOT))


def test_a_long_set_up_says_what_it_is_at(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Now and then, in a line of its own; what pip says otherwise is kept from the reader."""
    monkeypatch.setattr(bootstrap, "EVERY_S", 0.5)
    code = "import time; print('Collecting pandas==3.1.1 (from -r all.txt)', flush=True); time.sleep(3)"
    bootstrap.quietly([sys.executable, "-c", code], "")
    out, err = capsys.readouterr()
    assert out == ""
    assert "run.py: still at work after " in err
    assert err.rstrip().endswith(": Collecting pandas==3.1.1")


def test_does_nothing_when_ready(elsewhere: ModuleType) -> None:
    """A second start runs no pip."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    elsewhere.ensure_environment()
    assert elsewhere.commands == []


def test_makes_an_interrupted_venv_anew(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was installed before an interruption is thrown away: half a package may be among it."""

    def stop(command: list[str], failure: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(elsewhere, "quietly", stop)
        with pytest.raises(KeyboardInterrupt):
            elsewhere.ensure_environment()
    half = elsewhere.VENV / "half-a-package"
    half.touch()
    elsewhere.ensure_environment()
    assert not half.exists()
    assert len(elsewhere.commands) == 3


@pytest.mark.parametrize("changed", ["requirements/all.txt", "pyproject.toml"])
def test_follows_changed_pins(elsewhere: ModuleType, changed: str) -> None:
    """Changed pins or metadata are installed on top of what is there."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    (elsewhere.ROOT / changed).write_text("changed", encoding="utf-8")
    elsewhere.ensure_environment()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


def test_remakes_a_venv_of_another_python(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .venv that no longer runs, or runs another Python, is made again."""
    elsewhere.ensure_environment()
    for version in ("", "3.13"):
        monkeypatch.setattr(elsewhere, "venv_version", lambda version=version: version)
        assert elsewhere.set_up_needed(elsewhere.read_marker(), version) == "make"


def test_never_deletes_a_venv_of_others(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .venv that run.py did not make is used if it works; else run.py says so and leaves it alone."""
    theirs = elsewhere.VENV / "theirs"
    elsewhere.VENV.mkdir()
    theirs.touch()
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "")
    with pytest.raises(elsewhere.SetupError, match=r"was not made by run\.py"):
        elsewhere.ensure_environment()
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "3.11")
    elsewhere.ensure_environment()
    assert theirs.exists()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


@pytest.mark.skipif(sys.platform == "win32", reason="a venv has no links there")
def test_knows_a_real_venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken .venv, whose python is a mere link to another Python, does not count: pip would install elsewhere."""
    half = tmp_path / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(bootstrap, "VENV", half.parent)
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", half / "python")
    assert subprocess.run([half / "python", "-c", ""], check=False).returncode == 0
    assert bootstrap.venv_version() == ""
    with pytest.raises(bootstrap.SetupError, match="no working environment"):
        bootstrap.pip_install("nothing")


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the tests do not run in a venv")
@pytest.mark.skipif(not (Path(get_path("purelib")) / "pip").is_dir(), reason="the venv has no pip of its own")
def test_knows_its_own_venv(monkeypatch: pytest.MonkeyPatch) -> None:
    """The venv that these tests run in is known as one, with its version."""
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix))
    monkeypatch.setattr(bootstrap, "VENV_PYTHON", Path(sys.executable))
    assert bootstrap.venv_version() == f"3.{sys.version_info[1]}"


@pytest.mark.skipif(not (Path(get_path("purelib")) / "pip").is_dir(), reason="no pip there")
def test_pip_knows_every_option(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real pip reads both commands of a set-up to their end: options at a wrong place would stop each of them."""
    monkeypatch.setattr(elsewhere, "VENV_PYTHON", Path(sys.executable))
    elsewhere.ensure_environment()
    for command in elsewhere.commands[1:]:
        read = subprocess.run([*command, "--help"], capture_output=True, encoding="utf-8", check=False)
        assert read.returncode == 0, read.stderr


def test_keeps_the_mark_until_the_end(elsewhere: ModuleType) -> None:
    """A .venv that is emptied keeps its mark, so that one half removed is not taken for somebody else's."""
    (elsewhere.VENV / "lib").mkdir(parents=True)
    elsewhere.MARKER.write_text(elsewhere.UNFINISHED, encoding="utf-8")
    elsewhere.empty_venv()
    assert list(elsewhere.VENV.iterdir()) == [elsewhere.MARKER]


@pytest.mark.skipif(sys.platform == "win32", reason="a lock belongs to one process there")
def test_lock_outlives_a_killed_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pip that outlives its run.py still holds the lock: nobody else writes into .venv meanwhile."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    with bootstrap.setup_lock():
        pip = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with (tmp_path / ".venv.lock").open("w") as lock:
        assert not bootstrap.try_lock(lock.fileno())
        pip.communicate(b"\n")
        assert bootstrap.try_lock(lock.fileno())


def test_a_file_system_without_locks_has_none_to_wait_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network drives know no locks: the set-up goes on, and does not wait for ever."""
    fcntl = pytest.importorskip("fcntl")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(fcntl, "flock", refuse)
    with bootstrap.setup_lock():
        pass


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_what_a_stopped_command_started_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else ensurepip would go on writing into the .venv that the next run.py makes."""
    inner = "import os, pathlib, time; pathlib.Path('pid').write_text(str(os.getpid())); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"

    def interrupt(self: object, timeout: float) -> tuple[bytes, None]:
        while not (pid.exists() and pid.read_text(encoding="utf-8")):
            time.sleep(0.01)
        raise KeyboardInterrupt

    pid = tmp_path / "pid"
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(subprocess.Popen, "communicate", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.quietly([sys.executable, "-c", outer], "")
    while alive(int(pid.read_text(encoding="utf-8"))):
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked about does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


# --- what is said when it fails ---

RETRYING = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)': /anywidget/\n"
)
NOT_FOUND = "ERROR: No matching distribution found for anywidget==0.9.18\n"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (RETRYING * 5 + NOT_FOUND, "no connection to the package index"),
        ("ProxyError('Cannot connect to proxy.')\n" + NOT_FOUND, "no connection to the package index"),
        ("SSLError(SSLCertVerificationError(1, 'self-signed'))\n" + NOT_FOUND, "certificate"),
        (NOT_FOUND, "has no anywidget==0.9.18 for this Python"),
        (RETRYING + "OSError: [Errno 28] No space left on device\n", "the disk is full"),
        ("ERROR: [Errno 13] Permission denied: '/p/.venv/x'\n", "no permission"),
        ("[WinError 32] The process cannot access the file\n", "no permission"),
        ("HINT: this system does not have Windows Long Path support enabled\n", "too long"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n", "not the one"),
        ("ERROR: 403 Client Error: Forbidden for url: https://index\n", "refused the request"),
        ("Traceback:\n  File\nERROR: what nobody foresaw\n", "ERROR: what nobody foresaw."),
        ("", "it said nothing."),
    ],
)
def test_a_failure_is_one_line(output: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that pip says, the cause is said, and what to do about it."""
    monkeypatch.setattr(bootstrap, "ROOM_MB", 0)
    said = bootstrap.reason(output)
    assert words in said
    assert "\n" not in said
    assert said.endswith(".")


def test_a_disk_that_is_nearly_full_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m venv` does not say why ensurepip failed."""
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _: SimpleNamespace(free=41_000_000))
    said = bootstrap.reason("Error: Command '[...]' returned non-zero exit status 1.")
    assert said.startswith("the disk has only 41 MB left. ")


def test_pip_that_fails_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages that pip wrote are in a file, which is named."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "LOG", tmp_path / "setup.log")
    code = f"import sys; print({RETRYING * 5!r}); sys.exit({NOT_FOUND!r})"
    with pytest.raises(bootstrap.SetupError) as failed:
        bootstrap.quietly([sys.executable, "-c", code], "pip could not install the packages")
    assert str(failed.value).count("\n") == 0
    assert str(failed.value).startswith("pip could not install the packages: no connection")
    assert str(failed.value).endswith("All that it said is in setup.log")
    assert (tmp_path / "setup.log").read_text(encoding="utf-8").count("Retrying") == 5


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [
        (errno.EACCES, "Permission denied", "copy the project to a folder of your own"),
        (errno.EROFS, "Read-only file system", "Copy the project"),
        (errno.ENOSPC, "No space left on device", "the disk is full"),
    ],
)
def test_a_folder_that_cannot_be_written(
    elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch, number: int, text: str, words: str
) -> None:
    """The path is named, and what to do."""

    def fail() -> None:
        raise OSError(number, text, "there/.venv.lock")

    monkeypatch.setattr(elsewhere, "setup_lock", fail)
    with pytest.raises(elsewhere.SetupError, match=r"cannot write there/\.venv\.lock: ") as failed:
        elsewhere.ensure_environment()
    assert words in str(failed.value)


def test_an_update_without_a_network_leaves_the_environment_as_it_was(
    elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is loaded before anything is changed, so that going back to the old pins needs no network."""
    elsewhere.ensure_environment()
    before = elsewhere.read_marker()
    (elsewhere.PINS).write_text("changed", encoding="utf-8")

    def fail(command: list[str], failure: str) -> None:
        raise elsewhere.SetupError(f"{failure}: {elsewhere.reason(RETRYING)}")

    monkeypatch.setattr(elsewhere, "quietly", fail)
    with pytest.raises(elsewhere.SetupError):
        elsewhere.ensure_environment()
    assert elsewhere.read_marker() == before


# --- the Python that .venv is made with ---


@pytest.mark.parametrize("name", ["venv", "ensurepip"])
def test_says_what_to_install(elsewhere: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no Python has venv or ensurepip, it says what to install and leaves nothing behind."""
    monkeypatch.setattr(interpreters, "suitable", lambda: None)
    here = interpreters.Interpreter("python3", (3, 12), [name])
    monkeypatch.setattr(interpreters, "look_at", lambda _: here)
    with pytest.raises(elsewhere.SetupError, match=f"no '{name}'") as failed:
        elsewhere.ensure_environment()
    assert "apt-get install python3-venv" in str(failed.value)
    assert not elsewhere.VENV.exists()


def test_a_python_newer_than_the_pins_is_tried(
    elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If there is no other, and that is said."""
    monkeypatch.setattr(interpreters, "suitable", lambda: None)
    here = interpreters.Interpreter("python3.15", (3, 15), [])
    monkeypatch.setattr(interpreters, "look_at", lambda _: here)
    elsewhere.ensure_environment()
    assert elsewhere.commands[0][0] == "python3.15"
    assert "newer than the versions" in capsys.readouterr().err


def test_says_which_python_it_uses(elsewhere: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The version and the path are in the first line of a set-up."""
    elsewhere.ensure_environment()
    assert f"Python 3.11 ({sys.executable})" in capsys.readouterr().err.splitlines()[0]
